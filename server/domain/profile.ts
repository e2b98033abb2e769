import type { Fact, Lesson } from './fact.ts';
import type { Message } from './message.ts';

/** What is counted of an end user, so that no answer has to read all messages. */
export type Profile = {
  endUserId: number;
  /** Messages of this person ever logged. */
  messages: number;
  /** Sum of their sentiments. */
  sentiment: number;
  /** Sum of their lengths in code points. */
  characters: number;
  /** Messages by the hour of the day, UTC; 24 counts. */
  hours: number[];
};

export const emptyProfile = (endUserId: number): Profile => ({
  endUserId,
  messages: 0,
  sentiment: 0,
  characters: 0,
  hours: Array.from({ length: 24 }, () => 0),
});

/** The profile with one more message in it. */
export function count(profile: Profile, message: Message): Profile {
  const hour = new Date(message.at).getUTCHours();
  return {
    ...profile,
    messages: profile.messages + 1,
    sentiment: round(profile.sentiment + (message.sentiment ?? 0)),
    characters: profile.characters + Array.from(message.text).length,
    hours: profile.hours.map((messages, index) => messages + (index === hour ? 1 : 0)),
  };
}

// Sentiments have four decimals; so has their sum, however it was added up.
const round = (sum: number): number => Math.round(sum * 10_000) / 10_000;

/** Mean sentiment, 0 without messages. */
export function averageSentiment({ sentiment, messages }: Profile): number {
  return messages === 0 ? 0 : round(sentiment / messages);
}

/** The hour (0 to 23, UTC) with the most messages, the earliest of equals; null without messages. */
export function mostActiveHour({ hours, messages }: Profile): number | null {
  return messages === 0 ? null : hours.indexOf(Math.max(...hours));
}

/** Fewer messages than this tell nothing about habits. */
const ENOUGH = 10;
/** Mean lengths, in characters, from which messages are called long, and up to which short. */
const LONG = 240;
const SHORT = 40;

/** Keys of the facts that come from counting. */
export const habitKeys = ['active_hours', 'message_length', 'reply_detail'];

const habit = (type: string, object: string, value: string): Lesson => ({
  category: 'behavior',
  type,
  key: type,
  object,
  value,
  polarity: 'POSITIVE',
  tense: 'PRESENT',
  isStated: false,
  start: 0,
  end: 0,
});

/** What the counts tell about habits. */
export function habitsOf(profile: Profile): Lesson[] {
  if (profile.messages < ENOUGH) return [];
  return [activeHours(profile), ...lengthHabits(profile)].filter((it) => it !== null);
}

/** The part of the day (a quarter of it) in which at least half of the messages were written. */
function activeHours({ hours, messages }: Profile): Lesson | null {
  const part = ['at night', 'in the morning', 'in the afternoon', 'in the evening'].find(
    (_, index) => sum(hours.slice(index * 6, index * 6 + 6)) * 2 > messages,
  );
  if (part === undefined) return null;
  return habit('active_hours', part, `Is mostly active ${part} (UTC)`);
}

function lengthHabits({ characters, messages }: Profile): Lesson[] {
  const mean = characters / messages;
  if (mean >= LONG) {
    return [
      habit('message_length', 'long', 'Writes long messages'),
      habit('reply_detail', 'detailed', 'Prefers detailed responses'),
    ];
  }
  if (mean <= SHORT) {
    return [
      habit('message_length', 'short', 'Writes short messages'),
      habit('reply_detail', 'short', 'Prefers short responses'),
    ];
  }
  return [habit('message_length', 'medium', 'Writes messages of medium length')];
}

const sum = (numbers: number[]): number => numbers.reduce((total, it) => total + it, 0);

/** Whether a habit is news beside the fact that is known: another one, or proved by twice as many messages. */
export function isNews(lesson: Lesson, known: Fact | undefined, { messages }: Profile): boolean {
  return known === undefined || known.object !== lesson.object || messages >= known.evidence * 2;
}
