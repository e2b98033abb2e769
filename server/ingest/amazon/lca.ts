import type { Calling } from '../../domain/command.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import type { Segment } from '../../domain/segment.ts';
import type { Json, JsonObject } from '../../domain/value.ts';
import { listOf, objectOf, textOf } from '../storable.ts';
import {
  aCall,
  aSegment,
  callIdOf,
  categoriesOf,
  labelIn,
  millisOf,
  momentIn,
  restOf,
  secondsIn,
  sentimentIn,
} from './call-record.ts';

/**
 * What an event of Amazon's Live Call Analytics tells of a call. Throws an InvalidInputError that names the field.
 */
export function readLca(event: JsonObject): Calling[] {
  const callId = callIdOf(event, 'CallId');
  switch (textOf(event['EventType'])) {
    case 'START':
      return [readStart(callId, event)];
    case 'ADD_TRANSCRIPT_SEGMENT':
      return readSpeech(callId, event);
    case 'ADD_CALL_CATEGORY':
      return readCategories(callId, event);
    case 'UPDATE_AGENT':
      return [aCall(callId, { agentId: labelIn(event['AgentId']) })];
    // What is known of the call besides its words.
    case 'ADD_SUMMARY':
    case 'ADD_S3_RECORDING_URL':
    case 'ADD_PCA_URL':
    case 'CALL_ANALYTICS_METADATA':
      return [aCall(callId, { metadata: restOf(event, ...usual) })];
    case 'END':
    case 'ERRORED':
      return readEnd(callId, event);
    // They ask for work of that system, or say that it goes on.
    case 'ADD_AGENT_ASSIST':
    case 'CONTINUE':
      return [];
    default:
      throw new InvalidInputError(
        'EventType',
        'EventType must be START, ADD_TRANSCRIPT_SEGMENT, UPDATE_AGENT, ADD_CALL_CATEGORY, ADD_SUMMARY, ADD_S3_RECORDING_URL, ADD_PCA_URL, CALL_ANALYTICS_METADATA, ERRORED or END.',
      );
  }
}

/** Fields of every event, and those that tell how that system keeps it. */
const usual = ['CallId', 'EventType', 'CreatedAt', 'UpdatedAt', 'ExpiresAfter'];

function readStart(callId: string, event: JsonObject): Calling {
  return aCall(callId, {
    customerPhoneNumber: labelIn(event['CustomerPhoneNumber']),
    systemPhoneNumber: labelIn(event['SystemPhoneNumber']),
    agentId: labelIn(event['AgentId']),
    startedAt: momentIn(event['CreatedAt']),
    metadata: restOf(event, 'CustomerPhoneNumber', 'SystemPhoneNumber', 'AgentId', ...usual),
  });
}

// An end may overtake everything else of its call, and a call that nobody knows cannot end.
function readEnd(callId: string, event: JsonObject): Calling[] {
  const endedAt = momentIn(event['UpdatedAt']) ?? momentIn(event['CreatedAt']);
  const reason = event['EventType'] === 'END' ? null : 'Live Call Analytics reported an error.';
  return [aCall(callId), { kind: 'endCall', conversationId: callId, endedAt, reason }];
}

function readCategories(callId: string, event: JsonObject): Calling[] {
  const { MatchedCategories: matched, MatchedDetails: details } = objectOf(event['CategoryEvent']);
  const categories = categoriesOf(matched, details, 'TimestampRanges');
  if (categories.length === 0) return [];
  return [{ kind: 'categorizeCall', conversationId: callId, categories }];
}

/** Words, as that system writes them itself or as it passes on what Amazon Transcribe heard. */
function readSpeech(callId: string, event: JsonObject): Calling[] {
  if (event['UtteranceEvent'] != null) return [readUtterance(callId, objectOf(event['UtteranceEvent']))];
  if (event['TranscriptEvent'] != null) return readResults(callId, objectOf(event['TranscriptEvent']));
  const speaker = channels.get(textOf(event['Channel']));
  // Neither side said what an assistant proposes, or what is measured of a voice.
  if (speaker === undefined) return [];
  const { SegmentId: segmentId, Transcript: text } = event;
  const times = timesOf(event);
  return [
    aSegment(
      callId,
      {
        ...times,
        segmentId,
        speaker,
        text,
        isPartial: isTrue(event['IsPartial']),
        sentiment: sentimentOf(event),
        metadata: restOf(event, ...usual, ...heard),
      },
      { ...names, segmentId: 'SegmentId', text: 'Transcript' },
    ),
  ];
}

const channels = new Map<string, Segment['speaker']>([
  ['CALLER', 'CUSTOMER'],
  ['AGENT', 'AGENT'],
]);
const heard = ['SegmentId', 'Channel', 'Transcript', 'IsPartial', 'StartTime', 'EndTime', 'Sentiment'];
const names = { startMs: 'StartTime', endMs: 'EndTime' };

const timesOf = (record: JsonObject): { startMs: number; endMs: number | null } => ({
  startMs: millisOf(record, 'StartTime'),
  endMs: secondsIn(record['EndTime']),
});

const isTrue = (value: Json | undefined): boolean => value === true || value === 'true';

/** SentimentWeighted goes from −5 to 5. */
function sentimentOf(event: JsonObject): number | null {
  const { Sentiment: word, SentimentScore: shares, SentimentWeighted: weighted } = event;
  if (typeof weighted === 'number' && Math.abs(weighted) <= 5) return weighted / 5;
  return sentimentIn(word, shares);
}

/** An utterance of Amazon Transcribe's call analytics. */
function readUtterance(callId: string, utterance: JsonObject): Calling {
  const { UtteranceId: segmentId, ParticipantRole: role, Transcript: text } = utterance;
  const { BeginOffsetMillis: begin, EndOffsetMillis: end } = utterance;
  const used = [
    'UtteranceId',
    'Transcript',
    'IsPartial',
    'Sentiment',
    'BeginOffsetMillis',
    'EndOffsetMillis',
  ];
  return aSegment(
    callId,
    {
      segmentId,
      speaker: role === 'AGENT' ? 'AGENT' : 'CUSTOMER',
      text,
      startMs: typeof begin === 'number' ? begin : NaN,
      endMs: typeof end === 'number' ? end : null,
      isPartial: isTrue(utterance['IsPartial']),
      sentiment: sentimentIn(utterance['Sentiment']),
      // The words one by one are many times as long as what they say.
      metadata: restOf(utterance, ...used, 'Items', 'Entities'),
    },
    { segmentId: 'UtteranceId', text: 'Transcript', startMs: 'BeginOffsetMillis', endMs: 'EndOffsetMillis' },
  );
}

/** Results of Amazon Transcribe, of which the first channel is the customer. Some of them say nothing yet. */
function readResults(callId: string, event: JsonObject): Calling[] {
  const results = Array.isArray(event['Results']) ? event['Results'] : [event];
  return results.map(objectOf).flatMap((result) => {
    const { Transcript: text } = objectOf(listOf(result['Alternatives'])[0]);
    if (text === undefined || text === '') return [];
    return aSegment(
      callId,
      {
        ...timesOf(result),
        segmentId: result['ResultId'],
        speaker: result['ChannelId'] === 'ch_1' ? 'AGENT' : 'CUSTOMER',
        text,
        isPartial: isTrue(result['IsPartial']),
        metadata: restOf(result, 'Alternatives', 'ResultId', 'StartTime', 'EndTime', 'IsPartial'),
      },
      { ...names, segmentId: 'ResultId', text: 'Transcript' },
    );
  });
}
