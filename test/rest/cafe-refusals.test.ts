import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { keyOf } from '../support/figures.ts';
import { CONVERSATION, head } from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { exchangeBytes, requestText, type RawReply } from '../support/wire.ts';

const logged: string[] = [];
let server: TestServer;
beforeAll(async () => {
  const logger = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  server = await startServer({ logger, env: { RATE_LIMITS: 'off' } });
  await server.post(CONVERSATION, { id: 'a', user_message: 'hello', polly_response: 'hi' });
});
afterAll(() => server[Symbol.asyncDispose]());
// Nothing that a caller sends is a fault of ours, so the log has nothing to tell.
afterEach(() => expect(logged.splice(0)).toEqual([]));

/** Sends a request exactly as it stands here. */
async function raw(method: string, path: string): Promise<RawReply> {
  return (await exchangeBytes(server.url, requestText(method, path, {})))!;
}
const errorOf = (message: string): string => `{"success":false,"error":"${message}"}`;

const lists = ['/admin/conversations', '/admin/conversations/1', '/admin/conversations/1/messages'];
const changes = [
  '/admin/conversations/1/close',
  '/admin/messages/1/mark-human',
  '/admin/messages/1/mark-replied',
];

describe.each(lists)('the limit of %s', (path) => {
  test.each([
    ['0'],
    ['1001'],
    ['-1'],
    [''],
    ['%20'],
    ['abc'],
    ['1.5'],
    ['1e2'],
    ['0x10'],
    ['+5'],
    ['%2B5'],
    ['5%00'],
    ['%D9%A5'],
    ['NaN'],
    ['99999999999999999999'],
    ['5,6'],
    ['5&limit=6'],
    ['%F0%9F%8D%B0'],
    ['null'],
  ])('is not %j', async (limit) => {
    const reply = await raw('GET', `${path}?limit=${limit}`);
    expect([reply.status, reply.body]).toEqual([
      400,
      errorOf('limit must be a whole number from 1 to 1000.'),
    ]);
  });

  test('may not be left empty', async () => {
    expect((await raw('GET', `${path}?limit`)).status).toBe(400);
  });
});

const noIds = [
  '',
  '0',
  '-1',
  '+1',
  '01',
  '1.0',
  '1e0',
  '0x1',
  '1a',
  'a',
  'null',
  '%20',
  '%201',
  '1%20',
  '1%00',
  '1%0A',
  '%2F',
  '1%2F',
  '..%2F1',
  '%EF%BC%91',
  '%D9%A1',
  '%F0%9F%8D%B0',
  "1'--",
  '1;drop%20table%20messages',
  '__proto__',
  'constructor',
  '2147483648',
  '4294967297',
  '9007199254740993',
  '99999999999999999999999999',
  '1'.repeat(255),
];
const missing = [...noIds, '999', '2147483647'];
test.each(missing)('%s is the id of no conversation: 404 in words of the document', async (id) => {
  for (const [method, path] of [
    ['GET', `/admin/conversations/${id}`],
    ['GET', `/admin/conversations/${id}/messages`],
    ['POST', `/admin/conversations/${id}/close`],
  ] as const) {
    const reply = await raw(method, path);
    expect([reply.status, reply.body], `${method} ${path.slice(0, 100)}`).toEqual([
      404,
      errorOf('Conversation not found'),
    ]);
  }
});

test.each([...missing, '3'])('%s is the id of no message: 404 in words of the document', async (id) => {
  const stored = await head(server);
  for (const mark of ['mark-human', 'mark-replied']) {
    const reply = await raw('POST', `/admin/messages/${id}/${mark}`);
    expect([reply.status, reply.body], mark).toEqual([404, errorOf('Message not found')]);
  }
  expect(await head(server)).toBe(stored);
});

test.each(['%FF', '%C0%80', '%zz', '%'])(
  'an address with %s is 400 in the manner of the panel',
  async (id) => {
    for (const [method, path] of [
      ['GET', `/admin/conversations/${id}`],
      ['POST', `/admin/messages/${id}/mark-human`],
    ] as const) {
      const reply = await raw(method, path);
      expect([reply.status, reply.body]).toEqual([400, errorOf('The address is malformed.')]);
    }
  },
);

test('an id that is longer than any is 404 too', async () => {
  const reply = await raw('GET', `/admin/conversations/${'1'.repeat(5000)}`);
  expect([reply.status, Object.keys(JSON.parse(reply.body) as object)]).toEqual([404, ['success', 'error']]);
});

test.each([
  ...[...lists, '/admin/stats'].flatMap((path) =>
    ['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'].map((method) => [method, path, 'GET, HEAD']),
  ),
  ...changes.flatMap((path) => ['GET', 'PUT', 'PATCH', 'DELETE'].map((method) => [method, path, 'POST'])),
])('%s %s is 405, and tells what is allowed', async (method, path, allow) => {
  const reply = await raw(method!, path!);
  expect([reply.status, reply.headers.get('allow'), reply.body]).toEqual([
    405,
    allow,
    errorOf(`Method not allowed. Use ${allow}.`),
  ]);
});

test.each([
  ['/admin/nothing'],
  ['/admin/'],
  ['/admin/stats/'],
  ['/admin/conversations/1/open'],
  ['/admin/conversations/1/messages/1'],
  ['/admin/messages/1'],
  ['/admin/messages/1/mark'],
  ['/admin/messages/1/mark-human/'],
])('%s is no path of the panel: 404 in its manner', async (path) => {
  for (const method of ['GET', 'POST']) {
    const reply = await raw(method, path);
    expect([reply.status, JSON.parse(reply.body)]).toEqual([
      404,
      { success: false, error: expect.any(String) as string },
    ]);
  }
});

test.each([
  ['white space', ' ', 'The body must be JSON.'],
  ['no JSON', 'reason=x', 'The body must be JSON.'],
  ['half of it', '{"a":', 'The body must be JSON.'],
  ['a list', '[]', 'The body must be a JSON object.'],
  ['null', 'null', 'The body must be a JSON object.'],
  ['a number', '5', 'The body must be a JSON object.'],
  ['a text', '"x"', 'The body must be a JSON object.'],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'The body must be UTF-8.'],
  ['NUL', '{"a":"\\u0000"}', 'a: contains NUL or a lone surrogate.'],
  ['half a character', '{"a":"\\ud800"}', 'a: contains NUL or a lone surrogate.'],
  ['a number beyond all numbers', '{"a":1e400}', 'a: contains a number that is not finite.'],
  ['depth', `{"a":${'['.repeat(32)}${']'.repeat(32)}}`, 'a: is nested more than 32 deep.'],
])('a body that is %s is 400, and nothing is stored', async (_what, body, error) => {
  const stored = await head(server);
  for (const path of changes) {
    const answer = await server.post(path, body);
    expect([answer.status, await answer.text()]).toEqual([400, errorOf(error)]);
  }
  expect(await head(server)).toBe(stored);
});

test('a body of more than 1 MiB is 413, one that is compressed 415', async () => {
  const large = `{"a":"${'x'.repeat(1024 * 1024)}"}`;
  for (const path of changes) {
    const answers = [
      await server.post(path, large),
      await server.post(path, '{}', { 'content-encoding': 'gzip' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([413, 415]);
    for (const answer of answers)
      expect(await answer.json()).toEqual({ success: false, error: expect.any(String) as string });
  }
});

test('a bad key of idempotency is 400', async () => {
  for (const path of changes) {
    const answer = await server.post(path, '', { 'idempotency-key': 'x'.repeat(256) });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { success: false, error: 'Idempotency-Key must be 1 to 255 printable ASCII characters.' },
    ]);
  }
});

test('a refusal is not remembered under its key', async () => {
  const key = { 'idempotency-key': 'refused' };
  expect((await server.post('/admin/messages/5/mark-human', '', key)).status).toBe(404);
  await server.post(CONVERSATION, { id: 'b', user_message: 'x' });
  await server.post(CONVERSATION, { id: 'c', user_message: 'x' });
  const answer = await server.post('/admin/messages/5/mark-human', '', key);
  expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([200, null]);
});

test('a page of another site may change nothing in open mode', async () => {
  const stored = await head(server);
  for (const path of changes) {
    const answer = await server.post(path, '', { origin: 'https://evil.example' });
    expect([answer.status, await answer.json()]).toEqual([
      403,
      { success: false, error: expect.any(String) as string },
    ]);
  }
  expect(await head(server)).toBe(stored);
});

describe('with keys', () => {
  let closed: TestServer;
  beforeAll(async () => {
    closed = await startServer({ env: { WEBHOOK_API_KEY: 'the-key-of-the-environment' } });
    const headers = { 'x-api-key': 'the-key-of-the-environment' };
    await closed.post(CONVERSATION, { id: 'a', user_message: 'hello', polly_response: 'hi' }, headers);
  });
  afterAll(() => closed[Symbol.asyncDispose]());
  const doors = [
    ...[...lists, '/admin/stats'].map((path) => ({ path, method: 'GET', scope: 'read' as const })),
    ...changes.map((path) => ({ path, method: 'POST', scope: 'operate' as const })),
  ];

  test.each(doors)('$method $path asks for one', async ({ path, method }) => {
    const wrong = [{}, { 'x-api-key': 'wrong' }, { authorization: 'Bearer wrong' }];
    for (const headers of wrong as Record<string, string>[]) {
      const answer = await fetch(`${closed.url}${path}`, { method, headers });
      expect([answer.status, await answer.text()]).toEqual([401, errorOf('Authentication required')]);
    }
    const inQuery = await fetch(`${closed.url}${path}?token=the-key-of-the-environment`, { method });
    expect(inQuery.status).toBe(401);
  });

  test.each(doors)('$method $path asks for the scope $scope', async ({ path, method, scope }) => {
    for (const own of ['ingest', 'read', 'operate', 'admin'] as const) {
      const answer = await fetch(`${closed.url}${path}`, { method, headers: await keyOf(closed, [own]) });
      const text = await answer.text();
      if (own === scope) expect([answer.status, text]).toEqual([200, text]);
      else
        expect([answer.status, text]).toEqual([
          403,
          errorOf(
            `This key lacks the scope \\"${scope}\\". Use a key with it (earshot key create --scopes ${scope}).`,
          ),
        ]);
    }
  });

  test.each(doors)('$method $path shows nothing of another project', async ({ path, method }) => {
    const headers = await keyOf(closed, ['read', 'operate'], 'strangers');
    const answer = await fetch(`${closed.url}${path}`, { method, headers });
    const text = await answer.text();
    if (path === '/admin/stats') expect(text).toContain('"total_conversations":0');
    else if (path === '/admin/conversations') expect(text).toContain('"conversations":[],"count":0');
    else {
      const what = path.startsWith('/admin/messages') ? 'Message' : 'Conversation';
      expect([answer.status, text]).toEqual([404, errorOf(`${what} not found`)]);
    }
  });
});
