import { z } from 'zod';
import { endsBeforeStart, isStretch, offsetMs, speakers, type Speaker } from './call.ts';
import type { Match } from './call-category.ts';
import { externalId, isBlank, jsonObject, moment, text, type JsonObject } from './value.ts';

/** One piece of a call's transcript. Offsets are in ms since the call began. */
export type Segment = {
  /** Grows in the order in which segments and messages of the project first arrived. */
  id: number;
  conversationId: number;
  /** The caller's own id; the same id again says more of the same piece. */
  externalId: string;
  speaker: Speaker;
  text: string;
  startMs: number;
  endMs: number;
  /** Whether it may still change. */
  isPartial: boolean;
  /** How it sounds, from −1 to 1; null for a partial that nobody rated. */
  sentiment: number | null;
  /** When it was said, ISO: as the caller tells, else its arrival. */
  at: string;
  metadata: JsonObject;
  /** Where a final fits the categories of the project. */
  matches: Match[];
  /** Sequence number of the event that changed it last. */
  seq: number;
};

/** A segment as a caller reports it; a moment that is null is that of its arrival. */
export type StatedSegment = { segmentId: string; at: string | null } & Pick<
  Segment,
  'speaker' | 'text' | 'startMs' | 'endMs' | 'isPartial' | 'sentiment' | 'metadata'
>;

/** A segment is no essay: at most so many characters. */
const LONGEST = 100_000;

/** A segment as a caller states it. */
export const statedSegment = z
  .object({
    segmentId: externalId,
    speaker: z.enum(speakers, { error: 'must be CUSTOMER or AGENT' }),
    text: text
      .refine((value) => !isBlank(value), 'must not be blank')
      .refine((value) => value.length <= LONGEST, `must have at most ${LONGEST} characters`),
    startMs: offsetMs,
    endMs: offsetMs,
    isPartial: z.boolean({ error: 'must be true or false' }).default(false),
    sentiment: z
      .number({ error: 'must be a number from -1 to 1' })
      .min(-1, 'must be from -1 to 1')
      .max(1, 'must be from -1 to 1')
      .nullable()
      .default(null),
    at: moment.nullable().default(null),
    metadata: jsonObject.default({}),
  })
  .refine(isStretch, endsBeforeStart);

/** What a segment says of itself; its id, place in the log and matches are given here. */
type Said = Omit<Segment, 'id' | 'conversationId' | 'matches' | 'seq'>;

/**
 * A segment after one more report of it; the same object when that changes nothing. A final stands against every
 * partial. Of two finals the later one holds, of two partials the one that reaches further. So whatever the order
 * in which partials and a final arrive, and however often, the same transcript comes of it. Words that were erased,
 * which leave an empty text, do not come back with a sender that repeats itself.
 */
export function mergeSegment<T extends Said>(
  before: T | undefined,
  stated: StatedSegment,
  now: string,
): T | Said {
  const { speaker, text: words, startMs, endMs, isPartial, sentiment, metadata } = stated;
  const isSameKind = before?.isPartial === isPartial;
  if (before?.text === '') return before;
  if (before !== undefined && isPartial && !(isSameKind && endMs >= before.endMs)) return before;
  const at = stated.at ?? (before !== undefined && isSameKind ? before.at : now);
  return {
    externalId: stated.segmentId,
    speaker,
    text: words,
    startMs,
    endMs,
    isPartial,
    sentiment,
    at,
    metadata,
  };
}
