import type { Conversation, EndUser } from './conversation.ts';
import type { Event } from './event.ts';
import type { Cost } from './cost.ts';
import type { Exchange } from './exchange.ts';
import type { Evidence, Fact, FactChange } from './fact.ts';
import type { Feedback } from './feedback.ts';
import type { Figures } from './figures.ts';
import type { Key } from './key.ts';
import type { PayloadMapping } from './mapping.ts';
import type { Message } from './message.ts';
import type { Profile } from './profile.ts';
import type { Turn } from './turn.ts';
import type { Watcher } from './watcher.ts';

/** The project's own row: its counters and settings. */
export type Project = {
  id: number;
  head: number;
  lastEndUser: number;
  lastConversation: number;
  lastMessage: number;
  lastFact: number;
  lastTurn: number;
  lastCost: number;
  lastFeedback: number;
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

  /** Every row, those of this layer before those below. */
  *values(): IterableIterator<Row> {
    yield* this.own.values();
    if (this.#below !== null) yield* this.#below.values();
  }

  absorb(above: Layer<Key, Row>): void {
    for (const [key, row] of above.own) this.own.set(key, row);
  }
}

/** Key of an exchange. */
export const exchangeKey = (conversationId: number, ordinal: number): string =>
  `${conversationId}:${ordinal}`;

/** Key of what is known of a person under one key. */
export const factKey = (endUserId: number, key: string): string => `${endUserId}:${key}`;

/** Key of a turn. */
export const turnKey = (conversationId: number, externalId: string): string =>
  `${conversationId}:${externalId}`;

/** Key of a proof. */
export const evidenceKey = (factId: number, messageId: number): string => `${factId}:${messageId}`;

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
  /** By the id of the end user. */
  readonly profiles: Layer<number, Profile>;
  readonly facts: Layer<number, Fact>;
  /** The newest fact of each key of an end user, by `factKey`; it may have ended. */
  readonly newestFacts: Layer<string, Fact>;
  /** By `evidenceKey`. */
  readonly evidence: Layer<string, Evidence>;
  /** By `turnKey`. */
  readonly turns: Layer<string, Turn>;
  readonly costs: Layer<number, Cost>;
  readonly feedback: Layer<number, Feedback>;
  /** By the id of the conversation. */
  readonly figures: Layer<number, Figures>;
  readonly keys: Layer<string, Key>;
  /** By name. */
  readonly watchers: Layer<string, Watcher>;
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
    this.profiles = new Layer(below?.profiles);
    this.facts = new Layer(below?.facts);
    this.newestFacts = new Layer(below?.newestFacts);
    this.evidence = new Layer(below?.evidence);
    this.turns = new Layer(below?.turns);
    this.costs = new Layer(below?.costs);
    this.feedback = new Layer(below?.feedback);
    this.figures = new Layer(below?.figures);
    this.keys = new Layer(below?.keys);
    this.watchers = new Layer(below?.watchers);
    this.freeIds = below?.freeIds ?? [];
  }

  /** A layer on top: changes go there until they are absorbed. */
  fork(): State {
    return new State(this.project, this);
  }

  /** Takes over what a fork changed. */
  absorb(fork: State): void {
    this.project = fork.project;
    this.endUsers.absorb(fork.endUsers);
    this.conversations.absorb(fork.conversations);
    this.exchanges.absorb(fork.exchanges);
    this.messages.absorb(fork.messages);
    this.profiles.absorb(fork.profiles);
    this.facts.absorb(fork.facts);
    this.newestFacts.absorb(fork.newestFacts);
    this.evidence.absorb(fork.evidence);
    this.turns.absorb(fork.turns);
    this.costs.absorb(fork.costs);
    this.feedback.absorb(fork.feedback);
    this.figures.absorb(fork.figures);
    this.keys.absorb(fork.keys);
    this.watchers.absorb(fork.watchers);
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
      case 'FactsChanged':
        this.#know(event.facts);
        break;
      case 'EndUserForgotten':
        break;
      case 'TurnRecorded':
        this.turns.set(turnKey(event.conversation.id, event.turn.externalId), event.turn);
        project.lastTurn = Math.max(project.lastTurn, event.turn.id);
        this.#figure(event);
        break;
      case 'CostRecorded':
        this.costs.set(event.cost.id, event.cost);
        project.lastCost = Math.max(project.lastCost, event.cost.id);
        this.#figure(event);
        break;
      case 'FeedbackSubmitted':
        this.feedback.set(event.feedback.id, event.feedback);
        project.lastFeedback = Math.max(project.lastFeedback, event.feedback.id);
        this.#figure(event);
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

  #figure({ conversation, figures }: { conversation: Conversation; figures: Figures }): void {
    this.conversations.set(conversation.externalId, conversation);
    this.figures.set(conversation.id, figures);
  }

  #know(changes: FactChange[]): void {
    for (const { fact, evidence } of changes) {
      const before = this.facts.get(fact.id);
      // A forgotten fact has no key any more.
      if (before !== undefined && before.key !== fact.key) {
        this.newestFacts.set(factKey(before.endUserId, before.key), fact);
      }
      this.facts.set(fact.id, fact);
      this.project.lastFact = Math.max(this.project.lastFact, fact.id);
      const key = factKey(fact.endUserId, fact.key);
      const isOfNewest = this.newestFacts.get(key)?.id === fact.id;
      if (fact.endedAt === null || isOfNewest) this.newestFacts.set(key, fact);
      if (evidence !== null) this.evidence.set(evidenceKey(evidence.factId, evidence.messageId), evidence);
    }
  }

  #log({
    conversation,
    exchange,
    messages,
    profile,
    facts,
    started,
  }: Extract<Event, { kind: 'MessagesLogged' }>): void {
    if (started !== null) {
      this.project.lastConversation = conversation.id;
      this.project.lastGenerated = Math.max(this.project.lastGenerated, started);
    }
    this.conversations.set(conversation.externalId, conversation);
    if (profile !== null) this.profiles.set(profile.endUserId, profile);
    this.#know(facts);
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
