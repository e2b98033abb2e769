import type { FactCardFragment, FactCategory, PersonSubscription } from '../../generated/client/graphql.ts';

export type Person = NonNullable<PersonSubscription['endUser']>;
export type Fact = FactCardFragment;

export interface FactGroup {
  readonly category: FactCategory;
  readonly facts: readonly Fact[];
}

const CATEGORIES: readonly FactCategory[] = [
  'INTERESTS',
  'PREFERENCES',
  'PERSONAL',
  'WORK',
  'GOALS',
  'BEHAVIOR',
];

/** The facts that were not known before; another value under a known key is one. */
export function learnedSince(before: readonly Fact[], now: readonly Fact[]): readonly Fact[] {
  const known = new Set(before.map(({ id }) => id));
  return now.filter(({ id }) => !known.has(id));
}

/** Facts by category, in the order given; categories without any are left out. */
export function grouped(facts: readonly Fact[]): readonly FactGroup[] {
  return CATEGORIES.map((category) => ({
    category,
    facts: facts.filter((fact) => fact.category === category),
  })).filter((group) => group.facts.length > 0);
}

/** The same facts, those that were there before in their old order, each new one in the place that it has now. */
export function inOldOrder(before: readonly Fact[], now: readonly Fact[]): readonly Fact[] {
  const places = new Map(before.map(({ key }, place) => [key, place]));
  const old = now
    .filter(({ key }) => places.has(key))
    .sort((a, b) => (places.get(a.key) ?? 0) - (places.get(b.key) ?? 0));
  return now.map((fact) => (places.has(fact.key) ? (old.shift() ?? fact) : fact));
}
