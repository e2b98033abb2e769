import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  aBody,
  CONVERSATION,
  log,
  messagesOf,
  POLLY_RESPONSE,
  pollyDoors,
  readBack,
  USER_MESSAGE,
  type PollyEvent,
} from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { watch } from '../support/viewer.ts';

/** The time of day at the server; tests move it on. */
let clock = Date.parse('2025-01-20T12:00:00.000Z');
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ now: () => clock });
});
afterAll(() => server[Symbol.asyncDispose]());

test('a whole exchange is answered, read back and shown to whoever watches', async () => {
  await using viewer = await watch(server.url, '/ws');
  const answer = await server.post(CONVERSATION, {
    id: 'conv_123',
    user_message: 'How do I bake a cake?',
    polly_response: 'Slowly.',
    model: 'gpt-4',
  });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ status: 'success', id: 'conv_123' });
  const shown = await viewer.next();
  expect(shown).toMatchObject({ id: 'conv_123', type: 'new_message', user_message: 'How do I bake a cake?' });
  const recent = await server.get('/conversations/recent?limit=1');
  expect(await recent.json()).toEqual({ conversations: [shown], count: 1 });
});

test.each(pollyDoors)('%s answers to the byte', async (door) => {
  const answer = await server.post(door, aBody(door, { id: `bytes ${door}` }));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/u);
  expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/u);
  expect(answer.headers.has('idempotent-replayed')).toBe(false);
  const text = `{"status":"success","id":"bytes ${door}"}`;
  expect(answer.headers.get('content-length')).toBe(String(text.length));
  expect(await answer.text()).toBe(text);
});

test('an exchange is read back to the byte, with the fields of the document and nothing more', async () => {
  await server.post(CONVERSATION, {
    metadata: 'an extra field',
    tokens_used: { prompt_tokens: 32, completion_tokens: 45 },
    latency_ms: 1200,
    model: 'gpt-4',
    prompt_name: 'your_prompt_template_name',
    polly_response: "Polly's response text",
    user_message: "User's input text",
    timestamp: '2025-01-20T10:00:00Z',
    status: 'success',
    id: 'unique_conversation_id',
  });
  const answer = await server.get('/conversations/recent?limit=1');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/u);
  expect(await answer.text()).toBe(
    '{"conversations":[{"id":"unique_conversation_id","type":"new_message","timestamp":"2025-01-20T10:00:00Z",' +
      '"user_message":"User\'s input text","polly_response":"Polly\'s response text","metadata":{' +
      '"prompt_name":"your_prompt_template_name","tokens_used":{"prompt_tokens":32,"completion_tokens":45},' +
      '"latency_ms":1200,"model":"gpt-4","status":"success"}}],"count":1}',
  );
});

const unknown = { prompt_name: 'unknown', tokens_used: {}, latency_ms: 0, model: 'unknown' };

test('whatever a whole exchange leaves out has the default of the document', async () => {
  clock = Date.parse('2025-01-20T13:00:00.000Z');
  const event = await log(server, CONVERSATION, { user_message: 'hello', polly_response: 'hi' });
  expect(event).toEqual({
    id: `live_${clock}`,
    type: 'new_message',
    timestamp: '2025-01-20T13:00:00.000Z',
    user_message: 'hello',
    polly_response: 'hi',
    metadata: { ...unknown, status: 'success' },
  });
});

test('a question that waits for its reply reads as pending', async () => {
  clock = Date.parse('2025-01-20T13:01:00.000Z');
  const event = await log(server, USER_MESSAGE, { message: 'hello' });
  expect(event).toEqual({
    id: `live_${clock}`,
    type: 'user_message',
    timestamp: '2025-01-20T13:01:00.000Z',
    user_message: 'hello',
    polly_response: '',
    metadata: { ...unknown, status: 'pending' },
  });
});

test('a reply without its question is an exchange too', async () => {
  clock = Date.parse('2025-01-20T13:02:00.000Z');
  expect(await log(server, POLLY_RESPONSE, { response: 'hi' })).toEqual({
    id: `live_${clock}`,
    type: 'new_message',
    timestamp: '2025-01-20T13:02:00.000Z',
    user_message: '',
    polly_response: 'hi',
    metadata: { ...unknown, status: 'success' },
  });
});

test('a whole exchange may be a question or a reply alone', async () => {
  const question = await log(server, CONVERSATION, { id: 'only asked', user_message: 'hello' });
  expect(question).toMatchObject({
    type: 'user_message',
    polly_response: '',
    metadata: { status: 'pending' },
  });
  const reply = await log(server, CONVERSATION, { id: 'only told', polly_response: 'hi' });
  expect(reply).toMatchObject({ type: 'new_message', user_message: '', metadata: { status: 'success' } });
});

test('ids that are made up in the same millisecond differ', async () => {
  clock = Date.parse('2025-01-20T13:03:00.000Z');
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      server.post(CONVERSATION, { user_message: `question ${index}` }),
    ),
  );
  const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { id: string }).id));
  expect(new Set(ids).size).toBe(20);
  for (const id of ids) expect(id).toMatch(/^live_\d{13}$/u);
});

test('an id that is made up keeps clear of however many ids callers have taken', async () => {
  clock = Date.parse('2025-01-20T13:04:00.000Z');
  for (let index = 0; index < 20; index += 1)
    await server.post(CONVERSATION, { id: `live_${clock + index}`, user_message: 'mine' });
  const event = await log(server, CONVERSATION, { user_message: 'yours' });
  expect(event).toMatchObject({ id: `live_${clock + 20}`, user_message: 'yours' });
});

test.each([
  ['2025-01-20T10:00:00Z'],
  ['2025-01-20T10:00:00.123456'],
  ['2025-01-20 10:00:00+01:00'],
  ['2025-01-20'],
])("the caller's own timestamp %s is given back as it came", async (timestamp) => {
  const id = `at ${timestamp}`;
  expect(await log(server, CONVERSATION, { id, user_message: 'hello', timestamp })).toMatchObject({
    timestamp,
  });
  const [message] = await messagesOf(server, id);
  expect(message!.at).toMatch(/^2025-01-20T(?:00|09|10):00:00\.(?:000|123)Z$/u);
});

test('null is the same as leaving a field out', async () => {
  clock = Date.parse('2025-01-20T13:05:00.000Z');
  const nothing = { prompt_name: null, model: null, latency_ms: null, tokens_used: null, status: null };
  const event = await log(server, CONVERSATION, {
    ...nothing,
    id: 'nulls',
    timestamp: null,
    user_message: 'hello',
    polly_response: null,
    extra: null,
  });
  expect(event.metadata).toEqual({ ...unknown, status: 'pending' });
  expect((await messagesOf(server, 'nulls'))[0]!.metadata).toEqual({});
  const answer = await server.post(USER_MESSAGE, { id: null, message: 'hello' });
  expect(((await answer.json()) as { id: string }).id).toMatch(/^live_/u);
});

test('a blank text counts as left out', async () => {
  await server.post(USER_MESSAGE, { id: 'blanks', message: 'hello', model: 'gpt-4', prompt_name: 'weather' });
  const event = await log(server, CONVERSATION, {
    id: 'blanks',
    user_message: ' \t\n',
    polly_response: 'hi',
    model: '',
    prompt_name: '  ',
    status: '\u00a0',
  });
  expect(event).toMatchObject({
    user_message: 'hello',
    metadata: { model: 'gpt-4', prompt_name: 'weather', status: 'success' },
  });
});

test('a stated 0, {} or "unknown" is stated', async () => {
  await server.post(POLLY_RESPONSE, {
    id: 'zeros',
    response: 'hi',
    latency_ms: 900,
    tokens_used: { total: 5 },
    model: 'gpt-4',
    prompt_name: 'weather',
  });
  const stated = { latency_ms: 0, tokens_used: {}, model: 'unknown', prompt_name: 'unknown' };
  const event = await log(server, CONVERSATION, { id: 'zeros', polly_response: 'hi', ...stated });
  expect(event.metadata).toEqual({ ...stated, status: 'success' });
  const after = await log(server, POLLY_RESPONSE, { id: 'zeros', response: 'hi', latency_ms: 7, model: 'x' });
  expect(after.metadata).toEqual({ ...stated, status: 'success' });
});

test('words come back as they were sent, white space and all', async () => {
  const words = '  <script>alert(1)</script>\t"quoted" \\ \u0007 =1+1 naïve 🍰 \u202e\n';
  const event = await log(server, CONVERSATION, { id: 'words', user_message: words, polly_response: words });
  expect(event).toMatchObject({ user_message: words, polly_response: words });
});

test.each([
  ['a_b-c.d/e#f?g=h&i%2F'],
  [' '],
  ['🍰'.repeat(255)],
  ['x'.repeat(255)],
  ['__proto__'],
  ["'; drop table exchanges; --"],
])('%j is an id like any other', async (id) => {
  const answer = await server.post(CONVERSATION, { id, user_message: 'hello' });
  expect(await answer.json()).toEqual({ status: 'success', id });
  expect(await readBack(server, id)).toMatchObject({ id, user_message: 'hello' });
});

test('unknown fields are kept in the metadata of the message that the body becomes', async () => {
  const extras = {
    session: 's1',
    nested: { list: [1, null, { deep: true }] },
    toString: 'own',
    constructor: 'own',
    hasOwnProperty: 'own',
    empty: '',
  };
  await server.post(USER_MESSAGE, JSON.stringify({ id: 'extras', message: 'hello', ...extras }));
  await server.post(
    POLLY_RESPONSE,
    '{"id":"extras","response":"hi","message":"not a field here","__proto__":{"a":1}}',
  );
  const [question, reply] = await messagesOf(server, 'extras');
  expect(question!.metadata).toEqual(extras);
  expect(JSON.stringify(reply!.metadata)).toBe('{"message":"not a field here","__proto__":{"a":1}}');
});

test('unknown fields of a whole exchange go to its reply, and to its question when there is no reply', async () => {
  await server.post(CONVERSATION, { id: 'both sides', user_message: 'hello', polly_response: 'hi', tag: 1 });
  expect((await messagesOf(server, 'both sides')).map(({ metadata }) => metadata)).toEqual([{}, { tag: 1 }]);
  await server.post(CONVERSATION, { id: 'one side', user_message: 'hello', tag: 1 });
  expect((await messagesOf(server, 'one side')).map(({ metadata }) => metadata)).toEqual([{ tag: 1 }]);
});

const steps: Record<string, [door: (typeof pollyDoors)[number], body: object]> = {
  ask: [USER_MESSAGE, { message: 'asked', prompt_name: 'p-ask', model: 'm-ask', latency_ms: 1, tag: 'ask' }],
  reply: [
    POLLY_RESPONSE,
    {
      user_message: 'asked, says the reply',
      response: 'replied',
      prompt_name: 'p-reply',
      latency_ms: 2,
      tokens_used: { prompt_tokens: 20, completion_tokens: 30 },
      status: 'cached',
      timestamp: '2025-01-20T10:00:02Z',
      tag: 'reply',
    },
  ],
  whole: [CONVERSATION, { polly_response: 'replied as a whole', latency_ms: 0, tag: 'whole' }],
};
const orders = [
  'ask reply',
  'reply ask',
  'reply ask ask reply',
  'ask reply whole',
  'ask whole reply',
  'reply ask whole',
  'reply whole ask',
  'whole ask reply',
  'whole reply ask',
  'whole reply ask whole ask reply whole',
];

test('every order of the three calls, repeated or not, ends in the same exchange', async () => {
  const ends: Record<string, PollyEvent> = {};
  const metadata: Record<string, unknown> = {};
  for (const order of orders) {
    for (const step of order.split(' ')) {
      const [door, body] = steps[step]!;
      expect((await server.post(door, { id: order, ...body })).status).toBe(200);
    }
    ends[order] = (await readBack(server, order))!;
    metadata[order] = (await messagesOf(server, order)).map((message) => message.metadata);
  }
  const expected = {
    type: 'new_message',
    timestamp: '2025-01-20T10:00:02Z',
    user_message: 'asked',
    metadata: {
      prompt_name: 'p-ask',
      tokens_used: { prompt_tokens: 20, completion_tokens: 30 },
      model: 'm-ask',
      status: 'cached',
    },
  };
  for (const order of orders) {
    const isWhole = order.includes('whole');
    expect(ends[order], order).toEqual({
      ...expected,
      id: order,
      polly_response: isWhole ? 'replied as a whole' : 'replied',
      metadata: { ...expected.metadata, latency_ms: isWhole ? 0 : 2 },
    });
    expect(metadata[order], order).toEqual([{ tag: 'ask' }, { tag: isWhole ? 'whole' : 'reply' }]);
  }
});

test('the last whole exchange wins over the ones before it, field by field', async () => {
  await server.post(CONVERSATION, {
    id: 'again',
    user_message: 'one',
    polly_response: 'one',
    model: 'gpt-4',
  });
  const event = await log(server, CONVERSATION, { id: 'again', user_message: 'two', latency_ms: 3 });
  expect(event).toMatchObject({
    user_message: 'two',
    polly_response: 'one',
    metadata: { model: 'gpt-4', latency_ms: 3 },
  });
});

test('of two calls of one step the later wins', async () => {
  await server.post(USER_MESSAGE, { id: 'corrected', message: 'helo' });
  const event = await log(server, USER_MESSAGE, { id: 'corrected', message: 'hello' });
  expect(event.user_message).toBe('hello');
  expect(await messagesOf(server, 'corrected')).toHaveLength(1);
});

test('what is posted is seen in GraphQL, in its feed order and with its facts', async () => {
  clock = Date.parse('2025-01-20T14:00:00.000Z');
  await server.post(POLLY_RESPONSE, { id: 'in graphql', response: 'hi', model: 'gpt-4', latency_ms: 12.5 });
  await server.post(USER_MESSAGE, {
    id: 'in graphql',
    message: 'hello',
    timestamp: '2025-01-20T09:00:00+01:00',
  });
  const query = `{ conversation(externalId: "in graphql") { platform status channel messageCount lastText
    messages { nodes { sender text at exchange { ordinal model latencyMs status timestamp } } } } }`;
  const exchange = {
    ordinal: 1,
    model: 'gpt-4',
    latencyMs: 12.5,
    status: 'success',
    timestamp: '2025-01-20T09:00:00+01:00',
  };
  expect(await server.graphql(query)).toEqual({
    conversation: {
      platform: 'polly',
      status: 'ACTIVE',
      channel: 'CHAT',
      messageCount: 2,
      lastText: 'hi',
      messages: {
        nodes: [
          { sender: 'USER', text: 'hello', at: '2025-01-20T08:00:00.000Z', exchange },
          { sender: 'BOT', text: 'hi', at: expect.stringMatching(/^2025-01-20T/u) as string, exchange },
        ],
      },
    },
  });
});
