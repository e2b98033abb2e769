import { SILENCE_MS, figuresOf, trendOf } from '../domain/call-figures.ts';
import type { CallFigures, SpeakerFigures, Spoken, TrendPoint } from '../domain/call-figures.ts';
import type { Stretch } from '../domain/call.ts';
import type { Event } from '../domain/event.ts';
import { formatCursor } from '../live/cursor.ts';
import { followState } from '../live/state.ts';
import { erasesWords, openTranscript, type TranscriptFrame } from '../live/transcript.ts';
import {
  findCall,
  findLatestCall,
  listCalls,
  listSightings,
  listSpoken,
  type FoundCall,
} from '../store/call.ts';
import { listSegments, placeOf } from '../store/segment.ts';
import { builder } from './builder.ts';
import { ConversationRef, StatusEnum } from './conversation.ts';
import { badInput } from './errors.ts';
import { FeedResetRef } from './feed.ts';
import { listPairPage, longPage, shortPage } from './page.ts';
import { SegmentRef, SpeakerEnum } from './segment.ts';

const StretchRef = builder.objectRef<Stretch>('Stretch').implement({
  description: 'A stretch of a call.',
  fields: (t) => ({
    startMs: t.exposeFloat('startMs', { description: 'In ms since the call began.' }),
    endMs: t.exposeFloat('endMs', { description: 'In ms since the call began.' }),
  }),
});

const SpeakerFiguresRef = builder.objectRef<SpeakerFigures>('SpeakerFigures').implement({
  description: 'What the final segments of one side of a call add up to.',
  fields: (t) => ({
    speaker: t.expose('speaker', { type: SpeakerEnum, description: 'Which side.' }),
    segmentCount: t.exposeInt('segments', { description: 'Number of its final segments.' }),
    talkMs: t.exposeFloat('talkMs', { description: 'How long it spoke, in ms; overlaps count once.' }),
    talkShare: t.exposeFloat('talkShare', {
      nullable: true,
      description: 'Its part of the time in which both spoke, from 0 to 1; null while nobody did.',
    }),
    averageSentiment: t.exposeFloat('averageSentiment', {
      nullable: true,
      description: 'Mean of its segments, from −1 to 1; null without any.',
    }),
    interruptions: t.exposeInt('interruptions', {
      description: 'How often it began to speak while the other side spoke.',
    }),
  }),
});

const TrendPointRef = builder.objectRef<TrendPoint>('SentimentTrendPoint').implement({
  description: 'How a stretch of a call sounds; null for a side that said nothing in it.',
  fields: (t) => ({
    startMs: t.exposeFloat('startMs', { description: 'In ms since the call began.' }),
    endMs: t.exposeFloat('endMs', { description: 'In ms since the call began.' }),
    customer: t.exposeFloat('CUSTOMER', { nullable: true, description: 'The customer, from −1 to 1.' }),
    agent: t.exposeFloat('AGENT', { nullable: true, description: 'The agent, from −1 to 1.' }),
  }),
});

/** So many points a trend has at most. */
const MOST_POINTS = 100;

type FiguresShape = CallFigures & { spoken: Spoken[] };

const CallFiguresRef = builder.objectRef<FiguresShape>('CallFigures').implement({
  description: 'What the final segments of a call add up to.',
  fields: (t) => ({
    spokenMs: t.exposeFloat('spokenMs', {
      description: 'Where the last words end, in ms since the call began.',
    }),
    speakers: t.expose('speakers', {
      type: [SpeakerFiguresRef],
      description: 'Both sides, the customer first.',
    }),
    sentimentTrend: t.field({
      type: [TrendPointRef],
      description: 'How the call sounds over its length; nothing while nobody spoke.',
      args: {
        points: t.arg.int({
          defaultValue: 10,
          description: `Number of equal stretches, 1 to ${MOST_POINTS}.`,
        }),
      },
      resolve({ spoken }, { points }) {
        const count = points ?? 10;
        if (count < 1 || count > MOST_POINTS) {
          throw badInput(`points must be from 1 to ${MOST_POINTS}; it is ${count}.`);
        }
        return trendOf(spoken, count);
      },
    }),
    silences: t.expose('silences', {
      type: [StretchRef],
      description: `Times between the first words and the last in which nobody spoke for ${SILENCE_MS / 1000} seconds or longer.`,
    }),
  }),
});

type CategoryShape = { name: string; isReported: boolean; points: Stretch[] };

const CategoryOfCallRef = builder.objectRef<CategoryShape>('CategoryOfCall').implement({
  description: 'Something that a call is about.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name.' }),
    isReported: t.exposeBoolean('isReported', {
      description: 'Whether another system reported it; otherwise its words were found in the transcript.',
    }),
    points: t.expose('points', { type: [StretchRef], description: 'Where it shows, in order.' }),
  }),
});

export const CallRef = builder.objectRef<FoundCall>('Call').implement({
  description: 'A conversation over the telephone with its transcript.',
  fields: (t) => ({
    callId: t.string({
      description: "The caller's own id of the call, the external id of its conversation.",
      resolve: ({ conversation }) => conversation.externalId,
    }),
    conversation: t.expose('conversation', {
      type: ConversationRef,
      description: 'The call as a conversation.',
    }),
    status: t.field({
      type: StatusEnum,
      description: 'Whether it goes on.',
      resolve: ({ conversation }) => conversation.status,
    }),
    customerPhoneNumber: t.string({
      nullable: true,
      description: 'The number of the person who calls, or is called.',
      resolve: ({ call }) => call.customerPhoneNumber,
    }),
    systemPhoneNumber: t.string({
      nullable: true,
      description: 'Our number.',
      resolve: ({ call }) => call.systemPhoneNumber,
    }),
    agentId: t.string({
      nullable: true,
      description: "The caller's own id of who answers.",
      resolve: ({ call }) => call.agentId,
    }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When it began: as stated, else the earliest moment that is known of it.',
      resolve: ({ call }) => new Date(call.startedAt),
    }),
    endedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it ended, as stated, else when it was closed; null while it goes on.',
      resolve: ({ conversation: { closedAt } }) => (closedAt === null ? null : new Date(closedAt)),
    }),
    endReason: t.string({
      nullable: true,
      description: 'Why it ended, where stated, for example "silent for 30 minutes"; null while it goes on.',
      resolve: ({ conversation: { closeReason } }) => closeReason,
    }),
    durationMs: t.float({
      nullable: true,
      description:
        'From its start to its end, in ms; null while it goes on, and where the end lies before the start.',
      resolve({ call, conversation: { closedAt } }) {
        const length = closedAt === null ? -1 : Date.parse(closedAt) - Date.parse(call.startedAt);
        return length < 0 ? null : length;
      },
    }),
    segmentCount: t.int({
      description: 'Number of its final segments.',
      resolve: ({ call }) => call.finals,
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'Whatever else callers sent when it started.',
      resolve: ({ call }) => call.metadata,
    }),
    figures: t.field({
      type: CallFiguresRef,
      description: 'What its final segments add up to.',
      authScopes: { read: true },
      async resolve({ conversation }, _args, { prisma, caller }): Promise<FiguresShape> {
        const spoken = await listSpoken(prisma, caller.projectId, conversation.id);
        return { ...figuresOf(spoken), spoken };
      },
    }),
    categories: t.field({
      type: [CategoryOfCallRef],
      description:
        'What it is about: what others reported, then what its words fit, in the order of the call.',
      authScopes: { read: true },
      async resolve({ conversation, call }, _args, { prisma, caller }): Promise<CategoryShape[]> {
        const found = new Map<string, Stretch[]>();
        for (const { category, ...point } of await listSightings(prisma, caller.projectId, conversation.id)) {
          found.set(category, [...(found.get(category) ?? []), point]);
        }
        return [
          ...call.categories.map((it) => ({ ...it, isReported: true })),
          ...[...found].map(([name, points]) => ({ name, points, isReported: false })),
        ];
      },
    }),
    segments: t.connection(
      {
        type: SegmentRef,
        description:
          'Its transcript, partials too, by where segments start, then by arrival; at most 500 at a time. `last` gives the newest page.',
        authScopes: { read: true },
        async resolve({ conversation }, args, { prisma, caller, log }) {
          // Read before the list, so that a transcript from this cursor misses nothing that the list does not show.
          const position = await log.position(caller.projectId);
          const connection = await listPairPage(args, longPage, placeOf, (range) =>
            listSegments(prisma, caller.projectId, conversation.id, {}, range),
          );
          const cursor = formatCursor({ epoch: position?.epoch ?? '', seq: position?.head ?? 0 });
          return { ...connection, cursor };
        },
      },
      {
        fields: (connection) => ({
          cursor: connection.exposeString('cursor', {
            description: 'Where the log stood when the list was read: follow it with transcript(after:).',
          }),
        }),
      },
    ),
  }),
});

builder.objectField(ConversationRef, 'call', (t) =>
  t.field({
    type: CallRef,
    nullable: true,
    description: 'The conversation as a call; null when it is none.',
    authScopes: { read: true },
    resolve: ({ channel, externalId }, _args, { prisma, caller }) =>
      channel === 'CALL' ? findCall(prisma, caller.projectId, externalId) : null,
  }),
);

const idOfCall = { required: true, description: "The caller's own id of the call." } as const;

export const CallFilter = builder.inputType('CallFilter', {
  description: 'Which calls are meant; what is left out does not matter.',
  fields: (t) => ({ status: t.field({ type: StatusEnum, description: 'Whether it goes on.' }) }),
});

builder.queryFields((t) => ({
  call: t.field({
    type: CallRef,
    nullable: true,
    description: 'One call; null when this project has none under that id. Asks for the scope read.',
    authScopes: { read: true },
    args: { id: t.arg.string(idOfCall) },
    resolve: (_root, { id }, { prisma, caller }) => findCall(prisma, caller.projectId, id),
  }),
  latestCall: t.field({
    type: CallRef,
    nullable: true,
    description: 'The call that began last; null while there is none. Asks for the scope read.',
    authScopes: { read: true },
    resolve: (_root, _args, { prisma, caller }) => findLatestCall(prisma, caller.projectId),
  }),
  calls: t.connection({
    type: CallRef,
    description: 'Calls, those that began last first; at most 100 at a time. Asks for the scope read.',
    authScopes: { read: true },
    args: { filter: t.arg({ type: CallFilter, description: 'Which ones; all when left out.' }) },
    resolve: (_root, { filter, ...args }, { prisma, caller }) =>
      listPairPage(
        args,
        shortPage,
        ({ call }: FoundCall): [number, number] => [Date.parse(call.startedAt), call.conversationId],
        (range) => listCalls(prisma, caller.projectId, filter?.status ?? null, range),
      ),
  }),
}));

const TranscriptFrameRef = builder.objectRef<TranscriptFrame>('TranscriptFrame').implement({
  description: 'One delivery of a transcript.',
  fields: (t) => ({
    segments: t.expose('segments', {
      type: [SegmentRef],
      description: 'New or changed; one of an id that was seen before takes its place.',
    }),
    cursor: t.exposeString('cursor', {
      description:
        'Resume from here with transcript(after:). It stays where you resumed until you have caught up, so that nothing is lost when you are cut off in between.',
    }),
    caughtUp: t.exposeBoolean('caughtUp', { description: 'Whether this frame brings the viewer up to now.' }),
    reset: t.field({
      type: FeedResetRef,
      nullable: true,
      description: 'Set when the cursor could not be resumed from: the whole transcript is given anew.',
      resolve: ({ reset }) => reset && { reason: reset },
    }),
  }),
});

const CHANGES: ReadonlySet<Event['kind']> = new Set([
  'ConversationChanged',
  'ConversationClosed',
  'ConversationReopened',
  'ConversationPurged',
]);

/** Whether the list of calls may be another after an event. */
export function isOfCalls(event: Event): boolean {
  // Who was forgotten may have called: the number is to go.
  if (['CallStarted', 'CallChanged', 'EndUserForgotten'].includes(event.kind)) return true;
  return CHANGES.has(event.kind) && 'conversation' in event && event.conversation.channel === 'CALL';
}

/** Whether the state of a call may be another after an event. */
const isAbout =
  (id: string) =>
  (event: Event): boolean =>
    erasesWords(event, id) || ('conversation' in event && event.conversation.externalId === id);

builder.subscriptionFields((t) => ({
  transcript: t.field({
    type: TranscriptFrameRef,
    description:
      'The transcript of a call with its partials: first what was said, or changed since `after`, in the order of the call, then what is said. The first frame comes at once; an unknown call is waited for. Asks for the scope read.',
    authScopes: { read: true },
    args: {
      callId: t.arg.string(idOfCall),
      after: t.arg.string({
        description: 'Cursor to resume from; from the beginning of the call when left out.',
      }),
    },
    subscribe: (_root, { callId, after }, { caller, ...services }) =>
      openTranscript(services, { projectId: caller.projectId, callId, after }),
    resolve: (frame) => frame,
  }),
  call: t.field({
    type: CallRef,
    nullable: true,
    description:
      'One call as it stands now, and again whenever it changes or a segment becomes final: the latest state, at most five times a second. Null until it begins. Asks for the scope read.',
    authScopes: { read: true },
    args: { id: t.arg.string(idOfCall) },
    subscribe: (_root, { id }, { feed, caller }) =>
      followState(feed, { projectId: caller.projectId, wants: isAbout(id) }),
    resolve: (_changed, { id }, { prisma, caller }) => findCall(prisma, caller.projectId, id),
  }),
  latestCall: t.field({
    type: CallRef,
    nullable: true,
    description:
      'The call that began last, at once and again whenever one begins, changes or ends: the latest state. Null while there is none. Asks for the scope read.',
    authScopes: { read: true },
    subscribe: (_root, _args, { feed, caller }) =>
      followState(feed, {
        projectId: caller.projectId,
        wants: isOfCalls,
      }),
    resolve: (_changed, _args, { prisma, caller }) => findLatestCall(prisma, caller.projectId),
  }),
}));
