import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { findChromium } from './support/chromium.ts';

const FRAME = { events: [], cursor: 'epoch:0', caughtUp: true, reset: null };
const BOARD = {
  viewer: { project: { name: 'cafe-pentagon' }, scopes: ['read'], openMode: false },
  conversations: { cursor: 'epoch:0', nodes: [], pageInfo: { endCursor: null, hasNextPage: false } },
};

let script: string;
let browser: Browser;
let earshot: string;
const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<Server> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return server;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** As much of a server as the script needs to go live: the script itself, one answer, and one frame. */
async function startEarshot(): Promise<string> {
  const server = await serve((request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'authorization, content-type');
    const isScript = request.url?.startsWith('/embed/');
    response.setHeader('content-type', isScript ? 'text/javascript' : 'application/json');
    response.end(isScript ? script : JSON.stringify({ data: BOARD }));
  });
  new WebSocketServer({ server, path: '/graphql' }).on('connection', (socket) =>
    socket.on('message', (data: Buffer) => {
      const { type, id } = JSON.parse(data.toString()) as { type: string; id?: string };
      if (type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }));
      if (type === 'subscribe') {
        socket.send(JSON.stringify({ id, type: 'next', payload: { data: { feed: FRAME } } }));
      }
    }),
  );
  return originOf(server);
}

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
  const host = await serve((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.setHeader('content-security-policy', policy);
    response.end(`<!doctype html><link rel="icon" href="data:," /><title>Host</title>${html}`);
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
  // What is measured is what is shipped: under `test`, Lit would be its development build.
  vi.stubEnv('NODE_ENV', 'production');
  const built = (await build({ logLevel: 'silent', build: { write: false } })) as Rolldown.RolldownOutput[];
  vi.unstubAllEnvs();
  const chunk = built
    .flatMap(({ output }) => output)
    .find(({ fileName }) => fileName === 'embed/live-monitor.js');
  if (chunk?.type !== 'chunk') throw new Error('The build has no embed/live-monitor.js.');
  script = chunk.code;
  browser = await chromium.launch(await findChromium());
  earshot = await startEarshot();
});

afterAll(async () => {
  await browser.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

describe('the embed script', () => {
  it('is at most 45 KB on the wire', () => {
    expect(gzipSync(script).byteLength).toBeLessThanOrEqual(45 * 1024);
  });

  it.each(['', 'defer', 'type="module"'])(
    'goes live on a foreign page under a strict policy, as <script %s>',
    async (kind) => {
      const { page, problems, origins } = await openForeignPage(
        `<script ${kind} src="${earshot}/embed/live-monitor.js"></script><live-monitor></live-monitor>`,
      );
      await page.getByText('Live', { exact: true }).waitFor();
      expect(problems).toEqual([]);
      expect([...origins]).toEqual([earshot]);
    },
  );

  it('may be included twice, with two monitors on the page', async () => {
    const include = `<script src="${earshot}/embed/live-monitor.js"></script>`;
    const { page, problems } = await openForeignPage(
      `${include}${include}<live-monitor></live-monitor><live-monitor theme="dark"></live-monitor>`,
    );
    await expect.poll(() => page.getByText('Live', { exact: true }).count()).toBe(2);
    expect(problems).toEqual([]);
  });

  it('keeps its look whatever the page says of every element', async () => {
    const { page } = await openForeignPage(
      `<script src="${earshot}/embed/live-monitor.js"></script><live-monitor></live-monitor>`,
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
