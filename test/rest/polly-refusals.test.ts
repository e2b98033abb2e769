import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  aBody,
  CONVERSATION,
  head,
  log,
  POLLY_RESPONSE,
  pollyDoors,
  USER_MESSAGE,
} from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { exchangeBytes, requestText } from '../support/wire.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Sends a body that must be refused; gives the `detail` after making sure that nothing was stored. */
async function refused(path: string, body: unknown, status = 422, headers = {}): Promise<string> {
  const before = await head(server);
  const answer = await server.post(path, body, headers);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/u);
  const reply = (await answer.json()) as { detail: string };
  expect(Object.keys(reply)).toEqual(['detail']);
  expect(await head(server)).toBe(before);
  return reply.detail;
}

/** Lists inside of a field, so that the body as a whole is so many levels deep. */
const deepBody = (depth: number): string =>
  `{"message":"hello","deep":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

test.each([
  ['nothing at all', ''],
  ['white space', '  \n'],
  ['no JSON', 'message=hello'],
  ['half of it', '{"message": "hel'],
  ['JSON and more', '{"message":"hello"} {}'],
  ['a comma too many', '{"message":"hello",}'],
  ['single quotes', "{'message':'hello'}"],
  ['NaN', '{"message":"hello","latency_ms":NaN}'],
  ['a raw line break in a text', '{"message":"hel\nlo"}'],
  ['a list', '[{"message":"hello"}]'],
  ['a text', '"hello"'],
  ['a number', '5'],
  ['null', 'null'],
  ['bytes that are no UTF-8', Buffer.from('{"message":"h\xe4llo"}', 'latin1')],
  ['a surrogate as UTF-8', Buffer.from([...Buffer.from('{"message":"'), 0xed, 0xa0, 0x80, 0x22, 0x7d])],
  ['UTF-16', Buffer.from('{"message":"hello"}', 'utf16le')],
  ['gzip without saying so', Buffer.from('1f8b0800000000000003', 'hex')],
])('%s is no body for any door: 422', async (_what, body) => {
  for (const door of pollyDoors) expect(await refused(door, body)).toMatch(/^The body must be /u);
});

test('a byte order mark before the body does no harm', async () => {
  const answer = await server.post(USER_MESSAGE, '\ufeff{"id":"bom","message":"hello"}');
  expect(await answer.json()).toEqual({ status: 'success', id: 'bom' });
});

test('the type that a client declares does not matter, only what it sends', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  expect((await server.post(USER_MESSAGE, { message: 'hello' }, form)).status).toBe(200);
});

const wrongTypes: [field: string, values: unknown[]][] = [
  ['id', [5, true, ['x'], {}, '', 'x'.repeat(256), '🍰'.repeat(256), 'a\nb', 'a\u0000b', 'a\u0085b']],
  ['prompt_name', [5, false, [], {}, 'x'.repeat(256)]],
  ['model', [5, false, [], {}, 'x'.repeat(256)]],
  ['status', [5, false, [], {}, 'x'.repeat(256)]],
  ['latency_ms', ['1200', true, [], {}, -1, -0.001]],
  ['tokens_used', ['{}', 5, true, [], [1]]],
  ['timestamp', [5, true, {}, '', 'yesterday', '2025-02-30', '2025-13-01T00:00:00Z', '1737367200']],
];
test.each(wrongTypes)('a bad %s is refused at every door, and named', async (field, values) => {
  for (const door of pollyDoors) {
    for (const value of values)
      expect(await refused(door, aBody(door, { [field]: value }))).toMatch(new RegExp(`^${field}\\b`, 'u'));
  }
});

test.each([
  [CONVERSATION, 'user_message'],
  [CONVERSATION, 'polly_response'],
  [USER_MESSAGE, 'message'],
  [POLLY_RESPONSE, 'response'],
  [POLLY_RESPONSE, 'user_message'],
] as const)('%s takes nothing but a text as %s', async (door, field) => {
  for (const value of [5, 0, true, [], ['hello'], { text: 'hello' }])
    expect(await refused(door, aBody(door, { [field]: value }))).toMatch(new RegExp(`^${field}\\b`, 'u'));
});

const blanks = ['', ' ', '\t\r\n', '\u00a0\u3000', null, undefined];
test.each([
  [CONVERSATION, ['user_message', 'polly_response']],
  [USER_MESSAGE, ['message']],
  [POLLY_RESPONSE, ['response']],
] as const)('%s needs words', async (door, fields) => {
  for (const blank of blanks) {
    const body = Object.fromEntries(fields.map((field) => [field, blank]));
    const detail = await refused(door, { id: 'words', model: 'gpt-4', ...body });
    for (const field of fields) expect(detail).toContain(field);
  }
  expect(await refused(door, {})).toContain(fields[0]);
});

test('words under the name of another door are no words', async () => {
  expect(await refused(USER_MESSAGE, { user_message: 'hello', response: 'hi' })).toMatch(/^message\b/u);
  expect(await refused(POLLY_RESPONSE, { user_message: 'hello', polly_response: 'hi' })).toMatch(
    /^response\b/u,
  );
  expect(await refused(CONVERSATION, { message: 'hello', response: 'hi' })).toContain('user_message');
});

test.each([
  ['NUL', '"\\u0000"'],
  ['half a character', '"\\ud83c"'],
  ['the other half', '"\\udf70 and more"'],
  ['NUL deep down', '{"a":[{"b":"x\\u0000y"}]}'],
  ['NUL in a name', '{"a\\u0000":1}'],
  ['a number beyond all numbers', '1e400'],
  ['a number below all numbers', '{"n":[-1e999]}'],
])('%s is refused wherever it stands', async (_what, json) => {
  for (const door of pollyDoors) {
    const body = JSON.stringify(aBody(door)).slice(0, -1);
    expect(await refused(door, `${body},"extra":${json}}`)).toMatch(/^extra\b/u);
    expect(await refused(door, `${body},"tokens_used":{"n":${json}}}`)).toMatch(/^tokens_used\b/u);
  }
  if (json.startsWith('"')) {
    expect(await refused(USER_MESSAGE, `{"message":${json}}`)).toMatch(/^message\b/u);
    expect(await refused(USER_MESSAGE, `{"message":"hello","id":${json}}`)).toMatch(/^id\b/u);
  }
});

test('NUL in the name of a field is refused', async () => {
  expect(await refused(USER_MESSAGE, '{"message":"hello","a\\u0000b":1}')).toContain('NUL');
});

test('a body may be nested 32 deep and no deeper', async () => {
  expect((await server.post(USER_MESSAGE, deepBody(32))).status).toBe(200);
  expect(await refused(USER_MESSAGE, deepBody(33))).toMatch(/^deep\b.*nested/u);
  expect(await refused(USER_MESSAGE, deepBody(100_000))).toMatch(/^deep\b.*nested/u);
  expect(await refused(USER_MESSAGE, '['.repeat(500_000))).toBe('The body must be JSON.');
});

test('a body of 1 MiB is taken, one byte more is 413', async () => {
  const bodyOf = (bytes: number): string => {
    const frame = '{"id":"large","message":""}';
    return frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`);
  };
  const answer = await server.post(USER_MESSAGE, bodyOf(1024 * 1024));
  expect(await answer.json()).toEqual({ status: 'success', id: 'large' });
  expect(await refused(USER_MESSAGE, bodyOf(1024 * 1024 + 1), 413)).toContain('1048576 bytes');
});

test.each([['gzip'], ['deflate'], ['br'], ['x'.repeat(100)]])(
  'a body that is encoded as %s is 415, whatever it is',
  async (encoding) => {
    const headers = { 'content-encoding': encoding };
    expect(await refused(CONVERSATION, aBody(CONVERSATION), 415, headers)).toContain('Content-Encoding');
  },
);

test.each([
  ['GET', CONVERSATION, 'POST'],
  ['PUT', USER_MESSAGE, 'POST'],
  ['DELETE', POLLY_RESPONSE, 'POST'],
  ['PATCH', CONVERSATION, 'POST'],
  ['PROPFIND', CONVERSATION, 'POST'],
  ['POST', '/conversations/recent', 'GET, HEAD'],
  ['DELETE', '/conversations/recent?limit=5', 'GET, HEAD'],
  ['POST', '/health', 'GET, HEAD'],
  ['POST', '/', 'GET, HEAD'],
])('%s %s is 405, and tells what is allowed', async (method, path, allow) => {
  const reply = await exchangeBytes(server.url, requestText(method, path, {}));
  expect(reply?.status).toBe(405);
  expect(reply?.headers.get('allow')).toBe(allow);
  expect(JSON.parse(reply!.body)).toEqual({ detail: expect.stringContaining(allow) as string });
});

test.each([
  ['/webhook'],
  ['/webhook/conversations'],
  ['/webhook/conversation/'],
  ['/webhook/conversation/x'],
  ['/WEBHOOK/CONVERSATION'],
  ['/conversations'],
  ['/conversations/recent/'],
  ['//webhook/conversation'],
  ['/webhook%2Fconversation'],
  ['/embed/nothing.js'],
  ['/embed/../package.json'],
  ['/embed/%2e%2e%2f%2e%2e%2fpackage.json'],
])('%s is no path of the server: 404', async (path) => {
  for (const method of ['GET', 'POST']) {
    const reply = await exchangeBytes(server.url, requestText(method, path, {}));
    expect(reply?.status).toBe(404);
    expect(reply?.body).toBe('{"detail":"Not Found"}');
  }
});

test('HEAD answers as GET does, without the body', async () => {
  const reply = await exchangeBytes(server.url, requestText('HEAD', '/conversations/recent', {}));
  expect(reply?.status).toBe(200);
  expect(Number(reply?.headers.get('content-length'))).toBeGreaterThan(0);
  expect(reply?.body).toBe('');
});

test.each([
  ['0'],
  ['501'],
  ['-1'],
  [''],
  [' '],
  ['abc'],
  ['1.5'],
  ['1e2'],
  ['0x10'],
  ['+5'],
  ['%2B5'],
  ['5%00'],
  ['٥'],
  ['NaN'],
  ['Infinity'],
  ['99999999999999999999'],
  ['5,6'],
  ['5&limit=6'],
])('limit=%s is refused, never mended: 422', async (limit) => {
  const answer = await server.get(`/conversations/recent?limit=${limit}`);
  expect(answer.status).toBe(422);
  expect(await answer.json()).toEqual({ detail: 'limit must be a whole number from 1 to 500.' });
});

test('a limit without a value is a bad value', async () => {
  expect((await server.get('/conversations/recent?limit')).status).toBe(422);
});

test('a refusal leaves what was there before as it was', async () => {
  const before = await log(server, CONVERSATION, { id: 'kept', user_message: 'hello', latency_ms: 5 });
  await refused(CONVERSATION, { id: 'kept', user_message: 'changed', latency_ms: -1 });
  await refused(USER_MESSAGE, { id: 'kept', message: '' });
  expect(await log(server, CONVERSATION, { id: 'kept', user_message: 'hello' })).toEqual(before);
});
