import type { Decimal } from 'decimal.js';
import { Exact, plain, ZERO } from './decimal.ts';
import { tiersOf, type OtherRate, type Price, type TokenRate } from './price.ts';
import { quantities, type Quantity, type Usage } from './usage.ts';

/** What one quantity of a usage costs, USD before any discount. */
export type Charge = { quantity: Quantity; units: Decimal; usd: Decimal };

type TokenQuantity = Exclude<Quantity, 'unsplit' | 'characters' | 'audioSeconds' | 'minutes' | 'requests'>;

/**
 * The rates that a quantity is charged at: the first that the price states.
 * - A cached token without a price of its own costs what any input token costs: providers that publish no
 *   discount give none. The same goes for writing to a cache, which most providers do without a surcharge.
 * - Reasoning is output, unless it has a price of its own.
 * - Audio never falls back to text: where both exist, audio costs many times as much. Nor does a cache that is
 *   kept for an hour, which has a surcharge wherever it exists.
 */
const tokenLadders: Readonly<Record<TokenQuantity, readonly TokenRate[]>> = {
  input: ['input_cost_per_token'],
  cachedInput: ['cache_read_input_token_cost', 'input_cost_per_token'],
  cacheWrite: ['cache_creation_input_token_cost', 'input_cost_per_token'],
  cacheWriteHour: ['cache_creation_input_token_cost_above_1hr'],
  output: ['output_cost_per_token'],
  reasoning: ['output_cost_per_reasoning_token', 'output_cost_per_token'],
  audioInput: ['input_cost_per_audio_token'],
  cachedAudioInput: ['cache_read_input_audio_token_cost', 'input_cost_per_audio_token'],
  audioOutput: ['output_cost_per_audio_token'],
};

const inputs = [
  'input',
  'cachedInput',
  'cacheWrite',
  'cacheWriteHour',
  'audioInput',
  'cachedAudioInput',
] as const;

/** A fraction of a cent that no bill shows; reached only where minutes are divided into seconds. */
const FINEST_PLACES = 30;

/**
 * What each quantity of a usage costs at a price; null when anything that was used has no known price, and
 * when nothing is known of the usage at all.
 */
export function chargesOf(usage: Usage, price: Price): Charge[] | null {
  const inputTokens = sumOf(inputs.map((quantity) => usage[quantity]));
  const charges: Charge[] = [];
  for (const quantity of quantities) {
    const units = usage[quantity];
    if (units === undefined) continue;
    const usd = units.isZero() ? ZERO : amountOf(quantity, units, price, inputTokens);
    if (usd === null) return null;
    charges.push({ quantity, units, usd });
  }
  return charges.length === 0 ? null : charges;
}

/**
 * What a usage costs, USD as a plain decimal text without exponent; null when it is not known. The discount is
 * the part of the price that is taken off, 0 to 1.
 */
export function priceUsage(usage: Usage, price: Price | null, discount = '0'): string | null {
  const charges = price === null ? null : chargesOf(usage, price);
  if (charges === null) return null;
  const sum = sumOf(charges.map(({ usd }) => usd));
  return plain(discount === '0' ? sum : sum.times(new Exact(1).minus(discount)));
}

const sumOf = (amounts: readonly (Decimal | undefined)[]): Decimal =>
  amounts.reduce<Decimal>((sum, it) => (it === undefined ? sum : sum.plus(it)), ZERO);

/** What so many units of a quantity cost, in USD; null when there is no price for them. */
function amountOf(quantity: Quantity, units: Decimal, price: Price, inputTokens: Decimal): Decimal | null {
  if (quantity === 'unsplit') return unsplitAmount(units, price);
  if (quantity === 'characters')
    return times(units, firstOf(price, ['input_cost_per_character', 'output_cost_per_character']));
  if (quantity === 'requests')
    return times(units, firstOf(price, ['input_cost_per_request', 'input_cost_per_query']));
  if (quantity === 'audioSeconds') return secondsAmount(units, price);
  if (quantity === 'minutes') return minutesAmount(units, price);
  return times(units, tokenRate(price, tokenLadders[quantity], inputTokens));
}

/** The first of these rates that is stated, for a request with so many input tokens. */
function tokenRate(price: Price, ladder: readonly TokenRate[], inputTokens: Decimal): string | undefined {
  const rate = ladder.find((name) => price[name] !== undefined);
  if (rate === undefined) return undefined;
  return tiersOf(price, rate).find(({ above }) => inputTokens.greaterThan(above))?.usd ?? price[rate];
}

/** Tokens of unknown direction have a price where the direction makes no difference, or where nothing comes out. */
function unsplitAmount(units: Decimal, price: Price): Decimal | null {
  const input = tokenRate(price, tokenLadders.input, units);
  const output = tokenRate(price, tokenLadders.output, units);
  if (input === undefined) return null;
  const isEither = price.mode === 'embedding' || (output !== undefined && new Exact(input).equals(output));
  return isEither ? times(units, input) : null;
}

const secondRates = [
  'input_cost_per_second',
  'output_cost_per_second',
  'input_cost_per_audio_per_second',
] as const;

function secondsAmount(seconds: Decimal, price: Price): Decimal | null {
  const second = firstOf(price, secondRates);
  if (second !== undefined) return times(seconds, second);
  const minute = times(seconds, price.input_cost_per_minute);
  return minute === null ? null : minute.dividedBy(60).toDecimalPlaces(FINEST_PLACES);
}

function minutesAmount(minutes: Decimal, price: Price): Decimal | null {
  return times(minutes, price.input_cost_per_minute) ?? times(minutes.times(60), firstOf(price, secondRates));
}

/**
 * The first of these rates that costs something; the first of them may be free. Price maps state a zero for the
 * direction that is not billed.
 */
function firstOf(price: Price, rates: readonly OtherRate[]): string | undefined {
  const stated = rates.map((name) => price[name]).filter((usd) => usd !== undefined);
  return stated.find((usd) => !new Exact(usd).isZero()) ?? price[rates[0]!];
}

const times = (units: Decimal, rate: string | undefined): Decimal | null =>
  rate === undefined ? null : new Exact(units).times(rate);
