import type { Answer, NewFeedback, Recording } from './command.ts';
import type { Conversation } from './conversation.ts';
import { emit, nothing, touch } from './emit.ts';
import { settingOf } from './figures.ts';
import { openConversation } from './log.ts';
import { priceCost } from './pricing/price-book.ts';
import { findRated } from './rated.ts';
import { feedbackKey, turnKey } from './layers.ts';
import type { State } from './state.ts';

/** Records what a bot reports of a session: a turn, a cost, a rating. */
export function record(state: State, command: Recording, now: string): Answer {
  const conversation = touch(state, findSession(state, command, now), now);
  switch (command.kind) {
    case 'recordTurn':
      return recordTurn(state, command, conversation, now);
    case 'recordCost': {
      const { at, usd, ...stated } = command.cost;
      const tableUsd = priceCost(state.prices, command.cost, at ?? now);
      const cost = {
        ...stated,
        id: state.project.lastCost + 1,
        conversationId: conversation.id,
        exchange: null,
        usd: usd ?? tableUsd,
        tableUsd,
        at: at ?? now,
        createdAt: now,
        setting: settingOf(state.figures.get(conversation.id), conversation.platform, stated),
      };
      emit(state, now, { kind: 'CostRecorded', conversation, cost });
      return { ...nothing, conversation, recorded: { cost } };
    }
    case 'submitFeedback':
      return submitFeedback(state, command.feedback, conversation, now);
  }
}

/** The same id again replaces the turn: it keeps its place and moment of arrival, and is counted once. */
function recordTurn(
  state: State,
  { turn: stated }: Extract<Recording, { kind: 'recordTurn' }>,
  conversation: Conversation,
  now: string,
): Answer {
  const before = state.turns.get(turnKey(conversation.id, stated.externalId));
  const turn = {
    ...stated,
    id: before?.id ?? state.project.lastTurn + 1,
    conversationId: conversation.id,
    at: stated.at ?? before?.at ?? now,
    createdAt: before?.createdAt ?? now,
    setting: settingOf(state.figures.get(conversation.id), conversation.platform, stated),
  };
  emit(state, now, { kind: 'TurnRecorded', conversation, turn });
  return { ...nothing, conversation, recorded: { turn, isNew: before === undefined } };
}

/** The same id again replaces the rating: somebody changed his mind. */
function submitFeedback(state: State, stated: NewFeedback, conversation: Conversation, now: string): Answer {
  const { externalId } = stated;
  const before =
    externalId === null
      ? undefined
      : state.feedback.get(feedbackKey({ conversationId: conversation.id, externalId, id: 0 }));
  const feedback = {
    ...stated,
    ...findRated(state, conversation.id, stated),
    id: before?.id ?? state.project.lastFeedback + 1,
    conversationId: conversation.id,
    createdAt: before?.createdAt ?? now,
    setting: settingOf(state.figures.get(conversation.id), conversation.platform, {}),
  };
  emit(state, now, { kind: 'FeedbackSubmitted', conversation, feedback });
  return { ...nothing, conversation, recorded: { feedback, isNew: before === undefined } };
}

/** The conversation of a session; it begins without a word when nobody has seen it yet. */
function findSession(state: State, { conversationId, origin }: Recording, now: string): Conversation {
  const { conversation, started } = openConversation(state, conversationId, {}, origin, now);
  if (started === null) return conversation;
  const begun = touch(state, conversation, now);
  emit(state, now, { kind: 'ConversationStarted', conversation: begun, generated: null });
  return begun;
}
