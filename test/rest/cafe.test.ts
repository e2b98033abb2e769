import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { act, listOf, messagesIn, read, statsOf, type ShownConversation } from '../support/cafe.ts';
import { handOver, heldBy } from '../support/handoff.ts';
import { BULK, say } from '../support/learning.ts';
import { CONVERSATION, head, logMessage, USER_MESSAGE } from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';

const NOW = Date.parse('2025-01-20T10:30:00.123Z');
let clock = NOW;
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ now: () => clock, env: { RATE_LIMITS: 'off' } });
});
afterAll(() => server[Symbol.asyncDispose]());

const textOf = async (path: string): Promise<string> => (await server.get(`/admin/${path}`)).text();

let names = 0;
/** A conversation of this test alone, with a question and an answer; the panel's own ids of all of it. */
async function aConversation(
  more: object = {},
): Promise<{ id: number; name: string; ask: number; reply: number }> {
  const name = `conversation ${(names += 1)}`;
  await server.post(CONVERSATION, { id: name, user_message: 'hello', polly_response: 'hi', ...more });
  const [{ id }] = (await listOf(server, '?limit=1')) as [ShownConversation];
  const [ask, reply] = await messagesIn(server, id);
  return { id, name, ask: ask!.id, reply: reply!.id };
}

describe('to the byte', () => {
  const conversation =
    '{"id":1,"user_id":null,"platform":"polly","status":"active","priority":0,' +
    '"created_at":"2025-01-20T10:30:00.123+00:00","updated_at":"2025-01-20T10:30:00.123+00:00",' +
    '"last_message_at":"2025-01-20T10:30:00.123+00:00"}';
  const ask =
    '{"id":1,"conversation_id":1,"sender_type":"user","content":"Where is my café order?",' +
    '"timestamp":"2025-01-20T10:30:00.123+00:00","confidence_score":null,"requires_human":false,' +
    '"human_replied":false,"metadata":{}}';
  const reply =
    '{"id":2,"conversation_id":1,"sender_type":"bot","content":"On its way.",' +
    '"timestamp":"2025-01-20T10:30:00.123+00:00","confidence_score":0.82,"requires_human":false,' +
    '"human_replied":false,"metadata":{"confidence_score":0.82}}';
  let own: TestServer;
  let time = NOW;
  beforeAll(async () => {
    own = await startServer({ now: () => time });
  });
  afterAll(() => own[Symbol.asyncDispose]());
  const get = async (path: string): Promise<string> => {
    const response = await own.get(`/admin/${path}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/json; charset=utf-8',
    ]);
    return response.text();
  };

  test('an empty server shows nothing, and counts nothing', async () => {
    expect(await get('conversations')).toBe('{"success":true,"conversations":[],"count":0}');
    expect(await get('stats')).toBe(
      '{"success":true,"stats":{"total_conversations":0,"active_conversations":0,"total_messages":0,' +
        '"messages_requiring_human":0,"timestamp":"2025-01-20T10:30:00Z"}}',
    );
  });

  test('conversations, one of them, its messages and the statistics are as the document has them', async () => {
    await own.post(CONVERSATION, {
      id: 'conv_123',
      user_message: 'Where is my café order?',
      polly_response: 'On its way.',
      confidence_score: 0.82,
    });
    expect(await get('conversations')).toBe(`{"success":true,"conversations":[${conversation}],"count":1}`);
    expect(await get('conversations/1')).toBe(
      `{"success":true,"conversation":${conversation},"messages":[${ask},${reply}]}`,
    );
    expect(await get('conversations/1/messages')).toBe(
      `{"success":true,"messages":[${ask},${reply}],"count":2}`,
    );
    expect(await get('stats')).toBe(
      '{"success":true,"stats":{"total_conversations":1,"active_conversations":1,"total_messages":2,' +
        '"messages_requiring_human":0,"timestamp":"2025-01-20T10:30:00Z"}}',
    );
  });

  test('a mark, another mark and the end are answered with what they changed', async () => {
    time += 60_000;
    const marked = ask.replace('"requires_human":false', '"requires_human":true');
    expect(await act(own, 'messages/1/mark-human')).toBe(`{"success":true,"message":${marked}}`);
    expect(await get('stats')).toContain('"messages_requiring_human":1,"timestamp":"2025-01-20T10:31:00Z"');
    const replied = marked.replace('"human_replied":false', '"human_replied":true');
    expect(await act(own, 'messages/1/mark-replied')).toBe(`{"success":true,"message":${replied}}`);
    time += 60_000;
    const closed = conversation
      .replace('"active"', '"closed"')
      .replace('"updated_at":"2025-01-20T10:30', '"updated_at":"2025-01-20T10:32');
    expect(await act(own, 'conversations/1/close')).toBe(`{"success":true,"conversation":${closed}}`);
    expect(await get('conversations/1')).toBe(
      `{"success":true,"conversation":${closed},"messages":[${replied},${reply}]}`,
    );
    expect(await get('conversations')).toBe('{"success":true,"conversations":[],"count":0}');
    expect(await get('stats')).toBe(
      '{"success":true,"stats":{"total_conversations":1,"active_conversations":0,"total_messages":2,' +
        '"messages_requiring_human":0,"timestamp":"2025-01-20T10:32:00Z"}}',
    );
  });
});

describe('conversations', () => {
  test('are listed by their last activity, newest first, and closed ones are not', async () => {
    const [first, second, third] = [await aConversation(), await aConversation(), await aConversation()];
    const top = async (): Promise<number[]> => (await listOf(server, '?limit=3')).map(({ id }) => id);
    expect(await top()).toEqual([third.id, second.id, first.id]);
    await logMessage(server, { conversationId: first.name, sender: 'USER', text: 'again' });
    expect(await top()).toEqual([first.id, third.id, second.id]);
    await act(server, `messages/${second.ask}/mark-human`);
    expect(await top()).toEqual([second.id, first.id, third.id]);
    await act(server, `conversations/${first.id}/close`);
    expect((await top()).slice(0, 2)).toEqual([second.id, third.id]);
    await logMessage(server, { conversationId: first.name, sender: 'USER', text: 'I am back' });
    expect(await top()).toEqual([first.id, second.id, third.id]);
  });

  test('tell when they began, when something last happened, and when the last message was said', async () => {
    const began = clock;
    const name = 'moments';
    await logMessage(server, { conversationId: name, sender: 'USER', text: 'a', at: '2025-01-19T08:00:00Z' });
    clock += 60_000;
    const [it] = await listOf(server, '?limit=1');
    await act(server, `conversations/${it!.id}/close`);
    const zoned = (ms: number): string => new Date(ms).toISOString().replace('Z', '+00:00');
    expect(
      (await read<{ conversation: object }>(server, `conversations/${it!.id}`)).conversation,
    ).toMatchObject({
      created_at: zoned(began),
      updated_at: zoned(clock),
      last_message_at: '2025-01-19T08:00:00.000+00:00',
    });
  });

  test('that nobody said a word in have no last message', async () => {
    await server.post('/api/v1/feedback', { session_id: 'wordless', rating: 1, rating_type: 'thumbs' });
    expect((await listOf(server, '?limit=1'))[0]).toMatchObject({
      platform: 'speech',
      last_message_at: null,
    });
  });

  test('carry the priority that a bot asked for', async () => {
    const { name } = await aConversation();
    await handOver(server, 'requestHuman', { conversationId: name, priority: 42 });
    expect((await listOf(server, '?limit=1'))[0]).toMatchObject({ priority: 42 });
  });

  test.each<[string, () => Promise<unknown>, string | null, string]>([
    ['polly', () => server.post(USER_MESSAGE, { id: 'door polly', message: 'x' }), null, 'polly'],
    ['learning', () => say(server, 'door user', 'x', { session_id: 'door l' }), 'door user', 'learning'],
    [
      'learning with a source',
      () => say(server, '42', 'x', { session_id: 'door s', metadata: { source: 'gradio' } }),
      '42',
      'gradio',
    ],
    [
      'learning in bulk',
      () => server.post(BULK, { user_id: 'bulk user', interactions: [{ message: 'x' }] }),
      'bulk user',
      'learning',
    ],
    [
      'speech turns',
      () => server.post('/api/v1/sessions/door%20turns/turns', { outcome: 'failed' }),
      null,
      'speech',
    ],
    [
      'GraphQL',
      () =>
        logMessage(server, {
          conversationId: 'door g',
          sender: 'USER',
          text: 'x',
          platform: 'facebook',
          endUserId: 'Ærlig 😀/#1',
        }),
      'Ærlig 😀/#1',
      'facebook',
    ],
  ])('from the door of %s say so, and whose they are', async (_door, send, user, platform) => {
    await send();
    expect((await listOf(server, '?limit=1'))[0]).toMatchObject({ user_id: user, platform });
  });

  test('are 100 unless asked otherwise, and 1 to 1,000 when asked', async () => {
    const ids = Array.from({ length: 1010 }, (_, index) => `many ${index}`);
    for (let start = 0; start < ids.length; start += 101) {
      const some = ids.slice(start, start + 101);
      await Promise.all(some.map((id) => server.post(USER_MESSAGE, { id, message: 'x' })));
    }
    const countOf = async (query: string): Promise<[number, number]> => {
      const { conversations, count } = await read<{ conversations: []; count: number }>(
        server,
        `conversations${query}`,
      );
      return [conversations.length, count];
    };
    expect(await countOf('')).toEqual([100, 100]);
    expect(await countOf('?limit=1')).toEqual([1, 1]);
    expect(await countOf('?limit=1000')).toEqual([1000, 1000]);
    expect(await countOf('?other=5')).toEqual([100, 100]);
    const all = (await listOf(server, '?limit=1000')).map(({ id }) => id);
    expect(new Set(all).size).toBe(1000);
    expect((await listOf(server, '?limit=7')).map(({ id }) => id)).toEqual(all.slice(0, 7));
  });
});

describe('messages', () => {
  test('are the last ones, oldest first: 50 unless asked otherwise, at most 1,000', async () => {
    const { id, name } = await aConversation();
    const inputs = Array.from({ length: 1000 }, (_, index) => ({
      conversationId: name,
      sender: 'BOT',
      text: `text ${index}`,
    }));
    const mutation = 'mutation ($input: LogMessagesInput!) { logMessages(input: $input) { __typename } }';
    await server.graphql(mutation, { input: { messages: inputs } });
    const textsOf = async (query: string): Promise<string[]> =>
      (await messagesIn(server, id, query)).map(({ content }) => content);
    const texts = ['hello', 'hi', ...inputs.map(({ text }) => text)];
    expect(await textsOf('')).toEqual(texts.slice(-50));
    expect(await textsOf('?limit=1')).toEqual(texts.slice(-1));
    expect(await textsOf('?limit=1000')).toEqual(texts.slice(-1000));
    const one = await read<{ messages: object[] }>(server, `conversations/${id}`);
    expect(one.messages).toHaveLength(50);
    const three = await read<{ messages: object[] }>(server, `conversations/${id}?limit=3`);
    expect(three.messages).toHaveLength(3);
    const { count } = await read<{ count: number }>(server, `conversations/${id}/messages?limit=3`);
    expect(count).toBe(3);
  });

  test('say who speaks, how sure the bot was, and what else was sent', async () => {
    const conversationId = 'senders';
    const metadata = { confidence_score: 0, intent: 'hours' };
    for (const sender of ['USER', 'BOT', 'HUMAN'])
      await logMessage(server, { conversationId, sender, text: sender, metadata });
    const [it] = await listOf(server, '?limit=1');
    const messages = await messagesIn(server, it!.id);
    expect(messages.map((message) => [message.sender_type, message.confidence_score])).toEqual([
      ['user', 0],
      ['bot', 0],
      ['human', 0],
    ]);
    expect(messages[0]!.metadata).toEqual(metadata);
  });

  // The panel knows no other senders: what the system says is not a person's.
  test('are of users, bots and people only', async () => {
    await logMessage(server, { conversationId: 'system note', sender: 'SYSTEM', text: 'timed out' });
    const [it] = await listOf(server, '?limit=1');
    for (const { sender_type: sender } of await messagesIn(server, it!.id))
      expect(['user', 'bot', 'human']).toContain(sender);
  });

  test.each([['0.9'], [null], [true], [[0.9]], [{ value: 0.9 }]])(
    'have no confidence when it is stated as %j, which stays in the metadata',
    async (score) => {
      const { id } = await aConversation({ confidence_score: score });
      const [, reply] = await messagesIn(server, id);
      expect(reply!.confidence_score).toBeNull();
      expect(reply!.metadata).toEqual(score === null ? {} : { confidence_score: score });
    },
  );
});

describe('a message that needs a person', () => {
  test('makes its conversation wait until it is marked as replied, and is counted meanwhile', async () => {
    const { name, ask } = await aConversation();
    const { messages_requiring_human: before } = await statsOf(server);
    await act(server, `messages/${ask}/mark-human`);
    expect(await heldBy(server, name)).toMatchObject({ owner: 'PENDING', operator: null });
    expect((await statsOf(server)).messages_requiring_human).toBe(before + 1);
    await act(server, `messages/${ask}/mark-replied`);
    expect(await heldBy(server, name)).toMatchObject({ owner: 'HUMAN', operator: null });
    expect((await statsOf(server)).messages_requiring_human).toBe(before);
  });

  test.each<[string, (name: string) => Promise<unknown>]>([
    ['logged', (name) => logMessage(server, { conversationId: name, sender: 'HUMAN', text: 'I am here' })],
    [
      'given here',
      (name) =>
        handOver(server, 'replyAsHuman', { conversationId: name, operator: 'operator-1', text: 'me too' }),
    ],
  ])('is answered, with all the others, by a human reply that is %s', async (_how, replyTo) => {
    const { id, name, ask, reply } = await aConversation();
    const { messages_requiring_human: before } = await statsOf(server);
    for (const message of [ask, reply]) await act(server, `messages/${message}/mark-human`);
    expect((await statsOf(server)).messages_requiring_human).toBe(before + 2);
    await replyTo(name);
    expect((await statsOf(server)).messages_requiring_human).toBe(before);
    const shown = (await messagesIn(server, id)).map((it) => [it.requires_human, it.human_replied]);
    expect(shown).toEqual([
      [true, true],
      [true, true],
      [false, false],
    ]);
    expect(await heldBy(server, name)).toMatchObject({ owner: 'HUMAN' });
  });

  test('may be marked as replied without being marked before', async () => {
    const { name, reply } = await aConversation();
    expect(await act(server, `messages/${reply}/mark-replied`)).toContain(
      '"requires_human":false,"human_replied":true',
    );
    expect(await heldBy(server, name)).toMatchObject({ owner: 'HUMAN' });
  });
});

describe('every change', () => {
  const changes = ['mark-human', 'mark-replied', 'close'] as const;
  const pathOf = (change: (typeof changes)[number], { id, ask }: { id: number; ask: number }): string =>
    change === 'close' ? `conversations/${id}/close` : `messages/${ask}/${change}`;

  test.each(changes)('%s twice is the same as once', async (change) => {
    const path = pathOf(change, await aConversation());
    const first = await act(server, path);
    const stored = await head(server);
    clock += 60_000;
    expect(await act(server, path)).toBe(first);
    expect(await head(server)).toBe(stored);
  });

  test.each(changes)('%s takes no body, an empty object, or any other object', async (change) => {
    for (const body of ['', '{}', { reason: 'whatever', n: 1 }]) {
      const path = pathOf(change, await aConversation());
      expect(JSON.parse(await act(server, path, body))).toMatchObject({ success: true });
    }
  });

  test.each(changes)(
    '%s with a key gives the first answer again, whatever happened since',
    async (change) => {
      const it = await aConversation();
      const path = `/admin/${pathOf(change, it)}`;
      const key = { 'idempotency-key': `key of ${change}` };
      const send = (body = ''): Promise<Response> => server.post(path, body, key);
      const answers = await Promise.all(Array.from({ length: 10 }, () => send()));
      expect(answers.filter(({ headers }) => !headers.has('idempotent-replayed'))).toHaveLength(1);
      const texts = new Set(await Promise.all(answers.map((answer) => answer.text())));
      expect(texts.size).toBe(1);
      await logMessage(server, { conversationId: it.name, sender: 'HUMAN', text: 'since then' });
      await server.post(CONVERSATION, { id: it.name, user_message: 'changed' });
      const stored = await head(server);
      const again = await send();
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(await again.text()).toBe([...texts][0]);
      const other = await send('{}');
      expect([other.status, await other.json()]).toEqual([
        409,
        { success: false, error: expect.stringContaining(`"key of ${change}"`) as string },
      ]);
      expect(await head(server)).toBe(stored);
    },
  );
});

test('the statistics count what every door logs, at once', async () => {
  await using own = await startServer({ env: { RATE_LIMITS: 'off' } });
  const numbers = async (): Promise<number[]> => {
    const { timestamp: _, ...counts } = await statsOf(own);
    return Object.values(counts);
  };
  await own.post(CONVERSATION, { id: 'a', user_message: 'x', polly_response: 'y' });
  expect(await numbers()).toEqual([1, 1, 2, 0]);
  await own.post(CONVERSATION, { id: 'a', user_message: 'x', polly_response: 'z' });
  expect(await numbers()).toEqual([1, 1, 2, 0]);
  await say(own, 'user', 'x', { session_id: 'b', metadata: { timestamp: '2020-02-29T23:59:59Z' } });
  expect(await numbers()).toEqual([2, 2, 3, 0]);
  const interactions = [{ message: 'x' }, { message: 'y', response: 'z' }];
  await own.post(BULK, { user_id: 'other', interactions });
  expect(await numbers()).toEqual([3, 3, 6, 0]);
  await own.post('/api/v1/sessions/c/turns', { outcome: 'failed', user_input: 'x' });
  expect(await numbers()).toEqual([4, 4, 6, 0]);
  for (const sender of ['USER', 'SYSTEM', 'HUMAN'])
    await logMessage(own, { conversationId: 'd', sender, text: 'x' });
  expect(await numbers()).toEqual([5, 5, 9, 0]);
  await handOver(own, 'replyAsHuman', { conversationId: 'd', operator: 'operator-1', text: 'x' });
  expect(await numbers()).toEqual([5, 5, 10, 0]);
  await act(own, 'messages/1/mark-human');
  await act(own, 'messages/2/mark-human');
  expect(await numbers()).toEqual([5, 5, 10, 2]);
  await act(own, 'conversations/1/close');
  expect(await numbers()).toEqual([5, 4, 10, 2]);
  await own.post(BULK, {
    user_id: 'u',
    interactions: [{ message: 'x', timestamp: '0001-01-01' }, { message: '' }],
  });
  expect(await numbers()).toEqual([5, 4, 10, 2]);
  await own.graphql('mutation { forgetEndUser(input: { externalId: "user" }) { __typename } }');
  expect(await numbers()).toEqual([5, 4, 10, 2]);
});

test('HEAD answers as GET does, without the body', async () => {
  const response = await fetch(`${server.url}/admin/conversations`, { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([200, '']);
  expect(await textOf('conversations?limit=1')).toContain('"count":1');
});
