import { describe, expect, test } from 'vitest';
import { priceUsage } from '../../../server/domain/pricing/charge.ts';
import { Exact } from '../../../server/domain/pricing/decimal.ts';
import { priceTable, type PriceQuery } from '../../../server/domain/pricing/price-table.ts';
import type { Price } from '../../../server/domain/pricing/price.ts';
import {
  parsePriceRule,
  priceAt,
  type PriceRule,
  type RuleMatch,
} from '../../../server/domain/pricing/schedule.ts';
import { shippedPrices } from '../../../server/domain/pricing/shipped-prices.ts';

const table = priceTable(shippedPrices);
const price = (usd: string): Price => ({ input_cost_per_token: usd });

const rule = (match: RuleMatch, facts: Partial<PriceRule>): PriceRule => ({
  match,
  from: '2025-01-01T00:00:00Z',
  until: null,
  ...facts,
});

/** What a thousand input tokens cost at a moment, in USD. */
function cost(rules: PriceRule[], query: PriceQuery, at = '2025-06-01T00:00:00Z'): string | null {
  const offer = priceAt(table, rules, query, at);
  return offer && priceUsage({ input: new Exact(1000) }, offer.price, offer.discount);
}

describe('the price at a moment', () => {
  const gpt4o = { model: 'gpt-4o' };

  test('is the listed one where no rule is in force', () => {
    expect(priceAt(table, [], gpt4o, '2025-06-01')).toEqual({
      price: shippedPrices.get('gpt-4o'),
      discount: '0',
      listing: 'gpt-4o',
    });
    expect(priceAt(table, [], { model: 'nobody-knows' }, '2025-06-01')).toBeNull();
  });

  test('is one of our own from its beginning on, to just before its end', () => {
    const own = rule(gpt4o, { price: price('1'), from: '2025-03-01', until: '2025-04-01T00:00:00+02:00' });
    const at = (moment: string): string | null => cost([own], gpt4o, moment);
    expect(at('2025-02-28T23:59:59.999Z')).toBe('0.0025');
    expect(at('2025-03-01T00:00:00.000Z')).toBe('1000');
    expect(at('2025-03-31T21:59:59.999Z')).toBe('1000');
    expect(at('2025-03-31T22:00:00.000Z')).toBe('0.0025');
  });

  test('is the one that began last, however the rules are ordered', () => {
    const rules = [
      rule(gpt4o, { price: price('1'), from: '2025-01-01' }),
      rule(gpt4o, { price: price('3'), from: '2025-03-01' }),
      rule(gpt4o, { price: price('2'), from: '2025-02-01' }),
      rule(gpt4o, { price: price('9'), from: '2025-09-01' }),
    ];
    expect(cost(rules, gpt4o)).toBe('3000');
    expect(cost(rules.toReversed(), gpt4o)).toBe('3000');
    expect(cost(rules, gpt4o, '2025-02-15')).toBe('2000');
    expect(cost(rules, gpt4o, '2024-12-31')).toBe('0.0025');
  });

  test('is the one that stands last, of those that began together', () => {
    const rules = [rule(gpt4o, { price: price('1') }), rule(gpt4o, { price: price('2') })];
    expect(cost(rules, gpt4o)).toBe('2000');
  });

  test('takes the place of the listed one as a whole', () => {
    const offer = priceAt(table, [rule(gpt4o, { price: price('1') })], gpt4o, '2025-06-01')!;
    expect(offer).toEqual({
      price: { provider: 'openai', mode: 'chat', input_cost_per_token: '1' },
      discount: '0',
      listing: null,
    });
    expect(priceUsage({ output: new Exact(1) }, offer.price)).toBeNull();
  });

  test('may be of what is listed nowhere', () => {
    const own = rule({ service: 'tts', provider: 'sarvam' }, { price: price('0.00001') });
    expect(cost([own], { service: 'tts', provider: 'Sarvam', operation: 'synthesize' })).toBe('0.01');
    expect(cost([own], { service: 'asr', provider: 'sarvam' })).toBeNull();
    expect(cost([own], { service: 'tts', provider: 'elevenlabs' })).toBeNull();
  });
});

describe('a discount', () => {
  const gpt4o = { model: 'gpt-4o' };

  test('comes off the listed price', () => {
    expect(cost([rule(gpt4o, { discount: '0.1' })], gpt4o)).toBe('0.00225');
  });

  test('comes off a price of our own, whichever rule it stands in', () => {
    const own = rule(gpt4o, { price: price('1') });
    const off = rule({ provider: 'openai' }, { discount: '0.25', from: '2025-02-01' });
    expect(cost([own, off], gpt4o)).toBe('750');
    expect(cost([off, own], gpt4o)).toBe('750');
    expect(cost([{ ...own, discount: '0.5' }], gpt4o)).toBe('500');
  });

  test('is not added to another: the one that began last counts', () => {
    const rules = [
      rule(gpt4o, { discount: '0.5', from: '2025-02-01' }),
      rule({ provider: 'openai' }, { discount: '0.1', from: '2025-03-01' }),
    ];
    expect(cost(rules, gpt4o)).toBe('0.00225');
    expect(cost(rules, gpt4o, '2025-02-15')).toBe('0.00125');
  });

  test('makes no price where there is none', () => {
    expect(cost([rule({ model: '*' }, { discount: '0.5' })], { model: 'nobody-knows' })).toBeNull();
  });
});

describe('a rule', () => {
  test.each<[RuleMatch, PriceQuery, boolean]>([
    [{ model: 'gpt-4o' }, { model: 'gpt-4o' }, true],
    [{ model: 'GPT-4o' }, { model: 'gpt-4o' }, true],
    [{ model: 'gpt-4o' }, { model: 'openai/gpt-4o' }, true],
    [{ model: 'gpt-4o' }, { model: 'azure/gpt-4o' }, true],
    [{ model: 'openai/gpt-4o' }, { model: 'gpt-4o' }, true],
    [{ model: 'azure/gpt-4o' }, { model: 'gpt-4o' }, false],
    [{ model: 'azure/gpt-4o' }, { model: 'gpt-4o', provider: 'azure' }, true],
    [{ model: 'gpt-4o' }, { model: 'gpt-4o-mini' }, false],
    [{ model: 'gpt-4o' }, { model: 'gpt-4o-2024-08-06' }, true],
    [{ model: 'gpt-4o' }, { model: 'gpt-4o-2025-12-01' }, true],
    // listed at another price than the model
    [{ model: 'gpt-4o' }, { model: 'gpt-4o-2024-05-13' }, false],
    [{ model: 'gpt-4o-2024-08-06' }, { model: 'gpt-4o' }, false],
    [{ model: 'gpt-4o-mini' }, { model: 'azure/gpt-4o-mini-2024-07-18' }, true],
    [{ model: 'claude-3.5-sonnet' }, { model: 'claude-3-5-sonnet-20241022' }, true],
    [{ model: 'claude-3-5-sonnet' }, { model: 'bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0' }, true],
    [{ model: 'gpt-4o*' }, { model: 'gpt-4o-mini' }, true],
    [{ model: 'gpt-4o*' }, { model: 'openai/gpt-4o-mini' }, true],
    [{ model: 'openai/gpt-4*' }, { model: 'gpt-4o-mini' }, true],
    [{ model: 'gpt-5*' }, { model: 'gpt-4o' }, false],
    [{ model: '*' }, { model: 'gpt-4o' }, true],
    [{ model: '*' }, { service: 'asr', provider: 'openai' }, false],
    [{ provider: 'openai' }, { model: 'gpt-4o' }, true],
    [{ provider: 'OpenAI' }, { model: 'gpt-4o', provider: 'openai' }, true],
    [{ provider: 'openai' }, { model: 'azure/gpt-4o' }, false],
    [{ provider: 'open*' }, { model: 'gpt-4o' }, true],
    [{ provider: 'google' }, { model: 'gemini/gemini-2.0-flash' }, true],
    [{ service: 'llm' }, { model: 'gpt-4o', service: 'llm' }, true],
    [{ service: 'llm' }, { model: 'gpt-4o' }, false],
    [
      { service: 'l*', operation: 'generate' },
      { model: 'gpt-4o', service: 'llm', operation: 'generate' },
      true,
    ],
    [
      { service: 'llm', operation: 'embed' },
      { model: 'gpt-4o', service: 'llm', operation: 'generate' },
      false,
    ],
    [{ model: 'gpt-4o', provider: 'azure' }, { model: 'gpt-4o', provider: 'openai' }, false],
    [{ model: 'llama*' }, { model: 'groq/llama-3.1-8b-instant' }, true],
    [{ model: 'groq/llama*' }, { model: 'groq/llama-3.1-8b-instant' }, true],
    [{ model: 'our-own-model' }, { model: 'Our-Own-Model' }, true],
  ])('for %j fits %j: %s', (match, query, isFit) => {
    expect(priceAt(table, [rule(match, { price: price('7') })], query, '2025-06-01')?.listing === null).toBe(
      isFit,
    );
  });

  test('in JSON is read into one form', () => {
    expect(
      parsePriceRule({
        match: { model: 'gpt-4o', provider: null },
        price: { input_cost_per_token: 2e-6 },
        discount: 0.1,
        from: '2025-01-01',
      }),
    ).toEqual({
      rule: {
        match: { model: 'gpt-4o' },
        price: { input_cost_per_token: '0.000002' },
        discount: '0.1',
        from: '2025-01-01T00:00:00.000Z',
        until: null,
      },
    });
  });

  const right = { match: { model: 'm' }, discount: '0.5', from: '2025-01-01', until: null };
  test.each<[unknown, string[]]>([
    [null, ['']],
    [{}, ['match', 'from', 'price']],
    [{ ...right, match: {} }, ['match']],
    [{ ...right, match: { model: ' ' } }, ['match']],
    [{ ...right, match: { model: 3 } }, ['match']],
    [{ ...right, discount: '1.01' }, ['discount']],
    [{ ...right, discount: -0.1 }, ['discount']],
    [{ ...right, discount: 'half' }, ['discount']],
    [{ ...right, price: { input_cost_per_token: -1 } }, ['price']],
    [{ ...right, discount: null }, ['price']],
    [{ ...right, from: '2025-02-30' }, ['from']],
    [{ ...right, until: 'soon' }, ['until']],
    [{ ...right, until: '2025-01-01T00:00:00Z' }, ['until']],
    [{ ...right, discount: 2, from: 1, until: 2 }, ['discount', 'from', 'until']],
  ])('%j is refused for %j', (value, fields) => {
    const read = parsePriceRule(value);
    expect('faults' in read && read.faults.map(({ path }) => path.join('.'))).toEqual(fields);
  });
});
