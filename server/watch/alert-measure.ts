import type { Alert, Finding, Proof, Scope } from '../domain/alert.ts';
import type { AlertRule } from '../domain/alert-rule.ts';
import { newestOf } from '../domain/alerting.ts';
import type { PrismaClient } from '../store/database.ts';
import {
  costOfConversation,
  costOfPerson,
  costOfProject,
  countThumbsDown,
  countTurns,
  percentileOf,
  type Window,
} from '../store/measure.ts';

/** What was found, and the newest alerts of the rules and scopes that it is about. */
export type Found = { findings: Finding[]; newest: Alert[] };

/** A window that a rule looks at, for one scope, up to a moment. */
export type Measured = { rule: AlertRule; scope: Scope; at: string; proof: Proof };

const MINUTE = 60_000;

/** From when on things count, in ms since 1970: not what a person has dealt with. */
export function sinceOf(from: number, newest: Alert | undefined): number {
  const dismissed = newest?.resolution === 'DISMISSED' ? Date.parse(newest.resolvedAt!) : 0;
  return Math.max(from, dismissed);
}

/** What rules with windows say of scopes. */
export async function measureAll(
  prisma: PrismaClient,
  projectId: number,
  cases: Measured[],
  newest: Alert[],
): Promise<Finding[]> {
  const found: Finding[] = [];
  // One after the other: a project with many rules must not take every connection.
  for (const it of cases) {
    const { rule, scope, at, proof } = it;
    const minutes = 'windowMinutes' in rule.condition ? (rule.condition.windowMinutes ?? 0) : 0;
    const begin = Date.parse(at) - minutes * MINUTE;
    const from = sinceOf(begin, newestOf(newest, rule.id, scope));
    const window = { from: new Date(from), to: new Date(at), platform: rule.platform, isCut: from > begin };
    const value = await measure(prisma, projectId, it, window);
    const since = window.from.toISOString();
    found.push({ ...scope, ruleId: rule.id, ruleChangedAt: rule.changedAt, at, since, value, proof });
  }
  return found;
}

async function measure(
  prisma: PrismaClient,
  projectId: number,
  { rule: { condition }, scope }: Measured,
  window: Window,
): Promise<number> {
  switch (condition.kind) {
    case 'SESSION_COST':
      return costOfConversation(prisma, projectId, scope.conversationId!, window);
    case 'USER_COST':
      return costOfPerson(prisma, projectId, scope.endUserId!, window);
    case 'PROJECT_COST':
      return costOfProject(prisma, projectId, window);
    case 'FAILURE_RATE':
    case 'BLOCK_RATE': {
      const { turns, failed, blocks } = await countTurns(prisma, projectId, window);
      // Too few turns tell nothing.
      if (turns < condition.minTurns) return 0;
      return (condition.kind === 'FAILURE_RATE' ? failed : blocks) / turns;
    }
    case 'THUMBS_DOWN':
      return countThumbsDown(prisma, projectId, window);
    case 'STAGE_LATENCY': {
      const { stage, percentile, minTurns } = condition;
      const { ms, turns } = await percentileOf(prisma, projectId, stage, percentile!, window);
      return ms === null || turns < minTurns! ? 0 : ms;
    }
    case 'NEGATIVE_RUN':
    case 'WAITING':
    case 'WORDS':
      return 0;
  }
}
