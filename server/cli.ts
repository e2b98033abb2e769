import { createWriteStream } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { createKey } from './auth/key.ts';
import type { Config } from './config.ts';
import { InvalidInputError, NotFoundError } from './domain/errors.ts';
import { formats } from './domain/export/format.ts';
import { writeParts, type Part } from './domain/export/part.ts';
import { exportParameters, parseExport, repeatable, type ExportRequest } from './domain/export/request.ts';
import { scopes, type Scope } from './domain/key.ts';
import { policyChanges, type Policies } from './domain/policy.ts';
import { parseLiteLLM } from './domain/pricing/litellm.ts';
import { sweep } from './journal/erasure.ts';
import { ensureProject } from './journal/project.ts';
import { createJournal, type Journal } from './journal/write.ts';
import { Lifetime } from './lifetime.ts';
import { StartError } from './server.ts';
import { countConversations } from './store/conversation.ts';
import { openDatabase, type Database, type PrismaClient } from './store/database.ts';
import { startEmbedded } from './store/embedded.ts';
import { findLimits, readParts } from './store/export.ts';
import { applyMigrations } from './store/migrations.ts';
import { findPolicies } from './store/silence.ts';

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

type Print = (text: string) => void;
/** Where files go that have no name, and progress, where somebody watches. */
type Terminal = { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream };
type Tools = {
  database: Database;
  prisma: PrismaClient;
  journal: Journal;
  print: Print;
  terminal: Terminal;
};
type Options = { name?: string | undefined; scopes?: string | undefined; project?: string | undefined };

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

function parse(argv: string[]): ((tools: Tools) => Promise<number>) | null {
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
        return (tools) => listKeys(tools, values);
      case 'key revoke':
        return subject === undefined ? null : (tools) => revokeKey(tools, subject, values);
      case 'project create':
        return subject === undefined ? null : (tools) => createProject(tools, subject);
      case 'project list':
        return listProjects;
      case 'purge conversation':
        return subject === undefined ? null : (tools) => purgeConversation(tools, subject, values.project);
      case 'purge user':
        return subject === undefined ? null : (tools) => forgetUser(tools, subject, values.project);
      case 'prices import':
        return subject === undefined ? null : (tools) => importPrices(tools, subject, values);
      default:
        return null;
    }
  } catch {
    return null;
  }
}

function parseExportCommand(args: string[]): ((tools: Tools) => Promise<number>) | null {
  const names = ['project', ...exportParameters];
  const options = Object.fromEntries(
    names.map((name) => [name, { type: 'string' as const, multiple: repeatable.includes(name) }]),
  );
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (positionals.length > 1) return null;
  const { project, ...given } = values;
  return (tools) => exportConversations(tools, positionals[0] ?? null, project as string | undefined, given);
}

/** Options of `policy set`, and the policies that they change. */
const policyOptions = {
  'close-chats': 'closeChatsAfterMinutes',
  'close-calls': 'closeCallsAfterMinutes',
  release: 'releaseAfterMinutes',
  'keep-content': 'keepContentDays',
} as const satisfies Record<string, keyof Policies>;
const policyNames = Object.keys(policyOptions) as (keyof typeof policyOptions)[];

function parsePolicyCommand(args: string[]): ((tools: Tools) => Promise<number>) | null {
  const options = Object.fromEntries(
    ['project', ...policyNames].map((name) => [name, { type: 'string' as const }]),
  );
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const { project, ...given } = values as Record<string, string | undefined>;
  const isGiven = Object.keys(given).length > 0;
  if (positionals.length !== 1 || isGiven !== (positionals[0] === 'set')) return null;
  if (positionals[0] === 'show') return (tools) => showPolicies(tools, project);
  return positionals[0] === 'set' ? (tools) => setPolicies(tools, given, project) : null;
}

async function setPolicies(
  tools: Tools,
  given: Record<string, string | undefined>,
  project: string | undefined,
): Promise<number> {
  const named = policyNames.filter((name) => given[name] !== undefined);
  const stated = named.map((name) => [
    policyOptions[name],
    given[name] === 'off' ? null : /^\d+$/u.test(given[name]!) ? Number(given[name]) : given[name],
  ]);
  const parsed = policyChanges.safeParse(Object.fromEntries(stated));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    const name = named.find((it) => policyOptions[it] === path[0])!;
    throw new StartError(`--${name} ${message.replace('null', 'off')}.`);
  }
  const projectId = await findProject(tools.prisma, project);
  await tools.journal.write(projectId, [{ kind: 'setPolicies', changes: parsed.data }]);
  return showPolicies(tools, project);
}

async function showPolicies({ prisma, print }: Tools, project: string | undefined): Promise<number> {
  const policies = await findPolicies(prisma, await findProject(prisma, project));
  for (const name of policyNames) {
    const value = policies[policyOptions[name]];
    print(`${name}  ${value === null ? 'off' : `${value} ${name === 'keep-content' ? 'days' : 'minutes'}`}`);
  }
  return 0;
}

async function purgeConversation(
  { database, prisma, journal, print }: Tools,
  conversationId: string,
  project: string | undefined,
): Promise<number> {
  const projectId = await findProject(prisma, project);
  await journal.write(projectId, [{ kind: 'purgeConversation', conversationId }]).catch(orNotFound);
  // Not left to a server that may not run.
  while (await sweep(database, projectId));
  print(`What was said in ${conversationId} is erased. Counts and costs stay.`);
  return 0;
}

async function forgetUser(
  { prisma, journal, print }: Tools,
  endUserId: string,
  project: string | undefined,
): Promise<number> {
  const projectId = await findProject(prisma, project);
  await journal.write(projectId, [{ kind: 'forgetEndUser', endUserId }]).catch(orNotFound);
  print(
    `${endUserId} is forgotten: the words are erased, and what was learned from them. Counts and costs stay.`,
  );
  return 0;
}

function orNotFound(error: unknown): never {
  throw error instanceof NotFoundError ? new StartError(error.message) : error;
}

async function createKeyCommand({ prisma, journal, print }: Tools, options: Options): Promise<number> {
  const wanted = (options.scopes ?? 'ingest,read').split(',').map((scope) => scope.trim());
  const unknown = wanted.filter((scope) => !scopes.includes(scope as Scope));
  if (unknown.length > 0)
    throw new StartError(`Unknown scope ${unknown.join(', ')}. There are ${scopes.join(', ')}.`);
  const name = options.name ?? 'unnamed';
  if (name.length > 100) throw new StartError('The name of a key may have at most 100 characters.');
  const { key, id, hash } = createKey();
  const projectId = await findProject(prisma, options.project);
  await journal.write(projectId, [{ kind: 'createKey', key: { id, name, hash, scopes: wanted as Scope[] } }]);
  print(`${key}\n`);
  print(`This is the key "${name}" (${id}), which may ${wanted.join(', ')}. It is shown only now: keep it.`);
  return 0;
}

async function listKeys({ prisma, print }: Tools, options: Options): Promise<number> {
  const projectId = await findProject(prisma, options.project);
  const keys = await prisma.apiKey.findMany({ where: { projectId }, orderBy: { createdAt: 'asc' } });
  if (keys.length === 0) print('There is no key yet. Make one with: earshot key create --name NAME');
  for (const key of keys) {
    const state = key.revokedAt === null ? 'valid' : `revoked ${key.revokedAt.toISOString()}`;
    print([key.id, key.name, key.scopes.join(','), `made ${key.createdAt.toISOString()}`, state].join('  '));
  }
  return 0;
}

async function revokeKey(
  { prisma, journal, print }: Tools,
  keyId: string,
  options: Options,
): Promise<number> {
  const projectId = await findProject(prisma, options.project);
  try {
    await journal.write(projectId, [{ kind: 'revokeKey', keyId }]);
  } catch (error) {
    if (error instanceof NotFoundError)
      throw new StartError(`${error.message} "earshot key list" shows them.`);
    throw error;
  }
  print(`Key ${keyId} is revoked; what it holds open is closed within 5 seconds.`);
  return 0;
}

async function createProject({ prisma, print }: Tools, name: string): Promise<number> {
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/u.test(name)) {
    throw new StartError('A project is named by 1 to 63 lower-case letters, digits, dashes and underscores.');
  }
  await ensureProject(prisma, name);
  print(`Project ${name} is there. Make a key for it with: earshot key create --project ${name} --name NAME`);
  return 0;
}

async function listProjects({ prisma, print }: Tools): Promise<number> {
  for (const project of await prisma.project.findMany({ orderBy: { id: 'asc' } })) print(project.name);
  return 0;
}

/** Names of so many left out entries are printed; a list holds hundreds of images and videos. */
const NAMED = 10;

async function importPrices(
  { prisma, journal, print }: Tools,
  file: string,
  options: Options,
): Promise<number> {
  const projectId = await findProject(prisma, options.project);
  const { prices, skipped } = parseLiteLLM(await readJson(file));
  if (prices.size === 0) {
    throw new StartError(`${file} holds no price. It must be in the form of LiteLLM's price list.`);
  }
  const { answers } = await journal.write(projectId, [{ kind: 'importPrices', prices: [...prices] }]);
  const { prices: changed } = answers[0]!.recorded as { prices: number };
  print(`${prices.size} prices read, ${changed} of them new or changed, ${skipped.length} entries left out.`);
  for (const { name, reason } of skipped.slice(0, NAMED)) print(`  ${name}: ${reason}`);
  if (skipped.length > NAMED) print(`  and ${skipped.length - NAMED} more`);
  return 0;
}

async function exportConversations(
  { prisma, terminal: { stdout, stderr } }: Tools,
  file: string | null,
  project: string | undefined,
  given: Record<string, unknown>,
): Promise<number> {
  const { format, filter, terms } = readExport(given);
  const projectId = await findProject(prisma, project);
  const pages = readParts(prisma, projectId, filter, terms, await findLimits(prisma, projectId));
  // How many conversations have the words is not known before all were looked through.
  const shown =
    stderr.isTTY && terms === null
      ? showProgress(pages, await countConversations(prisma, projectId, filter), stderr)
      : pages;
  const text = writeParts(formats[format], shown);
  if (file === null) {
    await pipeline(text, stdout, { end: false }).catch((error: NodeJS.ErrnoException) => {
      // Whoever reads has seen enough.
      if (error.code !== 'EPIPE') throw error;
    });
    return 0;
  }
  // Under another name until it is complete, so that nobody takes a part for the whole.
  const unfinished = `${file}.unfinished`;
  try {
    await pipeline(text, createWriteStream(unfinished));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    if (!isFileError(error)) throw error;
    throw new StartError(`${file} cannot be written: ${error.message}`);
  }
  return 0;
}

const isFileError = (error: unknown): error is Error =>
  error instanceof Error && 'syscall' in error && ['open', 'write', 'rename'].includes(String(error.syscall));

function readExport(given: Record<string, unknown>): ExportRequest {
  try {
    return parseExport(given);
  } catch (error) {
    if (error instanceof InvalidInputError) throw new StartError(`--${error.message}`);
    throw error;
  }
}

/** Length of the bar in characters. */
const BAR = 30;

/** Draws how many conversations are done of all, as they pass. */
async function* showProgress(
  pages: AsyncIterable<Part[]>,
  all: number,
  stderr: Terminal['stderr'],
): AsyncGenerator<Part[], void, undefined> {
  let done = 0;
  for await (const parts of pages) {
    yield parts;
    done += parts.filter(({ isLast }) => isLast).length;
    const full = Math.min(BAR, Math.round((done / Math.max(1, all)) * BAR));
    stderr.write(`\r${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${done} of ${all} conversations`);
  }
  stderr.write('\n');
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (error) {
    throw new StartError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function findProject(prisma: PrismaClient, name = 'default'): Promise<number> {
  const project = await prisma.project.findUnique({ where: { name }, select: { id: true } });
  if (project !== null) return project.id;
  throw new StartError(`There is no project "${name}". Make it with: earshot project create ${name}`);
}
