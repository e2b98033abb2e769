import type { MessageModel } from '../../generated/prisma/models.ts';
import type { Message } from '../domain/message.ts';
import type { JsonObject } from '../domain/value.ts';
import type { PrismaClient } from './database.ts';
import { ascending, type Range } from './range.ts';

function readMessage({ projectId: _, ...row }: MessageModel): Message {
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

/** All messages of some conversations with ids below `before`, by conversation and id. */
export async function messagesOf(
  prisma: PrismaClient,
  projectId: number,
  conversationIds: number[],
  before: number,
): Promise<Message[]> {
  type Row = Omit<Message, 'at'> & { at: Date };
  // Sorted here: the planner would rather walk an index that lies in order past all other conversations.
  const rows = await prisma.$queryRaw<Row[]>`
    select id, conversation_id as "conversationId", exchange, sender, text, at, metadata, end_user_id as "endUserId",
      sentiment, topics, requires_human as "requiresHuman", human_replied as "humanReplied", is_erased as "isErased"
    from messages
    where project_id = ${projectId} and conversation_id = any(${conversationIds}::int[]) and id < ${before}`;
  return rows
    .map((row) => ({ ...row, at: row.at.toISOString() }))
    .toSorted((a, b) => a.conversationId - b.conversationId || a.id - b.id);
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
