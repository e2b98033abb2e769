import type { Cost } from './cost.ts';
import type { Feedback } from './feedback.ts';
import { addToBin, binOf, mergeBins, noBins, type Bins } from './histogram.ts';
import { add, mean, subtract, toAmount, zero, type Amount } from './money.ts';
import { latencyOf, serviceNames, type Turn } from './turn.ts';

/** What is counted of turns, costs, ratings and messages. */
export const countNames = [
  'succeeded',
  'failed',
  'interrupted',
  'llmCacheHits',
  'llmCacheMisses',
  'ttsCacheHits',
  'ttsCacheMisses',
  'guardrailViolations',
  'guardrailBlocks',
  /** Costs with a price, those without one, and those whose sender states another price than the table. */
  'pricedCosts',
  'unpricedCosts',
  'differingCosts',
  'thumbsUp',
  'thumbsDown',
  'oneStar',
  'twoStars',
  'threeStars',
  'fourStars',
  'fiveStars',
  'incorrect',
  'tooSlow',
  'unhelpful',
  'offensive',
  'messages',
  /** Conversations that began, were closed, and were closed without a person ever being wanted. */
  'conversations',
  'closed',
  'closedByBot',
  /** How often a person was wanted. */
  'requests',
] as const;
export type CountName = (typeof countNames)[number];

/** What is summed up, in USD: all, what a cache answered, and both figures of costs whose sender states another one. */
export const sumNames = ['usd', 'cachedUsd', 'statedUsd', 'tableUsd'] as const;
export type SumName = (typeof sumNames)[number];

/** What of a turn is timed: what the person waited, and each service. */
export const turnParts = ['total', ...serviceNames] as const;
/** What is timed: turns, and how long somebody waits until a person comes, and until that person says something. */
export const parts = [...turnParts, 'waiting', 'reply'] as const;
export type TurnPart = (typeof turnParts)[number];
export type Part = (typeof parts)[number];

/** Times in ms: their exact sum, their number, and how they are spread. */
export type Times = { sum: Amount; count: number; bins: Bins };

/** What one turn, cost, rating or message adds. */
export type Tally = {
  counts: Partial<Record<CountName, number>>;
  sums: Partial<Record<SumName, Amount>>;
  /** In ms. */
  times: Partial<Record<Part, number>>;
};

/** What many add up to. */
export type Totals = {
  counts: Record<CountName, number>;
  sums: Record<SumName, Amount>;
  times: Record<Part, Times>;
};

const each = <Name extends string, Value>(names: readonly Name[], value: Value): Record<Name, Value> =>
  Object.fromEntries(names.map((name) => [name, value])) as Record<Name, Value>;

export const noTimes: Times = { sum: zero, count: 0, bins: noBins };
export const noTotals: Totals = {
  counts: each(countNames, 0),
  sums: each(sumNames, zero),
  times: each(parts, noTimes),
};

const outcomeCounts = { SUCCEEDED: 'succeeded', FAILED: 'failed', INTERRUPTED: 'interrupted' } as const;

export function tallyOfTurn(turn: Turn): Tally {
  const { llmCacheHit, ttsCacheHit, guardrailViolations, guardrailBlocks } = turn;
  const timed = turnParts.map(
    (part) => [part, part === 'total' ? turn.totalMs : latencyOf(turn, part)] as const,
  );
  return {
    counts: {
      [outcomeCounts[turn.outcome]]: 1,
      ...(llmCacheHit !== null && { [llmCacheHit ? 'llmCacheHits' : 'llmCacheMisses']: 1 }),
      ...(ttsCacheHit !== null && { [ttsCacheHit ? 'ttsCacheHits' : 'ttsCacheMisses']: 1 }),
      guardrailViolations,
      guardrailBlocks,
    },
    sums: {},
    times: Object.fromEntries(timed.filter(([, ms]) => ms !== null)),
  };
}

export function tallyOfCost({ usd, tableUsd, cached }: Cost): Tally {
  if (usd === null) return { counts: { unpricedCosts: 1 }, sums: {}, times: {} };
  const differs = tableUsd !== null && tableUsd !== usd;
  return {
    counts: { pricedCosts: 1, ...(differs && { differingCosts: 1 }) },
    sums: { usd, ...(cached && { cachedUsd: usd }), ...(differs && { statedUsd: usd, tableUsd }) },
    times: {},
  };
}

const starCounts = ['oneStar', 'twoStars', 'threeStars', 'fourStars', 'fiveStars'] as const;

export function tallyOfFeedback(it: Feedback): Tally {
  const rated =
    it.ratingType === 'STARS' ? starCounts[it.rating - 1]! : it.rating > 0 ? 'thumbsUp' : 'thumbsDown';
  return {
    counts: {
      [rated]: 1,
      ...(it.isIncorrect && { incorrect: 1 }),
      ...(it.isTooSlow && { tooSlow: 1 }),
      ...(it.isUnhelpful && { unhelpful: 1 }),
      ...(it.isOffensive && { offensive: 1 }),
    },
    sums: {},
    times: {},
  };
}

/** Totals with a tally more, or with one less. */
export function addTally<T extends Totals>(totals: T, { counts, sums, times }: Tally, sign: 1 | -1): T {
  const changed = {
    ...totals,
    counts: { ...totals.counts },
    sums: { ...totals.sums },
    times: { ...totals.times },
  };
  for (const [name, count] of Object.entries(counts) as [CountName, number][])
    changed.counts[name] += sign * count;
  for (const [name, sum] of Object.entries(sums) as [SumName, Amount][]) {
    changed.sums[name] = change(changed.sums[name], sum, sign);
  }
  for (const [part, ms] of Object.entries(times) as [Part, number][]) {
    changed.times[part] = addTime(changed.times[part], ms, sign);
  }
  return changed;
}

/** What several totals add up to. */
export function mergeTotals(all: readonly Totals[]): Totals {
  if (all.length === 1) return all[0]!;
  const counts = { ...noTotals.counts };
  for (const it of all) for (const name of countNames) counts[name] += it.counts[name];
  const pick = <Name extends string, Value>(names: readonly Name[], of: (name: Name) => Value) =>
    Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, Value>;
  return {
    counts,
    sums: pick(sumNames, (name) => add(...all.map(({ sums }) => sums[name]).filter((it) => it !== zero))),
    times: pick(parts, (part) =>
      mergeTimes(all.map(({ times }) => times[part]).filter(({ count }) => count > 0)),
    ),
  };
}

/** What several times add up to. */
export const mergeTimes = (all: readonly Times[]): Times => ({
  sum: add(...all.map(({ sum }) => sum)),
  count: all.reduce((sum, { count }) => sum + count, 0),
  bins: mergeBins(all.map(({ bins }) => bins)),
});

/** Times with one more, or with one less, in ms. */
export const addTime = ({ sum, count, bins }: Times, ms: number, sign: 1 | -1): Times => ({
  sum: change(sum, toAmount(ms), sign),
  count: count + sign,
  bins: addToBin(bins, binOf(ms), sign),
});

/** An amount with another one more, or with one less. */
export function change(sum: Amount, amount: Amount, sign: 1 | -1): Amount {
  if (sign === -1) return subtract(sum, amount);
  return sum === zero ? amount : add(sum, amount);
}

/** Number of turns. */
export const turnsOf = ({ counts }: Pick<Totals, 'counts'>): number =>
  counts.succeeded + counts.failed + counts.interrupted;

/** Number of ratings with 1, 2, 3, 4 and 5 stars. */
export const starsOf = ({ counts }: Pick<Totals, 'counts'>): number[] =>
  starCounts.map((name) => counts[name]);

/** Number of ratings. */
export const ratingsOf = (totals: Pick<Totals, 'counts'>): number =>
  starsOf(totals).reduce((sum, count) => sum + count, totals.counts.thumbsUp + totals.counts.thumbsDown);

/** Mean number of stars; null without any. */
export function meanStars(totals: Pick<Totals, 'counts'>): number | null {
  const stars = starsOf(totals);
  const count = stars.reduce((sum, it) => sum + it, 0);
  return count === 0 ? null : stars.reduce((sum, it, index) => sum + it * (index + 1), 0) / count;
}

/** Mean of all ratings, from 0 (thumbs down, one star) to 1 (thumbs up, five stars); null without any. */
export function scoreOf(totals: Pick<Totals, 'counts'>): number | null {
  const count = ratingsOf(totals);
  const stars = starsOf(totals).reduce((sum, it, index) => sum + (it * index) / 4, 0);
  return count === 0 ? null : (totals.counts.thumbsUp + stars) / count;
}

/** Mean of times in ms; null without any. */
export const meanMs = ({ sum, count }: Pick<Times, 'sum' | 'count'>): number | null =>
  count === 0 ? null : mean(sum, count);

/** Share of cache look-ups that hit, over both caches; null without any. */
export function cacheHitRate({ counts }: Pick<Totals, 'counts'>): number | null {
  const hits = counts.llmCacheHits + counts.ttsCacheHits;
  const asked = hits + counts.llmCacheMisses + counts.ttsCacheMisses;
  return asked === 0 ? null : hits / asked;
}
