import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { findBinaries } from '../../server/store/binaries.ts';
import { EmbeddedDatabaseError, startEmbedded, type EmbeddedDatabase } from '../../server/store/embedded.ts';

const FIXTURE = new URL('../support/own-database.ts', import.meta.url).pathname;
const ROOT = process.getuid?.() === 0;

// A first start is a second of processor time, and machines differ.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let home: string;
/** A directory with a cluster, so that only tests about the first start pay for one. */
let used: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'earshot-embedded-'));
  await chmod(home, 0o755);
  used = join(home, 'used');
  await using _ = await own(used);
});

afterEach(async () => {
  for (const dir of await readdir(home)) await endPostgres(join(home, dir));
});

afterAll(async () => rm(home, { recursive: true, force: true }));

describe('the bundled PostgreSQL', () => {
  it('starts in an empty directory and keeps what was stored over a stop and a start', async () => {
    const dataDir = join(home, 'empty');
    {
      await using database = await own(dataDir);
      await query(database, `create table said (word text); insert into said values ('grüezi')`);
    }
    expect(await postmasterPid(dataDir)).toBeUndefined();
    await using database = await own(dataDir);
    expect(await query(database, `select upper(word) as word from said`)).toEqual([{ word: 'GRÜEZI' }]);
  });

  it('has exactly one owner when two first starts meet', async () => {
    const dataDir = join(home, 'race');
    const starts = await Promise.allSettled([own(dataDir), own(dataDir)]);
    const owners = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    const refusals = starts.flatMap((start) => (start.status === 'rejected' ? [start.reason] : []));
    expect(owners).toHaveLength(1);
    expect(refusals).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/^Another Earshot/) }),
    ]);
    expect(await query(owners[0]!, 'select 1 as one')).toEqual([{ one: 1 }]);
    await owners[0]![Symbol.asyncDispose]();
    expect((await readdir(dataDir)).filter((name) => name.includes('.new-'))).toEqual([]);
  });

  it('removes what a killed first start left behind', async () => {
    await mkdir(join(used, 'pg.new-killed'));
    await using _ = await own(used);
    expect(await readdir(used)).not.toContain('pg.new-killed');
  });

  it('refuses a second owner while the first one lives, and takes it afterwards', async () => {
    {
      await using first = await own(used);
      await expect(own(used)).rejects.toThrow(
        new EmbeddedDatabaseError(
          `Another Earshot server is using ${used}. Stop it, or give this one its own DATA_DIR.`,
        ),
      );
      expect(await query(first, 'select 1 as one')).toEqual([{ one: 1 }]);
    }
    await using second = await own(used);
    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is adopted by the next start after its owner was killed, and supervised as before', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', FIXTURE, used], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    await once(child.stdout, 'data');
    const left = await postmasterPid(used);
    // The whole group, as a terminal would: PostgreSQL is in none of ours.
    process.kill(-child.pid!, 'SIGKILL');
    await once(child, 'exit');
    expect(left).toBeGreaterThan(0);

    await using database = await own(used);
    expect(await postmasterPid(used)).toBe(left);
    process.kill(left!, 'SIGKILL');
    await eventually(async () => {
      expect(await query(database, 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(await postmasterPid(used)).not.toBe(left);
    });
  });

  it('comes back when it is killed itself, where it was and with every committed row', async () => {
    const lines: string[] = [];
    await using database = await own(used, (level, text) => lines.push(`${level}: ${text}`));
    await query(database, 'create table counted (n int); insert into counted select generate_series(1, 500)');
    const killed = await postmasterPid(used);
    process.kill(killed!, 'SIGKILL');
    await eventually(async () => {
      expect(await query(database, 'select count(*)::int as n from counted')).toEqual([{ n: 500 }]);
    });
    expect(await postmasterPid(used)).not.toBe(killed);
    await eventually(async () => expect(lines.at(-1)).toMatch(/^info: PostgreSQL is back/));
    expect(lines).toContain('warn: PostgreSQL went away; starting it again.');
    await expect(own(used)).rejects.toThrow('Another Earshot server');
  });

  it('stays down when its owner stops it right after a crash', async () => {
    const database = await own(used);
    process.kill((await postmasterPid(used))!, 'SIGKILL');
    await database[Symbol.asyncDispose]();
    // A killed process has its number until its parent has heard of its end.
    await expect.poll(() => isRunning(used)).toBe(false);
  });

  it('starts although its lock file names a living stranger', async () => {
    const user = ROOT ? await stat(join(used, 'pg')) : undefined;
    const stranger = spawn('sleep', ['60'], user ? { uid: user.uid, gid: user.gid } : {});
    await writeFile(
      join(used, 'pg', 'postmaster.pid'),
      `${stranger.pid}\n${used}/pg\n1\n5432\n${used}/run\n\n`,
    );
    try {
      await using database = await own(used);
      expect(await query(database, 'select 1 as one')).toEqual([{ one: 1 }]);
    } finally {
      stranger.kill();
    }
  });

  it('listens elsewhere when the path is too deep for a socket', async () => {
    const dataDir = join(home, 'deep', 'x'.repeat(90));
    let socketDir: string;
    {
      await using database = await own(dataDir);
      socketDir = database.connection.host;
      expect(socketDir.startsWith(dataDir)).toBe(false);
      expect((await stat(socketDir)).mode & 0o777).toBe(0o700);
      await using visitor = await visit(dataDir);
      expect(await query(visitor, 'select 1 as one')).toEqual([{ one: 1 }]);
    }
    await rm(socketDir, { recursive: true });
  });

  it('waits no longer than its signal', async () => {
    const reason = new Error('enough');
    const start = startEmbedded({
      dataDir: used,
      mode: 'own',
      log: () => {},
      signal: AbortSignal.abort(reason),
    });
    await expect(start).rejects.toBe(reason);
    const controller = new AbortController();
    const later = startEmbedded({ dataDir: used, mode: 'own', log: () => {}, signal: controller.signal });
    // Ends the wait once PostgreSQL has been spawned.
    await eventually(async () => expect(await isRunning(used)).toBe(true));
    controller.abort(reason);
    await later.then(
      (database) => database[Symbol.asyncDispose](),
      (error) => expect(error).toBe(reason),
    );
    expect(await isRunning(used)).toBe(false);
  });
});

describe('a visitor', () => {
  it('shares the PostgreSQL of a server and leaves it running', async () => {
    await using server = await own(used);
    const pid = await postmasterPid(used);
    {
      await using visitor = await visit(used);
      expect(visitor.connection).toEqual(server.connection);
      expect(await query(visitor, 'select 1 as one')).toEqual([{ one: 1 }]);
    }
    expect(await postmasterPid(used)).toBe(pid);
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('starts PostgreSQL when none runs, and stops it again', async () => {
    {
      await using visitor = await visit(used);
      expect(await query(visitor, 'select 1 as one')).toEqual([{ one: 1 }]);
    }
    expect(await isRunning(used)).toBe(false);
  });

  it('leaves the PostgreSQL it started to a server, or to another visitor, that came meanwhile', async () => {
    const first = await visit(used);
    const second = await visit(used);
    await first[Symbol.asyncDispose]();
    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }]);
    await endPostgres(used);

    const third = await visit(used);
    await using server = await own(used);
    await third[Symbol.asyncDispose]();
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('a start that cannot succeed says what to do', () => {
  it('when the data directory is not one', async () => {
    const file = join(home, 'file');
    await writeFile(file, '');
    await expectRefusal(own(file), /^Cannot use the data directory .*file \(EEXIST .*set DATA_DIR/);
    await expectRefusal(
      own(join(file, 'below')),
      /^Cannot use the data directory .*\(ENOTDIR .*set DATA_DIR/,
    );
    await rm(file);
  });

  // Root may write anywhere; what stands in its way is that PostgreSQL runs as somebody else.
  if (ROOT) {
    it('when, as root, the user of PostgreSQL cannot enter the data directory', async () => {
      const closed = join(home, 'private');
      await mkdir(closed, { mode: 0o700 });
      await expectRefusal(own(join(closed, 'data')), /cannot enter .*\/private: set DATA_DIR/);
    });
  } else {
    it('when the data directory may not be written', async () => {
      const dataDir = join(home, 'closed');
      await mkdir(dataDir, { mode: 0o500 });
      await expectRefusal(own(dataDir), /^Cannot use the data directory .*closed \(EACCES .*set DATA_DIR/);
    });
  }

  it('when the cluster is of another PostgreSQL', async () => {
    const dataDir = join(home, 'older');
    await mkdir(join(dataDir, 'pg'), { recursive: true });
    await writeFile(join(dataDir, 'pg', 'PG_VERSION'), '17\n');
    await expectRefusal(
      own(dataDir),
      /older\/pg belongs to PostgreSQL 17, and this Earshot carries PostgreSQL 18/,
    );
  });

  it('when the directory of the cluster holds something else', async () => {
    const dataDir = join(home, 'other');
    await mkdir(join(dataDir, 'pg'), { recursive: true });
    await writeFile(join(dataDir, 'pg', 'diary.txt'), 'mine');
    await expectRefusal(own(dataDir), /other\/pg is not empty and is no PostgreSQL cluster/);
  });

  it("when PostgreSQL itself gives up, in PostgreSQL's words", async () => {
    const settings = join(used, 'pg', 'postgresql.auto.conf');
    const before = await readFile(settings);
    await writeFile(settings, 'work_mem = plenty\n');
    try {
      await expectRefusal(own(used), /^PostgreSQL did not start in .*invalid value for parameter "work_mem"/);
    } finally {
      await writeFile(settings, before);
    }
  });

  it('when there is no PostgreSQL for the platform', async () => {
    await expectRefusal(findBinaries('plan9-mips'), /no bundled PostgreSQL for plan9-mips.*set DATABASE_URL/);
  });
});

function own(dataDir: string, log: Parameters<typeof startEmbedded>[0]['log'] = () => {}) {
  return startEmbedded({ dataDir, mode: 'own', log });
}

function visit(dataDir: string) {
  return startEmbedded({ dataDir, mode: 'join', log: () => {} });
}

async function query(database: EmbeddedDatabase, sql: string): Promise<unknown[]> {
  const pool = new Pool({ ...database.connection, max: 1 });
  // PostgreSQL may end a connection while it is being closed.
  pool.on('error', () => undefined);
  try {
    const result = await pool.query(sql);
    return result.rows;
  } finally {
    await pool.end();
  }
}

async function expectRefusal(attempt: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EmbeddedDatabaseError);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).not.toContain('\n');
}

async function eventually(check: () => Promise<void>): Promise<void> {
  const end = Date.now() + 10_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await pause(20);
    }
  }
}

async function postmasterPid(dataDir: string): Promise<number | undefined> {
  const text = await readFile(join(dataDir, 'pg', 'postmaster.pid'), 'utf8').catch(() => '');
  return Number.parseInt(text, 10) || undefined;
}

async function isRunning(dataDir: string): Promise<boolean> {
  const pid = await postmasterPid(dataDir);
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ends what a failed test may have left, and nothing but that: a running postmaster names its own directory. */
async function endPostgres(dataDir: string): Promise<void> {
  if (!(await isRunning(dataDir))) return;
  process.kill((await postmasterPid(dataDir))!, 'SIGINT');
  await eventually(async () => expect(await isRunning(dataDir)).toBe(false));
}
