import { InvalidInputError } from './errors.ts';
import { percentile } from './histogram.ts';
import { toPlain, type Amount } from './money.ts';
import type { Dimension } from './rollup.ts';
import {
  cacheHitRate,
  meanMs,
  mergeTotals,
  scoreOf,
  type CountName,
  type Part,
  type SumName,
  type Times,
  type TurnPart,
  type Totals,
} from './tally.ts';
import { serviceNames } from './turn.ts';

export const metrics = [
  'COST',
  'TURNS',
  'LATENCY_MEAN',
  'LATENCY_P50',
  'LATENCY_P95',
  'LATENCY_P99',
  'CACHE_HIT_RATE',
  'GUARDRAIL_VIOLATIONS',
  'GUARDRAIL_BLOCKS',
  'MESSAGES',
  'CONVERSATIONS',
  'REQUESTS',
  'FEEDBACK',
  'FEEDBACK_SCORE',
] as const;
/** A figure that can be followed over time. */
export type Metric = (typeof metrics)[number];

export const units = ['USD', 'MS', 'COUNT', 'SHARE'] as const;
export type Unit = (typeof units)[number];

/** By what a series can be told apart: a dimension of the roll-ups, or how turns ended. */
export const groupings = [
  'SERVICE',
  'PROVIDER',
  'MODEL',
  'PLATFORM',
  'LANGUAGE',
  'OPTIMIZATION_LEVEL',
  'OUTCOME',
  'PROMPT',
  'CATEGORY',
] as const;
export type Grouping = (typeof groupings)[number];

type Evaluate = (totals: Totals) => Amount | number | null;
type Definition = {
  unit: Unit;
  /** What of the roll-ups it is made of. */
  counts: CountName[];
  sums: SumName[];
  parts: Part[];
  evaluate: Evaluate;
  /** How much a group weighs: the heaviest are shown. */
  weigh: (totals: Totals) => number;
  dimensions: Exclude<Dimension, 'ALL'>[];
  /** Groups that roll-ups keep side by side, not as a dimension. */
  split: Partial<Record<Grouping, Record<string, Evaluate>>>;
};

const settings: Definition['dimensions'] = ['PLATFORM', 'LANGUAGE', 'OPTIMIZATION_LEVEL'];
const outcomes: CountName[] = ['succeeded', 'failed', 'interrupted'];
const caches: CountName[] = ['llmCacheHits', 'llmCacheMisses', 'ttsCacheHits', 'ttsCacheMisses'];
const ratings: CountName[] = [
  'thumbsUp',
  'thumbsDown',
  'oneStar',
  'twoStars',
  'threeStars',
  'fourStars',
  'fiveStars',
];

const counted = (counts: CountName[], dimensions: Definition['dimensions']): Definition => {
  const evaluate = (totals: Totals): number => counts.reduce((sum, name) => sum + totals.counts[name], 0);
  return { unit: 'COUNT', counts, sums: [], parts: [], evaluate, weigh: evaluate, dimensions, split: {} };
};

const latency = (part: TurnPart, read: (times: Times) => number | null): Definition => ({
  unit: 'MS',
  counts: [],
  sums: [],
  parts: [part],
  evaluate: ({ times }) => read(times[part]),
  weigh: ({ times }) => times[part].count,
  dimensions: ['PROVIDER', 'MODEL', ...settings],
  split: {
    SERVICE: Object.fromEntries(serviceNames.map((name) => [name, ({ times }: Totals) => read(times[name])])),
  },
});

/** How a metric is made, for a part of the turns where it is about times. */
function define(metric: Metric, part: TurnPart): Definition {
  const ofTurns: Definition['dimensions'] = ['PROVIDER', 'MODEL', ...settings];
  switch (metric) {
    case 'COST':
      return {
        ...counted(['pricedCosts', 'unpricedCosts'], ['SERVICE', ...ofTurns]),
        unit: 'USD',
        sums: ['usd'],
        // Where all that was spent has no known price, nothing is known of the sum.
        evaluate: ({ counts, sums }) =>
          counts.pricedCosts === 0 && counts.unpricedCosts > 0 ? null : sums.usd,
        weigh: ({ sums }) => Number(sums.usd),
      };
    case 'TURNS':
      return {
        ...counted(outcomes, ofTurns),
        split: {
          OUTCOME: {
            SUCCEEDED: ({ counts }) => counts.succeeded,
            FAILED: ({ counts }) => counts.failed,
            INTERRUPTED: ({ counts }) => counts.interrupted,
          },
        },
      };
    case 'LATENCY_MEAN':
      return latency(part, meanMs);
    case 'LATENCY_P50':
      return latency(part, ({ bins }) => percentile(bins, 0.5));
    case 'LATENCY_P95':
      return latency(part, ({ bins }) => percentile(bins, 0.95));
    case 'LATENCY_P99':
      return latency(part, ({ bins }) => percentile(bins, 0.99));
    case 'CACHE_HIT_RATE':
      return {
        ...counted(caches, ofTurns),
        unit: 'SHARE',
        evaluate: cacheHitRate,
        split: {
          SERVICE: {
            llm: ({ counts }) => share(counts.llmCacheHits, counts.llmCacheMisses),
            tts: ({ counts }) => share(counts.ttsCacheHits, counts.ttsCacheMisses),
          },
        },
      };
    case 'GUARDRAIL_VIOLATIONS':
      return counted(['guardrailViolations'], ofTurns);
    case 'GUARDRAIL_BLOCKS':
      return counted(['guardrailBlocks'], ofTurns);
    case 'MESSAGES':
      return counted(['messages'], ['PLATFORM']);
    case 'CONVERSATIONS':
      return counted(['conversations'], ['PLATFORM']);
    case 'REQUESTS':
      return counted(['requests'], ['PLATFORM']);
    case 'FEEDBACK':
      return counted(ratings, ['MODEL', 'PROMPT', 'CATEGORY', ...settings]);
    case 'FEEDBACK_SCORE':
      return {
        ...counted(ratings, ['MODEL', 'PROMPT', 'CATEGORY', ...settings]),
        unit: 'SHARE',
        evaluate: scoreOf,
      };
  }
}

const share = (hits: number, misses: number): number | null =>
  hits + misses === 0 ? null : hits / (hits + misses);

/** What has to be read for a series. */
export type Reading = Pick<Definition, 'counts' | 'sums' | 'parts'> & { dimension: Dimension };

/** A series that can be asked for: what is to be read, and what to make of it. */
export type Plan = Reading & {
  unit: Unit;
  /** The groups of the rows that were read, one row a bucket and value. */
  groupsOf(rows: readonly Row[], buckets: readonly string[]): Group[];
};

/** What one bucket adds up to for one value of a dimension. */
export type Row = { bucket: string; value: string; totals: Totals };

export type Group = {
  /** Null where it is not stated, and where nothing is told apart. */
  key: string | null;
  /** Whether this is what many small groups add up to. */
  isOther: boolean;
  /** One a bucket, as plain decimals; null where there is nothing to say. */
  values: (Amount | null)[];
  /** The same over the whole time. */
  total: Amount | null;
};

/** So many groups are told apart; the rest is one more. */
const MOST_GROUPS = 20;

/** Plans a series; throws an InvalidInputError when the metric cannot be told apart in that way. */
export function planSeries(metric: Metric, grouping: Grouping | null, part: TurnPart): Plan {
  const definition = define(metric, part);
  const { dimensions, split } = definition;
  const apart = grouping === null ? undefined : split[grouping];
  if (apart !== undefined) {
    const parts: Part[] = definition.parts.length > 0 ? [...serviceNames] : [];
    return {
      ...definition,
      parts,
      dimension: 'ALL',
      groupsOf: (rows, buckets) =>
        Object.entries(apart).map(([key, evaluate]) => groupOf(key, rows, buckets, evaluate)),
    };
  }
  const dimension: Dimension = grouping === null ? 'ALL' : dimensions.find((it) => it === grouping)!;
  if (dimension === undefined) {
    const known = [...Object.keys(split), ...dimensions].join(', ');
    throw new InvalidInputError('groupBy', `${metric} cannot be grouped by ${grouping}; it can by ${known}.`);
  }
  return { ...definition, dimension, groupsOf: (rows, buckets) => groupsByValue(definition, rows, buckets) };
}

function groupsByValue(
  { evaluate, weigh, counts, parts }: Definition,
  rows: readonly Row[],
  buckets: readonly string[],
): Group[] {
  const byValue = grouped(rows, ({ value }) => value);
  const weight = (of: readonly Row[]): number => of.reduce((sum, { totals }) => sum + weigh(totals), 0);
  // A roll-up holds everything of its value; what has nothing of this metric is no group of it.
  const hasAny = ({ totals }: Row): boolean =>
    counts.some((name) => totals.counts[name] !== 0) || parts.some((part) => totals.times[part].count > 0);
  const heaviest = [...byValue]
    .filter(([, of]) => of.some(hasAny))
    .map(([value, of]) => ({ value, of, weight: weight(of) }))
    .toSorted((a, b) => b.weight - a.weight || (a.value < b.value ? -1 : 1));
  const shown = heaviest.slice(0, MOST_GROUPS);
  const rest = heaviest.slice(MOST_GROUPS).flatMap(({ of }) => of);
  if (shown.length === 0) return [groupOf(null, [], buckets, evaluate)];
  return [
    ...shown.map(({ value, of }) => groupOf(value === '' ? null : value, of, buckets, evaluate)),
    ...(rest.length > 0 ? [{ ...groupOf(null, rest, buckets, evaluate), isOther: true }] : []),
  ];
}

function groupOf(
  key: string | null,
  rows: readonly Row[],
  buckets: readonly string[],
  evaluate: Evaluate,
): Group {
  const byBucket = grouped(rows, ({ bucket }) => bucket);
  const valueOf = (of: readonly Row[]): Amount | null => {
    const value = evaluate(mergeTotals(of.map(({ totals }) => totals)));
    return typeof value === 'number' ? toPlain(value) : value;
  };
  return {
    key,
    isOther: false,
    values: buckets.map((bucket) => valueOf(byBucket.get(bucket) ?? [])),
    total: valueOf(rows),
  };
}

function grouped(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
