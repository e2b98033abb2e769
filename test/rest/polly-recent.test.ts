import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  CONVERSATION,
  logMessage,
  POLLY_RESPONSE,
  readBack,
  recent,
  USER_MESSAGE,
} from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const idsOf = async (limit?: number): Promise<string[]> => (await recent(server, limit)).map(({ id }) => id);

test('a server that heard nothing yet has nothing to show', async () => {
  expect(await (await server.get('/conversations/recent')).text()).toBe('{"conversations":[],"count":0}');
});

test('exchanges are listed newest first by the arrival of their first call, and an update moves none', async () => {
  await server.post(USER_MESSAGE, { id: 'first', message: 'hello', timestamp: '2099-01-01' });
  await server.post(CONVERSATION, { id: 'second', user_message: 'hello', timestamp: '1999-01-01' });
  await server.post(POLLY_RESPONSE, { id: 'third', response: 'hi' });
  expect(await idsOf(3)).toEqual(['third', 'second', 'first']);
  await server.post(POLLY_RESPONSE, { id: 'first', response: 'hi' });
  await server.post(CONVERSATION, { id: 'second', user_message: 'changed' });
  await server.post(CONVERSATION, { id: 'second', user_message: 'changed' });
  expect(await idsOf(3)).toEqual(['third', 'second', 'first']);
});

test('50 are listed unless asked otherwise, 1 to 500 when asked', async () => {
  const ids = Array.from({ length: 510 }, (_, index) => `many ${index}`);
  for (let start = 0; start < ids.length; start += 102) {
    const posts = ids
      .slice(start, start + 102)
      .map((id) => server.post(CONVERSATION, { id, user_message: 'x' }));
    for (const answer of await Promise.all(posts)) expect(answer.status).toBe(200);
  }
  const countOf = async (query: string): Promise<[number, number]> => {
    const answer = await server.get(`/conversations/recent${query}`);
    const { conversations, count } = (await answer.json()) as { conversations: unknown[]; count: number };
    return [conversations.length, count];
  };
  expect(await countOf('')).toEqual([50, 50]);
  expect(await countOf('?limit=1')).toEqual([1, 1]);
  expect(await countOf('?limit=050')).toEqual([50, 50]);
  expect(await countOf('?limit=500')).toEqual([500, 500]);
  expect(await countOf('?unknown=5')).toEqual([50, 50]);
  const newest = await idsOf(500);
  expect(new Set(newest).size).toBe(500);
  expect(await idsOf(7)).toEqual(newest.slice(0, 7));
});

test('what other doors log shows here too, one line an exchange', async () => {
  const input = { conversationId: 'elsewhere' };
  await logMessage(server, { ...input, sender: 'USER', text: 'first?', model: 'gpt-4' });
  expect(await readBack(server, 'elsewhere')).toMatchObject({ type: 'user_message', user_message: 'first?' });
  await logMessage(server, {
    ...input,
    sender: 'BOT',
    text: 'first!',
    latencyMs: 5,
    tokensUsed: { total: 2 },
  });
  await logMessage(server, { ...input, sender: 'SYSTEM', text: 'nobody sees this here' });
  await logMessage(server, { ...input, sender: 'USER', text: 'second?' });
  await logMessage(server, { ...input, sender: 'USER', text: 'third?' });
  await logMessage(server, { ...input, sender: 'HUMAN', text: 'third!' });
  await logMessage(server, { ...input, sender: 'BOT', text: 'out of the blue' });
  const shown = (await recent(server, 4)).map(
    ({ id, type, user_message: asked, polly_response: replied }) => [id, type, asked, replied],
  );
  expect(shown).toEqual([
    ['elsewhere#4', 'new_message', '', 'out of the blue'],
    ['elsewhere#3', 'new_message', 'third?', 'third!'],
    ['elsewhere#2', 'user_message', 'second?', ''],
    ['elsewhere', 'new_message', 'first?', 'first!'],
  ]);
  expect((await readBack(server, 'elsewhere'))!.metadata).toEqual({
    prompt_name: 'unknown',
    tokens_used: { total: 2 },
    latency_ms: 5,
    model: 'gpt-4',
    status: 'success',
  });
});

test('a moment that another door states is the timestamp of its exchange', async () => {
  const at = '2025-01-20T10:00:00.000Z';
  await logMessage(server, { conversationId: 'moment', sender: 'USER', text: 'hello', at });
  expect((await readBack(server, 'moment'))!.timestamp).toBe(at);
  await logMessage(server, {
    conversationId: 'moment',
    sender: 'BOT',
    text: 'hi',
    at: '2025-01-20T10:00:05.000Z',
  });
  expect((await readBack(server, 'moment'))!.timestamp).toBe(at);
});

test('an exchange door speaks of the first exchange of a conversation that came by another door', async () => {
  await logMessage(server, { conversationId: 'shared', sender: 'USER', text: 'first?' });
  await logMessage(server, { conversationId: 'shared', sender: 'USER', text: 'second?' });
  await server.post(POLLY_RESPONSE, { id: 'shared', response: 'first!' });
  expect(await readBack(server, 'shared')).toMatchObject({
    user_message: 'first?',
    polly_response: 'first!',
  });
  expect(await readBack(server, 'shared#2')).toMatchObject({ user_message: 'second?', polly_response: '' });
});
