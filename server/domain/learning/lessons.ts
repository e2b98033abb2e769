import type { Lesson } from '../fact.ts';
import { statementsOf } from './statement.ts';
import { tastesOf } from './tastes.ts';
import { sentencesOf } from './utterance.ts';

/** What one chat message of a person tells: its topics, and facts about the person. */
export function lessonsOf(text: string): { topics: string[]; lessons: Lesson[] } {
  const sentences = sentencesOf(text);
  const lessons = sentences.flatMap(statementsOf).flatMap(tastesOf);
  return { topics: [], lessons };
}
