import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import type * as Module from '../../sdk/typescript/index.ts';
import { findChromium } from '../support/chromium.ts';
import { startServer } from '../support/server.ts';
import { follow } from '../support/viewer.ts';

const root = join(import.meta.dirname, '..', '..');
const folders: Record<string, string> = {
  sdk: join(root, 'dist', 'sdk'),
  'graphql-ws': join(root, 'node_modules', 'graphql-ws', 'dist'),
};
const page = `<!doctype html><title>A shop with a bot</title>
<script type="importmap">{ "imports": { "graphql-ws/client": "/graphql-ws/client.js" } }</script>
<script type="module">
  import * as sdk from '/sdk/index.js';
  globalThis.earshot = sdk;
</script>`;

/** A site of somebody else, with the built SDK beside its page. */
async function aSite(): Promise<AsyncDisposable & { url: string }> {
  const site = createServer((request, response) => {
    const [, folder = '', ...rest] = (request.url ?? '').split('/');
    const file = folders[folder] === undefined ? null : join(folders[folder], ...rest);
    const content = file === null ? Promise.resolve(page) : readFile(file, 'utf8');
    content.then(
      (text) =>
        response
          .writeHead(200, { 'content-type': file === null ? 'text/html' : 'text/javascript' })
          .end(text),
      () => response.writeHead(404).end(),
    );
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  return {
    url: `http://127.0.0.1:${(site.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      site.closeAllConnections();
      site.close();
      await once(site, 'close');
    },
  };
}

test('a page without a bundler logs a message that the feed shows, and watches what it taught', async () => {
  const KEY = 'the-key-of-the-environment';
  await using server = await startServer({ env: { WEBHOOK_API_KEY: KEY } });
  await using site = await aSite();
  await using viewer = follow(server.url, { token: KEY });
  await viewer.next();
  const browser = await chromium.launch({ ...(await findChromium()), headless: true });
  try {
    const tab = await browser.newPage();
    const complaints: string[] = [];
    tab.on('pageerror', (error) => complaints.push(error.message));
    tab.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
    await tab.goto(site.url);
    await tab.waitForFunction('globalThis.earshot');
    const [healthy, logged, watched] = await tab.evaluate(
      async ({ baseUrl, apiKey }) => {
        const { EarshotSDK } = (globalThis as unknown as { earshot: typeof Module }).earshot;
        const sdk = new EarshotSDK({ baseUrl, apiKey });
        const result = await sdk.logMessage({ userId: 'user123', message: 'I love playing guitar' });
        const { value } = await sdk.watchUser('user123').next();
        return [await sdk.healthCheck(), result, value] as const;
      },
      { baseUrl: server.url, apiKey: KEY },
    );
    expect(healthy).toBe(true);
    expect(logged).toMatchObject({ outcome: 'stored', learnedFactsCount: 1 });
    expect(watched).toMatchObject({ isKnown: true, facts: [{ category: 'interests' }] });
    const words: unknown[] = [];
    while (words.length === 0) words.push(...(((await viewer.event())['messages'] as unknown[]) ?? []));
    expect(words).toMatchObject([{ sender: 'USER', text: 'I love playing guitar' }]);
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
});
