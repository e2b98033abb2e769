import type { Reply } from '../route.ts';
import type { Database } from '../store/database.ts';
import { packageVersion } from '../package.ts';

/** `GET /health`: the process is alive. */
export function health(uptimeSeconds: number): Reply {
  return {
    status: 200,
    body: { status: 'healthy', version: packageVersion, uptime_seconds: Math.floor(uptimeSeconds) },
  };
}

/** `GET /ready`: the database answers and nothing is draining; 503 says which of them is not so. */
export async function ready(database: Database, isDraining: boolean): Promise<Reply> {
  const isReachable = await database.ping().then(
    () => true,
    () => false,
  );
  const checks = {
    database: isReachable ? 'reachable' : 'unreachable',
    migrations: 'done',
    draining: isDraining,
  };
  const isReady = isReachable && !isDraining;
  return {
    status: isReady ? 200 : 503,
    body: { status: isReady ? 'ready' : 'not ready', ...checks },
    headers: isReady ? {} : { 'retry-after': '2' },
  };
}
