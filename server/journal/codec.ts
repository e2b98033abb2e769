import { z } from 'zod';
import { alertStatuses, resolutions } from '../domain/alert.ts';
import { alertKinds, severities, type AlertRule } from '../domain/alert-rule.ts';
import { channels, conversationStatuses, owners, senders } from '../domain/conversation.ts';
import type { ConversationFilter } from '../domain/conversation-filter.ts';
import { alertChanges, announcements, type Event } from '../domain/event.ts';
import { categories, changes, endings, polarities, tenses } from '../domain/fact.ts';
import { scopes } from '../domain/key.ts';
import type { Message } from '../domain/message.ts';
import { sourceStatuses } from '../domain/source.ts';
import type { JsonObject } from '../domain/value.ts';
import { webhookKinds } from '../domain/webhook.ts';
import { call, callCategory, segment } from './call-codec.ts';
import { cost, feedback, turn } from './session-codec.ts';

/** An event as it lies in the log. */
export type EventRow = { seq: number; at: string; kind: string; body: unknown };

const json = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null);
// No z.record, which drops a field of the name __proto__.
const strength = z.custom<Record<string, number>>(
  (value) => json.safeParse(value).success && Object.values(value as object).every(Number.isFinite),
);
const endUser = z.object({ id: z.number(), externalId: z.string(), createdAt: z.string() });
const conversation = z
  .object({
    id: z.number(),
    externalId: z.string(),
    endUser: endUser.nullable(),
    channel: z.enum(channels),
    platform: z.string(),
    status: z.enum(conversationStatuses),
    messages: z.number(),
    exchanges: z.number(),
    lastMessage: z.number().nullable(),
    lastText: z.string().nullable(),
    lastSender: z.enum(senders).nullable(),
    startedAt: z.string(),
    closedAt: z.string().nullable(),
    closeReason: z.string().nullable().default(null),
    owner: z.enum(owners).default('BOT'),
    ownerSince: z.string().optional(),
    operator: z.string().nullable().default(null),
    handoffReason: z.string().nullable().default(null),
    priority: z.number().default(0),
    handoffs: z.number().default(0),
    wantedSince: z.string().nullable().default(null),
    activeAt: z.string(),
    activeSeq: z.number(),
  })
  // Nobody else answered before there was a handoff.
  .transform((it) => ({ ...it, ownerSince: it.ownerSince ?? it.startedAt }));
const stated = z.object({
  userMessage: z.string().optional(),
  response: z.string().optional(),
  promptName: z.string().optional(),
  model: z.string().optional(),
  latencyMs: z.number().optional(),
  tokensUsed: json.optional(),
  status: z.string().optional(),
  timestamp: z.string().optional(),
  askedAt: z.string().optional(),
  repliedAt: z.string().optional(),
});
const extras = z.object({ values: json, strength });
const exchange = z.object({
  conversationId: z.number(),
  ordinal: z.number(),
  firstMessage: z.number(),
  arrivedSeq: z.number(),
  arrivedAt: z.string(),
  stated: z.object({ values: stated, strength }),
  ask: extras,
  reply: extras,
});
const message = z.object({
  id: z.number(),
  conversationId: z.number(),
  exchange: z.number().nullable(),
  sender: z.enum(senders),
  text: z.string().optional(),
  at: z.string(),
  metadata: json.optional(),
  endUserId: z.number().nullable().default(null),
  sentiment: z.number().nullable().default(null),
  topics: z.array(z.string()).default([]),
  requiresHuman: z.boolean().default(false),
  humanReplied: z.boolean().default(false),
  isErased: z.boolean().optional(),
});
const profile = z.object({
  endUserId: z.number(),
  messages: z.number(),
  sentiment: z.number(),
  characters: z.number(),
  hours: z.array(z.number()),
});
const fact = z.object({
  id: z.number(),
  endUserId: z.number(),
  category: z.enum(categories),
  type: z.string(),
  key: z.string(),
  object: z.string(),
  value: z.string(),
  polarity: z.enum(polarities),
  tense: z.enum(tenses),
  isStated: z.boolean(),
  evidence: z.number(),
  isConfirmed: z.boolean(),
  firstSaidAt: z.string(),
  lastSaidAt: z.string(),
  endedAt: z.string().nullable(),
  ending: z.enum(endings).nullable(),
  replacedBy: z.number().nullable(),
});
const evidence = z.object({
  factId: z.number(),
  messageId: z.number(),
  start: z.number(),
  end: z.number(),
  quote: z.string().default(''),
  at: z.string(),
});
const factChanges = z.array(z.object({ change: z.enum(changes), fact, evidence: evidence.nullable() }));
const key = z.object({
  id: z.string(),
  name: z.string(),
  hash: z.string(),
  scopes: z.array(z.enum(scopes)),
  createdAt: z.string(),
  revokedAt: z.string().nullable(),
});
const note = z.object({
  id: z.number(),
  conversationId: z.number(),
  author: z.string(),
  text: z.string(),
  at: z.string(),
});
const webhook = z.object({
  id: z.string(),
  url: z.string(),
  kinds: z.array(z.enum(webhookKinds)),
  description: z.string().nullable(),
  isEnabled: z.boolean(),
  createdAt: z.string(),
  disabledAt: z.string().nullable(),
  disabledReason: z.string().nullable(),
});
const view = z.object({
  id: z.string(),
  name: z.string(),
  query: z.string(),
  filter: z.custom<ConversationFilter>(),
  createdAt: z.string(),
});
const alertRule = z.object({
  id: z.string(),
  name: z.string(),
  severity: z.enum(severities),
  isEnabled: z.boolean(),
  platform: z.string().nullable(),
  condition: z.custom<AlertRule['condition']>((it) => json.safeParse(it).success),
  createdAt: z.string(),
  changedAt: z.string(),
});
const alert = z.object({
  id: z.number(),
  ruleId: z.string(),
  ruleName: z.string(),
  kind: z.enum(alertKinds),
  severity: z.enum(severities),
  conversationId: z.string().nullable(),
  endUserId: z.string().nullable(),
  status: z.enum(alertStatuses),
  value: z.number(),
  threshold: z.number(),
  text: z.string(),
  proof: z.object({
    seq: z.number(),
    conversationId: z.string().nullable(),
    messageId: z.number().nullable(),
    turnId: z.string().nullable(),
  }),
  raisedAt: z.string(),
  changedAt: z.string(),
  snoozedUntil: z.string().nullable(),
  resolvedAt: z.string().nullable(),
  resolvedBy: z.string().nullable(),
  resolution: z.enum(resolutions).nullable(),
});
const source = z.object({
  name: z.string(),
  status: z.enum(sourceStatuses),
  reason: z.string().nullable(),
  since: z.string(),
});
const mapping = z.custom<Extract<Event, { kind: 'PayloadMappingChanged' }>['mapping']>();

const minutes = z.number().nullable();
const policies = z.object({
  closeChatsAfterMinutes: minutes,
  closeCallsAfterMinutes: minutes,
  releaseAfterMinutes: minutes,
  keepContentDays: z.number().nullable(),
});
const prices = z.custom<Extract<Event, { kind: 'PricesImported' }>['prices']>(Array.isArray);
const rule = z.custom<Extract<Event, { kind: 'PriceRuleChanged' }>['rule']>();

const head = { seq: z.number(), at: z.string() };
const eventSchema = z.discriminatedUnion('kind', [
  z.object({ ...head, kind: z.literal('EndUserAdded'), endUser }),
  z.object({
    ...head,
    kind: z.literal('ConversationStarted'),
    conversation,
    generated: z.number().nullable(),
  }),
  z.object({ ...head, kind: z.literal('ConversationChanged'), conversation }),
  z.object({ ...head, kind: z.literal('ConversationClosed'), conversation, reason: z.string().nullable() }),
  z.object({ ...head, kind: z.literal('ConversationReopened'), conversation }),
  z.object({
    ...head,
    kind: z.literal('MessagesLogged'),
    conversation,
    messages: z.array(message),
    exchange: exchange.nullable(),
    announce: z.enum(announcements).nullable(),
    profile: profile.nullable().default(null),
    facts: factChanges.default([]),
    started: z.number().nullable().default(null),
    isContinued: z.boolean().default(false),
  }),
  z.object({
    ...head,
    kind: z.literal('HandoffChanged'),
    conversation,
    from: z.enum(owners),
    by: z.string(),
    takenFrom: z.string().nullable().optional(),
    messages: z.array(message),
  }),
  z.object({ ...head, kind: z.literal('NoteAdded'), conversation, note }),
  z.object({ ...head, kind: z.literal('FactsChanged'), endUser, facts: factChanges }),
  z.object({ ...head, kind: z.literal('EndUserForgotten'), endUser }),
  z.object({ ...head, kind: z.literal('CallStarted'), conversation, call }),
  z.object({ ...head, kind: z.literal('CallChanged'), conversation, call }),
  z.object({ ...head, kind: z.literal('SegmentLogged'), conversation, call, segment }),
  z.object({ ...head, kind: z.literal('PartialHeard'), callId: z.string(), segment }),
  z.object({
    ...head,
    kind: z.literal('CallCategoryChanged'),
    name: z.string(),
    category: callCategory.nullable(),
  }),
  z.object({ ...head, kind: z.literal('ConversationPurged'), conversation, facts: factChanges }),
  z.object({ ...head, kind: z.literal('ContentErased'), upTo: z.number() }),
  z.object({ ...head, kind: z.literal('PoliciesChanged'), policies }),
  z.object({ ...head, kind: z.literal('TurnRecorded'), conversation, turn }),
  z.object({ ...head, kind: z.literal('CostRecorded'), conversation, cost }),
  z.object({ ...head, kind: z.literal('FeedbackSubmitted'), conversation, feedback }),
  z.object({ ...head, kind: z.literal('KeyCreated'), key }),
  z.object({ ...head, kind: z.literal('KeyRevoked'), key }),
  z.object({ ...head, kind: z.literal('PayloadMappingChanged'), mapping }),
  z.object({ ...head, kind: z.literal('WebhookChanged'), webhook }),
  z.object({ ...head, kind: z.literal('WebhookRemoved'), webhook }),
  z.object({ ...head, kind: z.literal('ViewSaved'), view }),
  z.object({ ...head, kind: z.literal('ViewRemoved'), view }),
  z.object({ ...head, kind: z.literal('AlertRuleChanged'), alertRule }),
  z.object({ ...head, kind: z.literal('AlertRuleRemoved'), alertRule }),
  z.object({ ...head, kind: z.literal('AlertRaised'), alert }),
  z.object({
    ...head,
    kind: z.literal('AlertChanged'),
    alert,
    change: z.enum(alertChanges),
    by: z.string().nullable(),
  }),
  z.object({ ...head, kind: z.literal('AlertResolved'), alert }),
  z.object({ ...head, kind: z.literal('SourceChanged'), source }),
  z.object({ ...head, kind: z.literal('PricesImported'), prices }),
  z.object({ ...head, kind: z.literal('PriceRuleChanged'), name: z.string(), rule }),
]);

/** An event as a row; words and metadata that its exchange holds are not written twice. */
export function encodeEvent({ seq, at, kind, ...body }: Event): EventRow {
  if (!('exchange' in body) || body.exchange === null) return { seq, at, kind, body };
  const messages = body.messages.map(({ text: _, metadata: __, ...rest }) => rest);
  return { seq, at, kind, body: { ...body, messages } };
}

/** A row as an event; throws when it is none that this version knows. */
export function decodeEvent(row: EventRow): Event {
  const event = eventSchema.parse({ ...(row.body as object), seq: row.seq, at: row.at, kind: row.kind });
  if (event.kind !== 'MessagesLogged') return event as Event;
  const { exchange: known } = event;
  const messages = event.messages.map((part): Message => {
    const isAsk = part.id === known?.firstMessage;
    const words = isAsk ? known?.stated.values.userMessage : known?.stated.values.response;
    const metadata = isAsk ? known?.ask.values : known?.reply.values;
    return { ...part, text: part.text ?? words ?? '', metadata: part.metadata ?? metadata ?? {} };
  });
  return { ...event, messages } as Event;
}
