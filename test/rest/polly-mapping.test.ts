import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../server/config.ts';
import { temporaryFolder } from '../support/folder.ts';
import {
  CONVERSATION,
  head,
  log,
  messagesOf,
  POLLY_RESPONSE,
  readBack,
  USER_MESSAGE,
} from '../support/polly.ts';
import { createDatabase, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => setMapping(server, null));

type Result = { __typename: string; mapping?: unknown; message?: string; field?: string };

async function setMapping(target: TestServer, mapping: unknown): Promise<Result> {
  const mutation = `mutation ($mapping: JSONObject) { setPayloadMapping(input: { mapping: $mapping }) { __typename
    ... on PayloadMappingPayload { mapping } ... on InvalidInputError { field message } } }`;
  const { setPayloadMapping } = await target.graphql<{ setPayloadMapping: Result }>(mutation, { mapping });
  return setPayloadMapping;
}

/** How PromptLayer tells of a request, more or less. */
const foreign = {
  request_id: 'req_1',
  prompt_template: { name: 'weather_assistant' },
  request: { messages: [{ role: 'user', content: "What's the weather like?" }], engine: 'gpt-4' },
  response: { choices: [{ message: { content: 'Sunny.' } }], usage: { total_tokens: 77 } },
  timing: { seconds: 1.2, milliseconds: 1200 },
  created: '2025-01-20T10:00:00Z',
};
const mapping = {
  conversation: {
    id: '/request_id',
    user_message: ['/request/messages/0/content'],
    polly_response: ['/response/error/text', '/response/choices/0/message/content'],
    prompt_name: '/prompt_template/name',
    model: ['/request/engine', { literal: 'gpt-3.5' }],
    latency_ms: '/timing/milliseconds',
    tokens_used: '/response/usage',
    timestamp: '/created',
    status: { literal: 'mapped' },
  },
};

test('a payload of another shape is read as the mapping says, from the very next request on', async () => {
  expect((await server.post(CONVERSATION, foreign)).status).toBe(422);
  expect(await setMapping(server, mapping)).toMatchObject({ __typename: 'PayloadMappingPayload' });
  expect(await log(server, CONVERSATION, foreign)).toEqual({
    id: 'req_1',
    type: 'new_message',
    timestamp: '2025-01-20T10:00:00Z',
    user_message: "What's the weather like?",
    polly_response: 'Sunny.',
    metadata: {
      prompt_name: 'weather_assistant',
      tokens_used: { total_tokens: 77 },
      latency_ms: 1200,
      model: 'gpt-4',
      status: 'mapped',
    },
  });
});

test('what became a field is no extra field; what a field was taken out of is kept as it came', async () => {
  await setMapping(server, mapping);
  await server.post(CONVERSATION, { ...foreign, request_id: 'req_2', tag: 'kept' });
  const [, reply] = await messagesOf(server, 'req_2');
  const { prompt_template, request, response, timing } = foreign;
  expect(reply!.metadata).toEqual({ prompt_template, request, response, timing, tag: 'kept' });
});

test('payloads of the documented shape are taken as before', async () => {
  await setMapping(server, mapping);
  const body = { id: 'documented', user_message: 'hello', polly_response: 'hi', status: 'mine' };
  expect(await log(server, CONVERSATION, body)).toMatchObject({
    user_message: 'hello',
    polly_response: 'hi',
    // A literal always finds something, so it has the last word.
    metadata: { status: 'mapped', model: 'gpt-3.5' },
  });
});

test('the two steps have mappings of their own, and an exchange of both is one', async () => {
  await setMapping(server, {
    'user-message': { id: '/conv', message: '/text', model: { literal: 'gpt-4' } },
    'polly-response': { id: '/conv', response: ['/text'] },
  });
  await server.post(USER_MESSAGE, { conv: 'steps', text: 'hello' });
  await server.post(POLLY_RESPONSE, { conv: 'steps', text: 'hi' });
  expect(await readBack(server, 'steps')).toMatchObject({
    user_message: 'hello',
    polly_response: 'hi',
    metadata: { model: 'gpt-4' },
  });
  expect((await server.post(CONVERSATION, { conv: 'steps', text: 'hello' })).status).toBe(422);
});

test('what a mapping finds is checked like any other value, and named by its field', async () => {
  await setMapping(server, { conversation: { latency_ms: '/took', user_message: '/q' } });
  const refusal = async (body: object): Promise<unknown> => {
    const stored = await head(server);
    const answer = await server.post(CONVERSATION, body);
    expect(answer.status).toBe(422);
    expect(await head(server)).toBe(stored);
    return ((await answer.json()) as { detail: string }).detail;
  };
  expect(await refusal({ q: 'hello', took: '1200' })).toMatch(/^latency_ms\b/u);
  expect(await refusal({ q: 'hello', took: -1 })).toMatch(/^latency_ms\b/u);
  expect(await refusal({ q: { text: 'hello' } })).toMatch(/^user_message\b/u);
  expect(await refusal({ q: '  ' })).toMatch(/^user_message\b/u);
});

test('a mapping is told back with every source spelled out, and taken away by null', async () => {
  expect(await setMapping(server, { conversation: { id: '/x', model: ['/y', { literal: 1 }] } })).toEqual({
    __typename: 'PayloadMappingPayload',
    mapping: { conversation: { id: [{ pointer: '/x' }], model: [{ pointer: '/y' }, { literal: 1 }] } },
  });
  expect(await setMapping(server, null)).toEqual({ __typename: 'PayloadMappingPayload', mapping: null });
  expect((await server.post(CONVERSATION, foreign)).status).toBe(422);
});

test('the same mapping twice is stored once', async () => {
  await setMapping(server, mapping);
  const stored = await head(server);
  await setMapping(server, mapping);
  expect(await head(server)).toBe(stored);
});

/** A value nested so many levels deep. */
const deep = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);

test.each([
  ['an unknown door', { nowhere: {} }],
  ['an unknown field', { conversation: { user: '/x' } }],
  ['a pointer that is none', { conversation: { model: 'x' } }],
  ['no source', { conversation: { model: [] } }],
  ['NUL', { conversation: { model: { literal: '\0' } } }],
  ['half a character', { conversation: { model: '/\ud800' } }],
  ['a literal of 40 levels', { conversation: { tokens_used: { literal: deep(40) } } }],
])('a mapping with %s is refused, and nothing is stored', async (_what, given) => {
  const stored = await head(server);
  expect(await setMapping(server, given)).toEqual({
    __typename: 'InvalidInputError',
    field: expect.stringMatching(/^mapping\b/u) as string,
    message: expect.stringMatching(/^mapping\b/u) as string,
  });
  expect(await head(server)).toBe(stored);
});

test('a mapping with a literal of 50,000 levels is refused, and nothing breaks', async () => {
  const literal = '['.repeat(50_000) + ']'.repeat(50_000);
  const mutation = `mutation ($mapping: JSONObject) { setPayloadMapping(input: { mapping: $mapping }) { __typename } }`;
  const body = `{"query":${JSON.stringify(mutation)},"variables":{"mapping":{"conversation":{"model":{"literal":${literal}}}}}}`;
  const answer = await server.post('/graphql', body);
  expect(await answer.json()).toEqual({ data: { setPayloadMapping: { __typename: 'InvalidInputError' } } });
});

describe('the file of EARSHOT_PAYLOAD_MAPPING', () => {
  test('is the mapping of a project until it has one of its own', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'mapping.json');
    writeFileSync(file, JSON.stringify({ conversation: { user_message: '/question' } }));
    await using mapped = await startServer({ env: { EARSHOT_PAYLOAD_MAPPING: file } });
    expect(await log(mapped, CONVERSATION, { question: 'hello' })).toMatchObject({ user_message: 'hello' });
    await setMapping(mapped, { conversation: { user_message: '/words' } });
    expect((await mapped.post(CONVERSATION, { question: 'hello' })).status).toBe(422);
    expect(await log(mapped, CONVERSATION, { words: 'hello' })).toMatchObject({ user_message: 'hello' });
    await setMapping(mapped, null);
    expect(await log(mapped, CONVERSATION, { question: 'hello' })).toMatchObject({ user_message: 'hello' });
  });

  test.each([
    ['is not there', null],
    ['is no JSON', '{'],
    ['is no mapping', '{"conversation":{"user":"/x"}}'],
  ])('keeps the server from starting when it %s, and the problem is told', async (_how, content) => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'mapping.json');
    if (content !== null) writeFileSync(file, content);
    const starting = startServer({
      env: { EARSHOT_PAYLOAD_MAPPING: file },
      database: { url: 'postgresql://localhost/never-reached' },
    });
    await expect(starting).rejects.toThrow(ConfigurationError);
    await expect(starting).rejects.toThrow(file);
  });
});

test('a mapping of one server is soon known to another on the same database', async () => {
  await using database = await createDatabase();
  let clock = Date.now();
  const now = (): number => clock;
  await using here = await startServer({ database, now });
  await using there = await startServer({ database, now });
  expect((await there.post(CONVERSATION, { question: 'hello' })).status).toBe(422);
  await setMapping(here, { conversation: { user_message: '/question' } });
  clock += 1001;
  expect((await there.post(CONVERSATION, { question: 'hello' })).status).toBe(200);
});
