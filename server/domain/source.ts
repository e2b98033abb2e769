import type { JsonObject } from './value.ts';

export const sourceStatuses = ['READING', 'FOLLOWING', 'WAITING', 'OFF'] as const;
/** Reads what was there before, follows what comes, waits until the source can be reached again, or is read by nobody. */
export type SourceStatus = (typeof sourceStatuses)[number];

/** How a source fares, as anybody may know it. */
export type SourceState = {
  /** For example `dynamodb` or `kinesis:calls`. */
  name: string;
  status: SourceStatus;
  /** Why it waits; null while it does not. */
  reason: string | null;
  /** From when on it has been so, ISO. */
  since: string;
};

/** A system that is read from, how far it was read, and which server reads it. */
export type Source = SourceState & {
  /** Where to go on; only the source itself understands it. */
  checkpoint: JsonObject;
  /** Number of records that were taken, and of those that could not be used. */
  records: number;
  skipped: number;
  /** Grows with every step, so that nobody goes on from an old one. */
  version: number;
  /** The server that reads it until `heldUntil` (ISO); another one may from then on. */
  holder: string;
  heldUntil: string;
};
