import { expect, test } from 'vitest';
import { openDatabase } from '../../server/store/database.ts';
import { heldBy, handOver } from '../support/handoff.ts';
import { silentJournal } from '../support/journal.ts';
import { createDatabase, startServer, type TestServer } from '../support/server.ts';
import { stoppedTime, type Time } from './receiver.ts';

const MINUTE = 60_000;
const SECOND = 1000;

async function say(server: TestServer, conversationId: string, channel = 'CHAT'): Promise<void> {
  const query = 'mutation ($input: LogMessageInput!) { it: logMessage(input: $input) { __typename } }';
  const input = { conversationId, sender: 'USER', text: 'hello', channel };
  expect(await server.graphql(query, { input })).toEqual({ it: { __typename: 'LogMessagePayload' } });
}

async function rule(server: TestServer, input: object): Promise<void> {
  const query = 'mutation ($input: SetPoliciesInput!) { it: setPolicies(input: $input) { __typename } }';
  expect(await server.graphql(query, { input })).toEqual({ it: { __typename: 'PoliciesPayload' } });
}

/** Lets rounds pass until a conversation stands as expected. */
const becomes = (server: TestServer, time: Time, id: string, expected: object): Promise<void> =>
  expect
    .poll(() => {
      time.pass(SECOND);
      return heldBy(server, id);
    })
    .toMatchObject(expected);

type Logged = {
  kind: string;
  body: { reason?: string | null; by?: string; takenFrom?: string; from?: string };
};
async function eventsOf(server: TestServer, kind: string): Promise<Logged[]> {
  await using database = openDatabase({ connectionString: server.databaseUrl });
  const rows = await database.prisma.event.findMany({ where: { kind }, orderBy: { seq: 'asc' } });
  return rows as unknown as Logged[];
}

test('a call that nobody ended is closed after half an hour of silence, once, and says why; a chat goes on', async () => {
  const time = stoppedTime();
  await using server = await startServer({ now: time.now, every: time.every });
  await say(server, 'call', 'CALL');
  await say(server, 'chat');
  time.pass(29 * MINUTE);
  await say(server, 'later', 'CALL');
  time.pass(2 * MINUTE);
  await becomes(server, time, 'call', { status: 'CLOSED', owner: 'BOT' });
  expect(await heldBy(server, 'later')).toMatchObject({ status: 'ACTIVE' });
  expect(await heldBy(server, 'chat')).toMatchObject({ status: 'ACTIVE' });
  const closed = await eventsOf(server, 'ConversationClosed');
  expect(closed.map(({ body }) => body.reason)).toEqual(['silent for 30 minutes']);
});

test('a call of which only partials are heard is not silent, until they cease', async () => {
  const time = stoppedTime();
  await using server = await startServer({ now: time.now, every: time.every });
  const hear = async (text: string): Promise<void> => {
    const query =
      'mutation ($input: LogTranscriptSegmentInput!) { logTranscriptSegment(input: $input) { __typename } }';
    const piece = { callId: 'call', segmentId: 's', speaker: 'AGENT', startMs: 0, endMs: 9, isPartial: true };
    await server.graphql(query, { input: { ...piece, text } });
  };
  await say(server, 'quiet', 'CALL');
  await hear('well');
  time.pass(20 * MINUTE);
  await hear('well, let');
  time.pass(15 * MINUTE);
  await becomes(server, time, 'quiet', { status: 'CLOSED' });
  expect(await heldBy(server, 'call')).toMatchObject({ status: 'ACTIVE' });
  time.pass(15 * MINUTE);
  await becomes(server, time, 'call', { status: 'CLOSED' });
});

test('a partial that arrives between the look and the lock wins as well', async () => {
  const now = Date.now();
  await using server = await startServer({ every: () => () => undefined });
  await say(server, 'call', 'CALL');
  await using database = openDatabase({ connectionString: server.databaseUrl });
  await using later = silentJournal(database, () => now + 31 * MINUTE);
  const segment = {
    segmentId: 's',
    speaker: 'AGENT',
    text: 'so',
    startMs: 0,
    endMs: 9,
    isPartial: true,
  } as const;
  const more = { sentiment: null, at: null, metadata: {} };
  await later.write(1, [{ kind: 'logSegment', conversationId: 'call', ...segment, ...more }]);
  await later.write(1, [{ kind: 'endSilence', conversationId: 'call' }]);
  expect(await heldBy(server, 'call')).toMatchObject({ status: 'ACTIVE' });
});

test('chats are closed as the project wishes, a user who comes back opens them, and nothing is closed without a rule', async () => {
  const time = stoppedTime();
  await using server = await startServer({ now: time.now, every: time.every });
  await say(server, 'chat');
  await say(server, 'call', 'CALL');
  await rule(server, { closeChatsAfterMinutes: 120, closeCallsAfterMinutes: null });
  time.pass(121 * MINUTE);
  await becomes(server, time, 'chat', { status: 'CLOSED' });
  expect((await eventsOf(server, 'ConversationClosed')).map(({ body }) => body.reason)).toEqual([
    'silent for 2 hours',
  ]);
  await say(server, 'chat');
  await becomes(server, time, 'chat', { status: 'ACTIVE' });
  await rule(server, { closeChatsAfterMinutes: null });
  time.pass(24 * 60 * MINUTE);
  // Another rule that is carried out shows that the round is over in which these would have been closed.
  await say(server, 'held');
  await handOver(server, 'takeOver', { conversationId: 'held', operator: 'operator-1' });
  await rule(server, { releaseAfterMinutes: 1 });
  time.pass(MINUTE);
  await becomes(server, time, 'held', { owner: 'BOT' });
  for (const id of ['chat', 'call']) expect(await heldBy(server, id)).toMatchObject({ status: 'ACTIVE' });
});

test('a conversation that a person holds and nobody writes in goes back to the bot, one that waits stays waiting', async () => {
  const time = stoppedTime();
  await using server = await startServer({ now: time.now, every: time.every });
  await rule(server, { releaseAfterMinutes: 60 });
  for (const id of ['held', 'waiting', 'busy']) await say(server, id);
  await handOver(server, 'takeOver', { conversationId: 'held', operator: 'operator-1' });
  await handOver(server, 'takeOver', { conversationId: 'busy', operator: 'operator-2' });
  await handOver(server, 'requestHuman', { conversationId: 'waiting' });
  time.pass(59 * MINUTE);
  await say(server, 'busy');
  time.pass(MINUTE);
  const released = { status: 'ACTIVE', owner: 'BOT', operator: null, handoffReason: 'silent for 1 hour' };
  await becomes(server, time, 'held', released);
  expect((await eventsOf(server, 'HandoffChanged')).at(-1)!.body).toMatchObject({
    by: 'reaper',
    from: 'HUMAN',
    takenFrom: 'operator-1',
  });
  expect(await heldBy(server, 'busy')).toMatchObject({ owner: 'HUMAN', operator: 'operator-2' });
  expect(await heldBy(server, 'waiting')).toMatchObject({ owner: 'PENDING' });
});

test('a message that arrives between the look and the lock wins', async () => {
  const now = Date.now();
  await using server = await startServer({ every: () => () => undefined });
  await say(server, 'call', 'CALL');
  await using database = openDatabase({ connectionString: server.databaseUrl });
  await using later = silentJournal(database, () => now + 31 * MINUTE);
  const message = { conversationId: 'call', sender: 'USER', text: 'still here', origin: 'api' } as const;
  await later.write(1, [
    { kind: 'logMessage', ...message, facts: {}, metadata: {} },
    { kind: 'endSilence', conversationId: 'call' },
  ]);
  expect(await heldBy(server, 'call')).toMatchObject({ status: 'ACTIVE' });
});

test('of two servers one alone closes what went silent', async () => {
  const time = stoppedTime();
  await using database = await createDatabase();
  await using first = await startServer({ database, now: time.now, every: time.every });
  await using second = await startServer({ database, now: time.now, every: time.every });
  const ids = Array.from({ length: 150 }, (_, index) => `call-${index}`);
  await Promise.all(ids.map((id, index) => say(index % 2 === 0 ? first : second, id, 'CALL')));
  time.pass(31 * MINUTE);
  await expect
    .poll(async () => {
      time.pass(SECOND);
      return (await eventsOf(first, 'ConversationClosed')).length;
    })
    .toBe(150);
  time.pass(MINUTE);
  await say(second, 'last', 'CALL');
  time.pass(31 * MINUTE);
  await becomes(first, time, 'last', { status: 'CLOSED' });
  expect(await eventsOf(first, 'ConversationClosed')).toHaveLength(151);
});

test.each([
  ['closeChatsAfterMinutes', 0],
  ['closeCallsAfterMinutes', 525_601],
  ['releaseAfterMinutes', -1],
  ['keepContentDays', 36_501],
])('%s of %d is refused by name, with what it may be, and nothing changes', async (name, value) => {
  await using server = await startServer();
  const query = `mutation ($input: SetPoliciesInput!) { it: setPolicies(input: $input) {
    ... on InvalidInputError { field message } } }`;
  const { it } = await server.graphql<{ it: { field: string; message: string } }>(query, {
    input: { closeChatsAfterMinutes: 5, [name]: value },
  });
  expect(it.field).toBe(`input.${name}`);
  expect(it.message).toMatch(/must be a whole number from 1 to \d+, or null for never/u);
  expect(await eventsOf(server, 'PoliciesChanged')).toEqual([]);
});

test('policies change one by one, are told in the log, and not when they are so already', async () => {
  await using server = await startServer();
  await rule(server, { closeChatsAfterMinutes: 5 });
  await rule(server, { keepContentDays: 90 });
  await rule(server, { keepContentDays: 90 });
  const query =
    '{ viewer { project { policies { closeChatsAfterMinutes closeCallsAfterMinutes releaseAfterMinutes keepContentDays } } } }';
  expect(await server.graphql(query)).toEqual({
    viewer: {
      project: {
        policies: {
          closeChatsAfterMinutes: 5,
          closeCallsAfterMinutes: 30,
          releaseAfterMinutes: null,
          keepContentDays: 90,
        },
      },
    },
  });
  expect(await eventsOf(server, 'PoliciesChanged')).toHaveLength(2);
});
