import type { Speaker } from './call.ts';

/** What calls may be about, and by which words that shows. */
export type CallCategory = {
  name: string;
  /** Words that tell of it, in their order; a `*` at the end of a word stands for any ending. */
  phrases: string[];
  /** Whose words count; null for both. */
  speaker: Speaker | null;
};

/** Where a category shows in a text; offsets in UTF-16 units, the end behind the last one. */
export type Match = { category: string; start: number; end: number };

/** A segment tells of one category at most so many places. */
const MOST_MATCHES = 20;

const wordsOf = (phrase: string): string[] => phrase.trim().split(/\s+/u);

/** What is wrong with a phrase; null when nothing is. */
export function faultOfPhrase(phrase: string): string | null {
  const words = wordsOf(phrase);
  if (phrase.length > 200) return 'must have at most 200 characters';
  if (words.some((word) => !/[\p{L}\p{N}]/u.test(word))) return 'must be made of words';
  if (words.some((word) => word.slice(0, -1).includes('*'))) return 'may have * only at the end of a word';
  return null;
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');

/**
 * A phrase as a pattern. An ending is made of letters, what lies between words of others: nowhere can one text be
 * read in two ways, so a pattern takes time in proportion to the text whatever both are.
 */
const patternOf = (phrase: string): string =>
  wordsOf(phrase)
    .map((word) => (word.endsWith('*') ? `${escaped(word.slice(0, -1))}[\\p{L}\\p{N}]*` : escaped(word)))
    .join('[^\\p{L}\\p{N}]{1,3}');

/** Patterns by their phrases: those of a project are read anew with every batch, and seldom change. */
const compiled = new Map<string, RegExp>();
const MOST_COMPILED = 1000;

function compile({ phrases }: CallCategory): RegExp {
  const pattern = phrases.map(patternOf).join('|');
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const expression = new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}\\p{N}])`, 'giu');
  if (compiled.size >= MOST_COMPILED) compiled.clear();
  compiled.set(pattern, expression);
  return expression;
}

/** Where a final segment shows what its call is about. */
export function matchCategories(
  categories: Iterable<CallCategory>,
  { text, speaker }: { text: string; speaker: Speaker },
): Match[] {
  return [...categories]
    .filter((it) => it.speaker === null || it.speaker === speaker)
    .flatMap((category) => {
      const matches: Match[] = [];
      for (const { index, 0: found } of text.matchAll(compile(category))) {
        matches.push({ category: category.name, start: index, end: index + found.length });
        if (matches.length === MOST_MATCHES) break;
      }
      return matches;
    });
}
