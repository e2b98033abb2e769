import { InvalidInputError } from '../domain/errors.ts';

/** The `limit` of a query string; anything but a number in its range is refused, never mended. */
export function parseLimit(query: URLSearchParams, otherwise: number, most: number): number {
  const given = query.getAll('limit').join('&');
  if (!query.has('limit')) return otherwise;
  const limit = /^\d{1,6}$/u.test(given) ? Number(given) : 0;
  if (limit >= 1 && limit <= most) return limit;
  throw new InvalidInputError('limit', `limit must be a whole number from 1 to ${most}.`);
}
