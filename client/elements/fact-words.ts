import type { Confidence, FactCategory } from '../../generated/client/graphql.ts';
import type { Fact } from '../reducers/knowledge.ts';
import { counted } from './figures.ts';

export const CATEGORY: Readonly<Record<FactCategory, string>> = {
  INTERESTS: 'Interests',
  PREFERENCES: 'Preferences',
  PERSONAL: 'Personal',
  WORK: 'Work',
  GOALS: 'Goals',
  BEHAVIOR: 'Behavior',
};

export const CONFIDENCE: Readonly<Record<Confidence, readonly [bars: number, words: string]>> = {
  LOW: [1, 'low confidence'],
  MEDIUM: [2, 'medium confidence'],
  HIGH: [3, 'high confidence'],
};

/** Where a fact comes from. */
export function sourceOf({ category, isStated, evidenceCount }: Fact): string {
  if (category === 'BEHAVIOR') return 'from counting';
  if (evidenceCount === 0) return 'put so by hand';
  if (!isStated) return `inferred from ${counted(evidenceCount, 'message')}`;
  return evidenceCount === 1 ? 'said once' : `said ${counted(evidenceCount, 'time')}`;
}

/** What it means that something was denied. */
export function denialOf(category: FactCategory): string {
  return category === 'INTERESTS' || category === 'PREFERENCES' ? 'dislike' : 'not so';
}

/** What a screen reader is told of facts that were just learned. */
export function learnedWords(facts: readonly Fact[]): string {
  if (facts.length === 0) return '';
  const values = facts.map(({ value }) => value).join('; ');
  return facts.length === 1 ? `New: ${values}` : `${facts.length} new facts: ${values}`;
}
