import { cacheSavingsUsd, type Sums } from '../domain/figures.ts';
import { percentile } from '../domain/histogram.ts';
import {
  cacheHitRate,
  meanMs,
  meanStars,
  ratingsOf,
  scoreOf,
  starsOf,
  turnsOf,
  type CountName,
  type Part,
  type Times,
} from '../domain/tally.ts';
import { builder } from './builder.ts';

const ShareRef = builder.objectRef<[name: string, usd: string]>('CostShare').implement({
  description: 'What one service, provider or model cost.',
  fields: (t) => ({
    name: t.string({
      description: 'The service, provider or model; "unknown" where none was named.',
      resolve: ([name]) => name,
    }),
    usd: t.field({ type: 'Decimal', description: 'USD, exact.', resolve: ([, usd]) => usd }),
  }),
});

/** What is spent. */
export const CostsRef = builder.objectRef<Sums>('Costs').implement({
  description: 'What is spent. Amounts are exact.',
  fields: (t) => {
    const count = (name: CountName, description: string) =>
      t.field({ type: 'SafeInt', description, resolve: ({ counts }) => counts[name] });
    const shares = (by: 'usdByService' | 'usdByProvider' | 'usdByModel', description: string) =>
      t.field({ type: [ShareRef], description, resolve: (it) => Object.entries(it[by]) });
    const usd = (description: string, resolve: (it: Sums) => string) =>
      t.field({ type: 'Decimal', description, resolve });
    return {
      totalUsd: usd('All priced operations, in USD.', ({ sums }) => sums.usd),
      byService: shares('usdByService', 'By service.'),
      byProvider: shares('usdByProvider', 'By provider.'),
      byModel: shares('usdByModel', 'By model.'),
      entries: count('pricedCosts', 'Priced operations.'),
      unpricedEntries: count(
        'unpricedCosts',
        'Operations whose price is not known; they add nothing to any amount.',
      ),
      cacheSavingsUsd: usd('Estimate: half of what cached operations cost, in USD.', cacheSavingsUsd),
      differingEntries: count(
        'differingCosts',
        'Operations whose sender states another price than the price table; the stated one counts.',
      ),
      statedUsd: usd('What senders state for those operations, in USD.', ({ sums }) => sums.statedUsd),
      tableUsd: usd('What the price table says for them, in USD.', ({ sums }) => sums.tableUsd),
    };
  },
});

const LatencyRef = builder.objectRef<Times>('Latency').implement({
  description: 'Times of turns in ms, null without any. Percentiles are within 1 %.',
  fields: (t) => ({
    turns: t.exposeInt('count', { description: 'Number of turns that have such a time.' }),
    meanMs: t.float({ nullable: true, description: 'The mean.', resolve: meanMs }),
    p50Ms: t.float({
      nullable: true,
      description: 'Half of the turns took at most so long.',
      resolve: ({ bins }) => percentile(bins, 0.5),
    }),
    p95Ms: t.float({
      nullable: true,
      description: '95 % of the turns took at most so long.',
      resolve: ({ bins }) => percentile(bins, 0.95),
    }),
    p99Ms: t.float({
      nullable: true,
      description: '99 % of the turns took at most so long.',
      resolve: ({ bins }) => percentile(bins, 0.99),
    }),
  }),
});

/** How well turns run. */
export const MetricsRef = builder.objectRef<Sums>('Metrics').implement({
  description: 'How well turns run.',
  fields: (t) => {
    const count = (name: CountName, description: string) =>
      t.field({ type: 'SafeInt', description, resolve: ({ counts }) => counts[name] });
    const times = (part: Part, description: string) =>
      t.field({ type: LatencyRef, description, resolve: (it) => it.times[part] });
    return {
      turns: t.int({ description: 'Number of turns.', resolve: turnsOf }),
      succeeded: count('succeeded', 'Turns that ended with an answer.'),
      failed: count('failed', 'Turns that ended with an error.'),
      interrupted: count('interrupted', 'Turns that the person spoke over.'),
      total: times('total', 'What the person waited.'),
      asr: times('asr', 'Speech to text.'),
      llm: times('llm', 'The model.'),
      translation: times('translation', 'Translation.'),
      tts: times('tts', 'Text to speech.'),
      cacheHitRate: t.float({
        description: 'Share of cache look-ups that hit; 0 without any.',
        resolve: (it) => cacheHitRate(it) ?? 0,
      }),
      llmCacheHits: count('llmCacheHits', 'Of the model.'),
      llmCacheMisses: count('llmCacheMisses', 'Of the model.'),
      ttsCacheHits: count('ttsCacheHits', 'Of text to speech.'),
      ttsCacheMisses: count('ttsCacheMisses', 'Of text to speech.'),
      guardrailViolations: count('guardrailViolations', 'Violations found.'),
      guardrailBlocks: count('guardrailBlocks', 'Requests blocked.'),
    };
  },
});

const CategoryCountRef = builder.objectRef<[category: string, ratings: number]>('CategoryCount').implement({
  description: 'How many ratings name a category.',
  fields: (t) => ({
    category: t.string({ description: 'As stated.', resolve: ([category]) => category }),
    ratings: t.int({ description: 'Number of ratings.', resolve: ([, ratings]) => ratings }),
  }),
});

/** What people think of it. */
export const FeedbackSummaryRef = builder.objectRef<Sums>('FeedbackSummary').implement({
  description: 'What people think of it.',
  fields: (t) => {
    const count = (name: CountName, description: string) =>
      t.field({ type: 'SafeInt', description, resolve: ({ counts }) => counts[name] });
    return {
      ratings: t.int({ description: 'Number of ratings.', resolve: ratingsOf }),
      score: t.float({
        nullable: true,
        description: 'Mean of all ratings, from 0 (thumbs down, one star) to 1 (thumbs up, five stars).',
        resolve: scoreOf,
      }),
      thumbsUp: count('thumbsUp', 'Thumbs up.'),
      thumbsDown: count('thumbsDown', 'Thumbs down.'),
      stars: t.intList({ description: 'Ratings with 1, 2, 3, 4 and 5 stars.', resolve: starsOf }),
      meanStars: t.float({ nullable: true, description: 'Mean number of stars.', resolve: meanStars }),
      incorrect: count('incorrect', 'Ratings that call the answer wrong.'),
      tooSlow: count('tooSlow', 'Ratings that call it too slow.'),
      unhelpful: count('unhelpful', 'Ratings that call it of no help.'),
      offensive: count('offensive', 'Ratings that call it offensive.'),
      categories: t.field({
        type: [CategoryCountRef],
        description: 'By the category that was given.',
        resolve: ({ categories }) => Object.entries(categories),
      }),
    };
  },
});
