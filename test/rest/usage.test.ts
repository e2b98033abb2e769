import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { record } from '../support/figures.ts';
import { head } from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const COSTS = '/api/v1/sessions/s/costs';
type Detail = { type: string; loc: string[]; msg: string }[];

/** What is wrong with a cost of this usage; nothing is stored. */
async function faultsOf(usage: unknown, more: object = {}): Promise<Detail> {
  const before = await head(server);
  const response = await server.post(COSTS, { service: 'llm', model: 'gpt-4o', usage, ...more });
  expect(response.status).toBe(422);
  expect(await head(server)).toBe(before);
  return ((await response.json()) as { detail: Detail }).detail;
}

const malformed: [string, unknown, string[][]][] = [
  ['a count below zero', { prompt_tokens: -1 }, [['prompt_tokens']]],
  ['a count that is a text', { completion_tokens: '5' }, [['completion_tokens']]],
  [
    'several bad counts',
    { prompt_tokens: -1, completion_tokens: true, total_tokens: 3 },
    [['prompt_tokens'], ['completion_tokens']],
  ],
  [
    'bad details',
    { prompt_tokens: 9, prompt_tokens_details: { cached_tokens: -2 } },
    [['prompt_tokens_details', 'cached_tokens']],
  ],
  [
    'details that are no object',
    { prompt_tokens: 9, completion_tokens_details: 7 },
    [['completion_tokens_details']],
  ],
  [
    'bad counts by modality',
    { promptTokenCount: 9, promptTokensDetails: [{ modality: 'AUDIO', tokenCount: -9 }] },
    [['promptTokensDetails', '0', 'tokenCount']],
  ],
  ['a count beyond what JSON numbers hold', { prompt_tokens: 1e17 }, [['prompt_tokens']]],
];

describe('a usage with', () => {
  test.each(malformed)(
    '%s is 422 at the costs of a session, each fault in its place',
    async (_title, usage, paths) => {
      const detail = await faultsOf(usage);
      expect(detail.map(({ loc }) => loc)).toEqual(paths.map((path) => ['body', 'usage', ...path]));
      for (const { type, loc, msg } of detail) {
        expect(type).toBe('value_error');
        expect(msg).toMatch(new RegExp(`^${loc.slice(1).join('\\.')} must `, 'u'));
      }
    },
  );

  test.each(malformed)(
    '%s is an InvalidInputError of recordCost, which names the first',
    async (_title, usage, paths) => {
      const before = await head(server);
      const refused = await record(server, 'recordCost', { sessionId: 's', service: 'llm', usage });
      expect(refused).toEqual({ field: ['input', 'usage', ...paths[0]!].join('.') });
      expect(await head(server)).toBe(before);
    },
  );

  test('counts that are null, zero or of a kind that nobody knows is taken', async () => {
    for (const usage of [{ prompt_tokens: null }, { prompt_tokens: 0 }, { seats: -1 }, {}]) {
      const response = await server.post(COSTS, { service: 'llm', usage });
      expect([response.status, ((await response.json()) as { usage: unknown }).usage]).toEqual([201, usage]);
    }
  });
});

test('faults of a usage are told together with those of other fields', async () => {
  const detail = await faultsOf({ prompt_tokens: -1, completion_tokens: -2 }, { units: -3, service: ' ' });
  expect(detail.map(({ loc }) => loc.slice(1).join('.')).toSorted()).toEqual([
    'service',
    'units',
    'usage.completion_tokens',
    'usage.prompt_tokens',
  ]);
});

test('a usage that is no object is one fault', async () => {
  for (const usage of ['many', 7, [1], true]) {
    expect((await faultsOf(usage)).map(({ loc }) => loc)).toEqual([['body', 'usage']]);
  }
});
