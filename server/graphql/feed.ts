import type { Alert } from '../domain/alert.ts';
import type { Conversation, EndUser } from '../domain/conversation.ts';
import type { alertChanges, Event, EventKind } from '../domain/event.ts';
import type { FactChange } from '../domain/fact.ts';
import { formatCursor, parseCursor } from '../live/cursor.ts';
import type { resetReasons } from '../live/feed.ts';
import { type Frame, type ResetReason } from '../live/feed.ts';
import { AlertRef } from './alert.ts';
import { builder } from './builder.ts';
import { ConversationRef, OwnerEnum } from './conversation.ts';
import { EndUserRef } from './end-user.ts';
import { FactChangeRef } from './fact.ts';
import { ExchangeRef, MessageRef, shapeExchange, type MessageShape } from './message.ts';
import { CostRef, FeedbackRef, TurnRef } from './session.ts';

/** An event and the cursor that stands behind it. */
type EventShape = { event: Event; cursor: string };
export type Of<Kind extends EventKind> = { event: Extract<Event, { kind: Kind }>; cursor: string };

export const EventRef = builder.interfaceRef<EventShape>('Event').implement({
  description: "One entry of the project's log. Every event carries what it changed as it stands afterwards.",
  resolveType: ({ event: { kind } }) => (kind === 'PartialHeard' ? null : typeOf[kind]),
  fields: (t) => ({
    seq: t.field({
      type: 'SafeInt',
      description: 'Place in the log: 1, 2, 3 … without a hole.',
      resolve: ({ event }) => event.seq,
    }),
    cursor: t.exposeString('cursor', { description: 'Resume after this event with feed(after:).' }),
    at: t.field({
      type: 'DateTime',
      description: 'When it was stored.',
      resolve: ({ event }) => new Date(event.at),
    }),
    conversation: t.field({
      type: ConversationRef,
      nullable: true,
      description: 'The conversation after the event; null for events of no conversation.',
      resolve: ({ event }): Conversation | null => ('conversation' in event ? event.conversation : null),
    }),
  }),
});

/** The type that shows each kind of event. Partials are told by transcripts alone. */
const typeOf: Record<Exclude<EventKind, 'PartialHeard'>, string> = {
  ConversationStarted: 'ConversationStarted',
  ConversationChanged: 'ConversationChanged',
  ConversationClosed: 'ConversationClosed',
  ConversationReopened: 'ConversationReopened',
  HandoffChanged: 'HandoffChanged',
  NoteAdded: 'NoteAdded',
  MessagesLogged: 'MessagesLogged',
  FactsChanged: 'FactsChanged',
  EndUserForgotten: 'EndUserForgotten',
  ConversationPurged: 'ConversationPurged',
  ContentErased: 'ProjectChanged',
  PoliciesChanged: 'ProjectChanged',
  EndUserAdded: 'EndUserAdded',
  CallStarted: 'CallStarted',
  CallChanged: 'CallChanged',
  SegmentLogged: 'SegmentLogged',
  CallCategoryChanged: 'ProjectChanged',
  TurnRecorded: 'TurnRecorded',
  CostRecorded: 'CostRecorded',
  FeedbackSubmitted: 'FeedbackSubmitted',
  KeyCreated: 'ProjectChanged',
  KeyRevoked: 'ProjectChanged',
  PayloadMappingChanged: 'ProjectChanged',
  PricesImported: 'ProjectChanged',
  PriceRuleChanged: 'ProjectChanged',
  WebhookChanged: 'ProjectChanged',
  WebhookRemoved: 'ProjectChanged',
  ViewSaved: 'ProjectChanged',
  ViewRemoved: 'ProjectChanged',
  AlertRuleChanged: 'ProjectChanged',
  AlertRuleRemoved: 'ProjectChanged',
  AlertRaised: 'AlertRaised',
  AlertChanged: 'AlertChanged',
  AlertResolved: 'AlertResolved',
  SourceChanged: 'ProjectChanged',
};

// Fields of several kinds of events.
const endUser = {
  type: EndUserRef,
  description: 'The person.',
  resolve: ({ event }: { event: { endUser: EndUser } }) => event.endUser,
};
const alert = {
  type: AlertRef,
  description: 'The alert.',
  resolve: ({ event }: { event: { alert: Alert } }) => event.alert,
};

builder.objectType(builder.objectRef<Of<'ConversationStarted'>>('ConversationStarted'), {
  description:
    'A conversation began without a word; one that begins with a message is told by MessagesLogged.',
  interfaces: [EventRef],
});
builder.objectType(builder.objectRef<Of<'ConversationChanged'>>('ConversationChanged'), {
  description: "A conversation's platform, channel or end user became known or changed.",
  interfaces: [EventRef],
});
builder.objectType(builder.objectRef<Of<'ConversationClosed'>>('ConversationClosed'), {
  description: 'A conversation was closed.',
  interfaces: [EventRef],
  fields: (t) => ({
    reason: t.string({
      nullable: true,
      description: 'Why, where stated.',
      resolve: ({ event }) => event.reason,
    }),
  }),
});
builder.objectType(builder.objectRef<Of<'ConversationReopened'>>('ConversationReopened'), {
  description: 'A closed conversation goes on.',
  interfaces: [EventRef],
});
builder.objectType(builder.objectRef<Of<'HandoffChanged'>>('HandoffChanged'), {
  description: 'Another one answers, or is wanted; the conversation tells who.',
  interfaces: [EventRef],
  fields: (t) => ({
    from: t.field({
      type: OwnerEnum,
      description: 'Who answered before.',
      resolve: ({ event }) => event.from,
    }),
    by: t.string({
      description: 'Name of who did it; "reaper" when it was silent for too long.',
      resolve: ({ event }) => event.by,
    }),
    takenFrom: t.string({
      nullable: true,
      description: 'Name of who held it before, when somebody else took it by force or a rule released it.',
      resolve: ({ event }) => event.takenFrom ?? null,
    }),
    messages: t.field({
      type: [MessageRef],
      description: 'Messages that were marked, or that a person has answered now.',
      resolve: ({ event }): MessageShape[] => event.messages,
    }),
  }),
});
builder.objectType(builder.objectRef<Of<'NoteAdded'>>('NoteAdded'), {
  description: 'An operator wrote something down; what, the notes of the conversation tell.',
  interfaces: [EventRef],
});
builder.objectType(builder.objectRef<Of<'MessagesLogged'>>('MessagesLogged'), {
  description:
    'One call logged or changed these messages. A message that was seen before is replaced in place; its id stays.',
  interfaces: [EventRef],
  fields: (t) => ({
    messages: t.field({
      type: [MessageRef],
      description: 'Messages new or changed; none when the call only confirmed what was known.',
      resolve: ({ event }): MessageShape[] => event.messages.map((it) => ({ ...it, known: event.exchange })),
    }),
    exchange: t.field({
      type: ExchangeRef,
      nullable: true,
      description: 'The exchange after the event; null for system messages.',
      resolve: ({ event }) => event.exchange && shapeExchange(event.exchange),
    }),
    startsConversation: t.boolean({
      description: 'Whether the conversation begins with these messages.',
      resolve: ({ event }) => event.started !== null,
    }),
    facts: t.field({
      type: [FactChangeRef],
      description: "What a person's message taught about him.",
      resolve: ({ event }): FactChange[] => event.facts,
    }),
  }),
});
builder.objectType(builder.objectRef<Of<'FactsChanged'>>('FactsChanged'), {
  description:
    'Facts about a person changed otherwise than by a new message: looked into later, or decided on.',
  interfaces: [EventRef],
  fields: (t) => ({
    endUser: t.field(endUser),
    facts: t.field({
      type: [FactChangeRef],
      description: 'What changed.',
      resolve: ({ event }): FactChange[] => event.facts,
    }),
  }),
});
builder.objectType(builder.objectRef<Of<'EndUserForgotten'>>('EndUserForgotten'), {
  description: 'The words of a person, and what was learned from them, were erased: forget them too.',
  interfaces: [EventRef],
  fields: (t) => ({ endUser: t.field(endUser) }),
});
builder.objectType(builder.objectRef<Of<'ConversationPurged'>>('ConversationPurged'), {
  description:
    'Everything said and recorded in a conversation was erased, with the facts that only it proved: forget it too.',
  interfaces: [EventRef],
});
builder.objectType(builder.objectRef<Of<'EndUserAdded'>>('EndUserAdded'), {
  description: 'A person was seen for the first time.',
  interfaces: [EventRef],
  fields: (t) => ({ endUser: t.field(endUser) }),
});
builder.objectType(builder.objectRef<Of<'TurnRecorded'>>('TurnRecorded'), {
  description: 'A turn of a voice pipeline was recorded, or took the place of an earlier one with its id.',
  interfaces: [EventRef],
  fields: (t) => ({
    turn: t.field({ type: TurnRef, description: 'The turn.', resolve: ({ event }) => event.turn }),
  }),
});
builder.objectType(builder.objectRef<Of<'CostRecorded'>>('CostRecorded'), {
  description: 'A cost was recorded.',
  interfaces: [EventRef],
  fields: (t) => ({
    cost: t.field({ type: CostRef, description: 'The cost.', resolve: ({ event }) => event.cost }),
  }),
});
builder.objectType(builder.objectRef<Of<'FeedbackSubmitted'>>('FeedbackSubmitted'), {
  description: 'A rating was given.',
  interfaces: [EventRef],
  fields: (t) => ({
    feedback: t.field({
      type: FeedbackRef,
      description: 'The rating.',
      resolve: ({ event }) => event.feedback,
    }),
  }),
});
builder.objectType(builder.objectRef<Of<'AlertRaised'>>('AlertRaised'), {
  description: 'Something that an alert rule watches for is so.',
  interfaces: [EventRef],
  fields: (t) => ({ alert: t.field(alert) }),
});
const AlertChangeEnum = builder.enumType('AlertChange', {
  description: 'What changed of an alert.',
  values: {
    VALUE: { description: 'It is worse or better than it was, or was found to be so again.' },
    SNOOZED: { description: 'Somebody put it off.' },
    UNSNOOZED: { description: 'It was put off, and is back.' },
  } satisfies Record<(typeof alertChanges)[number], object>,
});
builder.objectType(builder.objectRef<Of<'AlertChanged'>>('AlertChanged'), {
  description: 'An open alert changed; at most once a minute by itself.',
  interfaces: [EventRef],
  fields: (t) => ({
    alert: t.field(alert),
    change: t.field({
      type: AlertChangeEnum,
      description: 'What changed.',
      resolve: ({ event }) => event.change,
    }),
    snoozedBy: t.string({
      nullable: true,
      description: 'Name of who put it off; null otherwise.',
      resolve: ({ event }) => event.by,
    }),
  }),
});
builder.objectType(builder.objectRef<Of<'AlertResolved'>>('AlertResolved'), {
  description: 'An alert is over; it tells why.',
  interfaces: [EventRef],
  fields: (t) => ({ alert: t.field(alert) }),
});
builder.objectType(builder.objectRef<EventShape>('ProjectChanged'), {
  description:
    'Something of the project itself changed: a key, the payload mapping, prices, webhooks, categories of calls, policies, saved views, alert rules, how a source fares.',
  interfaces: [EventRef],
  fields: (t) => ({
    what: t.string({
      description: 'Kind of the change, for example KeyRevoked.',
      resolve: ({ event }) => event.kind,
    }),
  }),
});

const ResetReasonEnum = builder.enumType('ResetReason', {
  description: 'Why a cursor cannot be resumed from.',
  values: {
    PRUNED: { description: 'The history behind it has been pruned.' },
    UNKNOWN_EPOCH: { description: 'It belongs to another log (the database was replaced).' },
    FUTURE_CURSOR: { description: 'It is ahead of the log (the database was restored from an older copy).' },
  } satisfies Record<(typeof resetReasons)[number], object>,
});
const resetMessages: Record<ResetReason, string> = {
  PRUNED:
    'History behind this cursor has been pruned. Fetch the state anew, then go on from the frame cursor.',
  UNKNOWN_EPOCH:
    'This cursor belongs to another log. Fetch the state anew, then go on from the frame cursor.',
  FUTURE_CURSOR: 'This cursor is ahead of the log. Fetch the state anew, then go on from the frame cursor.',
};
export const FeedResetRef = builder.objectRef<{ reason: ResetReason }>('FeedReset').implement({
  description: 'What was known before must be fetched anew.',
  fields: (t) => ({
    reason: t.expose('reason', { type: ResetReasonEnum, description: 'Why.' }),
    message: t.string({ description: 'What to do.', resolve: ({ reason }) => resetMessages[reason] }),
  }),
});

const FeedFilter = builder.inputType('FeedFilter', {
  description: 'Which events are wanted; the cursor moves on over the others.',
  fields: (t) => ({
    conversations: t.stringList({ description: 'Only events of conversations with these external ids.' }),
  }),
});

const FeedFrameRef = builder.objectRef<Frame>('FeedFrame').implement({
  description: 'One delivery of a feed.',
  fields: (t) => ({
    events: t.field({
      type: [EventRef],
      description: 'In the order of the log.',
      resolve: ({ events, cursor }) => {
        const epoch = parseCursor(cursor)?.epoch ?? '';
        return events.map((event) => ({ event, cursor: formatCursor({ epoch, seq: event.seq }) }));
      },
    }),
    cursor: t.exposeString('cursor', {
      description: 'Resume from here with feed(after:): everything up to it has been seen.',
    }),
    caughtUp: t.exposeBoolean('caughtUp', { description: 'Whether this frame brings the viewer up to now.' }),
    reset: t.field({
      type: FeedResetRef,
      nullable: true,
      description: 'Set when the cursor could not be resumed from.',
      resolve: ({ reset }) => reset && { reason: reset },
    }),
  }),
});

/** The events of some conversations; all but partials without a filter. */
function isOfOne(externalIds: string[] | null | undefined): (event: Event) => boolean {
  if (externalIds == null) return ({ kind }) => kind !== 'PartialHeard';
  const wanted = new Set(externalIds);
  return (event) => 'conversation' in event && wanted.has(event.conversation.externalId);
}

builder.subscriptionField('feed', (t) =>
  t.field({
    type: FeedFrameRef,
    description:
      'Every event of the project, once and in order: first what was missed since `after`, then what happens. The first frame comes at once. Segments of calls are told once they are final; partials by `transcript`. Asks for the scope read.',
    authScopes: { read: true },
    args: {
      after: t.arg.string({ description: 'Cursor to resume from; from now on when left out.' }),
      filter: t.arg({ type: FeedFilter, description: 'Which events; all when left out.' }),
    },
    subscribe: (_root, { after, filter }, { feed, caller }) =>
      feed({ projectId: caller.projectId, after, wants: isOfOne(filter?.conversations) }),
    resolve: (frame) => frame,
  }),
);
