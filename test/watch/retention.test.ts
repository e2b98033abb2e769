import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../server/store/database.ts';
import { handOver } from '../support/handoff.ts';
import { countsOf, tablesWith } from '../support/marked.ts';
import { createDatabase, startServer, type TestServer } from '../support/server.ts';
import { isLeftIn, WORD } from './erasing.ts';
import { stoppedTime, type Time } from './receiver.ts';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

async function mutate(server: TestServer, name: string, input: object, headers = {}): Promise<string> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { it: ${name}(input: $input) { __typename } }`;
  const { it } = await server.graphql<{ it: { __typename: string } }>(query, { input }, headers);
  return it.__typename;
}

/** Says and records the word in every way there is. */
async function talk(server: TestServer, id: string, word = WORD): Promise<void> {
  const post = async (path: string, body: object): Promise<void> =>
    expect((await server.post(path, body, { 'idempotency-key': `${id} ${path}` })).status).toBeLessThan(300);
  await post('/webhook/chat/message', {
    user_id: `user of ${id}`,
    session_id: id,
    message: `I love ${word}`,
  });
  await post('/webhook/conversation', {
    id: `${id}-asked`,
    user_message: `Where is my ${word}?`,
    polly_response: `Here is your ${word}.`,
    extra: { note: word },
  });
  await post(`/api/v1/sessions/${id}/turns`, {
    outcome: 'failed',
    user_input: word,
    assistant_response: word,
    error: `no ${word}`,
    llm_latency_ms: 300,
    more: word,
  });
  await post(`/api/v1/sessions/${id}/costs`, {
    service: 'llm',
    units: 5,
    cost_usd: 0.25,
    metadata: { about: word },
  });
  await mutate(server, 'closeConversation', { conversationId: `${id}-asked`, reason: `no ${word}` });
  await post('/api/v1/feedback', {
    session_id: id,
    rating: 4,
    rating_type: 'stars',
    feedback_text: `more ${word}`,
    user_input: word,
    assistant_response: word,
  });
  for (const [segmentId, isPartial] of [
    ['whole', false],
    ['begun', true],
  ] as const) {
    const heard = {
      segmentId,
      speaker: 'CUSTOMER',
      text: `about ${word}`,
      startMs: 0,
      endMs: 900,
      isPartial,
    };
    expect(
      await mutate(server, 'logTranscriptSegment', { callId: id, ...heard, metadata: { said: word } }),
    ).toBe('LogTranscriptSegmentPayload');
  }
  await handOver(server, 'requestHuman', { conversationId: id, reason: `asks for ${word}` });
  await handOver(server, 'addNote', {
    conversationId: id,
    author: 'operator-1',
    text: `a friend of ${word}`,
  });
  await handOver(server, 'replyAsHuman', {
    conversationId: id,
    operator: 'operator-1',
    text: `I bring ${word}`,
    metadata: { seen: word },
  });
  await handOver(server, 'closeConversation', { conversationId: id, reason: `got ${word}` });
}

const start = async (time: Time): Promise<TestServer> =>
  startServer({ now: time.now, every: time.every, env: { RATE_LIMITS: 'off' } });

/** In how many events the word stands elsewhere than in what a fact says. */
async function countWords(server: TestServer): Promise<number> {
  await using database = openDatabase({ connectionString: server.databaseUrl });
  const [row] = await database.prisma.$queryRaw<{ count: number }[]>`
    select count(*)::int as count from events
    where (body::jsonb - 'facts')::text ilike ${`%${WORD}%`}
      or (jsonb_path_query_array(body::jsonb, '$.facts[*].evidence'))::text ilike ${`%${WORD}%`}`;
  return row!.count;
}

/** The messages of a conversation as readers are shown them. */
async function readAll(server: TestServer, id: string): Promise<{ text: string; isErased: boolean }[]> {
  const query = `query ($id: String!) { conversation(externalId: $id) { lastText handoffReason
    notes { nodes { text } } messages { nodes { text isErased } } } }`;
  type Data = { conversation: { messages: { nodes: { text: string; isErased: boolean }[] } } };
  const { conversation } = await server.graphql<Data>(query, { id });
  return conversation.messages.nodes;
}

describe('content', () => {
  test('that became too old is in no table and not in the log, and everything that was counted is as before', async () => {
    const time = stoppedTime();
    await using server = await start(time);
    await talk(server, 'old');
    time.pass(20 * DAY);
    await talk(server, 'young', 'axolotl');
    const said = Object.keys(await tablesWith(server.databaseUrl, WORD));
    const everywhere = [
      'conversations',
      'costs',
      'events',
      'evidence',
      'facts',
      'feedback',
      'messages',
      'notes',
    ];
    // Remembered answers of that age were pruned already.
    expect(said.toSorted()).toEqual([...everywhere, 'segments', 'turns']);
    const counts = await countsOf(server.databaseUrl);
    const young = await tablesWith(server.databaseUrl, 'axolotl');
    expect(await mutate(server, 'setPolicies', { keepContentDays: 30 })).toBe('PoliciesPayload');
    time.pass(12 * DAY);
    // What was learned of the person is no content, and stays until somebody has it forgotten.
    await isLeftIn(server, time, ['events', 'facts']);
    await expect.poll(() => (time.pass(SECOND), countWords(server)), { timeout: 5000 }).toBe(0);
    expect(await countsOf(server.databaseUrl)).toBe(counts);
    const { receipts: _, ...kept } = young;
    expect(await tablesWith(server.databaseUrl, 'axolotl')).toEqual(kept);
    const messages = await readAll(server, 'old');
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) expect(message).toEqual({ text: '', isErased: true });
    expect((await readAll(server, 'young')).some(({ isErased }) => isErased)).toBe(false);
  });

  test('is kept without a rule, and until its day is over with one', async () => {
    const time = stoppedTime();
    await using server = await start(time);
    await talk(server, 'kept');
    const before = await tablesWith(server.databaseUrl, WORD);
    time.pass(400 * DAY);
    expect(await mutate(server, 'setPolicies', { keepContentDays: 401 })).toBe('PoliciesPayload');
    time.pass(SECOND);
    const { receipts: _, ...rest } = before;
    await isLeftIn(server, time, Object.keys(rest).toSorted());
    expect(await tablesWith(server.databaseUrl, WORD)).toEqual(rest);
  });

  test('that a young event repeats goes with the old one', async () => {
    const time = stoppedTime();
    await using server = await start(time);
    await mutate(server, 'setPolicies', { keepContentDays: 30 });
    await mutate(server, 'logMessage', { conversationId: 'c', sender: 'USER', text: WORD });
    time.pass(29 * DAY);
    await handOver(server, 'takeOver', { conversationId: 'c', operator: 'operator-1' });
    expect(await tablesWith(server.databaseUrl, WORD)).toEqual({ conversations: 1, events: 2, messages: 1 });
    time.pass(3 * DAY);
    await isLeftIn(server, time, []);
    await mutate(server, 'logMessage', { conversationId: 'c', sender: 'BOT', text: 'still here' });
    expect(await readAll(server, 'c')).toEqual([
      { text: '', isErased: true },
      { text: 'still here', isErased: false },
    ]);
  });
});

describe('a conversation that is purged', () => {
  test('leaves its counts and nothing of its words, and others keep theirs', async () => {
    const time = stoppedTime();
    await using server = await start(time);
    await talk(server, 'gone');
    await talk(server, 'other', 'axolotl');
    const counts = await countsOf(server.databaseUrl);
    const others = await tablesWith(server.databaseUrl, 'axolotl');
    expect(await mutate(server, 'purgeConversation', { conversationId: 'gone' })).toBe('ConversationPayload');
    expect(await mutate(server, 'purgeConversation', { conversationId: 'gone-asked' })).toBe(
      'ConversationPayload',
    );
    await isLeftIn(server, time, []);
    expect(await countsOf(server.databaseUrl)).toBe(counts);
    expect(await tablesWith(server.databaseUrl, 'axolotl')).toEqual(others);
    for (const message of await readAll(server, 'gone')) expect(message.isErased).toBe(true);
  });

  test('twice is so once, keeps what is said afterwards, and loses that as well when it is purged anew', async () => {
    const time = stoppedTime();
    await using server = await start(time);
    await mutate(server, 'logMessage', { conversationId: 'c', sender: 'USER', text: WORD });
    const head = async (): Promise<bigint> => {
      await using database = openDatabase({ connectionString: server.databaseUrl });
      const project = await database.prisma.project.findFirstOrThrow();
      return project.head;
    };
    await mutate(server, 'purgeConversation', { conversationId: 'c' });
    const once = await head();
    await mutate(server, 'purgeConversation', { conversationId: 'c' });
    expect(await head()).toBe(once);
    // The answer to what was purged belongs to the same exchange.
    await mutate(server, 'logMessage', { conversationId: 'c', sender: 'BOT', text: 'pangolin' });
    await isLeftIn(server, time, []);
    expect(await readAll(server, 'c')).toEqual([
      { text: '', isErased: true },
      { text: 'pangolin', isErased: false },
    ]);
    await mutate(server, 'purgeConversation', { conversationId: 'c' });
    await isLeftIn(server, time, [], 'pangolin');
    expect((await readAll(server, 'c')).every(({ isErased }) => isErased)).toBe(true);
  });

  test('loses on another purge what was heard since, though nobody finished the sentence', async () => {
    const time = stoppedTime();
    await using server = await start(time);
    const heard = { callId: 'c', segmentId: 's', speaker: 'AGENT', startMs: 0, endMs: 9, isPartial: true };
    await mutate(server, 'startCall', { callId: 'c' });
    await mutate(server, 'purgeConversation', { conversationId: 'c' });
    await mutate(server, 'logTranscriptSegment', { ...heard, text: WORD });
    expect(await mutate(server, 'purgeConversation', { conversationId: 'c' })).toBe('ConversationPayload');
    await isLeftIn(server, time, []);
  });

  test('loses nothing that arrives at the same time but what was said before', async () => {
    const time = stoppedTime();
    await using server = await start(time);
    await mutate(server, 'logMessage', { conversationId: 'c', sender: 'USER', text: 'first' });
    const say = (index: number): Promise<string> =>
      mutate(server, 'logMessage', { conversationId: 'c', sender: 'SYSTEM', text: `word ${index}` });
    const work = Array.from({ length: 60 }, (_, index) =>
      index === 30 ? mutate(server, 'purgeConversation', { conversationId: 'c' }) : say(index),
    );
    await Promise.all(work);
    const sweptOf = async (): Promise<number> => {
      time.pass(SECOND);
      await using database = openDatabase({ connectionString: server.databaseUrl });
      return await database.prisma.erasure.count();
    };
    await expect.poll(sweptOf, { timeout: 5000 }).toBe(0);
    await using database = openDatabase({ connectionString: server.databaseUrl });
    const purged = await database.prisma.event.findFirstOrThrow({ where: { kind: 'ConversationPurged' } });
    const logged = await database.prisma.event.findMany({ where: { kind: 'MessagesLogged' } });
    const messages = await database.prisma.message.findMany();
    for (const { seq, body } of logged) {
      const { messages: told } = body as { messages: { id: number; text: string }[] };
      const stored = messages.find(({ id }) => id === told[0]!.id)!;
      expect(stored.isErased).toBe(seq < purged.seq);
      if (stored.sender === 'SYSTEM') expect(told[0]!.text === '').toBe(seq < purged.seq);
    }
    expect(messages).toHaveLength(60);
  });

  test('that is none is not found', async () => {
    await using server = await startServer();
    expect(await mutate(server, 'purgeConversation', { conversationId: 'none' })).toBe('NotFoundError');
    expect(await mutate(server, 'purgeConversation', { conversationId: '' })).toBe('InvalidInputError');
  });
});

test('an idempotency key is honoured for a week, and then pruned', async () => {
  const time = stoppedTime();
  await using server = await start(time);
  const headers = { 'idempotency-key': 'once' };
  const say = (text: string) =>
    mutate(server, 'logMessage', { conversationId: 'c', sender: 'USER', text }, headers);
  await say('hello');
  time.pass(6.9 * DAY);
  await say('hello');
  expect(await readAll(server, 'c')).toHaveLength(1);
  time.pass(DAY);
  await using database = openDatabase({ connectionString: server.databaseUrl });
  await expect
    .poll(() => {
      time.pass(60 * SECOND);
      return database.prisma.receipt.count().then((count) => count);
    })
    .toBe(0);
  await say('hello');
  expect(await readAll(server, 'c')).toHaveLength(2);
});

test('a server that was stopped within a purge leaves the rest of it to the next', async () => {
  const time = stoppedTime();
  await using database = await createDatabase();
  {
    await using server = await startServer({ database, now: time.now, every: () => () => undefined });
    await mutate(server, 'logMessage', { conversationId: 'c', sender: 'USER', text: WORD });
    await mutate(server, 'purgeConversation', { conversationId: 'c' });
    expect(await tablesWith(database.url, WORD)).toEqual({ events: 1 });
  }
  await using next = await startServer({ database, now: time.now, every: time.every });
  await isLeftIn(next, time, []);
});
