import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm';
import type pg from 'pg';
import { packageRoot } from '../package.ts';
import { createClient } from './client.ts';

const migrationsDir = join(packageRoot, 'prisma', 'migrations');
const datamodel = join(packageRoot, 'prisma', 'schema.prisma');
const noFilters = { externalTables: [], externalEnums: [] };

/** Any number, the same for every server: only one at a time migrates a database. */
const MIGRATION_LOCK = 0x0ea25407;

/** The database holds migrations that this version does not know. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError';
}

/** Brings a database up to date; of several servers that start together, one does it and the others wait. */
export async function applyMigrations(connection: pg.ClientConfig): Promise<string[]> {
  const client = createClient(connection);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const known = listMigrations();
    const applied = await appliedMigrations(client);
    const unknown = applied.filter((name) => !known.includes(name));
    if (unknown.length > 0) {
      throw new NewerDatabaseError(
        `The database is newer than this version of Earshot: it holds ${unknown.join(', ')}. Run the version that made it, or a newer one.`,
      );
    }
    if (applied.length === known.length) return [];
    const engine = await openEngine(connection);
    const list = { migrationsList: readMigrations(), filters: noFilters };
    return (await engine.applyMigrations(list)).appliedMigrationNames;
  } finally {
    await client.end();
  }
}

/** The SQL that takes a database from one Prisma schema (its text; null for an empty database) to another. */
export async function diffSchemas(
  from: string | null,
  to: string,
  scratch: pg.ClientConfig,
): Promise<string> {
  const schema = (content: string) => ({
    tag: 'schemaDatamodel' as const,
    files: [{ path: datamodel, content }],
  });
  const engine = await openEngine(scratch);
  const diff = await engine.diff({
    from: from === null ? { tag: 'empty' } : schema(from),
    to: schema(to),
    script: true,
    exitCode: null,
    filters: noFilters,
  });
  return diff.stdout ?? '';
}

async function appliedMigrations(client: pg.Client): Promise<string[]> {
  const { rows: tables } = await client.query(
    "select to_regclass('_prisma_migrations') is not null as there",
  );
  if ((tables[0] as { there: boolean }).there === false) return [];
  const { rows } = await client.query(
    'select migration_name as name from _prisma_migrations where finished_at is not null and rolled_back_at is null',
  );
  return (rows as { name: string }[]).map((row) => row.name);
}

function listMigrations(): string[] {
  if (!existsSync(migrationsDir)) return [];
  return readdirSync(migrationsDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

function readMigrations(): MigrationList {
  return {
    baseDir: migrationsDir,
    lockfile: { path: './migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: listMigrations().map((path) => ({
      path,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(join(migrationsDir, path, 'migration.sql'), 'utf8') },
      },
    })),
  };
}

// The types of Node leave the WebAssembly global to those of browsers.
type Exports = Record<string, unknown>;
declare const WebAssembly: {
  instantiate(
    binary: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: Exports } }>;
};

/** Prisma's adapter cuts a script at every semicolon, those in the body of a function too. PostgreSQL takes it whole. */
class WholeScripts extends PrismaPg {
  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect();
    const pool = adapter.underlyingDriver();
    adapter.executeScript = async (script) => {
      await pool.query(script);
    };
    return adapter;
  }
}

async function openEngine(connection: pg.ClientConfig): Promise<SchemaEngine> {
  // The adapter makes pools of its own (a scratch database needs a second one): they end when they are idle.
  const pool = { ...connection, idleTimeoutMillis: 50, allowExitOnIdle: true };
  const adapter = bindMigrationAwareSqlAdapterFactory(
    new WholeScripts(pool, { onPoolError: () => undefined }),
  );
  const files: [string, string][] = [[datamodel, readFileSync(datamodel, 'utf8')]];
  const Engine = await loadEngine();
  return Engine.new({ datamodels: files }, () => undefined, adapter);
}

/** Prisma's schema engine as WebAssembly; its package expects a bundler to load the module, so that is done here. */
async function loadEngine(): Promise<typeof SchemaEngine> {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const index = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm');
  const binary = readFileSync(join(dirname(index), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(binary, { './schema_engine_bg.js': glue });
  (glue as unknown as { __wbg_set_wasm: (exports: Exports) => void }).__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  return glue.SchemaEngine;
}
