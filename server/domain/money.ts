import { Decimal } from 'decimal.js';

/** Exact decimals: sums of money never round, and are never written with an exponent. */
const Exact = Decimal.clone({ precision: 60, toExpNeg: -9e15, toExpPos: 9e15 });

/** An amount as a plain decimal text: `0.0030` is `0.003`. */
export type Amount = string;

export const zero: Amount = '0';

/** The sum of amounts. */
export const add = (...amounts: Amount[]): Amount =>
  amounts.reduce((sum, amount) => sum.plus(amount), new Exact(0)).toString();

export const subtract = (from: Amount, amount: Amount): Amount => new Exact(from).minus(amount).toString();

/** Half of an amount. */
export const half = (amount: Amount): Amount => new Exact(amount).div(2).toString();

/** A sum by a count, as the double that is nearest to it. */
export const mean = (sum: Amount, count: number): number => new Exact(sum).div(count).toNumber();

/** A number as the amount that its shortest decimal form says. */
export const toAmount = (value: number | string): Amount => new Exact(value).toString();

/** A double as a JSON number: the shortest text that reads back as the same double, without exponent. */
export const toPlain = (value: number): string => new Exact(String(value)).toString();
