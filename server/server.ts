import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type pg from 'pg';
import { pino, type Logger } from 'pino';
import { createGate } from './auth/gate.ts';
import { createLimiter } from './auth/limits.ts';
import { createTickets } from './auth/ticket.ts';
import type { Config, DatabaseConfig } from './config.ts';
import { createGraphQLDoor } from './graphql/serve.ts';
import { createHttpServer } from './http.ts';
import { callWebhooks } from './ingest/amazon/call-webhooks.ts';
import { messengerRoutes } from './ingest/messenger/door.ts';
import { connectorsOf, startSources } from './ingest/sources.ts';
import { watchUnread } from './ingest/unread-sources.ts';
import { ensureProject } from './journal/project.ts';
import { createLogReader } from './journal/read.ts';
import { createJournal, type Journal } from './journal/write.ts';
import { Lifetime } from './lifetime.ts';
import { createLocalBus, type Bus } from './live/bus.ts';
import { createFeed } from './live/feed.ts';
import { createTails } from './live/tail.ts';
import { packageRoot } from './package.ts';
import { safeError } from './refusal.ts';
import type { Route } from './route.ts';
import { createMappings } from './rest/mapping.ts';
import { cafeRoutes } from './rest/cafe.ts';
import { exportRoute } from './rest/export.ts';
import { health, ready } from './rest/health.ts';
import { learningRoutes } from './rest/learning.ts';
import { learningStreams } from './rest/learning-stream.ts';
import { createPublicFiles } from './rest/page.ts';
import { pollyManner, pollyRoutes, pollySocket } from './rest/polly.ts';
import { speechRoutes } from './rest/speech.ts';
import { travoiqRoutes, travoiqSocket } from './rest/travoiq.ts';
import { createClient } from './store/client.ts';
import { openDatabase, type Database } from './store/database.ts';
import { startEmbedded } from './store/embedded.ts';
import { applyMigrations } from './store/migrations.ts';
import { createGuard, type Resolve } from './watch/address.ts';
import { startAlerts } from './watch/alerts.ts';
import { startLearner } from './watch/learner.ts';
import { startReaper } from './watch/reaper.ts';
import { startRetention } from './watch/retention.ts';
import type { Pause } from './watch/retry.ts';
import { startWebhooks } from './watch/webhooks.ts';

/** A server that answers. Disposing drains it: nothing new is taken, what was acknowledged is committed. */
export type EarshotServer = AsyncDisposable & {
  /** Where it answers, for example http://127.0.0.1:8000 */
  readonly url: string;
  /** Whether everything is allowed because no key was ever made. */
  readonly isOpen: boolean;
};

/** Parts that tests replace. */
export type Overrides = {
  now?: () => number;
  every?: (ms: number, callback: () => void) => () => void;
  logger?: Logger;
  bus?: Bus;
  /** Events that may wait for one viewer. */
  viewerCapacity?: number;
  /** How standing rules wait: between their tries, and for an answer. */
  pause?: Pause;
  /** Finds the addresses of the names in webhooks. */
  resolve?: Resolve;
};

/** The server cannot start; the message is one readable line. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Requests that are still being answered get so long when the server stops, in ms. */
const DRAIN_TIME = 10_000;

/** Calls back about every `ms` without keeping the process alive. */
function everyInterval(ms: number, callback: () => void): () => void {
  const timer = setInterval(callback, ms);
  timer.unref();
  return () => clearInterval(timer);
}

/** Starts everything that the configuration asks for, in order; whatever was started is stopped again on failure. */
export async function createServer(config: Config, overrides: Overrides = {}): Promise<EarshotServer> {
  const { now = Date.now, every = everyInterval, bus = createLocalBus(), viewerCapacity } = overrides;
  const logger = overrides.logger ?? pino({ level: config.logLevel });
  const report = (error: unknown, what: string, requestId?: string): void =>
    logger.error({ err: safeError(error), ...(requestId && { requestId }) }, what);
  await using started = new Lifetime();

  const connection = await connect(config.database, started, logger);
  await migrate(connection);
  const database = started.use(openDatabase(connection));
  const { prisma } = database;
  const defaultProjectId = await ensureProject(prisma, 'default');
  const { environmentKey, isLoopback } = config;
  const gate = started.use(createGate({ prisma, defaultProjectId, environmentKey, isLoopback, now, every }));
  await refuseOpenDoor(config, database);

  started.use(bus);
  const journal = started.use(
    createJournal({
      database,
      now,
      report,
      publish: (projectId, events) => bus.publish({ projectId, events }),
    }),
  );
  const log = createLogReader(prisma);
  const guard = createGuard(config.allowsPrivateWebhooks, overrides.resolve);
  const watching = { prisma, log, journal, news: bus, logger, now, every, pause: overrides.pause };
  started.use(await startWebhooks({ ...watching, guard }));
  started.use(startReaper(watching));
  started.use(startRetention({ ...watching, database }));
  started.use(await startAlerts(watching));
  if (config.learner !== null) {
    started.use(await startLearner({ ...watching, settings: config.learner }));
  }
  const tails = started.use(createTails({ log, bus, every, report }));
  const feed = createFeed({ log, tails, ...(viewerCapacity !== undefined && { capacity: viewerCapacity }) });
  const mappings = createMappings(prisma, bus, config.payloadMapping, now);
  const messenger = await messengerDoor(config, database, journal);
  const sourcesProject = await startReading(config, watching, started);
  const tickets = createTickets({ prisma, journal, gate, now });
  const services = { prisma, journal, log, feed, tickets, now, guard };
  const graphql = started.use(
    createGraphQLDoor({ services, gate, isProduction: config.isProduction, report }),
  );
  const sockets = [
    pollySocket(feed),
    travoiqSocket({ feed, log, prisma }),
    { path: '/graphql', scope: null, manner: pollyManner, server: graphql.socket },
  ];

  const stopping = new AbortController();
  const limiter = createLimiter(config.rateLimits);
  const startedAt = now();
  const http = createHttpServer({
    gate,
    tickets,
    logger,
    stopping: stopping.signal,
    every,
    doors: {
      routes: [
        ...pollyRoutes({ journal, prisma, mappings }),
        ...learningRoutes({ journal, prisma, limiter, now }),
        ...learningStreams({ prisma, feed, limiter, now }),
        ...speechRoutes({ journal, prisma }),
        ...cafeRoutes({ journal, prisma, now }),
        ...travoiqRoutes(prisma),
        ...messenger,
        ...callWebhooks({ journal, now }),
        exportRoute(prisma),
      ],
      sockets,
      graphql: (...request) => graphql.handle(...request),
      health: () => health((now() - startedAt) / 1000),
      ready: () => ready(database, stopping.signal.aborted, sourcesProject),
      publicFile: createPublicFiles(join(packageRoot, 'dist', 'client')),
    },
  });
  http.listen(config.port, config.host);
  await once(http, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw new StartError(describeListenError(error, config));
  });
  const { port } = http.address() as AddressInfo;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const isOpen = await gate.isOpen();

  const resources = started.move();
  return {
    url: `http://${host}:${port}`,
    isOpen,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      const closed = once(http, 'close');
      http.close();
      graphql.endStreams();
      http.closeIdleConnections();
      for (const { server } of sockets) {
        for (const viewer of server.clients) viewer.close(1001, 'The server is shutting down.');
      }
      // Connections fall idle one by one as their last answer is sent.
      const sweep = setInterval(() => http.closeIdleConnections(), 20);
      const tooLong = setTimeout(() => http.closeAllConnections(), DRAIN_TIME);
      await closed;
      clearInterval(sweep);
      clearTimeout(tooLong);
      for (const { server } of sockets) {
        for (const viewer of server.clients) viewer.terminate();
      }
      await resources[Symbol.asyncDispose]();
    },
  };
}

async function connect(config: DatabaseConfig, started: Lifetime, logger: Logger): Promise<pg.PoolConfig> {
  if (config.kind === 'url') return { connectionString: config.url };
  const embedded = await startEmbedded({
    dataDir: config.dataDir,
    mode: 'own',
    log: (level, text) => logger[level](text),
  });
  return started.use(embedded).connection;
}

/** The oldest PostgreSQL that is supported, as its server_version_num. */
const OLDEST = 150_000;

async function migrate(connection: pg.PoolConfig): Promise<void> {
  const client = createClient({ ...connection, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>(
      "select current_setting('server_version_num') as version",
    );
    if (Number(rows[0]?.version) < OLDEST) {
      throw new StartError('The database of DATABASE_URL is older than PostgreSQL 15. Use 15 or newer.');
    }
  } catch (error) {
    if (error instanceof StartError) throw error;
    const reason =
      error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);
    throw new StartError(
      `The database of DATABASE_URL cannot be used: ${reason}. Check that it runs and that the address, user and password are right.`,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
  await applyMigrations(connection);
}

/** Without any key, only this machine may be served. */
async function refuseOpenDoor(config: Config, { prisma }: Database): Promise<void> {
  if (config.isLoopback || config.environmentKey !== null) return;
  if ((await prisma.apiKey.findFirst({ select: { id: true } })) !== null) return;
  throw new StartError(
    `HOST is ${config.host}, which other machines can reach, and there is no key. Set WEBHOOK_API_KEY, make a key with "npx earshot key create", or leave HOST out to serve this machine only.`,
  );
}

/** The webhook of Messenger where it is configured. */
async function messengerDoor(config: Config, { prisma }: Database, journal: Journal): Promise<Route[]> {
  const { messenger: settings } = config;
  if (settings === null) return [];
  const projectId = await projectOf('MESSENGER_PROJECT', settings.project, prisma);
  return messengerRoutes({ journal, settings, projectId });
}

/** Reads the sources that are configured, and gives the project that they belong to; null without any. */
async function startReading(
  { amazon: settings }: Config,
  parts: Omit<Parameters<typeof startSources>[0], 'projectId' | 'connectors'> &
    Omit<Parameters<typeof watchUnread>[0], 'own'>,
  started: Lifetime,
): Promise<number | null> {
  if (settings === null) {
    started.use(watchUnread({ ...parts, own: null }));
    return null;
  }
  const projectId = await projectOf('SOURCES_PROJECT', settings.project, parts.prisma);
  const connectors = connectorsOf(settings);
  started.use(watchUnread({ ...parts, own: { projectId, names: connectors.map(({ name }) => name) } }));
  started.use(startSources({ ...parts, connectors, projectId }));
  return projectId;
}

/** The project of a name that a variable gave. */
async function projectOf(variable: string, name: string, prisma: Database['prisma']): Promise<number> {
  const project = await prisma.project.findUnique({ where: { name }, select: { id: true } });
  if (project !== null) return project.id;
  throw new StartError(
    `${variable} is "${name}", and there is no such project. Make it with "npx earshot project create", or leave ${variable} out for the default one.`,
  );
}

function describeListenError(error: NodeJS.ErrnoException, { host, port }: Config): string {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} on ${host} is in use. Stop what uses it, or set PORT to another one.`;
  if (error.code === 'EACCES')
    return `Port ${port} may not be used by this user. Set PORT to one from 1024 on.`;
  if (error.code === 'EADDRNOTAVAIL')
    return `This machine has no address ${host}. Set HOST to one that it has.`;
  return `The server cannot listen on ${host}:${port} (${error.code ?? error.message}).`;
}
