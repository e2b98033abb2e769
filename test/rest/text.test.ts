import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { sendText } from '../../server/rest/text.ts';

/** Serves an endless text and tells how much of it was taken, and whether it was let go. */
async function serve() {
  const stopping = new AbortController();
  const source = { pieces: 0, isOver: false };
  async function* endless(): AsyncGenerator<string, void, undefined> {
    try {
      for (;;) {
        source.pieces += 1;
        yield 'x'.repeat(65_536);
        await new Promise(setImmediate);
      }
    } finally {
      source.isOver = true;
    }
  }
  const server = createServer((request, response) => {
    void sendText(request, response, { status: 200, body: null, text: endless() }, stopping.signal);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    source,
    stopping,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

test('is taken from its source no faster than its reader reads', async () => {
  await using served = await serve();
  const response = await fetch(served.url);
  let before = -1;
  await expect
    .poll(
      () => {
        const isSame = served.source.pieces === before;
        before = served.source.pieces;
        return isSame;
      },
      { interval: 200 },
    )
    .toBe(true);
  const reader = response.body!.getReader();
  for (let size = 0; size < before * 65_536 * 2;) size += (await reader.read()).value!.length;
  expect(served.source.pieces).toBeGreaterThan(before);
  await reader.cancel();
});

test('lets its source go when the reader goes away', async () => {
  await using served = await serve();
  const response = await fetch(served.url);
  await response.body!.cancel();
  await expect.poll(() => served.source.isOver).toBe(true);
});

test('is cut, not ended, when the server stops', async () => {
  await using served = await serve();
  const response = await fetch(served.url);
  served.stopping.abort();
  await expect(response.text()).rejects.toThrow();
  expect(served.source.isOver).toBe(true);
});
