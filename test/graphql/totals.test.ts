import { createClient } from 'graphql-ws';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { keyOf, record } from '../support/figures.ts';
import { logMessage } from '../support/polly.ts';
import { Queue } from '../support/queue.ts';
import { startServer, type TestServer } from '../support/server.ts';

const NOW = '2026-03-10T12:00:00.000Z';
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ now: () => Date.parse(NOW) });
});
afterAll(() => server[Symbol.asyncDispose]());

const figures = `
  costs { totalUsd byService { name usd } byProvider { name usd } byModel { name usd } entries unpricedEntries
    cacheSavingsUsd differingEntries statedUsd tableUsd }
  metrics { turns succeeded failed interrupted total { turns } llm { turns } tts { turns } llmCacheHits
    llmCacheMisses ttsCacheHits ttsCacheMisses guardrailViolations guardrailBlocks }`;
const summary = `ratings thumbsUp thumbsDown stars incorrect tooSlow unhelpful offensive
  categories { category ratings }`;
type Figures = { [name: string]: unknown };

async function totals(from: string, to: string | null, at = server, headers = {}): Promise<Figures> {
  const query = `query ($from: DateTime!, $to: DateTime) { totals(from: $from, to: $to) { from to messages
    ${figures} feedback { ${summary} } } }`;
  return (await at.graphql<{ totals: Figures }>(query, { from, to }, headers)).totals;
}

async function session(id: string): Promise<Figures> {
  const query = `query ($id: String!) { session(id: $id) { conversation { messageCount } ${figures}
    feedbackSummary { ${summary} } } }`;
  return (await server.graphql<{ session: Figures }>(query, { id })).session;
}

/** Adds figures of the same form up: counts as numbers, money in 1e-7 USD, lists of names by name. */
function addUp(all: unknown[]): unknown {
  const [first] = all;
  if (typeof first === 'number') return (all as number[]).reduce((sum, it) => sum + it, 0);
  if (typeof first === 'string') return (all as string[]).reduce((sum, it) => sum + micros(it), 0);
  if (Array.isArray(first) && typeof first[0] === 'number') {
    return first.map((_, index) => addUp((all as number[][]).map((it) => it[index])));
  }
  if (Array.isArray(first)) {
    const sums = new Map<unknown, number>();
    for (const entry of all.flat() as Record<string, unknown>[]) {
      const [name, value] = Object.values(entry) as [string, string | number];
      const amount = typeof value === 'number' ? value : micros(value);
      sums.set(name, (sums.get(name) ?? 0) + amount);
    }
    // An amount of nothing may be told or not.
    return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0));
  }
  const names = Object.keys(first as object);
  return Object.fromEntries(names.map((name) => [name, addUp((all as Figures[]).map((it) => it[name]))]));
}
const micros = (usd: string): number => Math.round(Number(usd) * 1e7);
const DAY = 24 * 60 * 60 * 1000;

describe('the totals of a project', () => {
  test('are the sum of its sessions, whatever was recorded and replaced', async () => {
    const id = fc.constantFrom('a', 'b', 'c');
    const turn = fc.record({
      turnId: fc.constantFrom('1', '2', '3'),
      outcome: fc.constantFrom('SUCCEEDED', 'FAILED', 'INTERRUPTED'),
      llmCacheHit: fc.boolean(),
      guardrailViolations: fc.nat(3),
      totalMs: fc.nat(1000),
    });
    const cost = fc.record({
      service: fc.constantFrom('llm', 'tts'),
      model: fc.constantFrom('gpt-4o', 'nobody', null),
      provider: fc.constantFrom('openai', null),
      units: fc.constantFrom('1000', null),
      usd: fc.option(
        fc.integer({ min: 1, max: 10_000 }).map((it) => (it / 1e4).toFixed(4)),
        { nil: null },
      ),
      cached: fc.boolean(),
    });
    const rating = fc.record({
      feedbackId: fc.constantFrom('r1', null),
      rating: fc.integer({ min: 1, max: 5 }),
      ratingType: fc.constant('STARS'),
      isTooSlow: fc.boolean(),
      category: fc.constantFrom('quality', 'speed'),
    });
    const deed = fc.oneof(
      fc.tuple(fc.constant('recordTurn' as const), id, turn),
      fc.tuple(fc.constant('recordCost' as const), id, cost),
      fc.tuple(fc.constant('submitFeedback' as const), id, rating),
    );
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 15 }), async (deeds) => {
        runs += 1;
        // Each run has its own server's worth of sessions; the totals are those of all runs so far.
        for (const [name, sessionId, more] of deeds) {
          const stored = await record(server, name, { sessionId: `${sessionId} ${runs}`, ...more });
          expect(stored.field).toBeUndefined();
          seen.add(`${sessionId} ${runs}`);
        }
        const {
          messages: _,
          from: __,
          to: ___,
          feedback,
          ...rest
        } = await totals('2026-03-10T00:00:00Z', null);
        const each = await Promise.all([...seen].map(session));
        const sums = each.map(({ conversation: ____, feedbackSummary, ...it }) => ({
          ...it,
          feedback: feedbackSummary,
        }));
        expect(addUp([{ ...rest, feedback }])).toEqual(addUp(sums));
      }),
      { numRuns: 12 },
    );
  });
  const seen = new Set<string>();

  test('are those of the time that is asked for, in whole quarters of an hour', async () => {
    const turn = { sessionId: 'when', outcome: 'SUCCEEDED' };
    const moments = ['2024-05-01T09:59Z', '2024-05-01T10:00Z', '2024-05-01T10:44Z', '2024-05-01T10:46Z'];
    for (const at of moments) {
      await record(server, 'recordTurn', { ...turn, turnId: at, at: new Date(at).toISOString() });
    }
    const it = await totals('2024-05-01T10:07:00Z', '2024-05-01T10:31:00Z');
    expect(it).toMatchObject({ metrics: { turns: 2 } });
    expect([it['from'], it['to']].map((moment) => new Date(moment as string).toISOString())).toEqual([
      '2024-05-01T10:00:00.000Z',
      '2024-05-01T10:45:00.000Z',
    ]);
    expect(await totals('2024-05-01T10:40:00Z', '2024-05-02T00:00:00Z')).toMatchObject({
      metrics: { turns: 2 },
      to: '2024-05-02T00:00:00.000Z',
    });
    expect((await totals('2024-05-01T10:00:00Z', null))['to']).toBeNull();
  });

  test('count messages and know nothing of another project', async () => {
    await using closed = await startServer({ env: { WEBHOOK_API_KEY: 'the-key-of-the-environment' } });
    const theirs = await keyOf(closed, ['ingest', 'read'], 'theirs');
    const mine = { 'x-api-key': 'the-key-of-the-environment' };
    await closed.post('/webhook/conversation', { user_message: 'q', polly_response: 'a' }, theirs);
    await record(closed, 'recordCost', { sessionId: 's', service: 'llm', usd: '1' }, theirs);
    const from = new Date(Date.now() - DAY).toISOString();
    expect(await totals(from, null, closed, theirs)).toMatchObject({
      messages: 2,
      costs: { totalUsd: '1', byService: [{ name: 'llm', usd: '1' }] },
    });
    expect(await totals(from, null, closed, mine)).toMatchObject({
      messages: 0,
      costs: { totalUsd: '0', byService: [], byProvider: [], byModel: [] },
    });
  });
});

test('figures beyond 32 bits are told', async () => {
  for (const turn_id of ['1', '2', '3']) {
    const turn = { turn_id, outcome: 'failed', guardrail_blocks: 1_000_000_000, timestamp: '2024-01-01' };
    expect((await server.post('/api/v1/sessions/many/turns', turn)).status).toBe(201);
  }
  const it = await totals('2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z');
  expect(it['metrics']).toMatchObject({ guardrailBlocks: 3_000_000_000 });
});

type State = { messages: number; turns: number; usd: string };

/** Follows the totals since a moment; errors come as they are. */
function followTotals(from: string): AsyncDisposable & {
  states: Queue<State>;
  refused: Promise<readonly { message: string; extensions?: unknown }[]>;
} {
  const states = new Queue<State>();
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const query = `subscription ($from: DateTime!) { totals(from: $from) {
    messages metrics { turns } costs { totalUsd } } }`;
  type Data = { totals: { messages: number; metrics: { turns: number }; costs: { totalUsd: string } } };
  const refused = new Promise<readonly { message: string }[]>((resolve) => {
    client.subscribe<Data>(
      { query, variables: { from } },
      {
        next({ data, errors }) {
          if (errors) resolve(errors);
          const it = data?.totals;
          if (it) states.push({ messages: it.messages, turns: it.metrics.turns, usd: it.costs.totalUsd });
        },
        error: (errors) => resolve(errors as readonly { message: string }[]),
        complete: () => undefined,
      },
    );
  });
  return { states, refused, [Symbol.asyncDispose]: async () => client.dispose() };
}

describe('whoever follows the totals', () => {
  test('has them at once and after changes, many changes as one state', async () => {
    const from = '2026-03-11T00:00:00Z';
    const at = '2026-03-11T10:00:00Z';
    await record(server, 'recordCost', { sessionId: 'live', service: 'llm', usd: '1', at });
    await using viewer = followTotals(from);
    expect(await viewer.states.next()).toEqual({ messages: 0, turns: 0, usd: '1' });

    await logMessage(server, { conversationId: 'live', sender: 'USER', text: 'hi', at });
    let last = await viewer.states.next();
    while (last.messages === 0) last = await viewer.states.next();
    await record(server, 'recordTurn', { sessionId: 'live', turnId: 't', outcome: 'FAILED', at });
    while (last.turns === 0) last = await viewer.states.next();
    expect(last).toEqual({ messages: 1, turns: 1, usd: '1' });

    const began = performance.now();
    for (let written = 0; written < 50; written += 1) {
      await record(server, 'recordCost', { sessionId: 'live', service: 'llm', usd: '0.02', at });
    }
    let told = 0;
    while (last.usd !== '2') {
      last = await viewer.states.next();
      told += 1;
    }
    expect(last).toEqual({ messages: 1, turns: 1, usd: '2' });
    expect(told).toBeLessThan(50);
    // At most five times a second.
    expect(told).toBeLessThanOrEqual((performance.now() - began) / 200 + 2);
  });

  test('from longer ago than three days is refused, from three days ago is not', async () => {
    await using early = followTotals(new Date(Date.parse(NOW) - 3 * DAY - 1).toISOString());
    expect(await early.refused).toMatchObject([
      {
        message: 'from must be within the last three days; for longer times ask the query.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    await using late = followTotals(new Date(Date.parse(NOW) - 3 * DAY).toISOString());
    expect(await late.states.next()).toMatchObject({ messages: expect.any(Number) as number });
  });
});

test('ratings are summed up by model, prompt and category, the most rated first', async () => {
  await using fresh = await startServer({ now: () => Date.parse(NOW) });
  const say = (id: string, prompt_name: string, model: string) =>
    fresh.post('/webhook/conversation', { id, user_message: 'q', polly_response: 'a', prompt_name, model });
  await say('one', 'greeter', 'gpt-4o');
  await say('two', 'closer', 'gpt-4o');
  await say('three', 'greeter', 'llama');
  const rate = (sessionId: string, more: object) =>
    record(fresh, 'submitFeedback', { sessionId, assistantResponse: 'a', ...more });
  await rate('one', { rating: 5, ratingType: 'STARS', category: 'quality' });
  await rate('one', { rating: -1, ratingType: 'THUMBS', isTooSlow: true, category: 'speed' });
  await rate('two', { rating: 2, ratingType: 'STARS', isIncorrect: true, category: 'quality' });
  await rate('three', { rating: 1, ratingType: 'THUMBS' });
  await rate('three', { feedbackId: 'f', rating: 1, ratingType: 'STARS', category: 'quality' });
  await rate('three', { feedbackId: 'f', rating: 3, ratingType: 'STARS', category: 'quality' });
  type Group = { key: string | null; summary: { ratings: number; score: number; meanStars: number | null } };
  const by = async (groupBy: string): Promise<unknown[]> => {
    const query = `query ($groupBy: FeedbackGroupBy!, $from: DateTime!, $to: DateTime!) {
      feedbackSummaries(groupBy: $groupBy, from: $from, to: $to) { key summary { ratings score meanStars tooSlow } } }`;
    const variables = { groupBy, from: '2026-03-10T00:00:00Z', to: '2026-03-11T00:00:00Z' };
    const { feedbackSummaries } = await fresh.graphql<{ feedbackSummaries: Group[] }>(query, variables);
    return feedbackSummaries.map(({ key, summary: it }) => [key, ...Object.values(it)]);
  };
  expect(await by('MODEL')).toEqual([
    ['gpt-4o', 3, (1 + 0 + 0.25) / 3, 3.5, 1],
    ['llama', 2, 0.75, 3, 0],
  ]);
  expect(await by('PROMPT')).toEqual([
    ['greeter', 4, (1 + 0 + 1 + 0.5) / 4, 4, 1],
    ['closer', 1, 0.25, 2, 0],
  ]);
  expect((await by('CATEGORY'))[0]).toEqual(['quality', 3, (1 + 0.25 + 0.5) / 3, 10 / 3, 0]);
  expect(new Set((await by('CATEGORY')).slice(1))).toEqual(
    new Set([
      ['speed', 1, 0, null, 1],
      [null, 1, 1, null, 0],
    ]),
  );
});
