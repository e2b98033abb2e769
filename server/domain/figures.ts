import type { Cost } from './cost.ts';
import type { Feedback } from './feedback.ts';
import { half, zero, type Amount } from './money.ts';
import {
  addTally,
  change,
  noTotals,
  tallyOfCost,
  tallyOfFeedback,
  tallyOfTurn,
  type Totals,
} from './tally.ts';
import type { Setting, Turn } from './turn.ts';

/** What turns, costs and ratings add up to. */
export type Sums = Totals & {
  /** USD. */
  usdByService: Record<string, Amount>;
  usdByProvider: Record<string, Amount>;
  usdByModel: Record<string, Amount>;
  /** Number of ratings by category. */
  categories: Record<string, number>;
};

/** What those of a conversation add up to, kept with it, so that no answer has to read them all. */
export type Figures = Sums & {
  conversationId: number;
  /** The last ones stated. */
  optimizationLevel: string | null;
  languageCode: string | null;
};

export const noSums: Sums = {
  ...noTotals,
  usdByService: {},
  usdByProvider: {},
  usdByModel: {},
  categories: {},
};

export const emptyFigures = (conversationId: number): Figures => ({
  ...noSums,
  conversationId,
  optimizationLevel: null,
  languageCode: null,
});

/** Figures as they are kept: most of a session's are zeros, which say nothing. */
export type StoredFigures = Omit<Figures, 'counts' | 'sums' | 'times'> & {
  [Name in 'counts' | 'sums' | 'times']: Partial<Figures[Name]>;
};

const without = <T extends object>(all: T, isNothing: (value: T[keyof T]) => boolean): Partial<T> =>
  Object.fromEntries(
    Object.entries(all).filter(([, value]) => !isNothing(value as T[keyof T])),
  ) as Partial<T>;

export const storeFigures = (figures: Figures): StoredFigures => ({
  ...figures,
  counts: without(figures.counts, (count) => count === 0),
  sums: without(figures.sums, (sum) => sum === zero),
  times: without(figures.times, ({ count }) => count === 0),
});

export const readFigures = (stored: StoredFigures): Figures => ({
  ...stored,
  counts: { ...noTotals.counts, ...stored.counts },
  sums: { ...noTotals.sums, ...stored.sums },
  times: { ...noTotals.times, ...stored.times },
});

/** The figures with a turn more; `before` is the one that it replaces. */
export function countTurn(figures: Figures, turn: Turn, before: Turn | undefined): Figures {
  const without = before === undefined ? figures : addTally(figures, tallyOfTurn(before), -1);
  return {
    ...addTally(without, tallyOfTurn(turn), 1),
    optimizationLevel: turn.optimizationLevel ?? figures.optimizationLevel,
    languageCode: turn.languageCode ?? figures.languageCode,
  };
}

/** Costs that name no provider, or no model, are summed under this. */
export const UNKNOWN = 'unknown';

/** The figures with a cost more; `before` is the one that it replaces. */
export function countCost(figures: Figures, cost: Cost, before: Cost | undefined): Figures {
  const without = before === undefined ? figures : addCost(figures, before, -1);
  return {
    ...addCost(without, cost, 1),
    optimizationLevel: cost.optimizationLevel ?? figures.optimizationLevel,
  };
}

function addCost(figures: Figures, cost: Cost, sign: 1 | -1): Figures {
  const added = addTally(figures, tallyOfCost(cost), sign);
  const { usd } = cost;
  if (usd === null) return added;
  const changed = (sums: Record<string, Amount>, name: string): Record<string, Amount> =>
    withEntry(sums, name, change(entry(sums, name) ?? zero, usd, sign), sign);
  return {
    ...added,
    usdByService: changed(figures.usdByService, cost.service),
    usdByProvider: changed(figures.usdByProvider, cost.provider ?? UNKNOWN),
    usdByModel: changed(figures.usdByModel, cost.model ?? UNKNOWN),
  };
}

/** The figures with a rating more; `before` is the one that it replaces. */
export function countFeedback(figures: Figures, feedback: Feedback, before: Feedback | undefined): Figures {
  const without = before === undefined ? figures : addFeedback(figures, before, -1);
  return addFeedback(without, feedback, 1);
}

function addFeedback(figures: Figures, feedback: Feedback, sign: 1 | -1): Figures {
  const added = addTally(figures, tallyOfFeedback(feedback), sign);
  const { category } = feedback;
  if (category === null) return added;
  const { categories } = figures;
  return {
    ...added,
    categories: withEntry(categories, category, (entry(categories, category) ?? 0) + sign, sign),
  };
}

const entry = <T>(map: Record<string, T>, name: string): T | undefined =>
  Object.hasOwn(map, name) ? map[name] : undefined;

/** A map with an entry changed. What was taken out to the last leaves no trace; what costs nothing is there. */
function withEntry<T>(map: Record<string, T>, name: string, value: T, sign: 1 | -1): Record<string, T> {
  const others = Object.entries(map).filter(([other]) => other !== name);
  const isGone = sign === -1 && (value === zero || value === 0);
  // A name may be __proto__, so an entry is defined, not assigned.
  return Object.fromEntries(isGone ? others : [...others, [name, value]]);
}

/** The optimization level that was stated last; "balanced" until one is. */
export const levelOf = ({ optimizationLevel }: Pick<Figures, 'optimizationLevel'>): string =>
  optimizationLevel ?? 'balanced';

/** What something of a session is counted under: as it states itself, else as was stated last before it. */
export const settingOf = (
  figures: Figures | undefined,
  platform: string,
  stated: { languageCode?: string | null; optimizationLevel?: string | null },
): Setting => ({
  platform,
  languageCode: stated.languageCode ?? figures?.languageCode ?? null,
  optimizationLevel: stated.optimizationLevel ?? figures?.optimizationLevel ?? null,
});

/** What caches are estimated to have saved: half of what cached operations cost, in USD. */
export const cacheSavingsUsd = ({ sums }: Pick<Totals, 'sums'>): Amount => half(sums.cachedUsd);
