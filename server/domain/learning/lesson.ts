import type { Category, Lesson } from '../fact.ts';
import type { Statement } from './statement.ts';
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
export function lessonOf(draft: Draft): Lesson {
  const { words, first, end } = draft;
  return {
    category: draft.category,
    type: draft.type,
    key: draft.key,
    object: draft.object,
    value: draft.value,
    polarity: draft.isNegative === true ? 'NEGATIVE' : 'POSITIVE',
    tense: draft.isPast === true ? 'PAST' : 'PRESENT',
    isStated: draft.isInferred !== true,
    start: words[first]!.start,
    end: words[Math.max(first, Math.min(end, words.length) - 1)]!.end,
  };
}

type Slot = { category: Category; type: string; object: string; value: string };

/** What fills a slot: its key is its type. */
export function slotOf(
  { words, first }: Pick<Statement, 'words' | 'first'>,
  end: number,
  { category, type, object, value }: Slot,
  { isNegative = false, isPast = false } = {},
): Lesson {
  return lessonOf({ category, type, key: type, object, value, isNegative, isPast, words, first, end });
}
