import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey } from '../../server/auth/key.ts';
import { ensureProject } from '../../server/journal/project.ts';
import { openDatabase, type Database } from '../../server/store/database.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { silentJournal } from '../support/journal.ts';

// More messages than are looked through one by one, most words of which are frequent.

const KEY = 'the-key-of-the-environment';
const owner = { authorization: `Bearer ${KEY}` };
const LAST = 9000;
let server: TestServer;
let database: Database;
let stranger: typeof owner;
let other: number;

beforeAll(async () => {
  server = await startServer({ env: { WEBHOOK_API_KEY: KEY } });
  database = openDatabase({ connectionString: server.databaseUrl });
  const journal = silentJournal(database);
  const { key, id, hash } = createKey();
  other = await ensureProject(database.prisma, 'strangers');
  await journal.write(other, [
    { kind: 'createKey', key: { id, name: 'test', hash, scopes: ['ingest', 'read'] } },
  ]);
  stranger = { authorization: `Bearer ${key}` };
  for (const [projectId, headers] of [[1, owner] as const, [other, stranger] as const]) {
    const said = '{conversationId: "first", sender: USER, text: "hm"}';
    await server.graphql(`mutation { logMessage(input: ${said}) { __typename } }`, {}, headers);
    await fill(projectId, 2, LAST);
  }
  await database.prisma.$executeRaw`analyze messages`;
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** Every message has frequent words; a few have a rare one, and one of these lacks a frequent one. */
const fill = (projectId: number, from: number, to: number) =>
  database.prisma.$transaction([
    database.prisma.$executeRaw`
    insert into messages (project_id, id, conversation_id, sender, text, at, metadata, language)
    select ${projectId}, id, 1, 'BOT', case when id = 2000 then 'plain ' else 'ordered ' end || 'number ' || id
      || case when id % 1000 = 0 then ' rareword' else '' end
      || case when id % 100 = 0 then ' oat milk' when id = 2001 then ' milk oat' else '' end, now(), '{}', 'en'
    from generate_series(${from}::int, ${to}::int) as id`,
    database.prisma.$executeRaw`update projects set last_message = ${to} where id = ${projectId}`,
  ]);

type Found = { search: { edges: { cursor: string; node: { message: { text: string } } }[] } };
const SEARCH = `query ($query: String!, $first: Int, $after: String, $last: Int, $before: String) {
  search(query: $query, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { message { text } } } } }`;

const edges = async (query: string, more: object = {}, headers = owner): Promise<Found['search']['edges']> =>
  (await server.graphql<Found>(SEARCH, { query, ...more }, headers)).search.edges;

/** The numbers of the messages that are found. */
const numbers = async (query: string, more: object = {}, headers = owner): Promise<number[]> =>
  (await edges(query, more, headers)).map(({ node }) => Number(/\d+/u.exec(node.message.text)![0]));

const thousands = [9000, 8000, 7000, 6000, 5000, 4000, 3000, 2000, 1000];

test.each([
  ['a rare word', 'rareword', thousands],
  ['a rare word with one that most have', 'rareword ordered', thousands.filter((it) => it !== 2000)],
  ['another form of the frequent one', 'orders rareword', thousands.filter((it) => it !== 2000)],
  ['several frequent words', 'ordered number rareword', thousands.filter((it) => it !== 2000)],
  ['a rare word without a frequent one', 'rareword -ordered', [2000]],
  ['a phrase whose words are more frequent', '"milk oat"', [2001]],
  ['a phrase with a frequent word', '"milk oat" ordered', [2001]],
  ['a phrase that is nowhere', '"milk number"', []],
  ['no such word beside frequent ones', 'ordered number nosuchword', []],
  ['the lack of a frequent word', '-ordered -hm', [2000]],
])('what is found by %s', async (_what, query, expected) => {
  expect(await numbers(query, { first: 100 })).toEqual(expected);
});

test.each([['rareword ordered'], ['"oat milk" number']])('%s is paged in both directions', async (query) => {
  const all = await edges(query, { first: 100 });
  const ids = await numbers(query, { first: 100 });
  expect(ids).toEqual(ids.toSorted((a, b) => b - a));
  expect(await numbers(query, { last: 3 })).toEqual(ids.slice(-3));
  for (const at of [1, 4, 6]) {
    const { cursor } = all[at]!;
    expect(await numbers(query, { after: cursor, first: 2 })).toEqual(ids.slice(at + 1, at + 3));
    expect(await numbers(query, { before: cursor, last: 1 })).toEqual(ids.slice(at - 1, at));
  }
});

test('far behind what is new, nothing is found of another project', async () => {
  // Ids of many magnitudes, so that the index is asked for more than what is near.
  for (const projectId of [1, other]) {
    for (const around of [300_000, 600_000]) await fill(projectId, around - 1, around);
  }
  await database.prisma
    .$executeRaw`update messages set text = 'rareword mine' where project_id = 1 and id = 300000`;
  // Most texts seem to be of the first project, and half of them are of the second.
  expect(await edges('rareword', { first: 100 })).toHaveLength(11);
  expect(await edges('rareword', { first: 100 }, stranger)).toHaveLength(11);
  expect(await edges('rareword mine')).toHaveLength(1);
  expect(await edges('mine', {}, stranger)).toEqual([]);
});
