import { Exact, plain } from './pricing/decimal.ts';

/** An exact amount as a plain decimal text, never with an exponent: `0.0030` is `0.003`. */
export type Amount = string;

export const zero: Amount = '0';

/** The sum of amounts. */
export const add = (...amounts: Amount[]): Amount =>
  plain(amounts.reduce((sum, amount) => sum.plus(amount), new Exact(0)));

export const subtract = (from: Amount, amount: Amount): Amount => plain(new Exact(from).minus(amount));

/** Half of an amount. */
export const half = (amount: Amount): Amount => plain(new Exact(amount).div(2));

/** A sum by a count, as the double that is nearest to it. */
export const mean = (sum: Amount, count: number): number => new Exact(sum).div(count).toNumber();

/** A number as the amount that its shortest decimal form says. */
export const toAmount = (value: number | string): Amount => plain(new Exact(value));

/** A double as a JSON number: the shortest text that reads back as the same double, without exponent. */
export const toPlain = (value: number): string => plain(new Exact(String(value)));
