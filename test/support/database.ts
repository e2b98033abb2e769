import pg from 'pg';

/** Database whose migrations are done; those of tests are copies of it. */
export const TEMPLATE = 'earshot_template';

export type PostgresAddress = { host: string; port: number; user: string };

/** Runs one piece of work as the administrator of the test PostgreSQL. */
export async function adminOf<T>(
  address: PostgresAddress,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ ...address, database: 'postgres' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** An address as DATABASE_URL takes it; the host is a socket directory. */
export function databaseUrl({ host, port, user }: PostgresAddress, database: string): string {
  return `postgresql://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
}
