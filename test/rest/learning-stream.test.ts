import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BULK, say } from '../support/learning.ts';
import { openStream } from '../support/events.ts';
import { startServer, type TestServer } from '../support/server.ts';

const KEY = 'the-key-of-the-environment';
const every: { ms: number; callback: () => void }[] = [];
let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    env: { RATE_LIMITS: 'off' },
    now: () => Date.parse('2025-01-20T15:30:00Z'),
    every(ms, callback) {
      const entry = { ms, callback };
      every.push(entry);
      return () => every.splice(every.indexOf(entry), 1);
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const insightsStream = (user: string): string =>
  `${server.url}/webhook/stream/insights/${encodeURIComponent(user)}`;
const learningStream = (user: string): string =>
  `${server.url}/webhook/stream/learning/${encodeURIComponent(user)}`;
const resume = (id: string): Record<string, string> => ({ 'last-event-id': id });

test('a user not seen yet has an empty state at once, and the first message is told', async () => {
  await using stream = await openStream(insightsStream('newcomer'));
  expect(stream.response.status).toBe(200);
  expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
  expect((await stream.next()).data).toEqual({
    timestamp: '2025-01-20T15:30:00Z',
    user_id: null,
    username: 'newcomer',
    updates: { new_facts: 0, new_interactions: 0 },
    latest_facts: [],
    analytics: { total_interactions: 0, avg_sentiment: 0 },
  });
  const logged = await say(server, 'newcomer', 'I like programming');
  expect((await stream.next()).data).toEqual({
    timestamp: '2025-01-20T15:30:00Z',
    user_id: logged.user_id,
    username: 'newcomer',
    updates: { new_facts: 1, new_interactions: 1 },
    latest_facts: [
      {
        category: 'interests',
        value: 'Shows interest in programming',
        confidence: 'medium',
        created_at: '2025-01-20T15:30:00Z',
      },
    ],
    analytics: { total_interactions: 1, avg_sentiment: expect.any(Number) as number },
  });
});

test('a bulk is told once, a fact that is only strengthened is not new, and others are not told', async () => {
  await using stream = await openStream(insightsStream('steady'));
  await stream.next();
  await say(server, 'somebody else', 'I like tea');
  const interactions = ['I like tea', 'I like chess', 'hello'].map((message) => ({ message }));
  await server.post(BULK, { user_id: 'steady', interactions });
  await say(server, 'steady', 'I like tea');
  expect((await stream.next()).data['updates']).toEqual({ new_facts: 2, new_interactions: 3 });
  expect((await stream.next()).data['updates']).toEqual({ new_facts: 0, new_interactions: 1 });
  expect(stream.waiting).toBe(0);
});

test('a stream that was cut tells on resumption what was missed, then goes on', async () => {
  await say(server, 'cut', 'hello');
  let seen: string;
  {
    await using stream = await openStream(insightsStream('cut'));
    seen = (await stream.next()).id;
  }
  await say(server, 'cut', 'I like tea');
  await say(server, 'cut', 'I like chess');
  await using stream = await openStream(insightsStream('cut'), resume(seen));
  const missed = await stream.next();
  expect(missed.data['updates']).toEqual({ new_facts: 2, new_interactions: 2 });
  await say(server, 'cut', 'hello again');
  expect((await stream.next()).data['updates']).toEqual({ new_facts: 0, new_interactions: 1 });
});

test('the learning stream tells every step of a message, in order', async () => {
  await using stream = await openStream(learningStream('student'));
  const logged = await say(server, 'student', 'I love jazz music');
  const steps = [];
  for (let step = 0; step < 4; step += 1) steps.push((await stream.next()).data);
  const common = {
    timestamp: '2025-01-20T15:30:00Z',
    user_id: logged.user_id,
    username: 'student',
    interaction_id: logged.interaction_id,
  };
  expect(steps).toEqual([
    { ...common, stage: 'received', detail: { session_id: 'student 2025-01-20' } },
    {
      ...common,
      stage: 'analyzed',
      detail: { sentiment: expect.any(Number) as number, topics: ['music', 'jazz'] },
    },
    {
      ...common,
      stage: 'fact_learned',
      detail: {
        category: 'interests',
        type: 'topic_interest',
        key: 'interest_jazz',
        value: 'Shows strong interest in jazz music',
        confidence: 'medium',
        evidence_count: 1,
        change: 'learned',
      },
    },
    { ...common, stage: 'completed', detail: { new_facts: 1 } },
  ]);
});

test('a learning stream resumes at any step without loss or repetition', async () => {
  const ids: string[] = [];
  const all: unknown[] = [];
  await using stream = await openStream(learningStream('steps'));
  for (const words of ['I like tea', 'I like tea', 'hello']) await say(server, 'steps', words);
  for (let step = 0; step < 11; step += 1) {
    const { id, data } = await stream.next();
    ids.push(id);
    all.push([data['interaction_id'], data['stage']]);
  }
  expect(all.map((step) => (step as string[])[1])).toEqual([
    'received',
    'analyzed',
    'fact_learned',
    'completed',
    'received',
    'analyzed',
    'fact_updated',
    'completed',
    'received',
    'analyzed',
    'completed',
  ]);
  for (const [index, id] of ids.slice(0, -1).entries()) {
    await using again = await openStream(learningStream('steps'), resume(id));
    const rest: unknown[] = [];
    while (rest.length < ids.length - index - 1) {
      const { data } = await again.next();
      rest.push([data['interaction_id'], data['stage']]);
    }
    expect(rest).toEqual(all.slice(index + 1));
  }
});

test.each([insightsStream, learningStream])('an id of no stream is refused with 400', async (path) => {
  const response = await fetch(path('user123'), { headers: resume('nonsense') });
  expect(response.status).toBe(400);
  expect(((await response.json()) as { error: string }).error).toContain('Last-Event-ID');
});

test('a comment every 15 s keeps the connection alive', async () => {
  await using stream = await openStream(learningStream('silent'));
  const before = stream.comments;
  const heartbeats = every.filter(({ ms }) => ms === 15_000);
  heartbeats.at(-1)!.callback();
  await say(server, 'silent', 'hello');
  await stream.next();
  expect(stream.comments).toBe(before + 1);
});

test('a stream ends with the server, and a reader that leaves leaves nothing behind', async () => {
  const own = await startServer({ env: { RATE_LIMITS: 'off' } });
  const stream = await openStream(`${own.url}/webhook/stream/insights/user123`);
  await stream.next();
  await own[Symbol.asyncDispose]();
  await stream.ended;
  const open = every.filter(({ ms }) => ms === 15_000).length;
  {
    await using left = await openStream(insightsStream('leaver'));
    await left.next();
    expect(every.filter(({ ms }) => ms === 15_000)).toHaveLength(open + 1);
  }
  await expect.poll(() => every.filter(({ ms }) => ms === 15_000).length).toBe(open);
});

test('a stream takes its key from the address, where a browser cannot set headers', async () => {
  await using own = await startServer({ env: { WEBHOOK_API_KEY: KEY } });
  const path = `${own.url}/webhook/stream/insights/user123`;
  const refused = await fetch(path);
  expect([refused.status, await refused.json()]).toEqual([401, { error: 'Authentication required' }]);
  for (const query of [`?token=${KEY}`, `?api_key=${KEY}`]) {
    await using stream = await openStream(path + query);
    expect((await stream.next()).data['username']).toBe('user123');
  }
  const message = await own.post(`/webhook/chat/message?token=${KEY}`, { user_id: 'u', message: 'x' });
  expect(message.status).toBe(401);
});

test('a connection that never asked for anything does not hold up the end of the server', async () => {
  const own = await startServer();
  const { hostname, port } = new URL(own.url);
  const silent = connect(Number(port), hostname);
  await once(silent, 'connect');
  // An answer on another connection: the server has seen both.
  await own.get('/health');
  const closed = once(silent, 'close');
  await Promise.all([own[Symbol.asyncDispose](), closed]);
});
