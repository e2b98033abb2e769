import type { Answer, Recording } from './command.ts';
import type { Conversation } from './conversation.ts';
import { emit, nothing, touch } from './emit.ts';
import { countCost, countFeedback, countTurn, emptyFigures, type Figures } from './figures.ts';
import { openConversation } from './log.ts';
import { priceCost } from './pricing/price-cost.ts';
import { turnKey, type State } from './state.ts';

/** Records what a bot reports of a session: a turn, a cost, a rating. */
export function record(state: State, command: Recording, now: string): Answer {
  const conversation = touch(state, findSession(state, command, now), now);
  const figures = state.figures.get(conversation.id) ?? emptyFigures(conversation.id);
  switch (command.kind) {
    case 'recordTurn':
      return recordTurn(state, command, conversation, figures, now);
    case 'recordCost': {
      const id = state.project.lastCost + 1;
      const { at, usd, ...stated } = command.cost;
      const tableUsd = priceCost(command.cost, at ?? now);
      const cost = {
        ...stated,
        id,
        conversationId: conversation.id,
        usd: usd ?? tableUsd,
        tableUsd,
        at: at ?? now,
        createdAt: now,
      };
      emit(state, now, { kind: 'CostRecorded', conversation, cost, figures: countCost(figures, cost) });
      return { ...nothing, conversation, recorded: { cost } };
    }
    case 'submitFeedback': {
      const id = state.project.lastFeedback + 1;
      const feedback = { ...command.feedback, id, conversationId: conversation.id, createdAt: now };
      emit(state, now, {
        kind: 'FeedbackSubmitted',
        conversation,
        feedback,
        figures: countFeedback(figures),
      });
      return { ...nothing, conversation, recorded: { feedback } };
    }
  }
}

/** The same id again replaces the turn: it keeps its place and moment of arrival, and is counted once. */
function recordTurn(
  state: State,
  { turn: stated }: Extract<Recording, { kind: 'recordTurn' }>,
  conversation: Conversation,
  figures: Figures,
  now: string,
): Answer {
  const before = state.turns.get(turnKey(conversation.id, stated.externalId));
  const turn = {
    ...stated,
    id: before?.id ?? state.project.lastTurn + 1,
    conversationId: conversation.id,
    at: stated.at ?? before?.at ?? now,
    createdAt: before?.createdAt ?? now,
  };
  emit(state, now, {
    kind: 'TurnRecorded',
    conversation,
    turn,
    figures: countTurn(figures, turn, before),
  });
  return { ...nothing, conversation, recorded: { turn, isNew: before === undefined } };
}

/** The conversation of a session; it begins without a word when nobody has seen it yet. */
function findSession(state: State, { conversationId, origin }: Recording, now: string): Conversation {
  const { conversation, started } = openConversation(state, conversationId, {}, origin, now);
  if (started === null) return conversation;
  const begun = touch(state, conversation, now);
  emit(state, now, { kind: 'ConversationStarted', conversation: begun, generated: null });
  return begun;
}
