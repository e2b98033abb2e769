import { judge, endOf, resolved, scopeKey, type Alert, type Finding, type Scope } from './alert.ts';
import { MOST_RULES, type AlertRule } from './alert-rule.ts';
import type { Alerting, Answer } from './command.ts';
import { emit, nothing } from './emit.ts';
import { ConflictError, InvalidInputError, NotFoundError } from './errors.ts';
import { isSame } from './exchange.ts';
import type { State } from './state.ts';

/** Sets rules of alerts up, and raises, changes and resolves alerts; what is so already makes no event. */
export function decideAlerting(state: State, command: Alerting, now: string): Answer {
  switch (command.kind) {
    case 'createAlertRule':
      return createRule(state, command.rule, now);
    case 'updateAlertRule':
      return updateRule(state, findRule(state, command.id), command.changes, now);
    case 'removeAlertRule': {
      const alertRule = findRule(state, command.id);
      resolveAllOf(state, alertRule, now);
      emit(state, now, { kind: 'AlertRuleRemoved', alertRule });
      return { ...nothing, recorded: { alertRule } };
    }
    case 'judgeAlerts':
      for (const finding of command.findings) find(state, finding, now);
      return nothing;
    case 'judgeWaiting':
      return judgeWaiting(state, command, now);
    case 'ageAlerts':
      for (const id of command.ids) age(state, id, now);
      return nothing;
    case 'snoozeAlert':
      return snooze(state, command, now);
    case 'resolveAlert': {
      const alert = findAlert(state, command.id);
      // Resolved twice is resolved once.
      if (alert.status === 'RESOLVED') return { ...nothing, recorded: { alert } };
      const after = resolved(alert, 'DISMISSED', now, command.by);
      emit(state, now, { kind: 'AlertResolved', alert: after });
      return { ...nothing, recorded: { alert: after } };
    }
  }
}

function findRule(state: State, id: string): AlertRule {
  const known = state.alertRules.get(id);
  if (known !== undefined && !known.isRemoved) return known.alertRule;
  throw new NotFoundError('There is no such alert rule in this project.');
}

function findAlert(state: State, id: number): Alert {
  const alert = state.alerts.get(id);
  if (alert !== undefined) return alert;
  throw new NotFoundError('There is no such alert in this project.');
}

function createRule(
  state: State,
  stated: Extract<Alerting, { kind: 'createAlertRule' }>['rule'],
  now: string,
): Answer {
  if ([...state.alertRules.values()].filter(({ isRemoved }) => !isRemoved).length >= MOST_RULES) {
    throw new ConflictError(`A project has at most ${MOST_RULES} alert rules. Remove one first.`);
  }
  const alertRule = { ...stated, createdAt: now, changedAt: now };
  emit(state, now, { kind: 'AlertRuleChanged', alertRule });
  return { ...nothing, recorded: { alertRule } };
}

/** A rule that watches for something else from now on has nothing open any more. */
function updateRule(
  state: State,
  before: AlertRule,
  changes: Extract<Alerting, { kind: 'updateAlertRule' }>['changes'],
  now: string,
): Answer {
  const changed = { ...before, ...changes };
  if (isSame(before, changed)) return { ...nothing, recorded: { alertRule: before } };
  const alertRule = { ...changed, changedAt: now };
  const isOther =
    !alertRule.isEnabled ||
    alertRule.platform !== before.platform ||
    !isSame(alertRule.condition, before.condition);
  if (isOther) resolveAllOf(state, before, now);
  emit(state, now, { kind: 'AlertRuleChanged', alertRule });
  return { ...nothing, recorded: { alertRule } };
}

function resolveAllOf(state: State, { id }: AlertRule, now: string): void {
  for (const alert of state.alerts.values()) {
    if (alert.ruleId !== id || alert.status === 'RESOLVED') continue;
    emit(state, now, { kind: 'AlertResolved', alert: resolved(alert, 'RULE_CHANGED', now) });
  }
}

/** The newest alert of a rule and a scope, open or not. */
export function newestOf(alerts: Iterable<Alert>, ruleId: string, scope: Scope): Alert | undefined {
  let newest: Alert | undefined;
  for (const alert of alerts) {
    if (alert.ruleId !== ruleId || scopeKey(alert) !== scopeKey(scope)) continue;
    if (newest === undefined || alert.id > newest.id) newest = alert;
  }
  return newest;
}

/** Carries out what a rule was found to say, where that is not so yet. */
function find(state: State, finding: Finding, now: string): void {
  const rule = state.alertRules.get(finding.ruleId);
  if (rule === undefined || rule.isRemoved) return;
  // Somebody may have been forgotten, and with that lost the name, since the watcher looked.
  if (finding.endUserId !== null && state.endUsers.get(finding.endUserId) === undefined) return;
  const newest = newestOf(state.alerts.values(), finding.ruleId, finding);
  const judged = judge(rule.alertRule, newest, finding);
  if (judged === null) return;
  if (newest === undefined || newest.status === 'RESOLVED') {
    emit(state, now, {
      kind: 'AlertRaised',
      alert: { ...judged, id: state.project.lastAlert + 1, raisedAt: now },
    });
    return;
  }
  const alert = { ...judged, id: newest.id };
  if (alert.status === 'RESOLVED')
    emit(state, now, { kind: 'AlertResolved', alert: { ...alert, resolvedAt: now } });
  else emit(state, now, { kind: 'AlertChanged', alert, change: 'VALUE', by: null });
}

/** Somebody may have come since the watcher looked: whoever does not wait any more raises nothing. */
function judgeWaiting(
  state: State,
  { conversationId, finding }: Extract<Alerting, { kind: 'judgeWaiting' }>,
  now: string,
): Answer {
  const conversation = state.conversations.get(conversationId);
  if (conversation?.owner === 'PENDING' && conversation.ownerSince === finding.since)
    find(state, finding, now);
  return nothing;
}

/** What time alone does to an alert: a snooze is over, or it was not heard of for long. */
function age(state: State, id: number, now: string): void {
  const alert = state.alerts.get(id);
  if (alert === undefined || alert.status === 'RESOLVED') return;
  const rule = state.alertRules.get(alert.ruleId)?.alertRule;
  const end = rule === undefined ? 0 : endOf(alert, rule);
  if (end !== null && end <= Date.parse(now)) {
    emit(state, now, { kind: 'AlertResolved', alert: resolved(alert, 'CLEARED', now) });
  } else if (alert.snoozedUntil !== null && alert.snoozedUntil <= now) {
    const woken: Alert = { ...alert, status: 'RAISED', snoozedUntil: null };
    emit(state, now, { kind: 'AlertChanged', alert: woken, change: 'UNSNOOZED', by: null });
  }
}

/** The longest snooze, in ms. */
const LONGEST = 30 * 86_400_000;

function snooze(
  state: State,
  { id, until, by }: Extract<Alerting, { kind: 'snoozeAlert' }>,
  now: string,
): Answer {
  const alert = findAlert(state, id);
  const field = 'input.until';
  if (until <= now) throw new InvalidInputError(field, `${field} must lie in the future.`);
  if (Date.parse(until) - Date.parse(now) > LONGEST) {
    throw new InvalidInputError(field, `${field} must be at most 30 days from now.`);
  }
  if (alert.status === 'RESOLVED') throw new ConflictError('This alert is resolved already.');
  if (alert.snoozedUntil === until) return { ...nothing, recorded: { alert } };
  const after: Alert = { ...alert, status: 'SNOOZED', snoozedUntil: until };
  emit(state, now, { kind: 'AlertChanged', alert: after, change: 'SNOOZED', by });
  return { ...nothing, recorded: { alert: after } };
}
