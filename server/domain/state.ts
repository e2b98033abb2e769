import type { Conversation, EndUser } from './conversation.ts';
import type { Event } from './event.ts';
import type { Exchange } from './exchange.ts';
import type { Key } from './key.ts';
import type { PayloadMapping } from './mapping.ts';
import type { Message } from './message.ts';

/** The project's own row: its counters and settings. */
export type Project = {
  id: number;
  head: number;
  lastEndUser: number;
  lastConversation: number;
  lastMessage: number;
  lastGenerated: number;
  payloadMapping: PayloadMapping | null;
};

/** Rows by key, laid over those of a parent, so that what a layer changed can be taken or dropped as one. */
export class Layer<Key, Row> {
  readonly own = new Map<Key, Row>();
  readonly #below: Layer<Key, Row> | null;

  constructor(below: Layer<Key, Row> | null = null) {
    this.#below = below;
  }

  get(key: Key): Row | undefined {
    return this.own.get(key) ?? this.#below?.get(key);
  }

  set(key: Key, row: Row): void {
    this.own.set(key, row);
  }
}

/** Key of an exchange. */
export const exchangeKey = (conversationId: number, ordinal: number): string =>
  `${conversationId}:${ordinal}`;

/** What a project's log adds up to, as far as it is loaded. */
export class State {
  project: Project;
  /** By external id. */
  readonly endUsers: Layer<string, EndUser>;
  /** By external id. */
  readonly conversations: Layer<string, Conversation>;
  /** By `exchangeKey`. */
  readonly exchanges: Layer<string, Exchange>;
  readonly messages: Layer<number, Message>;
  readonly keys: Layer<string, Key>;
  /** Milliseconds, ascending, whose generated external id nobody has. */
  freeIds: readonly number[] = [];
  /** The events that led from the state below to this one. */
  readonly events: Event[] = [];

  constructor(project: Project, below: State | null = null) {
    this.project = project;
    this.endUsers = new Layer(below?.endUsers);
    this.conversations = new Layer(below?.conversations);
    this.exchanges = new Layer(below?.exchanges);
    this.messages = new Layer(below?.messages);
    this.keys = new Layer(below?.keys);
    this.freeIds = below?.freeIds ?? [];
  }

  /** A layer on top: changes go there until they are absorbed. */
  fork(): State {
    return new State(this.project, this);
  }

  /** Takes over what a fork changed. */
  absorb(fork: State): void {
    this.project = fork.project;
    for (const [key, row] of fork.endUsers.own) this.endUsers.set(key, row);
    for (const [key, row] of fork.conversations.own) this.conversations.set(key, row);
    for (const [key, row] of fork.exchanges.own) this.exchanges.set(key, row);
    for (const [key, row] of fork.messages.own) this.messages.set(key, row);
    for (const [key, row] of fork.keys.own) this.keys.set(key, row);
    this.events.push(...fork.events);
  }

  /** The fold of the log: the state after one more event. */
  evolve(event: Event): void {
    this.events.push(event);
    this.project = { ...this.project, head: event.seq };
    const { project } = this;
    switch (event.kind) {
      case 'EndUserAdded':
        this.endUsers.set(event.endUser.externalId, event.endUser);
        project.lastEndUser = event.endUser.id;
        break;
      case 'ConversationStarted':
        project.lastConversation = event.conversation.id;
        project.lastGenerated = event.generated ?? project.lastGenerated;
        this.conversations.set(event.conversation.externalId, event.conversation);
        break;
      case 'ConversationChanged':
      case 'ConversationClosed':
      case 'ConversationReopened':
        this.conversations.set(event.conversation.externalId, event.conversation);
        break;
      case 'MessagesLogged':
        this.#log(event);
        break;
      case 'KeyCreated':
      case 'KeyRevoked':
        this.keys.set(event.key.id, event.key);
        break;
      case 'PayloadMappingChanged':
        project.payloadMapping = event.mapping;
        break;
    }
  }

  #log({ conversation, exchange, messages }: Extract<Event, { kind: 'MessagesLogged' }>): void {
    this.conversations.set(conversation.externalId, conversation);
    for (const message of messages) {
      this.messages.set(message.id, message);
      this.project.lastMessage = Math.max(this.project.lastMessage, message.id);
    }
    if (exchange === null) return;
    this.exchanges.set(exchangeKey(conversation.id, exchange.ordinal), exchange);
    // An exchange reserves the ids of both its messages, so that the reply always reads after the question.
    this.project.lastMessage = Math.max(this.project.lastMessage, exchange.firstMessage + 1);
  }
}
