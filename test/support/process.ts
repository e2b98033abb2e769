import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const built = join(import.meta.dirname, '..', '..', 'dist', 'server', 'main.js');

/** A server in a process of its own, as people start it. */
export type ServerProcess = {
  url: string;
  child: ChildProcess;
  /** Everything that it printed. */
  output(): string;
  /** Resolves with the exit code, or the signal that ended it. */
  exited: Promise<number | NodeJS.Signals>;
};

/** Runs the built program; `args` are those of the command line. */
export function runEarshot(
  args: string[],
  env: Record<string, string>,
  main = built,
): Omit<ServerProcess, 'url'> {
  if (!existsSync(main)) throw new Error('dist/ is missing: run "npm run build" first.');
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  return { child, output: () => output, exited };
}

/** Starts a server and resolves when it says that it is ready; rejects with what it printed when it ends first. */
export async function startProcess(env: Record<string, string>): Promise<ServerProcess> {
  const server = runEarshot([], { LOG_LEVEL: 'warn', ...env });
  const isReady = new Promise<string>((resolve) => {
    server.child.stdout!.on('data', () => {
      const url = /ready at (\S+)/u.exec(server.output())?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const url = await Promise.race([isReady, server.exited.then(() => null)]);
  if (url === null) throw new Error(`The server ended before it was ready:\n${server.output()}`);
  return { ...server, url };
}

/** A port that was free a moment ago, for servers that must come back at the same address. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
