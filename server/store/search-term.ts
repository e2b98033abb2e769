import { Prisma } from '../../generated/prisma/client.ts';
import { languages } from '../domain/search/language.ts';
import type { Term } from '../domain/search/query.ts';
import type { PrismaClient } from './database.ts';

const { sql } = Prisma;

/** A term as PostgreSQL asks for it. */
type Asked = { query: string; isNegated: boolean };

/** What is looked for as PostgreSQL asks for it, together and term by term; the stems of its words in each language. */
export type Compiled = { query: string; asked: Asked[]; stems: Map<string, string[]> };

/** A term as PostgreSQL reads it: its words, all texts quoted; the stems of a single word, and in which languages. */
type Read = { exact: string; words: number; stems: { stem: string; languages: string[] }[] };

/** Makes terms of words ones of PostgreSQL, which alone knows the endings of languages. */
export async function compile(prisma: PrismaClient, terms: Term[]): Promise<Compiled> {
  const rows = await prisma.$queryRaw<Read[]>`
    select exact::text, numnode(exact) as words, coalesce(stems, '[]') as stems
    from unnest(${terms.map(({ said }) => said)}::text[]) with ordinality as term (said, place)
    cross join lateral (select phraseto_tsquery('pg_catalog.simple', search_fold(said)) as exact) as folded
    left join lateral (
      select json_agg(it) as stems from (
        select array_to_tsvector(array[stem])::text as stem, array_agg(language) as languages
        from unnest(${languages}::text[]) as language,
          unnest(tsvector_to_array(to_tsvector(search_config(language), search_plain(said)))) as stem
        group by stem) as it) as stemmed on numnode(exact) = 1
    order by place`;
  const stems = new Map<string, string[]>();
  const asked = rows.flatMap((read, index): Asked[] => {
    const { isPhrase, isNegated } = terms[index]!;
    // Signs that no dictionary takes for a word are in no text.
    if (read.words === 0) return [];
    if (!isPhrase && !isNegated) {
      for (const { stem, languages: known } of read.stems) {
        for (const language of known) stems.set(language, [...(stems.get(language) ?? []), stem]);
      }
    }
    return [{ query: `(${isPhrase ? asWritten(read) : inAnyForm(read)})`, isNegated }];
  });
  return { query: allOf(asked) || `'/'`, asked, stems };
}

/** Terms that must all be met. */
const allOf = (asked: Asked[]): string =>
  asked.map(({ query, isNegated }) => `${isNegated ? '!' : ''}${query}`).join(' & ');

/** The words in their order, as they are written: places of stems have another weight. */
const asWritten = ({ exact }: Read): string => exact.replaceAll(/'(?:[^']|'')*'/gu, '$&:D');

/**
 * What begins with the word, and what has its stem in a text of the same language. A stem that begins with the word as
 * well is found already. Of several words, which one with punctuation is, the last may be begun.
 */
function inAnyForm(read: Read): string {
  if (read.words > 1) return asWritten(read).replace(/D$/u, '*D');
  const others = read.stems
    .filter(({ stem }) => !stem.startsWith(read.exact.slice(0, -1)))
    .map(({ stem, languages: known }) => `(${stem} & (${known.map((it) => `'${it}/'`).join(' | ')}))`);
  return [`${read.exact}:*`, ...others].join(' | ');
}

/** The places of words. No word has these signs. */
const places = /<(?:-|\d+)>/gu;

/** Whether a single word is looked for: its texts are those that the index gives. */
export const isWord = ({ asked }: Compiled): boolean =>
  asked.length === 1 && asked[0]!.query.search(places) < 0;

/** What the index can tell of a term: it knows neither the places of words nor their weights. */
const inIndex = ({ query }: Asked): string =>
  query.replaceAll(places, '&').replaceAll(/:(\*?)D/gu, (_, star: string) => star && ':*');

/** What is asked of both tables alike: messages, and finals of calls. Their ids lie in one order. */
export const ofBoth = (ask: (table: Prisma.Sql) => Prisma.Sql): Prisma.Sql =>
  sql`(${ask(sql`messages`)}) union all (${ask(sql`segments`)})`;

/** So many texts tell how frequent words are. */
const SAMPLE = 256;
/** Looking up what begins with a word costs as much as looking into texts, when these are so many times fewer. */
const LOOKUPS = 32;
/** So many texts are looked into sooner than the index is asked twice. */
const FEW_TEXTS = 32_768;

/**
 * What the index is asked for; whether that is the whole of what is looked for, else the rest is to be looked for in
 * what it gives; and whether it gives few texts.
 */
export type Lookup = { query: string; isWhole: boolean; isFew: boolean };

/** Tells from some of the texts between two ids which terms to look up: the rare ones, and others that cost little. */
export async function lookupOf(
  prisma: PrismaClient,
  projectId: number,
  { asked }: Compiled,
  { low, high }: { low: number; high: number },
): Promise<Lookup> {
  const counts = asked.map((it) => sql`count(*) filter (where words @@ ${inIndex(it)}::tsquery)`);
  const step = Math.ceil((high - low) / SAMPLE);
  const [sample] = await prisma.$queryRaw<{ counts: number[] }[]>`
    select array[${Prisma.join(counts)}]::int[] as counts
    from generate_series(${low + 1}::int, ${high - 1}::int, ${step}::int) as place (id)
    cross join lateral (${ofBoth(
      (table) => sql`select words from ${table} where project_id = ${projectId} and id = place.id`,
    )}) as m`;
  const found = sample!.counts;
  // One more than were met: what none of them has, others may have.
  const rarest = Math.min(...found.map((it, index) => (asked[index]!.isNegated ? Infinity : it + 1)));
  const kept = asked.filter((_, index) => found[index]! < LOOKUPS * rarest);
  return { query: allOf(kept), isWhole: kept.length === asked.length, isFew: rarest * step <= FEW_TEXTS };
}
