import { resolveCursorConnection, type ResolveCursorConnectionArgs } from '@pothos/plugin-relay';
import type { PairRange, Range } from '../store/range.ts';
import { badInput } from './errors.ts';

/** Arguments of a relay connection. */
export type PageArguments = {
  first?: number | null | undefined;
  last?: number | null | undefined;
  after?: string | null | undefined;
  before?: string | null | undefined;
};

/** Refuses page sizes out of range, and both directions at once; nothing is mended silently. */
function checkPage({ first, last }: PageArguments, most: number): void {
  if (first != null && last != null) throw badInput('Give first or last, not both.');
  for (const [name, size] of Object.entries({ first, last })) {
    if (size != null && (size < 1 || size > most))
      throw badInput(`${name} must be from 1 to ${most}; it is ${size}.`);
  }
}

/** A number as an opaque page cursor. */
const toPageCursor = (value: number): string => Buffer.from(`p:${value}`).toString('base64url');

/** The number in a page cursor; undefined where there is none. Throws when the text is no cursor. */
function fromPageCursor(cursor: string | null | undefined): number | undefined {
  if (cursor == null) return undefined;
  const value = /^p:(\d{1,15})$/u.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (value === undefined) throw badInput(`"${cursor}" is not a cursor of this list.`);
  return Number(value);
}

/** Two numbers as an opaque page cursor, and back. */
const toPairCursor = ([first, second]: [number, number]): string =>
  Buffer.from(`p:${first}:${second}`).toString('base64url');
function fromPairCursor(cursor: string | null | undefined): [number, number] | undefined {
  if (cursor == null) return undefined;
  const [, first, second] =
    /^p:(\d[\d.e+-]{0,25}):(\d{1,10})$/u.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const pair: [number, number] = [Number(first), Number(second)];
  if (first === undefined || !pair.every(Number.isFinite))
    throw badInput(`"${cursor}" is not a cursor of this list.`);
  return pair;
}

/** How many entries a page has unless asked otherwise, and at most. */
export type PageSize = { usual: number; most: number };
export const shortPage: PageSize = { usual: 20, most: 100 };
export const longPage: PageSize = { usual: 50, most: 500 };

/** By what lists are ordered. */
export const byId = ({ id }: { id: number }): number => id;
export const byActivity = ({ activeSeq }: { activeSeq: number }): number => activeSeq;

/** A page of a list that is ordered by a number of its entries, as a relay connection. */
export function listPage<T>(
  args: PageArguments,
  { usual, most }: PageSize,
  placeOf: (entry: T) => number,
  list: (range: Range) => Promise<T[]>,
) {
  checkPage(args, most);
  return resolveCursorConnection(
    { args, defaultSize: usual, maxSize: most, toCursor: (entry: T) => toPageCursor(placeOf(entry)) },
    (asked: ResolveCursorConnectionArgs) => {
      const [after, before] = [fromPageCursor(asked.after), fromPageCursor(asked.before)];
      return list({
        limit: asked.limit,
        isFromEnd: asked.inverted,
        ...(after !== undefined && { after }),
        ...(before !== undefined && { before }),
      });
    },
  );
}

/** A page of a list that is ordered by one number of its entries, then by another. */
export function listPairPage<T>(
  args: PageArguments,
  { usual, most }: PageSize,
  placeOf: (entry: T) => [number, number],
  list: (range: PairRange) => Promise<T[]>,
) {
  checkPage(args, most);
  return resolveCursorConnection(
    { args, defaultSize: usual, maxSize: most, toCursor: (entry: T) => toPairCursor(placeOf(entry)) },
    (asked: ResolveCursorConnectionArgs) => {
      const [after, before] = [fromPairCursor(asked.after), fromPairCursor(asked.before)];
      return list({
        limit: asked.limit,
        isFromEnd: asked.inverted,
        ...(after && { after }),
        ...(before && { before }),
      });
    },
  );
}
