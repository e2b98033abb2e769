import type { Conversation } from './conversation.ts';
import type { Event } from './event.ts';
import type { FactChange } from './fact.ts';
import { countCost, countFeedback, countTurn, emptyFigures, type Figures } from './figures.ts';
import {
  costKey,
  evidenceKey,
  exchangeKey,
  factKey,
  feedbackKey,
  Layers,
  segmentKey,
  turnKey,
} from './layers.ts';
import type { PayloadMapping } from './mapping.ts';
import type { Policies } from './policy.ts';
import type { Message } from './message.ts';
import { priceBook, withPrices, withRule, type PriceBook } from './pricing/price-book.ts';
import {
  contributionsOfConversation,
  contributionsOfCost,
  contributionsOfFeedback,
  contributionsOfMessages,
  contributionsOfTurn,
  type Contribution,
} from './rollup.ts';
import type { Segment } from './segment.ts';
import { Standings } from './standing.ts';

/** The project's own row: its counters and settings. */
export type Project = {
  id: number;
  head: number;
  lastEndUser: number;
  lastConversation: number;
  /** Messages and segments of calls draw their ids from one counter, in the order in which all of them arrive. */
  lastMessage: number;
  lastFact: number;
  lastTurn: number;
  lastCost: number;
  lastFeedback: number;
  lastNote: number;
  lastDelivery: number;
  lastAlert: number;
  lastGenerated: number;
  payloadMapping: PayloadMapping | null;
  /** The newest event that changed prices; 0 while there is none. */
  pricesSeq: number;
  /** What is done without being asked. */
  policies: Policies;
  /** Content up to this event is erased because of its age. */
  erasedSeq: number;
};

/** What a project's log adds up to, as far as it is loaded. */
export class State extends Layers {
  project: Project;
  prices: PriceBook;
  /** What the events since the state below add to the roll-ups. */
  readonly contributions: Contribution[] = [];
  /** What they add to the rows of conversations, for filters. */
  readonly standings = new Standings();
  /** Milliseconds, ascending, whose generated external id nobody has. */
  freeIds: readonly number[] = [];
  /** The events that led from the state below to this one. */
  readonly events: Event[] = [];

  constructor(project: Project, below: State | null = null) {
    super(below);
    this.project = project;
    this.prices = below?.prices ?? priceBook();
    this.freeIds = below?.freeIds ?? [];
  }

  /** A layer on top: changes go there until they are absorbed. */
  fork(): State {
    return new State(this.project, this);
  }

  /** Takes over what a fork changed. */
  absorb(fork: State): void {
    this.project = fork.project;
    this.absorbRows(fork);
    this.prices = fork.prices;
    this.events.push(...fork.events);
    this.contributions.push(...fork.contributions);
    this.standings.absorb(fork.standings);
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
        this.contributions.push(
          ...contributionsOfConversation(event.conversation, event.at, { conversations: 1 }),
        );
        break;
      case 'ConversationChanged':
      case 'ConversationReopened':
        this.conversations.set(event.conversation.externalId, event.conversation);
        break;
      case 'ConversationClosed':
        this.conversations.set(event.conversation.externalId, event.conversation);
        this.contributions.push(
          ...contributionsOfConversation(event.conversation, event.at, {
            closed: 1,
            ...(event.conversation.handoffs === 0 && { closedByBot: 1 }),
          }),
        );
        break;
      case 'HandoffChanged':
        this.#count(event);
        this.conversations.set(event.conversation.externalId, event.conversation);
        for (const message of event.messages) this.#setMessage(message);
        break;
      case 'NoteAdded':
        this.conversations.set(event.conversation.externalId, event.conversation);
        this.notes.set(event.note.id, event.note);
        project.lastNote = event.note.id;
        break;
      case 'MessagesLogged':
        this.#log(event);
        break;
      case 'FactsChanged':
        this.#know(event.facts);
        break;
      case 'EndUserForgotten':
        break;
      case 'CallStarted':
      case 'CallChanged':
        this.conversations.set(event.conversation.externalId, event.conversation);
        this.calls.set(event.call.conversationId, event.call);
        break;
      case 'SegmentLogged':
        this.conversations.set(event.conversation.externalId, event.conversation);
        this.calls.set(event.call.conversationId, event.call);
        this.#hear(event);
        break;
      case 'PartialHeard':
        this.#hear(event);
        break;
      case 'CallCategoryChanged':
        this.callCategories.set(event.name, { category: event.category });
        break;
      case 'ConversationPurged':
        this.conversations.set(event.conversation.externalId, event.conversation);
        this.purged.set(event.conversation.id, event.seq);
        this.#know(event.facts);
        break;
      case 'ContentErased':
        project.erasedSeq = event.upTo;
        break;
      case 'PoliciesChanged':
        project.policies = event.policies;
        break;
      case 'TurnRecorded':
        this.#recordTurn(event);
        break;
      case 'CostRecorded':
        this.#recordCost(event);
        break;
      case 'FeedbackSubmitted':
        this.#recordFeedback(event);
        break;
      case 'PricesImported':
        this.prices = withPrices(this.prices, event.prices);
        project.pricesSeq = event.seq;
        break;
      case 'PriceRuleChanged':
        this.prices = withRule(this.prices, event.name, event.rule);
        project.pricesSeq = event.seq;
        break;
      case 'KeyCreated':
      case 'KeyRevoked':
        this.keys.set(event.key.id, event.key);
        break;
      case 'WebhookChanged':
      case 'WebhookRemoved': {
        const { id } = event.webhook;
        const isRemoved = event.kind === 'WebhookRemoved';
        this.webhooks.set(id, { ...this.webhooks.get(id), webhook: event.webhook, isRemoved });
        break;
      }
      case 'ViewSaved':
      case 'ViewRemoved':
        this.views.set(event.view.id, { view: event.view, isRemoved: event.kind === 'ViewRemoved' });
        break;
      case 'AlertRuleChanged':
      case 'AlertRuleRemoved': {
        const isRemoved = event.kind === 'AlertRuleRemoved';
        this.alertRules.set(event.alertRule.id, { alertRule: event.alertRule, isRemoved });
        break;
      }
      case 'AlertRaised':
      case 'AlertChanged':
      case 'AlertResolved':
        this.alerts.set(event.alert.id, event.alert);
        project.lastAlert = Math.max(project.lastAlert, event.alert.id);
        break;
      case 'SourceChanged':
        break;
      case 'PayloadMappingChanged':
        project.payloadMapping = event.mapping;
        break;
    }
  }

  /** Somebody waits from when a person is wanted until one comes. */
  #count({ conversation, from, at }: Extract<Event, { kind: 'HandoffChanged' }>): void {
    const before = this.conversations.get(conversation.externalId);
    const isWanted = from === 'BOT' && conversation.owner === 'PENDING';
    const isCome = from === 'PENDING' && conversation.owner === 'HUMAN' && before !== undefined;
    if (!isWanted && !isCome) return;
    const waiting = isCome ? Date.parse(at) - Date.parse(before.ownerSince) : 0;
    this.contributions.push(
      ...contributionsOfConversation(
        conversation,
        at,
        isWanted ? { requests: 1 } : {},
        isCome ? { waiting: Math.max(0, waiting) } : {},
      ),
    );
  }

  #hear({ segment, seq, at }: { segment: Segment; seq: number; at: string }): void {
    this.heard.set(segment.conversationId, { seq, at });
    this.segments.set(segmentKey(segment.conversationId, segment.externalId), segment);
    this.project.lastMessage = Math.max(this.project.lastMessage, segment.id);
  }

  #recordTurn({ conversation, turn }: Extract<Event, { kind: 'TurnRecorded' }>): void {
    const key = turnKey(conversation.id, turn.externalId);
    const before = this.turns.get(key);
    this.turns.set(key, turn);
    this.project.lastTurn = Math.max(this.project.lastTurn, turn.id);
    this.#figure(conversation, (figures) => countTurn(figures, turn, before));
    this.#roll(contributionsOfTurn, turn, before);
  }

  #recordCost({ conversation, cost }: Extract<Event, { kind: 'CostRecorded' }>): void {
    const before = this.costs.get(costKey(cost));
    this.costs.set(costKey(cost), cost);
    this.project.lastCost = Math.max(this.project.lastCost, cost.id);
    this.#figure(conversation, (figures) => countCost(figures, cost, before));
    this.#roll(contributionsOfCost, cost, before);
  }

  #recordFeedback({ conversation, feedback }: Extract<Event, { kind: 'FeedbackSubmitted' }>): void {
    const before = this.feedback.get(feedbackKey(feedback));
    this.feedback.set(feedbackKey(feedback), feedback);
    this.project.lastFeedback = Math.max(this.project.lastFeedback, feedback.id);
    this.#figure(conversation, (figures) => countFeedback(figures, feedback, before));
    this.#roll(contributionsOfFeedback, feedback, before);
  }

  #figure(conversation: Conversation, change: (figures: Figures) => Figures): void {
    this.conversations.set(conversation.externalId, conversation);
    const { id } = conversation;
    this.figures.set(id, change(this.figures.get(id) ?? emptyFigures(id)));
  }

  /** What is replaced is taken out of the roll-ups that it was counted in. */
  #roll<T>(
    contributionsOf: (thing: T, sign: 1 | -1) => Contribution[],
    thing: T,
    before: T | undefined,
  ): void {
    if (before !== undefined) this.contributions.push(...contributionsOf(before, -1));
    this.contributions.push(...contributionsOf(thing, 1));
  }

  #setMessage(message: Message): void {
    this.standings.count(message, this.messages.get(message.id));
    this.messages.set(message.id, message);
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
    at,
  }: Extract<Event, { kind: 'MessagesLogged' }>): void {
    const wantedSince = this.conversations.get(conversation.externalId)?.wantedSince ?? null;
    if (wantedSince !== null && conversation.wantedSince === null) {
      const reply = Math.max(0, Date.parse(at) - Date.parse(wantedSince));
      this.contributions.push(...contributionsOfConversation(conversation, at, {}, { reply }));
    }
    if (started !== null) {
      this.contributions.push(...contributionsOfConversation(conversation, at, { conversations: 1 }));
      this.project.lastConversation = conversation.id;
      this.project.lastGenerated = Math.max(this.project.lastGenerated, started);
    }
    this.conversations.set(conversation.externalId, conversation);
    if (profile !== null) this.profiles.set(profile.endUserId, profile);
    this.#know(facts);
    const known = messages.flatMap(({ id }) => this.messages.get(id) ?? []);
    this.contributions.push(
      ...contributionsOfMessages(known, conversation.platform, -1),
      ...contributionsOfMessages(messages, conversation.platform, 1),
    );
    for (const message of messages) {
      this.#setMessage(message);
      this.project.lastMessage = Math.max(this.project.lastMessage, message.id);
    }
    if (exchange === null) return;
    this.exchanges.set(exchangeKey(conversation.id, exchange.ordinal), exchange);
    // An exchange reserves the ids of both its messages, so that the reply always reads after the question.
    this.project.lastMessage = Math.max(this.project.lastMessage, exchange.firstMessage + 1);
  }
}
