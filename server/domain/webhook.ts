/** What an address can be told of. */
export const webhookKinds = [
  'handoff.changed',
  'human.replied',
  'message.logged',
  'conversation.closed',
  'conversation.reopened',
  'call.started',
  'call.ended',
  'segment.final',
  'turn.recorded',
  'cost.recorded',
  'feedback.submitted',
  'alert.raised',
  'alert.snoozed',
  'alert.unsnoozed',
  'alert.resolved',
] as const;
export type WebhookKind = (typeof webhookKinds)[number];

/** An address that is told of events. Its secret is kept beside it and is in no event. Moments are ISO strings. */
export type Webhook = {
  id: string;
  url: string;
  kinds: WebhookKind[];
  description: string | null;
  isEnabled: boolean;
  createdAt: string;
  /** When and why it was disabled; both null while it is enabled. */
  disabledAt: string | null;
  disabledReason: string | null;
};

export const deliveryStates = ['PENDING', 'DELIVERED', 'FAILED'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One thing that an address is to be told, or was. What is sent is made from the event at each attempt. */
export type Delivery = {
  id: number;
  endpointId: string;
  /** The `webhook-id`, the same at each attempt. */
  webhookId: string;
  /** The event that it tells of, and which of its messages; 0 for events of other kinds. */
  seq: number;
  kind: WebhookKind;
  part: number;
  state: DeliveryState;
  /** Attempts ever begun, and those before it was last sent again by hand. */
  attempts: number;
  attemptsBefore: number;
  createdAt: string;
  /** When it is due; null when nothing more is to be done. */
  nextAt: string | null;
  /** Set while an attempt is under way: when that is given up for lost. */
  heldUntil: string | null;
  /** How the last attempt was answered, and what went wrong. */
  lastStatus: number | null;
  lastError: string | null;
  deliveredAt: string | null;
};

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long after an attempt the next one follows, in ms: the schedule of the specification. The first is at once. */
const delays = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** Chance makes a wait longer by up to this part, so that what failed together does not come back together. */
const JITTER = 0.1;

/** How long to wait after so many attempts (from 1 on), in ms; null when there is none left. `chance` is from 0 to 1. */
export function delayAfter(attempts: number, chance: number): number | null {
  const delay = delays[attempts - 1];
  return delay === undefined ? null : Math.round(delay * (1 + chance * JITTER));
}
