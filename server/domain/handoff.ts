import type { Answer, Handoff } from './command.ts';
import type { Conversation } from './conversation.ts';
import { emit, findConversation, handOver, nothing, reasonOf, reopen, touch } from './emit.ts';
import { ConflictError, HeldByOtherError, NotFoundError } from './errors.ts';
import { isSame } from './exchange.ts';
import { logMessage } from './log.ts';
import type { Message } from './message.ts';
import type { State } from './state.ts';

/**
 * Passes a conversation between the bot and people: BOT, then PENDING while a person is wanted, HUMAN while one
 * answers, and BOT again when it is released. What is so already makes no event.
 */
export function decideHandoff(state: State, command: Handoff, now: string): Answer {
  switch (command.kind) {
    case 'requestHuman':
      return requestHuman(state, command, now);
    case 'markHuman':
    case 'markReplied':
      return mark(state, command, now);
    case 'takeOver': {
      const known = findConversation(state, command.conversationId);
      const conversation =
        command.isForced === true ? known : held(state, command.conversationId, command.operator);
      checkOpen(conversation);
      const { operator } = command;
      const taken = handOver(conversation, 'HUMAN', now, { operator, reason: reasonOf(conversation) });
      const from = conversation.operator === operator ? null : conversation.operator;
      return change(state, conversation, taken, operator, now, [], from);
    }
    case 'release': {
      const conversation = held(state, command.conversationId, command.operator);
      const released = handOver(conversation, 'BOT', now, { reason: command.reason });
      if (conversation.owner === 'BOT') return { ...nothing, conversation };
      return change(state, conversation, released, command.operator, now);
    }
    case 'replyAsHuman':
      return reply(state, command, now);
    case 'addNote':
      return addNote(state, command, now);
  }
}

/** The conversation, unless somebody else holds it. */
function held(state: State, externalId: string, operator: string): Conversation {
  const conversation = findConversation(state, externalId);
  if (conversation.operator === null || conversation.operator === operator) return conversation;
  throw new HeldByOtherError(conversation.operator);
}

function checkOpen({ status }: Conversation): void {
  if (status === 'CLOSED') throw new ConflictError('This conversation is closed. Reopen it first.');
}

/** Stores what became of a conversation and of marked messages; nothing when all is as it was. */
function change(
  state: State,
  before: Conversation,
  after: Conversation,
  by: string,
  now: string,
  messages: Message[] = [],
  takenFrom: string | null = null,
): Answer {
  if (isSame(before, after) && messages.length === 0) return { ...nothing, conversation: before };
  const conversation = touch(state, after, now);
  const about = { conversation, from: before.owner, by, messages };
  emit(state, now, { kind: 'HandoffChanged', ...about, ...(takenFrom !== null && { takenFrom }) });
  return { ...nothing, conversation, messages };
}

/** The bot, or an administrator, wants a person. One who is there already stays. */
function requestHuman(
  state: State,
  { conversationId, by, reason, priority }: Extract<Handoff, { kind: 'requestHuman' }>,
  now: string,
): Answer {
  const known = findConversation(state, conversationId);
  const conversation = known.status === 'CLOSED' ? reopen(state, known, now) : known;
  const urgent = { ...conversation, priority: priority ?? conversation.priority };
  if (conversation.owner === 'HUMAN') return change(state, conversation, urgent, by, now);
  const pending = handOver(urgent, 'PENDING', now, { reason: reason ?? reasonOf(conversation) });
  return change(state, conversation, pending, by, now);
}

/** A message that a person has to answer makes its conversation wait for one; one that is answered has one. */
function mark(
  state: State,
  { kind, messageId, by }: Extract<Handoff, { kind: 'markHuman' | 'markReplied' }>,
  now: string,
): Answer {
  const message = state.messages.get(messageId);
  const known = [...state.conversations.values()].find(({ id }) => id === message?.conversationId);
  if (message === undefined || known === undefined) throw new NotFoundError('Message not found');
  const marked =
    kind === 'markHuman' ? { ...message, requiresHuman: true } : { ...message, humanReplied: true };
  const messages = isSame(marked, message) ? [] : [marked];
  // Marked again, it is the same as marked once, whatever happened to the conversation since.
  if (messages.length === 0) return { ...nothing, conversation: known, messages: [message] };
  const conversation = kind === 'markHuman' && known.status === 'CLOSED' ? reopen(state, known, now) : known;
  const owner = ownerAfter(kind, conversation);
  const after =
    owner === null
      ? conversation
      : handOver(conversation, owner, now, {
          operator: conversation.operator,
          reason: reasonOf(conversation),
        });
  return { ...change(state, conversation, after, by, now, messages), messages };
}

/** Who answers after a mark; null when that stays as it is. */
function ownerAfter(
  kind: 'markHuman' | 'markReplied',
  { operator, status }: Conversation,
): 'PENDING' | 'HUMAN' | null {
  if (kind === 'markReplied') return status === 'CLOSED' ? null : 'HUMAN';
  // Somebody who holds it sees the mark; the conversation need not wait for anybody else.
  return operator === null ? 'PENDING' : null;
}

/** A person answers: the conversation is his, and whatever a person had to answer is answered. */
function reply(
  state: State,
  { conversationId, operator, text, metadata }: Extract<Handoff, { kind: 'replyAsHuman' }>,
  now: string,
): Answer {
  const conversation = held(state, conversationId, operator);
  checkOpen(conversation);
  if (conversation.owner !== 'HUMAN' || conversation.operator !== operator) {
    const taken = handOver(conversation, 'HUMAN', now, { operator, reason: reasonOf(conversation) });
    change(state, conversation, taken, operator, now);
  }
  return logMessage(
    state,
    {
      kind: 'logMessage',
      conversationId,
      sender: 'HUMAN',
      text,
      origin: 'api',
      facts: {},
      metadata: { ...metadata, operator },
    },
    now,
  );
}

function addNote(
  state: State,
  { conversationId, author, text }: Extract<Handoff, { kind: 'addNote' }>,
  now: string,
): Answer {
  const conversation = touch(state, findConversation(state, conversationId), now);
  const note = {
    id: state.project.lastNote + 1,
    conversationId: conversation.id,
    author,
    text,
    at: now,
  };
  emit(state, now, { kind: 'NoteAdded', conversation, note });
  return { ...nothing, conversation, recorded: { note } };
}
