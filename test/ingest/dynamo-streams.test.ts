import { expect, test } from 'vitest';
import { openTables } from '../support/dynamo.ts';
import { startServer } from '../support/server.ts';
import { createDatabase } from '../support/server.ts';
import { check, details, shortPause, sourcesOf, speech } from './calls.ts';

const LATE = { timeout: 30_000 };

test('words in shards that were split come in after those before them', { timeout: 60_000 }, async () => {
  await using tables = await openTables({ hasStreams: true });
  const written = new Map<string, string>();
  // Shards are listed anew when one ends, and after a while.
  let time = Date.now();
  await using server = await startServer({
    env: tables.env,
    pause: shortPause,
    now: () => (time += 100),
  });
  await expect.poll(() => sourcesOf(server), LATE).toMatchObject([{ status: 'FOLLOWING' }]);
  await tables.put('details', details('call'));
  for (let second = 0; second < 9; second += 1) {
    if (second % 3 === 2) tables.streams.split();
    const row = speech('call', 'c', second, `second ${second}`);
    await tables.put('customer', row);
    written.set(String(row['SegmentId']), `second ${second}`);
  }
  await expect.poll(() => check(server.databaseUrl, written), LATE).toEqual({ lost: 0, dup: 0 });
});

test('iterators that grew too old are asked for again', { timeout: 60_000 }, async () => {
  await using tables = await openTables({ hasStreams: true });
  await using server = await startServer({ env: tables.env, pause: shortPause });
  await tables.put('customer', speech('call', 'c', 1, 'before'));
  const written = new Map([['call-c-1', 'before']]);
  await expect.poll(() => check(server.databaseUrl, written), LATE).toEqual({ lost: 0, dup: 0 });
  tables.streams.expire();
  await tables.put('customer', speech('call', 'c', 2, 'after'));
  written.set('call-c-2', 'after');
  await expect.poll(() => check(server.databaseUrl, written), LATE).toEqual({ lost: 0, dup: 0 });
  await expect.poll(() => sourcesOf(server), LATE).toMatchObject([{ status: 'FOLLOWING', reason: null }]);
});

test(
  'what went away from the streams while no server ran is found in the tables',
  { timeout: 60_000 },
  async () => {
    await using own = await createDatabase();
    await using tables = await openTables({ hasStreams: true });
    const start = { env: tables.env, database: own, pause: shortPause };
    const first = await startServer(start);
    await tables.put('details', details('known'));
    await tables.put('customer', speech('known', 'c', 1, 'hello'));
    const written = new Map([['known-c-1', 'hello']]);
    await expect.poll(() => check(own.url, written), LATE).toEqual({ lost: 0, dup: 0 });
    await expect.poll(() => sourcesOf(first), LATE).toMatchObject([{ status: 'FOLLOWING' }]);
    await first[Symbol.asyncDispose]();
    await tables.put('customer', speech('known', 'c', 2, 'goes on'), speech('bare', 'c', 3, 'no details'));
    await tables.put('details', details('unknown'));
    await tables.put('agent', speech('unknown', 'a', 4, 'a new call'));
    tables.streams.trim();
    for (const [id, text] of [
      ['known-c-2', 'goes on'],
      ['bare-c-3', 'no details'],
      ['unknown-a-4', 'a new call'],
    ] as const) {
      written.set(id, text);
    }
    await using second = await startServer(start);
    await expect.poll(() => check(own.url, written), LATE).toEqual({ lost: 0, dup: 0 });
    await expect.poll(() => sourcesOf(second), LATE).toMatchObject([{ status: 'FOLLOWING' }]);
  },
);
