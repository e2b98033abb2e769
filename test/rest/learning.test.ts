import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BULK, insights, insightsOf, MESSAGE, say, type ShownFact } from '../support/learning.ts';
import { recent } from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { exchangeBytes, requestText } from '../support/wire.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ now: () => Date.parse('2025-01-20T15:30:00Z'), env: { RATE_LIMITS: 'off' } });
});
afterAll(() => server[Symbol.asyncDispose]());

const documented = {
  user_id: 'user123',
  message: 'I love playing guitar and jazz music',
  response: "That's wonderful! How long have you been playing?",
  session_id: 'optional_session_id',
  metadata: { source: 'gradio', model: 'gpt-3.5-turbo', timestamp: '2025-01-01T12:00:00Z' },
};
const json = async (response: Response): Promise<unknown> => response.json();
const keysOf = ({ facts }: { facts: ShownFact[] }): string[] => facts.map(({ key }) => key).toSorted();

test('the documented message is answered as documented, and teaches two interests', async () => {
  const response = await server.post(MESSAGE, documented);
  expect(response.status).toBe(200);
  expect(await json(response)).toEqual({
    success: true,
    user_id: expect.any(Number) as number,
    interaction_id: expect.any(Number) as number,
    learned_facts_count: 2,
    message: 'Interaction logged and processed',
  });
});

test('insights tell what was learned, said and counted, to the field', async () => {
  const user = 'reader';
  const { user_id: id } = await say(server, user, 'I love jazz music', {
    metadata: { timestamp: '2025-01-01T12:00:00Z' },
  });
  const told = await insights(server, user);
  const [interaction] = told.recent_interactions;
  expect(told).toEqual({
    user_id: id,
    username: user,
    facts: [
      {
        category: 'interests',
        type: 'topic_interest',
        key: 'interest_jazz',
        value: 'Shows strong interest in jazz music',
        confidence: 'medium',
        evidence_count: 1,
        last_updated: '2025-01-01T12:00:00Z',
      },
    ],
    recent_interactions: [
      {
        content: 'I love jazz music',
        type: 'message',
        sentiment: interaction!.sentiment,
        topics: ['music', 'jazz'],
        timestamp: '2025-01-01T12:00:00Z',
      },
    ],
    analytics: { total_interactions: 1, avg_sentiment: interaction!.sentiment, most_active_hour: 12 },
    suggestions: ['User shows strong interest in jazz music'],
  });
  expect(interaction!.sentiment).toBeGreaterThan(0.3);
});

test('what is said again strengthens one fact: medium at once, high from four messages on', async () => {
  const counts = [];
  for (const words of ['I like jazz', "I'm into jazz", 'I love jazz music', 'I really enjoy jazz']) {
    const { learned_facts_count: learned } = await say(server, 'fan', words);
    const { facts } = await insights(server, 'fan');
    counts.push([learned, facts.length, facts[0]!.evidence_count, facts[0]!.confidence]);
  }
  expect(counts).toEqual([
    [1, 1, 1, 'medium'],
    [1, 1, 2, 'medium'],
    [1, 1, 3, 'medium'],
    [1, 1, 4, 'high'],
  ]);
});

test('a contradiction takes the place of what was known', async () => {
  await say(server, 'mover', 'I live in Bergen', { metadata: { timestamp: '2025-01-02T12:00:00Z' } });
  await say(server, 'mover', 'Actually I moved to Oslo', { metadata: { timestamp: '2025-01-03T12:00:00Z' } });
  const homes = (await insights(server, 'mover')).facts.filter(({ value }) => /Bergen|Oslo/u.test(value));
  expect(homes.map(({ value }) => value)).toEqual(['Lives in Oslo']);
});

test('an older message that arrives late changes nothing that was said since', async () => {
  await say(server, 'late', 'I live in Oslo', { metadata: { timestamp: '2025-01-03T12:00:00Z' } });
  await say(server, 'late', 'I live in Bergen', { metadata: { timestamp: '2024-01-03T12:00:00Z' } });
  expect((await insights(server, 'late')).facts.map(({ value }) => value)).toEqual(['Lives in Oslo']);
});

test('questions, other people and requests teach nothing', async () => {
  for (const words of ['Do you like jazz?', 'My brother loves football', 'Tell me about Oslo please']) {
    expect((await say(server, 'quiet', words)).learned_facts_count).toBe(0);
  }
  expect((await insights(server, 'quiet')).facts).toEqual([]);
});

describe('insights', () => {
  test('hold facts of the wanted categories, up to the limit, from the wanted confidence on', async () => {
    for (const words of ['I like tea', 'I like chess', 'I live in Oslo', 'I like chess a lot']) {
      await say(server, 'chooser', words);
    }
    const interests = await insights(server, 'chooser', '?categories=interests,behavior');
    expect(keysOf(interests)).toEqual(['interest_chess', 'interest_tea']);
    const first = await insights(server, 'chooser', '?limit=1');
    expect(keysOf(first)).toEqual(['interest_chess']);
    expect(keysOf(await insights(server, 'chooser', '?confidence=high'))).toEqual([]);
    expect((await insights(server, 'chooser', '?confidence=medium')).facts).toHaveLength(3);
  });

  test.each([
    ['?limit=0', 'limit'],
    ['?limit=101', 'limit'],
    ['?limit=', 'limit'],
    ['?limit=ten', 'limit'],
    ['?confidence=sure', 'confidence'],
    ['?confidence=', 'confidence'],
    ['?categories=hobbies', 'categories'],
    ['?categories=', 'categories'],
  ])('of %s are refused with 400 that names the parameter', async (query, name) => {
    await say(server, 'known', 'hello');
    const response = await server.get(insightsOf('known', query));
    expect(response.status).toBe(400);
    const { error } = (await json(response)) as { error: string };
    expect(error).toContain(name);
  });

  test('of a user that nobody has seen are 404', async () => {
    const response = await server.get(insightsOf('user999'));
    expect(response.status).toBe(404);
    expect(await json(response)).toEqual({ error: 'User user999 not found' });
  });

  test('of ids with slashes, dots and other scripts are found', async () => {
    for (const user of ['a/b', 'a.b-c_d', 'Ærlig 😀', '%2F', '😀'.repeat(255)]) {
      await say(server, user, 'I like tea');
      expect((await insights(server, user)).username).toBe(user);
    }
  });

  test('show the last ten messages of the user only, newest first by when they were said', async () => {
    for (let minute = 0; minute < 12; minute += 1) {
      const timestamp = `2025-01-01T12:${String(minute).padStart(2, '0')}:00Z`;
      await say(server, 'talker', `message ${minute}`, { response: 'a reply', metadata: { timestamp } });
    }
    const { recent_interactions: said, analytics } = await insights(server, 'talker');
    expect(said.map(({ content }) => content)).toEqual(
      Array.from({ length: 10 }, (_, index) => `message ${11 - index}`),
    );
    expect(analytics).toMatchObject({ total_interactions: 12, most_active_hour: 12 });
  });
});

describe('bulk', () => {
  const twoMessages = [
    { message: 'Hello there', timestamp: '2025-01-01T12:00:00Z', metadata: { session: 'session1' } },
    { message: 'I like programming', timestamp: '2025-01-01T12:01:00Z', metadata: { session: 'session1' } },
  ];

  test('is answered as documented', async () => {
    const response = await server.post(BULK, { user_id: 'bulk', interactions: twoMessages });
    expect(response.status).toBe(200);
    expect(await json(response)).toEqual({
      success: true,
      user_id: expect.any(Number) as number,
      interactions_created: 2,
      facts_learned: 1,
      processing_time_ms: expect.any(Number) as number,
    });
    const { facts, recent_interactions: said } = await insights(server, 'bulk');
    expect(facts.map(({ key, last_updated: at }) => [key, at])).toEqual([
      ['interest_programming', '2025-01-01T12:01:00Z'],
    ]);
    expect(said.map(({ timestamp }) => timestamp)).toEqual(['2025-01-01T12:01:00Z', '2025-01-01T12:00:00Z']);
  });

  test('takes 1,000 interactions and counts each once', async () => {
    const interactions = Array.from({ length: 1000 }, (_, index) => ({ message: `message ${index}` }));
    const response = await server.post(BULK, { user_id: 'thousand', interactions });
    expect(await json(response)).toMatchObject({ interactions_created: 1000, facts_learned: 0 });
    const { analytics, facts } = await insights(server, 'thousand');
    expect(analytics.total_interactions).toBe(1000);
    // What no single message taught: habits, from the counts.
    expect(new Set(facts.map(({ category }) => category))).toEqual(new Set(['behavior']));
  });

  test.each([
    [[], 'interactions must hold 1 to 1,000 entries'],
    [Array.from({ length: 1001 }, () => ({ message: 'x' })), 'it holds 1001'],
    [[{ message: 'fine' }, { message: ' ' }], 'interactions.1.message'],
    [[{ message: 'fine' }, 'text'], 'interactions.1 must be an object'],
    [[{ message: 'fine' }, {}], 'interactions.1.message'],
    [[{ message: 'x', timestamp: 'yesterday' }], 'interactions.0.timestamp'],
    [[{ message: 'x', metadata: [] }], 'interactions.0.metadata'],
    ['none', 'interactions must be a list'],
  ])('of %j is refused whole, and says which', async (interactions, told) => {
    const response = await server.post(BULK, { user_id: 'refused', interactions });
    expect(response.status).toBe(400);
    expect(((await json(response)) as { error: string }).error).toContain(told);
    expect((await server.get(insightsOf('refused'))).status).toBe(404);
  });
});

test.each([
  ['{"user_id":"u"}', 'message'],
  ['{"message":"hello"}', 'user_id'],
  ['{"user_id":"","message":"hello"}', 'user_id'],
  ['{"user_id":7,"message":"hello"}', 'user_id'],
  ['{"user_id":"u","message":"  "}', 'message'],
  ['{"user_id":"u","message":["hello"]}', 'message'],
  [JSON.stringify({ user_id: 'u', message: 'x'.repeat(10_001) }), 'message'],
  ['{"user_id":"u","message":"hello","response":7}', 'response'],
  ['{"user_id":"u","message":"hello","session_id":7}', 'session_id'],
  ['{"user_id":"u","message":"hello","metadata":"none"}', 'metadata'],
  ['{"user_id":"u","message":"hello","metadata":{"timestamp":"soon"}}', 'metadata.timestamp'],
  ['{"user_id":"u","message":"a\\u0000b"}', 'message'],
  ['{"user_id":"u\\n","message":"hello"}', 'user_id'],
  ['[]', 'body'],
  ['no json', 'body'],
  ['', 'body'],
])('%.60s is refused with 400 that names the field, and stores nothing', async (body, field) => {
  const response = await server.post(MESSAGE, body);
  expect(response.status).toBe(400);
  const told = (await json(response)) as { error: string };
  expect(Object.keys(told)).toEqual(['error']);
  expect(told.error.toLowerCase()).toContain(field);
  expect((await server.get(insightsOf('u'))).status).toBe(404);
});

test('10,000 characters, whatever their bytes, are a message', async () => {
  expect((await say(server, 'writer', '😀'.repeat(10_000))).success).toBe(true);
});

test('null is as good as left out, and unknown fields are kept', async () => {
  await say(server, 'extra', 'hello', {
    response: null,
    session_id: null,
    metadata: null,
    mood: 'curious',
  });
  const { endUser } = await server.graphql<{ endUser: { messages: { metadata: object }[] } }>(
    '{ endUser(externalId: "extra") { messages { metadata } } }',
  );
  expect(endUser.messages).toEqual([{ metadata: { mood: 'curious' } }]);
});

test("without a session a user's messages form one conversation a UTC day", async () => {
  for (const timestamp of ['2025-01-01T23:59:59Z', '2025-01-02T00:00:00Z', '2025-01-01T10:00:00Z']) {
    await say(server, 'daily', 'hello', { metadata: { timestamp } });
  }
  await say(server, 'daily', 'hello', { session_id: 'named' });
  const { endUser } = await server.graphql<{
    endUser: { conversations: { nodes: { externalId: string; messageCount: number; platform: string }[] } };
  }>('{ endUser(externalId: "daily") { conversations { nodes { externalId messageCount platform } } } }');
  expect(endUser.conversations.nodes).toEqual([
    { externalId: 'named', messageCount: 1, platform: 'learning' },
    { externalId: 'daily 2025-01-01', messageCount: 2, platform: 'learning' },
    { externalId: 'daily 2025-01-02', messageCount: 1, platform: 'learning' },
  ]);
});

test('a message of the learning door shows at the doors of the exchange monitor', async () => {
  await say(server, 'poly', 'first question', { session_id: 'shared', metadata: { model: 'm1' } });
  await say(server, 'poly', 'second question', { session_id: 'shared', response: 'an answer' });
  const shown = (await recent(server)).filter(({ id }) => id.startsWith('shared'));
  expect(
    shown.map(({ id, type, user_message: asked, polly_response: answer }) => [id, type, asked, answer]),
  ).toEqual([
    ['shared#2', 'new_message', 'second question', 'an answer'],
    ['shared', 'user_message', 'first question', ''],
  ]);
  expect(shown[1]!.metadata.model).toBe('m1');
});

test('the same key and bytes give the first answer again, and count once', async () => {
  const headers = { 'idempotency-key': 'k1' };
  const body = { user_id: 'once', interactions: [{ message: 'I like tea' }, { message: 'hello' }] };
  const first = await server.post(BULK, body, headers);
  const again = await server.post(BULK, body, headers);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(await again.text()).toBe(await first.text());
  expect((await insights(server, 'once')).analytics.total_interactions).toBe(2);
  const other = await server.post(BULK, { ...body, interactions: [{ message: 'x' }] }, headers);
  expect(other.status).toBe(409);
  expect(Object.keys((await json(other)) as object)).toEqual(['error']);
});

test('methods that a path has not are 405, and name those that it has', async () => {
  const response = await server.get(MESSAGE);
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('POST');
  expect(Object.keys((await json(response)) as object)).toEqual(['error']);
  const unknown = await server.get('/webhook/chat/unknown');
  expect([unknown.status, await json(unknown)]).toEqual([404, { error: 'Not Found' }]);
});

test('a user whose id is a dot or two is found', async () => {
  for (const user of ['.', '..']) {
    await say(server, user, 'I like tea');
    const path = `/webhook/chat/insights/${user.replaceAll('.', '%2E')}`;
    // Browsers take dots out of an address themselves, so this one is written by hand.
    const reply = await exchangeBytes(server.url, requestText('GET', path, {}));
    expect(JSON.parse(reply!.body)).toMatchObject({ username: user });
  }
});

test('an address that means nothing, and a page of another site, are refused in the manner of the door', async () => {
  for (const path of ['/webhook/chat/insights/%zz', '/webhook/chat/insights/%ff']) {
    const response = await server.get(path);
    expect([response.status, await json(response)]).toEqual([400, { error: 'The address is malformed.' }]);
  }
  const foreign = await server.post(
    MESSAGE,
    { user_id: 'u', message: 'x' },
    { origin: 'https://evil.example' },
  );
  expect(foreign.status).toBe(403);
  expect(Object.keys((await json(foreign)) as object)).toEqual(['error']);
});

test('a request that is refused before its body is read counts as well', async () => {
  await using limited = await startServer();
  const large = await limited.post(MESSAGE, 'x'.repeat(1024 * 1024 + 1));
  expect([large.status, large.headers.get('x-ratelimit-remaining')]).toEqual([413, '49']);
  const keyless = await limited.post(MESSAGE, { user_id: '', message: 'x' }, { 'idempotency-key': '' });
  expect([keyless.status, keyless.headers.get('x-ratelimit-remaining')]).toEqual([400, '48']);
});
