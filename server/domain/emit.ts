import type { Answer } from './command.ts';
import type { Conversation } from './conversation.ts';
import { NotFoundError } from './errors.ts';
import type { Event, EventBody } from './event.ts';
import type { State } from './state.ts';

/** The answer of a command that is about no conversation. */
export const nothing: Answer = { conversation: null, messages: [], facts: [] };

/** Appends an event to the log of a state. */
export function emit(state: State, now: string, body: EventBody): void {
  state.evolve({ ...body, seq: state.project.head + 1, at: now } as Event);
}

/** The conversation as the next event will leave it: active now. */
export function touch(state: State, conversation: Conversation, now: string): Conversation {
  return { ...conversation, activeAt: now, activeSeq: state.project.head + 1 };
}

/** The conversation of an external id; throws a NotFoundError when this project has none. */
export function findConversation(state: State, externalId: string): Conversation {
  const conversation = state.conversations.get(externalId);
  if (conversation !== undefined) return conversation;
  throw new NotFoundError(`There is no conversation with the external id "${externalId}" in this project.`);
}

/** A conversation that somebody else answers from now on. */
export const handOver = (
  conversation: Conversation,
  owner: Conversation['owner'],
  now: string,
  { operator = null, reason = null }: { operator?: string | null; reason?: string | null } = {},
): Conversation => ({
  ...conversation,
  owner,
  operator,
  handoffReason: reason,
  ownerSince: conversation.owner === owner ? conversation.ownerSince : now,
  handoffs: conversation.handoffs + (conversation.owner === 'BOT' && owner !== 'BOT' ? 1 : 0),
  wantedSince: owner === 'BOT' ? null : (conversation.wantedSince ?? (owner === 'PENDING' ? now : null)),
});

/** Why a person is wanted or there. Why the last one left is no reason for the next. */
export const reasonOf = ({ owner, handoffReason }: Conversation): string | null =>
  owner === 'BOT' ? null : handoffReason;

/** Closes an open conversation, as of a moment that may lie before now. */
export function close(
  state: State,
  conversation: Conversation,
  { at, reason }: { at: string; reason: string | null },
  now: string,
): Conversation {
  const left = handOver(conversation, 'BOT', now, { reason: conversation.handoffReason });
  const closed: Conversation = {
    ...touch(state, left, now),
    status: 'CLOSED',
    closedAt: at,
    closeReason: reason,
  };
  emit(state, now, { kind: 'ConversationClosed', conversation: closed, reason });
  return closed;
}

/** Opens a closed conversation again. */
export function reopen(state: State, conversation: Conversation, now: string): Conversation {
  const reopened: Conversation = {
    ...touch(state, conversation, now),
    status: 'ACTIVE',
    closedAt: null,
    closeReason: null,
    // It told of who answered before the end.
    handoffReason: null,
  };
  emit(state, now, { kind: 'ConversationReopened', conversation: reopened });
  return reopened;
}
