import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { follow } from '../support/viewer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const logMessage = `mutation ($input: LogMessageInput!) { logMessage(input: $input) { __typename
  ... on LogMessagePayload { logged { id sender text at metadata exchange { model latencyMs status } } conversation { externalId messageCount endUser { externalId } channel platform awaitingReply } }
  ... on InvalidInputError { message field } ... on ConflictError { message } } }`;
const log = async (input: Record<string, unknown>) =>
  ((await server.graphql(logMessage, { input })) as never as { logMessage: Record<string, never> })
    .logMessage;
type Raw = { data?: unknown; errors?: { message: string; extensions: { code: string } }[] };
const raw = async (query: string, variables = {}): Promise<Raw> =>
  (await (await server.post('/graphql', { query, variables })).json()) as Raw;

describe('logMessage', () => {
  test('stores an utterance with everything that was said about it', async () => {
    const logged = await log({
      conversationId: 'full',
      sender: 'USER',
      text: 'I love jazz',
      at: '2026-01-02T03:04:05.006Z',
      endUserId: 'user123',
      channel: 'CALL',
      platform: 'facebook',
      metadata: { mood: 'good' },
    });
    expect(logged).toMatchObject({
      __typename: 'LogMessagePayload',
      logged: {
        sender: 'USER',
        text: 'I love jazz',
        at: '2026-01-02T03:04:05.006Z',
        metadata: { mood: 'good' },
      },
      conversation: {
        externalId: 'full',
        messageCount: 1,
        endUser: { externalId: 'user123' },
        channel: 'CALL',
        platform: 'facebook',
        awaitingReply: true,
      },
    });
  });

  test("a bot's message answers the open exchange with its facts", async () => {
    await log({ conversationId: 'facts', sender: 'USER', text: 'question' });
    const reply = await log({
      conversationId: 'facts',
      sender: 'BOT',
      text: 'answer',
      model: 'gpt-4',
      latencyMs: 12.5,
    });
    expect(reply).toMatchObject({
      logged: { exchange: { model: 'gpt-4', latencyMs: 12.5, status: 'success' } },
    });
    expect(reply).toMatchObject({ conversation: { awaitingReply: false } });
  });

  test('the same message id is stored once, with other content it is a conflict', async () => {
    const input = { conversationId: 'once', sender: 'USER', text: 'hello', messageId: 'm-1' };
    const first = await log(input);
    expect(await log(input)).toEqual(first);
    expect(await log({ ...input, text: 'changed' })).toMatchObject({ __typename: 'ConflictError' });
    expect(await server.graphql('{ conversation(externalId: "once") { messageCount } }')).toEqual({
      conversation: { messageCount: 1 },
    });
  });

  test.each([
    ['conversationId', { conversationId: '' }],
    ['conversationId', { conversationId: 'x'.repeat(256) }],
    ['conversationId', { conversationId: 'tab\there' }],
    ['text', { text: '  ' }],
    ['text', { text: 'a\0b' }],
    ['text', { text: '\ud800' }],
    ['latencyMs', { latencyMs: -1 }],
    ['endUserId', { endUserId: '' }],
    ['platform', { platform: ' ' }],
    ['metadata', { metadata: { deep: JSON.parse('['.repeat(40) + ']'.repeat(40)) as unknown } }],
  ])('a bad %s is refused by name and nothing is stored', async (field, bad) => {
    const before = await server.graphql('{ conversations(first: 1) { cursor } }');
    const refused = await log({ conversationId: 'bad', sender: 'USER', text: 'hello', ...bad });
    expect(refused).toMatchObject({
      __typename: 'InvalidInputError',
      field: expect.stringMatching(`^input\\.${field}`),
    });
    expect(await server.graphql('{ conversations(first: 1) { cursor } }')).toEqual(before);
  });
});

describe('logMessages', () => {
  const logMessages = `mutation ($messages: [LogMessageInput!]!) { logMessages(input: {messages: $messages}) { __typename
    ... on LogMessagesPayload { messages { text } } ... on InvalidInputError { field } } }`;
  const messages = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      conversationId: 'many',
      sender: 'USER',
      text: `text ${index}`,
    }));

  test('stores a thousand in their order', async () => {
    const result = await server.graphql(logMessages, { messages: messages(1000) });
    expect(result).toMatchObject({ logMessages: { messages: messages(1000).map(({ text }) => ({ text })) } });
  });

  test('stores none when one is bad, and names it', async () => {
    const bad = messages(5).map((it, index) => ({
      ...it,
      conversationId: 'none',
      text: index === 3 ? '' : it.text,
    }));
    expect(await server.graphql(logMessages, { messages: bad })).toEqual({
      logMessages: { __typename: 'InvalidInputError', field: 'input.messages.3.text' },
    });
    expect(await server.graphql('{ conversation(externalId: "none") { id } }')).toEqual({
      conversation: null,
    });
  });

  test.each([0, 1001])('refuses a list of %i', async (count) => {
    expect(await server.graphql(logMessages, { messages: messages(count) })).toEqual({
      logMessages: { __typename: 'InvalidInputError', field: 'input.messages' },
    });
  });
});

describe('an Idempotency-Key on /graphql', () => {
  test('gives the first answer again and says so; other content is a conflict', async () => {
    const body = (text: string) => ({
      query: logMessage,
      variables: { input: { conversationId: 'key', sender: 'USER', text } },
    });
    const key = { 'idempotency-key': 'graphql-1' };
    const first = await server.post('/graphql', body('one'), key);
    const again = await server.post('/graphql', body('one'), key);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await again.json()).toEqual(await first.json());
    const other = (await (await server.post('/graphql', body('two'), key)).json()) as { data: unknown };
    expect(other.data).toMatchObject({ logMessage: { __typename: 'ConflictError' } });
  });
});

describe('conversations', () => {
  const list = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: ConversationFilter) {
    conversations(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      nodes { externalId } pageInfo { hasNextPage endCursor hasPreviousPage startCursor } } }`;
  type Page = { conversations: { nodes: { externalId: string }[]; pageInfo: Record<string, never> } };
  const page = async (variables: Record<string, unknown>) => {
    const { conversations } = await server.graphql<Page>(list, variables);
    return { ...conversations.pageInfo, ids: conversations.nodes.map(({ externalId }) => externalId) } as {
      ids: string[];
      endCursor: string;
      startCursor: string;
      hasNextPage: boolean;
    };
  };

  test('come newest activity first, page by page, without a hole when something is logged meanwhile', async () => {
    for (let index = 0; index < 6; index += 1) {
      await log({ conversationId: `page-${index}`, sender: 'USER', text: 'x', platform: 'paging' });
    }
    const filter = { platform: 'paging' };
    const first = await page({ first: 2, filter });
    expect(first.ids).toEqual(['page-5', 'page-4']);
    await log({ conversationId: 'page-9', sender: 'USER', text: 'x', platform: 'paging' });
    const second = await page({ first: 3, after: first.endCursor, filter });
    expect(second.ids).toEqual(['page-3', 'page-2', 'page-1']);
    const last = await page({ first: 3, after: second.endCursor, filter });
    expect(last).toMatchObject({ ids: ['page-0'], hasNextPage: false });
    const back = await page({ last: 2, before: second.startCursor, filter });
    expect(back.ids).toEqual(['page-5', 'page-4']);
  });

  test('are found by status, channel, platform and end user', async () => {
    await log({
      conversationId: 'f1',
      sender: 'USER',
      text: 'x',
      platform: 'find',
      channel: 'CALL',
      endUserId: 'user123',
    });
    await log({ conversationId: 'f2', sender: 'USER', text: 'x', platform: 'find', endUserId: 'user456' });
    await server.graphql('mutation { closeConversation(input: {conversationId: "f2"}) { __typename } }');
    const found = async (filter: object) => (await page({ filter: { platform: 'find', ...filter } })).ids;
    expect(await found({})).toEqual(['f2', 'f1']);
    expect(await found({ status: 'CLOSED' })).toEqual(['f2']);
    expect(await found({ channel: 'CALL' })).toEqual(['f1']);
    expect(await found({ endUser: 'user456' })).toEqual(['f2']);
    expect(await found({ endUser: 'nobody' })).toEqual([]);
  });

  test.each([
    ['first: 0', 'first must be from 1 to 100'],
    ['first: 101', 'first must be from 1 to 100'],
    ['first: 1, last: 1', 'Give first or last, not both'],
    ['after: "nonsense"', 'is not a cursor'],
  ])('refuse %s', async (args, message) => {
    const { errors } = await raw(`{ conversations(${args}) { nodes { id } } }`);
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining(message),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test('are closed and reopened once, however often that is asked', async () => {
    await log({ conversationId: 'open', sender: 'USER', text: 'x' });
    const change = async (field: string) =>
      server.graphql(
        `mutation { ${field}(input: {conversationId: "open"}) { ... on ConversationPayload { conversation { status closedAt } } } }`,
      );
    const closed = await change('closeConversation');
    expect(closed).toMatchObject({ closeConversation: { conversation: { status: 'CLOSED' } } });
    expect(await change('closeConversation')).toEqual(closed);
    expect(await change('reopenConversation')).toEqual({
      reopenConversation: { conversation: { status: 'ACTIVE', closedAt: null } },
    });
  });

  test('messages come in order with their exchange, newest pages by last', async () => {
    for (const [sender, text] of [
      ['USER', 'a'],
      ['BOT', 'b'],
      ['SYSTEM', 'c'],
      ['USER', 'd'],
    ] as const) {
      await log({ conversationId: 'read', sender, text });
    }
    const result = await server.graphql(`{ conversation(externalId: "read") {
      all: messages { nodes { text exchange { ordinal status } } }
      newest: messages(last: 2) { nodes { text } pageInfo { hasPreviousPage } } } }`);
    expect(result).toEqual({
      conversation: {
        all: {
          nodes: [
            { text: 'a', exchange: { ordinal: 1, status: 'success' } },
            { text: 'b', exchange: { ordinal: 1, status: 'success' } },
            { text: 'c', exchange: null },
            { text: 'd', exchange: { ordinal: 2, status: 'pending' } },
          ],
        },
        newest: { nodes: [{ text: 'c' }, { text: 'd' }], pageInfo: { hasPreviousPage: true } },
      },
    });
  });
});

describe('feed', () => {
  test('can be kept to some conversations', async () => {
    await using viewer = follow(server.url, { filter: { conversations: ['wanted'] } });
    await viewer.next();
    await log({ conversationId: 'unwanted', sender: 'USER', text: 'x' });
    await log({ conversationId: 'wanted', sender: 'USER', text: 'y' });
    expect(await viewer.event()).toMatchObject({ conversation: { externalId: 'wanted' } });
  });

  test('comes over SSE as well', async () => {
    const response = await server.post(
      '/graphql',
      { query: 'subscription { feed { caughtUp cursor } }' },
      { accept: 'text/event-stream' },
    );
    const reader = response.body!.getReader();
    let text = '';
    while (!text.includes('caughtUp')) text += new TextDecoder().decode((await reader.read()).value);
    expect(text).toContain('"caughtUp":true');
    await reader.cancel();
  });

  test('a bad cursor is an error of the operation, not of the connection', async () => {
    await using viewer = follow(server.url, { after: 'nonsense' });
    expect(await viewer.ended).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('limits', () => {
  const nested = (depth: number): string =>
    '{ node(id: "x") ' + '{ ... on Node '.repeat(depth) + '{ id }' + ' }'.repeat(depth) + ' }';
  test.each([
    ['depth', nested(20)],
    [
      'fields',
      `{ ${'viewer { openMode } '.repeat(300)} ${'...f '.repeat(10)} } fragment f on Query { ${'viewer { openMode } '.repeat(40)} }`,
    ],
    [
      'aliases',
      `{ ${Array.from({ length: 61 }, (_, index) => `a${index}: viewer { openMode }`).join(' ')} }`,
    ],
    ['directives', `{ viewer { openMode ${'@skip(if: false) '.repeat(51)} } }`],
    [
      'fields',
      `${Array.from({ length: 20 }, (_, index) => `fragment f${index} on Query { ${`...f${index + 1} `.repeat(2)} }`).join(' ')} fragment f20 on Query { viewer { openMode } } { ...f0 }`,
    ],
  ])('too much %s is refused before it is validated', async (name, query) => {
    const { errors } = await raw(query);
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining(name),
      extensions: { code: 'LIMIT_EXCEEDED' },
    });
  });

  test('too many tokens are refused while they are read', async () => {
    const { errors } = await raw(`{ ${'viewer { openMode } '.repeat(2000)} }`);
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('2000 tokens'),
      extensions: { code: 'LIMIT_EXCEEDED' },
    });
  });

  test('a cycle of fragments is refused, not followed', async () => {
    const { errors } = await raw('fragment a on Query { ...b } fragment b on Query { ...a } { ...a }');
    expect(errors?.[0]?.message).toContain('Cannot spread fragment');
  });

  test('a body of more than a mebibyte is refused', async () => {
    expect(
      (await server.post('/graphql', { query: `{ viewer { openMode } } # ${'x'.repeat(1024 * 1024)}` }))
        .status,
    ).toBe(413);
  });

  test('a batch of operations is refused', async () => {
    const response = await server.post('/graphql', [{ query: '{ viewer { openMode } }' }]);
    expect(response.status).toBe(400);
  });
});

describe('GraphiQL', () => {
  test('is there outside production, and asks no other site for anything', async () => {
    const page = await server.get('/graphql', { accept: 'text/html' });
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain('YogaGraphiQL');
    expect(html).not.toMatch(/(?:src|href)="https?:/u);
  });

  test('is not there in production', async () => {
    await using production = await startServer({ env: { NODE_ENV: 'production' } });
    expect(await (await production.get('/graphql', { accept: 'text/html' })).text()).not.toContain(
      'YogaGraphiQL',
    );
  });
});
