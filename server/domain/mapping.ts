import { z } from 'zod';
import { InvalidInputError } from './errors.ts';
import { isSame } from './exchange.ts';
import { findUnstorable, type Json, type JsonObject } from './value.ts';

/** The exchange doors whose payloads a mapping can adapt. */
export const mappedDoors = ['conversation', 'user-message', 'polly-response'] as const;
export type MappedDoor = (typeof mappedDoors)[number];

/** Where a field's value is found: a JSON Pointer (RFC 6901) into the payload, or the value itself. */
export type Source = { pointer: string } | { literal: Json };

/** For each door, for each of its fields, the sources that are tried in order. */
export type PayloadMapping = Partial<Record<MappedDoor, Record<string, Source[]>>>;

/** The value at a JSON Pointer; undefined where nothing is. */
export function resolvePointer(document: Json, pointer: string): Json | undefined {
  let place: Json | undefined = document;
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, key)) return undefined;
    // A list has a length of its own, which is no entry of it.
    if (Array.isArray(place) && key === 'length') return undefined;
    place = (place as JsonObject)[key];
  }
  return place;
}

/**
 * The payload with its mapped fields filled in: the first source that yields something wins; a field without
 * any keeps what the payload says under the field's own name. A top-level key that became a field is gone.
 */
export function applyMapping(
  mapping: PayloadMapping | null,
  door: MappedDoor,
  payload: JsonObject,
): JsonObject {
  const fields = mapping?.[door];
  if (fields === undefined) return payload;
  const mapped = new Map(Object.entries(payload));
  const found = new Map<string, Json>();
  for (const [field, sources] of Object.entries(fields)) {
    for (const source of sources) {
      const value = 'literal' in source ? source.literal : resolvePointer(payload, source.pointer);
      if (value === undefined || value === null) continue;
      found.set(field, value);
      if ('pointer' in source) forget(mapped, source.pointer, value);
      break;
    }
  }
  return Object.fromEntries([...mapped, ...found]);
}

function forget(payload: Map<string, Json>, pointer: string, value: Json): void {
  const [, key, ...deeper] = pointer.split('/');
  if (key === undefined || deeper.length > 0) return;
  const name = key.replaceAll('~1', '/').replaceAll('~0', '~');
  if (isSame(payload.get(name), value)) payload.delete(name);
}

const source = z.union([
  z
    .string()
    .regex(/^(?:\/(?:[^~]|~[01])*)$/u)
    .transform((pointer): Source => ({ pointer })),
  z.strictObject({ literal: z.json() }).transform((it): Source => it),
]);
// Any of the fields; a plain record would ask for all of them.
const door = z.partialRecord(
  z.enum([
    'id',
    'user_message',
    'polly_response',
    'message',
    'response',
    'prompt_name',
    'model',
    'latency_ms',
    'tokens_used',
    'status',
    'timestamp',
  ]),
  z.union([source.transform((one) => [one]), z.array(source).min(1)]),
);
const shape = z.strictObject(Object.fromEntries(mappedDoors.map((name) => [name, door.optional()])));

/**
 * Reads a mapping as people write it: `{"conversation": {"user_message": ["/input/text", {"literal": "…"}]}}`.
 * A text is a JSON Pointer; a fixed value is `{"literal": value}`. Throws an InvalidInputError.
 */
export function parseMapping(value: unknown): PayloadMapping {
  const fault = findUnstorable(value);
  if (fault !== null) throw new InvalidInputError('mapping', `mapping ${fault}.`);
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data as PayloadMapping;
  const issue = parsed.error.issues[0]!;
  const field = ['mapping', ...issue.path].join('.');
  throw new InvalidInputError(
    field,
    `${field}: expected {"conversation" | "user-message" | "polly-response": {field: ["/json/pointer" or {"literal": value}, …]}}.`,
  );
}
