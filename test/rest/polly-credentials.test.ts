import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../server/cli.ts';
import { readConfig } from '../../server/config.ts';
import { aBody, CONVERSATION, head, pollyDoors } from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { watch } from '../support/viewer.ts';
import { exchangeBytes, requestText } from '../support/wire.ts';

const KEY = 'the-key-of-the-environment';
const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { WEBHOOK_API_KEY: KEY } });
});
afterAll(() => server[Symbol.asyncDispose]());

/** A key as the command line makes it. */
async function aKey(...args: string[]): Promise<string> {
  const printed: string[] = [];
  const config = readConfig({ DATABASE_URL: server.databaseUrl }, false);
  expect(await runCommand(['key', 'create', ...args], config, (text) => printed.push(text))).toBe(0);
  return printed[0]!.trim();
}

const good: [how: string, headers: Record<string, string>][] = [
  ['Authorization: Bearer', bearer(KEY)],
  ['authorization in other letters', { authorization: `bearer  ${KEY}` }],
  ['X-API-Key', { 'x-api-key': KEY }],
  ['X-API-Key beside another scheme', { authorization: 'Basic dTpw', 'x-api-key': KEY }],
];
const bad: [how: string, headers: Record<string, string>][] = [
  ['no credential', {}],
  ['a wrong bearer', bearer('the-key-of-somebody-else')],
  ['a wrong X-API-Key', { 'x-api-key': 'your_api_key' }],
  ['an empty X-API-Key', { 'x-api-key': '' }],
  ['another scheme', { authorization: `Basic ${KEY}` }],
  ['the key without its scheme', { authorization: KEY }],
  ['more than the key', bearer(`${KEY}x`)],
  ['less than the key', bearer(KEY.slice(0, -1))],
  ['the key in other letters', bearer(KEY.toUpperCase())],
  ['a key of the right form that was never made', bearer(`ear_${'A'.repeat(49)}`)],
];

test.each(good)('%s lets in', async (how, headers) => {
  for (const door of pollyDoors) expect((await server.post(door, aBody(door), headers)).status).toBe(200);
  expect((await server.get('/conversations/recent', headers)).status).toBe(200);
  await using viewer = await watch(server.url, '/ws', headers);
  await server.post(CONVERSATION, { id: how, user_message: 'hello' }, headers);
  expect(await viewer.next()).toMatchObject({ id: how });
});

test.each(bad)('%s is 401 at every door, and nothing is stored', async (_how, headers) => {
  const stored = await head(server, bearer(KEY));
  const answers = [
    ...(await Promise.all(pollyDoors.map((door) => server.post(door, aBody(door), headers)))),
    await server.post(CONVERSATION, '{not even JSON', headers),
    await server.get('/conversations/recent', headers),
    await server.get('/conversations/recent?limit=0', headers),
  ];
  for (const answer of answers) {
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/u);
    expect(await answer.text()).toBe('{"detail":"Authentication required"}');
  }
  expect(await head(server, bearer(KEY))).toBe(stored);
});

test.each(['token', 'api_key'])('?%s= lets in to /ws, and to nothing else', async (name) => {
  await using viewer = await watch(server.url, `/ws?${name}=${KEY}`);
  await server.post(CONVERSATION, { id: name, user_message: 'hello' }, bearer(KEY));
  expect(await viewer.next()).toMatchObject({ id: name });
  expect((await server.get(`/conversations/recent?${name}=${KEY}`)).status).toBe(401);
  for (const door of pollyDoors)
    expect((await server.post(`${door}?${name}=${KEY}`, aBody(door))).status).toBe(401);
});

const upgrade = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};
test.each([
  ['/ws', {}],
  ['/ws?token=wrong', {}],
  ['/ws?api_key=', {}],
  [`/ws?key=${KEY}`, {}],
  [`/ws?token=${KEY}`, bearer('wrong-and-counted-before-the-address')],
  ['/ws', { 'X-API-Key': 'wrong' }],
])(
  'an upgrade of %s without a good credential is answered 401 with the body of the seed',
  async (path, headers) => {
    const reply = await exchangeBytes(server.url, requestText('GET', path, { ...upgrade, ...headers }));
    expect(reply?.status).toBe(401);
    expect(reply?.headers.get('content-type')).toMatch(/^application\/json\b/u);
    expect(reply?.body).toBe('{"detail":"Authentication required"}');
  },
);

test.each([['/health'], ['/ready'], ['/'], ['/embed/live-monitor.js']])(
  'GET %s needs no key',
  async (path) => {
    for (const headers of [{}, bearer('a wrong one')])
      expect((await server.get(path, headers)).status).not.toBe(401);
  },
);

test('health and readiness tell what the document tells', async () => {
  const health = (await (await server.get('/health')).json()) as object;
  expect(health).toEqual({
    status: 'healthy',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/u) as string,
    uptime_seconds: expect.any(Number) as number,
  });
  expect((await server.get('/ready')).status).toBe(200);
});

test('a path that is not there and a method that is not taken are told without a key', async () => {
  expect((await server.get('/nothing/here')).status).toBe(404);
  expect((await server.get(CONVERSATION)).status).toBe(405);
});

test('with keys a page of any site may call, since it must bring one', async () => {
  const headers = { ...bearer(KEY), origin: 'https://shop.example' };
  const answer = await server.post(CONVERSATION, aBody(CONVERSATION), headers);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  const stranger = await server.post(CONVERSATION, aBody(CONVERSATION), { origin: 'https://shop.example' });
  expect(stranger.status).toBe(401);
});

describe('a key that lacks a scope', () => {
  test('may not log: 403, and nothing is stored', async () => {
    const headers = bearer(await aKey('--name', 'reader', '--scopes', 'read'));
    const stored = await head(server, bearer(KEY));
    for (const door of pollyDoors) {
      const answer = await server.post(door, aBody(door), headers);
      expect(answer.status).toBe(403);
      expect(await answer.json()).toEqual({
        detail: 'This key lacks the scope "ingest". Use a key with it (earshot key create --scopes ingest).',
      });
    }
    expect(await head(server, bearer(KEY))).toBe(stored);
    expect((await server.get('/conversations/recent', headers)).status).toBe(200);
  });

  test('may not read or watch: 403', async () => {
    const key = await aKey('--name', 'writer', '--scopes', 'ingest');
    const answer = await server.get('/conversations/recent', bearer(key));
    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual({
      detail: 'This key lacks the scope "read". Use a key with it (earshot key create --scopes read).',
    });
    const reply = await exchangeBytes(server.url, requestText('GET', `/ws?token=${key}`, upgrade));
    expect(reply?.status).toBe(403);
    expect(reply?.body).toBe(
      '{"detail":"This key lacks the scope \\"read\\". Use a key with it (earshot key create --scopes read)."}',
    );
    expect((await server.post(CONVERSATION, aBody(CONVERSATION), bearer(key))).status).toBe(200);
  });
});
