import { z } from 'zod';
import { phoneNumber, reportedCategory } from '../domain/call.ts';
import type { Answer, LogSegment, Recorded } from '../domain/command.ts';
import { checkCount } from '../domain/decide.ts';
import { InvalidInputError, NotFoundError } from '../domain/errors.ts';
import { statedSegment, type Segment } from '../domain/segment.ts';
import { externalId, jsonObject, moment, text } from '../domain/value.ts';
import type { FoundCall } from '../store/call.ts';
import { builder } from './builder.ts';
import { CallRef } from './call.ts';
import { write } from './context.ts';
import { parseInput } from './input.ts';
import { SegmentRef, SpeakerEnum } from './segment.ts';

const idOfCall = {
  required: true,
  description: 'Your id of the call, 1 to 255 characters; a new one begins a call.',
} as const;

const StartCallInput = builder.inputType('StartCallInput', {
  description: 'A call that begins, or more about one that began already. What is left out stays as it is.',
  fields: (t) => ({
    callId: t.string(idOfCall),
    customerPhoneNumber: t.string({
      description:
        'The number of the person who calls, or is called. With six digits or more it is the id of the person as well.',
    }),
    systemPhoneNumber: t.string({ description: 'Our number.' }),
    agentId: t.string({ description: 'Your id of who answers.' }),
    startedAt: t.field({ type: 'DateTime', description: 'When it began; its arrival when left out.' }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'Whatever else is worth keeping; added to what was sent before.',
    }),
  }),
});

const LogTranscriptSegmentInput = builder.inputType('LogTranscriptSegmentInput', {
  description:
    'One piece of a transcript. A later partial never replaces a final; a repeated final replaces the earlier one.',
  fields: (t) => ({
    callId: t.string(idOfCall),
    segmentId: t.string({
      required: true,
      description: 'Your id of the segment, the same for its partials and its final.',
    }),
    speaker: t.field({ type: SpeakerEnum, required: true, description: 'Whose words these are.' }),
    text: t.string({ required: true, description: 'The words; not blank, at most 100,000 characters.' }),
    startMs: t.float({ required: true, description: 'Where it begins, in ms since the call began.' }),
    endMs: t.float({
      required: true,
      description: 'Where it ends, in ms since the call began; not before its start.',
    }),
    isPartial: t.boolean({ defaultValue: false, description: 'Whether it may still change.' }),
    sentiment: t.float({ description: 'How it sounds, from −1 to 1; by its words when left out.' }),
    at: t.field({ type: 'DateTime', description: 'When it was said; its arrival when left out.' }),
    metadata: t.field({ type: 'JSONObject', description: 'Whatever else is worth keeping.' }),
  }),
});

const LogTranscriptSegmentsInput = builder.inputType('LogTranscriptSegmentsInput', {
  description: 'Several pieces of transcripts, of one call or of many.',
  fields: (t) => ({
    segments: t.field({
      type: [LogTranscriptSegmentInput],
      required: true,
      description: '1 to 1,000 segments; all are stored or none.',
    }),
  }),
});

const EndCallInput = builder.inputType('EndCallInput', {
  description: 'A call that ended.',
  fields: (t) => ({
    callId: t.string({ required: true, description: 'Your id of the call.' }),
    endedAt: t.field({ type: 'DateTime', description: 'When it ended; now when left out.' }),
    reason: t.string({ description: 'Why, free text.' }),
  }),
});

const PointInput = builder.inputType('CallPointInput', {
  description: 'A stretch of a call.',
  fields: (t) => ({
    startMs: t.float({ required: true, description: 'In ms since the call began.' }),
    endMs: t.float({ required: true, description: 'In ms since the call began; not before its start.' }),
  }),
});
const ReportedCategoryInput = builder.inputType('ReportedCategoryInput', {
  description: 'Something that a call is about.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name; the same name again replaces it.' }),
    points: t.field({ type: [PointInput], description: 'Where it shows; at most 1,000.' }),
  }),
});
const CategorizeCallInput = builder.inputType('CategorizeCallInput', {
  description: 'What another system found a call to be about.',
  fields: (t) => ({
    callId: t.string(idOfCall),
    categories: t.field({
      type: [ReportedCategoryInput],
      required: true,
      description: '1 to 100 categories.',
    }),
  }),
});

const start = z.object({
  callId: externalId,
  customerPhoneNumber: phoneNumber.nullish(),
  systemPhoneNumber: phoneNumber.nullish(),
  agentId: externalId.nullish(),
  startedAt: moment.nullish(),
  metadata: jsonObject.nullish(),
});
const end = z.object({ callId: externalId, endedAt: moment.nullish(), reason: text.nullish() });
const categorize = z.object({
  callId: externalId,
  categories: z.array(reportedCategory.extend({ points: reportedCategory.shape.points.nullish() })),
});

type SegmentInput = typeof LogTranscriptSegmentInput.$inferInput;

/** A segment as a command; throws an InvalidInputError that names the field below `path`. */
function parseSegment({ callId, at, ...rest }: SegmentInput, path: string): LogSegment {
  const given = Object.entries({ ...rest, at: at?.toISOString() }).filter(([, value]) => value != null);
  return {
    kind: 'logSegment',
    conversationId: parseInput(externalId, callId, `${path}.callId`),
    ...parseInput(statedSegment, Object.fromEntries(given), path),
  };
}

type CallRecorded = Extract<Recorded, { call: unknown }>;
const shown = (answer: Answer): FoundCall => ({
  conversation: answer.conversation!,
  call: (answer.recorded as CallRecorded).call,
});
type SegmentShape = { call: FoundCall; segment: Segment };
const logged = (answer: Answer): SegmentShape => ({
  call: shown(answer),
  segment: (answer.recorded as CallRecorded).segment!,
});

const CallPayload = builder.objectRef<{ call: FoundCall }>('CallPayload').implement({
  description: 'What most changes of a call answer with.',
  fields: (t) => ({ call: t.expose('call', { type: CallRef, description: 'The call as it is now.' }) }),
});
const SegmentPayload = builder.objectRef<SegmentShape>('LogTranscriptSegmentPayload').implement({
  description: 'What is stored now.',
  fields: (t) => ({
    call: t.expose('call', { type: CallRef, description: 'The call as it is now.' }),
    segment: t.expose('segment', {
      type: SegmentRef,
      description: 'The segment as it is now: what was stored before where that stands.',
    }),
  }),
});
const SegmentsPayload = builder.objectRef<{ segments: Segment[] }>('LogTranscriptSegmentsPayload').implement({
  description: 'What is stored now.',
  fields: (t) => ({
    segments: t.expose('segments', {
      type: [SegmentRef],
      description: 'The segments as they are now, in the order of the input.',
    }),
  }),
});

builder.mutationFields((t) => ({
  startCall: t.field({
    type: CallPayload,
    description:
      'Begins a call; of one that began already it says more. A call that ended stays so. Asks for the scope ingest.',
    authScopes: { ingest: true },
    args: { input: t.arg({ type: StartCallInput, required: true, description: 'The call.' }) },
    errors: {
      types: [InvalidInputError],
      union: { name: 'StartCallResult', description: 'The call, or why nothing was stored.' },
    },
    async resolve(_root, { input }, context, info) {
      const given = { ...input, startedAt: input.startedAt?.toISOString() };
      const { callId, startedAt, metadata, ...rest } = parseInput(start, given);
      const command = {
        kind: 'startCall',
        conversationId: callId,
        customerPhoneNumber: rest.customerPhoneNumber ?? null,
        systemPhoneNumber: rest.systemPhoneNumber ?? null,
        agentId: rest.agentId ?? null,
        startedAt: startedAt ?? null,
        metadata: metadata ?? {},
      } as const;
      const [answer] = await write(context, info, [command]);
      return { call: shown(answer!) };
    },
  }),
  logTranscriptSegment: t.field({
    type: SegmentPayload,
    description:
      'Stores one piece of a transcript; an unknown call begins with it. What comes after the end of a call takes its place, and the call stays ended. Asks for the scope ingest.',
    authScopes: { ingest: true },
    args: {
      input: t.arg({ type: LogTranscriptSegmentInput, required: true, description: 'The segment.' }),
    },
    errors: {
      types: [InvalidInputError],
      union: { name: 'LogTranscriptSegmentResult', description: 'What is stored, or why nothing was.' },
    },
    async resolve(_root, { input }, context, info) {
      const [answer] = await write(context, info, [parseSegment(input, 'input')]);
      return logged(answer!);
    },
  }),
  logTranscriptSegments: t.field({
    type: SegmentsPayload,
    description:
      'Stores several pieces of transcripts, in their order; all or none. Asks for the scope ingest.',
    authScopes: { ingest: true },
    args: {
      input: t.arg({ type: LogTranscriptSegmentsInput, required: true, description: 'The segments.' }),
    },
    errors: {
      types: [InvalidInputError],
      union: { name: 'LogTranscriptSegmentsResult', description: 'What is stored, or why nothing was.' },
    },
    async resolve(_root, { input }, context, info) {
      checkCount('input.segments', input.segments.length, 1000);
      const commands = input.segments.map((it, index) => parseSegment(it, `input.segments.${index}`));
      const answers = await write(context, info, commands);
      return { segments: answers.map((answer) => logged(answer).segment) };
    },
  }),
  endCall: t.field({
    type: CallPayload,
    description:
      'Ends a call, which closes its conversation; twice is the same as once, and a moment that is stated later puts the end right. Asks for the scope ingest.',
    authScopes: { ingest: true },
    args: { input: t.arg({ type: EndCallInput, required: true, description: 'The call.' }) },
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'EndCallResult', description: 'The call, or why nothing was stored.' },
    },
    async resolve(_root, { input }, context, info) {
      const given = { ...input, endedAt: input.endedAt?.toISOString() };
      const { callId, endedAt, reason } = parseInput(end, given);
      const [answer] = await write(context, info, [
        {
          kind: 'endCall',
          conversationId: callId,
          endedAt: endedAt ?? null,
          reason: reason ?? null,
        },
      ]);
      return { call: shown(answer!) };
    },
  }),
  categorizeCall: t.field({
    type: CallPayload,
    description:
      'Stores what another system found a call to be about; an unknown call begins with it. Asks for the scope ingest.',
    authScopes: { ingest: true },
    args: { input: t.arg({ type: CategorizeCallInput, required: true, description: 'The categories.' }) },
    errors: {
      types: [InvalidInputError],
      union: { name: 'CategorizeCallResult', description: 'The call, or why nothing was stored.' },
    },
    async resolve(_root, { input }, context, info) {
      checkCount('input.categories', input.categories.length, 100);
      const { callId, categories } = parseInput(categorize, input);
      const reported = categories.map(({ name, points }) => ({ name, points: points ?? [] }));
      const [answer] = await write(context, info, [
        { kind: 'categorizeCall', conversationId: callId, categories: reported },
      ]);
      return { call: shown(answer!) };
    },
  }),
}));
