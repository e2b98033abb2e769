import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findChromium } from './support/chromium.ts';
import { startServer, type TestServer } from './support/server.ts';

const KEY = 'the-key-of-the-host-page';
const shipped = join(import.meta.dirname, '..', 'dist/client/embed/live-monitor.js');

let server: TestServer;
let browser: Browser;
let earshot: string;

const originOf = (host: Server): string => `http://127.0.0.1:${(host.address() as AddressInfo).port}`;

/** Opens somebody else's page, under the strictest policy that still lets the script in. */
async function openForeignPage(
  html: string,
): Promise<{ page: Page; problems: string[]; origins: Set<string> }> {
  const policy = [
    "default-src 'none'",
    `script-src ${earshot}`,
    `connect-src ${earshot} ${earshot.replace('http', 'ws')}`,
    "require-trusted-types-for 'script'",
  ].join('; ');
  const host = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.setHeader('content-security-policy', policy);
    response.end(`<!doctype html><link rel="icon" href="data:," /><title>Host</title>${html}`);
  }).listen(0, '127.0.0.1');
  await once(host, 'listening');
  onTestFinished(() => {
    host.closeAllConnections();
    host.close();
  });
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  const problems: string[] = [];
  const origins = new Set<string>();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'log' && !message.text().includes('data:,')) problems.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) origins.add(new URL(request.url()).origin);
  });
  await page.goto(originOf(host));
  origins.delete(originOf(host));
  return { page, problems, origins };
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
    const include = `<script src="${earshot}/embed/live-monitor.js"></script>`;
    const { page, problems } = await openForeignPage(
      `${include}${include}<live-monitor token="${KEY}"></live-monitor><live-monitor token="${KEY}" theme="dark"></live-monitor>`,
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
});
