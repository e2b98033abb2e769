import type { Handoff } from '../domain/command.ts';
import type { Conversation } from '../domain/conversation.ts';
import { NotFoundError } from '../domain/errors.ts';
import type { Message } from '../domain/message.ts';
import type { Journal } from '../journal/write.ts';
import { mannerOf, type Call, type Reply, type Route } from '../route.ts';
import type { PrismaClient } from '../store/database.ts';
import { findConversation, listConversations } from '../store/conversation.ts';
import { listMessages, momentsOf } from '../store/message.ts';
import { countProject } from '../store/project.ts';
import { answered } from './answered.ts';
import { parseBody } from './body.ts';
import { parseLimit } from './query.ts';

/** The admin panel says with every answer whether it worked. */
export const cafeManner = mannerOf((error) => ({ success: false, error }));

type Dependencies = { journal: Journal; prisma: PrismaClient; now: () => number };

/** The doors of the chat admin panel. */
export function cafeRoutes({ journal, prisma, now }: Dependencies): Route[] {
  const get = (path: string, answer: (call: Call) => Promise<object>): Route => ({
    method: 'GET',
    path,
    scope: 'read',
    manner: cafeManner,
    handle: async (call) => ({ status: 200, body: { success: true, ...(await answer(call)) } }),
  });
  const post = (path: string, handle: (call: Call) => Promise<Reply>): Route => ({
    method: 'POST',
    path,
    scope: 'operate',
    manner: cafeManner,
    handle(call) {
      if (call.raw.length > 0) parseBody(call.raw);
      return handle(call);
    },
  });

  async function conversationOf({ caller, params }: Call): Promise<Conversation> {
    const id = idIn(params['conversation_id']);
    const conversation = id === null ? null : await findConversation(prisma, caller.projectId, { id });
    if (conversation === null) throw new NotFoundError('Conversation not found');
    return conversation;
  }

  async function show(projectId: number, conversations: Conversation[]): Promise<object[]> {
    const last = conversations.flatMap(({ lastMessage }) => (lastMessage === null ? [] : [lastMessage]));
    const moments = await momentsOf(prisma, projectId, last);
    return conversations.map((it) => showConversation(it, moments.get(it.lastMessage ?? 0) ?? null));
  }

  async function messagesOf(call: Call, { id }: Conversation): Promise<object[]> {
    const limit = parseLimit(call.query, 50, 1000);
    const messages = await listMessages(prisma, call.caller.projectId, id, { limit, isFromEnd: true });
    return messages.toSorted((a, b) => a.id - b.id).map(showMessage);
  }

  const mark = (kind: Extract<Handoff['kind'], 'markHuman' | 'markReplied'>) => async (call: Call) => {
    const { caller, params, raw, receipt } = call;
    const messageId = idIn(params['message_id']);
    if (messageId === null) throw new NotFoundError('Message not found');
    const { answers, isReplay } = await journal.write(caller.projectId, [{ kind, messageId, by: 'admin' }], {
      bytes: raw.length,
      ...(receipt && { receipt }),
    });
    const [message] = answers[0]!.messages;
    return answered(isReplay, 200, { success: true, message: showMessage(message!) });
  };

  return [
    get('/admin/conversations', async ({ caller: { projectId }, query }) => {
      const limit = parseLimit(query, 100, 1000);
      const range = { limit, isFromEnd: false };
      const listed = await listConversations(prisma, projectId, { status: 'ACTIVE' }, range);
      const conversations = await show(projectId, listed);
      return { conversations, count: conversations.length };
    }),
    get('/admin/conversations/:conversation_id', async (call) => {
      const conversation = await conversationOf(call);
      const messages = await messagesOf(call, conversation);
      const [shown] = await show(call.caller.projectId, [conversation]);
      return { conversation: shown, messages };
    }),
    get('/admin/conversations/:conversation_id/messages', async (call) => {
      const messages = await messagesOf(call, await conversationOf(call));
      return { messages, count: messages.length };
    }),
    get('/admin/stats', async ({ caller }) => ({
      stats: { ...(await countProject(prisma, caller.projectId)), timestamp: secondsOf(now()) },
    })),
    post('/admin/conversations/:conversation_id/close', async (call) => {
      const { externalId: conversationId } = await conversationOf(call);
      const { caller, raw, receipt } = call;
      const { answers, isReplay } = await journal.write(
        caller.projectId,
        [{ kind: 'closeConversation', conversationId, reason: null }],
        { bytes: raw.length, ...(receipt && { receipt }) },
      );
      const [conversation] = await show(caller.projectId, [answers[0]!.conversation!]);
      return answered(isReplay, 200, { success: true, conversation });
    }),
    post('/admin/messages/:message_id/mark-human', mark('markHuman')),
    post('/admin/messages/:message_id/mark-replied', mark('markReplied')),
  ];
}

/** A positive number of 32 bits; null for anything else, which no row can have. */
function idIn(text: string | undefined): number | null {
  const id = /^[1-9]\d{0,9}$/u.test(text ?? '') ? Number(text) : 0;
  return id >= 1 && id <= 2_147_483_647 ? id : null;
}

/** A moment as this API writes it. */
const moment = (iso: string): string => iso.replace('Z', '+00:00');

/** Now, as the statistics of this API write it: without fractions. */
const secondsOf = (now: number): string => `${new Date(now).toISOString().slice(0, 19)}Z`;

const showConversation = (it: Conversation, lastMessageAt: string | null): object => ({
  id: it.id,
  user_id: it.endUser?.externalId ?? null,
  platform: it.platform,
  status: it.status.toLowerCase(),
  priority: it.priority,
  created_at: moment(it.startedAt),
  updated_at: moment(it.activeAt),
  last_message_at: lastMessageAt && moment(lastMessageAt),
});

function showMessage(message: Message): object {
  const confidence = message.metadata['confidence_score'];
  return {
    id: message.id,
    conversation_id: message.conversationId,
    // The panel knows no notes of the system; they are not a person's words.
    sender_type: message.sender === 'SYSTEM' ? 'bot' : message.sender.toLowerCase(),
    content: message.text,
    timestamp: moment(message.at),
    confidence_score: typeof confidence === 'number' ? confidence : null,
    requires_human: message.requiresHuman,
    human_replied: message.humanReplied,
    metadata: message.metadata,
  };
}
