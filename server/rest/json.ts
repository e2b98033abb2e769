import { toPlain } from '../domain/money.ts';

/** A value as JSON text in which no number has an exponent: each is the shortest that reads back as the same double. */
export function toPlainJson(value: unknown): string {
  if (typeof value === 'number') return toPlain(value);
  if (Array.isArray(value)) return `[${value.map(toPlainJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, it]) => it !== undefined)
    .map(([name, it]) => `${JSON.stringify(name)}:${toPlainJson(it)}`);
  return `{${fields.join(',')}}`;
}
