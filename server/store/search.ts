import { Prisma } from '../../generated/prisma/client.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Message } from '../domain/message.ts';
import { languages } from '../domain/search/language.ts';
import type { Term } from '../domain/search/query.ts';
import { fold, snippetOf, type SnippetPart } from '../domain/search/snippet.ts';
import type { Segment } from '../domain/segment.ts';
import { conditionOf, findFew, withoutRare, type Wanted } from './conversation-filter.ts';
import { conversationsOf } from './conversation.ts';
import type { PrismaClient } from './database.ts';
import { messagesWith } from './message.ts';
import type { Range } from './range.ts';
import { segmentsWith } from './segment.ts';

/** A message, or a final segment of a call, in which something was found. */
export type Hit = {
  id: number;
  message: Message | null;
  segment: Segment | null;
  conversation: Conversation;
  snippet: SnippetPart[];
};

const { sql } = Prisma;

/** What is looked for as PostgreSQL asks for it, and the stems of its words in each language. */
export type Compiled = { query: string; stems: Map<string, string[]> };

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
  const asked = rows.flatMap((read, index) => {
    const { isPhrase, isNegated } = terms[index]!;
    // Signs that no dictionary takes for a word are in no text.
    if (read.words === 0) return [];
    if (!isPhrase && !isNegated) {
      for (const { stem, languages: known } of read.stems) {
        for (const language of known) stems.set(language, [...(stems.get(language) ?? []), stem]);
      }
    }
    return [`${isNegated ? '!' : ''}(${isPhrase ? asWritten(read) : inAnyForm(read)})`];
  });
  return { query: asked.join(' & ') || `'/'`, stems };
}

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

/** So many of the newest ids are looked through one by one; what is frequent is found among them. */
const LOOKED_THROUGH = 4096;
/** The function search_words of the migration `search` marks texts whose ids are equal but for the last so many bits. */
const NEAR = 17;

/** A stretch of ids, and by which mark its texts are found; null to walk along them. */
type Stretch = { low: number; high: number; marks: string[] | null };

/**
 * The ids between two, both of them excluded, in stretches that grow. Each asks for as much work as it may have
 * matches: the first one finds what is frequent, the others what is rarer than that.
 */
function stretchesOf(projectId: number, low: number, high: number, isFromEnd: boolean): Stretch[] {
  const near = (id: number): string => `${projectId}/${id >> NEAR}`;
  const size = 2 ** NEAR;
  const [edge, end, step] = isFromEnd ? [low, high, 1] : [high, low, -1];
  // What is near the edge or one further is found by two marks.
  const marked = (Math.floor(edge / size) + (isFromEnd ? 2 : -1)) * size - (isFromEnd ? 1 : 0);
  const marks = [null, [near(edge), near(edge + step * size)], [`${projectId}/`]];
  const stretches: Stretch[] = [];
  let from = edge;
  for (const [index, last] of [edge + step * LOOKED_THROUGH, marked, end].entries()) {
    // The next one begins behind the last id of this one.
    const to = isFromEnd ? Math.min(end, last + 1) : Math.max(end, last - 1);
    stretches.push({ low: Math.min(from, to), high: Math.max(from, to), marks: marks[index]! });
    from = isFromEnd ? Math.max(from, last) : Math.min(from, last);
  }
  return stretches;
}

/** What is asked of both tables alike: messages, and finals of calls. Their ids lie in one order. */
const ofBoth = (ask: (table: Prisma.Sql) => Prisma.Sql): Prisma.Sql =>
  sql`(${ask(sql`messages`)}) union all (${ask(sql`segments`)})`;

/** Ids of what matches, newest first, or the oldest ones first from the end. */
async function findIds(
  prisma: PrismaClient,
  projectId: number,
  query: string,
  filter: Wanted,
  { after, before, limit, isFromEnd }: Range,
): Promise<number[]> {
  const wanted = await withoutRare(prisma, projectId, filter);
  const { lastMessage } = await prisma.project.findUniqueOrThrow({
    where: { id: projectId },
    select: { lastMessage: true },
  });
  const [low, high] = [Math.max(before ?? 0, 0), Math.min(after ?? lastMessage + 1, lastMessage + 1)];
  const order = Prisma.raw(isFromEnd ? 'asc' : 'desc');
  const few = await findFew(prisma, projectId, wanted);
  if (few !== null) {
    const rows = await prisma.$queryRaw<{ id: number }[]>`
      select m.id from unnest(${few.map(({ id }) => id)}::int[]) as c (id)
      cross join lateral (${ofBoth(
        (table) => sql`select id from ${table}
          where project_id = ${projectId} and conversation_id = c.id and id > ${low} and id < ${high}
            and words @@ ${query}::tsquery
          order by conversation_id ${order}, id ${order} limit ${limit}`,
      )}) m`;
    const sign = isFromEnd ? 1 : -1;
    return rows
      .map(({ id }) => id)
      .toSorted((a, b) => sign * (a - b))
      .slice(0, limit);
  }
  const isFiltered = Object.values(wanted).some((value) => value != null);
  const join = isFiltered
    ? sql`join conversations c on c.id = m.conversation_id and ${conditionOf(projectId, wanted)}`
    : Prisma.empty;
  const found: number[] = [];
  for (const { low: from, high: to, marks } of stretchesOf(projectId, low, high, isFromEnd)) {
    if (found.length >= limit) break;
    if (to - from < 2) continue;
    const limited = sql`order by id ${order} limit ${limit - found.length}`;
    const rows =
      marks === null
        ? await prisma.$queryRaw<{ id: number }[]>`
            select id from (${ofBoth(
              (table) => sql`select m.id from ${table} m ${join}
                where m.project_id = ${projectId} and m.id > ${from} and m.id < ${to} and m.words @@ ${query}::tsquery
                ${limited}`,
            )}) as met ${limited}`
        : // The mark says of which project they are, so that nothing but the words can be looked up.
          await prisma.$queryRaw<{ id: number }[]>`
            with m as materialized (${ofBoth(
              (table) => sql`select id, conversation_id from ${table}
                where words @@ ${`(${query}) & (${marks.map((mark) => `'${mark}'`).join(' | ')})`}::tsquery
                  and id > ${from} and id < ${to}`,
            )})
            select m.id from m ${join} order by m.id ${order} limit ${limit - found.length}`;
    found.push(...rows.map(({ id }) => id));
  }
  return found;
}

/** Messages and final segments with the terms, in the conversations that a filter means; newest first. */
export async function search(
  prisma: PrismaClient,
  projectId: number,
  terms: Term[],
  wanted: Wanted,
  range: Range,
): Promise<Hit[]> {
  const { query, stems } = await compile(prisma, terms);
  const ids = await findIds(prisma, projectId, query, wanted, range);
  const messages = await messagesWith(prisma, projectId, ids);
  const segments = await segmentsWith(prisma, projectId, ids);
  const forms = await formsOf(prisma, projectId, ids, stems);
  const found = ids.flatMap((id) => messages.get(id) ?? segments.get(id) ?? []);
  const conversations = await conversationsOf(
    prisma,
    projectId,
    found.map(({ conversationId }) => conversationId),
  );
  const byId = new Map(conversations.map((it) => [it.id, it]));
  return found.flatMap(({ id, text, conversationId }) => {
    const conversation = byId.get(conversationId);
    if (conversation === undefined) return [];
    const snippet = snippetOf(text, terms, forms.get(id) ?? new Set());
    const [message, segment] = [messages.get(id) ?? null, segments.get(id) ?? null];
    return [{ id, message, segment, conversation, snippet }];
  });
}

/** So much of a text is looked through for words with the stems. */
const LOOKED_AT = 20_000;

/** The words of texts that have a stem of the query, folded. */
async function formsOf(
  prisma: PrismaClient,
  projectId: number,
  ids: number[],
  stems: Map<string, string[]>,
): Promise<Map<number, Set<string>>> {
  const queries = [...stems].map(([language, found]) => ({ language, query: found.join(' | ') }));
  if (queries.length === 0 || ids.length === 0) return new Map();
  const rows = await prisma.$queryRaw<{ id: number; marked: string }[]>`
    select id, ts_headline(search_config(m.language), left(text, ${LOOKED_AT}), q.query::tsquery,
      E'HighlightAll=true, StartSel=\x02, StopSel=\x03') as marked
    from (${ofBoth(
      (table) => sql`select id, language, text from ${table}
        where project_id = ${projectId} and id = any(${ids}::int[])`,
    )}) as m join json_to_recordset(${JSON.stringify(queries)}::json) as q (language text, query text)
      on q.language = m.language`;
  return new Map(
    rows.map(({ id, marked }) => [
      id,
      // oxlint-disable-next-line no-control-regex -- the marks that were asked for
      new Set([...marked.matchAll(/\u0002([^\u0003]*)\u0003/gu)].map(([, word]) => fold(word!))),
    ]),
  );
}

/** Texts that many words have; more are not looked up one by one. */
const FEW_TEXTS = 2000;

/** A filter with the ids of the conversations in which something was found, when that was found seldom. */
export async function narrow(
  prisma: PrismaClient,
  projectId: number,
  wanted: Wanted,
  query: string,
): Promise<Wanted> {
  const rows = await prisma.$queryRaw<{ id: number }[]>`
    select id from (${ofBoth(
      (table) => sql`select conversation_id as id from ${table}
        where words @@ ${`(${query}) & '${projectId}/'`}::tsquery limit ${FEW_TEXTS + 1}`,
    )}) as met limit ${FEW_TEXTS + 1}`;
  if (rows.length > FEW_TEXTS) return wanted;
  const ids = new Set(rows.map(({ id }) => id));
  return { ...wanted, ids: wanted.ids === undefined ? [...ids] : wanted.ids.filter((id) => ids.has(id)) };
}
