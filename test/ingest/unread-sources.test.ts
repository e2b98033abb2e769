import { expect, test } from 'vitest';
import { openDatabase } from '../../server/store/database.ts';
import { openTables } from '../support/dynamo.ts';
import { createDatabase, startServer } from '../support/server.ts';
import { stoppedTime } from '../watch/receiver.ts';
import { details, shortPause, sourcesOf } from './calls.ts';

const LATE = { timeout: 20_000 };
const SECOND = 1000;

test('a source that no server is set up to read any more is off, and goes on where it stood when one is again', async () => {
  await using own = await createDatabase();
  await using tables = await openTables({ hasStreams: true });
  await using database = openDatabase({ connectionString: own.url });
  const checkpoint = async () => (await database.prisma.source.findFirstOrThrow()).checkpoint;
  let kept: unknown;
  {
    await using server = await startServer({ env: tables.env, database: own, pause: shortPause });
    await expect.poll(() => sourcesOf(server), LATE).toMatchObject([{ status: 'FOLLOWING' }]);
    await tables.put('details', details('call'));
    await expect.poll(() => sourcesOf(server), LATE).toMatchObject([{ records: 1 }]);
    await tables.vanish();
    await expect.poll(() => sourcesOf(server), LATE).toMatchObject([{ status: 'WAITING' }]);
    kept = await checkpoint();
  }
  // Its server was killed: until its lease is over it may come back.
  const time = stoppedTime();
  await database.prisma.source.updateMany({ data: { heldUntil: new Date(time.now() + 15 * SECOND) } });
  {
    await using server = await startServer({ database: own, now: time.now, every: time.every });
    time.pass(10 * SECOND);
    expect(await sourcesOf(server)).toMatchObject([{ status: 'WAITING' }]);
    await expect
      .poll(async () => (time.pass(SECOND), sourcesOf(server)), LATE)
      .toMatchObject([{ name: 'dynamodb', status: 'OFF', reason: null }]);
  }
  expect(await checkpoint()).toEqual(kept);
  await tables.comeBack();
  await using server = await startServer({ env: tables.env, database: own, pause: shortPause });
  await expect.poll(() => sourcesOf(server), LATE).toMatchObject([{ status: 'FOLLOWING', records: 1 }]);
});

test('what is off is no matter of readiness', async () => {
  await using own = await createDatabase();
  await using tables = await openTables({ hasStreams: true });
  await using server = await startServer({ env: tables.env, database: own, pause: shortPause });
  await expect.poll(() => sourcesOf(server), LATE).toMatchObject([{ status: 'FOLLOWING' }]);
  await using database = openDatabase({ connectionString: own.url });
  const { projectId, ...row } = await database.prisma.source.findFirstOrThrow();
  const heldUntil = new Date(Date.now() + 3_600_000);
  const gone = { ...row, projectId, checkpoint: {}, name: 'kinesis:old', status: 'OFF', heldUntil } as const;
  await database.prisma.source.create({ data: gone });
  const { sources } = (await (await server.get('/ready')).json()) as { sources: object[] };
  expect(sources).toMatchObject([{ kind: 'dynamodb' }]);
});
