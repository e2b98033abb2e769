import pg from 'pg';

/** The tables of a database that hold a text in any column, with how often; a word that was erased is in none. */
export async function tablesWith(databaseUrl: string, word: string): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public' and tablename not like '\\_%'",
    );
    const found: Record<string, number> = {};
    for (const { name } of rows) {
      const text = `select count(*)::int as count from "${name}" as t where to_jsonb(t)::text ilike $1`;
      const { rows: counts } = await client.query<{ count: number }>(text, [`%${word}%`]);
      if (counts[0]!.count > 0) found[name] = counts[0]!.count;
    }
    return found;
  } finally {
    await client.end();
  }
}

/** What is counted, summed and timed in a database, as one text. */
export async function countsOf(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const counted = [
      'figures',
      'rollups',
      'latencies',
      'profiles',
      '(select id, messages, exchanges, handoffs from conversations) as conversations',
      '(select id, usd, table_usd, units, usage, model from costs) as costs',
      '(select id, outcome, stages, total_ms, at from turns) as turns',
      '(select id, speaker, start_ms, sentiment, matches, finals from segments join calls using (conversation_id)) as segments',
      '(select id, rating, rating_type, category, is_too_slow from feedback) as feedback',
      '(select id, sender, sentiment, at, requires_human, human_replied from messages) as messages',
    ];
    const texts = [];
    for (const table of counted) {
      const { rows } = await client.query<{ row: string }>(
        `select to_jsonb(t)::text as row from ${table.startsWith('(') ? table.replace(/ as \w+$/u, ' as t') : `${table} as t`} order by 1`,
      );
      texts.push(...rows.map(({ row }) => row));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}
