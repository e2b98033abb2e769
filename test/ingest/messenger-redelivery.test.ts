import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { adminOf } from '../support/database.ts';
import {
  BOT_APP,
  conversation,
  conversationOf,
  deliver,
  echo,
  messengerEnv,
  newMid,
  said,
  webhook,
  wordsIn,
  type Told,
} from '../support/messenger.ts';
import { head, logMessage } from '../support/polly.ts';
import { createDatabase, startServer, type TestServer } from '../support/server.ts';

let database: Awaited<ReturnType<typeof createDatabase>>;
let server: TestServer;
/** Another server on the same database. */
let second: TestServer;
beforeAll(async () => {
  database = await createDatabase();
  server = await startServer({ env: messengerEnv, database });
  second = await startServer({ env: messengerEnv, database });
});
afterAll(async () => {
  await second[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** Each test is about a person of its own. */
let person = '';
let people = 0;
beforeEach(() => {
  person = `71002003004${String((people += 1)).padStart(5, '0')}`;
});

const FIRST = Date.parse('2025-01-20T10:00:00.000Z');
const mine = (seconds = 0, mid: unknown = newMid()): { person: string; timestamp: number; mid: unknown } => ({
  person,
  timestamp: FIRST + seconds * 1000,
  mid,
});

async function take(body: object, to: TestServer = server): Promise<void> {
  const answer = await deliver(to, body);
  expect([answer.status, await answer.text()]).toEqual([200, 'EVENT_RECEIVED']);
}

const told = (): Promise<Told | null> => conversation(server, conversationOf(person));
const words = (): Promise<string[]> => wordsIn(server, conversationOf(person));

/** The whole conversation, and how much is stored at all. */
const everything = async (): Promise<unknown> => [await told(), await head(server)];

test('the same webhook again changes nothing, at this server or another', async () => {
  const body = webhook(
    said('Is the shop open?', mine()),
    echo('Until six.', BOT_APP, mine(1)),
    said({ attachments: [{ type: 'image', payload: { url: 'https://scontent.example/1' } }] }, mine(2)),
  );
  await take(body);
  const before = await everything();
  expect(await words()).toHaveLength(3);
  await take(body);
  await take(body, second);
  expect(await everything()).toEqual(before);
});

test('a message that is known does not keep the others of its batch from being stored', async () => {
  const known = said('known', mine());
  await take(webhook(known));
  await take(webhook(said('before', mine(-1)), known, said('after', mine(1))));
  // What comes later stands later, whenever it was said.
  expect(await words()).toEqual(['USER known', 'USER before', 'USER after']);
});

test('the same message twice in one batch is stored once', async () => {
  const message = said('hello', mine());
  await take({
    object: 'page',
    entry: [
      { id: '1', time: FIRST, messaging: [message, message] },
      { id: '1', time: FIRST, standby: [message] },
    ],
  });
  expect(await words()).toEqual(['USER hello']);
});

test('a mid that comes again with other content keeps its first words, and its batch is taken', async () => {
  const mid = newMid();
  await take(webhook(said('first words', mine(0, mid))));
  const before = (await told())?.messages.nodes[0];
  await take(webhook(said('other words', mine(5, mid)), echo('answer', BOT_APP, mine(6))));
  await take(webhook(echo('first words', BOT_APP, mine(0, mid))));
  expect(await words()).toEqual(['USER first words', 'BOT answer']);
  expect((await told())?.messages.nodes[0]).toEqual(before);
});

test('of two contents of one mid in one batch the earlier one stands', async () => {
  const mid = newMid();
  await take(webhook(said('later', mine(1, mid)), said('earlier', mine(0, mid))));
  expect(await words()).toEqual(['USER earlier']);
});

test('the same words under two mids are two messages', async () => {
  await take(webhook(said('hello', mine()), said('hello', mine())));
  expect(await words()).toEqual(['USER hello', 'USER hello']);
});

test('the same webhook ten times in parallel, at two servers, is stored once', async () => {
  for (const round of [1, 2, 3]) {
    person = `${person}${round}`;
    const fresh = webhook(said('one', mine(1)), echo('two', BOT_APP, mine(2)), said('three', mine(3)));
    await Promise.all(Array.from({ length: 10 }, (_, index) => take(fresh, index % 2 ? second : server)));
    expect(await words()).toEqual(['USER one', 'BOT two', 'USER three']);
  }
});

test('batches that overlap, in parallel at two servers, store every message once', async () => {
  const events = Array.from({ length: 30 }, (_, index) => said(`${index}`, mine(index)));
  const batches = Array.from({ length: 20 }, (_, index) => events.slice(index, index + 11));
  await Promise.all(batches.map((batch, index) => take(webhook(...batch), index % 2 ? second : server)));
  const stored = await words();
  expect(stored.toSorted()).toEqual(events.map((_, index) => `USER ${index}`).toSorted());
});

test('an event without a mid is known by what it says', async () => {
  const { message: _, ...event } = said('', mine());
  const pressed = { ...event, postback: { title: 'Menu', payload: 'MENU' } };
  await take(webhook(pressed, pressed));
  await take(webhook(pressed, said('hello', mine(1))));
  expect(await words()).toEqual(['USER Menu', 'USER hello']);
  await take(webhook({ ...pressed, timestamp: FIRST + 9000 }));
  expect(await words()).toEqual(['USER Menu', 'USER hello', 'USER Menu']);
});

test.each([[''], ['x'.repeat(256)], ['x'.repeat(100_000)], [5], [null], [{}], ['a\nb']])(
  'a message whose mid is no id (%#) is stored once all the same',
  async (mid) => {
    const body = webhook(said('hello', mine(0, mid)), said('other', mine(1, mid)));
    await take(body);
    await take(body);
    expect(await words()).toEqual(['USER hello', 'USER other']);
  },
);

test('an id of a message at another door has nothing to do with a mid', async () => {
  const mid = newMid();
  const input = {
    conversationId: conversationOf(person),
    sender: 'USER',
    text: 'by GraphQL',
    messageId: mid,
  };
  await logMessage(server, input);
  await take(webhook(said('by Messenger', mine(0, mid))));
  expect(await words()).toEqual(['USER by GraphQL', 'USER by Messenger']);
});

test('what was forgotten does not come back by a redelivery', async () => {
  const body = webhook(said('my secret', mine()), echo('your secret', BOT_APP, mine(1)));
  await take(body);
  const forget = `mutation ($id: String!) { forgetEndUser(input: { externalId: $id }) { __typename } }`;
  await server.graphql(forget, { id: person });
  expect(JSON.stringify(await told())).not.toContain('secret');
  await take(body);
  expect(JSON.stringify(await told())).not.toContain('secret');
});

test('an idempotency key is honoured here too', async () => {
  const headers = { 'idempotency-key': `key ${person}` };
  const body = webhook(said('hello', mine()));
  const first = await deliver(server, body, headers);
  const again = await deliver(server, body, headers);
  const answers = await Promise.all([first.text(), again.text()]);
  expect([first.status, again.status, ...answers]).toEqual([200, 200, 'EVENT_RECEIVED', 'EVENT_RECEIVED']);
  expect([first, again].map((it) => it.headers.get('idempotent-replayed'))).toEqual([null, 'true']);
  const before = await head(server);
  for (const other of [webhook(said('hi', mine())), webhook()]) {
    const conflict = await deliver(server, other, headers);
    expect(conflict.status).toBe(409);
    expect(await conflict.json()).toEqual({ success: false, error: expect.any(String) as string });
  }
  expect(await head(server)).toBe(before);
});

test('while the database is away it is 503, and what is delivered again is stored once', async () => {
  const postgres = inject('postgres');
  await using own = await createDatabase();
  await using away = await startServer({
    env: { ...messengerEnv, WEBHOOK_API_KEY: 'the-key' },
    database: own,
  });
  const first = said('known', mine());
  const known = webhook(first);
  const body = webhook(first, said('new', mine(1)));
  await take(known, away);
  await adminOf(postgres, async (client) => {
    await client.query(`alter database ${own.name} with allow_connections false`);
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
      own.name,
    ]);
  });
  for (const delivered of [body, body]) {
    const answer = await deliver(away, delivered);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/u);
    expect(await answer.json()).toEqual({ success: false, error: expect.any(String) as string });
  }
  await adminOf(postgres, (client) => client.query(`alter database ${own.name} with allow_connections true`));
  for (const delivered of [body, body, known]) await take(delivered, away);
  const key = { authorization: 'Bearer the-key' };
  const stored = await conversation(away, conversationOf(person), key);
  expect(stored?.messages.nodes.map(({ text }) => text)).toEqual(['known', 'new']);
});
