import { InvalidInputError } from './errors.ts';
import type {
  ChangePartsFragment,
  Confidence,
  FactCategory,
  FactChangeKind,
  FactPartsFragment,
  InsightPartsFragment,
} from './generated/graphql.ts';

/** What a fact can be about. */
export type Category = Lowercase<FactCategory>;
/** How sure a fact can be. */
export type Sureness = Lowercase<Confidence>;

/** Something learned about a person. */
export interface Fact {
  id: string;
  category: Category;
  /** Kind within its category, for example topic_interest. */
  type: string;
  /** Facts of a person with the same key are about the same thing. */
  key: string;
  /** In words that complete "The user …". */
  value: string;
  confidence: Sureness;
  /** Whether the person said so outright. */
  isStated: boolean;
  /** Number of messages that prove it. */
  evidenceCount: number;
  /** ISO 8601, as all moments here. */
  firstSeen: string;
  lastUpdated: string;
}

/** What happened to a fact. */
export interface FactChange {
  change: Lowercase<FactChangeKind>;
  fact: Fact;
}

/** What is known about a person. */
export interface UserInsights {
  userId: string;
  /** False until the person's first message. */
  isKnown: boolean;
  /** The surest first. */
  facts: Fact[];
  /** The person's last ten messages, newest first. */
  recentInteractions: {
    content: string;
    sentiment: number | null;
    topics: readonly string[];
    timestamp: string;
  }[];
  analytics: {
    totalInteractions: number;
    /** From −1 to 1. */
    avgSentiment: number;
    /** 0 to 23, UTC. */
    mostActiveHour: number | null;
  };
  /** What a bot may bear in mind. */
  suggestions: readonly string[];
}

/** Which facts are wanted. */
export interface InsightOptions {
  /** All when left out. */
  categories?: readonly Category[] | undefined;
  /** At most so many facts, 1 to 100; 10 unless said. */
  limit?: number | undefined;
  /** The least confidence, `low` unless said. */
  minConfidence?: Sureness | undefined;
}

const categories = ['interests', 'preferences', 'personal', 'work', 'goals', 'behavior'] as const;
const confidences = ['low', 'medium', 'high'] as const;

/** The variables that ask for these insights; throws an InvalidInputError that names a bad option. */
export function wanted({ categories: among, limit = 10, minConfidence = 'low' }: InsightOptions): {
  categories: FactCategory[] | undefined;
  limit: number;
  minConfidence: Confidence;
} {
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw new InvalidInputError('limit', 'limit must be a whole number from 1 to 100.');
  }
  if (among !== undefined && !Array.isArray(among as unknown)) {
    throw new InvalidInputError('categories', 'categories must be a list.');
  }
  return {
    categories: among?.map((it) => oneOf('categories', categories, it)),
    limit,
    minConfidence: oneOf('minConfidence', confidences, minConfidence),
  };
}

function oneOf<T extends string>(field: string, known: readonly T[], value: T): Uppercase<T> {
  if (known.includes(value)) return value.toUpperCase() as Uppercase<T>;
  throw new InvalidInputError(field, `${field} must be among ${known.join(', ')}.`);
}

const lower = <T extends string>(value: T): Lowercase<T> => value.toLowerCase() as Lowercase<T>;

function factOf({ category, confidence, firstSaidAt, lastSaidAt, ...rest }: FactPartsFragment): Fact {
  return {
    ...rest,
    category: lower(category),
    confidence: lower(confidence),
    firstSeen: firstSaidAt,
    lastUpdated: lastSaidAt,
  };
}

/** What happened to a fact, as the SDK tells it. */
export const changeOf = ({ change, fact }: ChangePartsFragment): FactChange => ({
  change: lower(change),
  fact: factOf(fact),
});

/** What is known about a person, as the SDK tells it; null is a person that was not seen yet. */
export function insightsOf(userId: string, endUser: InsightPartsFragment | null): UserInsights {
  const known = endUser?.insights;
  return {
    userId,
    isKnown: known !== undefined,
    facts: known?.facts.map(factOf) ?? [],
    recentInteractions:
      known?.recentMessages.map(({ text, at, sentiment, topics }) => ({
        content: text,
        sentiment,
        topics,
        timestamp: at,
      })) ?? [],
    analytics: {
      totalInteractions: known?.messageCount ?? 0,
      avgSentiment: known?.averageSentiment ?? 0,
      mostActiveHour: known?.mostActiveHour ?? null,
    },
    suggestions: known?.suggestions ?? [],
  };
}
