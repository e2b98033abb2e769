import { runCommand } from './cli.ts';
import { ConfigurationError, readConfig, type Config } from './config.ts';
import { createServer, StartError } from './server.ts';
import { EmbeddedDatabaseError } from './store/embedded.ts';
import { NewerDatabaseError } from './store/migrations.ts';

/** What a person can mend; the text alone is printed. Everything else is a fault of ours. */
const readable = [ConfigurationError, StartError, EmbeddedDatabaseError, NewerDatabaseError];

try {
  const config = readConfig(process.env, process.getuid?.() === 0);
  const [command, ...rest] = process.argv.slice(2);
  if (command === undefined || command === 'serve') await serve(config);
  else finish(await runCommand([command, ...rest], config, (text) => console.log(text)));
} catch (error) {
  if (!readable.some((kind) => error instanceof kind)) throw error;
  for (const line of (error as Error).message.split('\n')) console.error(`earshot: ${line}`);
  finish(1);
}

/** Ends at once, whatever connection still lingers. */
function finish(code: number): void {
  process.stdout.write('', () => process.exit(code));
}

async function serve(config: Config): Promise<void> {
  const server = await createServer(config);
  let isStopping = false;
  const stop = (): void => {
    // A second signal means now.
    if (isStopping) process.exit(1);
    isStopping = true;
    server[Symbol.asyncDispose]().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error('earshot: stopping failed', error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  console.log(banner(server.url, server.isOpen));
}

function banner(url: string, isOpen: boolean): string {
  const mode = isOpen
    ? 'Open mode: no key is needed, and only this machine is served. "npx earshot key create" closes it.'
    : 'A key is needed for everything but the page itself.';
  return `Earshot is ready at ${url}\n${mode}`;
}
