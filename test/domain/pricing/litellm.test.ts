import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { priceUsage } from '../../../server/domain/pricing/charge.ts';
import { Exact } from '../../../server/domain/pricing/decimal.ts';
import { parseLiteLLM } from '../../../server/domain/pricing/litellm.ts';
import { findPrice, priceTable } from '../../../server/domain/pricing/price-table.ts';
import { shippedPrices } from '../../../server/domain/pricing/shipped-prices.ts';

// In the words of the file, whose numbers have exponents and whose entries hold much besides prices.
const file = `{
  "sample_spec": { "input_cost_per_token": 0.0, "litellm_provider": "one of the documented providers" },
  "gpt-4o": {
    "cache_read_input_token_cost": 1.25e-06, "input_cost_per_token": 2.5e-06, "input_cost_per_token_batches": 1.25e-06,
    "litellm_provider": "openai", "max_input_tokens": 128000, "mode": "chat", "output_cost_per_token": 1e-05,
    "supported_modalities": ["text", "image"], "search_context_cost_per_query": { "search_context_size_low": 0.03 }
  },
  "openrouter/deepseek/deepseek-r1:free": { "input_cost_per_token": 0, "output_cost_per_token": 0.0, "mode": "chat" },
  "whisper-1": {
    "input_cost_per_second": 0.0001, "output_cost_per_second": 0.0001, "mode": "audio_transcription",
    "litellm_provider": "openai"
  },
  "deepgram/nova-3": {
    "input_cost_per_second": 7.167e-05, "output_cost_per_second": 0.0, "mode": "audio_transcription",
    "metadata": { "original_pricing_per_minute": 0.0043 }, "litellm_provider": "deepgram"
  },
  "as-text": { "input_cost_per_token": "0.00000030000000000000004", "output_cost_per_token": "3E-7", "mode": "chat" },
  "tiered": {
    "input_cost_per_token": 1.25e-06, "input_cost_per_token_above_200k_tokens": 2.5e-06,
    "cache_creation_input_token_cost_above_1hr": 6e-06, "output_cost_per_reasoning_token": null
  },
  "dall-e-3": { "input_cost_per_pixel": 1.9e-08, "mode": "image_generation", "output_cost_per_pixel": 0.0 },
  "negative": { "input_cost_per_token": -1e-06, "output_cost_per_token": 1e-06 },
  "words": { "input_cost_per_token": 1e-06, "output_cost_per_token": "free" },
  "nested": { "input_cost_per_token": { "usd": 1 } },
  "list": [1, 2],
  "nothing": null,
  "": { "input_cost_per_token": 1e-06 },
  "__proto__": { "input_cost_per_token": 1e-06, "mode": "chat" }
}`;

describe("LiteLLM's price map", () => {
  const { prices, skipped } = parseLiteLLM(JSON.parse(file));

  test('gives the prices that its numbers spell', () => {
    expect(Object.fromEntries([...prices].filter(([name]) => name !== '__proto__'))).toEqual({
      'gpt-4o': {
        provider: 'openai',
        mode: 'chat',
        input_cost_per_token: '0.0000025',
        output_cost_per_token: '0.00001',
        cache_read_input_token_cost: '0.00000125',
      },
      'openrouter/deepseek/deepseek-r1:free': {
        mode: 'chat',
        input_cost_per_token: '0',
        output_cost_per_token: '0',
      },
      'whisper-1': {
        provider: 'openai',
        mode: 'audio_transcription',
        input_cost_per_second: '0.0001',
        output_cost_per_second: '0.0001',
      },
      'deepgram/nova-3': {
        provider: 'deepgram',
        mode: 'audio_transcription',
        input_cost_per_second: '0.00007167',
        output_cost_per_second: '0',
      },
      'as-text': {
        mode: 'chat',
        input_cost_per_token: '0.00000030000000000000004',
        output_cost_per_token: '0.0000003',
      },
      tiered: {
        input_cost_per_token: '0.00000125',
        input_cost_per_token_above_200k_tokens: '0.0000025',
        cache_creation_input_token_cost_above_1hr: '0.000006',
      },
    });
  });

  test('names what it left out, and why', () => {
    const noPrice = 'states no price of a token, character, second, minute or request';
    expect(skipped).toEqual([
      { name: 'sample_spec', reason: 'describes the format' },
      { name: 'dall-e-3', reason: noPrice },
      { name: 'negative', reason: 'input_cost_per_token must not be negative' },
      { name: 'words', reason: 'output_cost_per_token must be a finite number' },
      { name: 'nested', reason: 'input_cost_per_token must be a finite number' },
      { name: 'list', reason: 'must be an object' },
      { name: 'nothing', reason: 'must be an object' },
      { name: '', reason: 'has no name' },
    ]);
  });

  test('may name a model anything', () => {
    expect(prices.get('__proto__')).toEqual({ mode: 'chat', input_cost_per_token: '0.000001' });
  });

  test.each([
    ['whisper-1', 'audioSeconds', 60, '0.006'],
    ['deepgram/nova-3', 'audioSeconds', 60, '0.0043002'],
    ['openrouter/deepseek/deepseek-r1:free', 'input', 1000, '0'],
    ['tiered', 'cacheWriteHour', 200_001, '1.200006'],
  ])('prices %s: %s %d is $%s', (model, quantity, count, usd) => {
    expect(priceUsage({ [quantity]: new Exact(count) }, prices.get(model)!)).toBe(usd);
  });

  test('goes before what is shipped, and leaves the rest of it', () => {
    const table = priceTable(shippedPrices, [['gpt-4o', { input_cost_per_token: '1' }]]);
    expect(findPrice(table, { model: 'gpt-4o' })?.price).toEqual({ input_cost_per_token: '1' });
    expect(findPrice(table, { model: 'gpt-4o-mini' })?.price).toEqual(shippedPrices.get('gpt-4o-mini'));
  });

  test.each([null, undefined, 3, 'text', [], [{}]])('%j is no price map', (json) => {
    expect(parseLiteLLM(json)).toEqual({
      prices: new Map(),
      skipped: [{ name: '', reason: 'must be an object of prices by model' }],
    });
  });

  test('refuses NaN, infinity and what is below zero, and takes every other number as it is spelled', () => {
    fc.assert(
      fc.property(fc.double(), (rate) => {
        const { prices: read, skipped: left } = parseLiteLLM({ m: { input_cost_per_token: rate } });
        if (!Number.isFinite(rate) || rate < 0) expect(left).toHaveLength(1);
        else {
          const usd = read.get('m')!.input_cost_per_token!;
          expect(usd).toMatch(/^\d+(?:\.\d+)?$/u);
          expect(Number(usd)).toBe(Math.abs(rate));
        }
      }),
    );
  });

  test('reads anything without throwing', () => {
    const entry = fc.dictionary(
      fc.constantFrom('input_cost_per_token', 'output_cost_per_token', 'mode', 'litellm_provider'),
      fc.oneof(fc.anything(), fc.double(), fc.jsonValue()),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(entry, fc.jsonValue())), (map) => {
        const { prices: read, skipped: left } = parseLiteLLM(map);
        expect(read.size + left.length).toBe(Object.keys(map).length);
      }),
    );
  });
});
