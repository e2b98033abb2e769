import { Prisma } from '../../generated/prisma/client.ts';

/** A stretch of a list, in the order of the list: behind the place `after`, in front of `before`. */
export type Range<Place = number> = {
  after?: Place;
  before?: Place;
  limit: number;
  /** Whether the stretch is the last one, given from its end backwards. */
  isFromEnd: boolean;
};

/** A stretch of a list that is ordered by one number, then by another. */
export type PairRange = Omit<Range, 'after' | 'before'> & {
  after?: [number, number];
  before?: [number, number];
};

/** The stretch of a list that begins with its smallest number. */
export const ascending = ({ after, before, isFromEnd }: Range) => ({
  within: { ...(after !== undefined && { gt: after }), ...(before !== undefined && { lt: before }) },
  order: isFromEnd ? ('desc' as const) : ('asc' as const),
});

/** The stretch of a list that begins with its largest number. */
export const descending = ({ after, before, isFromEnd }: Range) => ({
  within: { ...(after !== undefined && { lt: after }), ...(before !== undefined && { gt: before }) },
  order: isFromEnd ? ('asc' as const) : ('desc' as const),
});

/** A stretch between two numbers, neither of them in it. */
const between = ({ after, before }: Range, order: 'asc' | 'desc'): [low: number, high: number] => {
  const [low, high] = order === 'asc' ? [after, before] : [before, after];
  return [low ?? -1, high ?? Number.MAX_SAFE_INTEGER];
};

/** A stretch of what is ordered by one column, as the end of a statement. */
export function stretch(column: string, range: Range, order: 'asc' | 'desc'): Prisma.Sql {
  const [low, high] = between(range, order);
  const name = Prisma.raw(column);
  const isAscending = (order === 'asc') !== range.isFromEnd;
  return Prisma.sql`${name} > ${low}::int8 and ${name} < ${high}::int8
    order by ${name} ${Prisma.raw(isAscending ? 'asc' : 'desc')} limit ${range.limit}`;
}
