import { Prisma } from '../../generated/prisma/client.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Message } from '../domain/message.ts';
import type { Term } from '../domain/search/query.ts';
import { fold, snippetOf, type SnippetPart } from '../domain/search/snippet.ts';
import { conditionOf, findFew, withoutRare, type Wanted } from './conversation-filter.ts';
import { conversationsOf } from './conversation.ts';
import type { PrismaClient } from './database.ts';
import { messagesWith } from './message.ts';
import type { Range } from './range.ts';

/** A message in which something was found. */
export type Hit = { id: number; message: Message; conversation: Conversation; snippet: SnippetPart[] };

const { sql } = Prisma;

/** Terms as PostgreSQL asks for them. */
export async function compile(prisma: PrismaClient, terms: Term[]): Promise<string> {
  const wanted = JSON.stringify(
    terms.map(({ said, isPhrase, isNegated }) => ({ said, isPhrase, isNegated })),
  );
  const [row] = await prisma.$queryRaw<{ query: string | null }[]>`
    select string_agg(case when "isNegated" then '!' else '' end || '(' || search_term(said, "isPhrase")::text || ')',
      ' & ') as query
    from json_to_recordset(${wanted}::json) as term (said text, "isPhrase" boolean, "isNegated" boolean)`;
  // Signs that no dictionary takes for a word are in no text.
  return row!.query ?? `'/'`;
}

/** So many of the newest messages are looked through one by one; what is frequent is found among them. */
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

/** Ids of messages that match, newest first, or the oldest ones first from the end. */
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
      cross join lateral (select id from messages
        where project_id = ${projectId} and conversation_id = c.id and id > ${low} and id < ${high}
          and words @@ ${query}::tsquery
        order by conversation_id ${order}, id ${order} limit ${limit}) m`;
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
    const limited = sql`order by m.id ${order} limit ${limit - found.length}`;
    const rows =
      marks === null
        ? await prisma.$queryRaw<{ id: number }[]>`
            select m.id from messages m ${join}
            where m.project_id = ${projectId} and m.id > ${from} and m.id < ${to} and m.words @@ ${query}::tsquery
            ${limited}`
        : // The mark says of which project they are, so that nothing but the words can be looked up.
          await prisma.$queryRaw<{ id: number }[]>`
            with m as materialized (
              select id, conversation_id from messages
              where words @@ ${`(${query}) & (${marks.map((mark) => `'${mark}'`).join(' | ')})`}::tsquery
                and id > ${from} and id < ${to}
            )
            select m.id from m ${join} ${limited}`;
    found.push(...rows.map(({ id }) => id));
  }
  return found;
}

/** Messages with the terms, in the conversations that a filter means; newest first. */
export async function search(
  prisma: PrismaClient,
  projectId: number,
  terms: Term[],
  wanted: Wanted,
  range: Range,
): Promise<Hit[]> {
  const query = await compile(prisma, terms);
  const ids = await findIds(prisma, projectId, query, wanted, range);
  const [messages, forms] = [
    await messagesWith(prisma, projectId, ids),
    await formsOf(prisma, projectId, ids, query),
  ];
  const conversations = await conversationsOf(
    prisma,
    projectId,
    [...messages.values()].map(({ conversationId }) => conversationId),
  );
  const byId = new Map(conversations.map((it) => [it.id, it]));
  return ids.flatMap((id) => {
    const message = messages.get(id);
    const conversation = byId.get(message?.conversationId ?? 0);
    if (message === undefined || conversation === undefined) return [];
    return [
      { id, message, conversation, snippet: snippetOf(message.text, terms, forms.get(id) ?? new Set()) },
    ];
  });
}

/** So much of a text is looked through for words with the stems. */
const LOOKED_AT = 20_000;

/** The words of messages that have a stem of the query, folded. */
async function formsOf(
  prisma: PrismaClient,
  projectId: number,
  ids: number[],
  query: string,
): Promise<Map<number, Set<string>>> {
  const byLanguage = new Map<string, string[]>();
  for (const [, language, stem] of query.matchAll(/'([a-z]{2})\/((?:[^']|'')+)'/gu)) {
    byLanguage.set(language!, [...(byLanguage.get(language!) ?? []), `'${stem}'`]);
  }
  const queries = [...byLanguage].map(([language, found]) => ({ language, query: found.join(' | ') }));
  if (queries.length === 0 || ids.length === 0) return new Map();
  const rows = await prisma.$queryRaw<{ id: number; marked: string }[]>`
    select id, ts_headline(search_config(m.language), left(text, ${LOOKED_AT}), q.query::tsquery,
      E'HighlightAll=true, StartSel=\x02, StopSel=\x03') as marked
    from messages m join json_to_recordset(${JSON.stringify(queries)}::json) as q (language text, query text)
      on q.language = m.language
    where project_id = ${projectId} and id = any(${ids}::int[])`;
  return new Map(
    rows.map(({ id, marked }) => [
      id,
      // oxlint-disable-next-line no-control-regex -- the marks that were asked for
      new Set([...marked.matchAll(/\u0002([^\u0003]*)\u0003/gu)].map(([, word]) => fold(word!))),
    ]),
  );
}

/** Messages that many words have; more are not looked up one by one. */
const FEW_MESSAGES = 2000;

/** A filter with the ids of the conversations in which something was found, when that was found seldom. */
export async function narrow(
  prisma: PrismaClient,
  projectId: number,
  wanted: Wanted,
  query: string,
): Promise<Wanted> {
  const rows = await prisma.$queryRaw<{ id: number }[]>`
    select conversation_id as id from messages
    where words @@ ${`(${query}) & '${projectId}/'`}::tsquery limit ${FEW_MESSAGES + 1}`;
  if (rows.length > FEW_MESSAGES) return wanted;
  const ids = new Set(rows.map(({ id }) => id));
  return { ...wanted, ids: wanted.ids === undefined ? [...ids] : wanted.ids.filter((id) => ids.has(id)) };
}
