import type { Conversation } from '../domain/conversation.ts';
import type { Part } from '../domain/export/part.ts';
import type { Message } from '../domain/message.ts';
import { listConversationsById } from './conversation.ts';
import { withoutRare, type Wanted } from './conversation-filter.ts';
import type { PrismaClient } from './database.ts';
import { messagesOf } from './message.ts';
import type { Term } from '../domain/search/query.ts';
import { compile, narrow } from './search.ts';

/** So many conversations and messages are held at once; what takes longer than some ms holds up others. */
const CONVERSATIONS = 50;
const MESSAGES = 100;

/** Ids that were given out last: what came later is in no export that began before. */
export type Limits = { lastConversation: number; lastMessage: number };

export const findLimits = (prisma: PrismaClient, projectId: number): Promise<Limits> =>
  prisma.project.findUniqueOrThrow({
    where: { id: projectId },
    select: { lastConversation: true, lastMessage: true },
  });

/**
 * Conversations with their messages, by id; read page by page, as fast as somebody takes them. With terms to look for
 * only the messages that have them, and the conversations of those.
 */
export async function* readParts(
  prisma: PrismaClient,
  projectId: number,
  filter: Wanted,
  terms: Term[] | null,
  { lastConversation, lastMessage }: Limits,
): AsyncGenerator<Part[], void, undefined> {
  const [beforeConversation, before] = [lastConversation + 1, lastMessage + 1];
  const query = terms === null ? null : await compile(prisma, terms);
  const known = await withoutRare(prisma, projectId, filter);
  const wanted = query === null ? known : await narrow(prisma, projectId, known, query);
  for (let after = 0; ;) {
    const page = await listConversationsById(prisma, projectId, wanted, {
      after,
      before: beforeConversation,
      limit: CONVERSATIONS,
      isFromEnd: false,
    });
    for (const group of groupsOf(page)) {
      if (isLong(group[0]!)) yield* readLong(prisma, projectId, group[0]!, before, query);
      else yield await readGroup(prisma, projectId, group, before, query);
    }
    if (page.length < CONVERSATIONS) return;
    after = page.at(-1)!.id;
  }
}

const isLong = ({ messages }: Conversation): boolean => messages > MESSAGES;

/** Neighbours whose messages fit into one page together; a long conversation stands alone. */
function groupsOf(conversations: Conversation[]): Conversation[][] {
  const groups: Conversation[][] = [];
  let room = -1;
  for (const conversation of conversations) {
    if (conversation.messages > room) {
      groups.push([]);
      room = MESSAGES;
    }
    groups.at(-1)!.push(conversation);
    room = isLong(conversation) ? -1 : room - conversation.messages;
  }
  return groups;
}

async function readGroup(
  prisma: PrismaClient,
  projectId: number,
  group: Conversation[],
  before: number,
  query: string | null,
): Promise<Part[]> {
  const ids = group.map(({ id }) => id);
  const messages = new Map<number, Message[]>(ids.map((id) => [id, []]));
  const range = { after: 0, before, limit: MESSAGES };
  for (const message of await messagesOf(prisma, projectId, ids, range, query)) {
    messages.get(message.conversationId)!.push(message);
  }
  return group
    .map((conversation) => ({
      conversation,
      messages: messages.get(conversation.id)!,
      isFirst: true,
      isLast: true,
    }))
    .filter((part) => query === null || part.messages.length > 0);
}

async function* readLong(
  prisma: PrismaClient,
  projectId: number,
  conversation: Conversation,
  before: number,
  query: string | null,
): AsyncGenerator<Part[], void, undefined> {
  for (let after = 0, isFirst = true, isLast = false; !isLast; isFirst = false) {
    const range = { after, before, limit: MESSAGES };
    const messages: Message[] = await messagesOf(prisma, projectId, [conversation.id], range, query);
    isLast = messages.length < MESSAGES;
    if (isFirst && query !== null && messages.length === 0) return;
    yield [{ conversation, messages, isFirst, isLast }];
    after = messages.at(-1)?.id ?? after;
  }
}
