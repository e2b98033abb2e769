import type { Alert, Finding } from './alert.ts';
import type { AlertRule } from './alert-rule.ts';
import type { Call as PhoneCall, ReportedCategory } from './call.ts';
import type { CallCategory } from './call-category.ts';
import type { Channel, Conversation, Sender } from './conversation.ts';
import type { Cost } from './cost.ts';
import type { Call, Extras, Stated } from './exchange.ts';
import type { Analysis, FactChange, Lesson } from './fact.ts';
import type { Feedback } from './feedback.ts';
import type { Key } from './key.ts';
import type { PayloadMapping } from './mapping.ts';
import type { Message } from './message.ts';
import type { Note } from './note.ts';
import type { PolicyChanges } from './policy.ts';
import type { Price } from './pricing/price.ts';
import type { PriceRule } from './pricing/schedule.ts';
import type { SavedView } from './saved-view.ts';
import type { Segment, StatedSegment } from './segment.ts';
import type { Source } from './source.ts';
import type { Turn } from './turn.ts';
import type { JsonObject } from './value.ts';
import type { Watcher } from './watcher.ts';
import type { Delivery, Webhook } from './webhook.ts';

/** What a door asks for; its values have passed the rules of value.ts. */
export type Command =
  | LogExchange
  | LogMessage
  | CloseConversation
  | ReopenConversation
  | Learning
  | Recording
  | Calling
  | Handoff
  | AdvanceWatcher
  | AdvanceSource
  | Telling
  | Policing
  | Erasing
  | Viewing
  | Alerting
  | Administration;

/** A call that states an exchange under one id. */
export type LogExchange = {
  kind: 'logExchange';
  /** External id; null to have one generated. */
  conversationId: string | null;
  call: Call;
  stated: Stated;
  extras: Extras;
  platform: string;
  analysis?: Analysis;
};

/** One utterance. A user's message opens an exchange, a bot's or a person's answers the newest open one. */
export type LogMessage = {
  kind: 'logMessage';
  conversationId: string;
  sender: Sender;
  text: string;
  /** The answer to a user's message, where it is known already. */
  reply?: string;
  /** When it was said, ISO; its arrival when left out. */
  at?: string;
  endUserId?: string;
  channel?: Channel;
  platform?: string;
  /** Platform of a conversation that this starts, when `platform` names none. */
  origin: string;
  facts: Pick<Stated, 'promptName' | 'model' | 'latencyMs' | 'tokensUsed' | 'status'>;
  metadata: JsonObject;
  /** Whether more messages of the same call follow. */
  isContinued?: boolean;
  /** What a user's words tell; the journal finds out before it locks anything. */
  analysis?: Analysis;
};

export type CloseConversation = { kind: 'closeConversation'; conversationId: string; reason: string | null };
export type ReopenConversation = { kind: 'reopenConversation'; conversationId: string };

/** What bots report of a session besides what was said. A session that nobody has seen yet begins with it. */
export type Recording =
  | { kind: 'recordTurn'; conversationId: string; turn: NewTurn; origin: string }
  | { kind: 'recordCost'; conversationId: string; cost: NewCost; origin: string }
  | { kind: 'submitFeedback'; conversationId: string; feedback: NewFeedback; origin: string };

/** As a caller states it; a moment that is null is that of its arrival. */
type New<T extends { at: string }> = Omit<T, 'id' | 'conversationId' | 'createdAt' | 'setting' | 'at'> & {
  at: string | null;
};
export type NewTurn = New<Turn>;
export type NewCost = Omit<New<Cost>, 'tableUsd' | 'exchange'>;
export type NewFeedback = Omit<
  Feedback,
  'id' | 'conversationId' | 'createdAt' | 'setting' | 'message' | 'promptName' | 'model'
>;

/** What happens on calls; `conversationId` is the caller's id of the call. Null is what nobody stated. */
export type Calling = StartCall | LogSegment | EndCall | CategorizeCall;

/** Begins a call, or says more about one that began already. */
export type StartCall = {
  kind: 'startCall';
  conversationId: string;
  customerPhoneNumber: string | null;
  systemPhoneNumber: string | null;
  agentId: string | null;
  startedAt: string | null;
  metadata: JsonObject;
};

/** One piece of a transcript; a call that nobody has seen yet begins with it. */
export type LogSegment = { kind: 'logSegment'; conversationId: string } & StatedSegment;

/** Ends a call, and so closes its conversation. */
export type EndCall = {
  kind: 'endCall';
  conversationId: string;
  endedAt: string | null;
  reason: string | null;
};

/** Categories that another system found a call to be about; one of the same name is replaced. */
export type CategorizeCall = {
  kind: 'categorizeCall';
  conversationId: string;
  categories: ReportedCategory[];
};

/** A conversation passing between the bot and people; `by` and `operator` are names of who does it. */
export type Handoff =
  | {
      kind: 'requestHuman';
      conversationId: string;
      by: string;
      reason: string | null;
      priority: number | null;
    }
  | { kind: 'markHuman'; messageId: number; by: string }
  | { kind: 'markReplied'; messageId: number; by: string }
  /** By force also from somebody else, who may be gone. */
  | { kind: 'takeOver'; conversationId: string; operator: string; isForced?: boolean }
  | { kind: 'release'; conversationId: string; operator: string; reason: string | null }
  | { kind: 'replyAsHuman'; conversationId: string; operator: string; text: string; metadata: JsonObject }
  | { kind: 'addNote'; conversationId: string; author: string; text: string };

/** Commands about what is known of people. */
export type Learning =
  | { kind: 'teach'; messageId: number; lessons: Lesson[] }
  | { kind: 'confirmFact'; factId: number }
  | { kind: 'correctFact'; factId: number; value: string }
  | { kind: 'forgetFact'; factId: number }
  | { kind: 'forgetEndUser'; endUserId: string };

/** Moves a standing rule on, or claims it for a server. It makes no event, which would only wake the rule again. */
export type AdvanceWatcher = {
  kind: 'advanceWatcher';
  /** Where it stood when it was read; null when it stood nowhere yet. */
  from: number | null;
  to: Watcher;
  /** The words that the other commands of this unit are about, as they were read. */
  heard: { messageId: number; text: string } | null;
};

/** Moves a source on, or claims it for a server; stands in one unit with what was read of it. */
export type AdvanceSource = {
  kind: 'advanceSource';
  /** Its version when it was read; null when there was none yet. */
  from: number | null;
  to: Omit<Source, 'since' | 'version'>;
};

/** Webhooks, and what becomes of what they are told. */
export type Telling =
  | {
      kind: 'createWebhook';
      webhook: Pick<Webhook, 'id' | 'url' | 'kinds' | 'description'>;
      secret: string;
    }
  | {
      kind: 'updateWebhook';
      id: string;
      changes: Partial<Pick<Webhook, 'url' | 'kinds' | 'description' | 'isEnabled'>>;
    }
  | { kind: 'removeWebhook'; id: string }
  /** New deliveries; stands in one unit with the move of the watcher that found them. */
  | {
      kind: 'fireWebhooks';
      hits: Pick<Delivery, 'endpointId' | 'webhookId' | 'seq' | 'kind' | 'part'>[];
    }
  /** Begins the next attempts, where so many were made so far. */
  | { kind: 'claimDeliveries'; claims: Pick<Delivery, 'id' | 'attempts'>[] }
  | {
      kind: 'settleDelivery';
      id: number;
      /** Which attempt, from 1 on. */
      attempt: number;
      status: number | null;
      /** Why it failed; null when it was delivered. */
      error: string | null;
      /** From 0 to 1, for the wait until the next attempt. */
      chance: number;
      /** Whether nothing reached the webhook since this delivery began. */
      isDead: boolean;
    }
  | { kind: 'replayDelivery'; id: number };

/** Rules that work without being asked. */
export type Policing =
  | { kind: 'setPolicies'; changes: PolicyChanges }
  /** Closes or releases a conversation if it is silent for as long as the policies say. */
  | { kind: 'endSilence'; conversationId: string };

/** Commands that erase what was said. */
export type Erasing =
  | { kind: 'purgeConversation'; conversationId: string }
  /** Content of events up to this one is too old. */
  | { kind: 'eraseOld'; upTo: number };
/** Views that people of a project keep under a name. One with the same id is replaced. */
export type Viewing =
  | { kind: 'saveView'; isNew: boolean; view: Omit<SavedView, 'createdAt'> }
  | { kind: 'removeView'; id: string };

/** Rules of alerts, and what becomes of alerts; `by` is the name of who does it. */
export type Alerting =
  | { kind: 'createAlertRule'; rule: Omit<AlertRule, 'createdAt' | 'changedAt'> }
  | {
      kind: 'updateAlertRule';
      id: string;
      changes: Partial<Omit<AlertRule, 'id' | 'createdAt' | 'changedAt'>>;
    }
  | { kind: 'removeAlertRule'; id: string }
  /** What rules were found to say; stands in one unit with the move of the watcher that found it. */
  | { kind: 'judgeAlerts'; findings: Finding[] }
  /** The same of a conversation that waits for a person, if it still does. */
  | { kind: 'judgeWaiting'; conversationId: string; finding: Finding }
  /** Does what time alone does, where it is due. */
  | { kind: 'ageAlerts'; ids: number[] }
  | { kind: 'snoozeAlert'; id: number; until: string; by: string }
  | { kind: 'resolveAlert'; id: number; by: string };

/** Commands of the project itself. */
export type Administration =
  | { kind: 'createKey'; key: Pick<Key, 'id' | 'name' | 'hash' | 'scopes'> }
  | { kind: 'revokeKey'; keyId: string }
  | { kind: 'setPayloadMapping'; mapping: PayloadMapping | null }
  | { kind: 'importPrices'; prices: [model: string, price: Price][] }
  | { kind: 'setPriceRule'; name: string; rule: PriceRule | null }
  | { kind: 'setCallCategory'; name: string; category: CallCategory | null };

/** What a command produced: the conversation, messages and facts as they stand after it. */
export type Answer = {
  conversation: Conversation | null;
  messages: Message[];
  facts: FactChange[];
  /** What was recorded, and whether it is new or takes the place of what had its id. */
  recorded?: Recorded;
};

export type Recorded =
  | { turn: Turn; isNew: boolean }
  | { cost: Cost }
  | { feedback: Feedback; isNew: boolean }
  /** Number of prices that are new or changed. */
  | { prices: number }
  | { note: Note }
  /** A call, and the segment where one was logged. */
  | { call: PhoneCall; segment?: Segment }
  | { webhook: Webhook }
  | { view: SavedView }
  | { alertRule: AlertRule }
  | { alert: Alert }
  /** Those that were claimed, or are sent again. */
  | { deliveries: Delivery[] };
