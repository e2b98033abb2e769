import type { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chargesOf, priceUsage } from '../../../server/domain/pricing/charge.ts';
import { Exact } from '../../../server/domain/pricing/decimal.ts';
import { findPrice, priceTable } from '../../../server/domain/pricing/price-table.ts';
import type { Price } from '../../../server/domain/pricing/price.ts';
import { shippedPrices } from '../../../server/domain/pricing/shipped-prices.ts';
import { usageFromOpenAI } from '../../../server/domain/pricing/token-usage.ts';
import { usageFromUnits, type Quantity, type Usage } from '../../../server/domain/pricing/usage.ts';
import type { JsonObject } from '../../../server/domain/value.ts';
import { formFigures, tokenFigures } from './figures.ts';

const table = priceTable(shippedPrices);
const priceOf = (model: string): Price => findPrice(table, { model })!.price;

function usageOf(used: JsonObject, mode?: string): Usage {
  const { units, unit_type: type } = used;
  const read =
    typeof units === 'number' || typeof units === 'string'
      ? usageFromUnits(units, typeof type === 'string' ? type : undefined, mode)
      : usageFromOpenAI(used);
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.usage;
}

const costOf = (price: Price, used: JsonObject, discount?: string): string | null =>
  priceUsage(usageOf(used, price.mode), price, discount);

const usage = (counts: Partial<Record<Quantity, number | string>>): Usage =>
  Object.fromEntries(Object.entries(counts).map(([quantity, count]) => [quantity, new Exact(count)]));

describe('what was used costs to the last digit what another program says', () => {
  test.each(tokenFigures)(
    '%s, %d tokens of which %d cached, %d out: $%s',
    (model, input, cached, output, usd) => {
      const used = {
        prompt_tokens: input,
        completion_tokens: output,
        total_tokens: input + output,
        prompt_tokens_details: { cached_tokens: cached },
      };
      expect(costOf(priceOf(model), used)).toBe(usd);
    },
  );

  test.each(formFigures)('%s %j: $%s', (model, used, usd) => {
    expect(costOf(priceOf(model), used)).toBe(usd);
  });

  test('every shipped model is among them', () => {
    const seen = new Set([...tokenFigures, ...formFigures].map(([model]) => model));
    expect([...shippedPrices.keys()].filter((name) => !seen.has(name))).toEqual([]);
  });
});

describe('what has no known price', () => {
  const text: Price = { mode: 'chat', input_cost_per_token: '0.000001', output_cost_per_token: '0.000002' };

  test.each<[string, Price | null, Usage]>([
    ['a model that is not known', null, usage({ input: 1 })],
    ['nothing at all', text, {}],
    ['audio of a model of text', text, usage({ input: 1, audioInput: 1 })],
    ['spoken answers of a model of text', text, usage({ output: 1, audioOutput: 1 })],
    ['an hour in the cache, without a price', text, usage({ input: 1, cacheWriteHour: 1 })],
    ['characters of a model of tokens', text, usage({ characters: 10 })],
    ['seconds of a model of tokens', text, usage({ audioSeconds: 10 })],
    ['minutes of a model of tokens', text, usage({ minutes: 10 })],
    ['requests of a model of tokens', text, usage({ requests: 10 })],
    ['tokens of a voice', { input_cost_per_character: '0.1' }, usage({ input: 10 })],
    ['output, where only input has a price', { input_cost_per_token: '0.1' }, usage({ output: 10 })],
    ['tokens of unknown direction', text, usage({ unsplit: 10 })],
    ['a zero that is no price', { output_cost_per_second: '0' }, usage({ audioSeconds: 10 })],
  ])('is unknown, never 0: %s', (_, price, used) => {
    expect(priceUsage(used, price)).toBeNull();
  });

  test('does not matter where none of it was used', () => {
    expect(priceUsage(usage({ input: 5, audioInput: 0, cacheWriteHour: 0 }), text)).toBe('0.000005');
  });
});

describe('a price that is left out', () => {
  const price: Price = {
    input_cost_per_token: '0.000002',
    output_cost_per_token: '0.000008',
    output_cost_per_reasoning_token: '0.00001',
    cache_creation_input_token_cost: '0.0000025',
    cache_creation_input_token_cost_above_1hr: '0.000004',
    input_cost_per_minute: '0.0043',
    input_cost_per_request: '0.005',
  };

  test.each<[string, Usage, string]>([
    ['of cached input is that of input', usage({ cachedInput: 1000 }), '0.002'],
    ['of reasoning is stated here', usage({ output: 1, reasoning: 100 }), '0.001008'],
    ['of a cache write is stated here', usage({ cacheWrite: 100 }), '0.00025'],
    ['of a cache write for an hour is stated here', usage({ cacheWriteHour: 100 }), '0.0004'],
    ['of a second is a sixtieth of a minute', usage({ audioSeconds: '90' }), '0.00645'],
    [
      'of a second that no decimal holds is rounded far below a cent',
      usage({ audioSeconds: 7 }),
      '0.000501666666666666666666666667',
    ],
    ['of minutes is stated here', usage({ minutes: '1.5' }), '0.00645'],
    ['of requests is stated here', usage({ requests: 3 }), '0.015'],
    ['adds up', usage({ input: 1, output: 1, minutes: 1, requests: 1 }), '0.00931'],
  ])('%s', (_, used, usd) => {
    expect(priceUsage(used, price)).toBe(usd);
  });

  test('of writing to a cache is that of input', () => {
    expect(priceUsage(usage({ cacheWrite: 100 }), { input_cost_per_token: '0.000002' })).toBe('0.0002');
  });
});

describe('a tier', () => {
  const price: Price = {
    input_cost_per_token: '0.000001',
    input_cost_per_token_above_128k_tokens: '0.000002',
    input_cost_per_token_above_200k_tokens: '0.000004',
    output_cost_per_token: '0.00001',
    output_cost_per_token_above_200k_tokens: '0.00003',
    cache_read_input_token_cost: '0.0000001',
    cache_read_input_token_cost_above_200k_tokens: '0.0000004',
  };

  test.each<[Usage, string]>([
    [usage({ input: 128_000 }), '0.128'],
    [usage({ input: 128_001 }), '0.256002'],
    [usage({ input: 200_000, output: 1 }), '0.40001'],
    [usage({ input: 200_001, output: 1 }), '0.800034'],
    [usage({ input: 1, cachedInput: 200_000, output: 1 }), '0.080034'],
    [usage({ input: 1, cachedInput: 199_999, output: 1 }), '0.0200119'],
    [usage({ input: 10, output: 500_000 }), '5.00001'],
  ])('applies to the whole request by the length of all of its input', (used, usd) => {
    expect(priceUsage(used, price)).toBe(usd);
  });
});

test.each<Quantity>([
  'input',
  'cachedInput',
  'cacheWrite',
  'cacheWriteHour',
  'audioInput',
  'cachedAudioInput',
])('%s counts for the tier', (quantity) => {
  const price: Price = {
    input_cost_per_token: '0',
    cache_creation_input_token_cost_above_1hr: '0',
    input_cost_per_audio_token: '0',
    output_cost_per_token: '1',
    output_cost_per_token_above_200k_tokens: '2',
  };
  expect(priceUsage(usage({ [quantity]: 200_000, output: 1 }), price)).toBe('1');
  expect(priceUsage(usage({ [quantity]: 200_001, output: 1 }), price)).toBe('2');
});

describe('a discount', () => {
  const price: Price = { input_cost_per_token: '0.000003' };

  test.each([
    ['0', '0.000021'],
    ['0.1', '0.0000189'],
    ['0.333', '0.000014007'],
    ['1', '0'],
  ])('of %s is taken off last', (discount, usd) => {
    expect(priceUsage(usage({ input: 7 }), price, discount)).toBe(usd);
  });
});

describe('for any usage', () => {
  const full: Price = {
    ...priceOf('gpt-realtime'),
    cache_creation_input_token_cost: '0.000005',
    cache_creation_input_token_cost_above_1hr: '0.000008',
    input_cost_per_character: '0.000015',
    input_cost_per_second: '0.0001',
    input_cost_per_request: '0.01',
    input_cost_per_token_above_200k_tokens: '0.000008',
    output_cost_per_token_above_200k_tokens: '0.000032',
  };
  const priced: readonly Quantity[] = [
    ...([
      'input',
      'cachedInput',
      'cacheWrite',
      'cacheWriteHour',
      'output',
      'reasoning',
      'audioInput',
    ] as const),
    ...(['cachedAudioInput', 'audioOutput', 'characters', 'audioSeconds', 'minutes', 'requests'] as const),
  ];
  const count = fc.oneof(fc.nat({ max: 1000 }), fc.nat({ max: 1_000_000_000 }), fc.constant(0.1));
  const anyUsage = fc
    .record(Object.fromEntries(priced.map((quantity) => [quantity, count])), { requiredKeys: [] })
    .filter((counts) => Object.keys(counts).length > 0)
    .map((counts) => usage(counts));
  const costs = (used: Usage): Decimal => new Exact(priceUsage(used, full)!);

  test('the parts add up to the whole', () => {
    fc.assert(
      fc.property(anyUsage, (used) => {
        const sum = chargesOf(used, full)!.reduce((total, { usd }) => total.plus(usd), new Exact(0));
        expect(costs(used).equals(sum)).toBe(true);
      }),
    );
  });

  test('more of anything never costs less', () => {
    fc.assert(
      fc.property(anyUsage, fc.constantFrom(...priced), fc.nat({ max: 300_000 }), (used, quantity, more) => {
        const longer = { ...used, [quantity]: (used[quantity] ?? new Exact(0)).plus(more) };
        expect(costs(longer).greaterThanOrEqualTo(costs(used))).toBe(true);
      }),
    );
  });

  test('so many times as much costs so many times as much, tiers apart', () => {
    const {
      input_cost_per_token_above_200k_tokens: _i,
      output_cost_per_token_above_200k_tokens: _o,
      ...flat
    } = full;
    fc.assert(
      fc.property(anyUsage, fc.integer({ min: 1, max: 1000 }), (used, factor) => {
        const many = Object.fromEntries(
          Object.entries(used).map(([key, value]) => [key, value.times(factor)]),
        );
        expect(priceUsage(many, flat)).toBe(new Exact(priceUsage(used, flat)!).times(factor).toFixed());
      }),
    );
  });

  test('the amount is digits: no exponent, no NaN, no sign', () => {
    fc.assert(
      fc.property(anyUsage, fc.constantFrom('0', '0.125', '1'), (used, discount) => {
        expect(priceUsage(used, full, discount)).toMatch(/^\d+(?:\.\d*[1-9])?$/u);
      }),
    );
  });
});
