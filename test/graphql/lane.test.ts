import type { IncomingMessage } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runPlain } from '../../server/graphql/lane.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await server.post('/webhook/conversation', { id: 'conv_1', user_message: 'hello', polly_response: 'hi' });
});
afterAll(() => server[Symbol.asyncDispose]());

const question = '{ conversation(externalId: "conv_1") { externalId messageCount } }';
const log =
  'mutation ($text: String!) { logMessage(input: { conversationId: "conv_2", sender: USER, text: $text, messageId: "m1" }) { __typename ... on LogMessagePayload { conversation { messageCount } } ... on Error { message } } }';
const two =
  'query One { conversation(externalId: "conv_1") { messageCount } } query Two { viewer { openMode } }';

/** The whole answer, as it comes with one kind of Accept. */
async function ask(accept: string, body: unknown, more: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...more },
    body: typeof body === 'string' || body instanceof Blob ? body : JSON.stringify(body),
  });
  const headers = ['content-type', 'idempotent-replayed', 'allow'].map((name) => response.headers.get(name));
  return { status: response.status, headers, body: await response.text() };
}

// A weighted Accept is nothing that plain programs send, so that Yoga answers it.
const plain = (body: unknown, more = {}): Promise<unknown> => ask('application/json', body, more);
const byYoga = (body: unknown, more = {}): Promise<unknown> => ask('application/json;q=1', body, more);

test.each<[string, unknown, Record<string, string>?]>([
  ['a query', { query: question }],
  ['a query with null for what it lacks', { query: question, variables: null, operationName: null }],
  ['a query in UTF-8 by name', { query: question }, { 'content-type': 'application/json; charset=utf-8' }],
  ['a query with extensions', { query: question, extensions: { a: 1 } }],
  ['one of two operations', { query: two, operationName: 'Two' }],
  ['none of two operations', { query: two }],
  ['an operation that is not there', { query: two, operationName: 'Three' }],
  ['a name that is a number', { query: two, operationName: 3 }],
  ['a document with an error', { query: '{ conversation(' }],
  ['a field that is not there', { query: '{ nothing }' }],
  ['too deep a document', { query: `{${'a{'.repeat(30)}b${'}'.repeat(30)}}` }],
  ['too many tokens', { query: `{ ${'viewer { openMode } '.repeat(600)} }` }],
  ['an argument out of range', { query: '{ conversations(first: 1000) { cursor } }' }],
  ['an error beside data', { query: '{ viewer { openMode } stats(from: "never") { messages } }' }],
  ['a variable that is missing', { query: log }],
  ['a variable of another type', { query: log, variables: { text: { a: 1 } } }],
  ['a variable too many', { query: question, variables: { text: 'a' } }],
  ['variables that are a list', { query: question, variables: [] }],
  ['variables that are a text', { query: question, variables: '{}' }],
  ['a refusal', { query: log, variables: { text: '' } }],
  ['a field too many', { query: question, more: 1 }],
  ['no query', { variables: {} }],
  ['a query that is a number', { query: 1 }],
  ['a list', [{ query: question }]],
  ['no JSON', '{'],
  ['nothing', ''],
  ['null', 'null'],
  ['bytes that are no text', new Blob([new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])])],
  ['a subscription', { query: 'subscription { feed { cursor } }' }],
  ['a form', 'query={__typename}', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['a text', question, { 'content-type': 'text/plain' }],
  ['a bad idempotency key', { query: question }, { 'idempotency-key': 'ä'.normalize() }],
])('%s is answered as Yoga answers it', async (_, body, more) => {
  expect(await plain(body, more)).toEqual(await byYoga(body, more));
});

test('a mutation is carried out once, and its answer is given again for its key', async () => {
  const body = { query: log, variables: { text: 'hello' } };
  const first = await plain(body, { 'idempotency-key': 'k1' });
  expect(first).toMatchObject({
    status: 200,
    headers: [expect.stringContaining('application/json'), null, null],
  });
  expect(first).toMatchObject({ body: expect.stringContaining('"messageCount":1') as string });
  const again = await byYoga(body, { 'idempotency-key': 'k1' });
  expect(again).toMatchObject({ status: 200, headers: [expect.anything(), 'true', null] });
  expect(await plain(body, { 'idempotency-key': 'k1' })).toEqual(again);
});

describe('the lane', () => {
  const yoga = createYoga({
    schema: createSchema({
      typeDefs: 'type Query { one: Int! } type Subscription { one: Int! }',
      resolvers: { Query: { one: () => 1 } },
    }),
  });
  const run = (body: unknown, more: Partial<Pick<IncomingMessage, 'method' | 'url' | 'headers'>> = {}) => {
    const plainly = { method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json' } };
    const request = { ...plainly, ...more } as IncomingMessage;
    return runPlain<object>(yoga, request, Buffer.from(JSON.stringify(body)), {});
  };
  const query = '{ one }';

  test('answers what programs send', async () => {
    for (const accept of [undefined, '*/*', 'application/json']) {
      const headers = { 'content-type': 'application/json', ...(accept !== undefined && { accept }) };
      expect(await run({ query }, { headers })).toEqual({ data: { one: 1 } });
    }
  });

  test.each([
    ['another method', { query }, { method: 'GET' }],
    ['an address with more', { query }, { url: '/graphql?a=1' }],
    ['another form of the answer', { query }, { headers: { accept: 'text/event-stream' } }],
    ['another form of the body', { query }, { headers: { 'content-type': 'text/plain' } }],
    ['a field too many', { query, more: 1 }, {}],
    ['a document with an error', { query: '{' }, {}],
    ['a field that is not there', { query: '{ two }' }, {}],
    ['a subscription', { query: 'subscription { one }' }, {}],
  ])('leaves %s to Yoga', async (_, body, more) => {
    const headers = { 'content-type': 'application/json', ...('headers' in more && more.headers) };
    expect(await run(body, { ...more, headers })).toBeNull();
  });
});
