/** A stretch of a list that is ordered by a number, in the order of the list: behind `after`, in front of `before`. */
export type Range = {
  after?: number;
  before?: number;
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
