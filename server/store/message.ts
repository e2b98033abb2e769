import type { MessageModel } from '../../generated/prisma/models.ts';
import type { Message } from '../domain/message.ts';
import type { JsonObject } from '../domain/value.ts';
import type { PrismaClient } from './database.ts';

function readMessage({ projectId: _, ...row }: MessageModel): Message {
  return { ...row, at: row.at.toISOString(), metadata: row.metadata as JsonObject };
}

/** A stretch of a conversation, between two message ids (both exclusive). */
export type MessageRange = { after?: number; before?: number; limit: number; isNewestFirst: boolean };

/** Messages of a conversation in the order in which they are read, unless asked otherwise. */
export async function listMessages(
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
  { after, before, limit, isNewestFirst }: MessageRange,
): Promise<Message[]> {
  const rows = await prisma.message.findMany({
    where: {
      projectId,
      conversationId,
      id: { ...(after !== undefined && { gt: after }), ...(before !== undefined && { lt: before }) },
    },
    orderBy: { id: isNewestFirst ? 'desc' : 'asc' },
    take: limit,
  });
  return rows.map(readMessage);
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

/** One message by id; null when this project has none. */
export async function findMessage(
  prisma: PrismaClient,
  projectId: number,
  id: number,
): Promise<Message | null> {
  const row = await prisma.message.findUnique({ where: { projectId_id: { projectId, id } } });
  return row && readMessage(row);
}
