import type { Alert } from './alert.ts';
import type { AlertRule } from './alert-rule.ts';
import type { Call } from './call.ts';
import type { CallCategory } from './call-category.ts';
import type { Conversation, EndUser, Owner } from './conversation.ts';
import type { Cost } from './cost.ts';
import type { Exchange } from './exchange.ts';
import type { FactChange } from './fact.ts';
import type { Feedback } from './feedback.ts';
import type { Key } from './key.ts';
import type { PayloadMapping } from './mapping.ts';
import type { Message } from './message.ts';
import type { Note } from './note.ts';
import type { Policies } from './policy.ts';
import type { Price } from './pricing/price.ts';
import type { PriceRule } from './pricing/schedule.ts';
import type { Profile } from './profile.ts';
import type { SavedView } from './saved-view.ts';
import type { Segment } from './segment.ts';
import type { SourceState } from './source.ts';
import type { Turn } from './turn.ts';
import type { Webhook } from './webhook.ts';

export const announcements = ['new_message', 'user_message', 'polly_response'] as const;
export type Announcement = (typeof announcements)[number];

export const alertChanges = ['VALUE', 'SNOOZED', 'UNSNOOZED'] as const;
export type AlertChange = (typeof alertChanges)[number];

/**
 * What happened. Every event carries what it made or changed as it stands afterwards, so that a viewer needs
 * no look-up and the tables are nothing but the newest of each. Sums are not carried: they follow (state.ts).
 */
export type EventBody =
  | { kind: 'EndUserAdded'; endUser: EndUser }
  | {
      /** A conversation began without a word. */
      kind: 'ConversationStarted';
      conversation: Conversation;
      /** The milliseconds in an external id that was generated here; null when the caller gave one. */
      generated: number | null;
    }
  | { kind: 'ConversationChanged'; conversation: Conversation }
  | { kind: 'ConversationClosed'; conversation: Conversation; reason: string | null }
  | { kind: 'ConversationReopened'; conversation: Conversation }
  | {
      /** Another one answers, or is wanted, and messages that a person has to answer, or has. */
      kind: 'HandoffChanged';
      conversation: Conversation;
      /** Who answered before. */
      from: Owner;
      /** Name of who did it. */
      by: string;
      /** Who held it until somebody else took it, or a rule gave it back. */
      takenFrom?: string | null;
      messages: Message[];
    }
  | { kind: 'NoteAdded'; conversation: Conversation; note: Note }
  | {
      /** One call logged or changed these messages; none when it only confirmed what was known. */
      kind: 'MessagesLogged';
      conversation: Conversation;
      messages: Message[];
      exchange: Exchange | null;
      /** How listeners of exchanges are told; null when it reads as before. */
      announce: Announcement | null;
      /** The person's counts after a new message of his; null when there is none, or nobody knows whose it is. */
      profile: Profile | null;
      /** What the message taught. */
      facts: FactChange[];
      /**
       * Set when the conversation begins with this: the milliseconds in its external id when that was generated
       * here, 0 when the caller gave one. Null when the conversation was there before.
       */
      started: number | null;
      /** Whether more messages of the same call follow in the next event. */
      isContinued: boolean;
    }
  | {
      /** Facts changed by another way than a new message: a later look at one, or somebody's decision. */
      kind: 'FactsChanged';
      endUser: EndUser;
      facts: FactChange[];
    }
  | {
      /** The words of a person, and what was learned from them, were erased, here and in the log. */
      kind: 'EndUserForgotten';
      endUser: EndUser;
    }
  /** A conversation became a call, or began as one. */
  | { kind: 'CallStarted'; conversation: Conversation; call: Call }
  | { kind: 'CallChanged'; conversation: Conversation; call: Call }
  /** A segment became final, or a final was corrected. */
  | { kind: 'SegmentLogged'; conversation: Conversation; call: Call; segment: Segment }
  | {
      /** A segment as it is heard so far. There are many of them, so each is short and leaves its conversation alone. */
      kind: 'PartialHeard';
      /** External id of the call. */
      callId: string;
      segment: Segment;
    }
  | {
      /** What calls may be about was set, or taken away (null). */
      kind: 'CallCategoryChanged';
      name: string;
      category: CallCategory | null;
    }
  | {
      /** Everything said and recorded in a conversation was erased, here and in the log, and what only it proved. */
      kind: 'ConversationPurged';
      conversation: Conversation;
      facts: FactChange[];
    }
  | {
      /** What was said and recorded by the events up to this one became too old and is being erased. */
      kind: 'ContentErased';
      upTo: number;
    }
  | { kind: 'PoliciesChanged'; policies: Policies }
  | { kind: 'TurnRecorded'; conversation: Conversation; turn: Turn }
  | { kind: 'CostRecorded'; conversation: Conversation; cost: Cost }
  | { kind: 'FeedbackSubmitted'; conversation: Conversation; feedback: Feedback }
  | {
      /** Prices of models, those that are new or changed. */
      kind: 'PricesImported';
      prices: [model: string, price: Price][];
    }
  | {
      /** A price or a discount of the project's own was set, or taken away (null). */
      kind: 'PriceRuleChanged';
      name: string;
      rule: PriceRule | null;
    }
  | { kind: 'KeyCreated'; key: Key }
  | { kind: 'KeyRevoked'; key: Key }
  | { kind: 'PayloadMappingChanged'; mapping: PayloadMapping | null }
  /** A webhook was set up, changed or disabled. */
  | { kind: 'WebhookChanged'; webhook: Webhook }
  | { kind: 'WebhookRemoved'; webhook: Webhook }
  /** A view was saved, new or changed. */
  | { kind: 'ViewSaved'; view: SavedView }
  | { kind: 'ViewRemoved'; view: SavedView }
  /** A rule of alerts was set up, or changed. */
  | { kind: 'AlertRuleChanged'; alertRule: AlertRule }
  | { kind: 'AlertRuleRemoved'; alertRule: AlertRule }
  | { kind: 'AlertRaised'; alert: Alert }
  | {
      /** It is worse or better than it was, was put off, or is back. */
      kind: 'AlertChanged';
      alert: Alert;
      change: AlertChange;
      /** Name of who put it off; null otherwise. */
      by: string | null;
    }
  | { kind: 'AlertResolved'; alert: Alert }
  /** A source is read, followed, or cannot be reached. */
  | { kind: 'SourceChanged'; source: SourceState };

export type EventKind = EventBody['kind'];

/** One entry of a project's log. */
export type Event = EventBody & {
  /** Dense per project: 1, 2, 3 … in commit order. */
  seq: number;
  /** When it was stored, ISO. */
  at: string;
};
