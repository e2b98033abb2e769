import type { Category, Lesson } from '../fact.ts';
import type { Word } from './utterance.ts';

/** A lesson before its words are turned into offsets. */
export type Draft = {
  category: Category;
  type: string;
  key: string;
  object: string;
  value: string;
  isNegative?: boolean;
  isPast?: boolean;
  isInferred?: boolean;
  words: Word[];
  /** Index of the first word that proves it, and after the last one. */
  first: number;
  end: number;
};

/** The lesson that some words of a sentence prove. */
export function lessonOf({ words, first, end, isNegative, isPast, isInferred, ...rest }: Draft): Lesson {
  return {
    ...rest,
    polarity: isNegative === true ? 'NEGATIVE' : 'POSITIVE',
    tense: isPast === true ? 'PAST' : 'PRESENT',
    isStated: isInferred !== true,
    start: words[first]!.start,
    end: words[Math.max(first, Math.min(end, words.length) - 1)]!.end,
  };
}
