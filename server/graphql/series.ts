import {
  planSeries,
  type groupings,
  type Group,
  type metrics,
  type Unit,
  type units,
} from '../domain/series.ts';
import type { TurnPart } from '../domain/tally.ts';
import { type bucketSizes, readSeries, wholeQuarters, type Period } from '../store/rollup.ts';
import { builder } from './builder.ts';

const MetricEnum = builder.enumType('SeriesMetric', {
  description: 'A figure that can be followed over time.',
  values: {
    COST: { description: 'What was spent, in USD; null where no price is known of anything.' },
    TURNS: { description: 'Number of turns.' },
    LATENCY_MEAN: { description: 'Mean time, in ms.' },
    LATENCY_P50: { description: 'Median time, in ms, within 1 %.' },
    LATENCY_P95: { description: '95th percentile, in ms, within 1 %.' },
    LATENCY_P99: { description: '99th percentile, in ms, within 1 %.' },
    CACHE_HIT_RATE: { description: 'Share of cache look-ups that hit.' },
    GUARDRAIL_VIOLATIONS: { description: 'Violations found.' },
    GUARDRAIL_BLOCKS: { description: 'Requests blocked.' },
    MESSAGES: { description: 'Number of messages.' },
    CONVERSATIONS: { description: 'Number of conversations that began.' },
    REQUESTS: { description: 'How often a person was wanted.' },
    FEEDBACK: { description: 'Number of ratings.' },
    FEEDBACK_SCORE: { description: 'Mean of ratings, 0 to 1.' },
  } satisfies Record<(typeof metrics)[number], object>,
});
const GroupByEnum = builder.enumType('SeriesGroupBy', {
  description: 'By what a series is told apart.',
  values: {
    SERVICE: { description: 'asr, llm, translation, tts or another one.' },
    PROVIDER: { description: 'Who provides it; of turns, of the model that answered.' },
    MODEL: { description: 'The model; of turns, the one that answered.' },
    PLATFORM: { description: 'Where the conversation is held.' },
    LANGUAGE: { description: 'The language, as stated.' },
    OPTIMIZATION_LEVEL: { description: 'The optimization level, as stated.' },
    OUTCOME: { description: 'How turns ended.' },
    PROMPT: { description: 'The prompt of the rated answer.' },
    CATEGORY: { description: 'The category of ratings.' },
  } satisfies Record<(typeof groupings)[number], object>,
});
const BucketEnum = builder.enumType('SeriesBucket', {
  description: 'How long each stretch of a series is, by the clocks of its time zone.',
  values: {
    QUARTER_HOUR: { description: '15 minutes.' },
    HOUR: { description: 'An hour.' },
    DAY: { description: 'A day.' },
    WEEK: { description: 'A week, from Monday on.' },
    MONTH: { description: 'A month.' },
  } satisfies Record<(typeof bucketSizes)[number], object>,
});
const UnitEnum = builder.enumType('SeriesUnit', {
  description: 'What the values of a series are.',
  values: {
    USD: { description: 'US dollars, exact.' },
    MS: { description: 'Milliseconds.' },
    COUNT: { description: 'A number of things.' },
    SHARE: { description: 'A share, 0 to 1.' },
  } satisfies Record<(typeof units)[number], object>,
});
const PartEnum = builder.enumType('LatencyPart', {
  description: 'What of a turn is timed.',
  values: {
    TOTAL: { value: 'total', description: 'What the person waited.' },
    ASR: { value: 'asr', description: 'Speech to text.' },
    LLM: { value: 'llm', description: 'The model.' },
    TRANSLATION: { value: 'translation', description: 'Translation.' },
    TTS: { value: 'tts', description: 'Text to speech.' },
  } satisfies Record<Uppercase<TurnPart>, { value: TurnPart; description: string }>,
});

const GroupRef = builder.objectRef<Group>('SeriesGroup').implement({
  description: 'One line of a series.',
  fields: (t) => ({
    key: t.exposeString('key', {
      nullable: true,
      description: 'What it is of; null where that was not stated, and where nothing is told apart.',
    }),
    isOther: t.exposeBoolean('isOther', {
      description: 'Whether it is what all groups but the largest 20 add up to.',
    }),
    values: t.field({
      type: ['Decimal'],
      nullable: { list: false, items: true },
      description: 'One a bucket; null where there is nothing to say.',
      resolve: ({ values }) => values,
    }),
    total: t.expose('total', {
      type: 'Decimal',
      nullable: true,
      description: 'The same over the whole time.',
    }),
  }),
});

type Series = Period & { timeZone: string; unit: Unit; buckets: string[]; groups: Group[] };
const SeriesRef = builder.objectRef<Series>('Series').implement({
  description: 'A figure over time.',
  fields: (t) => ({
    from: t.field({
      type: 'DateTime',
      description: 'Its beginning: the quarter of an hour that was asked for, whole.',
      resolve: ({ from }) => from,
    }),
    to: t.field({
      type: 'DateTime',
      description: 'Its end: the quarter of an hour that was asked for, whole.',
      resolve: ({ to }) => to,
    }),
    timeZone: t.exposeString('timeZone', { description: 'By whose clocks days begin.' }),
    unit: t.expose('unit', { type: UnitEnum, description: 'What the values are.' }),
    buckets: t.field({
      type: ['DateTime'],
      description:
        'Where each bucket begins, without gaps. The first and the last may be cut by from and to.',
      resolve: ({ buckets }) => buckets,
    }),
    groups: t.field({
      type: [GroupRef],
      description: 'One line without groupBy, else the largest 20, and what the rest adds up to.',
      resolve: ({ groups }) => groups,
    }),
  }),
});

builder.queryField('series', (t) =>
  t.field({
    type: SeriesRef,
    description:
      'A figure over time, from sums that are kept for every quarter of an hour: its cost grows with the length of the time, not with what happened in it. At most 1100 buckets. Asks for the scope read.',
    authScopes: { read: true },
    args: {
      metric: t.arg({ type: MetricEnum, required: true, description: 'Which figure.' }),
      from: t.arg({ type: 'DateTime', required: true, description: 'From this moment on.' }),
      to: t.arg({ type: 'DateTime', required: true, description: 'Until before this moment.' }),
      bucket: t.arg({ type: BucketEnum, required: true, description: 'How long each stretch is.' }),
      groupBy: t.arg({
        type: GroupByEnum,
        description: 'By what it is told apart; not at all when left out.',
      }),
      part: t.arg({
        type: PartEnum,
        required: true,
        defaultValue: 'total',
        description: 'What is timed, for latencies.',
      }),
      timeZone: t.arg.string({
        required: true,
        defaultValue: 'UTC',
        description: 'Name of the IANA database, for example Asia/Kolkata.',
      }),
    },
    async resolve(_root, { metric, from, to, bucket, groupBy, part, timeZone }, { prisma, caller }) {
      const plan = planSeries(metric, groupBy ?? null, part);
      const period = wholeQuarters({ from, to });
      const { buckets, rows } = await readSeries(prisma, caller.projectId, plan, period, bucket, timeZone);
      return { ...period, timeZone, unit: plan.unit, buckets, groups: plan.groupsOf(rows, buckets) };
    },
  }),
);
