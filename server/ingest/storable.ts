import { MAX_DEPTH, type Json, type JsonObject } from '../domain/value.ts';

/** Characters that cannot be stored (NUL, halves of a surrogate pair) as U+FFFD. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

/**
 * A JSON value with `storableText` in place of its texts and names: anybody may type such characters, and a refusal
 * would keep the words of all others from coming in. What lies too deep is left for others to refuse.
 */
export function storable(value: Json, depth = 1): Json {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((it) => storable(it, depth + 1));
  const fields = Object.entries(value).map(
    ([name, it]) => [storableText(name), storable(it, depth + 1)] as const,
  );
  return Object.fromEntries(fields);
}

/** A value as a list, empty when it is none. */
export const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/** A value as an object, empty when it is none. */
export const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

/** A value as a text, empty when it is neither a text nor a number. */
export const textOf = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
