import type { Conversation } from '../domain/conversation.ts';
import type { Part } from '../domain/export/part.ts';
import type { Message } from '../domain/message.ts';
import { listConversationsById } from './conversation.ts';
import { withoutRare, type Wanted } from './conversation-filter.ts';
import type { PrismaClient } from './database.ts';
import { messagesOf } from './message.ts';
import { readSegments } from './segment.ts';
import type { Term } from '../domain/search/query.ts';
import { narrow } from './search.ts';
import { compile } from './search-term.ts';

/** So many conversations and messages are held at once; what takes longer than some ms holds up others. */
const CONVERSATIONS = 50;
const MESSAGES = 100;

/** Ids that were given out last, to conversations, and to messages and segments: what came later is in no export that began before. */
export type Limits = { lastConversation: number; lastMessage: number };

export const findLimits = (prisma: PrismaClient, projectId: number): Promise<Limits> =>
  prisma.project.findUniqueOrThrow({
    where: { id: projectId },
    select: { lastConversation: true, lastMessage: true },
  });

/**
 * Conversations with what was said in them, by id; read page by page, as fast as somebody takes them. With terms to look for
 * only the messages and segments that have them, and the conversations of those.
 */
export async function* readParts(
  prisma: PrismaClient,
  projectId: number,
  filter: Wanted,
  terms: Term[] | null,
  { lastConversation, lastMessage }: Limits,
): AsyncGenerator<Part[], void, undefined> {
  const [beforeConversation, before] = [lastConversation + 1, lastMessage + 1];
  const query = terms === null ? null : (await compile(prisma, terms)).query;
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
      if (isAlone(group[0]!)) yield* readAlone(prisma, projectId, group[0]!, before, query);
      else yield await readGroup(prisma, projectId, group, before, query);
    }
    if (page.length < CONVERSATIONS) return;
    after = page.at(-1)!.id;
  }
}

/** How long a call is, its conversation does not tell. */
const isAlone = ({ messages, channel }: Conversation): boolean => messages > MESSAGES || channel === 'CALL';

/** Neighbours whose messages fit into one page together; a long conversation or a call stands alone. */
function groupsOf(conversations: Conversation[]): Conversation[][] {
  const groups: Conversation[][] = [];
  let room = -1;
  for (const conversation of conversations) {
    if (conversation.messages > room || isAlone(conversation)) {
      groups.push([]);
      room = MESSAGES;
    }
    groups.at(-1)!.push(conversation);
    room = isAlone(conversation) ? -1 : room - conversation.messages;
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
      segments: [],
      isFirst: true,
      isLast: true,
    }))
    .filter((part) => query === null || part.messages.length > 0);
}

async function* readAlone(
  prisma: PrismaClient,
  projectId: number,
  conversation: Conversation,
  before: number,
  query: string | null,
): AsyncGenerator<Part[], void, undefined> {
  let isFirst = true;
  for await (const said of readSaid(prisma, projectId, conversation, before, query)) {
    yield [{ conversation, ...said, isFirst, isLast: false }];
    isFirst = false;
  }
  if (isFirst && query !== null) return;
  yield [{ conversation, messages: [], segments: [], isFirst, isLast: true }];
}

async function* readSaid(
  prisma: PrismaClient,
  projectId: number,
  { id, channel, messages: count }: Conversation,
  before: number,
  query: string | null,
): AsyncGenerator<Pick<Part, 'messages' | 'segments'>, void, undefined> {
  for (let after = 0, isOver = count === 0; !isOver;) {
    const range = { after, before, limit: MESSAGES };
    const messages = await messagesOf(prisma, projectId, [id], range, query);
    if (messages.length > 0) yield { messages, segments: [] };
    isOver = messages.length < MESSAGES;
    after = messages.at(-1)?.id ?? after;
  }
  if (channel !== 'CALL') return;
  const wanted = { isFinal: true, upTo: before - 1, query };
  for await (const segments of readSegments(prisma, projectId, id, wanted)) yield { messages: [], segments };
}
