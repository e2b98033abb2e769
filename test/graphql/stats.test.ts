import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Queue } from '../support/queue.ts';
import { startServer, type TestServer } from '../support/server.ts';

let clock = Date.parse('2025-01-20T12:00:00Z');
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ now: () => clock });
});
afterAll(() => server[Symbol.asyncDispose]());

const minutes = (count: number): void => void (clock += count * 60_000);
const say = (sender: string, conversationId: string, text = 'words') =>
  server.graphql(
    `mutation ($input: LogMessageInput!) { logMessage(input: $input) { __typename ... on Error { message } } }`,
    { input: { conversationId, sender, text, platform: 'web' } },
  );
const act = (name: string, input: object) =>
  server.graphql(
    `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename ... on Error { message } } }`,
    { input },
  );
const stats = async (): Promise<object> => {
  const { stats: found } = await server.graphql<{ stats: object }>(
    `query ($from: DateTime!, $to: DateTime!) { stats(from: $from, to: $to) { conversations messages requests
      handoffShare closed closedByBot resolutionShare waiting { count meanMs } firstReply { count meanMs }
      waitingNow heldNow longestWaitSince } }`,
    { from: '2025-01-20T00:00:00Z', to: '2025-01-21T00:00:00Z' },
  );
  return found;
};

test('statistics tell how long people waited, for whom, and what the bot resolved alone', async () => {
  for (const id of ['easy', 'hard', 'waiting', 'open']) await say('USER', id);
  expect(await stats()).toMatchObject({ conversations: 4, handoffShare: 0, resolutionShare: null });

  await act('requestHuman', { conversationId: 'hard', reason: 'refund' });
  await act('requestHuman', { conversationId: 'waiting' });
  const since = new Date(clock).toISOString();
  minutes(4);
  await act('takeOver', { conversationId: 'hard', operator: 'first' });
  minutes(2);
  await act('replyAsHuman', { conversationId: 'hard', operator: 'first', text: 'Hello' });
  await act('replyAsHuman', { conversationId: 'hard', operator: 'first', text: 'Again' });
  await act('closeConversation', { conversationId: 'hard' });
  await act('closeConversation', { conversationId: 'easy' });

  expect(await stats()).toEqual({
    conversations: 4,
    messages: 6,
    requests: 2,
    handoffShare: 0.5,
    closed: 2,
    closedByBot: 1,
    resolutionShare: 0.5,
    waiting: { count: 1, meanMs: 4 * 60_000 },
    firstReply: { count: 1, meanMs: 6 * 60_000 },
    waitingNow: 1,
    heldNow: 0,
    longestWaitSince: since,
  });
});

test('a person who answers without having been asked is not waited for', async () => {
  const before = await stats();
  await say('HUMAN', 'open', 'I happened to look');
  const { waiting, firstReply } = before as { waiting: object; firstReply: object };
  expect(await stats()).toMatchObject({ waiting, firstReply, heldNow: 1 });
});

test('what happens is told to whoever follows the statistics', async () => {
  const states = new Queue<{ requests: number; waitingNow: number }>();
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  await using _ = { [Symbol.asyncDispose]: async () => client.dispose() };
  client.subscribe<{ stats: { requests: number; waitingNow: number } }>(
    {
      query: 'subscription ($from: DateTime!) { stats(from: $from) { requests waitingNow } }',
      variables: { from: '2025-01-20T00:00:00Z' },
    },
    {
      next: ({ data }) => data && states.push(data.stats),
      error: () => undefined,
      complete: () => undefined,
    },
  );
  const { requests, waitingNow } = await states.next();
  await say('USER', 'followed');
  await act('requestHuman', { conversationId: 'followed' });
  let last = await states.next();
  while (last.requests === requests) last = await states.next();
  expect(last).toEqual({ requests: requests + 1, waitingNow: waitingNow + 1 });
});

test('conversations and requests for a person are followed over time, by platform too', async () => {
  const ask = (metric: string) =>
    server.graphql<{ series: { groups: { key: string | null; total: string }[] } }>(
      `query ($metric: SeriesMetric!, $from: DateTime!, $to: DateTime!) {
        series(metric: $metric, from: $from, to: $to, bucket: HOUR, groupBy: PLATFORM) { groups { key total } } }`,
      { metric, from: '2025-01-20T00:00:00Z', to: '2025-01-21T00:00:00Z' },
    );
  const { series: began } = await ask('CONVERSATIONS');
  expect(began.groups).toEqual([{ key: 'web', total: '5' }]);
  const { series: wanted } = await ask('REQUESTS');
  expect(wanted.groups).toEqual([{ key: 'web', total: '3' }]);
});
