import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../../generated/prisma/client.ts';
import { createClient } from './client.ts';

export type { PrismaClient } from '../../generated/prisma/client.ts';

/** A statement that each connection plans once, under its name. */
export type Statement = { name: string; text: string; values: unknown[] };

/** A pool of connections to a database whose migrations are done. */
export type Database = AsyncDisposable & {
  readonly prisma: PrismaClient;
  /**
   * Reads, decides and writes in one transaction with two round trips: `opening` goes with the begin, what
   * `decide` makes of its rows with the commit. Rejects when anything fails, and nothing is stored then.
   */
  transact<T>(
    opening: Statement[],
    decide: (rows: unknown[][]) => { closing: Statement[]; result: T },
  ): Promise<T>;
  /** Resolves when the database answers; rejects within about two seconds when it does not. */
  ping(): Promise<void>;
};

/** Connections of one server process: for reads, and for the journal, which commits projects side by side. */
const READERS = 10;
const WRITERS = 4;

/** Opens the database; nothing is connected until the first query. */
export function openDatabase(connection: pg.PoolConfig): Database {
  // oxlint-disable-next-line no-misused-promises -- the pool waits for what is returned; its types do not say so yet
  const pool = openPool({ ...connection, max: READERS, onConnect: walkIndexes });
  // oxlint-disable-next-line no-misused-promises -- as above
  const writers = openPool({ ...connection, max: WRITERS, pipeline: true, onConnect: findByKey });
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { statementNameGenerator: nameStatements() }),
  });
  return {
    prisma,
    transact: (opening, decide) => transact(writers, opening, decide),
    async ping() {
      const client = createClient({ ...connection, connectionTimeoutMillis: 1500, query_timeout: 1500 });
      try {
        await client.connect();
        await client.query('select 1');
      } finally {
        await client.end().catch(() => undefined);
      }
    },
    async [Symbol.asyncDispose]() {
      await prisma.$disconnect();
      await Promise.allSettled([pool.end(), writers.end()]);
    },
  };
}

/** Settings of a connection. Compiling statements (jit) takes longer than any of ours, of which some look dear. */
const configure =
  (settings: Record<string, string>) =>
  (client: pg.ClientBase): Promise<pg.QueryResult> => {
    const all = Object.entries({ ...settings, jit: 'off' });
    const calls = all.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, false)`);
    return client.query(`select ${calls.join(', ')}`, all.flat());
  };

/**
 * Every list lies in the order of an index, and is to be walked along it. A plan for any limit (Prisma sends limits
 * as parameters), or one that knows no statistics of a young table yet, would rather read everything and sort it.
 */
const walkIndexes = configure({ plan_cache_mode: 'force_custom_plan', enable_sort: 'off' });

/**
 * The journal finds rows by their keys. A plan that was made while a table was empty reads it whole instead, and is
 * kept until the statistics change.
 */
const findByKey = configure({ enable_seqscan: 'off' });

function openPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    ...config,
    connectionTimeoutMillis: 3000,
    // A connection that hangs (a stopped database, a cut network) must not hold its caller for ever.
    query_timeout: 30_000,
    keepAlive: true,
  });
  // Without a listener an idle connection that breaks would end the process; the pool replaces it by itself.
  pool.on('error', () => undefined);
  // Nor does the pool listen to one that is in use; its queries fail and say so.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** The journal's statements ask for rows by whole keys, so one plan serves them always; planning costs more than they do. */
const beginText = 'begin; set local plan_cache_mode = force_generic_plan';

/**
 * A plan that was made while tables were small may walk an index that only then was as good as the right one, and is
 * kept until there are statistics, a minute later or more. So a connection plans anew as it has been used twice as
 * often, and later every so many times.
 */
const PLANS_LAST = 1024;
const uses = new WeakMap<pg.ClientBase, number>();

function textToBegin(client: pg.ClientBase): string {
  const count = (uses.get(client) ?? 0) + 1;
  uses.set(client, count);
  const isDue = count % PLANS_LAST === 0 || Number.isInteger(Math.log2(count));
  return isDue ? `discard plans; ${beginText}` : beginText;
}

const transact = async <T>(
  pool: pg.Pool,
  opening: Statement[],
  decide: (rows: unknown[][]) => { closing: Statement[]; result: T },
): Promise<T> => {
  const client = await pool.connect();
  try {
    const [, ...read] = await allOf([
      client.query(textToBegin(client)),
      ...opening.map((it) => client.query(it)),
    ]);
    const { closing, result } = decide(read.map(({ rows }) => rows as unknown[]));
    await allOf([...closing.map((it) => client.query(it)), client.query('commit')]);
    client.release();
    return result;
  } catch (error) {
    // Closing the connection takes back whatever it had begun.
    client.release(true);
    throw error;
  }
};

/** Waits for every query, so that none is left behind, then throws the first failure. */
async function allOf(queries: Promise<pg.QueryResult>[]): Promise<pg.QueryResult[]> {
  await Promise.allSettled(queries);
  return Promise.all(queries);
}

/** Statements that are planned once a connection instead of at every call; more would only cost memory. */
const NAMED_STATEMENTS = 200;

/** Names statements by their text; planning a short one costs more than running it. */
function nameStatements(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const name = names.get(sql) ?? (names.size < NAMED_STATEMENTS ? `s${names.size + 1}` : '');
    if (name !== '') names.set(sql, name);
    return name;
  };
}
