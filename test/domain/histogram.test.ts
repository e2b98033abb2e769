import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addToBin, binOf, mergeBins, noBins, percentile, type Bins } from '../../server/domain/histogram.ts';

/** What a histogram of a list holds. */
const record = (values: number[], into: Bins = noBins, count = 1): Bins =>
  values.reduce((bins, value) => addToBin(bins, binOf(value), count), into);

/** The definition of the nearest rank, on the values themselves. */
function nearestRank(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1]!;
}

/** From 10 µs to 3 hours, in ms, as likely in each order of magnitude. */
const times = fc.double({ min: -2, max: 7, noNaN: true }).map((exponent) => 10 ** exponent);
const timesOrNone = fc.oneof({ weight: 5, arbitrary: times }, { weight: 1, arbitrary: fc.constant(0) });
const shares = fc.oneof(
  fc.constantFrom(0, 0.5, 0.9, 0.95, 0.99, 1),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

describe('a percentile of a histogram', () => {
  test('is within 1 % of the nearest rank of the sorted values, over nine orders of magnitude', () => {
    fc.assert(
      fc.property(fc.array(times, { minLength: 1, maxLength: 300 }), shares, (values, share) => {
        const exact = nearestRank(values, share);
        const read = percentile(record(values), share)!;
        // The last bits of a logarithm may put a value that lies on an edge on its other side.
        expect(Math.abs(read - exact) / exact).toBeLessThanOrEqual(0.01 + 1e-9);
      }),
      { numRuns: 2000 },
    );
  });

  test('is within 1 % for every value near the edges of bins', () => {
    for (let value = 0.01; value < 2e7; value *= 1.0007) {
      expect(Math.abs(percentile(record([value]), 0.5)! / value - 1)).toBeLessThanOrEqual(0.01 + 1e-9);
    }
  });

  test('of zeros alone is zero, and zeros count as values among others', () => {
    expect(percentile(record([0, 0, 0]), 0.99)).toBe(0);
    const mostlyZero = record([0, 0, 0, 100]);
    expect(percentile(mostlyZero, 0.75)).toBe(0);
    expect(Math.abs(percentile(mostlyZero, 0.76)! - 100)).toBeLessThanOrEqual(1);
    fc.assert(
      fc.property(fc.array(timesOrNone, { minLength: 1, maxLength: 100 }), shares, (values, share) => {
        expect(percentile(record(values), share) === 0).toBe(nearestRank(values, share) === 0);
      }),
    );
  });

  test('of nothing is null', () => {
    expect(percentile(noBins, 0.5)).toBeNull();
    expect(percentile(record([1], record([1]), -1), 0.5)).toBeNull();
  });

  test('of the largest numbers is a number', () => {
    expect(percentile(record([1.7e308]), 0.5)).toBeLessThan(Infinity);
  });

  test('never falls when the share grows', () => {
    fc.assert(
      fc.property(fc.array(timesOrNone, { minLength: 1 }), shares, shares, (values, one, other) => {
        const bins = record(values);
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(percentile(bins, low)!).toBeLessThanOrEqual(percentile(bins, high)!);
      }),
    );
  });
});

describe('a histogram', () => {
  test('from which values are removed again is what it would be without them, in any order', () => {
    fc.assert(
      fc.property(fc.array(timesOrNone), fc.array(timesOrNone, { minLength: 1 }), (kept, gone) => {
        expect(record(gone, record([...gone, ...kept]), -1)).toEqual(record(kept));
        // What is taken out in one batch may be put in by another.
        expect(mergeBins([record(kept), record(gone, noBins, -1), record(gone)])).toEqual(record(kept));
        expect(record(gone, record(gone, record(kept), -1))).toEqual(record(kept));
      }),
    );
  });

  test('merged of parts is the one that all values together make', () => {
    fc.assert(
      fc.property(fc.array(fc.array(timesOrNone), { maxLength: 5 }), (parts) => {
        expect(mergeBins(parts.map((part) => record(part)))).toEqual(record(parts.flat()));
      }),
    );
  });

  test('does not change under the hand of whoever adds to it', () => {
    const bins = Object.freeze(record([1, 2]));
    addToBin(bins, binOf(1), 1);
    mergeBins([bins, bins]);
    expect(bins).toEqual(record([1, 2]));
  });
});
