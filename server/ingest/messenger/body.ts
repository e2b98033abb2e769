import { InvalidInputError } from '../../domain/errors.ts';
import { findUnstorable, type Json, type JsonObject } from '../../domain/value.ts';
import { storable } from '../storable.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The JSON object in a body. Characters that cannot be stored (NUL, halves of a surrogate pair) become U+FFFD:
 * anybody may type them, and a refusal would keep the words of all others from coming in. Everything else that
 * cannot be stored is an InvalidInputError.
 */
export function parseMessengerBody(raw: Buffer): JsonObject {
  const body = storable(parseJson(raw));
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidInputError('body', 'The body must be a JSON object.');
  }
  const fault = findUnstorable(body);
  if (fault !== null) throw new InvalidInputError('body', `The body ${fault}.`);
  return body;
}

function parseJson(raw: Buffer): Json {
  try {
    return JSON.parse(decoder.decode(raw)) as Json;
  } catch {
    throw new InvalidInputError('body', 'The body must be JSON in UTF-8.');
  }
}
