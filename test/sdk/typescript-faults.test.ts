import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { EarshotSDK, type EarshotOptions } from '../../sdk/typescript/index.ts';
import { freePort } from '../support/process.ts';

type Answer = { status?: number; headers?: Record<string, string>; body?: unknown } | 'hang' | 'cut';
type Asked = { path: string; headers: IncomingHttpHeaders; body: string };

const stored: Answer = {
  body: {
    data: {
      outcome: {
        __typename: 'LogInteractionPayload',
        conversation: { externalId: 'day' },
        logged: { id: 'TWVzc2FnZTox', sentiment: 0, topics: [] },
        facts: [],
        factsLearned: 0,
      },
    },
  },
};
const down: Answer = { status: 503, body: { detail: 'The server is shutting down; nothing was stored.' } };
const failing = (code: string, more = {}): Answer => ({
  body: { data: null, errors: [{ message: 'No.', extensions: { code, ...more } }] },
});
const message = { userId: 'user123', message: 'I love playing guitar' };

/** A server that gives these answers, the last one for ever, and an SDK that does not really wait. */
async function aServer(answers: Answer[], options: EarshotOptions = {}) {
  const asked: Asked[] = [];
  const pauses: number[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push({ path: request.url ?? '', headers: request.headers, body });
      const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
      if (answer === 'cut') request.socket.destroy();
      if (answer === 'cut' || answer === 'hang') return;
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sdk = new EarshotSDK({
    baseUrl,
    apiKey: 'the-secret-key',
    sleep: (ms) => {
      pauses.push(ms);
      return later(1);
    },
    ...options,
  });
  return {
    sdk,
    asked,
    pauses,
    baseUrl,
    answers,
    keys: () => asked.map(({ headers }) => headers['idempotency-key']),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

afterEach(() => vi.unstubAllEnvs());

describe('retries', () => {
  test.each<[string, Answer]>([
    ['503', down],
    ['502 of a proxy', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['504', { status: 504 }],
    ['429', { status: 429, body: { error: 'Rate limit exceeded' } }],
    ['a database that is away', failing('UNAVAILABLE', { retryAfterSeconds: 2 })],
    ['a connection that is cut', 'cut'],
  ])('after %s the same bytes go out again under the same key', async (_what, fault) => {
    await using it = await aServer([fault, fault, stored]);
    expect(await it.sdk.logMessage(message)).toMatchObject({ outcome: 'stored', conversationId: 'day' });
    expect(it.asked).toHaveLength(3);
    expect(new Set(it.asked.map(({ body }) => body)).size).toBe(1);
    expect(new Set(it.keys()).size).toBe(1);
    expect(it.keys()[0]).toMatch(/^[\da-f-]{36}$/u);
    expect(it.pauses[1]!).toBeGreaterThan(it.pauses[0]! * 0.99);
  });

  test('another message has another key, a question none', async () => {
    await using it = await aServer([stored]);
    await it.sdk.logMessage(message);
    await it.sdk.logMessage(message);
    await it.sdk.getPersonalizationContext('user123').catch(() => undefined);
    const [first, second, question] = it.keys();
    expect(first).not.toBe(second);
    expect(question).toBeUndefined();
  });

  test('no sooner than the server asks', async () => {
    const limited = { status: 429, headers: { 'retry-after': '12' }, body: { error: 'Rate limit exceeded' } };
    await using it = await aServer([limited, { ...limited, headers: {} }, stored]);
    await it.sdk.logMessage(message);
    expect(it.pauses[0]).toBe(12_000);
    expect(it.pauses[1]).toBeLessThan(1001);
  });

  test('a server that asks for minutes is not waited for', async () => {
    const limited = {
      status: 429,
      headers: { 'retry-after': '300' },
      body: { error: 'Rate limit exceeded' },
    };
    await using it = await aServer([limited]);
    await expect(it.sdk.logMessage(message)).rejects.toMatchObject({
      name: 'RateLimitError',
      status: 429,
      retryAfterMs: 300_000,
      message: expect.stringContaining('Try again in 300 s.'),
    });
    expect(it.pauses).toEqual([]);
  });

  test('end with the error, after as many as were allowed', async () => {
    await using it = await aServer([down], { retries: 2 });
    await expect(it.sdk.logMessage(message)).rejects.toMatchObject({ name: 'ServerError', status: 503 });
    expect(it.asked).toHaveLength(3);
    expect(it.pauses.every((ms, index) => ms >= 250 * 2 ** index && ms <= 500 * 2 ** index)).toBe(true);
  });

  test('a server that hangs is given up in time', async () => {
    await using it = await aServer(['hang', 'hang', stored], { timeoutMs: 50 });
    expect((await it.sdk.logMessage(message)).outcome).toBe('stored');
    it.answers.splice(0, 1, 'hang');
    const hanging = new EarshotSDK({ baseUrl: it.baseUrl, timeoutMs: 50, retries: 0 });
    await expect(hanging.logMessage(message)).rejects.toMatchObject({ name: 'RequestTimeoutError' });
    expect(await hanging.healthCheck()).toBe(false);
  });

  test('nobody there is a ConnectionError that says where', async () => {
    const baseUrl = `http://127.0.0.1:${await freePort()}`;
    await expect(new EarshotSDK({ baseUrl, retries: 0 }).logMessage(message)).rejects.toMatchObject({
      name: 'ConnectionError',
      message: expect.stringContaining(baseUrl),
    });
  });
});

describe('refusals', () => {
  test.each<[string, Answer]>([
    ['AuthenticationError', { status: 401, body: { errors: [{ message: 'Authentication required.' }] } }],
    ['AuthenticationError', { status: 403, body: { detail: 'the-secret-key may not' } }],
    ['AuthenticationError', failing('FORBIDDEN')],
    ['NotFoundError', { status: 404, body: { detail: 'Not Found' } }],
    ['InvalidInputError', { status: 413, body: { detail: 'Too large.' } }],
    ['InvalidInputError', failing('BAD_USER_INPUT')],
    ['ServerError', failing('INTERNAL')],
    ['EarshotError', failing('GRAPHQL_VALIDATION_FAILED')],
    ['EarshotError', { status: 301, headers: { location: 'https://elsewhere.example/' } }],
    ['EarshotError', { body: '<html>Welcome</html>' }],
  ])('%s is not tried again, and its message holds no key', async (name, answer) => {
    await using it = await aServer([answer]);
    const error: Error = await it.sdk.logMessage(message).then(
      () => new Error('it was stored'),
      (refused: Error) => refused,
    );
    expect(error.name).toBe(name);
    expect(error.message).toContain('logMessage');
    expect(error.message).not.toContain('the-secret-key');
    expect(it.asked).toHaveLength(1);
  });
});

describe('the background', () => {
  test('never makes the bot wait, keeps the order, and outlasts a server that is down', async () => {
    const told: string[] = [];
    const onError = (error: Error): void => void told.push(error.name);
    await using it = await aServer([down, 'cut', down, stored], { background: true, onError });
    expect(await it.sdk.logMessage({ ...message, message: 'one' })).toMatchObject({ outcome: 'queued' });
    expect(await it.sdk.bulkUpload('user123', ['two'])).toMatchObject({ outcome: 'queued' });
    expect(it.asked).toEqual([]);
    expect(await it.sdk.flush()).toBe(true);
    const said = it.asked.map(({ body }) => /"message":"(\w+)"/u.exec(body)![1]);
    expect(said).toEqual(['one', 'one', 'one', 'one', 'two']);
    expect(new Set(it.keys().slice(0, 4)).size).toBe(1);
    // What was said while the server was down keeps its time.
    expect(it.asked[0]!.body).toMatch(/"at":"\d{4}-/u);
    expect(told).toEqual(['ServerError', 'ConnectionError']);
    expect(it.sdk.dropped).toBe(0);
  });

  test('never fails: what can never be sent is dropped, and onError is told', async () => {
    const told: string[] = [];
    await using it = await aServer([failing('BAD_USER_INPUT'), stored], {
      background: true,
      onError(error) {
        told.push(error.name);
        throw new Error('a listener that fails');
      },
    });
    expect(await it.sdk.logMessage({ userId: '' } as never)).toMatchObject({ outcome: 'dropped' });
    expect(await it.sdk.logMessage(message)).toMatchObject({ outcome: 'queued' });
    expect(await it.sdk.logMessage(message)).toMatchObject({ outcome: 'queued' });
    await it.sdk.flush();
    expect(it.asked).toHaveLength(2);
    expect(it.sdk.dropped).toBe(2);
    expect(told).toContain('InvalidInputError');
  });

  test('of a full queue the oldest give way', async () => {
    const told: string[] = [];
    const onError = (error: Error): void => void told.push(error.message);
    await using it = await aServer([stored], { background: true, queueSize: 2, onError });
    for (const text of ['one', 'two', 'three', 'four', 'five']) {
      await it.sdk.logMessage({ ...message, message: text });
    }
    expect(await it.sdk.flush()).toBe(true);
    expect(it.asked.map(({ body }) => /"message":"(\w+)"/u.exec(body)![1])).toEqual(['one', 'four', 'five']);
    expect(it.sdk.dropped).toBe(2);
    expect(told.join()).toContain('The queue is full (2)');
  });

  test('close tries once what is left, and takes no more', async () => {
    const onError = (): void => undefined;
    const never = (): Promise<void> => new Promise(() => undefined);
    await using it = await aServer([down, stored, stored, down], { background: true, onError, sleep: never });
    await it.sdk.logMessage(message);
    await it.sdk.logMessage(message);
    await vi.waitUntil(() => it.asked.length === 1);
    expect(await it.sdk.flush(20)).toBe(false);
    expect(await it.sdk.close()).toBe(true);
    expect(it.asked).toHaveLength(3);
    expect(await it.sdk.logMessage(message)).toMatchObject({ outcome: 'dropped' });
    const hopeless = new EarshotSDK({ baseUrl: it.baseUrl, background: true, onError, sleep: never });
    await hopeless.logMessage(message);
    expect(await hopeless.close()).toBe(false);
    expect(hopeless.dropped).toBe(1);
  });

  test('is closed by await using', async () => {
    await using it = await aServer([stored]);
    {
      await using sdk = new EarshotSDK({ baseUrl: it.baseUrl, background: true });
      await sdk.logMessage(message);
    }
    expect(it.asked).toHaveLength(1);
  });
});

describe('settings', () => {
  test('come from the environment where the caller says nothing', async () => {
    await using it = await aServer(['hang']);
    vi.stubEnv('LEARNING_SYSTEM_URL', `${it.baseUrl}/`);
    vi.stubEnv('WEBHOOK_API_KEY', ' a-key\n');
    vi.stubEnv('LEARNING_TIMEOUT', '0.05');
    vi.stubEnv('LEARNING_RETRY_COUNT', '1');
    const sdk = new EarshotSDK({ sleep: () => Promise.resolve() });
    expect(sdk.baseUrl).toBe(it.baseUrl);
    await expect(sdk.logMessage(message)).rejects.toMatchObject({ name: 'RequestTimeoutError' });
    expect(it.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer a-key', 'Bearer a-key']);
  });

  test.each(['EARSHOT_ENABLED', 'POLLY_MONITOR_ENABLED'])('%s switches everything off', async (name) => {
    await using it = await aServer([stored]);
    vi.stubEnv(name, 'False');
    const sdk = new EarshotSDK({ baseUrl: it.baseUrl, background: true });
    expect(sdk.enabled).toBe(false);
    expect(await sdk.logMessage(message)).toMatchObject({ outcome: 'skipped' });
    expect(await sdk.bulkUpload('user123', ['x'])).toMatchObject({ outcome: 'skipped' });
    expect(await sdk.getUserInsights('user123')).toMatchObject({ isKnown: false, facts: [] });
    expect(await sdk.getPersonalizationContext('user123')).toBe('');
    expect(await sdk.watchUser('user123').next()).toEqual({ done: true, value: undefined });
    expect(await sdk.healthCheck()).toBe(false);
    expect([await sdk.flush(), await sdk.close()]).toEqual([true, true]);
    expect(it.asked).toEqual([]);
    expect(new EarshotSDK({ enabled: true }).enabled).toBe(true);
  });

  test.each<[string, EarshotOptions]>([
    ['baseUrl', { baseUrl: 'localhost:8000' }],
    ['baseUrl', { baseUrl: 'http://user:the-secret-key@localhost' }],
    ['apiKey', { apiKey: 'the-secret-key with spaces' }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeoutMs', { timeoutMs: NaN }],
    ['retries', { retries: -1 }],
    ['queueSize', { queueSize: 0 }],
  ])('a bad %s is named at the start, without the key', (field, options) => {
    let thrown: unknown;
    try {
      void new EarshotSDK(options);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ name: 'InvalidInputError', field });
    expect(String(thrown)).not.toContain('the-secret-key');
  });

  test('a fetch of the caller is used instead', async () => {
    const asked: string[] = [];
    const sdk = new EarshotSDK({
      baseUrl: 'https://earshot.example/api/',
      fetch: (input) => {
        asked.push(input as string);
        return Promise.resolve(Response.json((stored as { body: unknown }).body));
      },
    });
    expect((await sdk.logMessage(message)).outcome).toBe('stored');
    expect(asked).toEqual(['https://earshot.example/api/graphql']);
  });
});
