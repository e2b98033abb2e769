import { z } from 'zod';
import { label, type JsonObject } from './value.ts';

/** What is known of a call besides its conversation. Calls begin and end with their conversation. */
export type Call = {
  conversationId: number;
  customerPhoneNumber: string | null;
  systemPhoneNumber: string | null;
  /** The caller's own id of who answers the call. */
  agentId: string | null;
  /** When it began: as stated, else the first that is known of it. */
  startedAt: string;
  /** Whether somebody stated when it began. */
  isStartStated: boolean;
  metadata: JsonObject;
  /** Categories as others reported them, by name. */
  categories: ReportedCategory[];
  /** Number of final segments, and the start of the last one of them. */
  finals: number;
  lastStartMs: number;
};

/** A stretch of a call, in ms since it began. */
export type Stretch = { startMs: number; endMs: number };

/** What a call is about, as another system found out, and where. */
export type ReportedCategory = { name: string; points: Stretch[] };

/** A phone number, SIP address or whatever names a side of a call: up to 255 characters. */
export const phoneNumber = label;

/** A moment of a call, in ms since it began. */
export const offsetMs = z
  .number({ error: 'must be a finite number' })
  .nonnegative('must not be negative')
  .max(Number.MAX_SAFE_INTEGER, 'must be at most 9007199254740991');

/** What starts where it ends, or before. */
export const isStretch = ({ startMs, endMs }: Stretch): boolean => endMs >= startMs;

/** The fault of a stretch that ends before its start. */
export const endsBeforeStart = { path: ['endMs'], message: 'must not be before its start' };

/** A category that another system reports of a call. */
export const reportedCategory = z.object({
  name: label.refine((name) => name.trim() !== '', 'must not be blank'),
  points: z
    .array(z.object({ startMs: offsetMs, endMs: offsetMs }).refine(isStretch, endsBeforeStart))
    .max(1000, 'must hold at most 1000 points'),
});
