import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { insights, insightsOf, MESSAGE, say } from '../support/learning.ts';
import { tablesWith } from '../support/marked.ts';
import { head, recent } from '../support/polly.ts';
import { Queue } from '../support/queue.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { follow } from '../support/viewer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { RATE_LIMITS: 'off' } });
});
afterAll(() => server[Symbol.asyncDispose]());

type Fact = {
  id: string;
  key: string;
  value: string;
  confidence: string;
  isConfirmed: boolean;
  evidenceCount: number;
  evidence: { quote: string; text: string; conversationId: string }[];
  history: { value: string; ending: string; endedAt: string }[];
};
const factFields = `id key value confidence isConfirmed evidenceCount ending
  evidence { quote text conversationId } history { value ending endedAt }`;

async function factsOf(user: string): Promise<Fact[]> {
  const query = `query ($user: String!) { endUser(externalId: $user) { facts { ${factFields} } } }`;
  const { endUser } = await server.graphql<{ endUser: { facts: Fact[] } }>(query, { user });
  return endUser.facts;
}

/** Runs a mutation of facts and gives what its union holds. */
async function judge(name: string, input: object): Promise<Fact & { __typename: string; message?: string }> {
  const type = name === 'correctFact' ? 'CorrectFactInput' : 'FactInput';
  const query = `mutation ($input: ${type}!) { it: ${name}(input: $input) { __typename
    ... on FactPayload { fact { ${factFields} } } ... on Error { message } } }`;
  const { it } = await server.graphql<{ it: { __typename: string; fact?: Fact; message?: string } }>(query, {
    input,
  });
  return { ...(it as object), ...it.fact } as never;
}

test('a fact holds the words that prove it', async () => {
  await say(server, 'proved', 'Hello! I love jazz music, you know.', { session_id: 'first talk' });
  await say(server, 'proved', 'I like jazz', { session_id: 'second talk' });
  const [jazz] = await factsOf('proved');
  expect(jazz).toMatchObject({
    key: 'interest_jazz',
    evidenceCount: 2,
    confidence: 'MEDIUM',
    isConfirmed: false,
  });
  expect(jazz!.evidence.map(({ conversationId }) => conversationId)).toEqual(['second talk', 'first talk']);
  expect(jazz!.evidence[1]!.text).toContain(jazz!.evidence[1]!.quote);
  expect(jazz!.evidence[1]!.quote).toContain('love jazz');
});

test('what was known before stays in the history with when it ended', async () => {
  await say(server, 'changed', 'I like coffee', { metadata: { timestamp: '2025-01-01T12:00:00Z' } });
  await say(server, 'changed', "I don't like coffee", { metadata: { timestamp: '2025-02-01T12:00:00Z' } });
  const [coffee] = await factsOf('changed');
  expect(coffee!.value).toMatch(/dislike/iu);
  expect(coffee!.history).toEqual([
    { value: 'Shows interest in coffee', ending: 'SUPERSEDED', endedAt: '2025-02-01T12:00:00.000Z' },
  ]);
});

test('somebody of ours confirms, corrects and forgets a fact', async () => {
  await say(server, 'judged', 'I like tea');
  const [tea] = await factsOf('judged');
  const confirmed = await judge('confirmFact', { factId: tea!.id });
  expect(confirmed).toMatchObject({ __typename: 'FactPayload', confidence: 'HIGH', isConfirmed: true });
  const at = await head(server);
  expect(await judge('confirmFact', { factId: tea!.id })).toMatchObject({ isConfirmed: true });
  expect(await head(server)).toBe(at);
  const corrected = await judge('correctFact', { factId: tea!.id, value: 'Likes green tea' });
  expect(corrected).toMatchObject({ value: 'Likes green tea', confidence: 'HIGH', key: 'interest_tea' });
  expect((await factsOf('judged')).map(({ value }) => value)).toEqual(['Likes green tea']);
  expect(corrected.history.map(({ value }) => value)).toEqual(['Shows interest in tea']);
  const forgotten = await judge('forgetFact', { factId: corrected.id });
  expect(forgotten).toMatchObject({ key: '', value: '', evidence: [] });
  expect(await factsOf('judged')).toEqual([]);
  expect(await judge('confirmFact', { factId: corrected.id })).toMatchObject({ __typename: 'NotFoundError' });
});

test.each([
  ['confirmFact', { factId: 'RmFjdDo5OTk5OTk=' }, 'NotFoundError'],
  ['forgetFact', { factId: 'RmFjdDo5OTk5OTk=' }, 'NotFoundError'],
  ['correctFact', { factId: 'RmFjdDo5OTk5OTk=', value: ' ' }, 'InvalidInputError'],
  ['correctFact', { factId: 'RmFjdDo5OTk5OTk=', value: 'x'.repeat(501) }, 'InvalidInputError'],
])('%s of %j is refused as %s', async (name, input, type) => {
  expect(await judge(name, input)).toMatchObject({ __typename: type });
});

test('a fact that holds no more is neither confirmed nor brought back', async () => {
  await say(server, 'moved', 'I live in Oslo', { metadata: { timestamp: '2025-01-01T12:00:00Z' } });
  const [oslo] = await factsOf('moved');
  await say(server, 'moved', 'I live in Rome');
  for (const [name, more] of [
    ['confirmFact', {}],
    ['correctFact', { value: 'Lives in Oslo, Norway' }],
  ] as const) {
    expect(await judge(name, { factId: oslo!.id, ...more })).toMatchObject({
      __typename: 'InvalidInputError',
    });
  }
  expect((await factsOf('moved')).map(({ value }) => value)).toEqual(['Lives in Rome']);
});

test('saying again what was corrected does not undo the correction; saying something else does', async () => {
  await say(server, 'corrected', 'I live in Oslo');
  const [oslo] = await factsOf('corrected');
  await judge('correctFact', { factId: oslo!.id, value: 'Lives in Oslo, Norway' });
  await say(server, 'corrected', 'I live in Oslo');
  expect((await factsOf('corrected')).map(({ value }) => value)).toEqual(['Lives in Oslo, Norway']);
  await say(server, 'corrected', 'I live in Rome');
  expect((await factsOf('corrected')).map(({ value }) => value)).toEqual(['Lives in Rome']);
});

test('words that another call rewrites teach anew, and the old proof keeps the words that it was', async () => {
  await say(server, 'rewritten', 'I live in Oslo', { session_id: 'rewritten' });
  await server.post('/webhook/conversation', {
    id: 'rewritten',
    user_message: 'I live in Rome and I love tea',
  });
  const facts = await factsOf('rewritten');
  expect(facts.map(({ key, value }) => [key, value])).toEqual(
    expect.arrayContaining([
      ['home', 'Lives in Rome'],
      ['interest_tea', 'Shows strong interest in tea'],
    ]),
  );
  const home = facts.find(({ key }) => key === 'home')!;
  expect(home.evidence[0]!.quote).toContain('Rome');
  expect(home.history.map(({ value }) => value)).toEqual(['Lives in Oslo']);
});

test('a moment in the future makes no fact last longer than what is said later', async () => {
  await say(server, 'ahead', 'I live in Oslo', { metadata: { timestamp: '9999-01-01T00:00:00Z' } });
  await say(server, 'ahead', 'I live in Rome');
  expect((await factsOf('ahead')).map(({ value }) => value)).toEqual(['Lives in Rome']);
});

test('a fact id that no fact can have is nobody’s', async () => {
  const factId = Buffer.from('Fact:99999999999999999999').toString('base64');
  expect(await judge('confirmFact', { factId })).toMatchObject({ __typename: 'NotFoundError' });
});

test('a fact that is forgotten is gone from the log and from remembered answers; the words that were said stay', async () => {
  const key = { 'idempotency-key': 'forgettable' };
  await server.post(MESSAGE, { user_id: 'forgetful', message: 'I love axolotls and tea' }, key);
  const before = await tablesOf('interest_axolotl');
  expect(before).toEqual(['events', 'facts', 'receipts']);
  const fact = (await factsOf('forgetful')).find(({ key: name }) => name.startsWith('interest_axolotl'))!;
  await judge('forgetFact', { factId: fact.id });
  expect(await tablesOf('interest_axolotl')).toEqual([]);
  expect(await tablesOf('strong interest in axolotl')).toEqual([]);
  expect(await tablesOf('I love axolotls and tea')).toContain('messages');
  expect((await factsOf('forgetful')).map(({ key: name }) => name)).toEqual(['interest_tea']);
  // Said again it is learned again, as something new.
  await say(server, 'forgetful', 'I love axolotls');
  expect(await factsOf('forgetful')).toHaveLength(2);
});

test('the text for a prompt names the surest facts first and stays short', async () => {
  expect(await contextOf('nobody')).toBeUndefined();
  await say(server, 'prompted', 'hello');
  expect(await contextOf('prompted')).toBe('');
  await say(server, 'prompted', 'I like tea');
  for (let again = 0; again < 4; again += 1) await say(server, 'prompted', 'I love chess');
  const lines = (await contextOf('prompted'))!.split('\n');
  expect(lines.slice(0, 3)).toEqual([
    'What is known about the user, most certain first:',
    '- User shows strong interest in chess (high confidence)',
    '- User shows interest in tea (medium confidence)',
  ]);
  for (let count = 0; count < 60; count += 1) {
    await say(server, 'prompted', `I like ${'abcdefghijklmnopqrstuvwxyz'.slice(0, 8 + (count % 18))}ing`);
  }
  expect((await contextOf('prompted'))!.length).toBeLessThanOrEqual(1500);
});

async function contextOf(user: string): Promise<string | undefined> {
  const query = 'query ($user: String!) { endUser(externalId: $user) { personalizationContext } }';
  const { endUser } = await server.graphql<{ endUser: { personalizationContext: string } | null }>(query, {
    user,
  });
  return endUser?.personalizationContext;
}

test('people are found by a part of their id, the last seen first', async () => {
  for (const user of ['Find-A', 'find-b', 'other']) await say(server, user, 'hello');
  const query = '{ endUsers(search: "FIND") { nodes { externalId } } }';
  const { endUsers } = await server.graphql<{ endUsers: { nodes: { externalId: string }[] } }>(query);
  expect(endUsers.nodes.map(({ externalId }) => externalId)).toEqual(['find-b', 'Find-A']);
});

describe('a state subscription', () => {
  test('gives a person at once and after each change, the last state at the latest', async () => {
    const states = new Queue<{ messages: number; facts: number } | null>();
    const client = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    client.subscribe<{ endUser: { insights: { messageCount: number; facts: unknown[] } } | null }>(
      {
        query: 'subscription { endUser(externalId: "followed") { insights { messageCount facts { key } } } }',
      },
      {
        next: ({ data }) => {
          const told = data?.endUser?.insights;
          states.push(told ? { messages: told.messageCount, facts: told.facts.length } : null);
        },
        error: () => undefined,
        complete: () => undefined,
      },
    );
    expect(await states.next()).toBeNull();
    await say(server, 'followed', 'I like tea');
    expect(await states.next()).toEqual({ messages: 1, facts: 1 });
    for (const words of ['I like chess', 'hello', 'bye']) await say(server, 'followed', words);
    let last = await states.next();
    while (last?.messages !== 4) last = await states.next();
    expect(last).toEqual({ messages: 4, facts: 2 });
    await client.dispose();
  });
});

test('whoever follows the feed hears what a message taught', async () => {
  await using viewer = follow(server.url);
  await viewer.next();
  await say(server, 'heard', 'I like tea');
  const kinds = [];
  for (let event = 0; event < 2; event += 1) kinds.push((await viewer.event()).__typename);
  expect(kinds).toEqual(['EndUserAdded', 'MessagesLogged']);
});

describe('forgetting a person', () => {
  const secret = 'zebrafinch';

  test('erases every word of theirs in every table and in the log, and keeps the counts', async () => {
    const key = { 'idempotency-key': 'remembered' };
    const body = {
      user_id: 'gone',
      message: `I love ${secret} music`,
      response: `${secret} is fine`,
      metadata: { note: secret, timestamp: '2025-01-01T12:00:00Z' },
    };
    await server.post(MESSAGE, body, key);
    await say(server, 'stays', `I love ${secret} too`);
    const before = await insights(server, 'gone');
    const mutation = `mutation { forgetEndUser(input: { externalId: "gone" }) {
      ... on EndUserPayload { endUser { externalId facts { key } insights { messageCount averageSentiment } } } } }`;
    expect(await server.graphql(mutation)).toEqual({
      forgetEndUser: {
        endUser: {
          externalId: 'gone',
          facts: [],
          insights: { messageCount: 1, averageSentiment: before.analytics.avg_sentiment },
        },
      },
    });
    const after = await insights(server, 'gone');
    expect(after.analytics).toEqual(before.analytics);
    expect(after.recent_interactions.map(({ content, topics }) => [content, topics])).toEqual([]);
    const shown = (await recent(server)).find(({ id }) => id === 'gone 2025-01-01');
    expect(shown).toMatchObject({ type: 'new_message', user_message: '', polly_response: '' });
    expect(await tablesOf(secret)).toEqual(['conversations', 'events', 'evidence', 'facts', 'messages']);
    // What is left belongs to the one who stays.
    expect((await insights(server, 'stays')).facts).toHaveLength(1);
    // The same call again is still the same call: nothing comes back by it.
    const replay = await server.post(MESSAGE, body, key);
    expect(replay.headers.get('idempotent-replayed')).toBe('true');
    expect((await insights(server, 'gone')).facts).toEqual([]);
  });

  test('leaves nothing of theirs when nobody else said it', async () => {
    await server.post(
      MESSAGE,
      { user_id: 'alone', message: 'I love quokka videos' },
      { 'idempotency-key': 'q' },
    );
    expect(await tablesOf('quokka')).toEqual([
      'conversations',
      'events',
      'evidence',
      'facts',
      'messages',
      'receipts',
    ]);
    await server.graphql('mutation { forgetEndUser(input: { externalId: "alone" }) { __typename } }');
    expect(await tablesOf('quokka')).toEqual([]);
    await using viewer = follow(server.url, { after: await cursorAtStart() });
    // The log can still be read from its beginning.
    expect((await viewer.next()).events.length).toBeGreaterThan(0);
  });

  test('erases what was said before anybody knew whose words they were', async () => {
    await server.post('/webhook/conversation', {
      id: 'nameless',
      user_message: 'capybara one',
      polly_response: 'capybara two',
      note: 'capybara three',
    });
    await say(server, 'named', 'hello', { session_id: 'nameless' });
    expect(await tablesOf('capybara')).not.toEqual([]);
    await server.graphql('mutation { forgetEndUser(input: { externalId: "named" }) { __typename } }');
    expect(await tablesOf('capybara')).toEqual([]);
  });

  test('leaves the words of others in a shared session, and takes the replies to the person', async () => {
    await say(server, 'first of two', 'I live in Oslo', { session_id: 'two', response: 'numbat it is' });
    await say(server, 'second of two', 'I love wombats', { session_id: 'two', response: 'wombats are fine' });
    await server.graphql('mutation { forgetEndUser(input: { externalId: "first of two" }) { __typename } }');
    expect(await tablesOf('numbat')).toEqual([]);
    expect(await tablesOf('I live in Oslo')).not.toContain('receipts');
    expect(
      (await insights(server, 'second of two')).recent_interactions.map(({ content }) => content),
    ).toEqual(['I love wombats']);
    expect((await factsOf('second of two')).map(({ key }) => key)).toEqual(['interest_wombats']);
    await server.graphql('mutation { forgetEndUser(input: { externalId: "second of two" }) { __typename } }');
    expect(await tablesOf('wombat')).toEqual([]);
  });

  test('of nobody is refused', async () => {
    const mutation = `mutation { forgetEndUser(input: { externalId: "never seen" }) { __typename ... on Error { message } } }`;
    expect(await server.graphql(mutation)).toMatchObject({ forgetEndUser: { __typename: 'NotFoundError' } });
    expect((await server.get(insightsOf('never seen'))).status).toBe(404);
  });

  async function cursorAtStart(): Promise<string> {
    const { conversations } = await server.graphql<{ conversations: { cursor: string } }>(
      '{ conversations(first: 1) { cursor } }',
    );
    return conversations.cursor.replace(/:\d+$/u, ':0');
  }
});

/** The tables that hold a word anywhere. */
const tablesOf = async (word: string): Promise<string[]> =>
  Object.keys(await tablesWith(server.databaseUrl, word)).toSorted();

test('words of nobody named, in a conversation that is somebody’s, meet what is known of the person', async () => {
  await say(server, 'quiet speaker', 'I live in Oslo', { session_id: 'quiet talk' });
  const mutation = `mutation { logMessages(input: { messages: [
    { conversationId: "quiet talk two", sender: USER, text: "hello", endUserId: "quiet speaker" },
    { conversationId: "quiet talk two", sender: USER, text: "I live in Rome" },
    { conversationId: "quiet talk", sender: USER, text: "I love tea" }
  ] }) { __typename } }`;
  expect(await server.graphql(mutation)).toEqual({ logMessages: { __typename: 'LogMessagesPayload' } });
  expect((await factsOf('quiet speaker')).map(({ value }) => value).toSorted()).toEqual([
    'Lives in Rome',
    'Shows strong interest in tea',
  ]);
});
