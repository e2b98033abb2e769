import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { aBody, CONVERSATION, head, log, readBack, USER_MESSAGE } from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { watch } from '../support/viewer.ts';
import { exchangeBytes, openWire, parseReply, requestText, type RawReply } from '../support/wire.ts';

const logged: string[] = [];
let server: TestServer;
beforeAll(async () => {
  const logger = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  server = await startServer({ logger });
});
afterAll(() => server[Symbol.asyncDispose]());
afterEach(async () => {
  expect((await server.get('/ready')).status).toBe(200);
  expect(logged.splice(0)).toEqual([]);
});

const send = (bytes: string | Buffer): Promise<RawReply | null> => exchangeBytes(server.url, bytes);

/** Bytes that must be refused, by a reply below 500 or by hanging up, without anything being stored. */
async function refused(bytes: string | Buffer): Promise<RawReply | null> {
  const stored = await head(server);
  const reply = await send(bytes);
  expect(reply?.status ?? 400).toBeGreaterThanOrEqual(400);
  expect(reply?.status ?? 400).toBeLessThan(500);
  expect(await head(server)).toBe(stored);
  return reply;
}

const body = JSON.stringify(aBody(CONVERSATION));
const post = (headers: Record<string, string>, text: string): string =>
  requestText('POST', CONVERSATION, headers, text);

test.each([
  ['/conversations/recent%'],
  ['/%zz'],
  ['/webhook/%ff%fe'],
  ['/webhook/conversation%c0%af'],
  ['/embed/%'],
  ['/%E0%A4%A'],
])('the address %s, whose percent signs mean nothing, is refused in words', async (path) => {
  for (const method of ['GET', 'POST']) {
    const reply = await refused(requestText(method, path, {}));
    expect(JSON.parse(reply!.body)).toEqual({ detail: 'The address is malformed.' });
  }
});

test.each([
  ['no request at all', 'hello\r\n\r\n'],
  ['no version', `GET /conversations/recent\r\n\r\n`],
  ['an unknown version', 'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['the beginning of TLS', Buffer.from('16030100c8010000c40303', 'hex')],
  ['random bytes', randomBytes(4096)],
  ['no host', `POST ${CONVERSATION} HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`],
  ['a method in small letters', `post ${CONVERSATION} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
  ['a space in its address', 'GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['the address of another server', requestText('GET', 'http://evil.example/health', {})],
  ['a star as its address', requestText('GET', '*', {})],
  ['no address', 'GET  HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['NUL in a header', 'GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: a\0b\r\n\r\n'],
  ['a header without a name', 'GET /health HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n'],
  ['a space before the colon', 'GET /health HTTP/1.1\r\nHost : localhost\r\n\r\n'],
  ['a header of 100 KB', requestText('GET', '/health', { 'X-Large': 'x'.repeat(100_000) })],
  ['an address of 100 KB', requestText('GET', `/${'x'.repeat(100_000)}`, {})],
  ['a chunk without a size', `${post({ 'Transfer-Encoding': 'chunked' }, '')}zz\r\n${body}\r\n0\r\n\r\n`],
  ['a chunk larger than numbers go', `${post({ 'Transfer-Encoding': 'chunked' }, '')}ffffffffffffffffff\r\n`],
  ['a negative length', post({ 'Content-Length': '-1' }, body)],
  ['a length that is no number', post({ 'Content-Length': 'abc' }, body)],
  ['a length beyond numbers', post({ 'Content-Length': '99999999999999999999999' }, body)],
  ['two lengths', `${post({ 'Content-Length': `${body.length}\r\nContent-Length: 5` }, body)}`],
  [
    'a length and chunks',
    post({ 'Content-Length': '5', 'Transfer-Encoding': 'chunked' }, `0\r\n\r\n${body}`),
  ],
  ['an unknown transfer', post({ 'Transfer-Encoding': 'xchunked' }, body)],
  ['chunks that are not last', post({ 'Transfer-Encoding': 'chunked, gzip' }, body)],
])('a request with %s is refused', async (_what, bytes) => {
  await refused(bytes);
});

test('more headers than anybody needs do no harm', async () => {
  const headers = Object.fromEntries(Array.from({ length: 1500 }, (_, index) => [`X-${index}`, '1']));
  const reply = await send(requestText('GET', '/health', headers));
  expect(reply?.status ?? 431).toBeLessThan(500);
});

test('a body that is shorter than its length is never stored', async () => {
  const stored = await head(server);
  await using wire = await openWire(server.url);
  await wire.send(post({ 'Content-Length': String(body.length + 1) }, body));
  wire.socket.end();
  expect((await wire.rest).toString()).not.toContain('success');
  expect(await head(server)).toBe(stored);
});

test('what follows a body beyond its length is no part of it', async () => {
  const text = '{"message":"hi","id":"cut"}';
  const headers = { 'Content-Length': String(text.length), Connection: 'keep-alive' };
  const reply = await send(
    `${requestText('POST', USER_MESSAGE, headers, text)}{"message":"more","id":"more"}`,
  );
  expect(reply?.status ?? 400).toBeLessThan(500);
  // The reply may get lost with the connection, so it cannot be waited for.
  await expect.poll(() => readBack(server, 'cut')).toBeDefined();
  expect(await readBack(server, 'more')).toBeUndefined();
});

test('a connection that breaks within a chunk stores nothing', async () => {
  const stored = await head(server);
  await using wire = await openWire(server.url);
  await wire.send(post({ 'Transfer-Encoding': 'chunked' }, `${(body.length + 5).toString(16)}\r\n${body}`));
  wire.socket.resetAndDestroy();
  await wire.rest;
  expect(await head(server)).toBe(stored);
});

test('chunks of one byte are a body like any other', async () => {
  const chunks = [...Buffer.from('{"message":"hi","id":"chunks"}')].map(
    (it) => `1\r\n${String.fromCharCode(it)}\r\n`,
  );
  const reply = await send(
    requestText('POST', USER_MESSAGE, { 'Transfer-Encoding': 'chunked' }, `${chunks.join('')}0\r\n\r\n`),
  );
  expect(reply?.status).toBe(200);
  expect(await readBack(server, 'chunks')).toMatchObject({ user_message: 'hi' });
});

test('requests that come in one packet are answered one by one, in order', async () => {
  const one = (id: string): string => {
    const text = JSON.stringify({ id, message: 'hi' });
    return requestText(
      'POST',
      USER_MESSAGE,
      { Connection: 'keep-alive', 'Content-Length': String(text.length) },
      text,
    );
  };
  await using wire = await openWire(server.url);
  await wire.send(`${one('pipe 1')}${one('pipe 2')}${requestText('GET', '/nothing', {})}`);
  const text = (await wire.rest).toString();
  expect(text.match(/\{.*?\}/gu)).toEqual([
    '{"status":"success","id":"pipe 1"}',
    '{"status":"success","id":"pipe 2"}',
    '{"detail":"Not Found"}',
  ]);
});

test('a length over 1 MiB is 413 before a byte of the body has come', async () => {
  const reply = await refused(post({ 'Content-Length': String(1024 ** 4) }, ''));
  expect(reply?.status).toBe(413);
  expect(JSON.parse(reply!.body)).toEqual({ detail: expect.stringContaining('1048576 bytes') as string });
});

test.each([['close'], ['keep-alive']])(
  'a body that never ends is told 413 after 1 MiB and cut off soon after, on a connection to %s',
  async (connection) => {
    const stored = await head(server);
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000, ' '), Buffer.from('\r\n')]);
    for (let round = 0; round < 10; round += 1) {
      await using wire = await openWire(server.url);
      await wire.send(post({ 'Transfer-Encoding': 'chunked', Connection: connection }, ''));
      let sent = 0;
      while (wire.socket.writable && sent < 100 * 1024 * 1024) {
        await wire.send(chunk);
        sent += chunk.length;
      }
      const reply = parseReply(await wire.rest);
      expect(reply?.status).toBe(413);
      expect(JSON.parse(reply!.body)).toEqual({ detail: expect.stringContaining('1048576 bytes') as string });
      expect(sent).toBeLessThan(64 * 1024 * 1024);
    }
    expect(await head(server)).toBe(stored);
  },
);

test.each([['close'], ['keep-alive']])(
  'a body of 5 MiB is told 413 even to clients that send all of it before they look, on a connection to %s',
  async (connection) => {
    const large = Buffer.alloc(5 * 1024 * 1024, 'x');
    for (let round = 0; round < 10; round += 1) {
      await using wire = await openWire(server.url);
      wire.socket.pause();
      await wire.send(post({ 'Content-Length': String(large.length), Connection: connection }, ''));
      await wire.send(large);
      wire.socket.resume();
      if (connection === 'keep-alive') await wire.send(requestText('GET', '/health', {}));
      const text = (await wire.rest).toString();
      expect(text.match(/HTTP\/1\.1 \d+/gu)).toEqual(
        connection === 'close' ? ['HTTP/1.1 413'] : ['HTTP/1.1 413', 'HTTP/1.1 200'],
      );
    }
  },
);

describe('a WebSocket', () => {
  const upgrade = (headers: Record<string, string> = {}): string =>
    requestText('GET', '/ws', {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    });

  test.each([
    ['no key', upgrade({ 'Sec-WebSocket-Key': '' })],
    ['a key of the wrong length', upgrade({ 'Sec-WebSocket-Key': 'abc' })],
    ['an unknown version', upgrade({ 'Sec-WebSocket-Version': '99' })],
    ['no version', upgrade({ 'Sec-WebSocket-Version': '' })],
    ['another protocol', upgrade({ Upgrade: 'h2c' })],
    ['another method', upgrade().replace('GET', 'POST')],
    ['another path', upgrade().replace('/ws', '/wss')],
    ['the path of a POST door', upgrade().replace('/ws', CONVERSATION)],
    ['a malformed address', upgrade().replace('/ws', '/ws%')],
    ['a bad list of protocols', upgrade({ 'Sec-WebSocket-Protocol': ',,,' })],
  ])('that is asked for with %s is refused', async (_what, bytes) => {
    await refused(bytes);
  });

  test('is not opened by a plain GET', async () => {
    expect((await server.get('/ws')).status).toBe(404);
  });

  /** A masked frame with these first two bytes, as clients send them. */
  const frame = (first: number, payload: Buffer): Buffer => {
    const length =
      payload.length < 126
        ? Buffer.from([0x80 | payload.length])
        : Buffer.from([
            0xff,
            0,
            0,
            0,
            0,
            ...new Uint8Array(new Uint32Array([payload.length]).buffer).reverse(),
          ]);
    return Buffer.concat([Buffer.from([first]), length, Buffer.alloc(4), payload]);
  };
  const words = Buffer.from('hello');
  const garbage: [what: string, bytes: Buffer][] = [
    ['random bytes', randomBytes(10_000)],
    ['an HTTP request', Buffer.from(requestText('GET', '/health', {}))],
    ['an unmasked frame', Buffer.from([0x81, 5, ...words])],
    ['a reserved bit', frame(0xc1, words)],
    ['a reserved kind of frame', frame(0x83, words)],
    ['a continuation of nothing', frame(0x80, words)],
    ['text that is no UTF-8', frame(0x81, Buffer.from([0xff, 0xfe]))],
    ['a ping in pieces', frame(0x09, words)],
    ['a ping of 126 bytes', frame(0x89, Buffer.alloc(126))],
    ['a close of one byte', frame(0x88, Buffer.alloc(1))],
    ['a close with a reserved code', frame(0x88, Buffer.from([0x03, 0xed]))],
    ['a message over 64 KiB', frame(0x81, Buffer.alloc(64 * 1024 + 1, 'x'))],
    ['a frame of 2^63 bytes', Buffer.from([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    [
      'a message over 64 KiB in pieces',
      Buffer.concat([frame(0x01, Buffer.alloc(50_000, 'x')), frame(0x80, Buffer.alloc(50_000, 'x'))]),
    ],
  ];

  test.each(garbage)('that sends %s is cut off, and nobody else notices', async (_what, bytes) => {
    await using other = await watch(server.url, '/ws');
    await using wire = await openWire(server.url);
    await wire.send(upgrade());
    await wire.send(bytes);
    expect((await wire.rest).toString('latin1')).toMatch(/^HTTP\/1\.1 101 /u);
    const event = await log(server, CONVERSATION, { user_message: 'still here?' });
    expect(await other.next()).toEqual(event);
  });

  test('that talks is read and ignored', async () => {
    const stored = await head(server);
    await using viewer = await watch(server.url, '/ws');
    viewer.socket.send('{"type":"subscribe"}');
    viewer.socket.send(Buffer.alloc(64 * 1024, 'x'));
    for (let count = 0; count < 200; count += 1) viewer.socket.send('noise');
    const pong = new Promise((resolve) =>
      viewer.socket.once('pong', (data: Buffer) => resolve(data.toString())),
    );
    viewer.socket.ping('are you there?');
    expect(await pong).toBe('are you there?');
    expect(await head(server)).toBe(stored);
    const event = await log(server, CONVERSATION, { user_message: 'hello' });
    expect(await viewer.next()).toEqual(event);
  });

  test('that is opened and dropped a hundred times leaves nothing behind that matters', async () => {
    await using other = await watch(server.url, '/ws');
    const wires = await Promise.all(Array.from({ length: 100 }, () => openWire(server.url)));
    await Promise.all(wires.map((wire) => wire.send(upgrade())));
    for (const wire of wires) wire.socket.resetAndDestroy();
    await Promise.all(wires.map((wire) => wire.rest));
    const event = await log(server, CONVERSATION, { user_message: 'hello' });
    expect(await other.next()).toEqual(event);
  });
});
