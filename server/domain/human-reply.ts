import type { Conversation } from './conversation.ts';
import { emit, handOver, reasonOf, touch } from './emit.ts';
import type { Message } from './message.ts';
import type { State } from './state.ts';

/** Whether a message waits for a person. */
export const isWaiting = ({ requiresHuman, humanReplied }: Message): boolean =>
  requiresHuman && !humanReplied;

/**
 * A person answered, wherever it was typed: no message waits any more, and the conversation is in a person's hands.
 * One that is closed stays in nobody's: whoever comes back would find the bot silent, and nobody there.
 */
export function noticeHumanReply(state: State, conversation: Conversation, now: string): void {
  const messages = [...state.messages.values()]
    .filter((it) => it.conversationId === conversation.id && isWaiting(it))
    .map((message) => ({ ...message, humanReplied: true }));
  const { operator, owner: from, status } = conversation;
  const isTaken = from !== 'HUMAN' && status === 'ACTIVE';
  if (!isTaken && messages.length === 0) return;
  const held = isTaken
    ? handOver(conversation, 'HUMAN', now, { operator, reason: reasonOf(conversation) })
    : conversation;
  const taken = touch(state, held, now);
  emit(state, now, { kind: 'HandoffChanged', conversation: taken, from, by: operator ?? 'human', messages });
}
