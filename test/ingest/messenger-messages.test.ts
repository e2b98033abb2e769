import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  BOT_APP,
  conversation,
  conversationOf,
  deliver,
  echo,
  INBOX_APP,
  messengerEnv,
  newMid,
  PAGE,
  said,
  webhook,
  wordsIn,
  type Told,
} from '../support/messenger.ts';
import { head, recent } from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { follow } from '../support/viewer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: messengerEnv, now: () => Date.parse('2025-01-21T00:00:00.000Z') });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Each test is about a person of its own. */
let person = '';
let people = 0;
beforeEach(() => {
  person = `61002003004${String((people += 1)).padStart(5, '0')}`;
});

const FIRST = Date.parse('2025-01-20T10:00:00.000Z');
const mine = (seconds = 0): { person: string; timestamp: number } => ({
  person,
  timestamp: FIRST + seconds * 1000,
});

async function take(body: object): Promise<void> {
  const answer = await deliver(server, body);
  expect([answer.status, await answer.text()]).toEqual([200, 'EVENT_RECEIVED']);
}

const told = async (): Promise<Told | null> => conversation(server, conversationOf(person));
const words = async (): Promise<string[]> => wordsIn(server, conversationOf(person));

/** Sends what must be acknowledged and leave nothing behind. */
async function ignored(body: object): Promise<void> {
  const before = await head(server);
  await take(body);
  expect(await head(server)).toBe(before);
}

test('what a person sends becomes a message of a conversation of page and person', async () => {
  const mid = newMid();
  await take(webhook(said('Is the shop open?', { ...mine(), mid })));
  expect(await told()).toEqual({
    platform: 'facebook',
    status: 'ACTIVE',
    channel: 'CHAT',
    endUser: { externalId: person },
    messages: {
      nodes: [
        {
          sender: 'USER',
          text: 'Is the shop open?',
          at: '2025-01-20T10:00:00.000Z',
          metadata: { message_id: mid },
        },
      ],
    },
  });
});

test('it is shown at once at the other doors: in the feed, and as an exchange', async () => {
  await using viewer = follow(server.url);
  await viewer.next();
  await take(webhook(said('Is the shop open?', mine()), echo('Until six.', BOT_APP, mine(1))));
  const { events } = await viewer.next();
  expect(events.length).toBeGreaterThan(0);
  expect((await recent(server, 1))[0]).toMatchObject({
    id: conversationOf(person),
    type: 'new_message',
    timestamp: '2025-01-20T10:00:00.000Z',
    user_message: 'Is the shop open?',
    polly_response: 'Until six.',
  });
});

test('one person at two pages has two conversations, and is one person', async () => {
  await take(webhook(said('here', mine()), said('there', { ...mine(1), page: '990880770660550' })));
  expect(await words()).toEqual(['USER here']);
  expect(await wordsIn(server, conversationOf(person, '990880770660550'))).toEqual(['USER there']);
});

test('an echo of our app is the bot, every other is a person', async () => {
  await take(webhook(said('hello', mine())));
  await take(webhook(echo('of the bot', Number(BOT_APP), mine(1))));
  await take(webhook(echo('of the bot too', BOT_APP, mine(2))));
  await take(webhook(echo('of the inbox', Number(INBOX_APP), mine(3))));
  await take(webhook(echo('of nobody', undefined, mine(4))));
  await take(webhook(echo('of null', null, mine(5))));
  await take(webhook(echo('of another', `${BOT_APP}0`, mine(6))));
  expect(await words()).toEqual([
    'USER hello',
    'BOT of the bot',
    'BOT of the bot too',
    'HUMAN of the inbox',
    'HUMAN of nobody',
    'HUMAN of null',
    'HUMAN of another',
  ]);
  const { endUser, messages } = (await told())!;
  expect(endUser).toEqual({ externalId: person });
  expect(messages.nodes[3]).toMatchObject({ metadata: { app_id: Number(INBOX_APP) } });
});

test('what an echo carries for the app is kept', async () => {
  await take(webhook(echo({ text: 'hi', metadata: 'prompt-7' }, BOT_APP, mine())));
  expect((await told())?.messages.nodes[0]?.metadata).toMatchObject({ metadata: 'prompt-7' });
});

test('without MESSENGER_APP_ID every echo is a person', async () => {
  await using other = await startServer({ env: { ...messengerEnv, MESSENGER_APP_ID: '' } });
  const events = [BOT_APP, 0, null, '', undefined].map((app, index) => echo(`${index}`, app, mine(index)));
  await deliver(other, webhook(...events));
  const expected = events.map((_, index) => `HUMAN ${index}`);
  expect(await wordsIn(other, conversationOf(person))).toEqual(expected);
});

test('an echo that comes before anything else begins the conversation of its recipient', async () => {
  await take(webhook(echo('We are open again!', INBOX_APP, mine())));
  expect(await words()).toEqual(['HUMAN We are open again!']);
});

test('all entries and all events of a batch are taken, each in its conversation', async () => {
  const [one, two] = [`${person}1`, `${person}2`];
  await take({
    object: 'page',
    entry: [
      { id: PAGE, time: FIRST, messaging: [said('a', { ...mine(), person: one })] },
      { id: PAGE, time: FIRST },
      {
        id: PAGE,
        time: FIRST,
        messaging: [said('b', { ...mine(), person: two }), said('c', { ...mine(1), person: one })],
      },
    ],
  });
  expect(await wordsIn(server, conversationOf(one))).toEqual(['USER a', 'USER c']);
  expect(await wordsIn(server, conversationOf(two))).toEqual(['USER b']);
});

test('a batch of a thousand is stored as a whole', async () => {
  const events = Array.from({ length: 1000 }, (_, index) =>
    said(`${index}`, { ...mine(index), person: `${person}${index % 3}` }),
  );
  await take(webhook(...events));
  const third = await wordsIn(server, conversationOf(`${person}2`));
  expect(third).toEqual(Array.from({ length: 333 }, (_, index) => `USER ${index * 3 + 2}`));
});

test('what a page sees while another app holds the thread is taken as well', async () => {
  await take({
    object: 'page',
    entry: [
      {
        id: PAGE,
        time: FIRST,
        standby: [said('to a person', mine()), echo('from a person', INBOX_APP, mine(1))],
        messaging: [said('to the bot', mine(2))],
      },
    ],
  });
  expect(await words()).toEqual(['USER to a person', 'HUMAN from a person', 'USER to the bot']);
});

test('the words of one person stand in the order of their moments, wherever they stood in the batch', async () => {
  await take({
    object: 'page',
    entry: [
      { id: PAGE, time: FIRST, messaging: [said('4', mine(4)), said('2', mine(2))] },
      { id: PAGE, time: FIRST, standby: [echo('3', BOT_APP, mine(3)), said('1', mine(1))] },
      { id: PAGE, time: FIRST, messaging: [said('also 1', mine(1))] },
    ],
  });
  expect(await words()).toEqual(['USER 1', 'USER also 1', 'USER 2', 'BOT 3', 'USER 4']);
});

test.each([
  ['none', undefined],
  ['a text', '1737367200000'],
  ['zero', 0],
  ['a negative one', -1],
  ['a fraction', 1.5],
  ['one beyond all years', 1e15],
])('a moment that is none (%s) is that of the entry', async (_what, timestamp) => {
  await take({
    object: 'page',
    entry: [{ id: PAGE, time: FIRST, messaging: [said('hello', { person, timestamp: timestamp ?? null })] }],
  });
  expect((await told())?.messages.nodes[0]?.at).toBe('2025-01-20T10:00:00.000Z');
});

test('without any moment it is that of its arrival, after all that has one', async () => {
  const entry = [{ id: PAGE, messaging: [said('now', { person, timestamp: null }), said('then', mine())] }];
  await take({ object: 'page', entry });
  expect((await told())?.messages.nodes.map(({ text, at }) => `${text} ${at}`)).toEqual([
    'then 2025-01-20T10:00:00.000Z',
    'now 2025-01-21T00:00:00.000Z',
  ]);
});

const link = (type: string): object => ({
  type,
  payload: { url: `https://scontent.example/v/t1.15752-9/${type}?oh=1&oe=2` },
});

test.each([
  [['image'], '[image]'],
  [['audio'], '[audio]'],
  [['video', 'file'], '[video] [file]'],
  [['image', 'image', 'image'], '[image] [image] [image]'],
  [['template'], '[template]'],
  [['ig_reel'], '[ig_reel]'],
])(
  'attachments %j without words are told by their kinds, with the links beside them',
  async (kinds, text) => {
    const attachments = kinds.map(link);
    await take(webhook(said({ attachments }, mine()), echo({ attachments }, BOT_APP, mine(1))));
    const { nodes } = (await told())!.messages;
    expect(nodes.map((it) => `${it.sender} ${it.text}`)).toEqual([`USER ${text}`, `BOT ${text}`]);
    for (const { metadata } of nodes) expect(metadata).toMatchObject({ attachments });
  },
);

test('words with attachments are kept as words, and the attachments beside them', async () => {
  const attachments = [link('image')];
  await take(webhook(said({ text: 'Is this vegan?', attachments }, mine())));
  expect((await told())?.messages.nodes).toMatchObject([
    { text: 'Is this vegan?', metadata: { attachments } },
  ]);
});

test.each([
  [null],
  [5],
  [{}],
  [{ type: '' }],
  [{ type: 'a b' }],
  [{ type: 'x'.repeat(51) }],
  [{ type: ['image'] }],
])('an attachment of no kind that can be read (%j) is a file', async (attachment) => {
  await take(webhook(said({ text: ' ', attachments: [attachment] }, mine())));
  expect(await words()).toEqual(['USER [file]']);
});

test('a quick reply is its words, with what it stands for beside them', async () => {
  const quickReply = { payload: 'TABLE_FOR_TWO' };
  await take(webhook(said({ text: 'For two', quick_reply: quickReply, reply_to: { mid: 'm_1' } }, mine())));
  expect((await told())?.messages.nodes).toMatchObject([
    { sender: 'USER', text: 'For two', metadata: { quick_reply: quickReply, reply_to: { mid: 'm_1' } } },
  ]);
});

test('a button that was pressed is what the page shows: its title, as words of the person', async () => {
  const { message: _, ...event } = said('', mine());
  const mid = newMid();
  await take(
    webhook(
      { ...event, postback: { title: 'Get started', payload: 'START', mid } },
      { ...event, timestamp: FIRST + 1000, postback: { payload: 'MENU' } },
      { ...event, timestamp: FIRST + 2000, postback: { title: 'By standby', mid: newMid() } },
    ),
  );
  expect((await told())?.messages.nodes).toMatchObject([
    { sender: 'USER', text: 'Get started', metadata: { postback: { payload: 'START' }, message_id: mid } },
    { sender: 'USER', text: '[postback]', metadata: { postback: { payload: 'MENU' } } },
    { sender: 'USER', text: 'By standby' },
  ]);
});

const bare = (fields: object): Record<string, unknown> => {
  const { message: _, ...event } = said('', mine());
  return { ...event, ...fields };
};

test.each([
  ['a read', () => bare({ read: { watermark: FIRST } })],
  ['a delivery', () => bare({ delivery: { mids: ['m_1'], watermark: FIRST } })],
  ['a reaction', () => bare({ reaction: { mid: 'm_1', action: 'react', emoji: '❤', reaction: 'love' } })],
  ['an edit', () => bare({ message_edit: { mid: 'm_1', text: 'hello!', num_edit: 1 } })],
  ['a message that was taken back', () => said({ is_deleted: true, text: 'hello' }, mine())],
  ['a referral', () => bare({ referral: { ref: 'ad', source: 'SHORTLINK' } })],
  ['a change of hands', () => bare({ pass_thread_control: { new_owner_app_id: 1 } })],
  ['a message without words', () => said({}, mine())],
  ['a message of white space', () => said(' \n\u00a0', mine())],
  ['a message whose words are no text', () => said({ text: { a: 1 } }, mine())],
  ['attachments that are no list', () => said({ attachments: { type: 'image' } }, mine())],
  ['an empty list of attachments', () => said({ attachments: [] }, mine())],
  ['a message that is no object', () => bare({ message: 'hello' })],
  ['a postback that is none', () => bare({ postback: {} })],
  ['an event of nothing', () => bare({})],
  ['no sender', () => ({ ...said('hello', mine()), sender: null })],
  ['a sender without an id', () => ({ ...said('hello', mine()), sender: { user_ref: 'x' } })],
  ['a sender whose id is a number', () => ({ ...said('hello', mine()), sender: { id: 6100200300400500 } })],
  ['an empty id', () => said('hello', { ...mine(), person: '' })],
  ['an id with a colon', () => said('hello', { ...mine(), person: '1:2' })],
  ['an id that is too long', () => said('hello', { ...mine(), person: '1'.repeat(101) })],
  ['no recipient', () => ({ ...said('hello', mine()), recipient: undefined })],
])('%s is acknowledged and not stored', async (_what, event) => {
  await ignored(webhook(event()));
});

test.each([
  ['no entries', []],
  ['entries that are none', [null, 5, 'x', [], {}]],
  ['changes of the page', [{ id: PAGE, time: 1, changes: [{ field: 'feed', value: { item: 'post' } }] }]],
  ['events that are no list', [{ id: PAGE, messaging: { message: { text: 'x' } }, standby: 'x' }]],
  ['events that are none', [{ id: PAGE, messaging: [null, 5, 'x', []] }]],
])('%s are acknowledged and not stored', async (_what, entry) => {
  await ignored({ object: 'page', entry });
});

test('what is no message does not keep the messages beside it from being stored', async () => {
  await take(webhook(bare({ read: {} }), said('hello', mine()), { sender: 5 }, said('again', mine(1))));
  expect(await words()).toEqual(['USER hello', 'USER again']);
});

test('characters that cannot be stored do not keep the words of others away', async () => {
  await take(
    webhook(said('cut in half \ud83c', mine()), said('NUL \0 here', mine(1)), said('whole 🍰', mine(2))),
  );
  expect(await words()).toEqual(['USER cut in half \ufffd', 'USER NUL \ufffd here', 'USER whole 🍰']);
});

test('new words open a conversation that was closed', async () => {
  await take(webhook(said('hello', mine())));
  const close = `mutation ($id: String!) { closeConversation(input: { conversationId: $id }) { __typename } }`;
  await server.graphql(close, { id: conversationOf(person) });
  expect((await told())?.status).toBe('CLOSED');
  await take(webhook(said('one more thing', mine(60))));
  expect((await told())?.status).toBe('ACTIVE');
  expect(await words()).toEqual(['USER hello', 'USER one more thing']);
});

test('the admin panel shows it, and what the staff types in the inbox answers what was marked', async () => {
  await take(webhook(said('A table for two?', mine()), echo('I do not know.', BOT_APP, mine(1))));
  type Panel = { conversations: { id: number; user_id: string; platform: string }[] };
  type Messages = { messages: { id: number; sender_type: string; human_replied: boolean }[] };
  const panel = (await (await server.get('/admin/conversations?limit=1')).json()) as Panel;
  expect(panel.conversations).toMatchObject([{ user_id: person, platform: 'facebook', status: 'active' }]);
  const shown = async (): Promise<Messages['messages']> => {
    const answer = await server.get(`/admin/conversations/${panel.conversations[0]!.id}/messages`);
    return ((await answer.json()) as Messages).messages;
  };
  const [question] = await shown();
  expect((await server.post(`/admin/messages/${question!.id}/mark-human`, '')).status).toBe(200);
  await take(webhook(echo('At eight?', INBOX_APP, mine(2))));
  expect(await shown()).toMatchObject([
    { sender_type: 'user', requires_human: true, human_replied: true },
    { sender_type: 'bot' },
    { sender_type: 'human' },
  ]);
});

test('what a person tells is learned from, and a rating finds a message by its mid', async () => {
  const mid = newMid();
  await take(webhook(said('I love jazz music', mine()), echo('Noted.', BOT_APP, { ...mine(1), mid })));
  const answer = await server.get(`/webhook/chat/insights/${person}`);
  expect(((await answer.json()) as { facts: { key: string }[] }).facts).toMatchObject([
    { key: 'interest_jazz' },
  ]);
  const rating = { session_id: conversationOf(person), message_id: mid, rating: 1, rating_type: 'thumbs' };
  expect((await server.post('/api/v1/feedback', rating)).status).toBe(201);
  const query = `query ($id: String!) { session(id: $id) {
    feedback(first: 1) { nodes { message { text } } } } }`;
  type Data = { session: { feedback: { nodes: object[] } } };
  const { session } = await server.graphql<Data>(query, { id: conversationOf(person) });
  expect(session.feedback.nodes).toEqual([{ message: { text: 'Noted.' } }]);
});
