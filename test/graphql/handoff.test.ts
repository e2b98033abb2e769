import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Scope } from '../../server/domain/key.ts';
import { keyOf } from '../support/figures.ts';
import { handOver, heldBy, mutationOf, type Outcome } from '../support/handoff.ts';
import { say } from '../support/learning.ts';
import { tablesWith } from '../support/marked.ts';
import { head, logMessage } from '../support/polly.ts';
import { Queue } from '../support/queue.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { follow } from '../support/viewer.ts';

const NOW = '2026-03-10T12:00:00.000Z';
let clock = Date.parse(NOW);
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { RATE_LIMITS: 'off' }, now: () => clock });
});
afterAll(() => server[Symbol.asyncDispose]());

let conversations = 0;
/** A conversation in which somebody said hello. */
async function aConversation(more: object = {}): Promise<string> {
  const conversationId = `conversation ${(conversations += 1)}`;
  await logMessage(server, { conversationId, sender: 'USER', text: 'hello', ...more });
  return conversationId;
}

/** Ids of the messages of a conversation with their marks, in order. */
async function marksOf(externalId: string) {
  const query = `query ($externalId: String!) { conversation(externalId: $externalId) {
    messages { nodes { sender text requiresHuman humanReplied } } } }`;
  type Node = { sender: string; text: string; requiresHuman: boolean; humanReplied: boolean };
  const { conversation } = await server.graphql<{ conversation: { messages: { nodes: Node[] } } }>(query, {
    externalId,
  });
  return conversation.messages.nodes;
}

/** Marks the last message of a conversation at the door of the admin panel. */
async function markLast(externalId: string, mark: 'mark-human' | 'mark-replied'): Promise<void> {
  const query = 'query ($externalId: String!) { conversation(externalId: $externalId) { id } }';
  const { conversation } = await server.graphql<{ conversation: { id: string } }>(query, { externalId });
  const id = Buffer.from(conversation.id, 'base64').toString().split(':')[1];
  const read = await server.get(`/admin/conversations/${id}/messages`);
  const { messages } = (await read.json()) as { messages: { id: number }[] };
  expect((await server.post(`/admin/messages/${messages.at(-1)!.id}/${mark}`, '')).status).toBe(200);
}

const ask = (input: object, headers?: Record<string, string>): Promise<Outcome> =>
  handOver(server, 'requestHuman', input, headers);
const takeOver = (conversationId: string, operator: string): Promise<Outcome> =>
  handOver(server, 'takeOver', { conversationId, operator });
const reply = (conversationId: string, operator: string, text = 'I am here', more: object = {}) =>
  handOver(server, 'replyAsHuman', { conversationId, operator, text, ...more });

describe('a conversation', () => {
  test('goes from the bot to a person and back, and tells so', async () => {
    const conversationId = await aConversation();
    expect(await heldBy(server, conversationId)).toEqual({
      externalId: conversationId,
      status: 'ACTIVE',
      owner: 'BOT',
      operator: null,
      ownerSince: NOW,
      handoffReason: null,
      priority: 0,
    });
    clock += 60_000;
    const pending = {
      owner: 'PENDING',
      operator: null,
      ownerSince: '2026-03-10T12:01:00.000Z',
      handoffReason: 'wants a refund',
      priority: 7,
    };
    expect(await ask({ conversationId, by: 'bot 5', reason: 'wants a refund', priority: 7 })).toMatchObject({
      __typename: 'ConversationPayload',
      conversation: pending,
    });
    expect(await heldBy(server, conversationId)).toMatchObject(pending);
    clock += 60_000;
    const held = {
      ...pending,
      owner: 'HUMAN',
      operator: 'operator-1',
      ownerSince: '2026-03-10T12:02:00.000Z',
    };
    expect(await takeOver(conversationId, 'operator-1')).toMatchObject({ conversation: held });
    expect(await heldBy(server, conversationId)).toMatchObject(held);
    const released = { owner: 'BOT', operator: null, handoffReason: 'refunded', priority: 7 };
    const input = { conversationId, operator: 'operator-1', reason: 'refunded' };
    expect(await handOver(server, 'releaseConversation', input)).toMatchObject({ conversation: released });
    expect(await heldBy(server, conversationId)).toMatchObject(released);
  });

  test('that waits is found in the queue, and leaves it when somebody comes', async () => {
    const [first, second] = [await aConversation(), await aConversation()];
    for (const conversationId of [first, second]) await ask({ conversationId });
    const queue = async (): Promise<string[]> => {
      const query = '{ conversations(filter: { owner: PENDING }) { nodes { externalId } } }';
      type Data = { conversations: { nodes: { externalId: string }[] } };
      return (await server.graphql<Data>(query)).conversations.nodes.map(({ externalId }) => externalId);
    };
    expect(await queue()).toEqual([second, first]);
    await takeOver(first, 'operator-1');
    expect(await queue()).toEqual([second]);
    await handOver(server, 'closeConversation', { conversationId: second });
    expect(await queue()).toEqual([]);
  });

  test('that somebody holds is refused to everybody else, by name, and nothing is stored', async () => {
    const conversationId = await aConversation();
    await takeOver(conversationId, 'operator-1');
    const stored = await head(server);
    const refused = {
      __typename: 'HeldByOtherError',
      operator: 'operator-1',
      message: 'operator-1 holds this conversation. Ask for its release, wait for it, or take it by force.',
    };
    expect(await takeOver(conversationId, 'operator-2')).toEqual(refused);
    expect(await reply(conversationId, 'operator-2')).toEqual(refused);
    expect(await handOver(server, 'releaseConversation', { conversationId, operator: 'operator-2' })).toEqual(
      refused,
    );
    expect(await head(server)).toBe(stored);
  });

  test('that somebody holds is taken from him by force, and the log tells from whom', async () => {
    const conversationId = await aConversation();
    await takeOver(conversationId, 'operator-1');
    const forced = { conversationId, operator: 'operator-2', force: true };
    const taken = { conversation: { owner: 'HUMAN', operator: 'operator-2' } };
    expect(await handOver(server, 'takeOver', forced)).toMatchObject(taken);
    const stored = await head(server);
    expect(await handOver(server, 'takeOver', forced)).toMatchObject(taken);
    expect(await head(server)).toBe(stored);
    expect(await reply(conversationId, 'operator-1')).toMatchObject({
      __typename: 'HeldByOtherError',
      operator: 'operator-2',
    });
  });

  test('that is closed is a conflict for whoever takes or answers it, and waits again when asked for', async () => {
    const conversationId = await aConversation();
    await handOver(server, 'closeConversation', { conversationId });
    const refused = {
      __typename: 'ConflictError',
      message: 'This conversation is closed. Reopen it first.',
    };
    expect(await takeOver(conversationId, 'operator-1')).toEqual(refused);
    expect(await reply(conversationId, 'operator-1')).toEqual(refused);
    expect(await ask({ conversationId })).toMatchObject({
      conversation: { status: 'ACTIVE', owner: 'PENDING' },
    });
  });

  test('that 20 operators reach for at once goes to exactly one, and the others are told to whom', async () => {
    for (let round = 0; round < 5; round += 1) {
      const conversationId = await aConversation();
      await ask({ conversationId });
      const stored = await head(server);
      const names = Array.from({ length: 20 }, (_, index) => `operator ${index}`);
      const outcomes = await Promise.all(names.map((name) => takeOver(conversationId, name)));
      const winners = names.filter((_, index) => outcomes[index]!.__typename === 'ConversationPayload');
      expect(winners).toHaveLength(1);
      for (const [index, outcome] of outcomes.entries()) {
        if (names[index] === winners[0]) continue;
        expect(outcome).toMatchObject({ __typename: 'HeldByOtherError', operator: winners[0] });
      }
      expect(await heldBy(server, conversationId)).toMatchObject({ owner: 'HUMAN', operator: winners[0] });
      expect(await head(server)).toBe(stored + 1);
    }
  });

  test('asked for twice, taken twice and released twice is as good as once', async () => {
    const conversationId = await aConversation();
    const steps = [
      () => ask({ conversationId, reason: 'x', priority: 3 }),
      () => takeOver(conversationId, 'operator-1'),
      () => handOver(server, 'releaseConversation', { conversationId, operator: 'operator-1', reason: 'y' }),
    ];
    for (const step of steps) {
      const first = await step();
      const stored = await head(server);
      clock += 1000;
      expect(await step()).toEqual(first);
      expect(await head(server)).toBe(stored);
    }
  });
});

describe('a person who replies', () => {
  test('takes the conversation, answers what was marked, and is heard by whoever follows', async () => {
    const conversationId = await aConversation();
    await markLast(conversationId, 'mark-human');
    await logMessage(server, { conversationId, sender: 'USER', text: 'anybody?' });
    await markLast(conversationId, 'mark-human');
    await logMessage(server, { conversationId, sender: 'USER', text: 'hello?' });
    expect(await heldBy(server, conversationId)).toMatchObject({ owner: 'PENDING' });
    await using viewer = follow(server.url, { filter: { conversations: [conversationId] } });
    await viewer.next();
    expect(await reply(conversationId, 'operator-1', 'Yes, me', { metadata: { desk: 4 } })).toMatchObject({
      __typename: 'ReplyAsHumanPayload',
      said: { sender: 'HUMAN', text: 'Yes, me', metadata: { desk: 4, operator: 'operator-1' } },
      conversation: { owner: 'HUMAN', operator: 'operator-1' },
    });
    const heard = [await viewer.event(), await viewer.event(), await viewer.event()];
    expect(heard.map(({ __typename: type }) => type)).toEqual([
      'HandoffChanged',
      'MessagesLogged',
      'HandoffChanged',
    ]);
    expect(heard[1]).toMatchObject({ messages: [{ sender: 'HUMAN', text: 'Yes, me' }] });
    expect(await marksOf(conversationId)).toEqual([
      { sender: 'USER', text: 'hello', requiresHuman: true, humanReplied: true },
      { sender: 'USER', text: 'anybody?', requiresHuman: true, humanReplied: true },
      { sender: 'USER', text: 'hello?', requiresHuman: false, humanReplied: false },
      { sender: 'HUMAN', text: 'Yes, me', requiresHuman: false, humanReplied: false },
    ]);
  });

  test('answers what was marked also when the reply was typed elsewhere', async () => {
    const conversationId = await aConversation();
    await markLast(conversationId, 'mark-human');
    await logMessage(server, { conversationId, sender: 'HUMAN', text: 'hi' });
    expect(await heldBy(server, conversationId)).toMatchObject({ owner: 'HUMAN', operator: null });
    expect((await marksOf(conversationId))[0]).toMatchObject({ humanReplied: true });
  });

  test('says the same twice when it is sent twice without a key, and once with one', async () => {
    const conversationId = await aConversation();
    await reply(conversationId, 'operator-1', 'once');
    await reply(conversationId, 'operator-1', 'once');
    expect((await marksOf(conversationId)).filter(({ text }) => text === 'once')).toHaveLength(2);
    const input = { conversationId, operator: 'operator-1', text: 'keyed' };
    const key = { 'idempotency-key': 'reply key' };
    const send = () =>
      server.post('/graphql', { query: mutationOf('replyAsHuman'), variables: { input } }, key);
    const answers = await Promise.all(Array.from({ length: 10 }, send));
    expect(answers.filter(({ headers }) => !headers.has('idempotent-replayed'))).toHaveLength(1);
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect((await marksOf(conversationId)).filter(({ text }) => text === 'keyed')).toHaveLength(1);
  });

  test('with a key is given the first answer again even after he let go of the conversation', async () => {
    const conversationId = await aConversation();
    const key = { 'idempotency-key': 'take key' };
    const input = { conversationId, operator: 'operator-1' };
    const first = await handOver(server, 'takeOver', input, key);
    await handOver(server, 'releaseConversation', input);
    await takeOver(conversationId, 'operator-2');
    expect(await handOver(server, 'takeOver', input, key)).toEqual(first);
    expect(await heldBy(server, conversationId)).toMatchObject({ operator: 'operator-2' });
    expect(await handOver(server, 'takeOver', { ...input, operator: 'operator-3' }, key)).toMatchObject({
      __typename: 'ConflictError',
    });
  });
});

test('a follower hears from whose hands a conversation came, who did it, and which messages it is about', async () => {
  const conversationId = await aConversation();
  const changes = new Queue<object>();
  const url = `${server.url.replace('http', 'ws')}/graphql`;
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
  const query = `subscription { feed(filter: { conversations: ["${conversationId}"] }) { events { __typename
    ... on HandoffChanged { from by messages { text requiresHuman humanReplied }
      conversation { owner operator } } } } }`;
  const begun = new Promise<void>((resolve) => {
    client.subscribe<{ feed: { events: object[] } }>(
      { query },
      {
        next: ({ data, errors }) => {
          resolve();
          if (errors) changes.end(new Error(JSON.stringify(errors)));
          data?.feed.events.forEach((event) => changes.push(event));
        },
        error: (error) => changes.end(new Error(JSON.stringify(error))),
        complete: () => undefined,
      },
    );
  });
  await begun;
  await ask({ conversationId });
  await takeOver(conversationId, 'operator-1');
  await markLast(conversationId, 'mark-human');
  await markLast(conversationId, 'mark-replied');
  const change = { __typename: 'HandoffChanged', messages: [] as object[] };
  const held = { owner: 'HUMAN', operator: 'operator-1' };
  const marked = { text: 'hello', requiresHuman: true, humanReplied: false };
  const told = [await changes.next(), await changes.next(), await changes.next(), await changes.next()];
  expect(told).toEqual([
    { ...change, from: 'BOT', by: 'bot', conversation: { owner: 'PENDING', operator: null } },
    { ...change, from: 'PENDING', by: 'operator-1', conversation: held },
    { ...change, from: 'HUMAN', by: 'admin', conversation: held, messages: [marked] },
    {
      ...change,
      from: 'HUMAN',
      by: 'admin',
      conversation: held,
      messages: [{ ...marked, humanReplied: true }],
    },
  ]);
  await client.dispose();
});

test('notes are kept in order, with author and time, and move the conversation up', async () => {
  const conversationId = await aConversation();
  const note = { author: 'operator-1', text: 'a regular', at: new Date(clock).toISOString() };
  expect(
    await handOver(server, 'addNote', { conversationId, author: 'operator-1', text: 'a regular' }),
  ).toEqual({
    __typename: 'AddNotePayload',
    note,
  });
  await handOver(server, 'addNote', { conversationId, author: 'operator-2', text: 'be kind' });
  const query = `query ($externalId: String!) { conversation(externalId: $externalId) {
    notes { nodes { author text at } } } }`;
  expect(await server.graphql(query, { externalId: conversationId })).toEqual({
    conversation: { notes: { nodes: [note, { ...note, author: 'operator-2', text: 'be kind' }] } },
  });
});

const long = 'x'.repeat(256);
test.each<[Parameters<typeof handOver>[1], string, object]>([
  ['requestHuman', 'conversationId', { conversationId: '' }],
  ['requestHuman', 'by', { by: ' ' }],
  ['requestHuman', 'by', { by: long }],
  ['requestHuman', 'reason', { reason: 'a\0b' }],
  ['requestHuman', 'priority', { priority: -1 }],
  ['requestHuman', 'priority', { priority: 101 }],
  ['takeOver', 'conversationId', { conversationId: 'x'.repeat(256) }],
  ['takeOver', 'operator', { operator: '' }],
  ['takeOver', 'operator', { operator: '\ud800' }],
  ['releaseConversation', 'operator', { operator: '\t' }],
  ['releaseConversation', 'reason', { reason: '\udc00' }],
  ['replyAsHuman', 'text', { text: ' ' }],
  ['replyAsHuman', 'text', { text: 'x'.repeat(1_000_001) }],
  ['replyAsHuman', 'metadata', { metadata: { deep: 'a\0b' } }],
  ['addNote', 'author', { author: '' }],
  ['addNote', 'text', { text: '\n' }],
  ['closeConversation', 'reason', { reason: 'a\0b' }],
])('%s with a bad %s is refused, which is named, and nothing is stored', async (name, field, bad) => {
  const least = {
    requestHuman: {},
    takeOver: { operator: 'operator-1' },
    releaseConversation: { operator: 'operator-1' },
    replyAsHuman: { operator: 'operator-1', text: 'hi' },
    addNote: { author: 'operator-1', text: 'hi' },
    closeConversation: {},
  }[name];
  const conversationId = await aConversation();
  const stored = await head(server);
  expect(await handOver(server, name, { conversationId, ...least, ...bad })).toMatchObject({
    __typename: 'InvalidInputError',
    field: `input.${field}`,
  });
  expect(await head(server)).toBe(stored);
});

test('names and reasons hold any script, and come back as they were sent', async () => {
  const conversationId = await aConversation();
  const operator = `${'😀'.repeat(250)} "\\'`;
  await ask({ conversationId, reason: '<b>\u202e{{7*7}}\n', priority: 100 });
  expect(await takeOver(conversationId, operator)).toMatchObject({
    conversation: { operator, handoffReason: '<b>\u202e{{7*7}}\n', priority: 100 },
  });
});

test('a name of 255 code points is taken, and stands in the refusal of the next one', async () => {
  const conversationId = await aConversation();
  const operator = '😀'.repeat(255);
  expect((await takeOver(conversationId, operator)).__typename).toBe('ConversationPayload');
  expect(await takeOver(conversationId, 'operator-2')).toMatchObject({ operator });
});

describe('keys', () => {
  const asked: [Parameters<typeof handOver>[1], object, Scope][] = [
    ['requestHuman', { conversationId: 'locked' }, 'ingest'],
    ['takeOver', { conversationId: 'locked', operator: 'operator-1' }, 'operate'],
    ['replyAsHuman', { conversationId: 'locked', operator: 'operator-1', text: 'hi' }, 'operate'],
    ['addNote', { conversationId: 'locked', author: 'operator-1', text: 'secret note' }, 'operate'],
    ['releaseConversation', { conversationId: 'locked', operator: 'operator-1' }, 'operate'],
  ];
  const every: Scope[] = ['ingest', 'read', 'operate', 'admin'];
  let closed: TestServer;
  beforeAll(async () => {
    closed = await startServer({ env: { WEBHOOK_API_KEY: 'the-key-of-the-environment' } });
    const query =
      'mutation { logMessage(input: {conversationId: "locked", sender: USER, text: "hello"}) { __typename } }';
    await closed.graphql(query, {}, { authorization: 'Bearer the-key-of-the-environment' });
  });
  afterAll(() => closed[Symbol.asyncDispose]());

  test('of bots may ask for a person, those of operators do the rest', async () => {
    for (const scope of every) {
      const headers = await keyOf(closed, [scope]);
      for (const [name, input, needs] of asked) {
        const response = await closed.post(
          '/graphql',
          { query: mutationOf(name), variables: { input } },
          headers,
        );
        const { data, errors } = (await response.json()) as {
          data: { it: Outcome } | null;
          errors?: { extensions: { code: string } }[];
        };
        expect(errors?.[0]?.extensions.code, `${scope} ${name}`).toBe(
          scope === needs ? undefined : 'FORBIDDEN',
        );
        if (scope === needs) expect(data!.it.__typename).toMatch(/Payload$/u);
      }
    }
  });

  test('that only read see who holds a conversation, but none of its notes', async () => {
    const headers = await keyOf(closed, ['read']);
    expect(await heldBy(closed, 'locked', headers)).toMatchObject({ owner: expect.any(String) as string });
    const query = '{ conversation(externalId: "locked") { notes { nodes { text } } } }';
    const response = await closed.post('/graphql', { query }, headers);
    const text = await response.text();
    expect(text).toContain('FORBIDDEN');
    expect(text).not.toContain('secret note');
    const operator = await keyOf(closed, ['read', 'operate']);
    expect(await closed.graphql(query, {}, operator)).toEqual({
      conversation: { notes: { nodes: [{ text: 'secret note' }] } },
    });
  });

  test('of another project find nothing here, as if there were nothing', async () => {
    const stranger = await keyOf(closed, every, 'strangers');
    const owner = await keyOf(closed, every);
    const stored = await head(closed, owner);
    for (const [name, input] of asked) {
      const foreign = await handOver(closed, name, input, stranger);
      const missing = await handOver(closed, name, { ...input, conversationId: 'nowhere' }, owner);
      expect(foreign.__typename).toBe('NotFoundError');
      expect(foreign.message!.replace('locked', 'nowhere')).toBe(missing.message);
    }
    expect(await head(closed, owner)).toBe(stored);
    expect(await heldBy(closed, 'locked', stranger)).toBeNull();
    for (const mark of ['mark-human', 'mark-replied']) {
      const answer = await closed.post(`/admin/messages/1/${mark}`, '', stranger);
      expect([answer.status, await answer.json()]).toEqual([
        404,
        { success: false, error: 'Message not found' },
      ]);
    }
  });
});

describe('forgetting a person', () => {
  const forget = (user: string) =>
    server.graphql(`mutation { forgetEndUser(input: { externalId: "${user}" }) { __typename } }`);

  /** A conversation with a secret wherever the handoff keeps words. */
  async function handedOver(conversationId: string, secret: string): Promise<void> {
    const key = (name: string) => ({ 'idempotency-key': `${conversationId} ${name}` });
    await ask({ conversationId, by: 'bot', reason: `${secret} reason` }, key('ask'));
    await handOver(server, 'takeOver', { conversationId, operator: 'operator-1' }, key('take'));
    await handOver(
      server,
      'addNote',
      { conversationId, author: 'operator-1', text: `${secret} note` },
      key('note'),
    );
    const said = {
      conversationId,
      operator: 'operator-1',
      text: `${secret} reply`,
      metadata: { aside: secret },
    };
    await handOver(server, 'replyAsHuman', said, key('reply'));
    await markLast(conversationId, 'mark-human');
    const left = { conversationId, operator: 'operator-1', reason: `${secret} left` };
    await handOver(server, 'releaseConversation', left, key('release'));
    const why = { conversationId, reason: `${secret} over` };
    await handOver(server, 'closeConversation', why, key('close'));
  }

  test('erases notes and reasons of conversations in which nobody else spoke, here, in the log and in receipts', async () => {
    await say(server, 'gone', 'hello', { session_id: 'gone talk' });
    await handedOver('gone talk', 'narwhal');
    expect(await tablesOf('narwhal')).toEqual(['conversations', 'events', 'messages', 'notes', 'receipts']);
    await forget('gone');
    expect(await tablesOf('narwhal')).toEqual([]);
    expect(await heldBy(server, 'gone talk')).toMatchObject({ status: 'CLOSED', handoffReason: null });
    // The log can still be read from its beginning, and the conversation goes on.
    const query = '{ conversations(first: 1) { cursor } }';
    const { conversations: it } = await server.graphql<{ conversations: { cursor: string } }>(query);
    await using viewer = follow(server.url, { after: it.cursor.replace(/:\d+$/u, ':0') });
    expect((await viewer.next()).events.length).toBeGreaterThan(0);
    expect(await ask({ conversationId: 'gone talk' })).toMatchObject({ conversation: { owner: 'PENDING' } });
  });

  test('leaves notes and reasons where somebody else spoke too', async () => {
    await say(server, 'first of us', 'hello', { session_id: 'our talk' });
    await say(server, 'second of us', 'hello', { session_id: 'our talk' });
    await ask({ conversationId: 'our talk', reason: 'dugong reason' });
    await handOver(server, 'addNote', {
      conversationId: 'our talk',
      author: 'operator-1',
      text: 'dugong note',
    });
    await forget('first of us');
    expect(await tablesOf('dugong')).toEqual(['conversations', 'events', 'notes']);
    await forget('second of us');
  });
});

/** The tables that hold a word anywhere. */
const tablesOf = async (word: string): Promise<string[]> =>
  Object.keys(await tablesWith(server.databaseUrl, word)).toSorted();
