import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from './ask.ts';
import { summarizeProfile, type Profile } from './profile.ts';

const root = join(import.meta.dirname, '..');
const built = join(root, 'dist', 'server', 'main.js');

/** The key that Earshot asks for in every run. */
export const API_KEY = 'bench-0123456789abcdef';

/** A server under measurement, in a process of its own. */
export type Contestant = AsyncDisposable & {
  name: string;
  port: number;
  /** CPU time that it has used so far, user and system, in µs. */
  cpu(): Promise<number>;
  /** Bytes that it holds; garbage is collected first when it was started with `collects`. */
  memory(): Promise<{ rss: number; heap: number }>;
};

export type StartOptions = {
  name: string;
  /** `earshot`, or a file of bench/rivals without its ending. */
  program: string;
  databaseUrl?: string;
  env?: Record<string, string>;
  /** Whether memory() collects garbage first. */
  collects?: boolean;
  /** Where Earshot runs from: the built files, or server/main.ts. */
  fromSource?: boolean;
  /** Prints where its CPU time went when it is disposed. */
  isProfiled?: boolean;
};

/** Compiles the rivals: loaded by tsx they would be some percent slower than Earshot as it is built. */
export function buildRivals(): void {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-p', import.meta.dirname], { stdio: 'inherit' });
}

/** Starts a server and resolves when it says where it is ready; rejects with what it printed otherwise. */
export async function startContestant(options: StartOptions): Promise<Contestant> {
  const { name, program, databaseUrl, env = {}, collects = false, isProfiled = false } = options;
  const child = spawn(process.execPath, [...(collects ? ['--expose-gc'] : []), ...programOf(options)], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      PORT: '0',
      LOG_LEVEL: 'warn',
      // Yoga's own PubSub warns of every eleventh viewer.
      ...(program !== 'earshot' && { NODE_NO_WARNINGS: '1' }),
      WEBHOOK_API_KEY: API_KEY,
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const port = await readyPort(name, child);
  if (isProfiled) await ask(name, child, 'startProfile');
  return {
    name,
    port,
    async cpu() {
      const { user, system } = await ask<NodeJS.CpuUsage>(name, child, 'cpu');
      return user + system;
    },
    async memory() {
      const { rss, heapUsed, external } = await ask<NodeJS.MemoryUsage>(name, child, 'memory');
      return { rss, heap: heapUsed + external };
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      if (isProfiled) {
        const { profile } = await ask<{ profile: Profile }>(name, child, 'stopProfile');
        console.log(summarizeProfile(name, profile));
      }
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    },
  };
}

function programOf({ program, fromSource = false }: StartOptions): string[] {
  const probe = ['--import', join(import.meta.dirname, 'probe.js')];
  if (program !== 'earshot') {
    return [...probe, join(root, 'dist', 'bench', 'rivals', `${program}.js`)];
  }
  if (fromSource) return ['--import', 'tsx', ...probe, join(root, 'server', 'main.ts')];
  if (!existsSync(built)) throw new Error('dist/ is missing: run "npm run build" first.');
  return [...probe, built];
}

async function readyPort(name: string, child: ChildProcess): Promise<number> {
  let output = '';
  const isReady = new Promise<number>((resolve) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const port = /ready at http:\/\/[^:]+:(\d+)/u.exec(output)?.[1];
      if (port !== undefined) resolve(Number(port));
    };
    child.stdout!.on('data', read);
    child.stderr!.on('data', read);
  });
  const port = await Promise.race([isReady, once(child, 'close').then(() => null)]);
  if (port === null) throw new Error(`${name} ended before it was ready:\n${output}`);
  child.stderr!.on('data', (chunk: Buffer) => process.stderr.write(`${name}: ${chunk.toString()}`));
  return port;
}

/** Whether a source file of the server is newer than what was built of it. */
export function isBuildStale(): boolean {
  if (!existsSync(built)) return false;
  return sources().some((file) => {
    const output = join(root, 'dist', file.replace(/\.ts$/u, '.js'));
    return !existsSync(output) || statSync(join(root, file)).mtimeMs > statSync(output).mtimeMs;
  });
}

function sources(): string[] {
  return (readdirSync(join(root, 'server'), { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('server', file));
}
