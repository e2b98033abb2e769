import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  access,
  chmod,
  lchown,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findBinaries, prepareBinaries, sweepBinaries, type Binaries } from './binaries.ts';
import { EmbeddedDatabaseError } from './embedded-error.ts';

/** The user that PostgreSQL's programs run as, where it is not our own. */
export type RunAs = { readonly uid: number; readonly gid: number };

/** One data directory, ready to be started: where it is, and how its programs are run. */
export type Cluster = {
  /** Real path of the directory the user named. */
  readonly dataDir: string;
  /** PostgreSQL's own directory in it. */
  readonly pg: string;
  readonly logFile: string;
  readonly binaries: Binaries;
  readonly runAs: RunAs | undefined;
  /** Socket directory, or the loopback address on Windows, that a start by us listens on. */
  readonly host: string;
  readonly port: number;
  readonly password: string | undefined;
};

/** Superuser of the cluster. */
export const DATABASE_USER = 'earshot';

const WINDOWS = process.platform === 'win32';
/** sockaddr_un holds 104 bytes on macOS and 108 on Linux, with the closing zero. */
const SOCKET_PATH_LIMIT = 103;
/** The builtin provider knows Unicode without any locale of the machine. */
const INITDB_OPTIONS = [
  '--no-instructions',
  '--encoding=UTF8',
  '--no-locale',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
];
const PASSWORD_FILE = 'earshot.password';
const run = promisify(execFile);

/** Makes the data directory, the programs and the cluster, as far as they are missing. Safe beside other starters. */
export async function prepareCluster(directory: string): Promise<Cluster> {
  const wanted = resolve(directory);
  const found = await findBinaries();
  try {
    const dataDir = await makeDataDir(wanted);
    const pg = join(dataDir, 'pg');
    const runAs = await chooseUser(pg);
    if (runAs) await assertReachable(dataDir, runAs);
    const exists = await hasCluster(pg, found.major);
    const binaries = await prepareBinaries(found, join(dataDir, 'native'), runAs !== undefined);
    const place = { dataDir, pg, logFile: join(dataDir, 'postgres.log'), binaries, runAs };
    if (!exists) await initialise(place);
    // It may be a link to another disk; a running PostgreSQL knows its directory by the real path.
    const ready = { ...place, pg: await realpath(pg) };
    if (!WINDOWS) return { ...ready, host: await socketDirectory(place), port: 5432, password: undefined };
    const password = await readFile(join(pg, PASSWORD_FILE), 'utf8');
    return { ...ready, host: '127.0.0.1', port: await freePort(), password };
  } catch (error) {
    throw readable(error, wanted);
  }
}

/** Removes what killed starts and older versions left behind. Only for the owner of the data directory. */
export async function sweepCluster(cluster: Cluster): Promise<void> {
  const names = await readdir(cluster.dataDir);
  const drafts = names.filter((name) => name.startsWith('pg.new-'));
  await Promise.all(drafts.map((name) => rm(join(cluster.dataDir, name), { recursive: true, force: true })));
  await sweepBinaries(join(cluster.dataDir, 'native'), cluster.binaries.version);
}

/** Options for spawning one of PostgreSQL's programs: its user, and nothing of our environment. */
export function spawnOptions(cluster: Pick<Cluster, 'dataDir' | 'runAs'>) {
  return {
    cwd: cluster.dataDir,
    windowsHide: true,
    // PGDATA, LC_* and their like would change what the programs do; Windows needs its SystemRoot.
    ...(WINDOWS ? {} : { env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' } }),
    // spawn wants a signed number: on macOS nobody is -2.
    ...(cluster.runAs ? { uid: cluster.runAs.uid | 0, gid: cluster.runAs.gid | 0 } : {}),
  };
}

/** Turns a failure to use the file system or to run a program into a line that says what to do. */
export function readable(error: unknown, dataDir: string): unknown {
  if (error instanceof EmbeddedDatabaseError) return error;
  const { code, path, syscall, message } = error as NodeJS.ErrnoException;
  const fail = (text: string) => new EmbeddedDatabaseError(text, { cause: error });
  if (code === 'ENOSPC' || code === 'EDQUOT' || /No space left on device/.test(message)) {
    return fail(
      `The disk of ${dataDir} is full: free some space, or set DATA_DIR to a directory on another disk.`,
    );
  }
  if (syscall?.startsWith('spawn')) {
    if (code === 'EPERM') {
      return fail(
        `PostgreSQL refuses to run as root, and this process may not switch to the user nobody: run Earshot as an ordinary user, or set DATABASE_URL to a PostgreSQL server.`,
      );
    }
    return fail(
      `The bundled PostgreSQL cannot run on this system (${code} for ${path}; it needs glibc and a disk that allows programs): set DATABASE_URL to a PostgreSQL server.`,
    );
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT'].includes(code ?? '')) {
    return fail(
      `Cannot use the data directory ${dataDir} (${code} for ${path ?? dataDir}): make it a directory that ${userInfo().username} may write, or set DATA_DIR to another one.`,
    );
  }
  return error;
}

async function makeDataDir(wanted: string): Promise<string> {
  const root = process.getuid?.() === 0;
  const first = await mkdir(wanted, { recursive: true, mode: root ? 0o755 : 0o700 });
  // As root another user has to pass through what was made here, whatever the umask says.
  if (root && first)
    for (let dir = wanted; dir.length >= first.length; dir = dirname(dir)) await chmod(dir, 0o755);
  const dataDir = await realpath(wanted);
  await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  return dataDir;
}

/** PostgreSQL refuses to be root; then its user is the owner of the cluster, or nobody for a new one. */
async function chooseUser(pg: string): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(pg).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const [, uid, gid] = /^nobody:[^:]*:(-?\d+):(-?\d+):/m.exec(users) ?? [];
  if (uid && gid) return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
  throw new EmbeddedDatabaseError(
    'PostgreSQL refuses to run as root, and /etc/passwd has no user nobody: run Earshot as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
  );
}

async function assertReachable(dataDir: string, { uid, gid }: RunAs): Promise<void> {
  const parents = [dataDir];
  for (let dir = dataDir; dir !== dirname(dir); dir = dirname(dir)) parents.unshift(dirname(dir));
  for (const dir of parents) {
    const entry = await stat(dir);
    const bit = entry.uid === uid ? 0o100 : entry.gid === gid ? 0o010 : 0o001;
    if (entry.mode & bit) continue;
    throw new EmbeddedDatabaseError(
      `As root, Earshot runs PostgreSQL as another user (uid ${uid}), and that user cannot enter ${dir}: set DATA_DIR to a directory that everybody may enter, such as /var/lib/earshot, or allow it with chmod o+x ${dir}.`,
    );
  }
}

async function hasCluster(pg: string, major: string): Promise<boolean> {
  const version = await readFile(join(pg, 'PG_VERSION'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (version?.trim() === major) return true;
  if (version !== undefined) {
    throw new EmbeddedDatabaseError(
      `${pg} belongs to PostgreSQL ${version.trim()}, and this Earshot carries PostgreSQL ${major}: set DATA_DIR to another directory, or move the data over with pg_dump of version ${version.trim()}.`,
    );
  }
  const files = await readdir(pg).catch(() => []);
  if (files.length === 0) return false;
  throw new EmbeddedDatabaseError(
    `${pg} is not empty and is no PostgreSQL cluster: move it away, or set DATA_DIR to another directory.`,
  );
}

/** initdb works in a sibling that becomes `pg` by one rename, so a killed first start leaves nothing half made. */
async function initialise(place: Pick<Cluster, 'dataDir' | 'pg' | 'binaries' | 'runAs'>): Promise<void> {
  const { dataDir, pg, binaries, runAs } = place;
  const draft = await mkdtemp(join(dataDir, 'pg.new-'));
  const password = WINDOWS ? randomBytes(24).toString('base64url') : undefined;
  const passwordFile = `${draft}.password`;
  const auth = password
    ? ['--auth=scram-sha-256', `--pwfile=${passwordFile}`]
    : ['--auth-local=trust', '--auth-host=reject'];
  try {
    if (runAs) await lchown(draft, runAs.uid, runAs.gid);
    if (password) await writeFile(passwordFile, password, { mode: 0o600 });
    await run(
      join(binaries.root, 'bin', 'initdb'),
      [`--pgdata=${draft}`, `--username=${DATABASE_USER}`, ...INITDB_OPTIONS, ...auth],
      spawnOptions(place),
    );
    if (password) await writeFile(join(draft, PASSWORD_FILE), password, { mode: 0o600 });
    await rename(draft, pg);
    await syncDirectory(dataDir);
  } catch (error) {
    // Another starter may have been faster: its cluster is the one.
    if (await hasCluster(pg, binaries.major).catch(() => false)) return;
    const text = String((error as { stderr?: string }).stderr ?? '').trim();
    if (text === '') throw error;
    const full = readable(new Error(text), dataDir);
    if (full instanceof EmbeddedDatabaseError) throw full;
    throw new EmbeddedDatabaseError(
      `The bundled PostgreSQL could not set up ${dataDir}: ${text.replace(/\s*\n\s*/g, ' ')} Mend that, or set DATABASE_URL to a PostgreSQL server.`,
      { cause: error },
    );
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
  }
}

/** A rename is durable only when its directory is. */
async function syncDirectory(path: string): Promise<void> {
  if (WINDOWS) return;
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A private directory for the socket: in the data directory, or, when that is too deep, a stable one in /tmp. */
async function socketDirectory({ dataDir, runAs }: Pick<Cluster, 'dataDir' | 'runAs'>): Promise<string> {
  let dir = join(dataDir, 'run');
  if (Buffer.byteLength(join(dir, '.s.PGSQL.5432')) > SOCKET_PATH_LIMIT) {
    dir = `/tmp/earshot-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`;
  }
  const ours = await mkdir(dir, { mode: 0o700 }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      return false;
    },
  );
  if (ours && runAs) await lchown(dir, runAs.uid, runAs.gid);
  const entry = await lstat(dir);
  // Whoever may enter it is superuser of the database, so a prepared directory of somebody else is refused.
  const user = runAs?.uid ?? process.getuid?.();
  if (!entry.isDirectory() || (entry.uid !== user && entry.uid !== process.getuid?.())) {
    throw new EmbeddedDatabaseError(
      `${dir} belongs to somebody else: remove it, or set DATA_DIR to a directory with a shorter path.`,
    );
  }
  await chmod(dir, 0o700);
  if (runAs) await lchown(dir, runAs.uid, runAs.gid);
  return dir;
}

async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
