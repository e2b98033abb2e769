import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { head } from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ now: () => Date.parse('2025-10-15T14:32:10.123Z') });
});
afterAll(() => server[Symbol.asyncDispose]());

const sessions = '/api/v1/sessions';
const FEEDBACK = '/api/v1/feedback';
const turnsOf = (session: string): string => `${sessions}/${encodeURIComponent(session)}/turns`;
const costsOf = (session: string): string => `${sessions}/${encodeURIComponent(session)}/costs`;
const metricsOf = (session: string): string => `${sessions}/${encodeURIComponent(session)}/metrics`;

type Json = Record<string, unknown>;
const read = async (path: string): Promise<Json> => (await (await server.get(path)).json()) as Json;
async function send(path: string, body: unknown, status = 201): Promise<Json> {
  const response = await server.post(path, body);
  const reply = (await response.json()) as Json;
  expect([response.status, reply]).toEqual([status, reply]);
  return reply;
}

const aTurn = { outcome: 'successful' };
const rating = { session_id: 'session-123', rating: 1, rating_type: 'thumbs' };

describe('feedback', () => {
  test('is answered as documented', async () => {
    const reply = await send(FEEDBACK, {
      session_id: 'session-123',
      turn_id: 'turn-456',
      message_id: 'msg-789',
      rating: 1,
      rating_type: 'thumbs',
      feedback_text: 'Great response, very helpful!',
      feedback_category: 'quality',
      incorrect_response: false,
      too_slow: false,
      unhelpful: false,
      offensive: false,
      user_input: 'What is my order status?',
      assistant_response: 'Your order is being processed and will ship tomorrow.',
      metadata: { optimization_level: 'balanced', language: 'hi-IN' },
    });
    expect(reply).toEqual({
      id: expect.any(Number) as number,
      session_id: 'session-123',
      rating: 1,
      rating_type: 'thumbs',
      created_at: '2025-10-15T14:32:10.123000',
    });
  });

  test('for a session not seen yet creates it', async () => {
    await send(FEEDBACK, { ...rating, session_id: 'rated only' });
    expect(await read(metricsOf('rated only'))).toEqual({
      total_turns: 0,
      successful_turns: 0,
      failed_turns: 0,
      interrupted_turns: 0,
      avg_asr_latency_ms: 0,
      avg_llm_latency_ms: 0,
      avg_translation_latency_ms: 0,
      avg_tts_latency_ms: 0,
      avg_total_latency_ms: 0,
      cache_hit_rate: 0,
      llm_cache_hits: 0,
      llm_cache_misses: 0,
      tts_cache_hits: 0,
      tts_cache_misses: 0,
      guardrail_violations: 0,
      guardrail_blocks: 0,
      total_cost_usd: 0,
      optimization_level: 'balanced',
      language_code: null,
    });
    expect(await read(costsOf('rated only'))).toEqual({
      total_cost_usd: 0,
      breakdown_by_service: { asr: 0, llm: 0, translation: 0, tts: 0 },
      breakdown_by_provider: {},
      total_entries: 0,
      cache_savings_usd: 0,
      optimization_level: 'balanced',
    });
  });

  test.each([
    [2, 'thumbs', 'Rating must be -1 (thumbs down) or 1 (thumbs up) for thumbs type'],
    [0, 'thumbs', 'Rating must be -1 (thumbs down) or 1 (thumbs up) for thumbs type'],
    [0, 'stars', 'Rating must be between 1 and 5 for stars type'],
    [6, 'stars', 'Rating must be between 1 and 5 for stars type'],
  ])('with a rating of %i %s is refused in the words of the document', async (value, type, detail) => {
    const stored = await head(server);
    const reply = await send(FEEDBACK, { ...rating, rating: value, rating_type: type }, 400);
    expect(reply).toEqual({ detail });
    expect(await head(server)).toBe(stored);
  });

  test('that is malformed is 422 with every fault, which wins over the rating', async () => {
    const reply = await send(FEEDBACK, { rating: 9.5, rating_type: 'hearts', too_slow: 'yes' }, 422);
    const detail = reply['detail'] as { loc: string[]; msg: string; type: string }[];
    expect(detail.map(({ loc }) => loc)).toEqual([
      ['body', 'session_id'],
      ['body', 'rating'],
      ['body', 'rating_type'],
      ['body', 'too_slow'],
    ]);
    expect(detail[0]).toEqual({
      type: 'missing',
      loc: ['body', 'session_id'],
      msg: 'session_id is missing.',
    });
    expect(await send(FEEDBACK, { ...rating, rating: 9, rating_type: 'hearts' }, 422)).toHaveProperty(
      'detail',
    );
  });
});

describe('turns', () => {
  test('are answered with what was stored, and add up', async () => {
    const reply = await send(turnsOf('voice'), {
      turn_id: 'turn-1',
      outcome: 'successful',
      asr_latency_ms: 523.4,
      llm_latency_ms: 1245.7,
      translation_latency_ms: 312.5,
      tts_latency_ms: 856.2,
      llm_cache_hit: true,
      tts_cache_hit: false,
      guardrail_violations: 2,
      guardrail_blocks: 1,
      optimization_level: 'quality',
      language_code: 'hi-IN',
    });
    expect(reply).toEqual({
      id: expect.any(Number) as number,
      session_id: 'voice',
      turn_id: 'turn-1',
      outcome: 'successful',
      total_latency_ms: 2937.8,
      created_at: '2025-10-15T14:32:10.123000',
    });
    await send(turnsOf('voice'), { outcome: 'failed', asr_latency_ms: 476.6 });
    await send(turnsOf('voice'), { outcome: 'interrupted', total_latency_ms: 100, llm_cache_hit: false });
    await send(turnsOf('voice'), aTurn);
    expect(await read(metricsOf('voice'))).toEqual({
      total_turns: 4,
      successful_turns: 2,
      failed_turns: 1,
      interrupted_turns: 1,
      avg_asr_latency_ms: 500,
      avg_llm_latency_ms: 1245.7,
      avg_translation_latency_ms: 312.5,
      avg_tts_latency_ms: 856.2,
      avg_total_latency_ms: (2937.8 + 476.6 + 100) / 3,
      cache_hit_rate: 1 / 3,
      llm_cache_hits: 1,
      llm_cache_misses: 1,
      tts_cache_hits: 0,
      tts_cache_misses: 1,
      guardrail_violations: 2,
      guardrail_blocks: 1,
      total_cost_usd: 0,
      optimization_level: 'quality',
      language_code: 'hi-IN',
    });
  });

  test('with the same id take the place of the earlier one, and totals stay right', async () => {
    const first = await send(turnsOf('again'), {
      ...aTurn,
      turn_id: 't',
      asr_latency_ms: 0.1,
      tts_cache_hit: true,
    });
    await send(turnsOf('again'), { ...aTurn, turn_id: 'u', asr_latency_ms: 0.2 });
    const second = await send(
      turnsOf('again'),
      { outcome: 'failed', turn_id: 't', llm_latency_ms: 7, guardrail_blocks: 1 },
      200,
    );
    expect(second['id']).toBe(first['id']);
    expect(await read(metricsOf('again'))).toMatchObject({
      total_turns: 2,
      successful_turns: 1,
      failed_turns: 1,
      avg_asr_latency_ms: 0.2,
      avg_llm_latency_ms: 7,
      avg_total_latency_ms: 3.6,
      tts_cache_hits: 0,
      guardrail_blocks: 1,
    });
  });

  test.each([
    [{}, 'outcome'],
    [{ outcome: 'unknown' }, 'outcome'],
    [{ ...aTurn, asr_latency_ms: -1 }, 'asr_latency_ms'],
    [{ ...aTurn, asr_latency_ms: '5' }, 'asr_latency_ms'],
    [{ ...aTurn, guardrail_blocks: 1.5 }, 'guardrail_blocks'],
    [{ ...aTurn, llm_cache_hit: 'yes' }, 'llm_cache_hit'],
    [{ ...aTurn, timestamp: 'soon' }, 'timestamp'],
    [{ ...aTurn, session_id: 'another' }, 'session_id'],
    [{ ...aTurn, turn_id: '' }, 'turn_id'],
  ])('of %j are 422, and nothing is stored', async (body, field) => {
    const stored = await head(server);
    const { detail } = await send(turnsOf('refused'), body, 422);
    expect((detail as { loc: string[] }[]).map(({ loc }) => loc)).toEqual([['body', field]]);
    expect(await head(server)).toBe(stored);
    expect((await server.get(metricsOf('refused'))).status).toBe(404);
  });
});

describe('costs', () => {
  test('are answered with the stored entry, and add up without rounding', async () => {
    const entry = {
      service: 'llm',
      provider: 'sarvam',
      operation: 'generate',
      units: 1500,
      unit_type: 'tokens',
      cost_usd: 0.003,
      session_id: 'costly',
      turn_id: 'turn-456',
      cached: false,
      optimization_level: 'balanced',
      timestamp: '2025-10-15T14:32:10.123456',
    };
    expect(await send(costsOf('costly'), { ...entry, region: 'south' })).toEqual({
      ...entry,
      id: expect.any(Number) as number,
      model: null,
      usage: null,
      metadata: { region: 'south' },
    });
    await send(costsOf('costly'), { service: 'tts', provider: 'elevenlabs', cost_usd: 0.1, cached: true });
    await send(costsOf('costly'), { service: 'embedding', provider: 'sarvam', cost_usd: 0.2 });
    await send(costsOf('costly'), { service: 'llm', cost_usd: 1e-7 });
    await send(costsOf('costly'), { service: 'asr', provider: 'nobody', units: 3 });
    const response = await server.get(costsOf('costly'));
    const text = await response.text();
    expect(text).toContain('"unknown":0.0000001');
    expect(JSON.parse(text)).toEqual({
      total_cost_usd: 0.3030001,
      breakdown_by_service: { asr: 0, llm: 0.0030001, translation: 0, tts: 0.1, embedding: 0.2 },
      breakdown_by_provider: { sarvam: 0.203, elevenlabs: 0.1, unknown: 1e-7 },
      total_entries: 4,
      cache_savings_usd: 0.05,
      optimization_level: 'balanced',
      unpriced_entries: 1,
    });
    expect((await read(metricsOf('costly')))['total_cost_usd']).toBe(0.3030001);
  });

  test.each([
    [{ model: 'gpt-4o', units: 1_000_000 }, 2.5],
    [{ model: 'openai/gpt-4o', units: 1000, unit_type: 'tokens' }, 0.0025],
    [
      {
        model: 'gpt-4o',
        usage: {
          prompt_tokens: 1000,
          completion_tokens: 100,
          prompt_tokens_details: { cached_tokens: 400 },
        },
      },
      // 600 × 0.0000025 + 400 × 0.00000125 + 100 × 0.00001
      0.003,
    ],
    [{ model: 'gpt-4o', units: 1000, cost_usd: 0.01 }, 0.01],
    [{ model: 'a-model-that-nobody-prices', units: 1000 }, null],
    [{ provider: 'sarvam', operation: 'generate', units: 1000, unit_type: 'tokens' }, null],
  ])('of %j are priced by the table where the sender states no price', async (entry, usd) => {
    const session = `priced ${JSON.stringify(entry)}`.slice(0, 200);
    expect(await send(costsOf(session), { service: 'llm', ...entry })).toMatchObject({ cost_usd: usd });
    const costs = await read(costsOf(session));
    expect(costs).toMatchObject({ total_cost_usd: usd ?? 0, total_entries: usd === null ? 0 : 1 });
    expect(costs['unpriced_entries']).toBe(usd === null ? 1 : undefined);
  });

  test('keep their identities over random histories, repeated turns included', async () => {
    let run = 0;
    const cents = fc.integer({ min: 0, max: 1_000_000 }).map((micros) => micros / 1_000_000);
    const entries = fc.array(
      fc.record({
        service: fc.constantFrom('asr', 'llm', 'tts', 'search', '__proto__'),
        provider: fc.constantFrom('sarvam', 'openai', '__proto__'),
        cost_usd: cents,
        cached: fc.boolean(),
      }),
      { minLength: 1, maxLength: 6 },
    );
    const turns = fc.array(
      fc.record({
        turn_id: fc.constantFrom('a', 'b', 'c'),
        outcome: fc.constantFrom('successful', 'failed', 'interrupted'),
        asr_latency_ms: fc.option(cents, { nil: undefined }),
        tts_cache_hit: fc.option(fc.boolean(), { nil: undefined }),
      }),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(entries, turns, async (paid, said) => {
        const session = `random ${(run += 1)}`;
        for (const entry of paid) await server.post(costsOf(session), JSON.stringify(entry));
        for (const turn of said) await server.post(turnsOf(session), turn);
        const costs = (await read(costsOf(session))) as {
          total_cost_usd: number;
          breakdown_by_service: Record<string, number>;
          breakdown_by_provider: Record<string, number>;
          cache_savings_usd: number;
        };
        const micros = (usd: number): number => Math.round(usd * 1e7);
        const total = paid.reduce((sum, { cost_usd: usd }) => sum + micros(usd), 0);
        const sum = (parts: Record<string, number>): number =>
          Object.values(parts).reduce((all, usd) => all + micros(usd), 0);
        expect(micros(costs.total_cost_usd)).toBe(total);
        expect(sum(costs.breakdown_by_service)).toBe(total);
        expect(sum(costs.breakdown_by_provider)).toBe(total);
        const cached = paid.reduce((all, it) => all + (it.cached ? micros(it.cost_usd) : 0), 0);
        expect(micros(costs.cache_savings_usd)).toBe(cached / 2);
        const last = new Map(said.map((turn) => [turn.turn_id, turn]));
        const kept = [...last.values()];
        const metrics = (await read(metricsOf(session))) as Record<string, number>;
        expect(metrics['total_turns']).toBe(kept.length);
        expect(metrics['total_turns']).toBe(
          metrics['successful_turns']! + metrics['failed_turns']! + metrics['interrupted_turns']!,
        );
        expect(metrics['tts_cache_hits']).toBe(kept.filter((it) => it.tts_cache_hit === true).length);
        const times = kept.flatMap((it) => (it.asr_latency_ms === undefined ? [] : [it.asr_latency_ms]));
        const mean = times.reduce((all, it) => all + it, 0) / (times.length || 1);
        expect(metrics['avg_asr_latency_ms']).toBeCloseTo(mean, 9);
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    [{}, 'service'],
    [{ service: ' ' }, 'service'],
    [{ service: 'llm', cost_usd: -0.1 }, 'cost_usd'],
    [{ service: 'llm', units: -1 }, 'units'],
    [{ service: 'llm', cost_usd: '0.1' }, 'cost_usd'],
    [{ service: 'llm', cached: 1 }, 'cached'],
    [{ service: 'llm', session_id: 'another' }, 'session_id'],
  ])('of %j are 422', async (body, field) => {
    const { detail } = await send(costsOf('refused'), body, 422);
    expect((detail as { loc: string[] }[]).map(({ loc }) => loc)).toEqual([['body', field]]);
  });
});

test('a session that nobody has seen is 404', async () => {
  for (const path of [costsOf('unseen'), metricsOf('unseen')]) {
    const response = await server.get(path);
    expect([response.status, await response.json()]).toEqual([404, { detail: 'Session not found' }]);
  }
});

test('a session is the conversation of its id, whoever began it', async () => {
  await server.post('/webhook/conversation', { id: 'conv_123', user_message: 'hello', polly_response: 'hi' });
  expect(await read(metricsOf('conv_123'))).toMatchObject({ total_turns: 0 });
  await send(turnsOf('conv_123'), aTurn);
  expect(await read(metricsOf('conv_123'))).toMatchObject({ total_turns: 1 });
});

test('a body that is no JSON object is 422 with one fault', async () => {
  for (const body of ['', 'no json', '[]']) {
    const { detail } = await send(turnsOf('x'), body, 422);
    expect(detail).toMatchObject([{ loc: ['body'] }]);
  }
});

test('without the right key the API says so in its own words', async () => {
  await using closed = await startServer({ env: { WEBHOOK_API_KEY: 'the-key-of-the-environment' } });
  const response = await closed.get(costsOf('x'), { 'x-api-key': 'your-api-key-here' });
  expect([response.status, await response.json()]).toEqual([401, { detail: 'Invalid API key' }]);
});

test('the same key and bytes give the first answer again, and count once', async () => {
  const headers = { 'idempotency-key': 'turn key' };
  const first = await server.post(turnsOf('keyed'), aTurn, headers);
  const again = await server.post(turnsOf('keyed'), aTurn, headers);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect([again.status, await again.text()]).toEqual([first.status, await first.text()]);
  expect(await read(metricsOf('keyed'))).toMatchObject({ total_turns: 1 });
});
