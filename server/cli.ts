import { parseArgs } from 'node:util';
import type pg from 'pg';
import type { Command, Print, Terminal } from './cli/command.ts';
import { parseExportCommand } from './cli/export.ts';
import { createKeyCommand, listKeys, revokeKey } from './cli/keys.ts';
import { parsePolicyCommand } from './cli/policies.ts';
import { importPrices } from './cli/prices.ts';
import { createProject, listProjects } from './cli/projects.ts';
import { forgetUser, purgeConversation } from './cli/purge.ts';
import type { Config } from './config.ts';
import { scopes } from './domain/key.ts';
import { ensureProject } from './journal/project.ts';
import { createJournal } from './journal/write.ts';
import { Lifetime } from './lifetime.ts';
import { openDatabase } from './store/database.ts';
import { startEmbedded } from './store/embedded.ts';
import { applyMigrations } from './store/migrations.ts';

const usage = `Usage:
  earshot [serve]                     start the server
  earshot key create [--name NAME] [--scopes ingest,read,operate,admin] [--project NAME]
  earshot key list [--project NAME]
  earshot key revoke ID [--project NAME]
  earshot project create NAME
  earshot project list
  earshot policy show [--project NAME]
  earshot policy set [--close-chats MINUTES] [--close-calls MINUTES] [--release MINUTES] [--keep-content DAYS]
      [--project NAME]                           what is done without being asked; off for never
  earshot purge conversation ID [--project NAME]
  earshot purge user ID [--project NAME]         erases for good what was said and learned
  earshot prices import FILE [--project NAME]    in LiteLLM's form
  earshot export [FILE] [--format jsonl|csv|txt] [--project NAME] [--from MOMENT] [--to MOMENT]
      [--status active|closed] [--owner bot|pending|human] [--channel chat|call] [--platform NAME]
      [--user ID] [--conversation ID] [--requiresHuman true|false] [--feedback positive|negative|any]
      [--minSentiment=N] [--maxSentiment=N] [--minCost USD] [--maxCost USD] [--activeFrom MOMENT]
      [--activeTo MOMENT] [--metadata KEY=VALUE]... [--query WORDS]
                                      conversations and what was said in them

Scopes: ${scopes.join(', ')}; a key without --scopes may ingest and read.
The database is the server's own: DATABASE_URL, else DATA_DIR. The server may run meanwhile.`;

/** Carries out one command of the command line; returns the exit code. */
export async function runCommand(
  argv: string[],
  config: Config,
  print: Print,
  terminal: Terminal = process,
): Promise<number> {
  const parsed = parse(argv);
  if (parsed === null) {
    print(usage);
    return ['help', '--help', '-h'].includes(argv[0] ?? '') ? 0 : 1;
  }
  await using started = new Lifetime();
  const connection = await connect(config, started);
  await applyMigrations(connection);
  const database = started.use(openDatabase(connection));
  const { prisma } = database;
  await ensureProject(prisma, 'default');
  const journal = started.use(
    createJournal({ database, now: Date.now, publish: () => undefined, report: () => undefined }),
  );
  // Awaited here, so that the database is still there meanwhile.
  return await parsed({ database, prisma, journal, print, terminal });
}

async function connect(config: Config, started: Lifetime): Promise<pg.PoolConfig> {
  if (config.database.kind === 'url') return { connectionString: config.database.url };
  const { dataDir } = config.database;
  return started.use(await startEmbedded({ dataDir, mode: 'join', log: () => undefined })).connection;
}

function parse(argv: string[]): Command | null {
  try {
    const options = {
      name: { type: 'string' },
      scopes: { type: 'string' },
      project: { type: 'string' },
    } as const;
    if (argv[0] === 'policy') return parsePolicyCommand(argv.slice(1));
    if (argv[0] === 'export') return parseExportCommand(argv.slice(1));
    const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
    const [noun, verb, subject, ...more] = positionals;
    if (more.length > 0) return null;
    switch (`${noun} ${verb}`) {
      case 'key create':
        return subject === undefined ? (tools) => createKeyCommand(tools, values) : null;
      case 'key list':
        return (tools) => listKeys(tools, values.project);
      case 'key revoke':
        return subject === undefined ? null : (tools) => revokeKey(tools, subject, values.project);
      case 'project create':
        return subject === undefined ? null : (tools) => createProject(tools, subject);
      case 'project list':
        return listProjects;
      case 'purge conversation':
        return subject === undefined ? null : (tools) => purgeConversation(tools, subject, values.project);
      case 'purge user':
        return subject === undefined ? null : (tools) => forgetUser(tools, subject, values.project);
      case 'prices import':
        return subject === undefined ? null : (tools) => importPrices(tools, subject, values.project);
      default:
        return null;
    }
  } catch {
    return null;
  }
}
