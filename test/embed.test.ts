import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findChromium } from './support/chromium.ts';
import { hostPage, strictPolicy } from './support/page.ts';
import { startServer, type TestServer } from './support/server.ts';

const KEY = 'the-key-of-the-host-page';
const shipped = join(import.meta.dirname, '..', 'dist/client/embed/live-monitor.js');
const include = () => `<script src="${earshot}/embed/live-monitor.js"></script>`;

let server: TestServer;
let browser: Browser;
let earshot: string;

/** Opens somebody else's page, under the strictest policy that still lets the script in. */
async function openForeignPage(
  html: string,
): Promise<{ page: Page; problems: string[]; origins: Set<string>; scripts: string[] }> {
  const host = await hostPage(
    `<!doctype html><link rel="icon" href="data:," /><title>Host</title>${html}`,
    strictPolicy({ url: earshot }),
  );
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  const problems: string[] = [];
  const origins = new Set<string>();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'log') problems.push(message.text());
  });
  const scripts: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.push(basename(request.url()));
    if (!request.url().startsWith('data:')) origins.add(new URL(request.url()).origin);
  });
  await page.goto(host);
  origins.delete(host);
  return { page, problems, origins, scripts };
}

beforeAll(async () => {
  browser = await chromium.launch(await findChromium());
  server = await startServer({ env: { WEBHOOK_API_KEY: KEY } });
  earshot = server.url;
});

afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

describe('the embed script', () => {
  it('is at most 45 KB on the wire', () => {
    expect(gzipSync(readFileSync(shipped)).byteLength).toBeLessThanOrEqual(45 * 1024);
  });

  it.each(['', 'defer', 'type="module"'])(
    'goes live on a foreign page under a strict policy, as <script %s>',
    async (kind) => {
      const { page, problems, origins } = await openForeignPage(
        `<script ${kind} src="${earshot}/embed/live-monitor.js"></script><live-monitor token="${KEY}"></live-monitor>`,
      );
      await page.getByText('Live', { exact: true }).waitFor();
      expect(problems).toEqual([]);
      expect([...origins]).toEqual([earshot]);
    },
  );

  it('may be included twice, with two monitors on the page', async () => {
    const { page, problems } = await openForeignPage(
      `${include()}${include()}<live-monitor token="${KEY}"></live-monitor><live-monitor token="${KEY}" theme="dark"></live-monitor>`,
    );
    await expect.poll(() => page.getByText('Live', { exact: true }).count()).toBe(2);
    expect(problems).toEqual([]);
  });

  it('keeps its look whatever the page says of every element', async () => {
    const { page } = await openForeignPage(
      `<script src="${earshot}/embed/live-monitor.js"></script><live-monitor token="${KEY}"></live-monitor>`,
    );
    await page.getByText('Live', { exact: true }).waitFor();
    const look = () =>
      page
        .getByRole('heading', { name: 'Nothing has been said yet' })
        .evaluate((heading) => JSON.stringify(Object.fromEntries(Object.entries(getComputedStyle(heading)))));
    const before = await look();
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`* { color: red !important; font: 40px serif !important; text-align: right !important;
        letter-spacing: 9px !important; text-transform: uppercase !important; visibility: visible !important }`);
      document.adoptedStyleSheets.push(sheet);
    });
    expect(await look()).toBe(before);
  });

  it('loads nothing more than a page needs', async () => {
    const { page, scripts } = await openForeignPage(
      `${include()}<live-monitor token="${KEY}"></live-monitor>`,
    );
    await page.getByText('Live', { exact: true }).waitFor();
    // Nothing was said yet, and how to begin is told.
    await page.locator('empty-board pre').waitFor();
    expect(scripts).toEqual(['live-monitor.js', 'empty.js']);
  });

  it.each(['', 'defer', 'type="module"'])(
    'brings what an element needs with the one script tag, as <script %s>',
    async (kind) => {
      const { page, problems, origins, scripts } = await openForeignPage(
        `<script ${kind} src="${earshot}/embed/live-monitor.js"></script><live-insights user="user123" token="${KEY}"></live-insights>`,
      );
      await page.getByText('Live', { exact: true }).waitFor();
      await page.getByText('Nobody of this id has said anything yet.').waitFor();
      expect(scripts).toEqual(['live-monitor.js', 'insights.js']);
      expect(problems).toEqual([]);
      expect([...origins]).toEqual([earshot]);
    },
  );

  it('brings it inside the shadow root of a host as well, and once however often the tag is included', async () => {
    const { page, problems, scripts } = await openForeignPage(`${include()}${include()}<main></main>`);
    await page.evaluate((key) => {
      for (const user of ['user123', 'user456']) {
        const insights = document.createElement('live-insights');
        Object.assign(insights, { user, token: key });
        const host = document.createElement('div');
        host.attachShadow({ mode: 'open' }).append(insights);
        document.body.append(host);
      }
    }, KEY);
    await expect.poll(() => page.getByText('Live', { exact: true }).count()).toBe(2);
    expect(scripts.filter((name) => name !== 'live-monitor.js')).toEqual(['insights.js']);
    expect(problems).toEqual([]);
  });

  it('offers another try when a part could not be had', async () => {
    const { page } = await openForeignPage(`${include()}<main></main>`);
    await page.route('**/embed/insights.js', (route) => route.abort());
    await page.evaluate((key) => {
      document.body.append(
        Object.assign(document.createElement('live-insights'), { user: 'user123', token: key }),
      );
    }, KEY);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('draws the figures of a session with the scripts for that, and without inline styles', async () => {
    const { page, problems, origins, scripts } = await openForeignPage(`${include()}<main></main>`);
    for (const llm_latency_ms of [800, 900]) {
      const turn = { outcome: 'successful', llm_latency_ms };
      await server.post('/api/v1/sessions/session-123/turns', turn, { authorization: `Bearer ${KEY}` });
    }
    await page.evaluate((key) => {
      const metrics = document.createElement('live-metrics');
      for (const [name, value] of Object.entries({ session: 'session-123', token: key }))
        metrics.setAttribute(name, value);
      document.body.append(metrics);
    }, KEY);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Where the time went' }).waitFor();
    await page.locator('canvas').waitFor();
    expect(
      await page
        .locator('.stretch')
        .first()
        .evaluate((stage) => stage.getBoundingClientRect().width),
    ).toBeGreaterThan(20);
    expect(scripts).toEqual(['live-monitor.js', 'figures.js', 'chart.js']);
    expect(problems).toEqual([]);
    expect([...origins]).toEqual([earshot]);
  });

  it('brings a rating of an end user to the server, with the key that the page gives it', async () => {
    const authorization = { authorization: `Bearer ${KEY}` };
    const { page, problems, origins, scripts } = await openForeignPage(
      `${include()}<live-feedback conversation="chat_1" message="msg_7" feedback-id="rating_1"
        categories="quality, speed" token="${KEY}"></live-feedback>`,
    );
    await page.getByRole('radio', { name: 'No' }).click();
    await page.getByText('Thank you').waitFor();
    await page.getByRole('checkbox', { name: 'Too slow' }).check();
    await page.getByRole('combobox').selectOption('speed');
    await page.getByRole('textbox').fill('Half a minute');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('button', { name: 'Tell more' }).waitFor();
    const { session } = await server.graphql<{ session: { feedback: { nodes: unknown[] } } }>(
      '{ session(id: "chat_1") { feedback { nodes { feedbackId messageId rating isTooSlow category text } } } }',
      {},
      authorization,
    );
    expect(session.feedback.nodes).toEqual([
      {
        feedbackId: 'rating_1',
        messageId: 'msg_7',
        rating: -1,
        isTooSlow: true,
        category: 'speed',
        text: 'Half a minute',
      },
    ]);
    expect(scripts).toEqual(['live-monitor.js', 'feedback.js']);
    expect(problems).toEqual([]);
    expect([...origins]).toEqual([earshot]);
  });
});
