import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createKey } from '../../server/auth/key.ts';
import { ensureProject } from '../../server/journal/project.ts';
import type { Journal } from '../../server/journal/write.ts';
import { openDatabase, type Database } from '../../server/store/database.ts';
import { aSegment } from '../support/calls.ts';
import { silentJournal } from '../support/journal.ts';
import { startServer, type TestServer } from '../support/server.ts';

const KEY = 'the-key-of-the-environment';
const owner = { authorization: `Bearer ${KEY}` };
let server: TestServer;
let database: Database;
let journal: Journal;
beforeAll(async () => {
  server = await startServer({ env: { WEBHOOK_API_KEY: KEY } });
  database = openDatabase({ connectionString: server.databaseUrl });
  journal = silentJournal(database);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** Each test has a word of its own. */
let word = '';
let tests = 0;
beforeEach(() => {
  tests += 1;
  word = `spoken${'abcdefghijklmnopqrstuvwxyz'[tests]}`;
});

const hear = (call: string, segmentId: string, text: string, more: object = {}, projectId = 1) =>
  journal.write(projectId, [aSegment({ conversationId: `${word}-${call}`, segmentId, text, ...more })]);
const write = (conversation: string, text: string, more: object = {}) =>
  journal.write(1, [
    {
      kind: 'logMessage',
      conversationId: `${word}-${conversation}`,
      sender: 'USER',
      text,
      origin: 'test',
      facts: {},
      metadata: {},
      ...more,
    },
  ]);

type Hit = {
  message: { text: string } | null;
  segment: { segmentId: string; text: string; speaker: string; startMs: number } | null;
  conversation: { externalId: string };
  snippet: { text: string; isMatch: boolean }[];
};
type Found = {
  search: { nodes: Hit[]; pageInfo: { hasNextPage: boolean; startCursor: string; endCursor: string } };
};
const SEARCH = `query ($query: String!, $filter: ConversationFilter, $first: Int, $after: String, $last: Int, $before: String) {
  search(query: $query, filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    nodes { message { text } segment { segmentId text speaker startMs } conversation { externalId } snippet { text isMatch } }
    pageInfo { hasNextPage startCursor endCursor } } }`;
const search = async (
  query: string,
  more: Record<string, unknown> = {},
  headers: Record<string, string> = owner,
): Promise<Found['search']> => (await server.graphql<Found>(SEARCH, { query, ...more }, headers)).search;
const texts = async (query: string, more: Record<string, unknown> = {}): Promise<(string | undefined)[]> =>
  (await search(query, more)).nodes.map(({ message, segment }) => (message ?? segment)?.text);
const exported = async (parameters: string): Promise<string> =>
  (await server.get(`/export/conversations?${parameters}`, owner)).text();

test('what was said on calls is found beside what was written, in the order of arrival', async () => {
  await write('chat', `${word} first`);
  await hear('call', 's1', `The refunds of ${word} second`, {
    speaker: 'AGENT',
    startMs: 65_000,
    endMs: 66_000,
  });
  await write('chat', `${word} third`);
  await hear('call', 's2', `${word} fourth`);
  expect(await texts(word)).toEqual([
    `${word} fourth`,
    `${word} third`,
    `The refunds of ${word} second`,
    `${word} first`,
  ]);
  const [hit] = (await search(`refund ${word}`)).nodes;
  expect(hit).toEqual({
    message: null,
    segment: { segmentId: 's1', text: `The refunds of ${word} second`, speaker: 'AGENT', startMs: 65_000 },
    conversation: { externalId: `${word}-call` },
    snippet: [
      { text: 'The ', isMatch: false },
      { text: 'refunds', isMatch: true },
      { text: ' of ', isMatch: false },
      { text: word, isMatch: true },
      { text: ' second', isMatch: false },
    ],
  });
  expect(await texts(word, { filter: { channel: 'CALL' } })).toEqual([
    `${word} fourth`,
    `The refunds of ${word} second`,
  ]);
  expect(await texts(word, { filter: { channel: 'CHAT' }, last: 1 })).toEqual([`${word} first`]);
});

test('what may still change is not found, and what was corrected is found as it is now', async () => {
  await hear('call', 's1', `${word} earlyword`, { isPartial: true });
  expect(await texts(word)).toEqual([]);
  await hear('call', 's1', `${word} wrongword`);
  await hear('call', 's1', `${word} rightword`);
  expect(await texts(`${word} wrongword`)).toEqual([]);
  expect(await texts(word)).toEqual([`${word} rightword`]);
});

test('pages neither repeat nor lose anything while finals arrive and are corrected', async () => {
  for (let index = 0; index < 12; index += 1) {
    if (index % 2 === 0) await write('chat', `${word} ${index}`);
    else
      await hear('call', `s${index}`, `${word} ${index}`, {
        startMs: index * 1000,
        endMs: index * 1000 + 500,
      });
  }
  const seen: (string | undefined)[] = [];
  for (let after: string | null = null; ;) {
    const { nodes, pageInfo }: Found['search'] = await search(word, { first: 5, after });
    seen.push(...nodes.map(({ message, segment }) => message?.text ?? segment?.segmentId));
    // One that was given, one that is still to come, and a new one.
    for (const late of ['s11', 's1', `later${seen.length}`])
      await hear('call', late, `${word} corrected ${seen.length}`);
    await write('chat', `${word} later`);
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
  }
  expect(seen).toEqual(
    Array.from({ length: 12 }, (_, index) => 11 - index).map((index) =>
      index % 2 === 0 ? `${word} ${index}` : `s${index}`,
    ),
  );
});

test('what was said on a call of another project is never found', async () => {
  const { key, id, hash } = createKey();
  const other = await ensureProject(database.prisma, 'strangers');
  await journal.write(other, [{ kind: 'createKey', key: { id, name: 'test', hash, scopes: ['read'] } }]);
  await hear('call', 's1', `${word} mine`);
  await hear('call', 's1', `${word} theirs`, {}, other);
  const found = await search(word, {}, { authorization: `Bearer ${key}` });
  expect(found.nodes.map(({ segment }) => segment?.text)).toEqual([`${word} theirs`]);
  expect(await texts(word)).toEqual([`${word} mine`]);
});

test('what was said on a purged call, or by who was forgotten, is found and exported no more', async () => {
  await hear('purged', 's1', `${word} purged`);
  await write('forgotten', 'My number', { endUserId: `${word}-person`, channel: 'CALL' });
  await hear('forgotten', 's1', `${word} forgotten`);
  expect(await texts(word)).toHaveLength(2);
  await journal.write(1, [{ kind: 'purgeConversation', conversationId: `${word}-purged` }]);
  expect(await texts(word)).toEqual([`${word} forgotten`]);
  await journal.write(1, [{ kind: 'forgetEndUser', endUserId: `${word}-person` }]);
  expect(await texts(word)).toEqual([]);
  // Neither by what is not in it.
  expect((await search('-nowhere', { filter: { channel: 'CALL' }, first: 100 })).nodes).not.toContainEqual(
    expect.objectContaining({ conversation: { externalId: `${word}-purged` } }),
  );
  expect(await exported(`query=${word}`)).toBe('');
});

test('an export holds the finals of calls by where they begin, with a query those that have it', async () => {
  await hear('call', 's2', `${word} needle`, { startMs: 5000, endMs: 6000 });
  await hear('call', 's1', `${word} hay`);
  await hear('call', 's3', `${word} unfinished`, { isPartial: true, startMs: 7000, endMs: 8000 });
  const ids = (text: string): unknown[] =>
    text.split('\n').flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { id: unknown }).id]));
  expect(ids(await exported(`conversation=${word}-call`))).toEqual([`${word}-call`, 's1', 's2']);
  expect(ids(await exported(`query=${word}+needle`))).toEqual([`${word}-call`, 's2']);
  expect(await exported(`query=${word}+needle&format=txt`)).toMatch(
    new RegExp(`^# ${word}-call\n# CALL on .*\n\n\\[0:00:05\\] CUSTOMER: ${word} needle\n\n$`, 'u'),
  );
  expect(await exported(`query=${word}+needle&format=csv`)).toContain(
    `${word} needle,0,,{},s2,5000,6000\r\n`,
  );
});

test('an export of a long call holds every final once, and its messages', async () => {
  const count = 1203;
  await write('long', `${word} written`, { channel: 'CALL' });
  await journal.write(
    1,
    Array.from({ length: count }, (_, index) =>
      aSegment({
        conversationId: `${word}-long`,
        segmentId: `s${index}`,
        text: `${word} ${index}`,
        startMs: Math.floor(index / 3) * 1000,
        endMs: index * 1000 + 500,
      }),
    ),
  );
  for (const asked of [`conversation=${word}-long`, `query=${word}`]) {
    const lines = (await exported(asked)).trimEnd().split('\n');
    const segments = lines.slice(2).map((line) => (JSON.parse(line) as { id: string }).id);
    expect(lines).toHaveLength(count + 2);
    expect(segments).toEqual(Array.from({ length: count }, (_, index) => `s${index}`));
  }
});
