import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../server/store/embedded.ts';
import { applyMigrations } from '../../server/store/migrations.ts';
import { adminOf, TEMPLATE } from './database.ts';

/** One real PostgreSQL for the whole run; each test file makes databases of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'earshot-test-'));
  // As root PostgreSQL runs as another user, who must be able to enter.
  chmodSync(dataDir, 0o755);
  const postgres = await startEmbedded({ dataDir, mode: 'own', log: () => undefined });
  const { host, port, user } = postgres.connection;
  await adminOf({ host, port, user }, (client) => client.query(`create database ${TEMPLATE}`));
  await applyMigrations({ host, port, user, database: TEMPLATE });
  project.provide('postgres', { host, port, user });
  return async () => {
    await postgres[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true, force: true });
  };
}

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: { host: string; port: number; user: string };
  }
}
