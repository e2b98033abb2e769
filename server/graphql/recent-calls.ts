import { followState } from '../live/state.ts';
import { listCalls } from '../store/call.ts';
import { builder } from './builder.ts';
import { CallFilter, CallRef, isOfCalls } from './call.ts';
import { badInput } from './errors.ts';
import { shortPage } from './page.ts';

/** How many are asked for. */
function sizeOf(first: number | null | undefined): number {
  const size = first ?? shortPage.usual;
  if (size >= 1 && size <= shortPage.most) return size;
  throw badInput(`first must be from 1 to ${shortPage.most}; it is ${size}.`);
}

builder.subscriptionField('recentCalls', (t) =>
  t.field({
    type: [CallRef],
    description:
      'The calls that began last, the newest first, at once and again whenever one begins, changes or ends: the latest state. Asks for the scope read.',
    authScopes: { read: true },
    args: {
      first: t.arg.int({
        defaultValue: shortPage.usual,
        description: `So many at most, 1 to ${shortPage.most}.`,
      }),
      filter: t.arg({ type: CallFilter, description: 'Which ones; all when left out.' }),
    },
    subscribe: (_root, { first }, { feed, caller }) => {
      sizeOf(first);
      return followState(feed, { projectId: caller.projectId, wants: isOfCalls });
    },
    resolve: (_changed, { first, filter }, { prisma, caller }) =>
      listCalls(prisma, caller.projectId, filter?.status ?? null, { limit: sizeOf(first), isFromEnd: false }),
  }),
);
