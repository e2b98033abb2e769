import type { NewCost } from '../command.ts';
import type { Amount } from '../money.ts';
import { priceUsage } from './charge.ts';
import { priceTable } from './price-table.ts';
import { priceAt } from './schedule.ts';
import { shippedPrices } from './shipped-prices.ts';
import { usageFromOpenAI } from './token-usage.ts';
import { usageFromUnits, type UsageReading } from './usage.ts';

const table = priceTable(shippedPrices);

/**
 * What an operation costs by the price table at a moment (ISO), in USD; null when its price, or what was used, is
 * not known: an unknown price is never nothing.
 */
export function priceCost(
  { model, provider, service, operation, units, unitType, usage }: NewCost,
  at: string,
): Amount | null {
  const offer = priceAt(table, [], { model, provider, service, operation }, at);
  if (offer === null) return null;
  const reading = usage !== null ? usageFromOpenAI(usage) : readUnits(units, unitType, offer.price.mode);
  if (reading === null || 'faults' in reading) return null;
  return priceUsage(reading.usage, offer.price, offer.discount);
}

const readUnits = (
  units: Amount | null,
  unitType: string | null,
  mode: string | undefined,
): UsageReading | null => (units === null ? null : usageFromUnits(units, unitType, mode));
