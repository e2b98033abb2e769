import { z } from 'zod';
import { endsBeforeStart, isStretch, offsetMs } from './call.ts';
import { externalId, isBlank, jsonObject, MAX_TEXT, moment, text, type JsonObject } from './value.ts';

export const speakers = ['CUSTOMER', 'AGENT'] as const;
/** Who speaks in a call. */
export type Speaker = (typeof speakers)[number];

/** One piece of a call's transcript. Offsets are in ms since the call began, moments ISO strings. */
export type Segment = {
  id: number;
  conversationId: number;
  /** The caller's own id; the same id again says more of the same piece. */
  externalId: string;
  speaker: Speaker;
  text: string;
  startMs: number;
  endMs: number;
  /** Whether more of it is still to come, or it may change. */
  isPartial: boolean;
  /** How it sounds, from −1 to 1; null for a partial that nobody rated. */
  sentiment: number | null;
  /** When it was said, as the caller tells, else its arrival. */
  at: string;
  metadata: JsonObject;
};

/** A segment as a caller states it. */
export const statedSegment = z
  .object({
    segmentId: externalId,
    speaker: z.enum(speakers, { error: 'must be CUSTOMER or AGENT' }),
    text: text
      .refine((value) => !isBlank(value), 'must not be blank')
      .refine((value) => value.length <= MAX_TEXT, `must have at most ${MAX_TEXT} characters`),
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
