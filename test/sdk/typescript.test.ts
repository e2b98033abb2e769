import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AIUserLearningSDK,
  AuthenticationError,
  EarshotSDK,
  InvalidInputError,
  NotFoundError,
  type UserInsights,
} from '../../sdk/typescript/index.ts';
import { freePort } from '../support/process.ts';
import { createDatabase, startServer, type TestServer } from '../support/server.ts';

const KEY = 'the-key-of-the-environment';
const root = join(import.meta.dirname, '..', '..');
let server: TestServer;
let sdk: EarshotSDK;
beforeAll(async () => {
  server = await startServer();
  sdk = new EarshotSDK({ baseUrl: server.url, retries: 0 });
});
afterAll(() => server[Symbol.asyncDispose]());

/** The next state of an iteration. */
async function next(states: AsyncGenerator<UserInsights, void>): Promise<UserInsights> {
  const { value, done } = await states.next();
  if (done) throw new Error('the states ended');
  return value;
}

describe('logMessage', () => {
  test('stores what was said, and tells what it taught', async () => {
    const logged = await sdk.logMessage({
      userId: 'user123',
      message: 'I love playing guitar',
      response: 'What style do you play?',
      sessionId: 'session_123',
      at: new Date('2026-01-02T03:04:05Z'),
      metadata: { source: 'gradio', model: 'gpt-4' },
    });
    expect(logged).toMatchObject({
      outcome: 'stored',
      interactionId: expect.any(String),
      conversationId: 'session_123',
      learnedFactsCount: 1,
      facts: [{ change: 'learned', fact: { category: 'interests', evidenceCount: 1 } }],
    });
    expect(logged.sentiment).toBeGreaterThan(0);
    expect(
      await server.graphql(
        '{ conversation(externalId: "session_123") { platform messages { nodes { text at exchange { model } } } } }',
      ),
    ).toEqual({
      conversation: {
        platform: 'gradio',
        messages: {
          nodes: ['I love playing guitar', 'What style do you play?'].map((text) => ({
            text,
            at: '2026-01-02T03:04:05.000Z',
            exchange: { model: 'gpt-4' },
          })),
        },
      },
    });
  });

  test('names the field that is wrong, as the caller knows it', async () => {
    await expect(sdk.logMessage({ userId: 'user123', message: ' ' })).rejects.toMatchObject({
      name: 'InvalidInputError',
      field: 'message',
      message: 'message must not be blank.',
    });
    await expect(sdk.logMessage({ userId: '', message: 'hello' })).rejects.toMatchObject({ field: 'userId' });
    const sparse = sdk.logMessage({ userId: 'user123' } as never);
    await expect(sparse).rejects.toMatchObject({ field: 'message' });
    const undated = sdk.logMessage({ userId: 'user123', message: 'x', at: 'yesterday' });
    await expect(undated).rejects.toMatchObject({ field: 'at' });
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const looped = sdk.logMessage({ userId: 'user123', message: 'x', metadata: circle });
    await expect(looped).rejects.toBeInstanceOf(InvalidInputError);
  });
});

describe('bulkUpload', () => {
  test('takes texts and objects, in their order', async () => {
    const uploaded = await sdk.bulkUpload('bulk', [
      'I love jazz',
      { message: 'I like programming', response: 'Which language?', sessionId: 'other' },
      'I really love jazz',
    ]);
    expect(uploaded).toMatchObject({ outcome: 'stored', interactionsCreated: 3, factsLearned: 2 });
    expect(new Set(uploaded.interactionIds).size).toBe(3);
    const { recentInteractions } = await sdk.getUserInsights('bulk');
    expect(recentInteractions.map(({ content }) => content)).toEqual([
      'I really love jazz',
      'I like programming',
      'I love jazz',
    ]);
  });

  test('stores none when one is bad, and names it', async () => {
    await expect(sdk.bulkUpload('nothing', ['good', ''])).rejects.toMatchObject({
      field: 'messages.1.message',
    });
    await expect(sdk.bulkUpload('nothing', 'a text' as never)).rejects.toMatchObject({ field: 'messages' });
    await expect(sdk.bulkUpload('nothing', [])).rejects.toBeInstanceOf(InvalidInputError);
    await expect(sdk.getUserInsights('nothing')).rejects.toBeInstanceOf(NotFoundError);
  });
});

describe('getUserInsights', () => {
  test('gives facts, messages, counts and suggestions', async () => {
    await sdk.bulkUpload('known', ['I love hiking', 'I work as a nurse', 'I work as a nurse in Oslo']);
    const insights = await sdk.getUserInsights('known');
    expect(insights).toMatchObject({ userId: 'known', isKnown: true, analytics: { totalInteractions: 3 } });
    expect(insights.analytics.mostActiveHour).toBeTypeOf('number');
    expect(insights.suggestions.length).toBeGreaterThan(0);
    expect(insights.recentInteractions[2]).toMatchObject({ content: 'I love hiking' });
    const work = await sdk.getUserInsights('known', { categories: ['work'], minConfidence: 'medium' });
    expect(work.facts.length).toBeGreaterThan(0);
    expect(work.facts.every(({ category, confidence }) => category === 'work' && confidence !== 'low')).toBe(
      true,
    );
    expect((await sdk.getUserInsights('known', { limit: 1 })).facts).toHaveLength(1);
  });

  test('says who is not known, and which option is wrong', async () => {
    const unknown = sdk.getUserInsights('nobody');
    await expect(unknown).rejects.toBeInstanceOf(NotFoundError);
    await expect(unknown).rejects.toThrow('User nobody not found.');
    for (const limit of [0, 101, 1.5]) {
      await expect(sdk.getUserInsights('known', { limit })).rejects.toMatchObject({ field: 'limit' });
    }
    const unsure = sdk.getUserInsights('known', { minConfidence: 'LOW' as never });
    await expect(unsure).rejects.toMatchObject({ field: 'minConfidence' });
    const hobbies = sdk.getUserInsights('known', { categories: ['hobbies' as never] });
    await expect(hobbies).rejects.toMatchObject({ field: 'categories' });
  });
});

test('getPersonalizationContext is a text for a prompt, empty for an unknown user', async () => {
  await sdk.logMessage({ userId: 'prompted', message: 'I love sailing' });
  expect(await sdk.getPersonalizationContext('prompted')).toContain('sailing');
  expect(await sdk.getPersonalizationContext('nobody')).toBe('');
});

test('healthCheck tells whether the server is there, and never rejects', async () => {
  expect(await sdk.healthCheck()).toBe(true);
  expect(await new EarshotSDK(`http://127.0.0.1:${await freePort()}`).healthCheck()).toBe(false);
});

describe('watchUser', () => {
  test('gives what is known now, and again when it changed', async () => {
    const stop = new AbortController();
    const states = sdk.watchUser('watched', { signal: stop.signal });
    expect(await next(states)).toMatchObject({ isKnown: false, facts: [] });
    await sdk.logMessage({ userId: 'watched', message: 'I love chess' });
    expect(await next(states)).toMatchObject({
      isKnown: true,
      facts: [{ category: 'interests' }],
      analytics: { totalInteractions: 1 },
    });
    const ended = states.next();
    stop.abort();
    expect(await ended).toEqual({ done: true, value: undefined });
  });

  test('comes back by itself after the server restarted, and tells what was missed', async () => {
    await using database = await createDatabase();
    const env = { PORT: String(await freePort()) };
    let there = await startServer({ env, database });
    const pauses: number[] = [];
    const patient = new EarshotSDK({
      baseUrl: there.url,
      sleep: (ms) => {
        pauses.push(ms);
        return new Promise((resolve) => setTimeout(resolve, 20));
      },
    });
    await patient.logMessage({ userId: 'user123', message: 'before' });
    const states = patient.watchUser('user123');
    expect(await next(states)).toMatchObject({ analytics: { totalInteractions: 1 } });
    const missed = next(states);
    await there[Symbol.asyncDispose]();
    there = await startServer({ env, database });
    await patient.logMessage({ userId: 'user123', message: 'after' });
    expect(await missed).toMatchObject({ analytics: { totalInteractions: 2 } });
    expect(pauses.length).toBeGreaterThan(0);
    await states.return();
    await there[Symbol.asyncDispose]();
  });

  test('gives up when nobody is there from the start', async () => {
    const pauses: number[] = [];
    const lost = new EarshotSDK({
      baseUrl: `http://127.0.0.1:${await freePort()}`,
      retries: 2,
      sleep: async (ms) => void pauses.push(ms),
    });
    await expect(lost.watchUser('user123').next()).rejects.toMatchObject({ name: 'ConnectionError' });
    expect(pauses).toHaveLength(2);
  });
});

describe('a server with keys', () => {
  test('takes the right one, and refuses others in words that hold none', async () => {
    await using keyed = await startServer({ env: { WEBHOOK_API_KEY: KEY } });
    const mine = new EarshotSDK({ baseUrl: keyed.url, apiKey: `${KEY}\n` });
    expect((await mine.logMessage({ userId: 'user123', message: 'I love tea' })).outcome).toBe('stored');
    expect((await mine.watchUser('user123').next()).value).toMatchObject({ isKnown: true });
    const wrong = new EarshotSDK({ baseUrl: keyed.url, apiKey: 'a-wrong-key' });
    const refused: Error = await wrong.getUserInsights('user123').then(
      () => new Error('it was not refused'),
      (error: Error) => error,
    );
    expect(refused).toBeInstanceOf(AuthenticationError);
    expect(refused.message).toContain('apiKey');
    expect(JSON.stringify([refused.message, wrong])).not.toContain('a-wrong-key');
    await expect(wrong.watchUser('user123').next()).rejects.toBeInstanceOf(AuthenticationError);
  });
});

test('the alias is the same class', () => {
  expect(AIUserLearningSDK).toBe(EarshotSDK);
});

test('the example of the README runs as it is', async () => {
  const readme = readFileSync(join(root, 'sdk', 'typescript', 'README.md'), 'utf8');
  const example = /```js\n([^]*?)```/u.exec(readme)![1]!;
  await using own = await startServer();
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', example], {
    cwd: root,
    env: { ...process.env, LEARNING_SYSTEM_URL: own.url, EARSHOT_ENABLED: '' },
  });
  const { stdout } = await run;
  expect(stdout).toContain('The user');
  expect(stdout).toContain('1 messages, 1 facts');
});
