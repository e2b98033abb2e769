import type { AlertModel, AlertRuleModel } from '../../generated/prisma/models.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { scopeKey, type Alert, type AlertStatus, type Proof, type Scope } from '../domain/alert.ts';
import type { AlertRule, Condition, Severity } from '../domain/alert-rule.ts';
import type { PrismaClient } from './database.ts';
import { descending, type Range } from './range.ts';

const readRule = ({ projectId: _, ...row }: AlertRuleModel): AlertRule => ({
  ...row,
  severity: row.severity as Severity,
  condition: row.condition as unknown as Condition,
  createdAt: row.createdAt.toISOString(),
  changedAt: row.changedAt.toISOString(),
});

const readAlert = ({ projectId: _, scope: __, ...row }: AlertModel): Alert => ({
  ...row,
  kind: row.kind as Alert['kind'],
  severity: row.severity as Severity,
  status: row.status as AlertStatus,
  proof: row.proof as unknown as Proof,
  resolution: row.resolution as Alert['resolution'],
  raisedAt: row.raisedAt.toISOString(),
  changedAt: row.changedAt.toISOString(),
  snoozedUntil: row.snoozedUntil?.toISOString() ?? null,
  resolvedAt: row.resolvedAt?.toISOString() ?? null,
});

/** The alert rules of a project, oldest first. */
export async function listAlertRules(prisma: PrismaClient, projectId: number): Promise<AlertRule[]> {
  const orderBy = [{ createdAt: 'asc' as const }, { id: 'asc' as const }];
  return (await prisma.alertRule.findMany({ where: { projectId }, orderBy })).map(readRule);
}

/** The projects that have an alert rule which is on. */
export async function listAlertedProjects(prisma: PrismaClient): Promise<number[]> {
  const rows = await prisma.alertRule.findMany({
    where: { isEnabled: true },
    distinct: ['projectId'],
    select: { projectId: true },
  });
  return rows.map(({ projectId }) => projectId);
}

/** Which alerts are wanted; all where nothing is stated. */
export type AlertFilter = {
  statuses?: AlertStatus[];
  severities?: Severity[];
  ruleId?: string;
  conversationId?: string;
};

/** Alerts of a project, newest first. */
export async function listAlerts(
  prisma: PrismaClient,
  projectId: number,
  { statuses, severities, ruleId, conversationId }: AlertFilter,
  range: Range,
): Promise<Alert[]> {
  const { within, order } = descending(range);
  const isOpen = statuses !== undefined && !statuses.includes('RESOLVED');
  const where: Prisma.AlertWhereInput = {
    projectId,
    id: within,
    ...(statuses !== undefined && { status: { in: statuses } }),
    // In these words, so that the index of open alerts serves.
    ...(isOpen && { NOT: { status: 'RESOLVED' } }),
    ...(severities !== undefined && { severity: { in: severities } }),
    ...(ruleId !== undefined && { ruleId }),
    ...(conversationId !== undefined && { conversationId }),
  };
  const rows = await prisma.alert.findMany({ where, orderBy: { id: order }, take: range.limit });
  return rows.map(readAlert);
}

/** How many alerts of a project are open and not put off. */
export function countRaised(prisma: PrismaClient, projectId: number): Promise<number> {
  return prisma.alert.count({ where: { projectId, status: 'RAISED', NOT: { status: 'RESOLVED' } } });
}

/** One alert; null when this project has none. */
export async function findAlert(prisma: PrismaClient, projectId: number, id: number): Promise<Alert | null> {
  const row = await prisma.alert.findUnique({ where: { projectId_id: { projectId, id } } });
  return row && readAlert(row);
}

/** The open alerts of a project. */
export async function listOpenAlerts(prisma: PrismaClient, projectId: number): Promise<Alert[]> {
  const where = { projectId, NOT: { status: 'RESOLVED' } };
  return (await prisma.alert.findMany({ where, orderBy: { id: 'asc' } })).map(readAlert);
}

/** The newest alert of each pair of a rule and a scope, open or not. */
export async function listNewestAlerts(
  prisma: PrismaClient,
  projectId: number,
  pairs: { ruleId: string; scope: Scope }[],
): Promise<Alert[]> {
  if (pairs.length === 0) return [];
  const found = await prisma.$queryRaw<{ id: number }[]>`
    select a.id from unnest(${pairs.map(({ ruleId }) => ruleId)}::text[],
      ${pairs.map(({ scope }) => scopeKey(scope))}::text[]) as wanted (rule_id, scope)
    cross join lateral (select id from alerts where project_id = ${projectId} and rule_id = wanted.rule_id
      and scope = wanted.scope order by id desc limit 1) a`;
  if (found.length === 0) return [];
  const where = { projectId, id: { in: [...new Set(found.map(({ id }) => id))] } };
  return (await prisma.alert.findMany({ where })).map(readAlert);
}
