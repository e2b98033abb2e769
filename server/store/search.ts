import { Prisma } from '../../generated/prisma/client.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Message } from '../domain/message.ts';
import type { Term } from '../domain/search/query.ts';
import { fold, snippetOf, type SnippetPart } from '../domain/search/snippet.ts';
import type { Segment } from '../domain/segment.ts';
import { conditionOf, findFew, withoutRare, type Wanted } from './conversation-filter.ts';
import { conversationsOf } from './conversation.ts';
import type { PrismaClient } from './database.ts';
import { messagesWith } from './message.ts';
import type { Range } from './range.ts';
import { compile, isWord, lookupOf, ofBoth, type Compiled, type Lookup } from './search-term.ts';
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

/** So many of the newest ids are looked through one by one; what is frequent is found among them. */
const LOOKED_THROUGH = 4096;
/** The function search_words of the migration `search` marks texts whose ids are equal but for the last so many bits. */
const NEAR = 17;

/** What is looked for: where, how many, in which order, and in which conversations if not in all. */
type Sought = {
  projectId: number;
  low: number;
  high: number;
  limit: number;
  isFromEnd: boolean;
  order: Prisma.Sql;
  join: Prisma.Sql;
};

/** A stretch of ids, its ends excluded, and by which marks its texts are found. */
type Stretch = { low: number; high: number; marks: string[] };

/**
 * The ids between two, both of them excluded, in stretches that grow: the first one is walked and finds what is
 * frequent, of the others the index is asked for what is rarer than that.
 */
function stretchesOf({ projectId, low, high, isFromEnd }: Sought): Record<'first' | 'near' | 'far', Stretch> {
  const markOf = (id: number): string => `${projectId}/${id >> NEAR}`;
  const size = 2 ** NEAR;
  const [edge, end, step] = isFromEnd ? [low, high, 1] : [high, low, -1];
  // What is near the edge or one further is found by two marks.
  const marked = (Math.floor(edge / size) + (isFromEnd ? 2 : -1)) * size - (isFromEnd ? 1 : 0);
  let from = edge;
  const upTo = (last: number, marks: string[]): Stretch => {
    // The next one begins behind the last id of this one.
    const to = isFromEnd ? Math.min(end, last + 1) : Math.max(end, last - 1);
    const stretch = { low: Math.min(from, to), high: Math.max(from, to), marks };
    from = isFromEnd ? Math.max(from, to - 1) : Math.min(from, to + 1);
    return stretch;
  };
  return {
    first: upTo(edge + step * LOOKED_THROUGH, []),
    near: upTo(marked, [markOf(edge), markOf(edge + step * size)]),
    far: upTo(end, [`${projectId}/`]),
  };
}

type Id = { id: number };

/** Ids of what matches, newest first, or the oldest ones first from the end. */
async function findIds(
  prisma: PrismaClient,
  projectId: number,
  compiled: Compiled,
  filter: Wanted,
  { after, before, limit, isFromEnd }: Range,
): Promise<number[]> {
  if (compiled.asked.length === 0) return [];
  const wanted = await withoutRare(prisma, projectId, filter);
  const [project] = await prisma.$queryRaw<{ last: number; texts: number }[]>`
    select last_message as last, (select sum(reltuples)::float8 from pg_class
      where oid in ('messages'::regclass, 'segments'::regclass)) as texts
    from projects where id = ${projectId}`;
  const { last, texts } = project!;
  const isFiltered = Object.values(wanted).some((value) => value != null);
  const sought: Sought = {
    projectId,
    low: Math.max(before ?? 0, 0),
    high: Math.min(after ?? last + 1, last + 1),
    limit,
    isFromEnd,
    order: Prisma.raw(isFromEnd ? 'asc' : 'desc'),
    join: isFiltered
      ? sql`join conversations c on c.id = m.conversation_id and ${conditionOf(projectId, wanted)}`
      : Prisma.empty,
  };
  const few = await findFew(prisma, projectId, wanted);
  if (few !== null) return findAmong(prisma, compiled, sought, few);
  const { first, near, far } = stretchesOf(sought);
  const walked = await walk(prisma, compiled, sought, first);
  if (walked.length >= limit) return walked;
  // Where most texts are of one project, its mark excludes less than it costs.
  const isMost = last >= texts / 2 && compiled.asked.some(({ isNegated }) => !isNegated);
  const stretches = [near, isMost ? { ...far, marks: [] } : far];
  return [
    ...walked,
    ...(await lookUp(prisma, compiled, { ...sought, limit: limit - walked.length }, stretches)),
  ];
}

/** What matches in few conversations. */
async function findAmong(
  prisma: PrismaClient,
  { query }: Compiled,
  { projectId, low, high, limit, isFromEnd, order }: Sought,
  conversations: number[],
): Promise<number[]> {
  const rows = await prisma.$queryRaw<Id[]>`
    select m.id from unnest(${conversations}::int[]) as c (id)
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

/** What matches in a stretch, text by text. */
async function walk(
  prisma: PrismaClient,
  { query }: Compiled,
  { projectId, limit, order, join }: Sought,
  { low, high }: Stretch,
): Promise<number[]> {
  const limited = sql`order by id ${order} limit ${limit}`;
  const rows = await prisma.$queryRaw<Id[]>`
    select id from (${ofBoth(
      (table) => sql`select m.id from ${table} m ${join}
        where m.project_id = ${projectId} and m.id > ${low} and m.id < ${high} and m.words @@ ${query}::tsquery
        ${limited}`,
    )}) as met ${limited}`;
  return rows.map(({ id }) => id);
}

/** What matches in stretches that follow each other, by the index. */
async function lookUp(
  prisma: PrismaClient,
  compiled: Compiled,
  { projectId, limit, order, join }: Sought,
  stretches: Stretch[],
): Promise<number[]> {
  const { query, isWhole, stretches: planned } = await planOf(prisma, projectId, compiled, stretches);
  const rest = isWhole ? Prisma.empty : sql`where words @@ ${compiled.query}::tsquery`;
  const found: number[] = [];
  for (const { low, high, marks } of planned) {
    if (found.length >= limit) break;
    const isMarked = marks.map((it) => `'${it}'`).join(' | ');
    const given = isMarked === '' ? query : `(${query}) & (${isMarked})`;
    // The project is asked for in a way that no index but that of words can answer.
    const rows = await prisma.$queryRaw<Id[]>`
      with m as materialized (${ofBoth(
        (table) => sql`select id, conversation_id from (select id, conversation_id, words from ${table}
          where words @@ ${given}::tsquery and project_id + 0 = ${projectId} and id > ${low} and id < ${high}
          offset 0) as given ${rest}`,
      )})
      select m.id from m ${join} order by m.id ${order} limit ${limit - found.length}`;
    found.push(...rows.map(({ id }) => id));
  }
  return found;
}

/** What the index is asked for, in which stretches: in all at once where that gives few texts. */
async function planOf(
  prisma: PrismaClient,
  projectId: number,
  compiled: Compiled,
  all: Stretch[],
): Promise<Pick<Lookup, 'query' | 'isWhole'> & { stretches: Stretch[] }> {
  const stretches = all.filter(({ low, high }) => high - low > 1);
  if (stretches.length === 0 || isWord(compiled) || (stretches.length === 1 && compiled.asked.length === 1)) {
    return { query: compiled.query, isWhole: true, stretches };
  }
  const whole = {
    low: Math.min(...stretches.map(({ low }) => low)),
    high: Math.max(...stretches.map(({ high }) => high)),
    marks: stretches.at(-1)!.marks,
  };
  const lookup = await lookupOf(prisma, projectId, compiled, whole);
  return { ...lookup, stretches: lookup.isFew ? [whole] : stretches };
}

/** Messages and final segments with the terms, in the conversations that a filter means; newest first. */
export async function search(
  prisma: PrismaClient,
  projectId: number,
  terms: Term[],
  wanted: Wanted,
  range: Range,
): Promise<Hit[]> {
  const compiled = await compile(prisma, terms);
  const ids = await findIds(prisma, projectId, compiled, wanted, range);
  const messages = await messagesWith(prisma, projectId, ids);
  const segments = await segmentsWith(prisma, projectId, ids);
  const forms = await formsOf(prisma, projectId, ids, compiled.stems);
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
