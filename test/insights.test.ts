import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findChromium } from './support/chromium.ts';
import { complaintsOf, hostPage, pageWith, strictPolicy } from './support/page.ts';
import { freePort } from './support/process.ts';
import { createDatabase, startServer, type TestServer } from './support/server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ ...(await findChromium()), headless: true });
});
afterAll(() => browser.close());

const GUITAR = 'I love playing guitar and jazz music';
const say = (server: TestServer, message: string) =>
  server.post('/webhook/chat/message', { user_id: 'user123', message });

interface View {
  page: Page;
  /** Errors and warnings of the page. */
  complaints: string[];
}

async function open(address: string): Promise<View> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 860 } });
  onTestFinished(() => page.close());
  const complaints = complaintsOf(page);
  await page.goto(address);
  return { page, complaints };
}

/** Somebody else's page with insights on it, under the strictest policy that still lets the script in. */
const openForeignPage = async (server: { url: string }, html: string): Promise<View> =>
  open(await hostPage(pageWith(server, html), strictPolicy(server)));

const facts = (page: Page) => page.locator('fact-card');
const newFact = (page: Page, about: string) => page.locator('fact-card summary').filter({ hasText: about });

test('what somebody says is known in the page at once, and the sentence that proves it is a click away', async () => {
  await using server = await startServer();
  const { page, complaints } = await openForeignPage(
    server,
    '<live-insights user="user123"></live-insights>',
  );
  await page.getByText('Nobody of this id has said anything yet.').waitFor();
  expect((await say(server, GUITAR)).status).toBe(200);
  const jazz = facts(page).filter({ hasText: 'jazz' }).first();
  await jazz.waitFor();
  expect(await page.locator('[aria-live=polite]').textContent()).toContain('jazz');
  await jazz.locator('summary').focus();
  await page.keyboard.press('Enter');
  await jazz.locator('blockquote').filter({ hasText: GUITAR }).waitFor();
  expect(await jazz.locator('mark').textContent()).not.toBe('');
  expect(complaints).toEqual([]);
});

test('facts are confirmed, corrected and forgotten in place', async () => {
  await using server = await startServer();
  await say(server, GUITAR);
  const { page, complaints } = await openForeignPage(
    server,
    '<live-insights user="user123"></live-insights>',
  );
  const jazz = facts(page).filter({ hasText: 'jazz' }).first();
  await jazz.locator('summary').click();
  await jazz.getByRole('button', { name: 'Confirm' }).click();
  await jazz.getByText('confirmed', { exact: true }).waitFor();
  await jazz.getByRole('button', { name: 'Correct' }).click();
  await jazz.getByRole('textbox').fill('Likes bebop');
  await page.keyboard.press('Enter');
  const bebop = facts(page).filter({ hasText: 'Likes bebop' });
  await bebop.getByRole('heading', { name: 'Known before' }).waitFor();
  const before = await facts(page).count();
  await bebop.getByRole('button', { name: 'Forget' }).click();
  await bebop.getByRole('button', { name: 'Forget it' }).click();
  await expect.poll(() => facts(page).count()).toBe(before - 1);
  await bebop.waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

test('a half-written correction survives what is said meanwhile, and the focus stays in it', async () => {
  await using server = await startServer();
  await say(server, GUITAR);
  const { page } = await openForeignPage(server, '<live-insights user="user123"></live-insights>');
  const jazz = facts(page).filter({ hasText: 'jazz' }).first();
  await jazz.locator('summary').click();
  await jazz.getByRole('button', { name: 'Correct' }).click();
  await page.keyboard.type('Likes be');
  await say(server, 'I love cooking. I love jazz music!');
  await newFact(page, 'cooking').waitFor();
  await page.keyboard.type('bop');
  expect(await jazz.getByRole('textbox').inputValue()).toBe('Likes bebop');
});

test('a wrong key shows nothing, and the right one is asked for in place', async () => {
  await using server = await startServer({ env: { WEBHOOK_API_KEY: 'the-right-key' } });
  const { page } = await openForeignPage(
    server,
    '<live-insights user="user123" token="a-wrong-key"></live-insights>',
  );
  await page.getByText('That key was not accepted.').waitFor();
  await page.locator('key-form input').fill('the-right-key');
  await page.keyboard.press('Enter');
  await page.getByText('Nobody of this id has said anything yet.').waitFor();
});

test('a restarted server needs nobody, and what was learned meanwhile is shown', async () => {
  await using database = await createDatabase();
  const env = { PORT: String(await freePort()) };
  let server = await startServer({ env, database });
  await say(server, GUITAR);
  const { page } = await openForeignPage(server, '<live-insights user="user123"></live-insights>');
  await facts(page).filter({ hasText: 'jazz' }).first().waitFor();
  await server[Symbol.asyncDispose]();
  await page.locator('.stale').waitFor();
  await facts(page).filter({ hasText: 'jazz' }).first().waitFor();
  server = await startServer({ env, database });
  await say(server, 'I love cooking');
  await newFact(page, 'cooking').waitFor();
  await page.locator('.stale').waitFor({ state: 'detached' });
  await server[Symbol.asyncDispose]();
});

test('two people stand side by side on one page', async () => {
  await using server = await startServer();
  await say(server, GUITAR);
  const { page } = await openForeignPage(
    server,
    '<live-insights user="user123"></live-insights><live-insights user="user456" theme="dark"></live-insights>',
  );
  await facts(page).first().waitFor();
  await page.getByText('Nobody of this id has said anything yet.').waitFor();
});

test('the monitor shows the insights beside the conversation of a known person', async () => {
  await using server = await startServer();
  await say(server, GUITAR);
  const { page, complaints } = await open(server.url);
  await facts(page).filter({ hasText: 'jazz' }).first().waitFor();
  const toggle = page.getByRole('button', { name: 'Insights' });
  await toggle.focus();
  await page.keyboard.press('Enter');
  await page.locator('live-insights').waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await facts(page).first().waitFor();
  await page.setViewportSize({ width: 320, height: 640 });
  await page.locator('conversation-card').click();
  await page.locator('live-insights').waitFor();
  await facts(page).first().locator('summary').focus();
  await page.keyboard.press('Escape');
  await page.locator('live-insights').waitFor({ state: 'detached' });
  expect(await toggle.getAttribute('aria-expanded')).toBe('false');
  expect(await page.locator('message-bubble').first().isVisible()).toBe(true);
  expect(
    await toggle.evaluate((button) => (button.getRootNode() as ShadowRoot).activeElement === button),
  ).toBe(true);
  expect(complaints).toEqual([]);
});
