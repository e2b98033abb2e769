import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import { DATABASE_USER, prepareCluster, readable, sweepCluster, type Cluster } from './cluster.ts';
import { EmbeddedDatabaseError } from './embedded-error.ts';
import {
  ask,
  bringUp,
  closeSession,
  openSession,
  probe,
  shutDown,
  trimLog,
  type Postmaster,
  type Session,
  type Waiting,
} from './postmaster.ts';

export { EmbeddedDatabaseError } from './embedded-error.ts';

/** A running bundled PostgreSQL. */
export type EmbeddedDatabase = AsyncDisposable & {
  /** Settings for a pg.Pool; they stay valid when PostgreSQL is restarted. */
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly database: string;
    readonly password?: string;
    /** Said aloud, because PGSSLMODE in the environment would otherwise ask a Unix socket for TLS. */
    readonly ssl: false;
  };
};

export type EmbeddedOptions = {
  readonly dataDir: string;
  /** `own` is a server: alone on the directory, and it supervises. `join` is a visitor, such as a command. */
  readonly mode: 'own' | 'join';
  readonly log: (level: 'info' | 'warn', text: string) => void;
  readonly signal?: AbortSignal;
};

type Log = EmbeddedOptions['log'];

/** An owner's hold on the cluster: the session whose advisory lock says so, and the postmaster it is in. */
type Hold = { readonly session: Session; readonly postmaster: Postmaster };

const DATABASE = 'earshot';
/** Advisory locks in the maintenance database, where nothing else takes any. */
const OWNER_LOCK = '1163948659, 1';
const GUEST_LOCK = '1163948659, 2';
/** A killed owner's backend may take a moment to notice. */
const OWNER_GRACE = 2_000;
/** How long a PostgreSQL that is just recovering may take before it is left to the next start. */
const STOP_PATIENCE = 10_000;
const ATTEMPTS = 10;
const LOG_TRIM_INTERVAL = 3_600_000;

/** Starts the PostgreSQL that npm carries in `dataDir`, or adopts the one that already runs there. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  options.signal?.throwIfAborted();
  const cluster = await prepareCluster(options.dataDir);
  return options.mode === 'own' ? own(cluster, options) : join(cluster, options);
}

async function own(prepared: Cluster, { log, signal }: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const first = await attach(prepared, { signal, ref: true }, takeOwnership(prepared));
  const { started, pid, host, port } = first.postmaster;
  // Every restart listens where this one does, wherever that was chosen.
  const cluster = { ...prepared, host, port };
  if (started) await sweepCluster(cluster);
  log(
    'info',
    `PostgreSQL ${cluster.binaries.version} ${started ? 'started' : 'was running, adopted'} (pid ${pid}).`,
  );

  const stopping = new AbortController();
  const supervision = supervise(cluster, first, log, stopping.signal);
  const trimming = setInterval(() => void trimLog(cluster).catch(() => {}), LOG_TRIM_INTERVAL).unref();
  let stopped: Promise<void> | undefined;

  async function stop(): Promise<void> {
    clearInterval(trimming);
    stopping.abort();
    const hold = await supervision;
    if (!hold) return stopIfUnused(cluster);
    await shutDown(cluster, hold.postmaster.pid);
    await closeSession(hold.session);
  }
  return describe(cluster, first.postmaster, () => (stopped ??= stop()));
}

async function join(cluster: Cluster, { signal }: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { session, postmaster } = await attach(cluster, { signal, ref: true }, async (opened) => {
    // Shared by all visitors: the one that started PostgreSQL leaves it to those still there.
    await ask(opened, `select pg_advisory_lock_shared(${GUEST_LOCK})`);
  });
  let left: Promise<void> | undefined;

  async function leave(): Promise<void> {
    await ask(session, `select pg_advisory_unlock_shared(${GUEST_LOCK})`).catch(() => {});
    await closeSession(session);
    if (postmaster.started) await stopIfUnused(cluster);
  }
  return describe(cluster, postmaster, () => (left ??= leave()));
}

function describe(cluster: Cluster, at: Postmaster, dispose: () => Promise<void>): EmbeddedDatabase {
  const connection = {
    host: at.host,
    port: at.port,
    user: DATABASE_USER,
    database: DATABASE,
    ssl: false as const,
    ...(cluster.password === undefined ? {} : { password: cluster.password }),
  };
  return { connection, [Symbol.asyncDispose]: dispose };
}

/** Brings PostgreSQL up and takes a lock in it; both anew when it goes down under the attempt. */
async function attach(
  cluster: Cluster,
  waiting: Waiting,
  takeLock: (session: Session, waiting: Waiting) => Promise<void>,
): Promise<Hold> {
  for (let attempt = 1; ; attempt++) {
    const postmaster = await bringUp(cluster, waiting);
    let session: Session | undefined;
    try {
      session = await openSession(cluster, postmaster);
      await takeLock(session, waiting);
      await createDatabase(session);
      return { session, postmaster };
    } catch (error) {
      if (session) await closeSession(session);
      // 57P..: PostgreSQL was on its way down; with no code of its own, the connection broke.
      const answered = error instanceof DatabaseError && !error.code?.startsWith('57P');
      const final = answered || error instanceof EmbeddedDatabaseError || waiting.signal?.aborted;
      if (!final && attempt < ATTEMPTS) continue;
      if (postmaster.started) await stopIfUnused(cluster);
      throw readable(error, cluster.dataDir);
    }
  }
}

/** Takes the owner's lock, or says that another server has it. */
function takeOwnership({ dataDir }: Cluster) {
  let graceEnd: number | undefined;
  return async (session: Session, { signal, ref }: Waiting): Promise<void> => {
    graceEnd ??= Date.now() + OWNER_GRACE;
    while (!(await tryLock(session, OWNER_LOCK))) {
      signal?.throwIfAborted();
      if (Date.now() > graceEnd) {
        throw new EmbeddedDatabaseError(
          `Another Earshot server is using ${dataDir}. Stop it, or give this one its own DATA_DIR.`,
        );
      }
      await sleep(50, undefined, { ref });
    }
  };
}

/**
 * Keeps PostgreSQL up until `stopping`; resolves to the hold that is left, if any. The lost session tells of every
 * death, also of a postmaster that is no child of ours: its backends end with it.
 */
async function supervise(
  cluster: Cluster,
  first: Hold,
  log: Log,
  stopping: AbortSignal,
): Promise<Hold | undefined> {
  const stop = new Promise<void>((done) => stopping.addEventListener('abort', () => done(), { once: true }));
  let hold = first;
  for (;;) {
    await Promise.race([hold.session.lost, stop]);
    if (stopping.aborted) return hold;
    log('warn', 'PostgreSQL went away; starting it again.');
    const again = await regain(cluster, log, stopping);
    if (!again) return undefined;
    hold = again;
    log('info', `PostgreSQL is back (pid ${hold.postmaster.pid}).`);
  }
}

async function regain(cluster: Cluster, log: Log, stopping: AbortSignal): Promise<Hold | undefined> {
  for (let pause = 250; !stopping.aborted; pause = Math.min(pause * 2, 10_000)) {
    try {
      return await attach(cluster, { signal: stopping, ref: false }, takeOwnership(cluster));
    } catch (error) {
      if (stopping.aborted) break;
      log('warn', error instanceof Error ? error.message : String(error));
      await sleep(pause, undefined, { ref: false, signal: stopping }).catch(() => {});
    }
  }
  return undefined;
}

/** Stops PostgreSQL unless a server or another visitor is there; then it is theirs. */
async function stopIfUnused(cluster: Cluster): Promise<void> {
  let postmaster = await probe(cluster);
  for (
    const end = Date.now() + STOP_PATIENCE;
    typeof postmaster !== 'object';
    postmaster = await probe(cluster)
  ) {
    if (postmaster === 'absent' || Date.now() > end) return;
    await sleep(50);
  }
  const session = await openSession(cluster, postmaster).catch(() => undefined);
  if (!session) return;
  try {
    // Held until the end, so that a server starting now waits and then starts its own.
    const free = (await tryLock(session, OWNER_LOCK)) && (await tryLock(session, GUEST_LOCK));
    if (free) await shutDown(cluster, postmaster.pid);
  } finally {
    await closeSession(session);
  }
}

async function tryLock(session: Session, key: string): Promise<boolean> {
  const { held } = await ask<{ held: boolean }>(session, `select pg_try_advisory_lock(${key}) as held`);
  return held;
}

async function createDatabase(session: Session): Promise<void> {
  const { there } = await ask<{ there: boolean }>(
    session,
    `select exists (select from pg_database where datname = '${DATABASE}') as there`,
  );
  if (there) return;
  await ask(session, `create database ${DATABASE}`).catch((error: { code?: string }) => {
    // 42P04 and 23505: somebody else was faster.
    if (error.code !== '42P04' && error.code !== '23505') throw error;
  });
}
