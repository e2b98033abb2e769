import { execFile, spawn } from 'node:child_process';
import { copyFile, open, readFile, readlink, realpath, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Client, QueryResultRow } from 'pg';
import { createClient } from './client.ts';
import { DATABASE_USER, readable, spawnOptions, type Cluster } from './cluster.ts';
import { EmbeddedDatabaseError } from './embedded-error.ts';

/** A PostgreSQL that answers, and whether this call started it. */
export type Postmaster = {
  readonly pid: number;
  readonly host: string;
  readonly port: number;
  readonly started: boolean;
};

/** How a wait may end early, and whether it keeps the process alive. */
export type Waiting = { readonly signal?: AbortSignal | undefined; readonly ref: boolean };

/** A connection to the maintenance database that tells when it is lost. */
export type Session = { readonly client: Client; readonly lost: Promise<void> };

const run = promisify(execFile);
const START_LIMIT = 30_000;
const LOG_LIMIT = 5 * 1024 * 1024;

/** Given on the command line, so that neither an old cluster nor a stray ALTER SYSTEM can weaken them. */
const SETTINGS: Record<string, string> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '60',
  shared_buffers: '128MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  min_wal_size: '80MB',
  max_wal_size: '512MB',
  checkpoint_timeout: '15min',
  log_checkpoints: 'off',
  // Statements carry what people said; they do not belong into a log.
  log_min_error_statement: 'panic',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** These pass by themselves: another starter's postmaster, or orphaned backends of a killed one. */
const PASSING =
  /lock file ".*" (already exists|is empty)|pre-existing shared memory block|Address already in use/;

/** Finds the running PostgreSQL of the cluster, or starts one, and returns when it answers. */
export async function bringUp(cluster: Cluster, waiting: Waiting): Promise<Postmaster> {
  let deadline = Date.now() + START_LIMIT;
  let launched: Launch | undefined;
  try {
    for (let pause = 10; ; pause = Math.min(pause * 1.5, 200)) {
      waiting.signal?.throwIfAborted();
      const state = await probe(cluster);
      if (typeof state === 'object') return { ...state, started: launched?.pid === state.pid };
      // Replaying a long log after a crash is progress, not a hang.
      if (state === 'recovering') deadline = Date.now() + START_LIMIT;
      const end = launched?.end;
      if (end?.error) throw readable(end.error, cluster.dataDir);
      if (end && !end.passing) throw startFailure(cluster, end.log);
      if (Date.now() > deadline) throw startFailure(cluster, (await launched?.log()) ?? '');
      if (state === 'absent' && (!launched || end)) {
        launched = await launch(cluster);
        pause = end ? 200 : 10;
      }
      await sleep(pause, undefined, { ref: waiting.ref });
    }
  } catch (error) {
    if (launched && !launched.end) await shutDown(cluster, launched.pid);
    throw error;
  }
}

/** Opens a session; it never keeps the process alive by itself. */
export async function openSession(cluster: Cluster, at: { host: string; port: number }): Promise<Session> {
  const client = createClient({
    host: at.host,
    port: at.port,
    user: DATABASE_USER,
    database: 'postgres',
    ssl: false,
    ...(cluster.password === undefined ? {} : { password: cluster.password }),
    application_name: 'earshot-embedded',
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
  });
  const lost = new Promise<void>((done) => client.once('end', done));
  try {
    await client.connect();
  } catch (error) {
    void client.end().catch(() => {});
    throw error;
  }
  keepAlive(client, false);
  return { client, lost };
}

/** Runs one query that returns one row, keeping the process alive meanwhile. */
export async function ask<Row extends QueryResultRow>(session: Session, sql: string): Promise<Row> {
  keepAlive(session.client, true);
  try {
    const { rows } = await session.client.query<Row>(sql);
    return rows[0] as Row;
  } finally {
    keepAlive(session.client, false);
  }
}

/** Closes a session; one that is already lost is no failure. */
export async function closeSession(session: Session): Promise<void> {
  keepAlive(session.client, true);
  await session.client.end().catch(() => {});
}

/** Ends PostgreSQL in good order, or within 20 seconds without it; either way nothing committed is lost. */
export async function shutDown(cluster: Cluster, pid: number): Promise<void> {
  for (const [name, limit] of [['INT', 20_000] as const, ['QUIT', 5_000] as const]) {
    if (!(await isPostmaster(pid, cluster.pg))) return;
    await kill(cluster, pid, name);
    for (const end = Date.now() + limit; Date.now() < end; await sleep(20)) {
      if (!(await isPostmaster(pid, cluster.pg))) return;
    }
  }
  throw new EmbeddedDatabaseError(
    `PostgreSQL (pid ${pid}) of ${cluster.dataDir} does not stop: end it by hand.`,
  );
}

/** What runs on the cluster now: a postmaster that answers, one that will or does not, or none. */
export async function probe(
  cluster: Cluster,
): Promise<Omit<Postmaster, 'started'> | 'recovering' | 'silent' | 'absent'> {
  const file = await readPidFile(cluster.pg);
  if (!file || !(await isPostmaster(file.pid, cluster.pg))) return 'absent';
  if (!file.port) return 'silent';
  const { pid, port } = file;
  const host = file.socketDir === '' ? '127.0.0.1' : file.socketDir;
  try {
    const session = await openSession(cluster, { host, port });
    try {
      const { dir } = await ask<{ dir: string }>(session, `select current_setting('data_directory') as dir`);
      return (await realpath(dir)) === cluster.pg ? { pid, host, port } : 'silent';
    } finally {
      await closeSession(session);
    }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return code === '57P03' && !message.includes('shutting down') ? 'recovering' : 'silent';
  }
}

/** Keeps the log from filling the disk; PostgreSQL appends, so it may be emptied under it. */
export async function trimLog({ logFile }: Cluster): Promise<void> {
  const { size } = await stat(logFile).catch(() => ({ size: 0 }));
  if (size <= LOG_LIMIT) return;
  await copyFile(logFile, `${logFile}.1`);
  await truncate(logFile, 0);
}

type Launch = {
  readonly pid: number;
  /** How it ended, once it has; `passing` when another try may do. */
  end: { readonly passing: boolean; readonly log: string; readonly error?: Error } | undefined;
  log(): Promise<string>;
};

async function launch(cluster: Cluster): Promise<Launch> {
  await clearForeignPid(cluster);
  await trimLog(cluster);
  const windows = process.platform === 'win32';
  const settings: Record<string, string> = windows
    ? { ...SETTINGS, listen_addresses: cluster.host, port: String(cluster.port), unix_socket_directories: '' }
    : {
        ...SETTINGS,
        listen_addresses: '',
        port: String(cluster.port),
        unix_socket_directories: cluster.host,
      };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const file = await open(cluster.logFile, 'a', 0o600);
  try {
    const { size } = await file.stat();
    // pg_ctl gives up an administrator's rights, with which PostgreSQL refuses to run; it returns at once.
    const [program, line] = windows
      ? ['pg_ctl', ['start', '-W', '-D', cluster.pg, '-l', `${cluster.logFile}`, '-o', args.join(' ')]]
      : ['postgres', ['-D', cluster.pg, ...args]];
    const child = spawn(join(cluster.binaries.root, 'bin', program as string), line as string[], {
      ...spawnOptions(cluster),
      // Where it goes anyway, and how it is known from its first moment.
      cwd: cluster.pg,
      // A session of its own: Ctrl-C in the terminal is for us, and we end it in order.
      detached: true,
      stdio: ['ignore', windows ? 'ignore' : file.fd, windows ? 'ignore' : file.fd],
    });
    const log = () => logSince(cluster.logFile, size);
    const launched: Launch = { pid: child.pid ?? 0, end: undefined, log };
    child.once('error', (error) => (launched.end = { passing: false, log: '', error }));
    child.once('exit', (code) => {
      if (windows && code === 0) return;
      log().then(
        // Code 0: somebody asked it to stop, such as a visitor that was leaving.
        (text) => (launched.end = { passing: code === 0 || PASSING.test(text), log: text }),
        (error: Error) => (launched.end = { passing: false, log: '', error }),
      );
    });
    child.unref();
    return launched;
  } finally {
    await file.close();
  }
}

async function logSince(path: string, offset: number): Promise<string> {
  const bytes = (await readFile(path)).subarray(offset);
  return bytes.subarray(-8_192).toString().trim();
}

function startFailure(cluster: Cluster, log: string): unknown {
  const known = readable(new Error(log), cluster.dataDir);
  if (known instanceof EmbeddedDatabaseError) return known;
  const lines = log.split('\n').slice(-6);
  const words = lines.map((line) => line.replace(/^[\d-]+ [\d:.]+ \w+ \[\d+\] /, '').trim()).join(' ');
  return new EmbeddedDatabaseError(
    `PostgreSQL did not start in ${cluster.dataDir}: ${words || 'it does not answer.'} See ${cluster.logFile}, or set DATABASE_URL to another PostgreSQL.`,
  );
}

type PidFile = {
  readonly text: string;
  readonly pid: number;
  readonly port: number;
  readonly socketDir: string;
};

/** postmaster.pid: the pid in line 1, the port in 4, the socket directory in 5; it grows while PostgreSQL starts. */
async function readPidFile(pg: string): Promise<PidFile | undefined> {
  const text = await readFile(join(pg, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  // Negative for a single-user backend.
  const pid = Math.abs(Number(lines[0]));
  // A last line without its line break may be half written.
  const port = lines.length > 5 ? Number(lines[3]) : 0;
  return pid > 0 ? { text, pid, port, socketDir: lines[4] ?? '' } : undefined;
}

/** Whether the pid is alive and works in this cluster; pids are used again, soonest in containers. */
async function isPostmaster(pid: number, pg: string): Promise<boolean> {
  if (pid <= 0 || !isAlive(pid)) return false;
  if (process.platform === 'win32') return true;
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
    return stdout.includes(pg);
  }
  // A postmaster works in its data directory; one that is dead and not yet reaped works nowhere.
  return readlink(`/proc/${pid}/cwd`).then(
    (cwd) => cwd === pg || cwd === `${pg} (deleted)`,
    (error: NodeJS.ErrnoException) => error.code === 'EACCES' || error.code === 'EPERM',
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * PostgreSQL clears a lock file whose pid is gone, but not one whose pid now belongs to another program. Removing
 * that one is safe: the shared memory of the directory still keeps two servers apart.
 */
async function clearForeignPid(cluster: Cluster): Promise<void> {
  const stale = await readPidFile(cluster.pg);
  if (!stale || !isAlive(stale.pid) || (await isPostmaster(stale.pid, cluster.pg))) return;
  if ((await readPidFile(cluster.pg))?.text !== stale.text) return;
  await rm(join(cluster.pg, 'postmaster.pid'), { force: true });
  await rm(join(cluster.host, `.s.PGSQL.${cluster.port}.lock`), { force: true });
}

async function kill(cluster: Cluster, pid: number, signal: 'INT' | 'QUIT'): Promise<void> {
  if (process.platform === 'win32') {
    // Windows has no signals; pg_ctl knows PostgreSQL's own.
    await run(join(cluster.binaries.root, 'bin', 'pg_ctl'), ['kill', signal, String(pid)]).catch(() => {});
    return;
  }
  try {
    process.kill(pid, `SIG${signal}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** pg can do this; its published types do not say so. */
function keepAlive(client: Client, on: boolean): void {
  const socket = client as unknown as { ref(): void; unref(): void };
  if (on) socket.ref();
  else socket.unref();
}
