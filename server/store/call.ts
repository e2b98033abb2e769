import { Prisma } from '../../generated/prisma/client.ts';
import type { Call } from '../domain/call.ts';
import type { Spoken } from '../domain/call-figures.ts';
import type { CallCategory } from '../domain/call-category.ts';
import type { Conversation, ConversationStatus } from '../domain/conversation.ts';
import { findConversation, findConversations } from './conversation.ts';
import type { PrismaClient } from './database.ts';
import type { PairRange } from './range.ts';

/** A call with its conversation. */
export type FoundCall = { conversation: Conversation; call: Call };

const columns = Prisma.sql`k.conversation_id as "conversationId", k.customer_phone_number as "customerPhoneNumber",
  k.system_phone_number as "systemPhoneNumber", k.agent_id as "agentId", k.started_at as "startedAt",
  k.is_start_stated as "isStartStated", k.metadata, k.categories, k.finals, k.last_start_ms as "lastStartMs"`;

type Row = Omit<Call, 'startedAt'> & { startedAt: Date };

/** One call by its external id; null when this project has none. */
export async function findCall(
  prisma: PrismaClient,
  projectId: number,
  externalId: string,
): Promise<FoundCall | null> {
  const conversation = await findConversation(prisma, projectId, { externalId });
  if (conversation?.channel !== 'CALL') return null;
  const rows = await prisma.$queryRaw<Row[]>`
    select ${columns} from calls k where k.project_id = ${projectId} and k.conversation_id = ${conversation.id}`;
  return rows[0] === undefined ? null : { conversation, call: readCall(rows[0]) };
}

/** Calls by when they began, newest first. */
export async function listCalls(
  prisma: PrismaClient,
  projectId: number,
  status: ConversationStatus | null,
  { after, before, limit, isFromEnd }: PairRange,
): Promise<FoundCall[]> {
  const beyond = (sign: string, [at, id]: [number, number]): Prisma.Sql =>
    Prisma.sql`and (k.started_at, k.conversation_id) ${Prisma.raw(sign)} (${new Date(at)}::timestamptz, ${id})`;
  // Few calls go on at a time; of the others most are what is asked for.
  const from =
    status === 'ACTIVE'
      ? Prisma.sql`(select id from conversations where project_id = ${projectId} and channel = 'CALL'
            and status = 'ACTIVE' offset 0) c
          cross join lateral (select * from calls
            where project_id = ${projectId} and conversation_id = c.id offset 0) k
        where true`
      : Prisma.sql`calls k cross join lateral (select channel, status from conversations
            where project_id = ${projectId} and id = k.conversation_id offset 0) c
        where k.project_id = ${projectId} and c.channel = 'CALL'
          ${status === null ? Prisma.empty : Prisma.sql`and c.status = 'CLOSED'`}`;
  const order = Prisma.raw(isFromEnd ? 'asc' : 'desc');
  const rows = await prisma.$queryRaw<Row[]>`
    select ${columns} from ${from}
      ${after === undefined ? Prisma.empty : beyond('<', after)}
      ${before === undefined ? Prisma.empty : beyond('>', before)}
    order by k.started_at ${order}, k.conversation_id ${order} limit ${limit}`;
  const conversations = await findConversations(
    prisma,
    projectId,
    rows.map(({ conversationId }) => conversationId),
  );
  return rows.flatMap((row) => {
    const conversation = conversations.get(row.conversationId);
    return conversation === undefined ? [] : [{ conversation, call: readCall(row) }];
  });
}

/** The call that began last; null while there is none. */
export const findLatestCall = async (prisma: PrismaClient, projectId: number): Promise<FoundCall | null> =>
  (await listCalls(prisma, projectId, null, { limit: 1, isFromEnd: false }))[0] ?? null;

/** What the figures of a call are made of: its final segments without their words, in the order of their starts. */
export const listSpoken = (
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
): Promise<Spoken[]> =>
  prisma.$queryRaw<Spoken[]>`
    select speaker, start_ms as "startMs", end_ms as "endMs", sentiment from segments
    where project_id = ${projectId} and conversation_id = ${conversationId} and not is_partial
    order by start_ms, id`;

/** A place in a call where its words fit a category of the project. */
export type Sighting = { category: string; startMs: number; endMs: number };

/** Where the words of a call fit categories, in their order; a segment once for each category. */
export const listSightings = (
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
): Promise<Sighting[]> =>
  prisma.$queryRaw<Sighting[]>`
    select m ->> 'category' as category, start_ms as "startMs", end_ms as "endMs"
    from segments cross join lateral (
      select distinct on (m ->> 'category') m from jsonb_array_elements(matches) as m) as each
    where project_id = ${projectId} and conversation_id = ${conversationId} and matches <> '[]'
    order by start_ms, id`;

/** What calls of a project may be about, by name. */
export async function listCallCategories(prisma: PrismaClient, projectId: number): Promise<CallCategory[]> {
  const rows = await prisma.callCategory.findMany({ where: { projectId }, orderBy: { name: 'asc' } });
  return rows.map(({ category }) => category as unknown as CallCategory);
}

const readCall = (row: Row): Call => ({ ...row, startedAt: row.startedAt.toISOString() });
