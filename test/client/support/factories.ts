import type { ConversationPageFragment } from '../../../generated/client/graphql.ts';
import type { FeedEvent, FeedFrame } from '../../../client/controllers/frames.ts';
import type { Conversation } from '../../../client/reducers/board.ts';
import type { Message, Rating } from '../../../client/reducers/thread.ts';

const START = Date.parse('2025-01-20T10:00:00Z');

/** A moment so many seconds after ten o'clock. */
export function moment(seconds: number): string {
  return new Date(START + seconds * 1_000).toISOString();
}

export function aConversation(facts: Partial<Conversation> = {}): Conversation {
  const externalId = facts.externalId ?? 'conv_1736';
  return {
    id: btoa(`Conversation:${externalId}`),
    externalId,
    channel: 'CHAT',
    platform: 'polly',
    status: 'ACTIVE',
    endUser: null,
    startedAt: moment(0),
    activeAt: moment(0),
    closedAt: null,
    closeReason: null,
    messageCount: 1,
    awaitingReply: false,
    lastText: 'How do I bake a cake?',
    lastSender: 'USER',
    owner: 'BOT',
    ownerSince: moment(0),
    operator: null,
    handoffReason: null,
    priority: 0,
    ...facts,
  };
}

export function aMessage(number: number, facts: Partial<Message> = {}): Message {
  return {
    id: btoa(`Message:${number}`),
    sender: 'USER',
    text: `Message ${number}`,
    isErased: false,
    at: moment(number),
    requiresHuman: false,
    humanReplied: false,
    metadata: {},
    exchange: null,
    ...facts,
  };
}

/** Somebody found a message, or else a whole conversation, good. */
export function aRating(facts: Partial<Rating> = {}): Rating {
  return {
    feedbackId: null,
    turnId: null,
    message: null,
    rating: 1,
    ratingType: 'THUMBS',
    isIncorrect: false,
    isTooSlow: false,
    isUnhelpful: false,
    isOffensive: false,
    category: null,
    text: null,
    at: moment(0),
    ...facts,
  };
}

/** Messages from a first to a last number, turn by turn. */
export function messages(first: number, last: number): Message[] {
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const number = first + index;
    return aMessage(number, {
      sender: number % 2 ? 'USER' : 'BOT',
      text: `Message ${number} `.repeat(1 + (number % 5)),
    });
  });
}

export function logged(seq: number, conversation: Conversation, ...messages: Message[]): FeedEvent {
  return { __typename: 'MessagesLogged', seq, conversation, messages };
}

export function rated(seq: number, conversation: Conversation, feedback: Rating): FeedEvent {
  return { __typename: 'FeedbackSubmitted', seq, conversation, feedback };
}

export function closed(seq: number, conversation: Conversation): FeedEvent {
  return { __typename: 'ConversationClosed', seq, conversation: { ...conversation, status: 'CLOSED' } };
}

/** A conversation that changed hands, with the messages that were marked or answered by that. */
export function handedOver(seq: number, conversation: Conversation, ...messages: Message[]): FeedEvent {
  return { __typename: 'HandoffChanged', seq, conversation, messages };
}

export function aFrame(events: readonly FeedEvent[] = [], facts: Partial<FeedFrame> = {}): FeedFrame {
  return { events, cursor: `epoch:${events.at(-1)?.seq ?? 0}`, caughtUp: true, reset: null, ...facts };
}

export function aPage(
  nodes: readonly Conversation[],
  endCursor: string | null = null,
): ConversationPageFragment {
  return { nodes, pageInfo: { endCursor, hasNextPage: endCursor !== null } };
}
