import { Decimal } from 'decimal.js';

/** Decimals of 60 significant digits, a setting of our own that no other user of the library can change. */
export const Exact = Decimal.clone({ precision: 60, toExpNeg: -60, toExpPos: 60 });

export const ZERO = new Exact(0);

/** Counts beyond this lose digits in JSON numbers before they reach us. */
const LARGEST = Number.MAX_SAFE_INTEGER;

const decimalText = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/iu;

/**
 * A number as the decimal that its shortest form spells (0.1 is a tenth), a text of digits as it stands.
 * Undefined when it is neither: NaN, infinite, blank, hexadecimal.
 */
export function decimalOf(value: unknown): Decimal | undefined {
  if (Decimal.isDecimal(value)) return value.isFinite() ? new Exact(value) : undefined;
  if (value === 0) return ZERO;
  if (typeof value === 'number') return Number.isFinite(value) ? new Exact(value) : undefined;
  if (typeof value !== 'string' || !decimalText.test(value.trim())) return undefined;
  return new Exact(value.trim());
}

/** What keeps a value from being a count, in words; undefined when it is one: finite, zero or more. */
export function amountFault(value: unknown): string | undefined {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return undefined;
  const amount = decimalOf(value);
  if (amount === undefined) return 'must be a finite number';
  if (amount.isNegative() && !amount.isZero()) return 'must not be negative';
  return amount.greaterThan(LARGEST) ? `must be at most ${LARGEST}` : undefined;
}

/** A decimal as digits without exponent: "0.0000025". Zero has no sign. */
export const plain = (value: Decimal): string => (value.isZero() ? '0' : value.toFixed());
