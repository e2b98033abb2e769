import { endOf, judge, type Alert, type Finding } from '../domain/alert.ts';
import type { AlertRule } from '../domain/alert-rule.ts';
import { newestOf } from '../domain/alerting.ts';
import type { Command } from '../domain/command.ts';
import type { Event } from '../domain/event.ts';
import { listAlertedProjects, listAlertRules, listOpenAlerts } from '../store/alert.ts';
import { concernsAny, findInEvents } from './alert-events.ts';
import type { Found } from './alert-measure.ts';
import { findByClock, findWaiting } from './alert-clock.ts';
import type { Hand, Rule } from './follower.ts';
import { pause as pauseByClock } from './retry.ts';
import { followAll, type Watching } from './rule.ts';

/** A server keeps a project for so long after it last stored something, in ms. */
const LEASE = 5000;
/** Events of so many ms are judged together, as of the last of them. */
const STEP = 10_000;
/** How often windows are looked at though nothing happens, in ms. */
const THOROUGH = 10_000;

/**
 * Raises and resolves alerts: reads the log behind the commit, and the clock. What happened is judged as of when it
 * happened, from what the tables hold of that time, and what comes of it is stored in the transaction that moves the
 * position: whoever reads on after a kill comes to the same findings, and the journal refuses what is so already.
 */
export async function startAlerts(options: Watching): Promise<AsyncDisposable> {
  const { prisma, now, logger } = options;
  const { pause = pauseByClock, chance = Math.random } = options;
  const stop = new AbortController();
  const stopping = stop.signal;
  const warn = (about: object, what: string): void => logger.warn(about, what);

  /** The rules of each project, as far as this server has read its log. A project that is missing is to be read. */
  const known = new Map<number, AlertRule[]>();
  /** When windows were last looked at. */
  const checkedAt = new Map<number, number>();

  async function readRules(projectId: number): Promise<AlertRule[]> {
    const rules = (await listAlertRules(prisma, projectId)).filter(({ isEnabled }) => isEnabled);
    known.set(projectId, rules);
    return rules;
  }

  const rule: Rule = {
    name: 'alerts',
    title: 'the alerts',
    lease: LEASE,
    concerns(event, projectId) {
      if (event.kind === 'AlertRuleChanged' || event.kind === 'AlertRuleRemoved') return true;
      const rules = known.get(projectId);
      return rules === undefined || concernsAny(rules, event);
    },
    skipped: (projectId) => known.delete(projectId),
    async carryOut(events, hand) {
      const { projectId } = hand;
      const rules = await readRules(projectId);
      const page = rules.length === 0 ? events : stepOf(events);
      const { seq } = page.at(-1)!;
      if (page.some(({ kind }) => kind === 'AlertRuleChanged')) checkedAt.delete(projectId);
      const found = await findInEvents(prisma, projectId, rules, page);
      const findings = telling(rules, found);
      if (findings.length === 0) return seq;
      return (await hand.store(seq, [{ kind: 'judgeAlerts', findings }])) ? seq : null;
    },
    listAwake: () => listAlertedProjects(prisma),
    async tick(hand) {
      const { projectId } = hand;
      const rules = known.get(projectId) ?? (await readRules(projectId));
      const open = await listOpenAlerts(prisma, projectId);
      const commands = await lookAtClock(hand, rules, open);
      if (commands.length > 0) await hand.store(hand.seq, commands);
    },
  };

  async function lookAtClock(hand: Hand, rules: AlertRule[], open: Alert[]): Promise<Command[]> {
    const { projectId } = hand;
    const at = now();
    const commands: Command[] = [];
    const ids = open.filter((alert) => isAged(rules, alert, at)).map(({ id }) => id);
    if (ids.length > 0) commands.push({ kind: 'ageAlerts', ids });
    const proof = { seq: hand.seq, conversationId: null, messageId: null, turnId: null };
    const waiting = telling(rules, await findWaiting(prisma, projectId, rules, proof, at));
    commands.push(
      ...waiting.map((finding): Command => {
        return { kind: 'judgeWaiting', conversationId: finding.conversationId!, finding };
      }),
    );
    if (at - (checkedAt.get(projectId) ?? 0) >= THOROUGH) {
      const findings = telling(rules, await findByClock(prisma, projectId, rules, open, proof, at));
      if (findings.length > 0) commands.push({ kind: 'judgeAlerts', findings });
      checkedAt.set(projectId, at);
    }
    return commands;
  }

  const followers = await followAll(rule, { ...options, pause, chance, stopping, warn });

  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await followers[Symbol.asyncDispose]();
    },
  };
}

/** The first events, as far as they are judged together. */
function stepOf(events: Event[]): Event[] {
  const end = Date.parse(events[0]!.at) + STEP;
  const behind = events.findIndex(({ at }) => Date.parse(at) > end);
  return behind === -1 ? events : events.slice(0, behind);
}

/** The findings that change anything, each after those before it. */
function telling(rules: AlertRule[], { findings, newest }: Found): Finding[] {
  const alerts = new Map(newest.map((alert) => [alert.id, alert]));
  let nextId = Number.MAX_SAFE_INTEGER - findings.length;
  return findings.filter((finding) => {
    const rule = rules.find(({ id }) => id === finding.ruleId);
    if (rule === undefined) return false;
    const before = newestOf(alerts.values(), finding.ruleId, finding);
    const judged = judge(rule, before, finding);
    if (judged === null) return false;
    const isNew = before === undefined || before.status === 'RESOLVED';
    const id = isNew ? (nextId += 1) : before.id;
    alerts.set(id, { ...judged, id });
    return true;
  });
}

/** Whether time alone changes an alert. */
function isAged(rules: AlertRule[], alert: Alert, now: number): boolean {
  if (alert.snoozedUntil !== null && Date.parse(alert.snoozedUntil) <= now) return true;
  const rule = rules.find(({ id }) => id === alert.ruleId);
  const end = rule === undefined ? null : endOf(alert, rule);
  return end !== null && end <= now;
}
