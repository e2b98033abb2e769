import { expect, test } from 'vitest';
import {
  amount,
  externalId,
  findUnstorable,
  isBlank,
  jsonObject,
  label,
  MAX_DEPTH,
  parseMoment,
  text,
} from '../../server/domain/value.ts';

const takes = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;

/** An object that is nested so many levels deep, itself being the first. */
function nested(depth: number): object {
  let value: object = {};
  for (let level = 1; level < depth; level += 1) value = level % 2 === 0 ? { inner: value } : [value];
  return Array.isArray(value) ? { inner: value[0] as object } : value;
}

test.each([
  ['2025-01-20T10:00:00Z', '2025-01-20T10:00:00.000Z'],
  ['2025-01-20T10:00:00.5Z', '2025-01-20T10:00:00.500Z'],
  ['2025-01-20t10:00:00z', '2025-01-20T10:00:00.000Z'],
  ['2025-01-20 10:00:00', '2025-01-20T10:00:00.000Z'],
  ['2025-01-20T10:00', '2025-01-20T10:00:00.000Z'],
  ['2025-01-20', '2025-01-20T00:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['2025-01-20T10:00:00+05:30', '2025-01-20T04:30:00.000Z'],
  ['2025-01-20T10:00:00-0800', '2025-01-20T18:00:00.000Z'],
  ['2025-01-20T10:00:00+01', '2025-01-20T09:00:00.000Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
])('%s names the moment %s', (given, moment) => {
  expect(parseMoment(given)).toBe(moment);
});

test("what Python's isoformat() writes, with microseconds and no zone, is UTC", () => {
  expect(parseMoment('2025-01-20T10:00:00.123456')).toBe('2025-01-20T10:00:00.123Z');
  expect(parseMoment('2025-01-20T10:00:00.999999')).toBe('2025-01-20T10:00:00.999Z');
  expect(parseMoment('2025-01-20T10:00:00.123456+00:00')).toBe('2025-01-20T10:00:00.123Z');
});

test.each([
  ['2025-02-30'],
  ['2025-02-29T00:00:00Z'],
  ['2025-13-01'],
  ['2025-00-10'],
  ['2025-01-32'],
  ['2025-01-20T24:00:00Z'],
  ['2025-01-20T10:60:00Z'],
  ['2025-01-20T10:00:60Z'],
  ['2025-01-20T10:00:00+24:00'],
  ['2025-01-20T10:00:00+99:99'],
  ['2025-01-20T10:00:00+01:60'],
  ['0000-01-01T00:00:00Z'],
  ['0001-01-01T00:00:00+01:00'],
  ['9999-12-31T23:59:59-01:00'],
  ['+012025-01-20T10:00:00Z'],
  ['20 January 2025'],
  ['Mon Jan 20 2025 10:00:00 GMT+0000'],
  ['1737367200'],
  ['yesterday'],
  ['2025-01-20T10:00:00Z\n'],
  [' 2025-01-20'],
  ['٢٠٢٥-٠١-٢٠'],
  [''],
])('%j names no moment', (given) => {
  expect(parseMoment(given)).toBeNull();
});

test('an id has 1 to 255 characters, counted as code points', () => {
  expect(takes(externalId, '')).toBe(false);
  expect(takes(externalId, 'x')).toBe(true);
  expect(takes(externalId, 'x'.repeat(255))).toBe(true);
  expect(takes(externalId, 'x'.repeat(256))).toBe(false);
  expect(takes(externalId, '🍰'.repeat(255))).toBe(true);
  expect(takes(externalId, '🍰'.repeat(256))).toBe(false);
});

test('an id may hold underscores, dashes, dots, slashes and any script', () => {
  expect(takes(externalId, 'a_b-c.d/e#2')).toBe(true);
  expect(takes(externalId, 'разговор 会話 محادثة')).toBe(true);
});

test.each([['\0'], ['\n'], ['\t'], ['\u001f'], ['\u007f'], ['\u0085'], ['\u009f'], ['\ud800'], ['\udc00']])(
  'an id does not hold %j',
  (character) => {
    expect(takes(externalId, `a${character}b`)).toBe(false);
  },
);

test.each([[5], [null], [true], [['a']], [{}]])('%j is neither an id nor a text', (value) => {
  expect(takes(externalId, value)).toBe(false);
  expect(takes(text, value)).toBe(false);
});

test('a text holds any Unicode, but neither NUL nor a lone surrogate', () => {
  expect(takes(text, '')).toBe(true);
  expect(takes(text, 'line\nbreak\t\u0007 🍰 \ufffd \u{10ffff}')).toBe(true);
  for (const bad of ['\0', 'a\0b', '\ud83c', '\udf70\ud83c', 'a\ud83c']) expect(takes(text, bad)).toBe(false);
});

test('a label has at most 255 characters, counted as code points', () => {
  expect(takes(label, '🍰'.repeat(255))).toBe(true);
  expect(takes(label, 'x'.repeat(256))).toBe(false);
});

test('an amount is a finite number, zero or more', () => {
  for (const good of [0, -0, 0.1, 1e308, Number.MAX_SAFE_INTEGER]) expect(takes(amount, good)).toBe(true);
  for (const bad of [-1, -1e-9, Infinity, -Infinity, NaN, '1', null, true, [1]])
    expect(takes(amount, bad)).toBe(false);
});

test('values may be nested 32 deep and no deeper', () => {
  expect(MAX_DEPTH).toBe(32);
  expect(findUnstorable(nested(32))).toBeNull();
  expect(findUnstorable(nested(33))).toMatch(/nested/u);
  // Inside of a body, which is the first level itself.
  expect(findUnstorable(nested(31), 2)).toBeNull();
  expect(findUnstorable(nested(32), 2)).toMatch(/nested/u);
  expect(findUnstorable(nested(10_000))).toMatch(/nested/u);
});

test('what cannot be stored is found in keys and in values, however deep', () => {
  expect(findUnstorable({ a: [{ b: 'ok', c: 1.5, d: null, e: false }] })).toBeNull();
  for (const bad of ['\0', '\ud800', Infinity, NaN])
    expect(findUnstorable({ a: [{ b: bad }] })).not.toBeNull();
  for (const bad of ['a\0', '\udfff']) expect(findUnstorable({ a: { [bad]: 1 } })).not.toBeNull();
});

test('an object is neither a list nor anything else', () => {
  expect(takes(jsonObject, {})).toBe(true);
  for (const bad of [[], null, 'x', 1, { a: '\0' }, nested(33)]) expect(takes(jsonObject, bad)).toBe(false);
});

test('a text of white space alone says nothing', () => {
  for (const blank of ['', ' ', '\t\r\n', '\u00a0\u2003\u3000\ufeff']) expect(isBlank(blank)).toBe(true);
  for (const words of ['.', ' a ', '\u200b', '🍰']) expect(isBlank(words)).toBe(false);
});
