/** What a fact is about. */
export const categories = ['interests', 'preferences', 'personal', 'work', 'goals', 'behavior'] as const;
export type Category = (typeof categories)[number];

export const polarities = ['POSITIVE', 'NEGATIVE'] as const;
/** Whether it is so, or said not to be: "I don't like jazz" is a negative interest. */
export type Polarity = (typeof polarities)[number];

export const tenses = ['PRESENT', 'PAST'] as const;
/** Whether it is so now, or used to be. */
export type Tense = (typeof tenses)[number];

/** What one message teaches about the person who wrote it. */
export type Lesson = {
  category: Category;
  /** Kind of the fact within its category, snake case: `topic_interest`, `location`, `occupation` … */
  type: string;
  /** Facts of one person with the same key are about the same thing: the newer one replaces the older. */
  key: string;
  /** What it says, canonical and in lower case: with the same key, polarity and tense it is the same fact again. */
  object: string;
  /** The fact in words, a phrase that completes "The user …": "Shows interest in jazz". */
  value: string;
  polarity: Polarity;
  tense: Tense;
  /** Whether the person said so outright; otherwise it was inferred. */
  isStated: boolean;
  /** The words that prove it, as offsets into the text in UTF-16 units; the end is exclusive. */
  start: number;
  end: number;
};

/** What one message tells. */
export type Analysis = {
  /** How it sounds, from −1 (bad) to 1 (good). */
  sentiment: number;
  /** What it is about, lower case, the most telling first. */
  topics: string[];
  /** What it teaches; null when nobody was named whose words they are, so that they were not read for it yet. */
  lessons: Lesson[] | null;
};

export const endings = ['SUPERSEDED', 'FORGOTTEN'] as const;
/** Why a fact holds no more: another one took its place, or somebody had it forgotten. */
export type Ending = (typeof endings)[number];

/** Something learned about an end user, as it stands. Moments are ISO strings. */
export type Fact = Omit<Lesson, 'start' | 'end'> & {
  id: number;
  endUserId: number;
  /** Number of messages that prove it. */
  evidence: number;
  /** Whether somebody of ours said that it is so. */
  isConfirmed: boolean;
  /** When it was said first and last. */
  firstSaidAt: string;
  lastSaidAt: string;
  /** When it ceased to hold, and why; null while it holds. */
  endedAt: string | null;
  ending: Ending | null;
  /** Id of the fact that took its place. */
  replacedBy: number | null;
};

/** The words of one message that prove a fact, and where they stood in it, in UTF-16 units. */
export type Evidence = {
  factId: number;
  messageId: number;
  start: number;
  end: number;
  quote: string;
  at: string;
};

export const changes = [
  'LEARNED',
  'STRENGTHENED',
  'SUPERSEDED',
  'CONFIRMED',
  'CORRECTED',
  'FORGOTTEN',
] as const;

/** One step in the life of a fact: the fact as it stands afterwards, and the words that led to it. */
export type FactChange = { change: (typeof changes)[number]; fact: Fact; evidence: Evidence | null };

export const confidences = ['LOW', 'MEDIUM', 'HIGH'] as const;
/** How sure a fact is. */
export type Confidence = (typeof confidences)[number];

/** From so many messages on a fact is sure, or half sure. */
export const SURE = 4;
export const HALF_SURE = 2;

/** One proof is little, four are much; what a person states outright starts half sure, what we confirmed is sure. */
export function confidenceOf(fact: Pick<Fact, 'evidence' | 'isStated' | 'isConfirmed'>): Confidence {
  if (fact.isConfirmed || fact.evidence >= SURE) return 'HIGH';
  return fact.isStated || fact.evidence >= HALF_SURE ? 'MEDIUM' : 'LOW';
}
