import type { ConversationModel, EndUserModel } from '../../generated/prisma/models.ts';
import type { Channel, Conversation, ConversationStatus, Owner } from '../domain/conversation.ts';
import type { PrismaClient } from './database.ts';
import { readEndUser } from './end-user.ts';
import { descending, type Range } from './range.ts';

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
};

/** Conversations by the sequence number of their last activity, newest first. */
export async function listConversations(
  prisma: PrismaClient,
  projectId: number,
  filter: ConversationFilter,
  range: Range,
): Promise<Conversation[]> {
  const { within, order } = descending(range);
  const rows = await prisma.conversation.findMany({
    where: {
      projectId,
      activeSeq: within,
      ...(filter.status != null && { status: filter.status }),
      ...(filter.channel != null && { channel: filter.channel }),
      ...(filter.platform != null && { platform: filter.platform }),
      ...(filter.owner != null && { owner: filter.owner }),
      ...(filter.endUser != null && { endUser: { externalId: filter.endUser } }),
    },
    include: { endUser: true },
    orderBy: { activeSeq: order },
    take: range.limit,
  });
  return rows.map(readConversation);
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
