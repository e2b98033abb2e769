import type { Answer, Policing } from './command.ts';
import type { Conversation } from './conversation.ts';
import { close, emit, findConversation, handOver, nothing, touch } from './emit.ts';
import { isSame } from './exchange.ts';
import type { Policies } from './policy.ts';
import type { State } from './state.ts';

/** What a standing rule is called where it is named as the one who did something. */
const REAPER = 'reaper';

/** Changes policies, and carries out those about silence. */
export function decidePolicing(state: State, command: Policing, now: string): Answer {
  switch (command.kind) {
    case 'setPolicies': {
      const given = Object.entries(command.changes).filter(([, value]) => value !== undefined);
      const policies: Policies = { ...state.project.policies, ...Object.fromEntries(given) };
      if (!isSame(policies, state.project.policies)) emit(state, now, { kind: 'PoliciesChanged', policies });
      return nothing;
    }
    case 'endSilence':
      return endSilence(state, findConversation(state, command.conversationId), now);
  }
}

/** Decided under the lock, by the policies and the last word as they are there: a message in between wins. */
function endSilence(state: State, conversation: Conversation, now: string): Answer {
  const { channel, status, owner, activeAt } = conversation;
  const heardAt = state.heard.get(conversation.id)?.at ?? activeAt;
  const lastAt = heardAt > activeAt ? heardAt : activeAt;
  const { policies } = state.project;
  if (status === 'CLOSED') return { ...nothing, conversation };
  const minutes = channel === 'CALL' ? policies.closeCallsAfterMinutes : policies.closeChatsAfterMinutes;
  if (isSilent(lastAt, minutes, now))
    return { ...nothing, conversation: close(state, conversation, { at: now, reason: spell(minutes) }, now) };
  const release = policies.releaseAfterMinutes;
  if (owner !== 'HUMAN' || !isSilent(lastAt, release, now)) return { ...nothing, conversation };
  const released = touch(state, handOver(conversation, 'BOT', now, { reason: spell(release) }), now);
  const from = { from: conversation.owner, takenFrom: conversation.operator };
  emit(state, now, { kind: 'HandoffChanged', conversation: released, ...from, by: REAPER, messages: [] });
  return { ...nothing, conversation: released };
}

/** Whether nothing was written or heard since so many minutes. */
const isSilent = (lastAt: string, minutes: number | null, now: string): minutes is number =>
  minutes !== null && Date.parse(lastAt) + minutes * 60_000 <= Date.parse(now);

function spell(minutes: number): string {
  const [count, unit] = minutes % 60 === 0 ? [minutes / 60, 'hour'] : [minutes, 'minute'];
  return `silent for ${count} ${unit}${count === 1 ? '' : 's'}`;
}
