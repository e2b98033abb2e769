import type { JsonObject } from '../../domain/value.ts';
import type { Place } from './dynamo-tables.ts';
import type { OpenCall } from './open-calls.ts';
import type { TableName } from './settings.ts';
import type { Positions } from './shards.ts';

/** A read of whole tables that is under way. */
export type WholeRead = {
  table: TableName;
  after: Place;
  /** What happened before is known; null when nothing is. */
  since: string | null;
  /** Whether speech of calls without details is looked for as well. */
  isThorough: boolean;
};

/** How far the tables were read. */
export type DynamoCheckpoint = {
  reading: WholeRead | null;
  /** Whether the tables were read as a whole once. */
  isComplete: boolean;
  /** The stream of each table and how far it was read; null where calls are asked for again and again. */
  streams: Record<TableName, { arn: string; positions: Positions }> | null;
  /** Calls that are not over, by id. */
  open: Map<string, OpenCall>;
  /** Up to when everything is read. */
  at: string;
};

/** Where everything begins. */
export const beginning = (at: string): DynamoCheckpoint => ({
  reading: { table: 'details', after: null, since: null, isThorough: true },
  isComplete: false,
  streams: null,
  open: new Map(),
  at,
});

/** A checkpoint as it is stored. */
export const storedCheckpoint = (checkpoint: DynamoCheckpoint): JsonObject =>
  structuredClone({ ...checkpoint, open: [...checkpoint.open] }) as unknown as JsonObject;

/** A stored checkpoint. Only `storedCheckpoint` makes such. */
export function readCheckpoint(stored: JsonObject): DynamoCheckpoint {
  const { open, ...rest } = structuredClone(stored);
  return { ...rest, open: new Map(open as unknown as [string, OpenCall][]) } as unknown as DynamoCheckpoint;
}
