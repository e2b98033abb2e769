import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let clock = Date.parse('2026-11-01T00:00:00Z');
const minutes = (many: number): number => (clock += many * 60_000);

beforeAll(async () => {
  server = await startServer({ now: () => clock });
  const say = (input: object) =>
    server.graphql('mutation ($input: LogMessageInput!) { logMessage(input: $input) { __typename } }', {
      input: { sender: 'USER', text: 'hm', ...input },
    });
  await say({ conversationId: 'happy', text: 'I love it, this is wonderful and great!', platform: 'web' });
  minutes(60);
  await say({
    conversationId: 'sad',
    text: 'This is terrible, I hate it, awful.',
    metadata: { plan: 'pro', seats: 5, address: { city: 'Pune' } },
  });
  minutes(60);
  await say({ conversationId: 'call', channel: 'CALL', endUserId: 'user123', metadata: { plan: 'free' } });
  await server.graphql(`mutation { recordCost(input: {sessionId: "call", service: "llm", usd: "0.5"}) { __typename }
    other: recordCost(input: {sessionId: "happy", service: "llm", usd: "0.01"}) { __typename }
    liked: submitFeedback(input: {sessionId: "happy", rating: 5, ratingType: STARS}) { __typename }
    disliked: submitFeedback(input: {sessionId: "sad", rating: -1, ratingType: THUMBS, feedbackId: "f"}) { __typename } }`);
  minutes(60);
  await say({ conversationId: 'urgent' });
  await say({ conversationId: 'waiting' });
  await say({ conversationId: 'closed' });
  minutes(60);
  const human = (id: string, priority: number) =>
    `requestHuman(input: {conversationId: "${id}", priority: ${priority}}) { __typename }`;
  await server.graphql(`mutation { ${human('waiting', 0)} }`);
  minutes(1);
  await server.graphql(`mutation { ${human('urgent', 7)} }`);
  minutes(1);
  await server.graphql(`mutation { ${human('sad', 0)} }`);
  await server.graphql('mutation { closeConversation(input: {conversationId: "closed"}) { __typename } }');
});
afterAll(() => server[Symbol.asyncDispose]());

type Listed = { conversations: { edges: { cursor: string; node: { externalId: string } }[] } };
const LIST = `query ($filter: ConversationFilter, $order: ConversationOrder, $first: Int, $after: String, $last: Int, $before: String) {
  conversations(filter: $filter, order: $order, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { externalId } } } }`;
const edges = async (variables: object): Promise<Listed['conversations']['edges']> =>
  (await server.graphql<Listed>(LIST, variables as Record<string, unknown>)).conversations.edges;
const list = async (filter: object, more: object = {}): Promise<string[]> =>
  (await edges({ filter, ...more })).map(({ node }) => node.externalId);

describe('a filter', () => {
  test.each([
    [{ status: 'CLOSED' }, ['closed']],
    [{ owner: 'PENDING' }, ['sad', 'urgent', 'waiting']],
    [{ platform: 'web' }, ['happy']],
    [{ channel: 'CALL' }, ['call']],
    [{ endUser: 'user123' }, ['call']],
    [{ endUser: 'nobody' }, []],
    [{ minSentiment: 0.3 }, ['happy']],
    [{ maxSentiment: -0.3 }, ['sad']],
    [{ minCost: 0.5 }, ['call']],
    [{ minCost: 0.001 }, ['happy', 'call']],
    [{ minCost: 0.001, maxCost: 0.02 }, ['happy']],
    [{ feedback: 'POSITIVE' }, ['happy']],
    [{ feedback: 'NEGATIVE' }, ['sad']],
    [{ feedback: 'ANY' }, ['sad', 'happy']],
    [{ to: '2026-11-01T00:30:00Z' }, ['happy']],
    [{ from: '2026-11-01T00:30:00Z', to: '2026-11-01T01:30:00Z' }, ['sad']],
    [{ activeTo: '2026-11-01T02:30:00Z' }, ['happy', 'call']],
    [{ activeFrom: '2026-11-01T04:02:00Z' }, ['closed', 'sad']],
    [{ metadata: [{ key: 'plan', value: 'pro' }] }, ['sad']],
    [{ metadata: [{ key: 'seats', value: '5' }] }, ['sad']],
    [{ metadata: [{ key: 'address.city', value: 'Pune' }] }, ['sad']],
    [
      {
        metadata: [
          { key: 'plan', value: 'pro' },
          { key: 'seats', value: '6' },
        ],
      },
      [],
    ],
    [{ owner: 'PENDING', feedback: 'NEGATIVE', maxSentiment: 0 }, ['sad']],
    [{ status: null, minCost: null }, ['closed', 'sad', 'urgent', 'waiting', 'happy', 'call']],
  ])('%j', async (filter, expected) => {
    // Of two that were active at the same moment, the later write is the newer one.
    expect((await list(filter)).toSorted()).toEqual(expected.toSorted());
  });

  test('finds messages that wait for a person, until one answers', async () => {
    const { conversation } = await server.graphql<{
      conversation: { messages: { nodes: { id: string }[] } };
    }>('{ conversation(externalId: "call") { messages { nodes { id } } } }');
    const id = Buffer.from(conversation.messages.nodes[0]!.id, 'base64').toString().split(':')[1]!;
    await server.post(`/admin/messages/${id}/mark-human`, {});
    expect(await list({ requiresHuman: true })).toEqual(['call']);
    expect(await list({ requiresHuman: false })).not.toContain('call');
    await server.post(`/admin/messages/${id}/mark-replied`, {});
    expect(await list({ requiresHuman: true })).toEqual([]);
  });

  test('follows a rating that somebody changed', async () => {
    const rate = (rating: number): Promise<unknown> =>
      server.graphql(`mutation { submitFeedback(input:
        {sessionId: "call", rating: ${rating}, ratingType: THUMBS, feedbackId: "mine"}) { __typename } }`);
    await rate(-1);
    expect(await list({ feedback: 'NEGATIVE', channel: 'CALL' })).toEqual(['call']);
    await rate(1);
    expect(await list({ feedback: 'NEGATIVE', channel: 'CALL' })).toEqual([]);
    expect(await list({ feedback: 'POSITIVE', channel: 'CALL' })).toEqual(['call']);
  });

  test('pages of the few that it finds go on where the last one ended', async () => {
    const filter = { minSentiment: -1 };
    const all = await list(filter);
    expect(all.length).toBeGreaterThan(3);
    const [, second] = await edges({ filter, first: 2 });
    expect(await list(filter, { after: second!.cursor, first: 2 })).toEqual(all.slice(2, 4));
    expect(await list(filter, { last: 2 })).toEqual(all.slice(-2));
  });

  test.each([
    [{ minSentiment: 2 }, 'filter.minSentiment must be from -1 to 1.'],
    [{ minCost: -1 }, 'filter.minCost must not be negative.'],
    [{ minCost: 2, maxCost: 1 }, 'filter.maxCost must not be less than minCost.'],
    [{ from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' }, 'filter.to must be later than from.'],
    [{ platform: ' ' }, 'filter.platform must not be blank.'],
    [{ metadata: [{ key: '', value: 'x' }] }, 'filter.metadata.0.key must not be blank.'],
    [
      { metadata: [{ key: 'a\0', value: 'x' }] },
      'filter.metadata.0.key must not contain NUL or a lone surrogate.',
    ],
    [
      { metadata: Array.from({ length: 9 }, () => ({ key: 'a', value: 'b' })) },
      'filter.metadata must hold at most 8 entries.',
    ],
  ])('%j is refused', async (filter, message) => {
    const response = await server.post('/graphql', { query: LIST, variables: { filter } });
    expect(await response.json()).toMatchObject({
      errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });
});

describe('the order of urgency', () => {
  const pending = { filter: { owner: 'PENDING' }, order: 'URGENCY' };

  test('puts high priorities first, then who waits longest', async () => {
    expect(await list(pending.filter, { order: 'URGENCY' })).toEqual(['urgent', 'waiting', 'sad']);
  });

  test('is paged by cursors, in both directions, while others come', async () => {
    const [first, , third] = await edges(pending);
    await server.graphql(`mutation { logMessage(input: {conversationId: "vip", sender: USER, text: "hm"}) { __typename }
      requestHuman(input: {conversationId: "vip", priority: 9}) { __typename } }`);
    expect(await list(pending.filter, { order: 'URGENCY', after: first!.cursor, first: 1 })).toEqual([
      'waiting',
    ]);
    expect(await list(pending.filter, { order: 'URGENCY', before: third!.cursor, last: 2 })).toEqual([
      'urgent',
      'waiting',
    ]);
    expect((await list(pending.filter, { order: 'URGENCY' }))[0]).toBe('vip');
  });

  test.each([
    [{}, 'order: URGENCY asks for filter.owner PENDING or HUMAN.'],
    [{ owner: 'BOT' }, 'order: URGENCY asks for filter.owner PENDING or HUMAN.'],
  ])('%j is refused', async (filter, message) => {
    const response = await server.post('/graphql', { query: LIST, variables: { filter, order: 'URGENCY' } });
    expect(await response.json()).toMatchObject({ errors: [{ message }] });
  });

  test('a cursor of another order is refused', async () => {
    const [first] = await edges({ filter: { owner: 'PENDING' } });
    const variables = { ...pending, after: first!.cursor };
    const response = await server.post('/graphql', { query: LIST, variables });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});
