import type { Calling } from '../../domain/command.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import type { Json, JsonObject } from '../../domain/value.ts';
import { listOf, objectOf, textOf } from '../storable.ts';
import { aCall, aSegment, callIdOf, categoriesOf, restOf, sentimentIn } from './call-record.ts';

/** Whether a record is an event of Contact Lens rather than of somebody else. */
export const isContactLens = (event: JsonObject): boolean => 'ContactId' in event && !('CallId' in event);

/**
 * What an event of Amazon Connect Contact Lens (real-time segment streams) tells of a call. Chats and tasks are no
 * calls and come to nothing. Throws an InvalidInputError that names the field.
 */
export function readContactLens(event: JsonObject): Calling[] {
  const callId = callIdOf(event, 'ContactId');
  if ((event['Channel'] ?? 'VOICE') !== 'VOICE') return [];
  switch (textOf(event['EventType'])) {
    case 'STARTED':
      return [aCall(callId, { metadata: restOf(event, 'ContactId', 'EventType', 'Segments') })];
    case 'SEGMENTS':
      return listOf(event['Segments']).flatMap((segment) => readSegment(callId, objectOf(segment)));
    // An end may overtake everything else of its call, and a call that nobody knows cannot end.
    case 'COMPLETED':
      return [aCall(callId), { kind: 'endCall', conversationId: callId, endedAt: null, reason: null }];
    case 'FAILED': {
      const reason = 'The analysis of Contact Lens failed.';
      return [aCall(callId), { kind: 'endCall', conversationId: callId, endedAt: null, reason }];
    }
    default:
      throw new InvalidInputError('EventType', 'EventType must be STARTED, SEGMENTS, COMPLETED or FAILED.');
  }
}

/** A segment is exactly one of these; kinds that are not known yet come to nothing. */
function readSegment(callId: string, segment: JsonObject): Calling[] {
  const { Utterance: utterance, Transcript: transcript, Categories: categories } = segment;
  const { PostContactSummary: summary } = segment;
  if (utterance !== undefined) return [readUtterance(callId, objectOf(utterance))];
  if (transcript !== undefined) return [readTranscript(callId, objectOf(transcript))];
  if (categories !== undefined) return readCategories(callId, objectOf(categories));
  if (summary !== undefined) return [aCall(callId, { metadata: restOf({ PostContactSummary: summary }) })];
  return [];
}

/** What was heard so far of a transcript that is still to come. */
function readUtterance(callId: string, utterance: JsonObject): Calling {
  return aSegment(
    callId,
    {
      ...placeOf(utterance),
      segmentId: utterance['TranscriptId'],
      text: utterance['PartialContent'],
      isPartial: true,
      metadata: restOf(utterance, 'TranscriptId', 'PartialContent', ...placed),
    },
    { ...names, segmentId: 'TranscriptId', text: 'PartialContent' },
  );
}

function readTranscript(callId: string, transcript: JsonObject): Calling {
  return aSegment(
    callId,
    {
      ...placeOf(transcript),
      segmentId: transcript['Id'],
      text: transcript['Content'],
      isPartial: false,
      sentiment: sentimentIn(transcript['Sentiment']),
      metadata: restOf(transcript, 'Id', 'Content', 'Sentiment', ...placed),
    },
    { ...names, segmentId: 'Id', text: 'Content' },
  );
}

function readCategories(callId: string, given: JsonObject): Calling[] {
  const { MatchedCategories: matched, MatchedDetails: details } = given;
  const categories = categoriesOf(matched, details, 'PointsOfInterest');
  if (categories.length === 0) return [];
  return [{ kind: 'categorizeCall', conversationId: callId, categories }];
}

const placed = ['BeginOffsetMillis', 'EndOffsetMillis'];
const names = { startMs: 'BeginOffsetMillis', endMs: 'EndOffsetMillis' };

/**
 * Who spoke, and when. Everybody but the customer speaks for our side, announcements and supervisors too; the role
 * stays in the metadata.
 */
function placeOf(record: JsonObject): {
  speaker: 'CUSTOMER' | 'AGENT';
  startMs: number;
  endMs: number | null;
} {
  const { ParticipantRole: role, BeginOffsetMillis: begin, EndOffsetMillis: end } = record;
  return {
    speaker: role === 'CUSTOMER' ? 'CUSTOMER' : 'AGENT',
    startMs: offsetOf(begin),
    endMs: typeof end === 'number' ? end : null,
  };
}

function offsetOf(value: Json | undefined): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new InvalidInputError('BeginOffsetMillis', 'BeginOffsetMillis must be a number, zero or more.');
}
