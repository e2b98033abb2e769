import type { Alert } from './alert.ts';
import type { AlertRule } from './alert-rule.ts';
import type { Call } from './call.ts';
import type { CallCategory } from './call-category.ts';
import type { Conversation, EndUser } from './conversation.ts';
import type { Cost } from './cost.ts';
import type { Exchange } from './exchange.ts';
import type { Evidence, Fact } from './fact.ts';
import type { Feedback } from './feedback.ts';
import type { Figures } from './figures.ts';
import type { Key } from './key.ts';
import { Layer } from './layer.ts';
import type { Message } from './message.ts';
import type { Note } from './note.ts';
import type { Profile } from './profile.ts';
import type { SavedView } from './saved-view.ts';
import type { Segment } from './segment.ts';
import type { Source } from './source.ts';
import type { Turn } from './turn.ts';
import type { Watcher } from './watcher.ts';
import type { Delivery, Webhook } from './webhook.ts';

/** A webhook with the secret of a new one; the others' stay in the table. */
type WebhookRow = { webhook: Webhook; secret?: string; isRemoved?: boolean };

type ViewRow = { view: SavedView; isRemoved?: boolean };
/** A place in the log, and when that was. */
type Moment = { seq: number; at: string };
type AlertRuleRow = { alertRule: AlertRule; isRemoved: boolean };

/** Key of an exchange. */
export const exchangeKey = (conversationId: number, ordinal: number): string =>
  `${conversationId}:${ordinal}`;

/** Key of what is known of a person under one key. */
export const factKey = (endUserId: number, key: string): string => `${endUserId}:${key}`;

/** Key of a turn. */
export const turnKey = (conversationId: number, externalId: string): string =>
  `${conversationId}:${externalId}`;

/** Key of a segment. */
export const segmentKey = (conversationId: number, externalId: string): string =>
  `${conversationId}:${externalId}`;

/** Key of a cost: an exchange has one at most. */
export const costKey = ({
  conversationId,
  exchange,
  id,
}: Pick<Cost, 'conversationId' | 'exchange' | 'id'>): string =>
  exchange === null ? `${id}` : exchangeKey(conversationId, exchange);

/** Key of a rating: the caller's own id of it, where there is one. */
export const feedbackKey = ({
  conversationId,
  externalId,
  id,
}: Pick<Feedback, 'conversationId' | 'externalId' | 'id'>): string =>
  externalId === null ? `${id}` : `${conversationId}:${externalId}`;

/** Key of a proof. */
export const evidenceKey = (factId: number, messageId: number): string => `${factId}:${messageId}`;

/** The rows of a project, as far as they are loaded. */
export class Layers {
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
  /** By `costKey`. */
  readonly costs: Layer<string, Cost>;
  /** By `feedbackKey`. */
  readonly feedback: Layer<string, Feedback>;
  /** By the id of the conversation. */
  readonly figures: Layer<number, Figures>;
  readonly notes: Layer<number, Note>;
  /** By the id of the conversation. */
  readonly calls: Layer<number, Call>;
  /** By `segmentKey`. */
  readonly segments: Layer<string, Segment>;
  /** By name; null where one was taken away. */
  readonly callCategories: Layer<string, { category: CallCategory | null }>;
  /** By the id of the conversation: everything up to this event was purged. */
  readonly purged: Layer<number, number>;
  /** By the id of the conversation: the last event about a segment of it, which may be a partial. */
  readonly heard: Layer<number, Moment>;
  readonly keys: Layer<string, Key>;
  /** By name. */
  readonly watchers: Layer<string, Watcher>;
  /** By name. */
  readonly sources: Layer<string, Source>;
  readonly webhooks: Layer<string, WebhookRow>;
  readonly deliveries: Layer<number, Delivery>;
  readonly views: Layer<string, ViewRow>;
  readonly alertRules: Layer<string, AlertRuleRow>;
  readonly alerts: Layer<number, Alert>;

  constructor(below: Layers | null = null) {
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
    this.notes = new Layer(below?.notes);
    this.calls = new Layer(below?.calls);
    this.segments = new Layer(below?.segments);
    this.callCategories = new Layer(below?.callCategories);
    this.purged = new Layer(below?.purged);
    this.heard = new Layer(below?.heard);
    this.keys = new Layer(below?.keys);
    this.watchers = new Layer(below?.watchers);
    this.sources = new Layer(below?.sources);
    this.webhooks = new Layer(below?.webhooks);
    this.deliveries = new Layer(below?.deliveries);
    this.views = new Layer(below?.views);
    this.alertRules = new Layer(below?.alertRules);
    this.alerts = new Layer(below?.alerts);
  }

  /** Takes over the rows that the layers above changed. */
  protected absorbRows(above: Layers): void {
    for (const name of Object.keys(this) as (keyof Layers)[]) {
      const rows: unknown = this[name];
      const changed: unknown = above[name];
      if (rows instanceof Layer && changed instanceof Layer) rows.absorb(changed);
    }
  }
}
