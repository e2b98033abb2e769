import type { Answer, Erasing } from './command.ts';
import { emit, findConversation, nothing } from './emit.ts';
import type { FactChange } from './fact.ts';
import { forgotten } from './knowledge.ts';
import type { State } from './state.ts';

/** Has words erased: those of one conversation, or those that became too old. What was erased makes no event. */
export function decideErasing(state: State, command: Erasing, now: string): Answer {
  if (command.kind === 'eraseOld') {
    if (command.upTo > state.project.erasedSeq) {
      emit(state, now, { kind: 'ContentErased', upTo: Math.min(command.upTo, state.project.head) });
    }
    return nothing;
  }
  const known = findConversation(state, command.conversationId);
  // What is heard of a call so far leaves its conversation alone.
  const last = Math.max(known.activeSeq, state.heard.get(known.id)?.seq ?? 0);
  if ((state.purged.get(known.id) ?? 0) >= last) return { ...nothing, conversation: known };
  const lastText = known.lastText === null ? null : '';
  const conversation = { ...known, lastText, handoffReason: null, closeReason: null };
  // What only this conversation proves has no ground any more.
  const facts = [...state.facts.values()].map((fact): FactChange => ({
    change: 'FORGOTTEN',
    fact: forgotten(fact, now),
    evidence: null,
  }));
  emit(state, now, { kind: 'ConversationPurged', conversation, facts });
  return { ...nothing, conversation };
}
