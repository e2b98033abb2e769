import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKey } from '../../server/auth/key.ts';
import { ensureProject } from '../../server/journal/project.ts';
import { openDatabase } from '../../server/store/database.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { silentJournal } from '../support/journal.ts';

const KEY = 'the-key-of-the-environment';
const owner = { authorization: `Bearer ${KEY}` };
let server: TestServer;

beforeAll(async () => {
  server = await startServer({ env: { WEBHOOK_API_KEY: KEY } });
});
afterAll(() => server[Symbol.asyncDispose]());

const LOG = `mutation ($conversationId: String!, $text: String!, $sender: Sender!, $metadata: JSONObject, $endUserId: String) {
  logMessage(input: {conversationId: $conversationId, sender: $sender, text: $text, metadata: $metadata, endUserId: $endUserId}) { __typename } }`;

async function say(
  conversationId: string,
  text: string,
  more: Record<string, unknown> = {},
  headers: Record<string, string> = owner,
): Promise<void> {
  const variables = { conversationId, text, sender: 'USER', ...more };
  const { logMessage } = await server.graphql<{ logMessage: { __typename: string } }>(
    LOG,
    variables,
    headers,
  );
  expect(logMessage.__typename).toBe('LogMessagePayload');
}

type Part = { text: string; isMatch: boolean };
type Found = {
  search: {
    edges: {
      cursor: string;
      node: { message: { text: string }; conversation: { externalId: string }; snippet: Part[] };
    }[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
  };
};
const SEARCH = `query ($query: String!, $filter: ConversationFilter, $first: Int, $after: String, $last: Int, $before: String) {
  search(query: $query, filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { message { text } conversation { externalId } snippet { text isMatch } } }
    pageInfo { hasNextPage hasPreviousPage endCursor } } }`;

const search = async (
  query: string,
  more: Record<string, unknown> = {},
  headers: Record<string, string> = owner,
): Promise<Found['search']> => (await server.graphql<Found>(SEARCH, { query, ...more }, headers)).search;

const texts = async (query: string, more: Record<string, unknown> = {}): Promise<string[]> =>
  (await search(query, more)).edges.map(({ node }) => node.message.text);

/** The words of an excerpt that are marked. */
const marked = async (query: string): Promise<string[]> =>
  (await search(query)).edges.flatMap(({ node }) =>
    node.snippet.filter(({ isMatch }) => isMatch).map(({ text }) => text),
  );

describe('what is found', () => {
  const said = [
    'My order has not arrived, where are my shoes?',
    'The shops were running out of oat milk.',
    'Where is the Café Zürich? I love their Crème brûlée.',
    'Wann öffnen die Läden am Sonntag und gibt es dort Häuser?',
    'Je voudrais savoir quand les magasins ouvriront',
    'Где мои заказы? Я жду доставку.',
    '我想知道商店几点开门，谢谢',
    'お店は何時に開きますか',
    '가게는 몇 시에 여나요',
    'मुझे दुकानों के बारे में बताओ',
    'ร้านเปิดกี่โมง',
    'Mail it to front.desk@example.com, order #A-1234/5.',
    'a<b>&amp; "quoted" \\ back\'slash',
  ];
  beforeAll(async () => {
    for (const [index, text] of said.entries()) await say(`found-${index}`, text);
  });

  test.each([
    ['a word', 'arrived', 0],
    ['a word in another case', 'ORDER shoes', 0],
    ['the beginning of a word', 'arriv', 0],
    ['another form of an English word', 'shop', 1],
    ['another form of an English word, the other way', 'run', 1],
    ['another form of a query', 'runs', 1],
    ['another form of a German word', 'Laden Haus', 3],
    ['another form of a French word', 'magasin ouvrir', 4],
    ['another form of a Russian word', 'заказ доставка', 5],
    ['a word without its accents', 'cafe zurich', 2],
    ['a word with accents that the text lacks', 'ördér', 0],
    ['a piece of Chinese', '商店', 6],
    ['a piece of Chinese inside', '几点开', 6],
    ['a piece of Japanese', '何時', 7],
    ['a piece of Korean', '가게', 8],
    ['another form of a Hindi word', 'दुकान', 9],
    ['a piece of Thai', 'เปิด', 10],
    ['an address', 'front.desk@example.com', 11],
    ['the beginning of an address', 'front.desk@exam', 11],
    ['a number in pieces', 'A-1234', 11],
    ['words in their order', '"running out of oat"', 1],
    ['several things at once', '"oat milk" shop', 1],
  ])('%s', async (_what, query, index) => {
    expect(await texts(query)).toContain(said[index]);
  });

  test.each([
    ['words in another order', '"milk oat"'],
    ['a phrase whose last word is only begun', '"oat mil"'],
    ['a word with a part that must not be there', 'shops -milk'],
    ['signs that do not stand together', '商几'],
    ['the middle of a word', 'rrived'],
    ['an ending of another language', 'runningi'],
  ])('nothing is found by %s', async (_what, query) => {
    expect(await texts(query)).toEqual([]);
  });

  test('what must not be there may be all that is asked', async () => {
    const found = await texts('-order', { first: 100 });
    expect(found).toContain(said[1]);
    expect(found).not.toContain(said[0]);
  });

  test('the language that a sender states is believed', async () => {
    await say('stated', 'casas', { metadata: { language: 'es-MX' } });
    expect(await texts('casa')).toContain('casas');
  });

  test('the excerpt marks what was looked for, other forms and accents too', async () => {
    expect(await marked('run')).toEqual(['running']);
    expect(await marked('cafe')).toEqual(['Café']);
    expect(await marked('"oat milk"')).toEqual(['oat', 'milk']);
    expect(await marked('点开')).toEqual(['点开']);
  });

  test('the excerpt of a long text is the piece around the match, with its signs as they are', async () => {
    await say('long', `${'before '.repeat(200)}<b>needle</b> ${'behind '.repeat(200)}`);
    const [hit] = (await search('needle')).edges;
    const excerpt = hit!.node.snippet.map(({ text }) => text).join('');
    expect(excerpt).toMatch(/^…before .*<b>needle<\/b> behind.*…$/u);
    expect(excerpt.length).toBeLessThan(260);
    expect(hit!.node.snippet.filter(({ isMatch }) => isMatch)).toEqual([{ text: 'needle', isMatch: true }]);
  });

  test('a text of a million different words is stored, and its beginning is found', async () => {
    const words = Array.from({ length: 120_000 }, (_, index) => `w${index.toString(36)}`).join(' ');
    await say('giant', `firstword ${words}`);
    expect((await search('firstword')).edges).toHaveLength(1);
  });
});

describe('hostile queries', () => {
  test.each([
    ['operators', 'order & | ! <-> :* (('],
    ['only an operator and a word', '!order:A*'],
    ['an open quote', '"order'],
    ['SQL', "'; drop table messages; --"],
    ['quotes and backslashes', String.raw`back\'slash`],
    ['marks of the index', "order '1/' 1/0"],
    ['only stop words', 'the and of'],
    ['words of one sign', 'a b c d'],
    ['a wildcard', 'ord* %_ order'],
    ['a right-to-left mark', 'order \u202e'],
  ])('%s are only words', async (_what, query) => {
    const answer = await server.post('/graphql', { query: SEARCH, variables: { query } }, owner);
    expect(answer.status).toBe(200);
    expect(await answer.json()).not.toHaveProperty('errors');
  });

  test.each([
    ['nothing', '', 'query must hold a word to look for.'],
    ['only signs', '!?! "" -', 'query must hold a word to look for.'],
    ['NUL', 'a\0b', 'query must not contain NUL or a lone surrogate.'],
    ['half a sign', 'a\ud800', 'query must not contain NUL or a lone surrogate.'],
    ['10 kB', 'word '.repeat(2000), 'query must have at most 500 characters; it has 10000.'],
    ['too many words', 'a '.repeat(17), 'query must have at most 16 words; it has 17.'],
  ])('%s is refused', async (_what, query, message) => {
    const answer = await server.post('/graphql', { query: SEARCH, variables: { query } }, owner);
    expect(await answer.json()).toMatchObject({
      errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });
});

describe('pages', () => {
  test('pages neither repeat nor lose anything while messages arrive', async () => {
    for (let index = 0; index < 12; index += 1) await say(`paged-${index % 3}`, `pageword number ${index}`);
    const seen: string[] = [];
    let after: string | null = null;
    for (;;) {
      const { edges, pageInfo } = await search('pageword', { first: 5, after });
      seen.push(...edges.map(({ node }) => node.message.text));
      await say('paged-0', `pageword later ${seen.length}`);
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => `pageword number ${11 - index}`));
  });

  test('a page from the end and one in front of a cursor', async () => {
    for (let index = 0; index < 5; index += 1) await say('backwards', `backword ${index}`);
    expect(await texts('backword', { last: 2 })).toEqual(['backword 1', 'backword 0']);
    const { edges } = await search('backword', { first: 4 });
    const inFront = await texts('backword', { last: 2, before: edges[3]!.cursor });
    expect(inFront).toEqual(['backword 3', 'backword 2']);
    const { edges: all } = await search('backword');
    const between = { after: all[1]!.cursor, before: all[3]!.cursor };
    expect(await texts('backword', { ...between, first: 3 })).toEqual(['backword 2']);
    expect(await texts('backword', { ...between, last: 3 })).toEqual(['backword 2']);
  });

  test('what is rare is found far behind what is new, in both directions', async () => {
    const database = openDatabase({ connectionString: server.databaseUrl });
    const fill = (from: number, to: number) => database.prisma.$executeRaw`
      insert into messages (project_id, id, conversation_id, sender, text, at, metadata)
      select 1, id, (select id from conversations where project_id = 1 and external_id = 'backwards'), 'BOT',
        case when id % 50000 = 0 then 'farword' || id else 'other' end, now(), '{}'
      from generate_series(${from}::int, ${to}::int) as id`;
    // Ids of many magnitudes, without a million rows between them.
    for (const around of [50_000, 100_000, 200_000, 350_000, 600_000]) await fill(around - 2, around + 2);
    await database.prisma.$executeRaw`update projects set last_message = 600010 where id = 1`;
    const all = [600_000, 350_000, 200_000, 100_000, 50_000].map((id) => `farword${id}`);
    expect(await texts('farword')).toEqual(all);
    expect(await texts('farword', { last: 3 })).toEqual(all.slice(-3));
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const { edges, pageInfo } = await search('farword', { first: 1, after });
      seen.push(...edges.map(({ node }) => node.message.text));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(seen).toEqual(all);
    await database[Symbol.asyncDispose]();
  });
});

test("words of another project are never found, nor can anybody's words reach into one", async () => {
  const database = openDatabase({ connectionString: server.databaseUrl });
  const journal = silentJournal(database);
  const { key, id, hash } = createKey();
  const projectId = await ensureProject(database.prisma, 'strangers');
  await journal.write(projectId, [
    { kind: 'createKey', key: { id, name: 'test', hash, scopes: ['ingest', 'read'] } },
  ]);
  const stranger = { authorization: `Bearer ${key}` };
  await say('mine', 'secretword of mine');
  await say('theirs', 'secretword of theirs', {}, stranger);
  const found = await search('secretword', {}, stranger);
  expect(found.edges.map(({ node }) => node.message.text)).toEqual(['secretword of theirs']);
  expect(await texts('secretword')).toEqual(['secretword of mine']);
  expect((await search('-theirs', {}, stranger)).edges).toEqual([]);
  await database[Symbol.asyncDispose]();
});

test('words of a forgotten person are found no more', async () => {
  await say('forgotten', 'forgetword is my name', { endUserId: 'gone' });
  expect(await texts('forgetword')).toHaveLength(1);
  await server.graphql('mutation { forgetEndUser(input: {externalId: "gone"}) { __typename } }', {}, owner);
  expect(await texts('forgetword')).toEqual([]);
});

test('what a message says now is found, and what it said before is not', async () => {
  const send = (path: string, body: object) => server.post(path, body, owner);
  await send('/webhook/user-message', { id: 'changed', message: 'earlyword' });
  await send('/webhook/conversation', { id: 'changed', user_message: 'lateword', polly_response: 'ok' });
  expect(await texts('earlyword')).toEqual([]);
  expect(await texts('lateword')).toEqual(['lateword']);
});

test('a search looks only into the conversations of its filter', async () => {
  await say('narrow-1', 'narrowword one', { metadata: { plan: 'pro' } });
  await say('narrow-2', 'narrowword two');
  const plan = { filter: { metadata: [{ key: 'plan', value: 'pro' }] } };
  expect(await texts('narrowword', plan)).toEqual(['narrowword one']);
  expect(await texts('narrowword', { filter: { status: 'ACTIVE' } })).toHaveLength(2);
  expect(await texts('narrowword', { filter: { status: 'CLOSED' } })).toEqual([]);
});
