import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { type Prisma, PrismaClient } from '../../generated/prisma/client.ts';

export type { PrismaClient } from '../../generated/prisma/client.ts';
/** What a transaction offers. */
export type Transaction = Prisma.TransactionClient;

/** A pool of connections to a database whose migrations are done. */
export type Database = AsyncDisposable & {
  readonly prisma: PrismaClient;
  /** Resolves when the database answers; rejects within about two seconds when it does not. */
  ping(): Promise<void>;
};

/** Connections of one server process. */
const POOL_SIZE = 12;

/** Opens the database; nothing is connected until the first query. */
export function openDatabase(connection: pg.PoolConfig): Database {
  const pool = new pg.Pool({
    ...connection,
    max: POOL_SIZE,
    connectionTimeoutMillis: 3000,
    // A connection that hangs (a stopped database, a cut network) must not hold its caller for ever.
    query_timeout: 30_000,
    keepAlive: true,
  });
  // Without a listener an idle connection that breaks would end the process; the pool replaces it by itself.
  pool.on('error', () => undefined);
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { statementNameGenerator: nameStatements() }),
  });
  return {
    prisma,
    async ping() {
      const client = new pg.Client({ ...connection, connectionTimeoutMillis: 1500, query_timeout: 1500 });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.query('select 1');
      } finally {
        await client.end().catch(() => undefined);
      }
    },
    async [Symbol.asyncDispose]() {
      await prisma.$disconnect();
      await pool.end().catch(() => undefined);
    },
  };
}

/** Statements that are planned once a connection instead of at every call; more would only cost memory. */
const NAMED_STATEMENTS = 200;

/** Names statements by their text. Planning the journal's two would cost more than running them. */
function nameStatements(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const name = names.get(sql) ?? (names.size < NAMED_STATEMENTS ? `s${names.size + 1}` : '');
    if (name !== '') names.set(sql, name);
    return name;
  };
}
