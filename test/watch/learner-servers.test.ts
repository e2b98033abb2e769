import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureProject } from '../../server/journal/project.ts';
import { createLogReader } from '../../server/journal/read.ts';
import { openDatabase } from '../../server/store/database.ts';
import { logMessage } from '../domain/memory.ts';
import { silentJournal } from '../support/journal.ts';
import { head } from '../support/polly.ts';
import { createDatabase } from '../support/server.ts';
import { factsOf, KIDS, openSchool, say, untilLearned, type School } from './school.ts';
import { aLesson, type StandIn } from './stand-in.ts';

let own: Awaited<ReturnType<typeof createDatabase>>;
let school: School;
let model: StandIn;
beforeEach(async () => {
  own = await createDatabase();
  school = await openSchool();
  ({ model } = school);
});
afterEach(async () => {
  await school[Symbol.asyncDispose]();
  await own[Symbol.asyncDispose]();
});

type Position = { seq: number; holder: string };
/** Where the learner stands in the default project. */
async function position(): Promise<Position> {
  await using database = openDatabase({ connectionString: own.url });
  const rows = await database.prisma.$queryRaw<Position[]>`
    select seq::float8 as seq, holder from watchers w join projects p on p.id = project_id
    where p.name = 'default' and w.name = 'learner'`;
  return rows[0]!;
}

const lesson = aLesson('My two kids');

test('a restart goes on where it was: nothing is missed, nothing is repeated', async () => {
  const first = await school.start({ database: own });
  await say(first, KIDS);
  const kids = await model.next();
  await untilLearned(first, () => kids.teach(lesson));
  await say(first, 'nothing to learn');
  (await model.next()).teach();
  await say(first, 'interrupted');
  const hanging = await model.next();
  const begun = Date.now();
  await first[Symbol.asyncDispose]();
  await hanging.gaveUp;
  expect(Date.now() - begun).toBeLessThan(3000);

  const without = await school.start({ database: own, env: {} });
  await say(without, 'said meanwhile');
  await without[Symbol.asyncDispose]();

  const second = await school.start({ database: own });
  const again = await model.next();
  expect(again.text).toBe('interrupted');
  again.teach();
  const meanwhile = await model.next();
  expect(meanwhile.text).toBe('said meanwhile');
  meanwhile.teach();
  await say(second, 'fresh');
  (await model.next()).teach();
  expect(model.asked).toEqual([
    KIDS,
    'nothing to learn',
    'interrupted',
    'interrupted',
    'said meanwhile',
    'fresh',
  ]);
  expect((await factsOf(second)).find(({ key }) => key === 'children')).toMatchObject({ evidenceCount: 1 });
});

test('stopping while it waits for a better time is prompt', async () => {
  const server = await school.start({ database: own });
  await say(server, KIDS);
  (await model.next()).send(500, '');
  await school.clock.next();
  await server[Symbol.asyncDispose]();
  await school.start({ database: own });
  expect((await model.next()).text).toBe(KIDS);
});

test('what was said before anybody wanted a learner is left alone', async () => {
  const without = await school.start({ database: own, env: {} });
  await say(without, 'long ago');
  await without[Symbol.asyncDispose]();
  const server = await school.start({ database: own });
  await say(server, 'now');
  expect((await model.next()).text).toBe('now');
});

test('a project that comes later is followed from its first word, whoever writes it', async () => {
  await school.start({ database: own });
  await using database = openDatabase({ connectionString: own.url });
  const projectId = await ensureProject(database.prisma, 'later');
  await using journal = silentJournal(database);
  for (const text of ['first word', 'second word']) {
    await journal.write(projectId, [logMessage('USER', text, { endUserId: 'user123' })]);
  }
  const first = await model.next();
  expect(first.text).toBe('first word');
  first.teach();
  expect((await model.next()).text).toBe('second word');
});

test('of two servers on one database one learns; the other takes over', async () => {
  const first = await school.start({ database: own });
  const second = await school.start({ database: own });
  const texts = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (const [index, text] of texts.entries()) await say(index % 2 === 0 ? first : second, text);
  for (const text of texts) {
    const asked = await model.next();
    expect(asked.text).toBe(text);
    asked.teach();
  }
  const holding = (await position()).holder;
  await first[Symbol.asyncDispose]();
  await say(second, KIDS);
  const asked = await model.next();
  await untilLearned(second, () => asked.teach(lesson));
  expect(model.asked).toEqual([...texts, KIDS]);
  expect(holding).toMatch(/^[0-9a-f-]{36}$/u);
});

test('a server that overslept its lease repeats nothing', async () => {
  let time = Date.now();
  const now = (): number => time;
  const first = await school.start({ database: own, now });
  await say(first, KIDS);
  const slow = await model.next();
  time += 10 * 60_000;
  const second = await school.start({ database: own, now });
  const quick = await model.next();
  expect(quick.text).toBe(KIDS);
  await untilLearned(second, () => quick.teach(lesson));
  await say(second, 'meanwhile');
  (await model.next()).teach();
  await expect.poll(async () => (await position()).seq).toBe(await head(second));
  // By now the other lease is over too: only where the position stands tells that this answer comes too late.
  time += 10 * 60_000;
  slow.teach(lesson);
  await say(first, 'next');
  (await model.next()).teach();
  await say(second, 'last');
  (await model.next()).teach();
  expect(model.asked).toEqual([KIDS, KIDS, 'meanwhile', 'next', 'last']);
  expect((await factsOf(second)).find(({ key }) => key === 'children')).toMatchObject({ evidenceCount: 1 });
});

test('events without a lesson cost no commit each: the position is stored now and then, without an event', async () => {
  let time = Date.now();
  const looks: (() => void)[] = [];
  const every = (ms: number, look: () => void): (() => void) => {
    if (ms === 1000) looks.push(look);
    return () => undefined;
  };
  const server = await school.start({ database: own, now: () => time, every });
  const look = (): void => looks.forEach((it) => it());
  await say(server, 'hello', null);
  look();
  await say(server, 'hello', null);
  const before = await head(server);
  expect((await position()).seq).toBe(0);
  time += 31_000;
  look();
  await expect.poll(async () => (await position()).seq).toBe(before);
  const query = 'mutation ($input: LogMessagesInput!) { logMessages(input: $input) { __typename } }';
  for (let calls = 0; calls < 6; calls += 1) {
    const messages = Array.from({ length: 1000 }, (_, at) => ({
      conversationId: `many ${calls} ${at}`,
      sender: 'USER',
      text: 'hello',
    }));
    await server.post('/graphql', { query, variables: { input: { messages } } });
  }
  await expect.poll(async () => (await position()).seq).toBeGreaterThanOrEqual(before + 5000);
  await using database = openDatabase({ connectionString: own.url });
  const log = await createLogReader(database.prisma).events(1, 0, 10_000);
  expect(log).toHaveLength(await head(server));
  expect(log.filter(({ kind }) => !/^(?:ConversationStarted|MessagesLogged)$/u.test(kind))).toEqual([]);
  expect(model.asked).toEqual([]);
});
