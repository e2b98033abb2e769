import type { Event } from '../domain/event.ts';
import type { Sums } from '../domain/figures.ts';
import { percentile } from '../domain/histogram.ts';
import { meanMs, type CountName, type Times } from '../domain/tally.ts';
import { followState } from '../live/state.ts';
import { countWaiting, type Waiting } from '../store/project.ts';
import { readTotals } from '../store/rollup.ts';
import { builder } from './builder.ts';
import { checkLive, periodOf } from './period.ts';

const DurationRef = builder.objectRef<Times>('Duration').implement({
  description: 'How long something took, in ms; null without any. Percentiles are within 1 %.',
  fields: (t) => {
    const share = (at: number, description: string) =>
      t.float({ nullable: true, description, resolve: ({ bins }) => percentile(bins, at) });
    return {
      count: t.exposeInt('count', { description: 'How often it happened.' }),
      meanMs: t.float({ nullable: true, description: 'The mean.', resolve: meanMs }),
      p50Ms: share(0.5, 'Half of them took at most so long.'),
      p95Ms: share(0.95, '95 % of them took at most so long.'),
      p99Ms: share(0.99, '99 % of them took at most so long.'),
    };
  },
});

type Stats = { sums: Sums; now: Waiting };

const StatsRef = builder.objectRef<Stats>('Stats').implement({
  description: 'How conversations fare between bot and people.',
  fields: (t) => {
    const count = (name: CountName, description: string) =>
      t.field({ type: 'SafeInt', description, resolve: ({ sums }) => sums.counts[name] });
    const share = (part: CountName, whole: CountName, description: string) =>
      t.float({
        nullable: true,
        description,
        resolve: ({ sums: { counts } }) => (counts[whole] === 0 ? null : counts[part] / counts[whole]),
      });
    return {
      conversations: count('conversations', 'Conversations that began.'),
      messages: count('messages', 'Messages that were said.'),
      requests: count('requests', 'How often a person was wanted.'),
      handoffShare: share(
        'requests',
        'conversations',
        'Requests for a person over conversations that began; null without any.',
      ),
      closed: count('closed', 'Conversations that were closed.'),
      closedByBot: count('closedByBot', 'Of those, the ones in which no person was ever wanted.'),
      resolutionShare: share(
        'closedByBot',
        'closed',
        'Share of closed conversations in which no person was ever wanted; null without any.',
      ),
      waiting: t.field({
        type: DurationRef,
        description: 'From when a person was wanted until one took over.',
        resolve: ({ sums }) => sums.times.waiting,
      }),
      firstReply: t.field({
        type: DurationRef,
        description: 'From when a person was wanted until a person said something.',
        resolve: ({ sums }) => sums.times.reply,
      }),
      waitingNow: t.int({ description: 'Conversations that wait now.', resolve: ({ now }) => now.waiting }),
      heldNow: t.int({
        description: 'Conversations that people answer now.',
        resolve: ({ now }) => now.held,
      }),
      longestWaitSince: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'Since when the one that waits longest waits; null while none does.',
        resolve: ({ now }) => now.since,
      }),
    };
  },
});

async function findStats(
  prisma: Parameters<typeof readTotals>[0],
  projectId: number,
  from: Date,
  to: Date | null,
): Promise<Stats> {
  const [sums, now] = await Promise.all([
    readTotals(prisma, projectId, periodOf(from, to)),
    countWaiting(prisma, projectId),
  ]);
  return { sums, now };
}

builder.queryField('stats', (t) =>
  t.field({
    type: StatsRef,
    description:
      'How conversations fared between bot and people in a time, and how many wait now. Asks for the scope read.',
    authScopes: { read: true },
    args: {
      from: t.arg({ type: 'DateTime', required: true, description: 'From this moment on.' }),
      to: t.arg({ type: 'DateTime', required: true, description: 'Until before this moment.' }),
    },
    resolve: (_root, { from, to }, { prisma, caller }) => findStats(prisma, caller.projectId, from, to),
  }),
);

const kinds: readonly Event['kind'][] = [
  'ConversationStarted',
  'ConversationClosed',
  'HandoffChanged',
  'MessagesLogged',
];

builder.subscriptionField('stats', (t) =>
  t.field({
    type: StatsRef,
    description:
      'How conversations fare between bot and people since a moment of the last three days, at once and again after each change: the latest state, at most five times a second. Asks for the scope read.',
    authScopes: { read: true },
    args: { from: t.arg({ type: 'DateTime', required: true, description: 'From this moment on.' }) },
    subscribe(_root, { from }, { feed, caller, now }) {
      checkLive(from, now());
      return followState(feed, { projectId: caller.projectId, wants: ({ kind }) => kinds.includes(kind) });
    },
    resolve: (_changed, { from }, { prisma, caller }) => findStats(prisma, caller.projectId, from, null),
  }),
);
