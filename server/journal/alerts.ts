import { scopeKey, type Alert, type Finding } from '../domain/alert.ts';
import type { AlertRule } from '../domain/alert-rule.ts';
import type { Command } from '../domain/command.ts';
import type { EndUser } from '../domain/conversation.ts';
import type { State } from '../domain/state.ts';
import { columnsOf } from '../store/column.ts';
import type { Statement } from '../store/database.ts';
import { iso } from './load.ts';

/** What is read of alerts: all rules of the project, the alerts that commands may change, and who findings are about. */
type Loaded = { rules: AlertRule[]; alerts: Alert[]; people: EndUser[] };

const kinds = new Set<Command['kind']>([
  'createAlertRule',
  'updateAlertRule',
  'removeAlertRule',
  'judgeAlerts',
  'judgeWaiting',
  'ageAlerts',
  'snoozeAlert',
  'resolveAlert',
]);

const findingsIn = (command: Command): Finding[] =>
  command.kind === 'judgeAlerts'
    ? command.findings
    : command.kind === 'judgeWaiting'
      ? [command.finding]
      : [];

function alertsIn(command: Command): number[] {
  if (command.kind === 'ageAlerts') return command.ids;
  return command.kind === 'snoozeAlert' || command.kind === 'resolveAlert' ? [command.id] : [];
}

const rulesIn = (command: Command): string[] =>
  command.kind === 'updateAlertRule' || command.kind === 'removeAlertRule' ? [command.id] : [];

/** Reads the rules and the alerts that a batch may change; null when it is about none. */
export function loadAlerts(projectId: number, commands: Command[]): Statement | null {
  if (!commands.some(({ kind }) => kinds.has(kind))) return null;
  const findings = commands.flatMap(findingsIn);
  return {
    name: 'load_alerts',
    text: loadText,
    values: [
      projectId,
      commands.flatMap(alertsIn),
      findings.map(({ ruleId }) => ruleId),
      findings.map(scopeKey),
      commands.flatMap(rulesIn),
      findings.flatMap(({ endUserId }) => endUserId ?? []),
    ],
  };
}

/** The columns of an alert, as properties. */
const alertColumns = `id, rule_id as "ruleId", rule_name as "ruleName", kind, severity,
  conversation_id as "conversationId", end_user_id as "endUserId", status, value, threshold, text, proof,
  raised_at as "raisedAt", changed_at as "changedAt", snoozed_until as "snoozedUntil",
  resolved_at as "resolvedAt", resolved_by as "resolvedBy", resolution`;

const loadText = `
  with alert as (
    select a.* from unnest($2::int[]) as wanted (id)
    cross join lateral (select * from alerts where project_id = $1 and id = wanted.id offset 0) a
    union
    -- The newest of each rule and scope, open or not.
    select a.* from unnest($3::text[], $4::text[]) as wanted (rule_id, scope)
    cross join lateral (select * from alerts where project_id = $1 and rule_id = wanted.rule_id
      and scope = wanted.scope order by id desc limit 1) a
    union
    select * from alerts where project_id = $1 and rule_id = any($5::text[]) and status <> 'RESOLVED'
  )
  select
    (select coalesce(json_agg(r), '[]') from (
      select id, name, severity, is_enabled as "isEnabled", platform, condition, created_at as "createdAt",
        changed_at as "changedAt" from alert_rules where project_id = $1) r) as rules,
    (select coalesce(json_agg(r), '[]') from (select ${alertColumns} from alert) r) as alerts,
    (select coalesce(json_agg(json_build_object('id', id, 'externalId', external_id, 'createdAt', created_at)), '[]')
      from end_users where project_id = $1 and external_id = any($6::text[])) as people`;

/** Adds what `loadAlerts` read to a state. */
export function addAlerts(state: State, rows: unknown[]): void {
  const { rules, alerts, people } = rows[0] as Loaded;
  for (const it of people) state.endUsers.set(it.externalId, { ...it, createdAt: iso(it.createdAt) });
  for (const it of rules) {
    const alertRule = { ...it, createdAt: iso(it.createdAt), changedAt: iso(it.changedAt) };
    state.alertRules.set(it.id, { alertRule, isRemoved: false });
  }
  for (const it of alerts) {
    state.alerts.set(it.id, {
      ...it,
      raisedAt: iso(it.raisedAt),
      changedAt: iso(it.changedAt),
      snoozedUntil: it.snoozedUntil && iso(it.snoozedUntil),
      resolvedAt: it.resolvedAt && iso(it.resolvedAt),
    });
  }
}

/** Writes the rules and alerts that a batch changed; no statement when it changed none. */
export function writeAlerts(state: State): Statement[] {
  const rules = [...state.alertRules.own.values()];
  const alerts = [...state.alerts.own.values()];
  if (rules.length === 0 && alerts.length === 0) return [];
  const kept = rules.filter(({ isRemoved }) => !isRemoved);
  const gone = rules.filter(({ isRemoved }) => isRemoved);
  return [
    {
      name: 'write_alerts',
      text: writeText,
      values: [
        state.project.id,
        state.project.lastAlert,
        JSON.stringify(kept.map(({ alertRule }) => columnsOf(alertRule))),
        JSON.stringify(alerts.map((it) => ({ ...columnsOf(it), scope: scopeKey(it) }))),
        gone.map(({ alertRule }) => alertRule.id),
      ],
    },
  ];
}

const writeText = `
  with rule as (
    insert into alert_rules (project_id, id, name, severity, is_enabled, platform, condition, created_at,
      changed_at)
    select $1, r.* from json_to_recordset($3::json) as r (
      id text, name text, severity text, is_enabled boolean, platform text, condition jsonb,
      created_at timestamptz, changed_at timestamptz)
    on conflict (project_id, id) do update set name = excluded.name, severity = excluded.severity,
      is_enabled = excluded.is_enabled, platform = excluded.platform, condition = excluded.condition,
      changed_at = excluded.changed_at
  ),
  alert as (
    insert into alerts (project_id, id, rule_id, rule_name, kind, severity, conversation_id, end_user_id, scope,
      status, value, threshold, text, proof, raised_at, changed_at, snoozed_until, resolved_at, resolved_by,
      resolution)
    select $1, r.* from json_to_recordset($4::json) as r (
      id int, rule_id text, rule_name text, kind text, severity text, conversation_id text, end_user_id text,
      scope text, status text, value float8, threshold float8, text text, proof jsonb, raised_at timestamptz,
      changed_at timestamptz, snoozed_until timestamptz, resolved_at timestamptz, resolved_by text,
      resolution text)
    on conflict (project_id, id) do update set status = excluded.status, value = excluded.value,
      text = excluded.text, proof = excluded.proof, changed_at = excluded.changed_at,
      snoozed_until = excluded.snoozed_until, resolved_at = excluded.resolved_at,
      resolved_by = excluded.resolved_by, resolution = excluded.resolution
  ),
  gone as (
    delete from alert_rules where project_id = $1 and id = any($5::text[])
  )
  update projects set last_alert = $2 where id = $1`;
