import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conversationOfDay } from '../../server/domain/interaction.ts';
import { startServer, type TestServer } from '../support/server.ts';

const NOW = Date.parse('2026-03-04T23:30:00Z');
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ now: () => NOW });
});
afterAll(() => server[Symbol.asyncDispose]());

const payload = `conversation { externalId platform messageCount awaitingReply endUser { externalId } }
  logged { id sender text at sentiment topics metadata exchange { model } } factsLearned facts { change fact { category value } }`;
const one = `mutation ($input: LogInteractionInput!) { outcome: logInteraction(input: $input) { __typename
  ... on LogInteractionPayload { ${payload} } ... on InvalidInputError { field message } ... on ConflictError { message } } }`;
const many = `mutation ($input: LogInteractionsInput!) { outcome: logInteractions(input: $input) { __typename
  ... on LogInteractionsPayload { factsLearned interactions { ${payload} } } ... on InvalidInputError { field message } } }`;

const ask = async (query: string, input: Record<string, unknown>) =>
  ((await server.graphql(query, { input })) as never as { outcome: Record<string, unknown> }).outcome;
const log = (input: Record<string, unknown>) => ask(one, input);
const logAll = (userId: string, interactions: unknown[]) => ask(many, { userId, interactions });
const conversation = (externalId: string) =>
  server.graphql<{ conversation: { messageCount: number } | null }>(
    'query ($externalId: String!) { conversation(externalId: $externalId) { messageCount } }',
    { externalId },
  );

describe('logInteraction', () => {
  test('stores what was said with its answer, and tells what it taught', async () => {
    const logged = await log({
      userId: 'user123',
      message: 'I love playing guitar',
      response: 'What style do you play?',
      sessionId: 'session-1',
      at: '2026-01-02T03:04:05.006Z',
      model: 'gpt-4',
      platform: 'gradio',
      metadata: { mood: 'good' },
    });
    expect(logged).toMatchObject({
      __typename: 'LogInteractionPayload',
      conversation: {
        externalId: 'session-1',
        platform: 'gradio',
        messageCount: 2,
        awaitingReply: false,
        endUser: { externalId: 'user123' },
      },
      logged: {
        sender: 'USER',
        text: 'I love playing guitar',
        at: '2026-01-02T03:04:05.006Z',
        metadata: { mood: 'good' },
        exchange: { model: 'gpt-4' },
      },
      factsLearned: 1,
      facts: [{ change: 'LEARNED', fact: { category: 'INTERESTS' } }],
    });
    expect((logged['logged'] as { sentiment: number }).sentiment).toBeGreaterThan(0);
  });

  test('without a session the words of a day are one conversation, a blank answer is none', async () => {
    const first = await log({ userId: 'daily', message: 'late today', response: ' ' });
    expect(first).toMatchObject({
      conversation: { externalId: 'daily 2026-03-04', awaitingReply: true, platform: 'learning' },
    });
    const next = await log({ userId: 'daily', message: 'early tomorrow', at: '2026-03-05T00:10:00Z' });
    expect(next).toMatchObject({ conversation: { externalId: 'daily 2026-03-05' } });
  });

  test('metadata tell the time, the model and the source where the call does not', async () => {
    const metadata = { timestamp: '2026-02-03T10:00:00+02:00', model: 'llama', source: 'lm-studio' };
    expect(await log({ userId: 'told', message: 'hello', response: 'hi', metadata })).toMatchObject({
      conversation: { externalId: 'told 2026-02-03', platform: 'lm-studio' },
      logged: { at: '2026-02-03T08:00:00.000Z', metadata, exchange: { model: 'llama' } },
    });
    const said = { at: '2026-02-04T00:00:00Z', model: 'gpt-4', metadata };
    expect(await log({ userId: 'told', message: 'hello', ...said })).toMatchObject({
      logged: { at: '2026-02-04T00:00:00.000Z', exchange: { model: 'gpt-4' } },
    });
  });

  test('shows at the door of the learning system as well', async () => {
    await log({ userId: 'both', message: 'I love jazz' });
    const insights = await (await server.get('/webhook/chat/insights/both')).json();
    expect(insights).toMatchObject({ username: 'both', recent_interactions: [{ content: 'I love jazz' }] });
    await server.post('/webhook/chat/message', { user_id: 'both', message: 'and swing' });
    expect(await conversation('both 2026-03-04')).toEqual({ conversation: { messageCount: 2 } });
  });

  test('an Idempotency-Key gives the first answer again', async () => {
    const body = { query: one, variables: { input: { userId: 'again', message: 'I like tea' } } };
    const key = { 'idempotency-key': 'interaction-1' };
    const first = await server.post('/graphql', body, key);
    const again = await server.post('/graphql', body, key);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await again.json()).toEqual(await first.json());
    expect(await conversation('again 2026-03-04')).toEqual({ conversation: { messageCount: 1 } });
  });

  test.each([
    ['userId', { userId: '' }],
    ['userId', { userId: 'x'.repeat(256) }],
    ['message', { message: ' ' }],
    ['message', { message: 'x'.repeat(10_001) }],
    ['message', { message: 'a\0b' }],
    ['response', { response: '\ud800' }],
    ['sessionId', { sessionId: '' }],
    ['platform', { platform: ' ' }],
    ['model', { model: 'x'.repeat(256) }],
    ['metadata.timestamp', { metadata: { timestamp: 'yesterday' } }],
  ])('a bad %s is refused by name and nothing is stored', async (field, bad) => {
    const before = await server.graphql('{ conversations(first: 1) { cursor } }');
    const refused = await log({ userId: 'bad', message: 'hello', ...bad });
    expect(refused).toMatchObject({ __typename: 'InvalidInputError', field: `input.${field}` });
    expect(await server.graphql('{ conversations(first: 1) { cursor } }')).toEqual(before);
  });
});

describe('logInteractions', () => {
  test('stores a thousand in their order', async () => {
    const said = Array.from({ length: 1000 }, (_, index) => ({ message: `text ${index}` }));
    const { interactions } = await logAll('many', said);
    expect((interactions as { logged: { text: string } }[]).map(({ logged }) => logged.text)).toEqual(
      said.map(({ message }) => message),
    );
  });

  test('counts a fact once that several teach', async () => {
    const said = ['I love jazz', 'I really love jazz', 'What is the time?'].map((message) => ({ message }));
    const stored = await logAll('fan', said);
    expect(stored).toMatchObject({ __typename: 'LogInteractionsPayload', factsLearned: 1 });
  });

  test('stores none when one is bad, and names it', async () => {
    const said = [{ message: 'good' }, { message: 'bad', sessionId: '' }];
    expect(await logAll('none', said)).toMatchObject({ field: 'input.interactions.1.sessionId' });
    expect(await conversation('none 2026-03-04')).toEqual({ conversation: null });
  });

  test.each([0, 1001])('refuses a list of %i', async (count) => {
    const said = Array.from({ length: count }, () => ({ message: 'x' }));
    expect(await logAll('none', said)).toMatchObject({ field: 'input.interactions' });
  });
});

describe('the conversation of a day', () => {
  test('has an id that fits, and one of its own for every user however long', () => {
    const long = 'é'.repeat(254);
    const ids = [`${long}a`, `${long}b`, 'x'.repeat(244), 'user123'].map((user) =>
      conversationOfDay(user, '2026-03-04T00:00:00Z'),
    );
    expect(new Set(ids).size).toBe(4);
    expect(ids.every((id) => Array.from(id).length <= 255 && id.endsWith(' 2026-03-04'))).toBe(true);
    expect(ids[0]).toBe(conversationOfDay(`${long}a`, '2026-03-04T23:59:59Z'));
  });
});
