import { InvalidInputError } from '../domain/errors.ts';
import { findUnstorable, type JsonObject } from '../domain/value.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The JSON object in a body, without the fields that are null, which are as good as left out. Throws an
 * InvalidInputError that says what is wrong and where.
 */
export function parseBody(raw: Buffer): JsonObject {
  const body = parseJson(raw);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidInputError('body', 'The body must be a JSON object.');
  }
  const fields = Object.entries(body as JsonObject).filter(([, value]) => value !== null);
  for (const [name, value] of fields) {
    // The body itself is the first level of nesting.
    const fault = findUnstorable(name) ?? findUnstorable(value, 2);
    if (fault !== null) throw new InvalidInputError(name, `${printable(name)}: ${fault}.`);
  }
  return Object.fromEntries(fields);
}

function parseJson(raw: Buffer): unknown {
  let text: string;
  try {
    text = decoder.decode(raw);
  } catch {
    throw new InvalidInputError('body', 'The body must be UTF-8.');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidInputError('body', 'The body must be JSON.');
  }
}

const printable = (name: string): string => JSON.stringify(name.slice(0, 80)).slice(1, -1);
