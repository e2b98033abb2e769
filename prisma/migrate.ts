import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../server/store/embedded.ts';
import { diffSchemas } from '../server/store/migrations.ts';

// Writes the migration that takes a database from the schema of the last commit to prisma/schema.prisma.
const name = process.argv[2];
if (name === undefined || !/^[a-z0-9_]+$/u.test(name)) {
  console.error('Say what the migration does, in snake case: npm run db:migrate -- add_turns');
  process.exit(1);
}
const dataDir = mkdtempSync(join(tmpdir(), 'earshot-migrate-'));
// As root PostgreSQL runs as another user, who must be able to enter.
chmodSync(dataDir, 0o711);
try {
  await using database = await startEmbedded({ dataDir, mode: 'own', log: () => undefined });
  const schema = readFileSync(join(import.meta.dirname, 'schema.prisma'), 'utf8');
  const sql = await diffSchemas(committedSchema(), schema, database.connection);
  if (sql.includes('empty migration')) {
    console.log('prisma/schema.prisma asks for nothing that the last commit did not.');
  } else {
    const stamp = new Date().toISOString().replaceAll(/[-:T]/gu, '').slice(0, 14);
    const folder = join(import.meta.dirname, 'migrations', `${stamp}_${name}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'migration.sql'), sql);
    console.log(`Wrote ${join(folder, 'migration.sql')}. Read it before you commit it.`);
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

function committedSchema(): string | null {
  try {
    return execFileSync('git', ['show', 'HEAD:prisma/schema.prisma'], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return null;
  }
}
