import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Queue } from '../support/queue.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const inputs = {
  recordTurn: 'RecordTurnInput',
  recordCost: 'RecordCostInput',
  submitFeedback: 'SubmitFeedbackInput',
};
type Answer = { __typename: string; field?: string; message?: string; isNew?: boolean };

async function record(name: keyof typeof inputs, input: object): Promise<Answer> {
  const query = `mutation ($input: ${inputs[name]}!) { it: ${name}(input: $input) { __typename
    ${name === 'recordTurn' ? '... on RecordTurnPayload { isNew }' : ''} ... on InvalidInputError { field } ... on Error { message } } }`;
  const { it } = await server.graphql<{ it: Answer }>(query, { input });
  return it;
}

const aTurn = { sessionId: 'voice', turnId: 't1', outcome: 'SUCCEEDED' };
const stage = (name: string, startMs: number, endMs: number): object => ({ name, startMs, endMs });

test('a session shows its turns, costs and ratings as they were recorded', async () => {
  await record('recordTurn', {
    ...aTurn,
    stages: [stage('ASR', 0, 200), stage('LLM_FIRST_TOKEN', 200, 500.5), stage('LLM', 500.5, 900)],
    totalMs: 1000,
    llmCacheHit: false,
    userInput: 'What is my order status?',
  });
  await record('recordCost', {
    sessionId: 'voice',
    service: 'llm',
    provider: 'openai',
    usd: '0.10',
    cached: true,
  });
  await record('recordCost', { sessionId: 'voice', service: 'llm', provider: 'openai', usd: '0.2' });
  await record('recordCost', { sessionId: 'voice', service: 'asr', units: '3.5', unitType: 'audio_seconds' });
  await record('submitFeedback', { sessionId: 'voice', rating: 5, ratingType: 'STARS', isTooSlow: true });
  const query = `{ session(id: "voice") {
    conversation { externalId platform messageCount }
    costs { totalUsd byService { name usd } byProvider { name usd } entries unpricedEntries cacheSavingsUsd }
    costEntries { nodes { service usd units pricedBy } }
    metrics { turns succeeded asr { turns meanMs } llm { meanMs p50Ms } tts { turns meanMs p95Ms } total { meanMs }
      cacheHitRate llmCacheMisses }
    turns { nodes { turnId outcome totalMs unmeasuredMs llmMs userInput stages { name startMs durationMs } } }
    feedback { nodes { rating ratingType isTooSlow isOffensive } } } }`;
  expect(await server.graphql(query)).toEqual({
    session: {
      conversation: { externalId: 'voice', platform: 'api', messageCount: 0 },
      costs: {
        totalUsd: '0.3',
        byService: [{ name: 'llm', usd: '0.3' }],
        byProvider: [{ name: 'openai', usd: '0.3' }],
        entries: 2,
        unpricedEntries: 1,
        cacheSavingsUsd: '0.05',
      },
      costEntries: {
        nodes: [
          { service: 'llm', usd: '0.1', units: null, pricedBy: 'SENDER' },
          { service: 'llm', usd: '0.2', units: null, pricedBy: 'SENDER' },
          { service: 'asr', usd: null, units: '3.5', pricedBy: 'UNKNOWN' },
        ],
      },
      metrics: {
        turns: 1,
        succeeded: 1,
        asr: { turns: 1, meanMs: 200 },
        llm: { meanMs: 700, p50Ms: expect.closeTo(700, -1) },
        tts: { turns: 0, meanMs: null, p95Ms: null },
        total: { meanMs: 1000 },
        cacheHitRate: 0,
        llmCacheMisses: 1,
      },
      turns: {
        nodes: [
          {
            turnId: 't1',
            outcome: 'SUCCEEDED',
            totalMs: 1000,
            unmeasuredMs: 100,
            llmMs: 700,
            userInput: 'What is my order status?',
            stages: [
              { name: 'ASR', startMs: 0, durationMs: 200 },
              { name: 'LLM_FIRST_TOKEN', startMs: 200, durationMs: 300.5 },
              { name: 'LLM', startMs: 500.5, durationMs: 399.5 },
            ],
          },
        ],
      },
      feedback: { nodes: [{ rating: 5, ratingType: 'STARS', isTooSlow: true, isOffensive: false }] },
    },
  });
  const rest = await server.get('/api/v1/sessions/voice/metrics');
  expect(await rest.json()).toMatchObject({ total_turns: 1, avg_llm_latency_ms: 700, total_cost_usd: 0.3 });
});

test('a turn with the same id takes the place of the earlier one', async () => {
  const turn = { ...aTurn, sessionId: 'twice' };
  expect(await record('recordTurn', turn)).toEqual({ __typename: 'RecordTurnPayload', isNew: true });
  expect(await record('recordTurn', { ...turn, outcome: 'FAILED' })).toMatchObject({ isNew: false });
  const query = '{ session(id: "twice") { metrics { turns failed } turns { nodes { outcome } } } }';
  expect(await server.graphql(query)).toEqual({
    session: { metrics: { turns: 1, failed: 1 }, turns: { nodes: [{ outcome: 'FAILED' }] } },
  });
});

test.each([
  ['recordTurn', { ...aTurn, stages: [stage('ASR', 5, 4)] }, 'input.stages.0.endMs'],
  ['recordTurn', { ...aTurn, totalMs: -1 }, 'input.totalMs'],
  ['recordTurn', { ...aTurn, guardrailBlocks: -1 }, 'input.guardrailBlocks'],
  ['recordTurn', { ...aTurn, turnId: '' }, 'input.turnId'],
  ['recordCost', { sessionId: 's', service: ' ' }, 'input.service'],
  ['recordCost', { sessionId: 's', service: 'llm', usd: '-1' }, 'input.usd'],
  ['recordCost', { sessionId: 's', service: 'llm', usd: '1e3' }, 'input.usd'],
  ['recordCost', { sessionId: 's', service: 'llm', units: 'NaN' }, 'input.units'],
  ['submitFeedback', { sessionId: 's', rating: 6, ratingType: 'STARS' }, 'input.rating'],
  ['submitFeedback', { sessionId: 's', rating: 0, ratingType: 'THUMBS' }, 'input.rating'],
] as const)('%s of %j is refused and names the field', async (name, input, field) => {
  expect(await record(name, input)).toMatchObject({ __typename: 'InvalidInputError', field });
  expect(await server.graphql('{ session(id: "s") { metrics { turns } } }')).toEqual({ session: null });
});

test('whoever follows a session has its state at once and after each change', async () => {
  const states = new Queue<{ turns: number; usd: string } | null>();
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  client.subscribe<{ session: { metrics: { turns: number }; costs: { totalUsd: string } } | null }>(
    { query: 'subscription { session(id: "watched") { metrics { turns } costs { totalUsd } } }' },
    {
      next: ({ data }) => {
        const it = data?.session;
        states.push(it ? { turns: it.metrics.turns, usd: it.costs.totalUsd } : null);
      },
      error: () => undefined,
      complete: () => undefined,
    },
  );
  expect(await states.next()).toBeNull();
  await record('recordTurn', { ...aTurn, sessionId: 'watched' });
  await record('recordCost', { sessionId: 'watched', service: 'tts', usd: '0.1' });
  await record('recordCost', { sessionId: 'watched', service: 'tts', usd: '0.2' });
  let last = await states.next();
  while (last?.usd !== '0.3') last = await states.next();
  expect(last).toEqual({ turns: 1, usd: '0.3' });
  await client.dispose();
});

test('what was said in turns and ratings of a person is forgotten with the person', async () => {
  const words = 'zebrafinch';
  await server.post('/webhook/chat/message', {
    user_id: 'gone',
    message: 'hello',
    session_id: 'voice of gone',
  });
  const sessionId = 'voice of gone';
  await record('recordTurn', { ...aTurn, sessionId, userInput: words, metadata: { note: words } });
  await record('recordCost', { sessionId, service: 'llm', usd: '1', metadata: { note: words } });
  await record('submitFeedback', {
    sessionId,
    rating: 1,
    ratingType: 'THUMBS',
    text: words,
    assistantResponse: words,
  });
  await server.graphql('mutation { forgetEndUser(input: { externalId: "gone" }) { __typename } }');
  const query = `{ session(id: "voice of gone") { metrics { turns } costs { totalUsd } costEntries { nodes { metadata } }
    turns { nodes { userInput metadata } } feedback { nodes { rating text assistantResponse } } } }`;
  expect(await server.graphql(query)).toEqual({
    session: {
      metrics: { turns: 1 },
      costs: { totalUsd: '1' },
      costEntries: { nodes: [{ metadata: {} }] },
      turns: { nodes: [{ userInput: null, metadata: {} }] },
      feedback: { nodes: [{ rating: 1, text: null, assistantResponse: null }] },
    },
  });
});
