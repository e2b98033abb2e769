import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../server/store/database.ts';
import { startServer, type TestServer } from '../support/server.ts';

// More conversations than are looked through one by one, and more than are sorted.

const MANY = 12_000;
let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  const database = openDatabase({ connectionString: server.databaseUrl });
  // Each began a minute after the one before it; of those that began long ago some are active again.
  await database.prisma.$executeRaw`
    insert into conversations (project_id, id, external_id, channel, platform, status, messages, exchanges, started_at,
      active_at, active_seq)
    select 1, id, id::text, 'CHAT', case when id % 3000 = 1 then 'kiosk' else 'web' end, 'ACTIVE', 1, 1,
      timestamptz '2026-01-01' + id * interval '1 minute', timestamptz '2026-02-01',
      id + case when id % 500 = 0 then ${MANY} else 0 end
    from generate_series(1, ${MANY}::int) as id`;
  await database.prisma.$executeRaw`
    insert into messages (project_id, id, conversation_id, sender, text, at, metadata)
    select 1, id, id, 'USER', 'hm', now(), case when id % 4000 = 1 then '{"plan": "vip"}' when id <= 5600
      then '{"plan": "old"}' when id % 2 = 0 then '{"plan": "free"}' else '{}' end::jsonb
    from generate_series(1, ${MANY}::int) as id`;
  await database.prisma.$executeRaw`
    update projects set last_conversation = ${MANY}, last_message = ${MANY}, head = ${2 * MANY} where id = 1`;
  await database[Symbol.asyncDispose]();
});
afterAll(() => server[Symbol.asyncDispose]());

type Listed = { conversations: { edges: { cursor: string; node: { externalId: string } }[] } };
const LIST = `query ($filter: ConversationFilter, $first: Int, $after: String, $last: Int, $before: String) {
  conversations(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { externalId } } } }`;
const edges = async (filter: object, range: object): Promise<Listed['conversations']['edges']> =>
  (await server.graphql<Listed>(LIST, { filter, ...range })).conversations.edges;
const list = async (filter: object, range: object): Promise<number[]> =>
  (await edges(filter, range)).map(({ node }) => Number(node.externalId));

const minute = (id: number): string =>
  new Date(Date.parse('2026-01-01T00:00:00Z') + id * 60_000).toISOString();
const plan = (value: string) => ({ metadata: [{ key: 'plan', value }] });
const isOld = (id: number): boolean => id <= 5600 && id % 4000 !== 1;

const all = Array.from({ length: MANY }, (_, index) => index + 1);
const activity = (id: number): number => id + (id % 500 === 0 ? MANY : 0);
const newestFirst = all.toSorted((a, b) => activity(b) - activity(a));

describe.each<[string, object, (id: number) => boolean]>([
  ['that most pass', { platform: 'web' }, (id) => id % 3000 !== 1],
  ['that few pass', { platform: 'kiosk' }, (id) => id % 3000 === 1],
  ['of those that began long ago', { to: minute(1200) }, (id) => id < 1200],
  ['of all but the newest ones', { to: minute(11_000) }, (id) => id < 11_000],
  [
    'of those that began between two moments',
    { from: minute(700), to: minute(2000) },
    (id) => id >= 700 && id < 2000,
  ],
  ['of metadata that many have', plan('free'), (id) => id % 4000 !== 1 && id > 5600 && id % 2 === 0],
  ['of metadata that few have', plan('vip'), (id) => id % 4000 === 1],
  ['of metadata that many had long ago', plan('old'), isOld],
  ['of both', { ...plan('old'), platform: 'kiosk' }, (id) => isOld(id) && id % 3000 === 1],
])('a filter %s', (_what, filter, isMeant) => {
  const expected = newestFirst.filter((id) => isMeant(id));

  test('gives the newest activity first, and from the end', async () => {
    expect(await list(filter, { first: 50 })).toEqual(expected.slice(0, 50));
    expect(await list(filter, { last: 50 })).toEqual(expected.slice(-50));
  });

  test('goes on behind a cursor, and in front of one', async () => {
    const first = await edges(filter, { first: 40 });
    const { cursor } = first.at(-1)!;
    const at = first.length;
    expect(await list(filter, { after: cursor, first: 30 })).toEqual(expected.slice(at, at + 30));
    expect(await list(filter, { before: cursor, last: 10 })).toEqual(
      expected.slice(Math.max(0, at - 11), at - 1),
    );
    expect(await list(filter, { after: first[0]!.cursor, before: cursor, first: 10 })).toEqual(
      expected.slice(1, at - 1).slice(0, 10),
    );
  });
});
