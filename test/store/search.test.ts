import fc from 'fast-check';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createDatabase } from '../support/server.ts';

const signs = "-./:@_<>&+~'\\%#=?";
const piece = fc.constantFrom(
  ...signs.split(''),
  ...'ab12 x,;! é\n'.split(''),
  ' ',
  ' ',
  'http',
  'www',
  'com',
  'e',
  '1.5',
  'don',
);

test('words are what they would be without any sign that parsers give a meaning to', async () => {
  await using own = await createDatabase();
  const client = new pg.Client({ connectionString: own.url });
  await client.connect();
  try {
    const texts = fc.sample(fc.array(piece, { minLength: 1, maxLength: 14 }), { numRuns: 20_000, seed: 1 });
    const { rows } = await client.query<{ kept: string; other: string | null }>(
      `select count(*) filter (where plain = said and said <> bare) as kept,
        min(said) filter (where to_tsvector(dictionary, plain) <> to_tsvector(dictionary, bare)) as other
      from unnest($1::text[]) as said
      cross join lateral (select search_plain(said) as plain, translate(said, $2, $3) as bare) as versions
      cross join unnest('{simple,english}'::regconfig[]) as dictionary`,
      [texts.map((it) => it.join('')), signs, ' '.repeat(signs.length)],
    );
    expect(Number(rows[0]!.kept)).toBeGreaterThan(100);
    expect(rows[0]!.other).toBeNull();
  } finally {
    await client.end();
  }
});
