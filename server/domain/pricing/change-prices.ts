import type { Administration, Answer } from '../command.ts';
import { emit, nothing } from '../emit.ts';
import { NotFoundError } from '../errors.ts';
import { isSame } from '../exchange.ts';
import type { State } from '../state.ts';

type ChangePrices = Extract<Administration, { kind: 'importPrices' | 'setPriceRule' }>;

/** Imports prices or sets a rule; what is known already makes no event. */
export function changePrices(state: State, command: ChangePrices, now: string): Answer {
  const { imported, rules } = state.prices;
  if (command.kind === 'importPrices') {
    const prices = command.prices.filter(([model, price]) => !isSame(imported.get(model), price));
    if (prices.length > 0) emit(state, now, { kind: 'PricesImported', prices });
    return { ...nothing, recorded: { prices: prices.length } };
  }
  const { name, rule } = command;
  if (rule === null && !rules.has(name)) {
    throw new NotFoundError(`There is no price rule "${name}" in this project.`);
  }
  if (!isSame(rules.get(name), rule)) emit(state, now, { kind: 'PriceRuleChanged', name, rule });
  return nothing;
}
