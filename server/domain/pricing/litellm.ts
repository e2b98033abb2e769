import { parsePrice, type Price } from './price.ts';

/** An entry that gave no price, and why. */
export type Skipped = { name: string; reason: string };

/** What a price map held. */
export type PriceImport = { prices: Map<string, Price>; skipped: Skipped[] };

/** The entry that describes the format; its values are placeholders. */
const SAMPLE = 'sample_spec';

/**
 * Reads LiteLLM's `model_prices_and_context_window.json`, parsed. A price is the decimal that its number's
 * shortest form spells. An entry with a broken price is left out as a whole, with the reason; so is one that is
 * billed by something else, such as images.
 */
export function parseLiteLLM(json: unknown): PriceImport {
  const prices = new Map<string, Price>();
  const skipped: Skipped[] = [];
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return { prices, skipped: [{ name: '', reason: 'must be an object of prices by model' }] };
  for (const [name, entry] of Object.entries(json)) {
    const read = name === SAMPLE ? { fault: 'describes the format' } : parseEntry(name, entry);
    if ('fault' in read) skipped.push({ name, reason: read.fault });
    else prices.set(name, read.price);
  }
  return { prices, skipped };
}

const parseEntry = (name: string, entry: unknown): ReturnType<typeof parsePrice> =>
  name.trim() === '' ? { fault: 'has no name' } : parsePrice(entry);
