import type { Alert, Proof } from '../domain/alert.ts';
import type { AlertRule } from '../domain/alert-rule.ts';
import { newestOf } from '../domain/alerting.ts';
import { listNewestAlerts } from '../store/alert.ts';
import type { PrismaClient } from '../store/database.ts';
import { listWaiting } from '../store/measure.ts';
import { measureAll, type Found, type Measured } from './alert-measure.ts';

/** What the windows of rules say now, though nothing happened: those of the project, and those of open alerts. */
export async function findByClock(
  prisma: PrismaClient,
  projectId: number,
  rules: AlertRule[],
  open: Alert[],
  proof: Proof,
  now: number,
): Promise<Found> {
  const at = new Date(now).toISOString();
  const project = { conversationId: null, endUserId: null };
  const cases = rules.flatMap((rule): Measured[] => {
    if (!hasWindow(rule)) return [];
    if (!isOfScope(rule)) return [{ rule, scope: project, at, proof }];
    return open
      .filter(({ ruleId }) => ruleId === rule.id)
      .map((scope) => ({ rule, scope: scopeOf(scope), at, proof }));
  });
  const newest = await listNewestAlerts(
    prisma,
    projectId,
    cases.map(({ rule, scope }) => ({ ruleId: rule.id, scope })),
  );
  return { findings: await measureAll(prisma, projectId, cases, newest), newest };
}

/** Conversations that have waited for a person for too long, and of which nobody is told yet. */
export async function findWaiting(
  prisma: PrismaClient,
  projectId: number,
  rules: AlertRule[],
  proof: Proof,
  now: number,
): Promise<Found> {
  const at = new Date(now).toISOString();
  const waiting = await Promise.all(
    rules.map(async (rule) => {
      if (rule.condition.kind !== 'WAITING') return [];
      const since = new Date(now - rule.condition.seconds * 1000);
      const found = await listWaiting(prisma, projectId, rule.platform, since);
      return found.map((it) => ({ rule, scope: { conversationId: it.externalId, endUserId: null }, ...it }));
    }),
  );
  const cases = waiting.flat();
  const newest = await listNewestAlerts(
    prisma,
    projectId,
    cases.map(({ rule, scope }) => ({ ruleId: rule.id, scope })),
  );
  const findings = cases
    .filter(({ rule, scope }) => (newestOf(newest, rule.id, scope)?.status ?? 'RESOLVED') === 'RESOLVED')
    .map(({ rule, scope, since }) => ({
      ...scope,
      ruleId: rule.id,
      ruleChangedAt: rule.changedAt,
      at,
      since,
      value: Math.floor((now - Date.parse(since)) / 1000),
      proof: { ...proof, conversationId: scope.conversationId },
    }));
  return { findings, newest };
}

const scopeOf = ({ conversationId, endUserId }: Alert): Measured['scope'] => ({ conversationId, endUserId });

const hasWindow = ({ condition }: AlertRule): boolean =>
  'windowMinutes' in condition && condition.windowMinutes !== null;

const isOfScope = ({ condition: { kind } }: AlertRule): boolean =>
  kind === 'SESSION_COST' || kind === 'USER_COST';
