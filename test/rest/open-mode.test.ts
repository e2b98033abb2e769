import { afterAll, beforeAll, expect, test } from 'vitest';
import { aBody, CONVERSATION, head, pollyDoors } from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { watch } from '../support/viewer.ts';
import { exchangeBytes, requestText, type RawReply } from '../support/wire.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const body = JSON.stringify(aBody(CONVERSATION));
const length = { 'Content-Length': String(body.length) };
const upgrade = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

async function send(
  method: string,
  path: string,
  headers: Record<string, string>,
  text = '',
): Promise<RawReply> {
  const reply = await exchangeBytes(server.url, requestText(method, path, headers, text));
  if (reply === null) throw new Error(`${method} ${path} was not answered`);
  return reply;
}

const doorsOf = (headers: Record<string, string>): Promise<RawReply>[] => [
  send('POST', CONVERSATION, { ...headers, ...length }, body),
  send('GET', '/conversations/recent', headers),
  send('GET', '/nothing/here', headers),
  send('POST', '/graphql', { ...headers, 'Content-Length': '2' }, '{}'),
  send('OPTIONS', CONVERSATION, headers),
  send('GET', '/ws', { ...headers, ...upgrade }),
];

test('no credential is needed, and a wrong one is ignored', async () => {
  for (const headers of [{}, { authorization: 'Bearer your_api_key' }, { 'x-api-key': 'placeholder' }])
    for (const door of pollyDoors) expect((await server.post(door, aBody(door), headers)).status).toBe(200);
  await using viewer = await watch(server.url, '/ws?token=your_token');
  await server.post(CONVERSATION, { id: 'open', user_message: 'hello' });
  expect(await viewer.next()).toMatchObject({ id: 'open' });
});

test.each([
  ['evil.example'],
  ['evil.example:8000'],
  ['localhost.evil.example'],
  ['127.0.0.1.evil.example'],
  ['localhost@evil.example'],
  ['evil.example/localhost'],
  ['192.168.0.5'],
  ['0.0.0.0'],
  ['127.0.0.1:8000, evil.example'],
  ['local host'],
  [''],
])('a request for the host %j is 403 wherever it goes, and nothing is stored', async (host) => {
  const stored = await head(server);
  for (const reply of await Promise.all([...doorsOf({ Host: host }), send('GET', '/', { Host: host })])) {
    expect(reply.status).toBe(403);
    expect(Object.keys(JSON.parse(reply.body) as object)).toEqual(['detail']);
  }
  expect(await head(server)).toBe(stored);
});

test.each([
  ['localhost'],
  ['LOCALHOST:1234'],
  ['127.0.0.1:8000'],
  ['127.1.2.3'],
  ['[::1]:8000'],
  ['app.localhost'],
])('a request for the host %s is served', async (host) => {
  expect((await send('POST', CONVERSATION, { Host: host, ...length }, body)).status).toBe(200);
});

test.each([
  ['https://evil.example'],
  ['http://localhost.evil.example'],
  ['http://evil.example:8000'],
  ['null'],
  ['file://'],
  ['chrome-extension://abcdef'],
  ['http://localhost@evil.example'],
  ['localhost'],
  [''],
])('a page of %j is 403 wherever it asks, and nothing is stored', async (origin) => {
  const stored = await head(server);
  for (const reply of await Promise.all(doorsOf({ Origin: origin }))) {
    expect(reply.status).toBe(403);
    expect(Object.keys(JSON.parse(reply.body) as object)).toEqual(['detail']);
    expect(reply.headers.has('access-control-allow-origin')).toBe(false);
  }
  expect(await head(server)).toBe(stored);
});

test('a page of another site may load public files', async () => {
  const origin = { Origin: 'https://evil.example' };
  expect((await send('GET', '/', origin)).status).toBe(200);
  expect((await send('GET', '/health', origin)).status).toBe(200);
  expect((await send('GET', '/embed/nothing.js', origin)).status).toBe(404);
});

test.each([
  ['http://localhost'],
  ['http://localhost:3000'],
  ['https://localhost:8443'],
  ['http://127.0.0.1:5173'],
  ['http://[::1]:9'],
  ['http://app.localhost:3000'],
])('a page of %s, which is this machine, may do everything', async (origin) => {
  const reply = await send('POST', CONVERSATION, { Origin: origin, ...length }, body);
  expect(reply.status).toBe(200);
  expect(reply.headers.get('access-control-allow-origin')).toBe(origin);
  const preflight = await send('OPTIONS', CONVERSATION, {
    Origin: origin,
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'content-type',
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
  expect(preflight.headers.get('access-control-allow-headers')).toContain('content-type');
  await using viewer = await watch(server.url, '/ws', { origin });
  await server.post(CONVERSATION, { id: `for ${origin}`, user_message: 'hello' });
  expect(await viewer.next()).toMatchObject({ id: `for ${origin}` });
});
