/** How often values fell into each bin, by the number of the bin; bins that nothing fell into are left out. */
export type Bins = Readonly<Record<string, number>>;

/**
 * Bins grow by this factor, so that the middle of a bin is within 1 % of every value in it, however large the
 * values are. Such histograms can be added and taken apart without loss, which sorted samples cannot.
 * The method: Masson, Rim, Lee, "DDSketch", VLDB 2019.
 */
const GROWTH = 1.01 / 0.99;
const LOG_GROWTH = Math.log(GROWTH);
/** Whatever is shorter than a microsecond, in ms, is as good as nothing. */
const SMALLEST = 0.001;
const LOWEST = Math.ceil(Math.log(SMALLEST) / LOG_GROWTH);

/** The bin of a value, which is zero or more. */
export const binOf = (value: number): number =>
  value <= SMALLEST ? LOWEST : Math.ceil(Math.log(value) / LOG_GROWTH);

const valueOf = (bin: number): number => (bin <= LOWEST ? 0 : (2 * GROWTH ** bin) / (GROWTH + 1));

/** Bins with so many more (or, with a negative count, fewer) values in one of them. */
export function addToBin(bins: Bins, bin: number, count: number): Bins {
  const { [String(bin)]: known = 0, ...others } = bins;
  return known + count === 0 ? others : { ...others, [String(bin)]: known + count };
}

/** Adds the bins of another histogram to a map of bins. */
export function mergeBins(into: Map<number, number>, bins: Bins): void {
  for (const [bin, count] of Object.entries(bins))
    into.set(Number(bin), (into.get(Number(bin)) ?? 0) + count);
}

/** The value that a share of all values (0 to 1) lies at or below, within 1 %, by nearest rank; null without any. */
export function percentile(bins: Bins, share: number): number | null {
  const ascending = Object.entries(bins)
    .map(([bin, count]) => ({ bin: Number(bin), count }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => a.bin - b.bin);
  const all = ascending.reduce((sum, { count }) => sum + count, 0);
  let rank = Math.max(1, Math.ceil(share * all));
  for (const { bin, count } of ascending) {
    rank -= count;
    if (rank <= 0) return valueOf(bin);
  }
  return null;
}
