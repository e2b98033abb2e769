import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from './support/chromium.ts';
import { complaintsOf } from './support/page.ts';
import { freePort } from './support/process.ts';
import { createDatabase, startServer, type TestServer } from './support/server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ ...(await findChromium()), headless: true });
});
afterAll(() => browser.close());

/** The page of a server in a fresh browser context, and everything that it complained about. */
async function open(
  server: TestServer,
): Promise<AsyncDisposable & { page: Page; complaints: string[]; requests: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 820 } });
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('websocket', (socket) => requests.push(socket.url().replace('ws', 'http')));
  await page.goto(server.url);
  return { page, complaints, requests, [Symbol.asyncDispose]: () => context.close() };
}

const bubbles = (page: Page) => page.locator('message-bubble');
const cards = (page: Page) => page.locator('conversation-card');
const state = (page: Page) => page.locator('connection-state');

test("a bot's webhook appears in the page, in words, without a reload", async () => {
  await using server = await startServer();
  await using view = await open(server);
  const { page } = view;
  await page.getByText('Live', { exact: true }).waitFor();
  await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
  const answer = await server.post('/webhook/conversation', {
    user_message: 'How do I bake a cake?',
    polly_response: 'Start with the flour.',
    model: 'gpt-4',
    latency_ms: 1200,
  });
  expect(answer.status).toBe(200);
  await bubbles(page).getByText('How do I bake a cake?').waitFor();
  await bubbles(page).getByText('Start with the flour.').waitFor();
  expect(await cards(page).count()).toBe(1);
  expect(await page.evaluate(() => 'isSamePage' in globalThis)).toBe(true);
  expect(view.complaints).toEqual([]);
  expect(view.requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
});

test('the two steps of an exchange fill one conversation as they come', async () => {
  await using server = await startServer();
  await using view = await open(server);
  const { page } = view;
  await page.getByText('Live', { exact: true }).waitFor();
  await server.post('/webhook/user-message', { id: 'conv_123', message: 'What is the weather like?' });
  await cards(page).getByText('awaiting reply').waitFor();
  await server.post('/webhook/polly-response', { id: 'conv_123', response: 'Sunny.' });
  await bubbles(page).getByText('Sunny.').waitFor();
  await cards(page).getByText('awaiting reply').waitFor({ state: 'detached' });
  expect(await bubbles(page).count()).toBe(2);
});

test('the curl of the empty page works as it is copied', async () => {
  await using server = await startServer();
  await using view = await open(server);
  const { page } = view;
  const command = (await page.locator('empty-board pre').textContent())!;
  const { stdout } = await promisify(execFile)('bash', ['-c', `${command}\n`]);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'success' });
  await bubbles(page).first().waitFor();
});

test('a server that restarts needs nobody, and loses no row', async () => {
  await using database = await createDatabase();
  const env = { PORT: String(await freePort()) };
  let server = await startServer({ env, database });
  await using view = await open(server);
  const { page } = view;
  await page.getByText('Live', { exact: true }).waitFor();
  await server.post('/webhook/conversation', { id: 'before', user_message: 'before the restart' });
  await bubbles(page).getByText('before the restart').waitFor();
  await server[Symbol.asyncDispose]();
  await expect.poll(() => state(page).textContent()).not.toContain('Live');
  await bubbles(page).getByText('before the restart').waitFor();
  server = await startServer({ env, database });
  await server.post('/webhook/conversation', { id: 'before', polly_response: 'after the restart' });
  await bubbles(page).getByText('after the restart').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  expect(await bubbles(page).count()).toBe(2);
  await server[Symbol.asyncDispose]();
});

test('with keys the page asks for one, says when it is wrong, and goes on with a right one', async () => {
  await using server = await startServer({ env: { WEBHOOK_API_KEY: 'the-right-key' } });
  await using view = await open(server);
  const { page } = view;
  const field = page.locator('key-form input');
  await field.fill('a-wrong-key');
  await field.press('Enter');
  await page.locator('key-form input[aria-invalid=true]').waitFor();
  await field.fill('the-right-key');
  await field.press('Enter');
  await page.getByText('Live', { exact: true }).waitFor();
  await server.post(
    '/webhook/conversation',
    { user_message: 'for eyes with a key' },
    { authorization: 'Bearer the-right-key' },
  );
  await bubbles(page).getByText('for eyes with a key').waitFor();
});
