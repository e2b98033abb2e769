import type { Conversation } from './conversation.ts';
import { emit, handOver, reasonOf, touch } from './emit.ts';
import type { Message } from './message.ts';
import type { State } from './state.ts';

/** Whether a message waits for a person. */
export const isWaiting = ({ requiresHuman, humanReplied }: Message): boolean =>
  requiresHuman && !humanReplied;

/** A person answered, wherever it was typed: the conversation is in a person's hands, and no message waits any more. */
export function noticeHumanReply(state: State, conversation: Conversation, now: string): void {
  const waiting = new Set<number>();
  for (const message of state.messages.values()) {
    if (message.conversationId === conversation.id) waiting.add(message.id);
  }
  const messages = [...waiting]
    .map((id) => state.messages.get(id)!)
    .filter(isWaiting)
    .map((message) => ({ ...message, humanReplied: true }));
  if (conversation.owner === 'HUMAN' && messages.length === 0) return;
  const { operator, owner: from } = conversation;
  const held = handOver(conversation, 'HUMAN', now, { operator, reason: reasonOf(conversation) });
  const taken = touch(state, held, now);
  emit(state, now, { kind: 'HandoffChanged', conversation: taken, from, by: operator ?? 'human', messages });
}
