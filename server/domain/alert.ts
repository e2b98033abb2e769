import { thresholdOf, type AlertKind, type AlertRule, type Condition, type Severity } from './alert-rule.ts';
import type { StageName } from './turn.ts';

export const alertStatuses = ['RAISED', 'SNOOZED', 'RESOLVED'] as const;
export type AlertStatus = (typeof alertStatuses)[number];

/**
 * Why an alert is over: it is not so any more (or not heard of for long), a person dealt with it, or its rule changed,
 * was switched off or removed.
 */
export const resolutions = ['CLEARED', 'DISMISSED', 'RULE_CHANGED'] as const;
export type Resolution = (typeof resolutions)[number];

/** What a rule is judged for: the whole project, a conversation, or a person; external ids. */
export type Scope = { conversationId: string | null; endUserId: string | null };

/** What proves an alert. No words are among it, so that nothing has to be erased when somebody is forgotten. */
export type Proof = {
  /** The newest event that was looked at. */
  seq: number;
  conversationId: string | null;
  messageId: number | null;
  /** The caller's own id of the turn. */
  turnId: string | null;
};

/**
 * Something that a rule watches for is so. One of a rule and a scope is open at most, from when it is raised until it
 * is resolved. Moments are ISO strings.
 */
export type Alert = Scope & {
  id: number;
  ruleId: string;
  /** As the rule was when it was raised. */
  ruleName: string;
  kind: AlertKind;
  severity: Severity;
  status: AlertStatus;
  value: number;
  threshold: number;
  /** What happened, in plain words; never the words of anybody. */
  text: string;
  proof: Proof;
  raisedAt: string;
  /** When it was last found to be so. */
  changedAt: string;
  snoozedUntil: string | null;
  resolvedAt: string | null;
  /** Name of who resolved it; null when nobody did. */
  resolvedBy: string | null;
  resolution: Resolution | null;
};

/** What a rule was found to say of a scope at a moment. */
export type Finding = Scope & {
  ruleId: string;
  /** `changedAt` of the rule that was judged by. */
  ruleChangedAt: string;
  /** As of when. */
  at: string;
  /** Only what came after this moment was counted. */
  since: string;
  value: number;
  proof: Proof;
};

/** One text for a scope. */
export const scopeKey = ({ conversationId, endUserId }: Scope): string =>
  conversationId !== null ? `conversation:${conversationId}` : endUserId !== null ? `user:${endUserId}` : '';

const MINUTE = 60_000;
/** A value has fallen back when it is a tenth below what raised the alert, so that an alert does not flutter. */
const FALLEN = 0.9;
/** How long an alert that time alone ends goes on after it was last found to be so, in ms. */
const lives: Partial<Record<AlertKind, number>> = {
  WORDS: 24 * 60 * MINUTE,
  NEGATIVE_RUN: 60 * MINUTE,
  STAGE_LATENCY: 60 * MINUTE,
};

const isOfMoment = (condition: Condition): boolean =>
  condition.kind === 'WORDS' ||
  condition.kind === 'NEGATIVE_RUN' ||
  (condition.kind === 'STAGE_LATENCY' && condition.percentile === null);

/** When an alert ends by time alone, in ms since 1970; null when it is looked after otherwise. */
export function endOf(alert: Alert, { condition }: AlertRule): number | null {
  const life = isOfMoment(condition) ? lives[alert.kind] : undefined;
  return life === undefined ? null : Date.parse(alert.changedAt) + life;
}

/**
 * The alert of a rule and a scope after a finding, where `newest` is the newest there was of them; null when all stays
 * as it is. What was judged by an older form of the rule, or from before a person dealt with it, says nothing.
 */
export function judge(
  rule: AlertRule,
  newest: Alert | undefined,
  finding: Finding,
): Omit<Alert, 'id'> | null {
  if (!rule.isEnabled || finding.ruleChangedAt !== rule.changedAt) return null;
  const threshold = thresholdOf(rule.condition);
  const { value, at, proof } = finding;
  const isReached = value >= threshold;
  if (newest !== undefined && newest.status !== 'RESOLVED') {
    if (!isReached) return value <= threshold * FALLEN ? resolved(newest, 'CLEARED', at) : null;
    // Once a minute at most: a log of alerts must stay short beside that of what they are about.
    const isLater = Date.parse(at) - Date.parse(newest.changedAt) >= MINUTE;
    const isNews = value !== newest.value || (isOfMoment(rule.condition) && proof.seq > newest.proof.seq);
    if (!isLater || !isNews) return null;
    return { ...newest, value, text: describe(rule, finding), proof, changedAt: at };
  }
  if (!isReached || isDealtWith(newest, finding)) return null;
  const { conversationId, endUserId } = finding;
  return {
    ruleId: rule.id,
    ruleName: rule.name,
    kind: rule.condition.kind,
    severity: rule.severity,
    conversationId,
    endUserId,
    status: 'RAISED',
    value,
    threshold,
    text: describe(rule, finding),
    proof,
    raisedAt: at,
    changedAt: at,
    snoozedUntil: null,
    resolvedAt: null,
    resolvedBy: null,
    resolution: null,
  };
}

/** Whether a finding is about what a person dealt with, or about the same message or turn once more. */
function isDealtWith(newest: Alert | undefined, { since, proof }: Finding): boolean {
  if (newest === undefined) return false;
  if (newest.resolution === 'DISMISSED' && since < newest.resolvedAt!) return true;
  const { messageId, turnId } = proof;
  return (
    newest.resolution !== 'RULE_CHANGED' &&
    (messageId ?? turnId) !== null &&
    messageId === newest.proof.messageId &&
    turnId === newest.proof.turnId
  );
}

/** An alert that is over. */
export const resolved = <T extends Omit<Alert, 'id'>>(
  alert: T,
  resolution: Resolution,
  at: string,
  by: string | null = null,
): T => ({ ...alert, status: 'RESOLVED', snoozedUntil: null, resolvedAt: at, resolvedBy: by, resolution });

const stageWords: Record<StageName, string> = {
  ENDPOINTING: 'noticing that the person had finished',
  ASR: 'speech recognition',
  LLM_FIRST_TOKEN: 'the first word of the model',
  LLM: 'the model',
  TRANSLATION: 'translation',
  GUARDRAIL: 'the guardrails',
  TOOL: 'tools',
  TTS_FIRST_BYTE: 'the first sound',
  TTS: 'speech synthesis',
  TRANSPORT: 'transport',
};

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
const round = (value: number): string => String(Number(value.toPrecision(4)));
/** An amount with its cents; below a dollar with what is smaller. */
const usd = (value: number): string =>
  `$${value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: value < 1 ? 6 : 2 })}`;
const percent = (share: number): string => `${round(share * 100)} %`;

/** A length of time in the largest unit that tells it whole. */
function spell(seconds: number): string {
  const units = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ] as const;
  const [size, name] = units.find(([it]) => seconds >= it && Math.floor(seconds) % it === 0) ?? units[3];
  return plural(Math.floor(seconds / size), name);
}

/** What happened, in plain words. Nothing that anybody said is quoted. */
function describe({ condition }: Pick<AlertRule, 'condition'>, finding: Finding): string {
  const { value, conversationId, endUserId } = finding;
  const of =
    conversationId !== null
      ? `Conversation ${conversationId}`
      : endUserId !== null
        ? `User ${endUserId}`
        : 'The project';
  const threshold = thresholdOf(condition);
  const last = (minutes: number): string => `in the last ${spell(minutes * 60).replace(/^1 /u, '')}`;
  switch (condition.kind) {
    case 'SESSION_COST':
    case 'USER_COST':
    case 'PROJECT_COST':
      return `${of} cost ${usd(value)} ${last(condition.windowMinutes)}; the limit is ${usd(threshold)}.`;
    case 'STAGE_LATENCY': {
      const what = condition.stage === null ? 'the whole turn' : stageWords[condition.stage];
      const limit = `the limit is ${round(threshold)} ms`;
      if (condition.percentile === null)
        return `${of}: ${what} took ${round(value)} ms in one turn; ${limit}.`;
      return `${round(condition.percentile)} % of turns had ${what} within ${round(value)} ms ${last(condition.windowMinutes!)}; ${limit}.`;
    }
    case 'NEGATIVE_RUN':
      return `${of}: the last ${plural(condition.messages, 'message')} of the user sounded negative, each below ${condition.below}.`;
    case 'WAITING':
      return `${of} has waited for a person for ${spell(condition.seconds)} or longer.`;
    case 'FAILURE_RATE':
      return `${percent(value)} of turns failed ${last(condition.windowMinutes)}; the limit is ${percent(threshold)}.`;
    case 'BLOCK_RATE':
      return `Guardrails blocked ${round(value)} times for each turn ${last(condition.windowMinutes)}; the limit is ${round(threshold)}.`;
    case 'THUMBS_DOWN':
      return `${plural(value, 'thumb')} down ${last(condition.windowMinutes)}; the limit is ${threshold}.`;
    case 'WORDS':
      return `${of}: something was said that this rule watches for.`;
  }
}
