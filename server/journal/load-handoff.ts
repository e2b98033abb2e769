import type { Command } from '../domain/command.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Message } from '../domain/message.ts';
import type { State } from '../domain/state.ts';
import type { Statement } from '../store/database.ts';
import { iso, readConversation } from './load.ts';

/** Conversations in which a person may answer with a batch, and messages that it marks. */
const touched = (commands: Command[]): { answered: string[]; marked: number[] } => ({
  answered: commands.flatMap((it) =>
    it.kind === 'replyAsHuman' || (it.kind === 'logMessage' && it.sender === 'HUMAN')
      ? [it.conversationId]
      : [],
  ),
  marked: commands.flatMap((it) =>
    it.kind === 'markHuman' || it.kind === 'markReplied' ? [it.messageId] : [],
  ),
});

/** Reads the messages that a batch marks, with their conversations, and those that its replies answer; null for none. */
export function loadHandoff(projectId: number, commands: Command[]): Statement | null {
  const { answered, marked } = touched(commands);
  if (answered.length === 0 && marked.length === 0) return null;
  return {
    name: 'load_handoff',
    text: loadText,
    values: [projectId, [...new Set(answered)], [...new Set(marked)]],
  };
}

const loadText = `
  with message as (
    select m.* from unnest($3::int[]) as wanted (id)
    cross join lateral (select * from messages where project_id = $1 and id = wanted.id offset 0) m
    union
    select m.* from unnest($2::text[]) as wanted (external_id)
    cross join lateral (select id from conversations
      where project_id = $1 and external_id = wanted.external_id offset 0) c
    cross join lateral (select * from messages where project_id = $1 and conversation_id = c.id
      and requires_human and not human_replied offset 0) m
  )
  select
    (select coalesce(json_agg(r), '[]') from (
      select id, conversation_id as "conversationId", exchange, sender, text, at, metadata,
        end_user_id as "endUserId", sentiment, topics, requires_human as "requiresHuman",
        human_replied as "humanReplied" from message) r) as messages,
    (select coalesce(json_agg(r), '[]') from (
      select c.id, c.external_id as "externalId",
        case when u.id is not null then json_build_object(
          'id', u.id, 'externalId', u.external_id, 'createdAt', u.created_at) end as "endUser",
        c.channel, c.platform, c.status, c.messages, c.exchanges, c.last_message as "lastMessage",
        c.last_text as "lastText", c.last_sender as "lastSender", c.started_at as "startedAt",
        c.closed_at as "closedAt", c.close_reason as "closeReason", c.owner, c.owner_since as "ownerSince", c.operator,
        c.handoff_reason as "handoffReason", c.priority, c.handoffs, c.wanted_since as "wantedSince", c.active_at as "activeAt", c.active_seq as "activeSeq"
      from (select distinct conversation_id from message where id = any($3)) m
      cross join lateral (select * from conversations
        where project_id = $1 and id = m.conversation_id offset 0) c
      left join lateral (select * from end_users
        where project_id = $1 and id = c.end_user_id offset 0) u on true) r) as conversations`;

/** Adds what `loadHandoff` read to a state. */
export function addHandoff(state: State, rows: unknown[]): void {
  const { messages, conversations } = rows[0] as { messages: Message[]; conversations: Conversation[] };
  for (const row of conversations) state.conversations.set(row.externalId, readConversation(row));
  for (const message of messages) state.messages.set(message.id, { ...message, at: iso(message.at) });
}
