import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbedded } from '../server/store/embedded.ts';

/** One PostgreSQL for all contestants, with the settings that Earshot gives the bundled one. */
export type Postgres = AsyncDisposable & {
  version: string;
  /** Makes a database and gives its address. */
  createDatabase(name: string): Promise<string>;
  /** One number from a query. */
  count(databaseUrl: string, query: string): Promise<number>;
  /** Writes everything out, so that no round pays for the one before it. */
  checkpoint(): Promise<void>;
  /** CPU time of all its processes so far in µs; 0 where there is no /proc. */
  cpu(): number;
  /** How long a lone commit takes, in ms. */
  commitTime(): Promise<number>;
};

/** Starts PostgreSQL in a folder that is gone afterwards. */
export async function startPostgres(): Promise<Postgres> {
  const dataDir = mkdtempSync(join(tmpdir(), 'earshot-bench-'));
  // As root PostgreSQL runs as another user, who must be able to enter.
  chmodSync(dataDir, 0o755);
  const embedded = await startEmbedded({ dataDir, mode: 'own', log: () => undefined });
  const { host, port, user } = embedded.connection;
  const admin = new pg.Client({ ...embedded.connection, database: 'postgres' });
  await admin.connect();
  const { rows } = await admin.query<{ server_version: string }>('show server_version');
  const postmaster = Number(readFileSync(join(dataDir, 'pg', 'postmaster.pid'), 'utf8').split('\n')[0]);
  return {
    version: rows[0]!.server_version,
    async createDatabase(name) {
      await admin.query(`create database ${name}`);
      return `postgresql://${user}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`;
    },
    async count(connectionString, query) {
      const client = new pg.Client({ connectionString });
      await client.connect();
      try {
        const result = await client.query<{ count: string }>(query);
        return Number(result.rows[0]!.count);
      } finally {
        await client.end();
      }
    },
    async checkpoint() {
      await admin.query('checkpoint');
    },
    cpu: () => cpuOfFamily(postmaster),
    async commitTime() {
      const times: number[] = [];
      await admin.query('create table if not exists commits (at timestamptz)');
      for (let round = 0; round < 50; round += 1) {
        const start = performance.now();
        await admin.query('insert into commits values (now())');
        times.push(performance.now() - start);
      }
      return times.toSorted((a, b) => a - b)[25]!;
    },
    async [Symbol.asyncDispose]() {
      await admin.end();
      await embedded[Symbol.asyncDispose]();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** One tick of /proc/<pid>/stat, in µs. */
const TICK = 10_000;

/** A process and its children, those that have ended included. */
function cpuOfFamily(parent: number): number {
  if (!existsSync('/proc')) return 0;
  let ticks = 0;
  for (const entry of readdirSync('/proc')) {
    const fields = /^\d+$/u.test(entry) ? statOf(entry) : null;
    if (fields === null) continue;
    const [ppid, user, system, endedUser, endedSystem] = [1, 11, 12, 13, 14].map((it) => Number(fields[it]));
    if (Number(entry) === parent) ticks += user! + system! + endedUser! + endedSystem!;
    else if (ppid === parent) ticks += user! + system!;
  }
  return ticks * TICK;
}

/** The fields after the name of the program; null when the process is gone. */
function statOf(pid: string): string[] | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return line.slice(line.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
