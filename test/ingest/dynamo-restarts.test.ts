import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../server/store/database.ts';
import { amazonSecrets, openTables, type TestTables } from '../support/dynamo.ts';
import { startProcess } from '../support/process.ts';
import { createDatabase, startServer } from '../support/server.ts';
import { check, details, followSources, shortPause, sourcesOf, speech } from './calls.ts';

const LATE = { timeout: 60_000 };

/** Writes calls as they are spoken: partial words first, then final ones. What is final is kept in `written`. */
async function speak(
  tables: TestTables,
  written: Map<string, string>,
  calls: string[],
  from: number,
  to: number,
): Promise<void> {
  for (let second = from; second < to; second += 1) {
    for (const call of calls) {
      const side = second % 2 === 0 ? 'customer' : 'agent';
      const text = `${call} says ${second}`;
      const row = speech(call, side, second, text);
      if (second % 3 === 0) await tables.put(side, { ...row, Transcript: '…', IsPartial: true });
      await tables.put(side, row);
      written.set(String(row['SegmentId']), text);
    }
  }
}

const aList = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`);

describe.each([
  { title: 'with streams', hasStreams: true },
  { title: 'without streams', hasStreams: false },
])('a server that reads three tables, $title,', ({ hasStreams }) => {
  test(
    'and is killed again and again while they are read and written, loses and repeats nothing',
    { timeout: 180_000 },
    async () => {
      await using own = await createDatabase();
      await using tables = await openTables({ hasStreams });
      const written = new Map<string, string>();
      const old = aList('old', 150);
      await tables.put('details', ...old.map((call) => details(call)));
      for (const side of ['customer', 'agent'] as const) {
        const rows = old.flatMap((call) =>
          [1, 2, 3, 4].map((second) => speech(call, side, second, `${call} ${side} ${second}`)),
        );
        for (const row of rows) written.set(String(row['SegmentId']), String(row['Transcript']));
        await tables.put(side, ...rows);
      }
      const env = { ...tables.env, PORT: '0', DATABASE_URL: own.url };
      const live = aList('live', 5);
      await tables.put('details', ...live.map((call) => details(call)));
      await using database = openDatabase({ connectionString: own.url });
      // Whoever is killed leaves a lease behind, which would only make the test long.
      const letGo = (): Promise<unknown> =>
        database.prisma.source.updateMany({ data: { heldUntil: new Date(0) } });
      const known = (): Promise<number> => database.prisma.segment.count();
      for (let kill = 0; kill < 3; kill += 1) {
        const server = await startProcess(env);
        const before = await known();
        await speak(tables, written, live, kill * 6, kill * 6 + 6);
        await expect.poll(known, LATE).toBeGreaterThan(before);
        server.child.kill('SIGKILL');
        await server.exited;
        await speak(tables, written, live, 100 + kill * 3, 103 + kill * 3);
        await letGo();
      }
      await using last = await startServer({ env: tables.env, database: own, pause: shortPause });
      await expect.poll(() => check(own.url, written), LATE).toMatchObject({ lost: 0 });
      const { lost, dup } = await check(own.url, written);
      console.log(
        `${written.size} segments, 3 kills ${hasStreams ? 'with' : 'without'} streams: lost=${lost} dup=${dup}`,
      );
      expect({ lost, dup }).toEqual({ lost: 0, dup: 0 });
      await expect.poll(() => sourcesOf(last), LATE).toMatchObject([{ status: 'FOLLOWING', skipped: 0 }]);
    },
  );

  test('says when they are away, tries again, and goes on where it was', { timeout: 60_000 }, async () => {
    await using tables = await openTables({ hasStreams });
    const written = new Map<string, string>();
    await using server = await startServer({ env: tables.env, pause: shortPause });
    await using followed = followSources(server.url);
    await expect.poll(() => sourcesOf(server), LATE).toMatchObject([{ status: 'FOLLOWING' }]);
    await tables.put('details', details('call'));
    await speak(tables, written, ['call'], 0, 4);
    await expect.poll(() => check(server.databaseUrl, written), LATE).toEqual({ lost: 0, dup: 0 });
    await tables.vanish();
    await expect
      .poll(() => sourcesOf(server), LATE)
      .toMatchObject([{ status: 'WAITING', reason: 'It cannot be reached.' }]);
    await expect.poll(() => followed.statuses.at(-1), LATE).toBe('WAITING');
    const ready = await server.get('/ready');
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      {
        status: 'ready',
        sources: [{ kind: 'dynamodb', status: 'waiting', reason: 'It cannot be reached.' }],
      },
    ]);
    await tables.comeBack();
    await speak(tables, written, ['call'], 4, 8);
    await expect.poll(() => check(server.databaseUrl, written), LATE).toEqual({ lost: 0, dup: 0 });
    expect(await (await server.get('/ready')).json()).toMatchObject({ sources: [{ status: 'following' }] });
    await expect.poll(() => followed.statuses.at(-1), LATE).toBe('FOLLOWING');
  });

  test('shares them with another one: one reads, the other takes over', { timeout: 90_000 }, async () => {
    await using own = await createDatabase();
    await using tables = await openTables({ hasStreams });
    const written = new Map<string, string>();
    await tables.put('details', details('call'));
    const start = { env: tables.env, database: own, pause: shortPause };
    const first = await startServer(start);
    await using second = await startServer(start);
    await using database = openDatabase({ connectionString: own.url });
    const holder = async (): Promise<string | undefined> =>
      (await database.prisma.source.findFirst())?.holder;
    await speak(tables, written, ['call'], 0, 6);
    await expect.poll(() => check(own.url, written), LATE).toEqual({ lost: 0, dup: 0 });
    const before = await holder();
    await first[Symbol.asyncDispose]();
    await speak(tables, written, ['call'], 6, 12);
    await expect.poll(() => check(own.url, written), LATE).toEqual({ lost: 0, dup: 0 });
    await expect.poll(() => sourcesOf(second), LATE).toMatchObject([{ status: 'FOLLOWING' }]);
    expect(before).toBeDefined();
  });

  test(
    'shows its credentials nowhere: not in the log, not in the database',
    { timeout: 60_000 },
    async () => {
      await using own = await createDatabase();
      await using tables = await openTables({ hasStreams });
      await tables.put('details', details('call'));
      await tables.put('customer', speech('call', 'c', 1, 'hello'));
      const env = { ...tables.env, PORT: '0', DATABASE_URL: own.url, LOG_LEVEL: 'debug' };
      const server = await startProcess(env);
      await using database = openDatabase({ connectionString: own.url });
      await expect.poll(() => database.prisma.segment.count(), LATE).toBe(1);
      await tables.vanish();
      const waiting = async (): Promise<unknown> => (await database.prisma.source.findFirst())?.status;
      await expect.poll(waiting, LATE).toBe('WAITING');
      server.child.kill('SIGTERM');
      expect(await server.exited).toBe(0);
      await tables.comeBack();
      const names = await database.prisma.$queryRaw<{ name: string }[]>`
      select table_name as name from information_schema.tables where table_schema = 'public'`;
      const dumps = await Promise.all(
        names.map(({ name }) =>
          database.prisma.$queryRawUnsafe(
            `select coalesce(json_agg(r), '[]')::text as dump from "${name}" r`,
          ),
        ),
      );
      const everything = server.output() + JSON.stringify(dumps);
      expect(everything).toContain('call');
      expect(server.output()).toContain('cannot be read');
      for (const secret of Object.values(amazonSecrets)) expect(everything).not.toContain(secret.slice(3));
    },
  );
});
