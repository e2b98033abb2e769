import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Exact } from '../../../server/domain/pricing/decimal.ts';
import { usageFromOpenAI } from '../../../server/domain/pricing/token-usage.ts';
import {
  usageFromUnits,
  type Fault,
  type Usage,
  type UsageReading,
} from '../../../server/domain/pricing/usage.ts';
import type { JsonObject } from '../../../server/domain/value.ts';

/** A usage with its counts as texts. */
const counts = (usage: Usage): Record<string, string> =>
  Object.fromEntries(Object.entries(usage).map(([quantity, count]) => [quantity, count.toFixed()]));

const read = (reading: UsageReading): Record<string, string> | Fault[] =>
  'faults' in reading ? reading.faults : counts(reading.usage);

describe('a usage object', () => {
  test.each<[JsonObject, Record<string, string>]>([
    [{}, {}],
    [{ prompt_tokens: null }, {}],
    [{ service_tier: 'default', anything: ['else'] }, {}],
    [
      { prompt_tokens: 0, completion_tokens: 0 },
      { input: '0', output: '0' },
    ],
    [{ prompt_tokens: 10 }, { input: '10' }],
    [{ input: 99, input_tokens: 98, prompt_tokens: 10 }, { input: '10' }],
    [{ completion_tokens: 10 }, { output: '10' }],
    [{ total: 10 }, { unsplit: '10' }],
    [
      { prompt_tokens: 10, total_tokens: 10 },
      { input: '10', output: '0' },
    ],
    [
      { prompt_tokens: 10, total_tokens: 4 },
      { input: '10', output: '0' },
    ],
    [
      { prompt_tokens: 10, completion_tokens: 5, total_tokens: 99 },
      { input: '10', output: '5' },
    ],
    [
      {
        prompt_tokens: 10,
        completion_tokens: 5,
        prompt_tokens_details: null,
        completion_tokens_details: null,
      },
      { input: '10', output: '5' },
    ],
    [
      { prompt_tokens: 10, prompt_tokens_details: { cached_tokens: 4 } },
      { input: '6', cachedInput: '4' },
    ],
    [
      { prompt_tokens: 10, prompt_tokens_details: { cached_tokens: 14 } },
      { input: '0', cachedInput: '14' },
    ],
    [
      { prompt_tokens: 10, prompt_cache_hit_tokens: 4, prompt_cache_miss_tokens: 6 },
      { input: '6', cachedInput: '4' },
    ],
    [
      { completion_tokens: 10, completion_tokens_details: { reasoning_tokens: 7, audio_tokens: 2 } },
      { output: '1', reasoning: '7', audioOutput: '2' },
    ],
    [
      { completion_tokens: 10, completion_tokens_details: { reasoning_tokens: 17 } },
      { output: '0', reasoning: '17' },
    ],
    [
      { input_tokens: 10, cache_read_input_tokens: 100, cache_creation_input_tokens: 1000, output_tokens: 1 },
      { input: '10', cachedInput: '100', cacheWrite: '1000', output: '1' },
    ],
    [
      {
        input_tokens: 10,
        cache_creation_input_tokens: 300,
        cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
      },
      { input: '10', cacheWrite: '100', cacheWriteHour: '200' },
    ],
    [
      { prompt_tokens: 1000, cache_read_input_tokens: 600, prompt_tokens_details: { cached_tokens: 600 } },
      { input: '400', cachedInput: '600' },
    ],
    [
      { prompt_tokens: 10, cache_read_input_tokens: 600, completion_tokens: 1 },
      { input: '10', cachedInput: '600', output: '1' },
    ],
    [
      { inputTokens: 10, cacheReadInputTokens: 100, cacheWriteInputTokens: 50, outputTokens: 1 },
      { input: '10', cachedInput: '100', cacheWrite: '50', output: '1' },
    ],
    [
      {
        input_tokens: 350,
        output_tokens: 240,
        input_token_details: { cache_read: 100, cache_creation: 200 },
      },
      { input: '50', cachedInput: '100', cacheWrite: '200', output: '240' },
    ],
    [
      { promptTokenCount: 10, thoughtsTokenCount: 5, totalTokenCount: 15 },
      { input: '10', output: '0', reasoning: '5' },
    ],
    [
      {
        promptTokenCount: 100,
        cachedContentTokenCount: 60,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 50 },
          { modality: 'AUDIO', tokenCount: 50 },
        ],
        cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 30 }],
        candidatesTokenCount: 9,
        candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 4 }],
      },
      {
        input: '20',
        cachedInput: '30',
        audioInput: '20',
        cachedAudioInput: '30',
        output: '5',
        audioOutput: '4',
      },
    ],
  ])('%j', (usage, expected) => {
    expect(read(usageFromOpenAI(usage))).toEqual(expected);
  });

  test.each<[JsonObject, Fault[]]>([
    [{ prompt_tokens: -1 }, [{ path: ['prompt_tokens'], message: 'must not be negative' }]],
    [{ prompt_tokens: '12' }, [{ path: ['prompt_tokens'], message: 'must be a finite number' }]],
    [{ prompt_tokens: Number.NaN }, [{ path: ['prompt_tokens'], message: 'must be a finite number' }]],
    [{ total: Number.POSITIVE_INFINITY }, [{ path: ['total'], message: 'must be a finite number' }]],
    [{ completion: true }, [{ path: ['completion'], message: 'must be a finite number' }]],
    [{ output: 1e300 }, [{ path: ['output'], message: 'must be at most 9007199254740991' }]],
    [{ prompt_tokens_details: 3 }, [{ path: ['prompt_tokens_details'], message: 'must be an object' }]],
    [
      { prompt_tokens: -1, prompt_tokens_details: { cached_tokens: -2 }, completion_tokens: [] },
      [
        { path: ['prompt_tokens'], message: 'must not be negative' },
        { path: ['completion_tokens'], message: 'must be a finite number' },
        { path: ['prompt_tokens_details', 'cached_tokens'], message: 'must not be negative' },
      ],
    ],
    [
      { promptTokensDetails: [1, { modality: 'AUDIO', tokenCount: -1 }] },
      [
        { path: ['promptTokensDetails', '0'], message: 'must be an object' },
        { path: ['promptTokensDetails', '1', 'tokenCount'], message: 'must not be negative' },
      ],
    ],
    [
      { cache_creation: { ephemeral_1h_input_tokens: -1 } },
      [{ path: ['cache_creation', 'ephemeral_1h_input_tokens'], message: 'must not be negative' }],
    ],
  ])('%j is refused, with every fault', (usage, faults) => {
    expect(read(usageFromOpenAI(usage))).toEqual(faults);
  });

  test('no token is lost, and none is counted twice', () => {
    const tokens = fc.nat({ max: 1_000_000 });
    fc.assert(
      fc.property(
        tokens,
        tokens,
        tokens,
        tokens,
        tokens,
        tokens,
        (text, cached, audio, out, thought, spoken) => {
          const usage = usageFromOpenAI({
            prompt_tokens: text + cached + audio,
            prompt_tokens_details: { cached_tokens: cached, audio_tokens: audio },
            completion_tokens: out + thought + spoken,
            completion_tokens_details: { reasoning_tokens: thought, audio_tokens: spoken },
          });
          const all = Object.values('usage' in usage ? usage.usage : {});
          const sum = all.reduce((total, count) => total.plus(count), new Exact(0));
          expect(sum.toNumber()).toBe(text + cached + audio + out + thought + spoken);
        },
      ),
    );
  });

  test('whatever comes is read or refused, and nothing of it is negative', () => {
    const known =
      'prompt_tokens input_tokens completion_tokens output_tokens total_tokens total input cached_tokens ' +
      'cache_read_input_tokens cache_creation_input_tokens thoughtsTokenCount reasoning_tokens usageMetadata ' +
      'prompt_tokens_details completion_tokens_details cache_creation promptTokensDetails';
    const name = fc.constantFrom(...known.split(' '));
    const details = fc.dictionary(
      fc.constantFrom('cached_tokens', 'audio_tokens', 'reasoning_tokens'),
      fc.nat(),
    );
    const value = fc.oneof(fc.nat(), fc.double(), details, fc.jsonValue());
    fc.assert(
      fc.property(fc.dictionary(name, value), (usage) => {
        const reading = usageFromOpenAI(usage as JsonObject);
        if ('faults' in reading) expect(reading.faults).not.toEqual([]);
        else
          expect(Object.values(reading.usage).every((count) => count.isFinite() && !count.isNegative())).toBe(
            true,
          );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('units', () => {
  test.each<[number | string, string | null, string | undefined, Record<string, string>]>([
    [1500, 'tokens', undefined, { input: '1500' }],
    [1500, 'Tokens ', 'chat', { input: '1500' }],
    [1500, null, 'chat', { input: '1500' }],
    [1500, null, 'embedding', { input: '1500' }],
    [1500, null, 'audio_speech', { characters: '1500' }],
    [1500, null, 'audio_transcription', { audioSeconds: '1500' }],
    [1500, null, undefined, {}],
    [1500, null, 'image_generation', {}],
    [1500, null, 'toString', {}],
    [1500, 'constructor', 'chat', {}],
    [1500, 'furlongs', 'chat', {}],
    [1500, '', 'chat', {}],
    [0, 'chars', undefined, { characters: '0' }],
    [7, 'characters', 'chat', { characters: '7' }],
    ['0.1', 'audio_seconds', undefined, { audioSeconds: '0.1' }],
    [0.1, 'seconds', undefined, { audioSeconds: '0.1' }],
    [1.5, 'minutes', undefined, { minutes: '1.5' }],
    [3, 'requests', undefined, { requests: '3' }],
  ])('%s of %s (%s)', (units, type, mode, expected) => {
    expect(read(usageFromUnits(units, type, mode))).toEqual(expected);
  });

  test('may be decimals', () => {
    expect(read(usageFromUnits(new Exact('12.345'), 'seconds'))).toEqual({ audioSeconds: '12.345' });
  });

  test.each<[number | string, string]>([
    [-1, 'must not be negative'],
    ['-0.001', 'must not be negative'],
    [Number.NaN, 'must be a finite number'],
    [Number.POSITIVE_INFINITY, 'must be a finite number'],
    ['', 'must be a finite number'],
    ['many', 'must be a finite number'],
    ['0x10', 'must be a finite number'],
    ['NaN', 'must be a finite number'],
    ['1e999', 'must be at most 9007199254740991'],
    [1e16, 'must be at most 9007199254740991'],
  ])('%s is refused: %s', (units, message) => {
    expect(read(usageFromUnits(units, 'tokens'))).toEqual([{ path: ['units'], message }]);
  });
});
