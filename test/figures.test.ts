import { basename } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findChromium } from './support/chromium.ts';
import { complaintsOf, hostPage, pageWith } from './support/page.ts';
import { startServer, type TestServer } from './support/server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ ...(await findChromium()), headless: true });
});
afterAll(() => browser.close());

interface View {
  page: Page;
  /** Errors and warnings of the page. */
  complaints: string[];
  /** Names of the scripts that it fetched. */
  scripts: string[];
}

async function open(address: string): Promise<View> {
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
  onTestFinished(() => page.close());
  page.setDefaultTimeout(10_000);
  const complaints = complaintsOf(page);
  const scripts: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.push(basename(request.url()));
  });
  await page.goto(address);
  return { page, complaints, scripts };
}

/** Somebody else's page with these elements on it. */
const openHost = async (server: { url: string }, html: string): Promise<View> =>
  open(await hostPage(pageWith(server, html)));

async function send(server: TestServer, door: 'turns' | 'costs', body: object): Promise<void> {
  const answer = await server.post(`/api/v1/sessions/session-123/${door}`, body);
  expect(answer.ok, await answer.text()).toBe(true);
}

const turn = { outcome: 'successful', asr_latency_ms: 200, llm_latency_ms: 800, tts_latency_ms: 100 };
const failed = { outcome: 'failed', llm_latency_ms: 3000, error: 'Model timed out' };
const speech = { service: 'tts', provider: 'sarvam', cost_usd: 0.01 };
const model = { service: 'llm', provider: 'openai', model: 'gpt-4o-mini', cost_usd: 0.02 };

/** The figure over a label. */
const tile = (element: Locator, label: string) =>
  element
    .locator('figure-tiles dl > div')
    .filter({ has: element.page().getByText(label, { exact: true }) })
    .locator('.value');

async function expectFigure(element: Locator, label: string, value: string): Promise<void> {
  await expect.poll(() => tile(element, label).textContent(), { timeout: 10_000 }).toBe(value);
}

test('turns and costs of a session are on the page as they come, in charts that load when there is something to draw', async () => {
  await using server = await startServer();
  const { page, complaints, scripts } = await openHost(
    server,
    '<live-costs session="session-123"></live-costs><live-metrics session="session-123"></live-metrics>',
  );
  const [costs, metrics] = [page.locator('live-costs-page'), page.locator('live-metrics-page')];
  await page.getByText('No costs of this session yet.').waitFor();
  await page.getByText('No turns of this session yet.').waitFor();
  await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
  await send(server, 'turns', turn);
  await expectFigure(metrics, 'turn', '1');
  await expectFigure(metrics, 'p50 of the total', '1.1 s');
  expect(scripts).toEqual(['live-monitor.js', 'figures.js']);
  await send(server, 'turns', failed);
  await expectFigure(metrics, 'succeeded', '50 %');
  expect(await metrics.locator('stage-bars .row').count()).toBe(2);
  await send(server, 'costs', model);
  await expectFigure(costs, 'cost so far', '$0.02');
  await send(server, 'costs', speech);
  await expectFigure(costs, 'cost so far', '$0.03');
  expect(await costs.locator('cost-breakdown tbody tr').allInnerTexts()).toEqual([
    expect.stringMatching(/^llm\s+\$0\.02\s+67 %$/u),
    expect.stringMatching(/^tts\s+\$0\.01\s+33 %$/u),
  ]);
  await metrics.locator('canvas').waitFor();
  await costs.locator('canvas').waitFor();
  expect(scripts).toEqual(['live-monitor.js', 'figures.js', 'chart.js']);
  expect(await page.evaluate(() => 'isSamePage' in globalThis)).toBe(true);
  expect(complaints).toEqual([]);
});

test('an operation without a known price is told, and never counted as nothing', async () => {
  await using server = await startServer();
  const { page } = await openHost(server, '<live-costs session="session-123"></live-costs>');
  const costs = page.locator('live-costs-page');
  await send(server, 'costs', { service: 'llm', provider: 'unheard-of', model: 'nobody-1', units: 5 });
  await expectFigure(costs, 'cost so far', 'Unknown');
  await costs.getByText('1 operation without a known price.').waitFor();
  await send(server, 'costs', speech);
  await expectFigure(costs, 'cost so far', '$0.01');
  await costs.getByText('at least: prices are missing').waitFor();
});

test('two prices that differ are both told, as sums over the operations that they are of', async () => {
  await using server = await startServer();
  const { page } = await openHost(server, '<live-costs session="session-123"></live-costs>');
  const usage = { usage: { prompt_tokens: 1_000_000, completion_tokens: 0 } };
  await send(server, 'costs', { ...model, ...usage, cost_usd: undefined });
  const known = await server.graphql<{ session: { costs: { totalUsd: string } } }>(
    '{ session(id: "session-123") { costs { totalUsd } } }',
  );
  const table = Number(known.session.costs.totalUsd);
  expect(table).toBeGreaterThan(0);
  await send(server, 'costs', { ...model, ...usage, cost_usd: table * 2 });
  await page
    .getByText(`For it senders say $${(table * 2).toFixed(2)}, the table $${table.toFixed(2)}`)
    .waitFor();
});

test('the project adds up its sessions, charts them by outcome, and shows the chart as a table', async () => {
  await using server = await startServer();
  await send(server, 'turns', turn);
  await send(server, 'turns', failed);
  const { page, complaints } = await openHost(server, '<live-metrics></live-metrics>');
  const metrics = page.locator('live-metrics-page');
  await expectFigure(metrics, 'turns', '2');
  const outcomes = metrics.locator('time-chart').filter({ hasText: 'by outcome' });
  await outcomes.locator('canvas').waitFor();
  await outcomes.getByRole('button', { name: 'Show as table' }).click();
  const table = outcomes.getByRole('table', { name: 'Turns of the last 24 hours by outcome' });
  expect((await table.locator('thead th').allInnerTexts()).slice(1).toSorted()).toEqual([
    'failed',
    'interrupted',
    'succeeded',
  ]);
  expect((await table.locator('tbody tr').last().locator('td').allInnerTexts()).toSorted()).toEqual([
    '0',
    '1',
    '1',
  ]);
  await outcomes.getByRole('button', { name: 'Show as chart' }).click();
  await outcomes.locator('canvas').waitFor();
  await send(server, 'turns', turn);
  await expectFigure(metrics, 'turns', '3');
  expect(complaints).toEqual([]);
});

test('a rating that an end user gives is in the monitor, at the message that it is for', async () => {
  await using server = await startServer();
  const say = (sender: string, text: string, message_id: string) =>
    server.graphql('mutation ($input: LogMessageInput!) { logMessage(input: $input) { __typename } }', {
      input: { conversationId: 'session-123', sender, text, metadata: { message_id } },
    });
  await say('USER', 'Is the shop open?', 'msg_1');
  await say('BOT', 'It is always open.', 'msg_2');
  await say('BOT', 'Anything else?', 'msg_3');
  const { page: monitor, complaints } = await open(server.url);
  const answer = monitor.locator('message-bubble').filter({ hasText: 'It is always open.' });
  await answer.waitFor();
  const { page: chat } = await openHost(
    server,
    '<live-feedback conversation="session-123" message="msg_2"></live-feedback>',
  );
  await chat.getByRole('radio', { name: 'No' }).click();
  await answer.getByRole('img', { name: 'Rated: thumbs down' }).waitFor();
  await chat.getByRole('checkbox', { name: 'Wrong' }).check();
  await chat.getByRole('textbox').fill('Closed on Sundays');
  await chat.getByRole('button', { name: 'Send' }).click();
  await answer.getByText('Closed on Sundays').waitFor();
  expect(await monitor.locator('message-bubble rating-mark').count()).toBe(1);
  await expectFigure(monitor.locator('live-metrics'), 'rating', '1');
  await monitor.reload();
  await answer.getByText('Closed on Sundays').waitFor();
  expect(await monitor.locator('message-bubble rating-mark').count()).toBe(1);
  expect(complaints).toEqual([]);
});
