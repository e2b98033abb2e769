import type { NewCost } from '../command.ts';
import type { Amount } from '../money.ts';
import { priceUsage } from './charge.ts';
import { priceTable, type PriceTable } from './price-table.ts';
import type { Price } from './price.ts';
import { priceAt, type PriceRule } from './schedule.ts';
import { shippedPrices } from './shipped-prices.ts';
import { usageFromOpenAI } from './token-usage.ts';
import { usageFromUnits, type UsageReading } from './usage.ts';

/** The prices of a project: what is shipped, over that what it imported, over that its own rules. */
export type PriceBook = {
  /** By the name of the model. */
  imported: ReadonlyMap<string, Price>;
  /** By the name of the rule. */
  rules: ReadonlyMap<string, PriceRule>;
  table: PriceTable;
};

const shippedTable = priceTable(shippedPrices);

/** Of rules that began at the same moment the last one counts, so all servers need the same order. */
const byName = (rules: ReadonlyMap<string, PriceRule>): ReadonlyMap<string, PriceRule> =>
  new Map([...rules].toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** The book of a project with these imported prices and rules. */
export const priceBook = (
  imported: ReadonlyMap<string, Price> = new Map(),
  rules: ReadonlyMap<string, PriceRule> = new Map(),
): PriceBook => ({
  imported,
  rules: byName(rules),
  table: imported.size === 0 ? shippedTable : priceTable(shippedPrices, imported),
});

/** The book with more imported prices; one of the same name takes the place of the old one. */
export const withPrices = (book: PriceBook, prices: Iterable<readonly [string, Price]>): PriceBook =>
  priceBook(new Map([...book.imported, ...prices]), book.rules);

/** The book with a rule set, or taken away with null. */
export function withRule(book: PriceBook, name: string, rule: PriceRule | null): PriceBook {
  const rules = new Map(book.rules);
  if (rule === null) rules.delete(name);
  else rules.set(name, rule);
  return { ...book, rules: byName(rules) };
}

/**
 * What an operation costs by a project's prices at a moment (ISO), in USD; null when its price, or what was used,
 * is not known: an unknown price is never nothing. `read` is the usage, where it was read already.
 */
export function priceCost(
  { table, rules }: PriceBook,
  { model, provider, service, operation, units, unitType, usage }: NewCost,
  at: string,
  read: UsageReading | null = usage === null ? null : usageFromOpenAI(usage),
): Amount | null {
  const offer = priceAt(table, [...rules.values()], { model, provider, service, operation }, at);
  if (offer === null) return null;
  const reading = read ?? readUnits(units, unitType, offer.price.mode);
  if (reading === null || 'faults' in reading) return null;
  return priceUsage(reading.usage, offer.price, offer.discount);
}

const readUnits = (
  units: Amount | null,
  unitType: string | null,
  mode: string | undefined,
): UsageReading | null => (units === null ? null : usageFromUnits(units, unitType, mode));
