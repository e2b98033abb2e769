import pg from 'pg';
import { expect, test } from 'vitest';
import type { Command } from '../../server/domain/command.ts';
import { ensureProject } from '../../server/journal/project.ts';
import { openDatabase } from '../../server/store/database.ts';
import { createDatabase } from '../support/server.ts';
import { silentJournal } from '../support/journal.ts';

const BATCHES = 256;
const SIZE = 10;

test('a conversation is found by its own index in tables that grew too fast for statistics', async () => {
  await using own = await createDatabase();
  {
    await using database = openDatabase({ connectionString: own.url });
    const projectId = await ensureProject(database.prisma, 'young');
    await using journal = silentJournal(database, () => Date.UTC(2026, 0, 1));
    for (let batch = 0; batch < BATCHES; batch += 1) {
      await journal.write(
        projectId,
        Array.from({ length: SIZE }, (_, at) => hello(`${batch} ${at}`)),
      );
    }
  }
  // What an index was read for is known once its connections have ended.
  const client = new pg.Client({ connectionString: own.url });
  await client.connect();
  const { rows } = await client.query<{ rows: number }>(`
    select sum(idx_tup_read)::int as rows from pg_stat_user_indexes where relname = 'conversations'`);
  await client.end();
  const lookUps = BATCHES * SIZE;
  // A plan of the empty table, kept, would read half of all conversations at each look-up.
  expect(rows[0]!.rows / lookUps).toBeLessThan(lookUps / 2 / 4);
});

const hello = (conversationId: string): Command => ({
  kind: 'logMessage',
  conversationId,
  sender: 'USER',
  text: 'hello',
  origin: 'api',
  facts: {},
  metadata: {},
});
