/** How often values fell into bins that follow each other: the number of the first, and the counts from there on. */
export type Bins = { readonly first: number; readonly counts: readonly number[] };

export const noBins: Bins = { first: 0, counts: [] };

/**
 * Bins grow by this factor, so that the middle of a bin is within 1 % of every value in it, however large the
 * values are. Such histograms can be added and taken apart without loss, which sorted samples cannot.
 * The method: Masson, Rim, Lee, "DDSketch", VLDB 2019.
 */
const GROWTH = 1.0099 / 0.9901;
const LOG_GROWTH = Math.log(GROWTH);
/** Whatever is shorter than a microsecond, in ms, is as good as nothing. */
const SMALLEST = 0.001;
const LOWEST = Math.ceil(Math.log(SMALLEST) / LOG_GROWTH);

/** The bin of a value, which is zero or more. */
export const binOf = (value: number): number =>
  value <= SMALLEST ? LOWEST : Math.ceil(Math.log(value) / LOG_GROWTH) + 0;

/** The middle of a bin, in as many digits as say something. */
const valueOf = (bin: number): number =>
  bin <= LOWEST ? 0 : Math.min(Number.MAX_VALUE, Number((GROWTH ** bin * (2 / (GROWTH + 1))).toPrecision(5)));

/** What histograms add up to; empty bins at both ends are left out. */
export function mergeBins(all: readonly Bins[]): Bins {
  const filled = all.filter(({ counts }) => counts.length > 0);
  if (filled.length === 0) return noBins;
  const first = filled.reduce((least, it) => Math.min(least, it.first), Infinity);
  const end = filled.reduce((most, it) => Math.max(most, it.first + it.counts.length), -Infinity);
  const counts = Array.from({ length: end - first }, () => 0);
  for (const it of filled) {
    const offset = it.first - first;
    for (let place = 0; place < it.counts.length; place += 1) counts[offset + place]! += it.counts[place]!;
  }
  return trim({ first, counts });
}

/** Bins with so many more (or, with a negative count, fewer) values in one of them. */
export const addToBin = (bins: Bins, bin: number, count: number): Bins =>
  mergeBins([bins, { first: bin, counts: [count] }]);

function trim({ first, counts }: Bins): Bins {
  const begin = counts.findIndex((count) => count !== 0);
  if (begin === -1) return noBins;
  const end = counts.findLastIndex((count) => count !== 0) + 1;
  return begin === 0 && end === counts.length
    ? { first, counts }
    : { first: first + begin, counts: counts.slice(begin, end) };
}

/** The value that a share of all values (0 to 1) lies at or below, within 1 %, by nearest rank; null without any. */
export function percentile({ first, counts }: Bins, share: number): number | null {
  let all = 0;
  for (const count of counts) all += count;
  let rank = Math.max(1, Math.ceil(share * all));
  for (let place = 0; place < counts.length; place += 1) {
    rank -= counts[place]!;
    if (rank <= 0) return valueOf(first + place);
  }
  return null;
}
