import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aBody,
  CONVERSATION,
  logMessage,
  POLLY_RESPONSE,
  pollyDoors,
  readBack,
  USER_MESSAGE,
  type PollyEvent,
} from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { watch, type PlainViewer } from '../support/viewer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

type Door = (typeof pollyDoors)[number];

/** What viewers are told of these calls: an event for each that is news, nothing for the others. */
async function told(calls: [door: Door, body: object][]): Promise<PollyEvent[]> {
  await using viewer = await watch(server.url, '/ws');
  for (const [door, body] of calls) expect((await server.post(door, body)).status).toBe(200);
  return await untilMarker(viewer);
}

/** Events come in order, so once a later one is here nothing that came before it can still be on its way. */
async function untilMarker(viewer: PlainViewer): Promise<PollyEvent[]> {
  await server.post(CONVERSATION, { id: `marker ${performance.now()}`, user_message: 'that was all' });
  const events: PollyEvent[] = [];
  for (;;) {
    const event = (await viewer.next()) as PollyEvent;
    if (event.id.startsWith('marker')) return events;
    events.push(event);
  }
}

const typesOf = (events: PollyEvent[]): string[] => events.map(({ type }) => type);

test('a whole exchange is told as a new message, exactly as it is read', async () => {
  const events = await told([
    [CONVERSATION, { id: 'w1', user_message: 'hello', polly_response: 'hi', tag: 1 }],
  ]);
  expect(typesOf(events)).toEqual(['new_message']);
  expect(events[0]).toEqual(await readBack(server, 'w1'));
  expect(Object.keys(events[0]!)).toEqual([
    'id',
    'type',
    'timestamp',
    'user_message',
    'polly_response',
    'metadata',
  ]);
});

test('the two steps are told as a user message and as a reply', async () => {
  const events = await told([
    [USER_MESSAGE, { id: 's1', message: 'hello' }],
    [POLLY_RESPONSE, { id: 's1', response: 'hi' }],
  ]);
  expect(events).toMatchObject([
    { type: 'user_message', polly_response: '', metadata: { status: 'pending' } },
    { type: 'polly_response', user_message: 'hello', polly_response: 'hi', metadata: { status: 'success' } },
  ]);
  expect({ ...events[1], type: 'new_message' }).toEqual(await readBack(server, 's1'));
});

test('a question that comes after its reply is told as the exchange that it completes', async () => {
  const events = await told([
    [POLLY_RESPONSE, { id: 's2', response: 'hi' }],
    [USER_MESSAGE, { id: 's2', message: 'hello' }],
  ]);
  expect(typesOf(events)).toEqual(['polly_response', 'new_message']);
  expect(events[1]).toEqual(await readBack(server, 's2'));
});

test('a whole exchange after its two steps is told once more, as news of what it changed', async () => {
  const events = await told([
    [USER_MESSAGE, { id: 's3', message: 'hello' }],
    [POLLY_RESPONSE, { id: 's3', response: 'hi' }],
    [CONVERSATION, { id: 's3', user_message: 'hello', polly_response: 'hi', latency_ms: 900 }],
  ]);
  expect(typesOf(events)).toEqual(['user_message', 'polly_response', 'new_message']);
  expect(events[2]!.metadata.latency_ms).toBe(900);
});

test('a step that changes an exchange is told with the type of its door or of a read', async () => {
  const events = await told([
    [CONVERSATION, { id: 's4', user_message: 'hello', polly_response: 'hi' }],
    [POLLY_RESPONSE, { id: 's4', response: 'hi', latency_ms: 5 }],
    [USER_MESSAGE, { id: 's4', message: 'hello', model: 'gpt-4' }],
  ]);
  expect(typesOf(events)).toEqual(['new_message', 'polly_response', 'new_message']);
});

test('a correction of a question that still waits is told as a user message', async () => {
  const events = await told([
    [USER_MESSAGE, { id: 's5', message: 'helo' }],
    [USER_MESSAGE, { id: 's5', message: 'hello' }],
    [CONVERSATION, { id: 's5', user_message: 'hello!' }],
  ]);
  expect(typesOf(events)).toEqual(['user_message', 'user_message', 'user_message']);
});

describe('nothing is told of', () => {
  test.each(pollyDoors)('a repeat at %s', async (door) => {
    const body = aBody(door, { id: `repeat ${door}`, latency_ms: 5, timestamp: '2025-01-20' });
    expect(await told(Array.from({ length: 3 }, () => [door, body]))).toHaveLength(1);
  });

  test('a step that says what the whole exchange said', async () => {
    const events = await told([
      [CONVERSATION, { id: 'q1', user_message: 'hello', polly_response: 'hi', model: 'gpt-4' }],
      [USER_MESSAGE, { id: 'q1', message: 'hello', model: 'gpt-4' }],
      [POLLY_RESPONSE, { id: 'q1', response: 'hi', user_message: 'hello' }],
    ]);
    expect(typesOf(events)).toEqual(['new_message']);
  });

  test('a step that may not change what the whole exchange said', async () => {
    const events = await told([
      [CONVERSATION, { id: 'q2', user_message: 'hello', polly_response: 'hi', model: 'gpt-4' }],
      [USER_MESSAGE, { id: 'q2', message: 'other words', model: 'other model' }],
    ]);
    expect(typesOf(events)).toEqual(['new_message']);
  });

  test('a whole exchange that only confirms its steps', async () => {
    const events = await told([
      [USER_MESSAGE, { id: 'q3', message: 'hello' }],
      [POLLY_RESPONSE, { id: 'q3', response: 'hi' }],
      [CONVERSATION, { id: 'q3', user_message: 'hello', polly_response: 'hi' }],
    ]);
    expect(typesOf(events)).toEqual(['user_message', 'polly_response']);
  });

  test('a default that is now stated, and an extra field, because neither reads differently', async () => {
    const events = await told([
      [CONVERSATION, { id: 'q4', user_message: 'hello', polly_response: 'hi' }],
      [CONVERSATION, { id: 'q4', user_message: 'hello', model: 'unknown', latency_ms: 0, tokens_used: {} }],
      [CONVERSATION, { id: 'q4', user_message: 'hello', status: 'success', extra: 'field' }],
    ]);
    expect(typesOf(events)).toEqual(['new_message']);
  });

  test('a refusal, and a replay of an answer', async () => {
    await using viewer = await watch(server.url, '/ws');
    const headers = { 'idempotency-key': 'told once' };
    await server.post(CONVERSATION, { id: 'q5', user_message: 'hello' }, headers);
    await server.post(CONVERSATION, { id: 'q5', user_message: 'hello' }, headers);
    await server.post(CONVERSATION, { id: 'q5', user_message: '' });
    expect(typesOf(await untilMarker(viewer))).toEqual(['user_message']);
  });

  test('a conversation that is closed and opened again, and a note of the system', async () => {
    await server.post(CONVERSATION, { id: 'q6', user_message: 'hello', polly_response: 'hi' });
    await using viewer = await watch(server.url, '/ws');
    for (const name of ['closeConversation', 'reopenConversation'])
      await server.graphql(`mutation { ${name}(input: { conversationId: "q6" }) { __typename } }`);
    await logMessage(server, { conversationId: 'q6', sender: 'SYSTEM', text: 'a note' });
    expect(await untilMarker(viewer)).toEqual([]);
  });
});

test('nobody is told to be connected before the view is open', async () => {
  await using lone = await startServer();
  const database = new pg.Client({ connectionString: lone.databaseUrl });
  await database.connect();
  await using _closing = { [Symbol.asyncDispose]: () => database.end() };
  // While this is locked nobody can find out where the log stands.
  await database.query('begin; lock table projects in access exclusive mode');
  let isConnected = false;
  const watching = watch(lone.url, '/ws').then((viewer) => {
    isConnected = true;
    return viewer;
  });
  const waiting = "select from pg_locks where relation = 'projects'::regclass and not granted";
  while ((await database.query(waiting)).rowCount === 0);
  expect(isConnected).toBe(false);
  await database.query('commit');
  await using viewer = await watching;
  await lone.post(CONVERSATION, { id: 'seen', user_message: 'hello' });
  expect(await viewer.next()).toMatchObject({ id: 'seen' });
});

test('whoever is connected misses nothing from that moment on', async () => {
  for (let round = 0; round < 30; round += 1) {
    // Nobody else watches, so that each of these has to find out by itself where the log stands.
    await using viewer = await watch(server.url, '/ws');
    const ids = [0, 1, 2].map((index) => `at once ${round} ${index}`);
    await Promise.all(ids.map((id) => server.post(CONVERSATION, { id, user_message: 'hello' })));
    const seen = [await viewer.next(), await viewer.next(), await viewer.next()].map(
      ({ id }) => id as string,
    );
    expect(seen.toSorted()).toEqual(ids);
  }
});

test('what was there before is not told to whoever comes', async () => {
  await server.post(CONVERSATION, { id: 'old', user_message: 'hello' });
  expect(await told([])).toEqual([]);
});

test('messages of other doors are told with the id of their exchange and the type of a read', async () => {
  await using viewer = await watch(server.url, '/ws');
  const message = { conversationId: 'other door' };
  await logMessage(server, { ...message, sender: 'USER', text: 'first?' });
  await logMessage(server, { ...message, sender: 'BOT', text: 'first!' });
  await logMessage(server, { ...message, sender: 'USER', text: 'second?' });
  await logMessage(server, { ...message, sender: 'HUMAN', text: 'second!' });
  await logMessage(server, { ...message, sender: 'BOT', text: 'more' });
  const events = await untilMarker(viewer);
  expect(events.map(({ id, type }) => [id, type])).toEqual([
    ['other door', 'user_message'],
    ['other door', 'new_message'],
    ['other door#2', 'user_message'],
    ['other door#2', 'new_message'],
    ['other door#3', 'new_message'],
  ]);
});

test('every viewer is told everything, in the same order', async () => {
  const viewers = await Promise.all(Array.from({ length: 5 }, () => watch(server.url, '/ws')));
  const posts = Array.from({ length: 100 }, (_, index) =>
    server.post(CONVERSATION, { id: `burst ${index}`, user_message: 'x' }),
  );
  await Promise.all(posts);
  const seen = await Promise.all(
    viewers.map(async (viewer) => {
      const ids: unknown[] = [];
      while (ids.length < 100) ids.push((await viewer.next())['id']);
      return ids;
    }),
  );
  expect(new Set(seen[0]).size).toBe(100);
  for (const ids of seen) expect(ids).toEqual(seen[0]);
  for (const viewer of viewers) await viewer[Symbol.asyncDispose]();
});

test('an event is told as text, one JSON object a message', async () => {
  await using viewer = await watch(server.url, '/ws');
  const message = new Promise<[Buffer, boolean]>((resolve) => {
    viewer.socket.once('message', (data: Buffer, isBinary: boolean) => resolve([data, isBinary]));
  });
  await server.post(CONVERSATION, { id: 'text', user_message: '🍰', timestamp: '2025-01-20' });
  const [data, isBinary] = await message;
  expect(isBinary).toBe(false);
  expect(data.toString()).toBe(
    '{"id":"text","type":"user_message","timestamp":"2025-01-20","user_message":"🍰","polly_response":"",' +
      '"metadata":{"prompt_name":"unknown","tokens_used":{},"latency_ms":0,"model":"unknown","status":"pending"}}',
  );
});
