import { expect, test } from 'vitest';
import { InvalidInputError } from '../../server/domain/errors.ts';
import { applyMapping, parseMapping, resolvePointer } from '../../server/domain/mapping.ts';
import type { JsonObject } from '../../server/domain/value.ts';

/** What a mapping of the whole-exchange door makes of a payload. */
const mapped = (fields: object, payload: JsonObject): JsonObject =>
  applyMapping(parseMapping({ conversation: fields }), 'conversation', payload);

// The examples of RFC 6901, section 5.
const document = {
  foo: ['bar', 'baz'],
  '': 0,
  'a/b': 1,
  'c%d': 2,
  'e^f': 3,
  'g|h': 4,
  'i\\j': 5,
  'k"l': 6,
  ' ': 7,
  'm~n': 8,
  'o~1p': 9,
};
test.each([
  ['/foo', ['bar', 'baz']],
  ['/foo/0', 'bar'],
  ['/foo/1', 'baz'],
  ['/', 0],
  ['/a~1b', 1],
  ['/c%d', 2],
  ['/e^f', 3],
  ['/g|h', 4],
  ['/i\\j', 5],
  ['/k"l', 6],
  ['/ ', 7],
  ['/m~0n', 8],
  ['/o~01p', 9],
])('the pointer %s is read as RFC 6901 says', (pointer, value) => {
  expect(resolvePointer(document, pointer)).toEqual(value);
});

test.each([
  ['/nothing'],
  ['/foo/2'],
  ['/foo/-'],
  ['/foo/00'],
  ['/foo/length'],
  ['/foo/0/0'],
  ['/foo/bar'],
  ['/__proto__'],
  ['/constructor/name'],
  ['/toString'],
])('the pointer %s finds nothing', (pointer) => {
  expect(resolvePointer(document, pointer)).toBeUndefined();
});

test('a field is filled from wherever its pointer leads', () => {
  expect(
    mapped({ user_message: '/request/input/0/text' }, { request: { input: [{ text: 'hello' }] } }),
  ).toEqual({
    request: { input: [{ text: 'hello' }] },
    user_message: 'hello',
  });
});

test('sources are tried in order, and one that finds nothing or null is passed over', () => {
  const fields = { model: ['/engine', '/llm/name', { literal: 'gpt-4' }] };
  expect(mapped(fields, { engine: null, llm: { name: 'gpt-4' } })['model']).toBe('gpt-4');
  expect(mapped(fields, { llm: {} })['model']).toBe('gpt-4');
  expect(mapped(fields, { engine: 'first', llm: { name: 'second' } })['model']).toBe('first');
});

test('falsy values are found like any other', () => {
  expect(mapped({ latency_ms: ['/took', { literal: 5 }] }, { took: 0 })).toEqual({ latency_ms: 0 });
  expect(mapped({ user_message: ['/q', { literal: 'x' }] }, { q: '' })).toEqual({ user_message: '' });
});

test('a literal may be any JSON value', () => {
  const fields = {
    tokens_used: { literal: { total: 0 } },
    latency_ms: { literal: 0 },
    status: { literal: 'ok' },
  };
  expect(mapped(fields, {})).toEqual({ tokens_used: { total: 0 }, latency_ms: 0, status: 'ok' });
});

test('a field whose sources find nothing keeps what the payload says under its own name', () => {
  expect(mapped({ user_message: '/question' }, { user_message: 'hello', polly_response: 'hi' })).toEqual({
    user_message: 'hello',
    polly_response: 'hi',
  });
});

test('a top-level key that became a field is no extra field any more, deeper ones stay', () => {
  expect(mapped({ user_message: '/question' }, { question: 'hello', lang: 'en' })).toEqual({
    user_message: 'hello',
    lang: 'en',
  });
  expect(mapped({ user_message: '/a~1b' }, { 'a/b': 'hello' })).toEqual({ user_message: 'hello' });
  expect(mapped({ user_message: '/in/text' }, { in: { text: 'hello' } })).toHaveProperty('in');
});

test('two fields may swap their names, and one value may fill both', () => {
  expect(
    mapped(
      { user_message: '/polly_response', polly_response: '/user_message' },
      { user_message: 'a', polly_response: 'b' },
    ),
  ).toEqual({ user_message: 'b', polly_response: 'a' });
  expect(mapped({ model: '/name', prompt_name: '/name' }, { name: 'x' })).toEqual({
    model: 'x',
    prompt_name: 'x',
  });
});

test('each door has a mapping of its own, and a door without one takes payloads as they are', () => {
  const mapping = parseMapping({ 'user-message': { message: '/q' } });
  expect(applyMapping(mapping, 'user-message', { q: 'hello' })).toEqual({ message: 'hello' });
  expect(applyMapping(mapping, 'conversation', { q: 'hello' })).toEqual({ q: 'hello' });
  expect(applyMapping(null, 'user-message', { q: 'hello' })).toEqual({ q: 'hello' });
});

test('a mapping is read as people write it, one source or a list of them', () => {
  expect(parseMapping({ conversation: { id: '/x', model: ['/y', { literal: 'z' }] } })).toEqual({
    conversation: { id: [{ pointer: '/x' }], model: [{ pointer: '/y' }, { literal: 'z' }] },
  });
  expect(parseMapping({})).toEqual({});
});

test.each([
  ['no object', 'x', 'mapping'],
  ['nothing', null, 'mapping'],
  ['a list', [], 'mapping'],
  ['an unknown door', { conversations: {} }, 'mapping'],
  ['an unknown field', { conversation: { user: '/x' } }, 'mapping.conversation'],
  ['a door that is no object', { conversation: '/x' }, 'mapping.conversation'],
  ['no sources', { conversation: { model: [] } }, 'mapping.conversation.model'],
  ['a pointer without its slash', { conversation: { model: 'x' } }, 'mapping.conversation.model'],
  ['a bad escape', { conversation: { model: '/a~2' } }, 'mapping.conversation.model'],
  ['an open escape', { conversation: { model: '/a~' } }, 'mapping.conversation.model'],
  ['a number as a source', { conversation: { model: 5 } }, 'mapping.conversation.model'],
  ['null as a source', { conversation: { model: null } }, 'mapping.conversation.model'],
  ['an object that is no literal', { conversation: { model: { value: 1 } } }, 'mapping.conversation.model'],
  [
    'a literal with more in it',
    { conversation: { model: { literal: 1, or: 2 } } },
    'mapping.conversation.model',
  ],
])('a mapping with %s is refused, and the refusal says where', (_what, value, field) => {
  expect(() => parseMapping(value)).toThrow(
    expect.objectContaining({
      name: 'InvalidInputError',
      field,
      message: expect.stringContaining(field) as string,
    }),
  );
  expect(() => parseMapping(value)).toThrow(InvalidInputError);
});
