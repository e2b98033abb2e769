import { priceBook, type PriceBook } from '../domain/pricing/price-book.ts';
import type { Price } from '../domain/pricing/price.ts';
import type { PriceRule } from '../domain/pricing/schedule.ts';
import type { PrismaClient } from './database.ts';

/** The prices of a project. */
export async function findPriceBook(prisma: PrismaClient, projectId: number): Promise<PriceBook> {
  const [prices, rules] = await Promise.all([
    prisma.importedPrice.findMany({ where: { projectId } }),
    prisma.priceRule.findMany({ where: { projectId }, orderBy: { name: 'asc' } }),
  ]);
  return priceBook(
    new Map(prices.map(({ model, price }) => [model, price as Price])),
    new Map(rules.map(({ name, rule }) => [name, rule as unknown as PriceRule])),
  );
}
