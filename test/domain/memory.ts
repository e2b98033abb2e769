import type { Answer, Command, LogExchange, LogMessage, NewFeedback } from '../../server/domain/command.ts';
import { decide } from '../../server/domain/decide.ts';
import type { Call, Stated } from '../../server/domain/exchange.ts';
import { defaultPolicies } from '../../server/domain/policy.ts';
import { State, type Project } from '../../server/domain/state.ts';

/** When things happen unless a test says otherwise. */
export const noon = '2025-01-20T12:00:00.000Z';

/** A project in memory, with nothing in its log. */
export function emptyState(): State {
  const project: Project = {
    id: 1,
    head: 0,
    lastEndUser: 0,
    lastConversation: 0,
    lastMessage: 0,
    lastFact: 0,
    lastTurn: 0,
    lastCost: 0,
    lastFeedback: 0,
    lastGenerated: 0,
    payloadMapping: null,
    lastNote: 0,
    lastDelivery: 0,
    lastAlert: 0,
    pricesSeq: 0,
    policies: defaultPolicies,
    erasedSeq: 0,
  };
  return new State(project);
}

/** Carries out a command as the journal does: a refused one leaves nothing behind. */
export function carryOut(state: State, command: Command, now = noon): Answer {
  const fork = state.fork();
  const answer = decide(fork, command, now);
  state.absorb(fork);
  return answer;
}

/** A call at one of the exchange doors. */
export function logExchange(call: Call, stated: Stated, more: Partial<LogExchange> = {}): LogExchange {
  const side = stated.response === undefined ? 'ask' : 'reply';
  return {
    kind: 'logExchange',
    conversationId: 'conv_123',
    call,
    stated,
    extras: { side, values: {} },
    platform: 'polly',
    ...more,
  };
}

/** One utterance. */
export function logMessage(
  sender: LogMessage['sender'],
  text: string,
  more: Partial<LogMessage> = {},
): LogMessage {
  return {
    kind: 'logMessage',
    conversationId: 'conv_123',
    sender,
    text,
    origin: 'api',
    facts: {},
    metadata: {},
    ...more,
  };
}

/** A thumb up for a session. */
export const submitFeedback = (
  conversationId: string,
  more: Partial<NewFeedback> = {},
): Extract<Command, { kind: 'submitFeedback' }> => ({
  kind: 'submitFeedback',
  conversationId,
  origin: 'api',
  feedback: {
    externalId: null,
    turnId: null,
    messageId: null,
    rating: 1,
    ratingType: 'THUMBS',
    text: null,
    category: null,
    isIncorrect: false,
    isTooSlow: false,
    isUnhelpful: false,
    isOffensive: false,
    userInput: null,
    assistantResponse: null,
    metadata: {},
    ...more,
  },
});

export const close = (conversationId = 'conv_123'): Command => ({
  kind: 'closeConversation',
  conversationId,
  reason: null,
});
export const reopen = (conversationId = 'conv_123'): Command => ({
  kind: 'reopenConversation',
  conversationId,
});
