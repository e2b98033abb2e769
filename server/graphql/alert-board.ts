import type { Alert } from '../domain/alert.ts';
import type { AlertRule } from '../domain/alert-rule.ts';
import type { EventKind } from '../domain/event.ts';
import { followState } from '../live/state.ts';
import { countRaised, listAlertRules, listAlerts } from '../store/alert.ts';
import { AlertRef } from './alert.ts';
import { AlertRuleRef } from './alert-rule.ts';
import { builder } from './builder.ts';

type Board = { projectId: number };

/** A board shows so many alerts of each kind; `alerts` has the others by page. */
const MOST = 100;

const newest = { limit: MOST, isFromEnd: false };

const AlertBoardRef = builder.objectRef<Board>('AlertBoard').implement({
  description: 'What is up now: open alerts, what was over last, and the rules.',
  fields: (t) => ({
    raised: t.int({
      description: 'How many alerts are open and not put off.',
      resolve: ({ projectId }, _args, { prisma }) => countRaised(prisma, projectId),
    }),
    open: t.field({
      type: [AlertRef],
      description: 'Open alerts, the newest first; 100 at most.',
      resolve: ({ projectId }, _args, { prisma }): Promise<Alert[]> =>
        listAlerts(prisma, projectId, { statuses: ['RAISED', 'SNOOZED'] }, newest),
    }),
    resolved: t.field({
      type: [AlertRef],
      description: 'Alerts that are over, the newest first; 20 at most.',
      resolve: ({ projectId }, _args, { prisma }): Promise<Alert[]> =>
        listAlerts(prisma, projectId, { statuses: ['RESOLVED'] }, { ...newest, limit: 20 }),
    }),
    rules: t.field({
      type: [AlertRuleRef],
      description: 'The rules, oldest first.',
      resolve: ({ projectId }, _args, { prisma }): Promise<AlertRule[]> => listAlertRules(prisma, projectId),
    }),
  }),
});

const kinds: readonly EventKind[] = [
  'AlertRuleChanged',
  'AlertRuleRemoved',
  'AlertRaised',
  'AlertChanged',
  'AlertResolved',
];

builder.subscriptionField('alertBoard', (t) =>
  t.field({
    type: AlertBoardRef,
    description:
      'Alerts and their rules, at once and again after each change: the latest state, at most five times a second. Asks for the scope read.',
    authScopes: { read: true },
    subscribe: (_root, _args, { feed, caller }) =>
      followState(feed, { projectId: caller.projectId, wants: ({ kind }) => kinds.includes(kind) }),
    resolve: (_changed, _args, { caller }): Board => ({ projectId: caller.projectId }),
  }),
);
