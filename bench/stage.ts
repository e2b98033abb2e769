import { readConfig } from '../server/config.ts';
import { createJournal, type Journal } from '../server/journal/write.ts';
import { Lifetime } from '../server/lifetime.ts';
import { createServer } from '../server/server.ts';
import { openDatabase, type Database } from '../server/store/database.ts';
import { API_KEY, startContestant, type Contestant } from './contestant.ts';
import { endWhenInterrupted } from './ending.ts';
import { startPostgres, type Postgres } from './postgres.ts';

/** A PostgreSQL with an empty, migrated database, and what fills it. */
type Ground = { lifetime: Lifetime; postgres: Postgres; databaseUrl: string };
type Stage = AsyncDisposable & {
  postgres: Postgres;
  /** Where the server answers. */
  url: string;
  database: Database;
  journal: Journal;
};

/** A server of its own for a benchmark, in this process. */
export async function setStage(name: string): Promise<Stage> {
  const ground = await breakGround(name);
  const env = { PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: ground.databaseUrl, RATE_LIMITS: 'off' };
  const { url } = ground.lifetime.use(await createServer(readConfig(env, false)));
  return furnish(ground, url);
}

/** The same with the server in a process of its own, which has to be built first; it is asked with `headers`. */
export async function setStageApart(
  name: string,
): Promise<Stage & { server: Contestant; headers: Record<string, string> }> {
  const ground = await breakGround(name);
  const { databaseUrl, lifetime } = ground;
  const server = lifetime.use(await startContestant({ name: 'Earshot', program: 'earshot', databaseUrl }));
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
  return { ...furnish(ground, `http://127.0.0.1:${server.port}`), server, headers };
}

async function breakGround(name: string): Promise<Ground> {
  const lifetime = new Lifetime();
  endWhenInterrupted(lifetime);
  const postgres = lifetime.use(await startPostgres());
  return { lifetime, postgres, databaseUrl: await postgres.createDatabase(name) };
}

function furnish({ lifetime, postgres, databaseUrl }: Ground, url: string): Stage {
  const database = lifetime.use(openDatabase({ connectionString: databaseUrl }));
  const silent = { publish: () => undefined, report: console.error };
  const journal = lifetime.use(createJournal({ database, now: Date.now, ...silent }));
  const end = (): Promise<void> => lifetime[Symbol.asyncDispose]();
  return { postgres, url, database, journal, [Symbol.asyncDispose]: end };
}

/** How long a server takes to answer a GET with 200, in ms. */
export async function timeGet(address: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(address);
  await response.text();
  if (response.status !== 200) throw new Error(`${address} answered ${response.status}`);
  return performance.now() - start;
}
