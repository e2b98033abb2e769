import type { Command } from '../domain/command.ts';
import { tellsPrice } from '../domain/exchange-cost.ts';
import { priceBook, type PriceBook } from '../domain/pricing/price-book.ts';
import type { Price } from '../domain/pricing/price.ts';
import type { PriceRule } from '../domain/pricing/schedule.ts';
import type { State } from '../domain/state.ts';
import type { Statement } from '../store/database.ts';

/**
 * The prices of projects as this process read them last, and the event that made them so. Lists of prices are
 * long and change seldom: a batch reads them only when the project's row tells of a newer event.
 */
export type PriceShelf = Map<number, ShelvedPrices>;
export type ShelvedPrices = { seq: number; book: PriceBook };

/** Whether any of the commands depends on prices. */
export const needsPrices = (commands: Command[]): boolean =>
  commands.some(
    (it) =>
      it.kind === 'recordCost' ||
      it.kind === 'importPrices' ||
      it.kind === 'setPriceRule' ||
      (it.kind === 'logExchange' && tellsPrice(it.stated)) ||
      (it.kind === 'logMessage' && tellsPrice(it.facts)),
  );

export const loadPrices = (projectId: number): Statement => ({
  name: 'load_prices',
  text: `
    select
      (select coalesce(json_agg(json_build_array(model, price)), '[]') from prices where project_id = $1) as prices,
      (select coalesce(json_agg(json_build_array(name, rule)), '[]') from price_rules
        where project_id = $1) as rules`,
  values: [projectId],
});

/** Adds what `loadPrices` read to a state. */
export function addPrices(state: State, [row]: unknown[]): void {
  const { prices, rules } = row as { prices: [string, Price][]; rules: [string, PriceRule][] };
  state.prices = priceBook(new Map(prices), new Map(rules));
}

/** Writes the prices and rules that a batch changed. */
export function writePrices(state: State): Statement[] {
  const prices = new Map<string, Price>();
  const rules = new Map<string, PriceRule | null>();
  for (const event of state.events) {
    if (event.kind === 'PricesImported') for (const [model, price] of event.prices) prices.set(model, price);
    if (event.kind === 'PriceRuleChanged') rules.set(event.name, event.rule);
  }
  if (prices.size === 0 && rules.size === 0) return [];
  const { id, pricesSeq } = state.project;
  const pairs = (map: Map<string, unknown>): string => JSON.stringify([...map]);
  return [{ name: 'write_prices', text: writeText, values: [id, pricesSeq, pairs(prices), pairs(rules)] }];
}

const writeText = `
  with price as (
    insert into prices (project_id, model, price)
    select $1, pair ->> 0, pair -> 1 from jsonb_array_elements($3::jsonb) as pair
    on conflict (project_id, model) do update set price = excluded.price
  ),
  gone as (
    delete from price_rules using jsonb_array_elements($4::jsonb) as pair
    where project_id = $1 and name = pair ->> 0 and jsonb_typeof(pair -> 1) = 'null'
  ),
  rule as (
    insert into price_rules (project_id, name, rule)
    select $1, pair ->> 0, pair -> 1 from jsonb_array_elements($4::jsonb) as pair
    where jsonb_typeof(pair -> 1) <> 'null'
    on conflict (project_id, name) do update set rule = excluded.rule
  )
  update projects set prices_seq = $2 where id = $1`;
