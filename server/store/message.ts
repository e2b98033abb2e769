import { Prisma } from '../../generated/prisma/client.ts';
import type { MessageModel } from '../../generated/prisma/models.ts';
import type { Message } from '../domain/message.ts';
import type { JsonObject } from '../domain/value.ts';
import type { PrismaClient } from './database.ts';
import { ascending, type Range } from './range.ts';

function readMessage({ projectId: _, language: __, ...row }: MessageModel): Message {
  return { ...row, at: row.at.toISOString(), metadata: row.metadata as JsonObject };
}

/** Messages of a conversation by id, which is the order in which they are read. */
export async function listMessages(
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
  range: Range,
): Promise<Message[]> {
  const { within, order } = ascending(range);
  const rows = await prisma.message.findMany({
    where: {
      projectId,
      conversationId,
      id: within,
    },
    orderBy: { id: order },
    take: range.limit,
  });
  return rows.map(readMessage);
}

/** Messages of some conversations, by conversation and id: of each at most `limit` with ids between two others. */
export async function messagesOf(
  prisma: PrismaClient,
  projectId: number,
  conversationIds: number[],
  { after, before, limit }: { after: number; before: number; limit: number },
  query: string | null,
): Promise<Message[]> {
  type Row = Omit<Message, 'at'> & { at: Date };
  const isFound = query === null ? Prisma.empty : Prisma.sql`and words @@ ${query}::tsquery`;
  // Each conversation by itself: the planner would rather walk an index that lies in order past all others.
  const rows = await prisma.$queryRaw<Row[]>`
    select m.id, conversation_id as "conversationId", exchange, sender, text, at, metadata, end_user_id as "endUserId",
      sentiment, topics, requires_human as "requiresHuman", human_replied as "humanReplied", is_erased as "isErased"
    from unnest(${conversationIds}::int[]) as wanted (id)
    cross join lateral (select * from messages
      where project_id = ${projectId} and conversation_id = wanted.id and id > ${after} and id < ${before} ${isFound}
      order by conversation_id, id limit ${limit}) m`;
  return rows
    .map((row) => ({ ...row, at: row.at.toISOString() }))
    .toSorted((a, b) => a.conversationId - b.conversationId || a.id - b.id);
}

/** Messages with these ids. */
export async function messagesWith(
  prisma: PrismaClient,
  projectId: number,
  ids: number[],
): Promise<Map<number, Message>> {
  const rows =
    ids.length === 0 ? [] : await prisma.message.findMany({ where: { projectId, id: { in: ids } } });
  return new Map(rows.map((row) => [row.id, readMessage(row)]));
}

/** What a person said last, newest first, by when it was said. */
export async function listSaid(
  prisma: PrismaClient,
  projectId: number,
  endUserId: number,
  limit: number,
): Promise<Message[]> {
  const rows = await prisma.message.findMany({
    // Words that were erased are nobody's last words.
    where: { projectId, endUserId, text: { not: '' } },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: limit,
  });
  return rows.map(readMessage);
}

/** When messages were said, by id, as ISO strings. */
export async function momentsOf(
  prisma: PrismaClient,
  projectId: number,
  ids: number[],
): Promise<Map<number, string>> {
  const rows = await prisma.message.findMany({
    where: { projectId, id: { in: ids } },
    select: { id: true, at: true },
  });
  return new Map(rows.map(({ id, at }) => [id, at.toISOString()]));
}

/** One message by id; null when this project has none. */
export async function findMessage(
  prisma: PrismaClient,
  projectId: number,
  id: number,
): Promise<Message | null> {
  const row = await prisma.message.findUnique({ where: { projectId_id: { projectId, id } } });
  return row && readMessage(row);
}
