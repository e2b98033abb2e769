import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Command } from '../../server/domain/command.ts';
import type { Event } from '../../server/domain/event.ts';
import { createJournal } from '../../server/journal/write.ts';
import { ensureProject } from '../../server/journal/project.ts';
import { openDatabase } from '../../server/store/database.ts';
import { submitFeedback } from '../domain/memory.ts';
import { keyOf, record, type Stored } from '../support/figures.ts';
import { logMessage } from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { silentJournal } from '../support/journal.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

let sessions = 0;
/** A session that nobody has seen. */
const aSession = (): string => `session ${(sessions += 1)}`;

/** Logs a question and its answer. */
async function talk(
  conversationId: string,
  question: string,
  answer: string,
  { facts = {}, metadata = {} }: { facts?: object; metadata?: object } = {},
): Promise<void> {
  await logMessage(server, { conversationId, sender: 'USER', text: question });
  await logMessage(server, { conversationId, sender: 'BOT', text: answer, metadata, ...facts });
}

type Rating = NonNullable<Stored['feedback']>;
async function rate(sessionId: string, more: object): Promise<Rating> {
  const { feedback } = await record(server, 'submitFeedback', {
    sessionId,
    rating: 1,
    ratingType: 'THUMBS',
    ...more,
  });
  return feedback!;
}

/** The global ids of the messages of a conversation, by their words. */
async function idsOf(externalId: string, at = server): Promise<Record<string, string>> {
  const query = `query ($externalId: String!) { conversation(externalId: $externalId) {
    messages(first: 100) { nodes { id text } } } }`;
  type Data = { conversation: { messages: { nodes: { id: string; text: string }[] } } };
  const { conversation } = await at.graphql<Data>(query, { externalId });
  return Object.fromEntries(conversation.messages.nodes.map(({ id, text }) => [text, id]));
}
const plain = (globalId: string): string => Buffer.from(globalId, 'base64').toString().split(':')[1]!;

const gpt = { facts: { promptName: 'greeter', model: 'gpt-4o' } };

describe('a rating finds its message', () => {
  test('by its global id, by its plain id, and by the id that the bot sent along', async () => {
    const session = aSession();
    await talk(session, 'q1', 'a1', { ...gpt, metadata: { message_id: 'msg-1' } });
    await talk(session, 'q2', 'a2', { facts: { promptName: 'closer' }, metadata: { messageId: 'msg-2' } });
    const ids = await idsOf(session);
    const first = { message: { text: 'a1' }, promptName: 'greeter', model: 'gpt-4o' };
    expect(await rate(session, { messageId: ids['a1'] })).toMatchObject(first);
    expect(await rate(session, { messageId: plain(ids['a1']!) })).toMatchObject(first);
    expect(await rate(session, { messageId: 'msg-1' })).toMatchObject({ ...first, messageId: 'msg-1' });
    const second = { message: { text: 'a2' }, promptName: 'closer', model: null };
    expect(await rate(session, { messageId: 'msg-2' })).toMatchObject(second);
    // A question may be rated too: prompt and model are those of its exchange.
    expect(await rate(session, { messageId: ids['q1'] })).toMatchObject({
      ...first,
      message: { text: 'q1' },
    });
  });

  test('by the words of the answer, the newest of the same words', async () => {
    const session = aSession();
    await talk(session, 'q1', 'same', { facts: { model: 'old' } });
    await talk(session, 'q2', 'same', { facts: { model: 'new' } });
    await talk(session, 'q3', 'other', { facts: { model: 'newest' } });
    expect(await rate(session, { assistantResponse: 'same' })).toMatchObject({
      message: { text: 'same' },
      model: 'new',
    });
  });

  test('by the words of the question only where no answer is given', async () => {
    const session = aSession();
    await talk(session, 'q1', 'a1', gpt);
    await talk(session, 'q2', 'a2', { facts: { model: 'other' } });
    expect(await rate(session, { userInput: 'q1' })).toMatchObject({
      message: { text: 'q1' },
      model: 'gpt-4o',
    });
    expect(await rate(session, { userInput: 'q1', assistantResponse: 'a2' })).toMatchObject({
      message: { text: 'a2' },
      model: 'other',
    });
    expect(await rate(session, { userInput: 'q1', assistantResponse: 'never said' })).toMatchObject({
      message: null,
      model: null,
    });
    // What the bot asks is no question of the user.
    expect(await rate(session, { userInput: 'a1' })).toMatchObject({ message: null });
    expect(await rate(session, { assistantResponse: 'q1' })).toMatchObject({ message: null });
  });

  test('never by words where an id is given', async () => {
    const session = aSession();
    await talk(session, 'q', 'a', gpt);
    const unknown = { message: null, model: null, messageId: 'nobody knows' };
    expect(await rate(session, { messageId: 'nobody knows', assistantResponse: 'a' })).toMatchObject(unknown);
    expect(await rate(session, { turnId: 'no turn', assistantResponse: 'a' })).toMatchObject({
      message: null,
      model: null,
      turnId: 'no turn',
    });
  });

  test('among a thousand others', async () => {
    const session = aSession();
    await talk(session, 'q1', 'a1');
    await talk(session, 'q2', 'long ago', gpt);
    const { 'long ago': id } = await idsOf(session);
    const messages = Array.from({ length: 1000 }, (_, index) => ({
      conversationId: session,
      sender: 'USER',
      text: `filler ${index}`,
    }));
    await server.graphql(
      'mutation ($input: LogMessagesInput!) { logMessages(input: $input) { __typename } }',
      { input: { messages } },
    );
    expect(await rate(session, { messageId: id })).toMatchObject({ message: { text: 'long ago' } });
  });

  test('not in another conversation', async () => {
    const [mine, theirs] = [aSession(), aSession()];
    await talk(mine, 'q', 'a', { ...gpt, metadata: { message_id: 'shared' } });
    await talk(theirs, 'other q', 'other a');
    const { a: id } = await idsOf(mine);
    for (const about of [{ messageId: id }, { messageId: plain(id!) }, { messageId: 'shared' }]) {
      expect(await rate(theirs, about)).toMatchObject({ message: null, model: null, promptName: null });
    }
    expect(await rate(theirs, { assistantResponse: 'a' })).toMatchObject({ message: null });
    expect(await rate(aSession(), { userInput: 'q' })).toMatchObject({ message: null });
  });

  test('not in another project', async () => {
    await using closed = await startServer({ env: { WEBHOOK_API_KEY: 'the-key-of-the-environment' } });
    const theirs = await keyOf(closed, ['ingest', 'read'], 'theirs');
    const body = { id: 'c', user_message: 'q', polly_response: 'a', model: 'gpt-4o' };
    await closed.post('/webhook/conversation', body, { 'x-api-key': 'the-key-of-the-environment' });
    const rating = { sessionId: 'c', rating: 1, ratingType: 'THUMBS' };
    for (const about of [{ assistantResponse: 'a' }, { messageId: '2' }, { userInput: 'q' }]) {
      const found = await record(closed, 'submitFeedback', { ...rating, ...about }, theirs);
      expect(found.feedback).toMatchObject({ message: null, model: null });
    }
  });
});

describe('a rating finds its turn', () => {
  const stages = [{ name: 'LLM', startMs: 0, endMs: 5, model: 'voice-model' }];
  const turn = (sessionId: string, turnId: string, more: object = {}) =>
    record(server, 'recordTurn', { sessionId, turnId, outcome: 'SUCCEEDED', stages, ...more });

  test('by its id, and knows its model', async () => {
    const session = aSession();
    await turn(session, 't1');
    expect(await rate(session, { turnId: 't1' })).toMatchObject({ turnId: 't1', model: 'voice-model' });
  });

  test('by its words, the newest of the same words', async () => {
    const session = aSession();
    await turn(session, 't1', { userInput: 'q', assistantResponse: 'a' });
    await turn(session, 't2', { userInput: 'q', assistantResponse: 'a' });
    await turn(session, 't3', { userInput: 'q3', assistantResponse: 'a3' });
    expect(await rate(session, { assistantResponse: 'a' })).toMatchObject({ turnId: 't2' });
    expect(await rate(session, { userInput: 'q3' })).toMatchObject({ turnId: 't3', model: 'voice-model' });
    expect(await rate(session, { userInput: 'q3', assistantResponse: 'a' })).toMatchObject({ turnId: 't2' });
    expect(await rate(aSession(), { assistantResponse: 'a' })).toMatchObject({ turnId: null, model: null });
  });

  test('and its message, whose model goes before that of the turn', async () => {
    const session = aSession();
    await talk(session, 'q', 'a', gpt);
    await turn(session, 't1', { assistantResponse: 'a' });
    expect(await rate(session, { assistantResponse: 'a' })).toEqual({
      turnId: 't1',
      messageId: null,
      promptName: 'greeter',
      model: 'gpt-4o',
      rating: 1,
      message: { text: 'a' },
    });
  });
});

test('the same feedback id replaces the rating, and all totals are those of the last one', async () => {
  const session = aSession();
  await talk(session, 'q1', 'a1', gpt);
  const rating = { sessionId: session, feedbackId: 'mind', ratingType: 'STARS', assistantResponse: 'a1' };
  const send = (more: object) => record(server, 'submitFeedback', { ...rating, ...more });
  const first = await send({ rating: 1, isTooSlow: true, category: 'speed' });
  expect(first).toMatchObject({ isNew: true, feedback: { rating: 1, model: 'gpt-4o' } });
  expect(await send({ rating: 5, category: 'quality' })).toMatchObject({
    isNew: false,
    feedback: { rating: 5 },
  });
  expect(await send({ rating: 4, category: 'quality' })).toMatchObject({ isNew: false });
  // The same id elsewhere is another rating.
  const elsewhere = await record(server, 'submitFeedback', { ...rating, sessionId: aSession(), rating: 1 });
  expect(elsewhere).toMatchObject({ isNew: true });
  const query = `query ($id: String!) { session(id: $id) { feedback { nodes { feedbackId rating isTooSlow category } }
    feedbackSummary { ratings stars meanStars tooSlow score } } }`;
  expect(await server.graphql(query, { id: session })).toEqual({
    session: {
      feedback: { nodes: [{ feedbackId: 'mind', rating: 4, isTooSlow: false, category: 'quality' }] },
      feedbackSummary: { ratings: 1, stars: [0, 0, 0, 1, 0], meanStars: 4, tooSlow: 0, score: 0.75 },
    },
  });
});

test('ratings without an id are each another one', async () => {
  const session = aSession();
  await rate(session, {});
  await rate(session, { rating: -1 });
  const query = 'query ($id: String!) { session(id: $id) { feedbackSummary { thumbsUp thumbsDown } } }';
  expect(await server.graphql(query, { id: session })).toEqual({
    session: { feedbackSummary: { thumbsUp: 1, thumbsDown: 1 } },
  });
});

describe('in one commit', () => {
  const aReply = (conversationId: string, text: string, metadata: Record<string, string> = {}): Command => ({
    kind: 'logMessage',
    conversationId,
    sender: 'BOT',
    text,
    origin: 'api',
    facts: { model: 'gpt-4o', promptName: 'greeter' },
    metadata,
  });

  test('a rating finds the message that came just before it, and none of another conversation', async () => {
    await using database = openDatabase({ connectionString: server.databaseUrl });
    const commits: Event[][] = [];
    await using journal = createJournal({
      database,
      now: Date.now,
      publish: (_projectId, events) => commits.push(events),
      report: () => undefined,
    });
    const projectId = await ensureProject(database.prisma, 'one commit');
    const write = (command: Command) => journal.write(projectId, [command]);
    // While the first is being committed the others wait, and go together.
    const [, , byWords, , byId, ...strangers] = await Promise.all([
      write(aReply('busy', 'first')),
      write(aReply('c', 'said in the same breath')),
      write(submitFeedback('c', { assistantResponse: 'said in the same breath' })),
      write(aReply('c', 'again', { message_id: 'mine' })),
      write(submitFeedback('c', { messageId: 'mine' })),
      write(submitFeedback('d', { messageId: 'mine' })),
      write(submitFeedback('d', { assistantResponse: 'again' })),
    ]);
    expect(commits.map((events) => events.filter(({ kind }) => kind === 'FeedbackSubmitted').length)).toEqual(
      [0, 4],
    );
    const known = { model: 'gpt-4o', promptName: 'greeter', message: expect.any(Number) as number };
    expect(byWords.answers[0]!.recorded).toMatchObject({ feedback: known });
    expect(byId.answers[0]!.recorded).toMatchObject({ feedback: known });
    for (const { answers } of strangers) {
      expect(answers[0]!.recorded).toMatchObject({ feedback: { message: null, model: null } });
    }
    const { prisma } = database;
    const stored = await prisma.feedback.findMany({ where: { projectId }, orderBy: { id: 'asc' } });
    const texts = await prisma.message.findMany({ where: { projectId } });
    expect(stored.map((it) => texts.find(({ id }) => id === it.message)?.text)).toEqual([
      'said in the same breath',
      'again',
      undefined,
      undefined,
    ]);
  });

  // What the words were before must not be found once they are others.
  test('a rating does not find words that were corrected just before it', async () => {
    await using database = openDatabase({ connectionString: server.databaseUrl });
    await using journal = silentJournal(database);
    const projectId = await ensureProject(database.prisma, 'corrected');
    const say = (response: string): Command => ({
      kind: 'logExchange',
      conversationId: 'c',
      call: 'whole',
      stated: { response, model: 'gpt-4o' },
      extras: { side: 'reply', values: {} },
      platform: 'polly',
    });
    await journal.write(projectId, [say('wrong words')]);
    const { answers } = await journal.write(projectId, [
      say('right words'),
      submitFeedback('c', { assistantResponse: 'wrong words' }),
    ]);
    expect(answers[1]!.recorded).toMatchObject({ feedback: { message: null, model: null } });
  });
});

describe('what is not found yet', () => {
  test('a message by the number that the bot sent along', async () => {
    const session = aSession();
    await talk(session, 'q', 'a', { ...gpt, metadata: { message_id: 987654 } });
    expect(await rate(session, { messageId: '987654' })).toMatchObject({ message: { text: 'a' } });
  });

  test('a note of the system, by its id', async () => {
    const session = aSession();
    await logMessage(server, { conversationId: session, sender: 'SYSTEM', text: 'a note' });
    const { 'a note': id } = await idsOf(session);
    expect(await rate(session, { messageId: id })).toMatchObject({ message: { text: 'a note' } });
  });

  test('an answer of the same words as a newer note of the system', async () => {
    const session = aSession();
    await talk(session, 'q1', 'a1');
    await talk(session, 'q2', 'same', gpt);
    await talk(session, 'q3', 'a3');
    await logMessage(server, { conversationId: session, sender: 'SYSTEM', text: 'same' });
    expect(await rate(session, { assistantResponse: 'same' })).toMatchObject({ message: { text: 'same' } });
  });
});

test('a category that nobody names any more is named by no summary', async () => {
  const session = aSession();
  const rating = { sessionId: session, feedbackId: 'f', rating: 1, ratingType: 'THUMBS' };
  await record(server, 'submitFeedback', { ...rating, category: 'speed' });
  await record(server, 'submitFeedback', { ...rating, category: 'quality' });
  const query = `query ($id: String!) { session(id: $id) {
    feedbackSummary { categories { category ratings } } } }`;
  expect(await server.graphql(query, { id: session })).toEqual({
    session: { feedbackSummary: { categories: [{ category: 'quality', ratings: 1 }] } },
  });
});
