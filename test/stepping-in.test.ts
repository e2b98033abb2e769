import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from './support/chromium.ts';
import { complaintsOf } from './support/page.ts';
import { startServer, type TestServer } from './support/server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ ...(await findChromium()), headless: true });
});
afterAll(() => browser.close());

/** The page of a server as somebody of that name has it in a browser of his own. */
async function sitDown(
  server: TestServer,
  name: string,
): Promise<AsyncDisposable & { page: Page; complaints: string[] }> {
  const context: BrowserContext = await browser.newContext({ viewport: { width: 1360, height: 820 } });
  await context.addInitScript((operator) => sessionStorage.setItem('earshot-operator', operator), name);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(server.url);
  await page.getByText('Live', { exact: true }).waitFor();
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** Presses keys until the keyboard is on something of that name, as somebody does who has no mouse. */
async function tabTo(page: Page, name: string): Promise<void> {
  const isThere = () =>
    page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
    });
  for (let presses = 0; presses < 40; presses++) {
    if ((await isThere()).startsWith(name)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`The keyboard does not come to "${name}".`);
}

const card = (page: Page, id: string) => page.locator(`conversation-card[data-id="${id}"]`);
const bar = (page: Page) => page.locator('answer-bar .bar');

async function requestHuman(server: TestServer, input: object): Promise<void> {
  const query = 'mutation Ask($input: RequestHumanInput!) { requestHuman(input: $input) { __typename } }';
  const answer = await server.post('/graphql', { query, variables: { input } });
  expect(await answer.json()).toEqual({ data: { requestHuman: { __typename: 'ConversationPayload' } } });
}

test('a person steps in by keyboard, others see who holds it, and the bot gets it back', async () => {
  await using server = await startServer();
  await using first = await sitDown(server, 'operator-1');
  await server.post('/webhook/conversation', { id: 'conv_1', user_message: 'A table for nine?' });
  await server.post('/webhook/conversation', { id: 'conv_2', user_message: 'Something else' });
  await card(first.page, 'conv_2').waitFor();
  await first.page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));

  // The bot gives up: the page tells without being asked.
  await requestHuman(server, { conversationId: 'conv_1', reason: 'Too many people', priority: 10 });
  await first.page.getByRole('button', { name: 'Waiting 1' }).waitFor();
  await expect.poll(() => first.page.title()).toBe('(1) Earshot');
  await tabTo(first.page, 'Waiting');
  await first.page.keyboard.press('Enter');
  expect(await first.page.locator('conversation-card').count()).toBe(1);
  await card(first.page, 'conv_1').getByText('Too many people').waitFor();

  // The first operator takes it and answers, without a mouse.
  await first.page.keyboard.press('w');
  await bar(first.page).getByText('Waits for a person').waitFor();
  await first.page.keyboard.press('t');
  await bar(first.page).getByText('You answer').waitFor();
  await expect.poll(() => first.page.title()).toBe('Earshot');
  await first.page.keyboard.type('Nine is fine.');
  await first.page.keyboard.press('Enter');
  await first.page.locator('message-bubble[sender=HUMAN]').getByText('Nine is fine.').waitFor();
  const { conversation } = await server.graphql<{ conversation: { messages: { nodes: object[] } } }>(
    '{ conversation(externalId: "conv_1") { owner operator messages(last: 1) { nodes { sender text metadata } } } }',
  );
  expect(conversation).toMatchObject({ owner: 'HUMAN', operator: 'operator-1' });
  expect(conversation.messages.nodes).toEqual([
    { sender: 'HUMAN', text: 'Nine is fine.', metadata: { operator: 'operator-1' } },
  ]);

  // The second operator sees whose it is, and is refused where it tries all the same.
  await using second = await sitDown(server, 'operator-2');
  await card(second.page, 'conv_1').getByText('operator-1 answers').waitFor();
  await card(second.page, 'conv_1').click();
  await bar(second.page).getByText('operator-1 answers').waitFor();
  await expect(bar(second.page).getByRole('button').count()).resolves.toBe(0);
  expect(await second.page.getByRole('textbox', { name: 'Reply to conv_1' }).isEditable()).toBe(false);
  const { takeOver } = await server.graphql<{ takeOver: object }>(
    'mutation { takeOver(input: { conversationId: "conv_1", operator: "operator-2" }) { __typename ... on HeldByOtherError { operator } } }',
  );
  expect(takeOver).toEqual({ __typename: 'HeldByOtherError', operator: 'operator-1' });

  // The first operator gives it back, and it is closed.
  await tabTo(first.page, 'Release to the bot');
  await first.page.keyboard.press('Enter');
  await bar(first.page).getByText('The bot answers').waitFor();
  await bar(second.page).getByText('The bot answers').waitFor();
  await first.page.locator('conversation-head').getByRole('button', { name: 'Close' }).press('Enter');
  await bar(first.page).getByText('This conversation is closed').waitFor();
  expect(await first.page.evaluate(() => 'isSamePage' in globalThis)).toBe(true);
  expect([...first.complaints, ...second.complaints]).toEqual([]);
});

test('a reply whose answer was lost on the way is said once', async () => {
  await using server = await startServer();
  await using first = await sitDown(server, 'operator-1');
  await server.post('/webhook/conversation', { id: 'conv_1', user_message: 'Hello?' });
  await card(first.page, 'conv_1').click();
  let isLost = false;
  await first.page.route('**/graphql', async (route) => {
    if (isLost || !route.request().postData()?.includes('replyAsHuman')) return route.continue();
    isLost = true;
    await route.fetch();
    await route.abort('connectionreset');
  });
  const field = first.page.getByRole('textbox', { name: 'Reply to conv_1' });
  await field.fill('I am here.');
  await field.press('Enter');
  await expect.poll(() => first.page.locator('letter-list li').count()).toBe(0);
  await first.page.locator('message-bubble[sender=HUMAN]').waitFor();
  expect(isLost).toBe(true);
  const { conversation } = await server.graphql<{ conversation: { messages: { nodes: object[] } } }>(
    '{ conversation(externalId: "conv_1") { messages(last: 10) { nodes { sender } } } }',
  );
  expect(conversation.messages.nodes).toEqual([{ sender: 'USER' }, { sender: 'HUMAN' }]);
});

test('who is gone holds a conversation no longer than others allow, and what was said is erased on every page', async () => {
  await using server = await startServer();
  await server.post('/webhook/conversation', {
    id: 'conv_1',
    user_message: 'My card number is 1234',
    polly_response: 'Thank you',
  });
  await using first = await sitDown(server, 'operator-1');
  await using second = await sitDown(server, 'operator-2');
  for (const { page } of [first, second]) await card(page, 'conv_1').click();
  await first.page.keyboard.press('t');
  await bar(second.page).getByText('operator-1 answers').waitFor();

  // The second operator thinks better of it once, then takes it, and the first is told.
  const desk = second.page.locator('reply-desk');
  await desk.getByRole('button', { name: 'Take over from operator-1' }).click();
  await second.page.keyboard.press('Escape');
  await desk.getByRole('button', { name: 'Take over from operator-1' }).click();
  await desk.getByText('operator-1 holds this conversation and may be writing.').waitFor();
  await desk.getByRole('button', { name: 'Take it from operator-1' }).click();
  await bar(second.page).getByText('You answer').waitFor();
  await bar(first.page).getByText('operator-2 answers').waitFor();

  await desk.getByRole('button', { name: 'Erase…' }).click();
  await desk.getByText('Erase for good what was said in conv_1?').waitFor();
  await desk.getByRole('button', { name: 'Erase this conversation' }).click();
  await desk.getByText('What was said here is erased.').waitFor();
  for (const { page } of [first, second]) {
    await expect.poll(() => page.locator('message-bubble').getByText('erased').count()).toBe(2);
    expect(await page.getByText('My card number').count()).toBe(0);
    await expect.poll(() => card(page, 'conv_1').getByText('Thank you').count()).toBe(0);
  }
  expect([...first.complaints, ...second.complaints]).toEqual([]);
});

test('the queue is in order and whole, however many wait', async () => {
  await using server = await startServer();
  const ids = Array.from({ length: 151 }, (_, index) => `conv_${index}`);
  for (const id of ids) await server.post('/webhook/conversation', { id, user_message: 'Is anybody there?' });
  for (const conversationId of ids) await requestHuman(server, { conversationId });
  await requestHuman(server, { conversationId: 'conv_120', priority: 1 });
  await using desk = await sitDown(server, 'operator-1');
  await desk.page.getByRole('button', { name: 'Waiting 151' }).click();
  const order = () =>
    desk.page
      .locator('conversation-card')
      .evaluateAll((cards) => cards.map((it) => (it as HTMLElement).dataset['id']));
  const all = ['conv_120', ...ids.filter((id) => id !== 'conv_120')];
  const shown = await order();
  expect(shown.length).toBeGreaterThan(20);
  expect(shown).toEqual(all.slice(0, shown.length));
  await desk.page.getByRole('button', { name: 'Load older' }).click();
  await expect.poll(order, { timeout: 15_000 }).toEqual(all);
  expect(desk.complaints).toEqual([]);
}, 60_000);
