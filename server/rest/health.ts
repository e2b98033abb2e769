import type { Reply } from '../route.ts';
import type { Database } from '../store/database.ts';
import { packageVersion } from '../package.ts';
import { listSources } from '../store/source.ts';

/** `GET /health`: the process is alive. */
export function health(uptimeSeconds: number): Reply {
  return {
    status: 200,
    body: { status: 'healthy', version: packageVersion, uptime_seconds: Math.floor(uptimeSeconds) },
  };
}

/** How a source fares, without its name: anybody may ask. */
type SourceCheck = { kind: string; status: string; since: string; reason: string | null };

/**
 * `GET /ready`: the database answers and nothing is draining; 503 says which of them is not so. Sources that wait
 * do not make the server unready: it answers everybody meanwhile, and another one would wait as well.
 */
export async function ready(
  database: Database,
  isDraining: boolean,
  sourcesProject: number | null,
): Promise<Reply> {
  const isReachable = await database.ping().then(
    () => true,
    () => false,
  );
  const hasSources = isReachable && sourcesProject !== null;
  const checks = {
    database: isReachable ? 'reachable' : 'unreachable',
    migrations: 'done',
    draining: isDraining,
    ...(hasSources && { sources: await checkSources(database, sourcesProject) }),
  };
  const isReady = isReachable && !isDraining;
  return {
    status: isReady ? 200 : 503,
    body: { status: isReady ? 'ready' : 'not ready', ...checks },
    headers: isReady ? {} : { 'retry-after': '2' },
  };
}

async function checkSources({ prisma }: Database, projectId: number): Promise<SourceCheck[]> {
  const sources = await listSources(prisma, projectId);
  return sources
    .filter(({ status }) => status !== 'OFF')
    .map(({ name, status, since, reason }) => {
      return { kind: name.split(':', 1)[0]!, status: status.toLowerCase(), since, reason };
    });
}
