import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askSeries, keyOf, record, refusedSeries, type Series } from '../support/figures.ts';
import { logMessage } from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ now: () => Date.parse('2026-03-31T12:00:00Z') });
});
afterAll(() => server[Symbol.asyncDispose]());

let days = 0;
/** A day that no other test uses; `at` is a moment of it. */
function aDay(): { from: string; to: string; bucket: string; at: (time: string) => string } {
  days += 1;
  const from = new Date(Date.UTC(2025, 0, 2 * days)).toISOString();
  const to = new Date(Date.UTC(2025, 0, 2 * days + 1)).toISOString();
  return { from, to, bucket: 'DAY', at: (time) => `${from.slice(0, 10)}T${time}:00.000Z` };
}

let turns = 0;
const aTurn = (more: object): Promise<unknown> =>
  record(server, 'recordTurn', { sessionId: 's', turnId: `t${(turns += 1)}`, outcome: 'SUCCEEDED', ...more });
const aCost = (more: object): Promise<unknown> =>
  record(server, 'recordCost', { sessionId: 's', service: 'llm', ...more });
const stage = (name: string, ms: number, more: object = {}): object => ({
  name,
  startMs: 0,
  endMs: ms,
  ...more,
});

/** The total of each group; "other" is what the rest adds up to. */
const totals = ({ groups }: Series): Record<string, string | null> =>
  Object.fromEntries(groups.map(({ key, isOther, total }) => [isOther ? 'other' : String(key), total]));

describe('costs', () => {
  test('are told apart by service, provider and model, exact to the last digit', async () => {
    const { at, ...day } = aDay();
    const openai = { provider: 'openai', model: 'gpt-4o' };
    await aCost({ ...openai, usd: '0.1', at: at('01:10') });
    await aCost({ ...openai, usd: '0.2', at: at('01:50') });
    await aCost({ service: 'tts', provider: 'elevenlabs', usd: '0.00000000000000000007', at: at('03:00') });
    const hours = await askSeries(server, { ...day, metric: 'COST', bucket: 'HOUR', groupBy: 'SERVICE' });
    expect(hours.unit).toBe('USD');
    expect(hours.groups.map(({ key, total }) => [key, total])).toEqual([
      ['llm', '0.3'],
      ['tts', '0.00000000000000000007'],
    ]);
    expect(hours.groups[0]!.values.slice(0, 4)).toEqual(['0', '0.3', '0', '0']);
    expect(hours.groups[1]!.values.slice(2, 5)).toEqual(['0', '0.00000000000000000007', '0']);
    const by = async (groupBy: string) =>
      totals(await askSeries(server, { ...day, metric: 'COST', groupBy }));
    expect(await by('PROVIDER')).toEqual({ openai: '0.3', elevenlabs: '0.00000000000000000007' });
    expect(await by('MODEL')).toEqual({ 'gpt-4o': '0.3', null: '0.00000000000000000007' });
    expect(totals(await askSeries(server, { ...day, metric: 'COST' }))).toEqual({
      null: '0.30000000000000000007',
    });
  });

  test('without a known price are null and not 0, and beside priced ones add nothing', async () => {
    const { at, ...day } = aDay();
    await aCost({ model: 'nobody', at: at('01:00') });
    await aCost({ model: 'nobody', at: at('02:00') });
    await aCost({ model: 'gpt-4o', usd: '2', at: at('02:30') });
    await aCost({ model: 'free', usd: '0', at: at('03:00') });
    const all = await askSeries(server, { ...day, metric: 'COST', bucket: 'HOUR' });
    expect(all.groups).toHaveLength(1);
    expect(all.groups[0]!.values.slice(0, 5)).toEqual(['0', null, '2', '0', '0']);
    expect(all.groups[0]!.total).toBe('2');
    const byModel = await askSeries(server, { ...day, metric: 'COST', groupBy: 'MODEL' });
    expect(totals(byModel)).toEqual({ 'gpt-4o': '2', free: '0', nobody: null });
  });

  test('of more than 20 groups show the 20 largest and what the rest adds up to', async () => {
    const { at, ...day } = aDay();
    for (let model = 1; model <= 23; model += 1) {
      await aCost({ model: `m${String(model).padStart(2, '0')}`, usd: String(model), at: at('05:00') });
    }
    const { groups } = await askSeries(server, { ...day, metric: 'COST', bucket: 'HOUR', groupBy: 'MODEL' });
    expect(groups).toHaveLength(21);
    expect(groups.slice(0, 20).map(({ key, isOther, total }) => [key, isOther, total])).toEqual(
      Array.from({ length: 20 }, (_, index) => [
        `m${String(23 - index).padStart(2, '0')}`,
        false,
        `${23 - index}`,
      ]),
    );
    expect(groups[20]).toMatchObject({ key: null, isOther: true, total: '6' });
    expect(groups[20]!.values.slice(4, 7)).toEqual(['0', '6', '0']);
  });
});

describe('latencies', () => {
  const near = (ms: number): [number, number] => [ms * 0.99, ms * 1.01];
  const expectNear = (value: string | null, ms: number): void => {
    const [low, high] = near(ms);
    expect(Number(value)).toBeGreaterThanOrEqual(low);
    expect(Number(value)).toBeLessThanOrEqual(high);
  };

  test('have percentiles within 1 % for each part, and null where no turn has that part', async () => {
    const { at, ...day } = aDay();
    for (let turn = 1; turn <= 100; turn += 1) {
      const stages = [stage('ASR', turn), stage('LLM_FIRST_TOKEN', 5 * turn), stage('LLM', 5 * turn)];
      await aTurn({ stages, totalMs: 100 * turn, at: at('10:07') });
    }
    const of = async (metric: string, part: string) => {
      const { groups, unit } = await askSeries(server, { ...day, metric, part, bucket: 'HOUR' });
      expect([groups.length, unit]).toEqual([1, 'MS']);
      const { values, total } = groups[0]!;
      expect(values.filter((value) => value !== null)).toEqual(total === null ? [] : [values[10]]);
      expect(values[10]).toBe(total);
      return total;
    };
    for (const [part, unit] of [
      ['TOTAL', 100],
      ['ASR', 1],
      ['LLM', 10],
    ] as const) {
      expectNear(await of('LATENCY_P50', part), 50 * unit);
      expectNear(await of('LATENCY_P95', part), 95 * unit);
      expectNear(await of('LATENCY_P99', part), 99 * unit);
      expect(await of('LATENCY_MEAN', part)).toBe(String(50.5 * unit));
    }
    expect(await of('LATENCY_P95', 'TTS')).toBeNull();
    expect(await of('LATENCY_MEAN', 'TRANSLATION')).toBeNull();
  });

  test('are told apart by service, and by the model and provider of each part', async () => {
    const { at, ...day } = aDay();
    const fast = { provider: 'groq', model: 'llama' };
    const slow = { provider: 'openai', model: 'gpt-4o' };
    const voice = { provider: 'elevenlabs', model: 'turbo' };
    await aTurn({
      stages: [stage('LLM', 100, fast), stage('TTS', 10, voice)],
      totalMs: 120,
      at: at('01:00'),
    });
    await aTurn({
      stages: [stage('LLM', 900, slow), stage('TTS', 30, voice)],
      totalMs: 990,
      at: at('01:00'),
    });
    await aTurn({ stages: [stage('ASR', 70)], totalMs: 500, at: at('01:00') });
    const by = async (groupBy: string, part = 'TOTAL') =>
      totals(await askSeries(server, { ...day, metric: 'LATENCY_MEAN', groupBy, part }));
    expect(await by('SERVICE')).toEqual({ asr: '70', llm: '500', translation: null, tts: '20' });
    expect(await by('MODEL', 'LLM')).toEqual({ llama: '100', 'gpt-4o': '900' });
    expect(await by('PROVIDER', 'LLM')).toEqual({ groq: '100', openai: '900' });
    expect(await by('MODEL', 'TTS')).toEqual({ turbo: '20' });
    expect(await by('PROVIDER', 'ASR')).toEqual({ null: '70' });
    // What the person waited counts under the model that answered.
    expect(await by('MODEL')).toEqual({ llama: '120', 'gpt-4o': '990', null: '500' });
  });
});

describe('turns', () => {
  test('are told apart by outcome, language and level, a level and language holding until another is stated', async () => {
    const { at, ...day } = aDay();
    const sessionId = 'in hindi';
    await aTurn({ sessionId, at: at('01:00') });
    await aTurn({ sessionId, languageCode: 'hi-IN', optimizationLevel: 'speed', at: at('01:00') });
    await aTurn({ sessionId, outcome: 'FAILED', at: at('01:00') });
    await aTurn({ sessionId, outcome: 'INTERRUPTED', languageCode: 'en-US', at: at('02:00') });
    const by = async (groupBy: string) =>
      totals(await askSeries(server, { ...day, metric: 'TURNS', groupBy }));
    expect(await by('OUTCOME')).toEqual({ SUCCEEDED: '2', FAILED: '1', INTERRUPTED: '1' });
    expect(await by('LANGUAGE')).toEqual({ null: '1', 'hi-IN': '2', 'en-US': '1' });
    expect(await by('OPTIMIZATION_LEVEL')).toEqual({ null: '1', speed: '3' });
    const [failed] = (
      await askSeries(server, { ...day, metric: 'TURNS', groupBy: 'OUTCOME', bucket: 'HOUR' })
    ).groups.filter(({ key }) => key === 'FAILED');
    expect(failed!.values.slice(0, 3)).toEqual(['0', '1', '0']);
  });

  test('that are replaced move with their moment and leave nothing behind', async () => {
    const { at, ...day } = aDay();
    const turn = { sessionId: 'moving', turnId: 'one', outcome: 'FAILED', totalMs: 100 };
    await record(server, 'recordTurn', { ...turn, at: at('01:00') });
    await record(server, 'recordTurn', { ...turn, outcome: 'SUCCEEDED', totalMs: 200, at: at('02:20') });
    const asked = { ...day, bucket: 'HOUR' };
    const { groups } = await askSeries(server, { ...asked, metric: 'TURNS', groupBy: 'OUTCOME' });
    expect(groups.map(({ values }) => values.slice(0, 4))).toEqual([
      ['0', '0', '1', '0'],
      ['0', '0', '0', '0'],
      ['0', '0', '0', '0'],
    ]);
    const means = (await askSeries(server, { ...asked, metric: 'LATENCY_MEAN' })).groups[0]!.values;
    expect(means.slice(0, 4)).toEqual([null, null, '200', null]);
  });

  test('tell the cache hit rate of both caches and of each, and what guardrails found', async () => {
    const { at, ...day } = aDay();
    await aTurn({ llmCacheHit: true, ttsCacheHit: false, guardrailViolations: 3, at: at('01:00') });
    await aTurn({ llmCacheHit: true, guardrailBlocks: 2, at: at('01:00') });
    await aTurn({ llmCacheHit: false, guardrailViolations: 1, guardrailBlocks: 1, at: at('04:00') });
    await aTurn({ at: at('05:00') });
    const all = async (metric: string, more: object = {}) =>
      (await askSeries(server, { ...day, metric, bucket: 'HOUR', ...more })).groups;
    const [rate] = await all('CACHE_HIT_RATE');
    expect(rate!.values.slice(0, 6)).toEqual([null, String(2 / 3), null, null, '0', null]);
    expect(rate!.total).toBe('0.5');
    const byService = await all('CACHE_HIT_RATE', { groupBy: 'SERVICE' });
    expect(byService.map(({ key, total }) => [key, total])).toEqual([
      ['llm', String(2 / 3)],
      ['tts', '0'],
    ]);
    expect((await all('GUARDRAIL_VIOLATIONS'))[0]!.values.slice(0, 5)).toEqual(['0', '3', '0', '0', '1']);
    expect((await all('GUARDRAIL_BLOCKS'))[0]).toMatchObject({ total: '3' });
  });
});

describe('groups that have nothing of what is asked for', () => {
  const answeredBy = (model: string): object => ({ stages: [stage('LLM', 5, { model })] });

  test('are left out of costs, where they had turns alone, and the other way round', async () => {
    const { at, ...day } = aDay();
    await aTurn({ ...answeredBy('of turns'), at: at('01:00') });
    await aCost({ model: 'of costs', usd: '1', at: at('01:00') });
    const by = async (metric: string) =>
      totals(await askSeries(server, { ...day, metric, groupBy: 'MODEL' }));
    expect(await by('COST')).toEqual({ 'of costs': '1' });
    expect(await by('TURNS')).toEqual({ 'of turns': '1' });
    expect(await by('FEEDBACK_SCORE')).toEqual({ null: null });
  });

  test('are left out after what they had was replaced', async () => {
    const { at, ...day } = aDay();
    const turn = { sessionId: 'replaced', turnId: 'one', outcome: 'FAILED', at: at('01:00') };
    await record(server, 'recordTurn', { ...turn, ...answeredBy('old') });
    await record(server, 'recordTurn', { ...turn, ...answeredBy('new') });
    const asked = { ...day, groupBy: 'MODEL' };
    expect(totals(await askSeries(server, { ...asked, metric: 'TURNS' }))).toEqual({ new: '1' });
    expect(totals(await askSeries(server, { ...asked, metric: 'LATENCY_MEAN', part: 'LLM' }))).toEqual({
      new: '5',
    });
  });
});

test('messages count at the same moment in every order of the calls that tell it', async () => {
  const { at, ...day } = aDay();
  const dated = { user_message: 'q', polly_response: 'a', timestamp: at('10:00') };
  await server.post('/webhook/conversation', { id: 'dated first', ...dated });
  await server.post('/webhook/user-message', { id: 'dated first', message: 'q' });
  await server.post('/webhook/user-message', { id: 'dated last', message: 'q' });
  await server.post('/webhook/conversation', { id: 'dated last', ...dated });
  expect(totals(await askSeries(server, { ...day, metric: 'MESSAGES' }))).toEqual({ null: '4' });
});

test('messages are told apart by platform, at the moment at which they were said', async () => {
  const { at, ...day } = aDay();
  const say = (conversationId: string, platform: string, sender: string, time: string) =>
    logMessage(server, { conversationId, platform, sender, text: 'hi', at: at(time) });
  await say('here', 'web', 'USER', '01:00');
  await say('here', 'web', 'BOT', '02:00');
  await say('there', 'whatsapp', 'USER', '02:00');
  await say('there', 'whatsapp', 'SYSTEM', '02:14');
  const { groups, unit } = await askSeries(server, {
    ...day,
    metric: 'MESSAGES',
    groupBy: 'PLATFORM',
    bucket: 'HOUR',
  });
  expect(unit).toBe('COUNT');
  expect(groups.map(({ key, values }) => [key, values.slice(0, 4)])).toEqual([
    ['web', ['0', '1', '1', '0']],
    ['whatsapp', ['0', '0', '2', '0']],
  ]);
});

test('ratings score by the model and prompt of what they rate, and count by category', async () => {
  const today = { from: '2026-03-31T00:00:00Z', to: '2026-04-01T00:00:00Z', bucket: 'DAY' };
  const say = (id: string, prompt_name: string, model: string) =>
    server.post('/webhook/conversation', {
      id,
      user_message: 'q',
      polly_response: `a ${id}`,
      prompt_name,
      model,
    });
  await say('one', 'greeter', 'gpt-4o');
  await say('two', 'closer', 'gpt-4o');
  const rate = (sessionId: string, ratingType: string, rating: number, category?: string) =>
    record(server, 'submitFeedback', {
      sessionId,
      assistantResponse: `a ${sessionId}`,
      ratingType,
      rating,
      category,
    });
  await rate('one', 'THUMBS', 1, 'quality');
  await rate('one', 'STARS', 4, 'quality');
  await rate('two', 'THUMBS', -1, 'speed');
  await rate('three', 'STARS', 3);
  const by = async (metric: string, groupBy?: string) =>
    totals(await askSeries(server, { ...today, metric, ...(groupBy && { groupBy }) }));
  expect(await by('FEEDBACK_SCORE', 'PROMPT')).toEqual({ greeter: '0.875', closer: '0', null: '0.5' });
  expect(await by('FEEDBACK_SCORE', 'MODEL')).toEqual({ 'gpt-4o': String(1.75 / 3), null: '0.5' });
  expect(await by('FEEDBACK_SCORE')).toEqual({ null: String(2.25 / 4) });
  expect(await by('FEEDBACK', 'CATEGORY')).toEqual({ quality: '2', speed: '1', null: '1' });
});

describe('a series is refused', () => {
  const asked = {
    metric: 'TURNS',
    from: '2025-01-01T00:00:00Z',
    to: '2025-01-02T00:00:00Z',
    bucket: 'HOUR',
  };
  test.each([
    [
      'in a zone that is none',
      { timeZone: 'Asia/Nowhere' },
      /"Asia\/Nowhere" is no time zone.*Asia\/Kolkata/u,
    ],
    ['in an offset instead of a zone', { timeZone: '+05:30' }, /"\+05:30" is no time zone/u],
    ['in an empty zone', { timeZone: '' }, /"" is no time zone/u],
    ['that ends before it begins', { to: '2024-12-31T00:00:00Z' }, /to must be later than from/u],
    ['that ends as it begins', { to: asked.from }, /to must be later than from/u],
    ['of too many buckets', { to: '2025-02-16T00:00:00Z' }, /at most 1100 buckets/u],
    ['of too long a time', { to: '2035-06-01T00:00:00Z', bucket: 'MONTH' }, /at most ten years/u],
    [
      'by what its metric does not know',
      { groupBy: 'CATEGORY' },
      /TURNS cannot be grouped by CATEGORY; it can by OUTCOME, PROVIDER, MODEL, PLATFORM, LANGUAGE, OPTIMIZATION_LEVEL\./u,
    ],
    ['of messages by model', { metric: 'MESSAGES', groupBy: 'MODEL' }, /it can by PLATFORM\./u],
    ['of costs by outcome', { metric: 'COST', groupBy: 'OUTCOME' }, /it can by SERVICE, PROVIDER, MODEL/u],
    ['of latencies by prompt', { metric: 'LATENCY_P95', groupBy: 'PROMPT' }, /it can by SERVICE, PROVIDER/u],
  ])('%s', async (_title, more, message) => {
    const errors = await refusedSeries(server, { ...asked, ...more });
    expect(errors).toMatchObject([
      { message: expect.stringMatching(message) as string, extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });
});

test("another project's figures are invisible, and a series asks for the scope read", async () => {
  await using closed = await startServer({ env: { WEBHOOK_API_KEY: 'the-key-of-the-environment' } });
  const mine = { 'x-api-key': 'the-key-of-the-environment' };
  const theirs = await keyOf(closed, ['ingest', 'read'], 'theirs');
  const at = '2025-01-01T10:00:00Z';
  const stages = [stage('LLM', 5, { model: 'gpt-4o' })];
  const turn = { sessionId: 's', turnId: 't', outcome: 'SUCCEEDED', stages, at };
  await record(closed, 'recordTurn', turn, theirs);
  await record(closed, 'recordCost', { sessionId: 's', service: 'llm', usd: '5', at }, theirs);
  const asked = { from: '2025-01-01T00:00:00Z', to: '2025-01-02T00:00:00Z', bucket: 'DAY' };
  const read = async (metric: string, headers: Record<string, string>) =>
    totals(await askSeries(closed, { ...asked, metric }, headers));
  expect(await read('TURNS', theirs)).toEqual({ null: '1' });
  expect(await read('TURNS', mine)).toEqual({ null: '0' });
  expect(await read('COST', theirs)).toEqual({ null: '5' });
  expect(await read('COST', mine)).toEqual({ null: '0' });
  expect(await read('LATENCY_P95', mine)).toEqual({ null: null });
  await expect(read('TURNS', await keyOf(closed, ['ingest']))).rejects.toThrow(/FORBIDDEN/u);
});
