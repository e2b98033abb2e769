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

/** How the place of an entry is written as an opaque page cursor, and read; `read` gives undefined for other texts. */
export type Places<T, Place> = {
  placeOf: (entry: T) => Place;
  write: (place: Place) => string;
  read: (text: string) => Place | undefined;
};

const numbers = {
  write: (value: number) => `p:${value}`,
  read(text: string): number | undefined {
    const value = /^p:(\d{1,15})$/u.exec(text)?.[1];
    return value === undefined ? undefined : Number(value);
  },
};

const pairs = {
  write: ([first, second]: [number, number]) => `p:${first}:${second}`,
  read(text: string): [number, number] | undefined {
    const [, first, second] = /^p:(\d[\d.e+-]{0,25}):(\d{1,10})$/u.exec(text) ?? [];
    const pair: [number, number] = [Number(first), Number(second)];
    return first === undefined || !pair.every(Number.isFinite) ? undefined : pair;
  },
};

/** How many entries a page has unless asked otherwise, and at most. */
export type PageSize = { usual: number; most: number };
export const shortPage: PageSize = { usual: 20, most: 100 };
export const longPage: PageSize = { usual: 50, most: 500 };

/** By what lists are ordered. */
export const byId = ({ id }: { id: number }): number => id;
export const byActivity = ({ activeSeq }: { activeSeq: number }): number => activeSeq;

/** A page of a list that is ordered by a number of its entries, as a relay connection. */
export const listPage = <T>(
  args: PageArguments,
  size: PageSize,
  placeOf: (entry: T) => number,
  list: (range: Range) => Promise<T[]>,
) => listPlaced(args, size, { ...numbers, placeOf }, list);

/** A page of a list that is ordered by the places of its entries, as a relay connection. */
export function listPlaced<T, Place>(
  args: PageArguments,
  { usual, most }: PageSize,
  { placeOf, write, read }: Places<T, Place>,
  list: (range: Range<Place>) => Promise<T[]>,
) {
  checkPage(args, most);
  const toCursor = (entry: T): string => Buffer.from(write(placeOf(entry))).toString('base64url');
  /** The place in a page cursor; undefined where there is none. Throws when the text is no cursor. */
  function fromCursor(cursor: string | null | undefined): Place | undefined {
    if (cursor == null) return undefined;
    const place = read(Buffer.from(cursor, 'base64url').toString());
    if (place === undefined) throw badInput(`"${cursor}" is not a cursor of this list.`);
    return place;
  }
  return resolveCursorConnection(
    { args, defaultSize: usual, maxSize: most, toCursor },
    (asked: ResolveCursorConnectionArgs) => {
      const [after, before] = [fromCursor(asked.after), fromCursor(asked.before)];
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
export const listPairPage = <T>(
  args: PageArguments,
  size: PageSize,
  placeOf: (entry: T) => [number, number],
  list: (range: PairRange) => Promise<T[]>,
) => listPlaced(args, size, { ...pairs, placeOf }, list);
