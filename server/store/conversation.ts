import type { ConversationModel, EndUserModel } from '../../generated/prisma/models.ts';
import type { Channel, Conversation, ConversationStatus, Owner } from '../domain/conversation.ts';
import type { PrismaClient } from './database.ts';
import { readEndUser } from './end-user.ts';
import { ascending, descending, type Range } from './range.ts';

type Row = ConversationModel & { endUser: EndUserModel | null };

/** A conversation from its row. */
export function readConversation({ projectId: _, endUserId: __, ...row }: Row): Conversation {
  return {
    ...row,
    endUser: row.endUser && readEndUser(row.endUser),
    startedAt: row.startedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
    ownerSince: row.ownerSince.toISOString(),
    wantedSince: row.wantedSince?.toISOString() ?? null,
    activeAt: row.activeAt.toISOString(),
    activeSeq: Number(row.activeSeq),
  };
}

/** Which conversations are meant; what is left out does not matter. */
export type ConversationFilter = {
  status?: ConversationStatus | null | undefined;
  channel?: Channel | null | undefined;
  platform?: string | null | undefined;
  /** External id of the end user. */
  endUser?: string | null | undefined;
  owner?: Owner | null | undefined;
  externalId?: string | undefined;
  /** When it began, ISO: from a moment on, and before one. */
  from?: string | undefined;
  to?: string | undefined;
};

/** The conversations of a project that a filter means, as Prisma takes it. */
const meant = (projectId: number, filter: ConversationFilter) => ({
  projectId,
  ...(filter.status != null && { status: filter.status }),
  ...(filter.channel != null && { channel: filter.channel }),
  ...(filter.platform != null && { platform: filter.platform }),
  ...(filter.owner != null && { owner: filter.owner }),
  ...(filter.endUser != null && { endUser: { externalId: filter.endUser } }),
  ...(filter.externalId !== undefined && { externalId: filter.externalId }),
  startedAt: {
    ...(filter.from !== undefined && { gte: filter.from }),
    ...(filter.to !== undefined && { lt: filter.to }),
  },
});

/** Conversations by the sequence number of their last activity, newest first. */
export async function listConversations(
  prisma: PrismaClient,
  projectId: number,
  filter: ConversationFilter,
  range: Range,
): Promise<Conversation[]> {
  const { within, order } = descending(range);
  const rows = await prisma.conversation.findMany({
    where: { ...meant(projectId, filter), activeSeq: within },
    include: { endUser: true },
    orderBy: { activeSeq: order },
    take: range.limit,
  });
  return rows.map(readConversation);
}

/** Conversations by id, oldest first. */
export async function listConversationsById(
  prisma: PrismaClient,
  projectId: number,
  filter: ConversationFilter,
  range: Range,
): Promise<Conversation[]> {
  const { within, order } = ascending(range);
  const rows = await prisma.conversation.findMany({
    where: { ...meant(projectId, filter), id: within },
    include: { endUser: true },
    orderBy: { id: order },
    take: range.limit,
  });
  return rows.map(readConversation);
}

/** How many conversations a filter means. */
export const countConversations = (
  prisma: PrismaClient,
  projectId: number,
  filter: ConversationFilter,
): Promise<number> => prisma.conversation.count({ where: meant(projectId, filter) });

/** Conversations by id. */
export async function findConversations(
  prisma: PrismaClient,
  projectId: number,
  ids: number[],
): Promise<Map<number, Conversation>> {
  const rows = await prisma.conversation.findMany({
    where: { projectId, id: { in: ids } },
    include: { endUser: true },
  });
  return new Map(rows.map((row) => [row.id, readConversation(row)]));
}

/** One conversation by its id or external id; null when this project has none. */
export async function findConversation(
  prisma: PrismaClient,
  projectId: number,
  by: { id: number } | { externalId: string },
): Promise<Conversation | null> {
  const row = await prisma.conversation.findFirst({
    where: { projectId, ...by },
    include: { endUser: true },
  });
  return row && readConversation(row);
}
