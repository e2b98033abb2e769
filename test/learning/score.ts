import type { Lesson } from '../../server/domain/fact.ts';
import { lessonsOf } from '../../server/domain/learning/lessons.ts';
import type { Labelled } from './message.ts';

export type Score = {
  messages: number;
  /** Share of the facts learned that are right. */
  precision: number;
  /** Share of the facts told that were learned. */
  recall: number;
  /** Facts learned from a hundred messages that teach none. */
  falsePerHundred: number;
  /** Messages from which something else was learned than they teach, and what. */
  mistakes: string[];
};

/** A lesson in the notation of the corpus. */
export function short({ key, object, polarity, tense }: Lesson): string {
  const isSlot = !key.endsWith(object.replaceAll(/[^\p{L}\p{N}]+/gu, '_'));
  const past = tense === 'PAST' ? '~' : '';
  if (isSlot) return `${past}${polarity === 'NEGATIVE' ? '!' : ''}${key}=${object}`;
  if (past !== '' && polarity === 'POSITIVE') return `~${key}`;
  return `${past}${polarity === 'NEGATIVE' ? '-' : '+'}${key}`;
}

/** How well the lessons of messages match what they teach. */
export function scoreOf(messages: Labelled[]): Score {
  let told = 0;
  let learned = 0;
  let right = 0;
  let empty = 0;
  let wrongOfEmpty = 0;
  const mistakes: string[] = [];
  for (const { text, teaches } of messages) {
    const taught = lessonsOf(text).lessons.map(short);
    const hits = teaches.filter((lesson) => taught.includes(lesson)).length;
    told += teaches.length;
    learned += taught.length;
    right += hits;
    if (teaches.length === 0) {
      empty += 1;
      wrongOfEmpty += taught.length;
    }
    if (hits < teaches.length || hits < taught.length) {
      mistakes.push(`${text} → ${taught.join(', ') || 'nothing'}; told ${teaches.join(', ') || 'nothing'}`);
    }
  }
  return {
    messages: messages.length,
    precision: learned === 0 ? 1 : right / learned,
    recall: told === 0 ? 1 : right / told,
    falsePerHundred: empty === 0 ? 0 : (100 * wrongOfEmpty) / empty,
    mistakes,
  };
}
