import { z } from 'zod';
import { externalId, isBlank, label, type JsonObject } from './value.ts';

export const speakers = ['CUSTOMER', 'AGENT'] as const;
/** Who speaks in a call. */
export type Speaker = (typeof speakers)[number];

/** What is known of a call besides its conversation, with which it begins and ends. Moments are ISO strings. */
export type Call = {
  conversationId: number;
  customerPhoneNumber: string | null;
  systemPhoneNumber: string | null;
  /** The caller's own id of who answers. */
  agentId: string | null;
  /** When it began: as stated, else the earliest moment that is known of it. */
  startedAt: string;
  isStartStated: boolean;
  metadata: JsonObject;
  /** Categories that others reported. */
  categories: ReportedCategory[];
  /** Number of final segments, and where the last of them starts; 0 while there is none. */
  finals: number;
  lastStartMs: number;
};

/** A stretch of a call, in ms since it began. */
export type Stretch = { startMs: number; endMs: number };

/** What a call is about, as another system found out, and where. */
export type ReportedCategory = { name: string; points: Stretch[] };

/** A phone number, or another address of a telephone: 1 to 255 characters, no control characters. */
export const phoneNumber = externalId;

/** A moment of a call, in ms since it began. */
export const offsetMs = z
  .number({ error: 'must be a finite number' })
  .nonnegative('must not be negative')
  .max(Number.MAX_SAFE_INTEGER, `must be at most ${Number.MAX_SAFE_INTEGER}`);

/** Whether a stretch does not end before its start. */
export const isStretch = ({ startMs, endMs }: Stretch): boolean => endMs >= startMs;

export const endsBeforeStart = { path: ['endMs'], message: 'must not be before its start' };

/** The name of a category. */
export const categoryName = label.refine((name) => !isBlank(name), 'must not be blank');

/** A category that another system reports of a call. */
export const reportedCategory = z.object({
  name: categoryName,
  points: z
    .array(z.object({ startMs: offsetMs, endMs: offsetMs }).refine(isStretch, endsBeforeStart))
    .max(1000, 'must hold at most 1000 points'),
});

/** A number that tells one person from others has at least so many digits; "anonymous" and extensions have not. */
const DIGITS = 6;

/** The external id of the person who calls from a number; undefined when it names nobody. */
export const callerOf = (number: string | null): string | undefined =>
  number !== null && (number.match(/\d/gu) ?? []).length >= DIGITS ? number : undefined;
