import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CONVERSATION,
  head,
  log,
  logMessage,
  POLLY_RESPONSE,
  recent,
  USER_MESSAGE,
} from '../support/polly.ts';
import { say } from '../support/learning.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { watch } from '../support/viewer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

type Entry = { service: string; model: string | null; usd: string | null; units: string | null };

/** The costs of a session as they are stored. */
async function costsOf(id: string): Promise<Entry[]> {
  const query = `query ($id: String!) { session(id: $id) { costEntries(first: 100) { nodes {
    service model usd units } } } }`;
  type Data = { session: { costEntries: { nodes: Entry[] } } | null };
  const { session } = await server.graphql<Data>(query, { id });
  return session!.costEntries.nodes;
}

/** What a session costs, at the door of the speech API. */
async function sumOf(id: string): Promise<Record<string, unknown>> {
  const response = await server.get(`/api/v1/sessions/${id}/costs`);
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

const permutations = <T>(items: T[]): T[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, index) =>
        permutations(items.toSpliced(index, 1)).map((others) => [item, ...others]),
      );
const tokens = (prompt: number, completion: number): object => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
});

describe('the three calls of an exchange', () => {
  // 1,237 × 0.0000025 + 77 × 0.00001 = 0.0030925 + 0.00077
  const expected = { service: 'llm', model: 'gpt-4o', usd: '0.0038625', units: '1314' };
  const weaker = { model: 'gpt-4', tokens_used: tokens(9, 9) };
  const calls: [string, object][] = [
    [USER_MESSAGE, { message: 'q', model: 'gpt-4' }],
    [POLLY_RESPONSE, { response: 'a', ...weaker }],
    [
      CONVERSATION,
      { user_message: 'q', polly_response: 'a', model: 'gpt-4o', tokens_used: tokens(1237, 77) },
    ],
  ];
  const orders = permutations([...calls, calls[1]!]);

  test('make exactly one cost, the same in every order, repeated or not', async () => {
    expect(orders).toHaveLength(24);
    for (const [index, order] of orders.entries()) {
      const id = `order_${index}`;
      for (const [door, body] of order) expect((await server.post(door, { id, ...body })).status).toBe(200);
      expect(await costsOf(id), JSON.stringify(order.map(([door]) => door))).toEqual([expected]);
      expect(await sumOf(id)).toMatchObject({ total_cost_usd: 0.0038625, total_entries: 1 });
    }
  });

  test('make one cost too when the model comes with the question and the tokens with the reply', async () => {
    const steps: [string, object][] = [
      [USER_MESSAGE, { message: 'q', model: 'gpt-4o-mini' }],
      [POLLY_RESPONSE, { response: 'a', tokens_used: { prompt: 3, completion: 7 } }],
    ];
    for (const [index, order] of permutations([...steps, ...steps]).entries()) {
      const id = `steps_${index}`;
      for (const [door, body] of order) await server.post(door, { id, ...body });
      // 3 × 0.00000015 + 7 × 0.0000006
      expect(await costsOf(id)).toEqual([
        { service: 'llm', model: 'gpt-4o-mini', usd: '0.00000465', units: '10' },
      ]);
    }
  });

  test('sent all at once make one cost', async () => {
    const sent = Array.from({ length: 4 }, () => calls).flat();
    await Promise.all(sent.map(([door, body]) => server.post(door, { id: 'at once', ...body })));
    expect(await costsOf('at once')).toEqual([expected]);
  });
});

describe('the cost of an exchange', () => {
  test('is brought up to date when a later call states other tokens or another model', async () => {
    const body = { id: 'later', user_message: 'q', polly_response: 'a', model: 'gpt-4o' };
    await log(server, CONVERSATION, { ...body, tokens_used: tokens(1000, 0) });
    expect(await costsOf('later')).toMatchObject([{ usd: '0.0025', units: '1000' }]);
    await log(server, CONVERSATION, { ...body, tokens_used: tokens(2000, 100) });
    expect(await costsOf('later')).toMatchObject([{ usd: '0.006', units: '2100' }]);
    await log(server, CONVERSATION, { ...body, model: 'gpt-4.1' });
    // 2,000 × 0.000002 + 100 × 0.000008
    expect(await costsOf('later')).toMatchObject([{ model: 'gpt-4.1', usd: '0.0048' }]);
    expect(await sumOf('later')).toMatchObject({
      total_cost_usd: 0.0048,
      breakdown_by_service: { asr: 0, llm: 0.0048, translation: 0, tts: 0 },
      total_entries: 1,
    });
    const stored = await head(server);
    const known = { ...body, model: 'gpt-4.1', tokens_used: tokens(2000, 100) };
    await log(server, CONVERSATION, known);
    expect(await head(server)).toBe(stored);
    // What changes the exchange alone does not touch its cost.
    await log(server, CONVERSATION, { ...known, latency_ms: 7 });
    expect(await head(server)).toBe(stored + 1);
  });

  test('of a model that nobody knows counts as unpriced, until a known one is stated', async () => {
    const body = { id: 'unknown', response: 'a', tokens_used: tokens(10, 10) };
    await log(server, POLLY_RESPONSE, { ...body, model: 'a-model-that-nobody-prices' });
    expect(await sumOf('unknown')).toMatchObject({
      total_cost_usd: 0,
      total_entries: 0,
      unpriced_entries: 1,
    });
    await log(server, POLLY_RESPONSE, { ...body, model: 'gpt-4o' });
    const known = await sumOf('unknown');
    expect(known).toMatchObject({ total_cost_usd: 0.000125, total_entries: 1 });
    expect(known).not.toHaveProperty('unpriced_entries');
  });

  test.each([
    ['{}', {}],
    ['counts below zero', { prompt_tokens: -1, completion_tokens: 5 }],
    ['counts that are texts', { prompt_tokens: '12' }],
    ['details that are no object', { prompt_tokens: 1, prompt_tokens_details: 'many' }],
    ['something else', { colour: 'red' }],
    ['null counts', { prompt_tokens: null }],
  ])('is none where tokens are %s, and the call is taken all the same', async (title, tokens_used) => {
    const id = `none of ${title}`;
    const event = await log(server, CONVERSATION, {
      id,
      user_message: 'q',
      polly_response: 'a',
      model: 'gpt-4o',
      tokens_used,
    });
    expect(event.metadata.tokens_used).toEqual(tokens_used);
    expect(await costsOf(id)).toEqual([]);
    expect(await sumOf(id)).toMatchObject({ total_cost_usd: 0, total_entries: 0 });
  });

  test('is none where a model is stated without tokens', async () => {
    await log(server, CONVERSATION, {
      id: 'no tokens',
      user_message: 'q',
      polly_response: 'a',
      model: 'gpt-4o',
    });
    expect(await costsOf('no tokens')).toEqual([]);
  });

  test('is one for each exchange of a conversation, at whichever door', async () => {
    const conversationId = 'talk';
    for (const round of [1, 2, 3]) {
      await logMessage(server, { conversationId, sender: 'USER', text: `q${round}` });
      const tokensUsed = { prompt_tokens: 1000 * round, completion_tokens: 0 };
      await logMessage(server, { conversationId, sender: 'BOT', text: 'a', model: 'gpt-4o', tokensUsed });
    }
    expect((await costsOf(conversationId)).map(({ usd }) => usd)).toEqual(['0.0025', '0.005', '0.0075']);
    // The first exchange is still one when Polly speaks of it again.
    await log(server, CONVERSATION, { id: conversationId, user_message: 'q1', tokens_used: tokens(2, 0) });
    expect((await costsOf(conversationId)).map(({ usd }) => usd)).toEqual(['0.000005', '0.005', '0.0075']);
    expect(await sumOf(conversationId)).toMatchObject({ total_cost_usd: 0.012505, total_entries: 3 });
  });

  test('takes the model that the learning door told in metadata', async () => {
    const more = { session_id: 'learned', response: 'a', metadata: { model: 'gpt-4o' } };
    await say(server, 'user123', 'hello there', more);
    expect(await costsOf('learned')).toEqual([]);
    await log(server, POLLY_RESPONSE, { id: 'learned', response: 'a', tokens_used: tokens(0, 300) });
    expect(await costsOf('learned')).toMatchObject([{ model: 'gpt-4o', usd: '0.003', units: '300' }]);
  });

  test('stands beside costs that are recorded for the same session', async () => {
    await log(server, POLLY_RESPONSE, {
      id: 'both',
      response: 'a',
      model: 'gpt-4o',
      tokens_used: tokens(1000, 0),
    });
    await server.post('/api/v1/sessions/both/costs', { service: 'tts', cost_usd: 0.1 });
    await log(server, POLLY_RESPONSE, { id: 'both', response: 'a', tokens_used: tokens(2000, 0) });
    expect(await sumOf('both')).toMatchObject({
      total_cost_usd: 0.105,
      breakdown_by_service: { asr: 0, llm: 0.005, translation: 0, tts: 0.1 },
      total_entries: 2,
    });
  });
});

describe('in every order of calls', () => {
  const priced = { polly_response: 'a', model: 'gpt-4o', tokens_used: tokens(1000, 0) };

  test('the cost of an exchange is spent at the same moment', async () => {
    const dated = { polly_response: 'a', timestamp: '2025-01-07T10:00:00Z' };
    const moments = [];
    for (const [index, order] of permutations([priced, dated]).entries()) {
      for (const body of order) await log(server, CONVERSATION, { id: `moment_${index}`, ...body });
      const query = 'query ($id: String!) { session(id: $id) { costEntries { nodes { at } } } }';
      moments.push(await server.graphql(query, { id: `moment_${index}` }));
    }
    expect(moments[1]).toEqual(moments[0]);
  });

  test('the breakdown names those alone whose prices count', async () => {
    await log(server, CONVERSATION, { id: 'was priced', ...priced });
    await log(server, CONVERSATION, { id: 'was priced', ...priced, model: 'a-model-that-nobody-prices' });
    await log(server, CONVERSATION, { id: 'never was', ...priced, model: 'a-model-that-nobody-prices' });
    expect(await sumOf('was priced')).toEqual(await sumOf('never was'));
  });
});

test('the live socket and the recent exchanges say nothing of costs', async () => {
  await using quiet = await startServer({ now: () => Date.parse('2026-01-20T10:00:00.123Z') });
  await using viewer = await watch(quiet.url, '/ws');
  const priced = {
    id: 'priced',
    user_message: 'q',
    polly_response: 'a',
    model: 'gpt-4o',
    tokens_used: tokens(5, 6),
  };
  await log(quiet, CONVERSATION, priced);
  await log(quiet, CONVERSATION, { id: 'after', user_message: 'q2', polly_response: 'a2' });
  const event = {
    id: 'priced',
    type: 'new_message',
    timestamp: '2026-01-20T10:00:00.123Z',
    user_message: 'q',
    polly_response: 'a',
    metadata: {
      prompt_name: 'unknown',
      tokens_used: tokens(5, 6),
      latency_ms: 0,
      model: 'gpt-4o',
      status: 'success',
    },
  };
  const first = await viewer.next();
  expect(JSON.stringify(first)).toBe(JSON.stringify(event));
  expect(await viewer.next()).toMatchObject({ id: 'after' });
  const text = await (await quiet.get('/conversations/recent?limit=2')).text();
  expect(text).toContain(JSON.stringify(event));
  expect((await recent(quiet)).map(({ id }) => id)).toEqual(['after', 'priced']);
  expect(viewer.waiting).toBe(0);
});
