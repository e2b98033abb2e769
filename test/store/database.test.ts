import { expect, inject, test } from 'vitest';
import { adminOf } from '../support/database.ts';
import { openOwnDatabase } from '../support/open-database.ts';

const database = await openOwnDatabase();

const sleeping = { name: 'sleeping', text: 'select pg_sleep(60)', values: [] };
const one = { name: 'one', text: 'select 1 as one', values: [] };
const decide = (rows: unknown[][]): { closing: []; result: unknown[][] } => ({ closing: [], result: rows });

/** Ends every connection to the database, once one of them sleeps. */
async function breakConnections(): Promise<void> {
  await adminOf(inject('postgres'), async (client) => {
    const asleep = async (): Promise<number | null> =>
      (
        await client.query("select 1 from pg_stat_activity where datname = $1 and wait_event = 'PgSleep'", [
          database.name,
        ])
      ).rowCount;
    await expect.poll(asleep, { timeout: 10_000 }).toBe(1);
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
      database.name,
    ]);
  });
}

test.each([
  ['one', [sleeping]],
  ['several', [sleeping, one, one]],
])(
  'a connection that breaks while %s of its answers are awaited fails them, and nothing else',
  async (_, opening) => {
    const broken = database.transact(opening, decide);
    await Promise.all([expect(broken).rejects.toThrow(/terminat/u), breakConnections()]);
    expect(await database.transact([one], decide)).toEqual([[{ one: 1 }]]);
  },
);

test('no statement is compiled, which would take longer than running it', async () => {
  const setting = "select current_setting('jit') as jit";
  const [written] = await database.transact([{ name: 'jit', text: setting, values: [] }], decide);
  expect(await database.prisma.$queryRawUnsafe(setting)).toEqual([{ jit: 'off' }]);
  expect(written).toEqual([{ jit: 'off' }]);
});
