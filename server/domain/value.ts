import { z } from 'zod';

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** A JSON object as callers send it. */
export type JsonObject = { [key: string]: Json };

export const MAX_DEPTH = 32;
export const MAX_TEXT = 1_000_000;

/** Whether a text can be stored: PostgreSQL holds neither NUL nor half a character, nor looks for them. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f]/u;

const codePoints = (value: string): number => Array.from(value).length;

/** Unicode text without NUL and lone surrogates. */
export const text = z
  .string({ error: 'must be a string' })
  .refine(isStorable, 'must not contain NUL or a lone surrogate');

/** An id that a caller chose: 1 to 255 characters (code points), no control characters. */
export const externalId = z
  .string({ error: 'must be a string' })
  .refine((id) => id !== '' && id.length <= 510 && codePoints(id) <= 255, 'must have 1 to 255 characters')
  .refine((id) => !control.test(id) && id.isWellFormed(), 'must not contain control characters');

/** A short label such as a model, a prompt or a platform: up to 255 characters. */
export const label = text.refine((value) => codePoints(value) <= 255, 'must have at most 255 characters');

/** A finite number, zero or more. */
export const amount = z.number({ error: 'must be a finite number' }).nonnegative('must not be negative');

const isoDate =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s?(Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?$/iu;

/**
 * The moment that an ISO 8601 text names, in ISO form with milliseconds and `Z`; without a zone it is UTC.
 * Null when it names none (February 30 included).
 */
export function parseMoment(value: string): string | null {
  const parts = isoDate.exec(value);
  if (parts === null) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = parts;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const wall = new Date(`${local}Z`);
  if (Number.isNaN(wall.getTime()) || wall.toISOString().slice(0, 19) !== local) return null;
  const moment = new Date(wall.getTime() + Number(fraction.slice(0, 3).padEnd(3, '0')) - zoneOffset(zone));
  const iso = moment.toISOString();
  // Beyond the years 0001 to 9999 PostgreSQL and ISO 8601 part ways.
  return /^(?!0000)\d{4}-/u.test(iso) ? iso : null;
}

function zoneOffset(zone: string): number {
  if (/^z$/iu.test(zone)) return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(':', '') || 0)];
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** A date and time in ISO 8601. */
export const moment = text.refine(
  (value) => parseMoment(value) !== null,
  'must be an ISO 8601 date, for example 2025-01-20T10:00:00Z',
);

/** The first thing in a JSON value that cannot be stored, in words; null when all of it can. */
export function findUnstorable(value: unknown, depth = 1): string | null {
  if (typeof value === 'string') return isStorable(value) ? null : 'contains NUL or a lone surrogate';
  if (typeof value === 'number')
    return Number.isFinite(value) ? null : 'contains a number that is not finite';
  if (typeof value !== 'object' || value === null) return null;
  if (depth > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} deep`;
  for (const [key, inner] of Object.entries(value)) {
    const fault = findUnstorable(key) ?? findUnstorable(inner, depth + 1);
    if (fault !== null) return fault;
  }
  return null;
}

/** A JSON object that can be stored as it is. */
export const jsonObject = z
  .custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
    error: 'must be an object',
    abort: true,
  })
  .superRefine((value, context) => {
    const fault = findUnstorable(value);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  });

/** Whether a text can be an idempotency key: 1 to 255 printable ASCII characters. */
export const isIdempotencyKey = (key: string): boolean => /^[\x20-\x7e]{1,255}$/u.test(key);

/** Whether a text says nothing. */
export const isBlank = (value: string): boolean => value.trim() === '';
