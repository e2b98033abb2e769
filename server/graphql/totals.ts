import type { Event } from '../domain/event.ts';
import type { Sums } from '../domain/figures.ts';
import { followState } from '../live/state.ts';
import { readFeedback, readTotals, wholeQuarters } from '../store/rollup.ts';
import { builder } from './builder.ts';
import { CostsRef, FeedbackSummaryRef, MetricsRef } from './figures.ts';
import { checkLive, periodOf } from './period.ts';

type Totals = { from: Date; to: Date | null; sums: Sums };

const TotalsRef = builder.objectRef<Totals>('Totals').implement({
  description: 'What a project adds up to.',
  fields: (t) => ({
    from: t.field({
      type: 'DateTime',
      description: 'Since when: the beginning of the quarter of an hour that was asked for.',
      resolve: ({ from }) => from,
    }),
    to: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Until when; null while it goes on.',
      resolve: ({ to }) => to,
    }),
    costs: t.field({ type: CostsRef, description: 'What was spent.', resolve: ({ sums }) => sums }),
    metrics: t.field({ type: MetricsRef, description: 'How well turns ran.', resolve: ({ sums }) => sums }),
    feedback: t.field({
      type: FeedbackSummaryRef,
      description: 'What people thought of it.',
      resolve: ({ sums }) => sums,
    }),
    messages: t.int({ description: 'Number of messages.', resolve: ({ sums }) => sums.counts.messages }),
  }),
});

async function findTotals(
  prisma: Parameters<typeof readTotals>[0],
  projectId: number,
  from: Date,
  to: Date | null,
): Promise<Totals> {
  const period = periodOf(from, to);
  return { from: period.from, to: to && period.to, sums: await readTotals(prisma, projectId, period) };
}

builder.queryField('totals', (t) =>
  t.field({
    type: TotalsRef,
    description: 'What the project adds up to in a time of at most ten years. Asks for the scope read.',
    authScopes: { read: true },
    args: {
      from: t.arg({ type: 'DateTime', required: true, description: 'From this moment on.' }),
      to: t.arg({ type: 'DateTime', description: 'Until before this moment; open when left out.' }),
    },
    resolve: (_root, { from, to }, { prisma, caller }) =>
      findTotals(prisma, caller.projectId, from, to ?? null),
  }),
);

const feedbackGroups = ['MODEL', 'PROMPT', 'CATEGORY', 'PLATFORM', 'LANGUAGE', 'OPTIMIZATION_LEVEL'] as const;
const FeedbackGroupEnum = builder.enumType('FeedbackGroupBy', {
  description: 'By what ratings are told apart.',
  values: {
    MODEL: { description: 'The model of the rated answer.' },
    PROMPT: { description: 'The prompt of the rated answer.' },
    CATEGORY: { description: 'The category that was given.' },
    PLATFORM: { description: 'Where the conversation is held.' },
    LANGUAGE: { description: 'The language of the session.' },
    OPTIMIZATION_LEVEL: { description: 'The optimization level of the session.' },
  } satisfies Record<(typeof feedbackGroups)[number], object>,
});
const FeedbackGroupRef = builder.objectRef<{ value: string; sums: Sums }>('FeedbackGroup').implement({
  description: 'What people thought of one model, prompt, category …',
  fields: (t) => ({
    key: t.string({
      nullable: true,
      description: 'Which one; null where that is not known.',
      resolve: ({ value }) => (value === '' ? null : value),
    }),
    summary: t.field({
      type: FeedbackSummaryRef,
      description: 'What its ratings add up to; categories are told by grouping alone.',
      resolve: ({ sums }) => sums,
    }),
  }),
});

builder.queryField('feedbackSummaries', (t) =>
  t.field({
    type: [FeedbackGroupRef],
    description:
      'What people thought of each model, prompt, category … in a time, the 100 most rated, those first. Asks for the scope read.',
    authScopes: { read: true },
    args: {
      groupBy: t.arg({ type: FeedbackGroupEnum, required: true, description: 'By what.' }),
      from: t.arg({ type: 'DateTime', required: true, description: 'From this moment on.' }),
      to: t.arg({ type: 'DateTime', required: true, description: 'Until before this moment.' }),
    },
    resolve: (_root, { groupBy, from, to }, { prisma, caller }) =>
      readFeedback(prisma, caller.projectId, groupBy, wholeQuarters({ from, to })),
  }),
);

const kinds: readonly Event['kind'][] = [
  'TurnRecorded',
  'CostRecorded',
  'FeedbackSubmitted',
  'MessagesLogged',
];

builder.subscriptionField('totals', (t) =>
  t.field({
    type: TotalsRef,
    description:
      'What the project adds up to since a moment of the last three days, at once and again after each change: the latest state, at most five times a second. Asks for the scope read.',
    authScopes: { read: true },
    args: { from: t.arg({ type: 'DateTime', required: true, description: 'From this moment on.' }) },
    subscribe(_root, { from }, { feed, caller, now }) {
      checkLive(from, now());
      return followState(feed, { projectId: caller.projectId, wants: ({ kind }) => kinds.includes(kind) });
    },
    resolve: (_changed, { from }, { prisma, caller }) => findTotals(prisma, caller.projectId, from, null),
  }),
);
