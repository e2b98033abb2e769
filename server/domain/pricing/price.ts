import { decimalOf, plain } from './decimal.ts';

/** Prices of a token, in USD. */
export const tokenRates = [
  'input_cost_per_token',
  'output_cost_per_token',
  'output_cost_per_reasoning_token',
  'cache_read_input_token_cost',
  'cache_creation_input_token_cost',
  'cache_creation_input_token_cost_above_1hr',
  'input_cost_per_audio_token',
  'output_cost_per_audio_token',
  'cache_read_input_audio_token_cost',
] as const;

/** Prices of anything else, in USD: a character, a second or a minute of audio, a request. */
export const otherRates = [
  'input_cost_per_character',
  'output_cost_per_character',
  'input_cost_per_second',
  'output_cost_per_second',
  'input_cost_per_audio_per_second',
  'input_cost_per_minute',
  'input_cost_per_request',
  'input_cost_per_query',
] as const;

export type TokenRate = (typeof tokenRates)[number];
export type OtherRate = (typeof otherRates)[number];

/** The price of a token in a request whose input is longer than so many thousand tokens. */
export type TierRate = `${TokenRate}_above_${number}k_tokens`;
export type Rate = TokenRate | OtherRate | TierRate;

/** What one unit costs, USD as plain decimal texts; the names are those of LiteLLM's price map. */
export type Price = { readonly [R in Rate]?: string } & {
  readonly provider?: string;
  /** What the model does: chat, embedding, audio_speech, audio_transcription … */
  readonly mode?: string;
};

const plainRates: ReadonlySet<string> = new Set([...tokenRates, ...otherRates]);
const tiered = /^(.+)_above_(\d+)k_tokens$/u;

const isRate = (name: string): name is Rate =>
  plainRates.has(name) || tokenRates.some((rate) => rate === tiered.exec(name)?.[1]);

/** A tier of a price: above so many tokens of input, this rate costs so much (USD a token). */
export type Tier = { above: number; usd: string };

/** Tiers by price and rate: names are looked through once. */
const known = new WeakMap<Price, Map<TokenRate, Tier[]>>();

/** The tiers that a price has for a rate, the highest first. */
export function tiersOf(price: Price, rate: TokenRate): readonly Tier[] {
  const tiers = known.get(price) ?? new Map<TokenRate, Tier[]>();
  known.set(price, tiers);
  const found = tiers.get(rate) ?? findTiers(price, rate);
  tiers.set(rate, found);
  return found;
}

function findTiers(price: Price, rate: TokenRate): Tier[] {
  return Object.entries(price)
    .flatMap(([name, usd]) => {
      const [, of, thousands] = tiered.exec(name) ?? [];
      return of === rate && usd !== undefined ? [{ above: Number(thousands) * 1000, usd }] : [];
    })
    .toSorted((a, b) => b.above - a.above);
}

/** Whether two prices ask the same for everything. */
export function isSamePrice(a: Price, b: Price): boolean {
  return [...Object.keys(a), ...Object.keys(b)].every((name) => !isRate(name) || a[name] === b[name]);
}

/**
 * Reads a price from JSON: every rate that is known here, as a number or a decimal text, with `mode` and
 * `provider` (or `litellm_provider`). Other fields are left out. A rate that is no amount is a fault.
 */
export function parsePrice(value: unknown): { price: Price } | { fault: string } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { fault: 'must be an object' };
  const stated = value as Record<string, unknown>;
  const rates: [string, string][] = [];
  for (const [name, rate] of Object.entries(stated)) {
    if (!isRate(name) || rate === null || rate === undefined) continue;
    const amount = decimalOf(rate);
    if (amount === undefined) return { fault: `${name} must be a finite number` };
    if (amount.isNegative() && !amount.isZero()) return { fault: `${name} must not be negative` };
    rates.push([name, plain(amount)]);
  }
  if (rates.length === 0)
    return { fault: 'states no price of a token, character, second, minute or request' };
  return { price: { ...labelsOf(stated), ...Object.fromEntries(rates) } };
}

function labelsOf(stated: Record<string, unknown>): Price {
  const provider = stated['provider'] ?? stated['litellm_provider'];
  return {
    ...(typeof provider === 'string' ? { provider } : {}),
    ...(typeof stated['mode'] === 'string' ? { mode: stated['mode'] } : {}),
  };
}
