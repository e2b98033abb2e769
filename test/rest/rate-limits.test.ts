import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseRateLimits } from '../../server/auth/limits.ts';
import { BULK, insightsOf, MESSAGE, say } from '../support/learning.ts';
import { startServer, type TestServer } from '../support/server.ts';

const KEY = 'the-key-of-the-environment';
const auth = { 'x-api-key': KEY };
let server: TestServer;
let open: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { WEBHOOK_API_KEY: KEY } });
  open = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await open[Symbol.asyncDispose]();
});

const limitHeaders = (response: Response): Record<string, string | null> =>
  Object.fromEntries(
    [
      'ratelimit-policy',
      'ratelimit',
      'x-ratelimit-limit',
      'x-ratelimit-remaining',
      'x-ratelimit-reset',
      'retry-after',
    ].map((name) => [name, response.headers.get(name)]),
  );

test('the fifty-first message of a user within five minutes is 429, and says when to come back', async () => {
  const body = { user_id: 'busy', message: 'hello' };
  for (let count = 0; count < 50; count += 1) {
    const response = await server.post(MESSAGE, body, auth);
    expect(response.status).toBe(200);
    expect(limitHeaders(response)).toMatchObject({
      'ratelimit-policy': '"messages";q=50;w=300',
      'x-ratelimit-limit': '50',
      'x-ratelimit-remaining': String(49 - count),
      'retry-after': null,
    });
  }
  const refused = await server.post(MESSAGE, body, auth);
  expect(refused.status).toBe(429);
  const told = (await refused.json()) as { error: string; retry_after: number };
  expect(told).toEqual({ error: 'Rate limit exceeded', retry_after: expect.any(Number) as number });
  expect(told.retry_after).toBeGreaterThan(0);
  expect(told.retry_after).toBeLessThanOrEqual(300);
  const left = String(told.retry_after);
  expect(limitHeaders(refused)).toEqual({
    'ratelimit-policy': '"messages";q=50;w=300',
    ratelimit: `"messages";r=0;t=${left}`,
    'x-ratelimit-limit': '50',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': left,
    'retry-after': left,
  });
  // One user cannot flood; the bot that carries the key goes on for everybody else.
  expect((await server.post(MESSAGE, { ...body, user_id: 'other' }, auth)).status).toBe(200);
});

test.each([
  [BULK, 'bulk', 10, { user_id: 'b', interactions: [] }],
  [insightsOf('i'), 'insights', 100, null],
  ['/webhook/stream/insights/s', 'stream-insights', 10, null],
  ['/webhook/stream/learning/s', 'stream-learning', 5, null],
] as const)(
  '%s has the policy %s of %i in five minutes; refused requests count',
  async (path, policy, most, body) => {
    for (let count = 0; count <= most; count += 1) {
      const controller = new AbortController();
      const response = await fetch(`${server.url}${path}`, {
        method: body === null ? 'GET' : 'POST',
        headers: auth,
        signal: controller.signal,
        ...(body && { body: JSON.stringify(body) }),
      });
      controller.abort();
      expect(response.headers.get('ratelimit-policy')).toBe(`"${policy}";q=${most};w=300`);
      expect(response.status === 429).toBe(count === most);
    }
  },
);

test('in open mode users are told apart too', async () => {
  for (let count = 0; count < 50; count += 1) await say(open, 'flood', 'x');
  expect((await open.post(MESSAGE, { user_id: 'flood', message: 'x' })).status).toBe(429);
  expect((await open.post(MESSAGE, { user_id: 'calm', message: 'x' })).status).toBe(200);
});

test('an answer given again counts too', async () => {
  const headers = { 'idempotency-key': 'k' };
  const body = { user_id: 'again', message: 'x' };
  const remaining = [];
  for (let count = 0; count < 2; count += 1) {
    remaining.push((await open.post(MESSAGE, body, headers)).headers.get('x-ratelimit-remaining'));
  }
  expect(remaining).toEqual(['49', '48']);
});

test('limits end with their window', async () => {
  await using short = await startServer({ env: { RATE_LIMITS: 'messages=1/1' } });
  const post = (): Promise<Response> => short.post(MESSAGE, { user_id: 'u', message: 'x' });
  expect((await post()).status).toBe(200);
  expect((await post()).status).toBe(429);
  await expect.poll(async () => (await post()).status, { timeout: 5000, interval: 100 }).toBe(200);
});

test('RATE_LIMITS turns limits off, changes some, and says what is wrong', () => {
  expect(parseRateLimits('off')).toBeNull();
  expect(parseRateLimits(undefined)!.messages).toEqual({ requests: 50, seconds: 300 });
  const changed = parseRateLimits('messages=5/60, bulk=1/10')!;
  expect([changed.messages, changed.bulk, changed.insights]).toEqual([
    { requests: 5, seconds: 60 },
    { requests: 1, seconds: 10 },
    { requests: 100, seconds: 300 },
  ]);
  for (const wrong of ['on', 'messages=0/60', 'messages=5', 'mails=5/60', 'messages=-1/60']) {
    expect(() => parseRateLimits(wrong)).toThrow('RATE_LIMITS must be');
  }
});
