import { scopeKey, type Alert, type Finding, type Proof, type Scope } from '../domain/alert.ts';
import type { AlertRule, LatencyCondition } from '../domain/alert-rule.ts';
import { newestOf } from '../domain/alerting.ts';
import type { Event } from '../domain/event.ts';
import type { Message } from '../domain/message.ts';
import { matcherOf, type Match } from '../domain/pattern.ts';
import type { Segment } from '../domain/segment.ts';
import { sumMs, type Turn } from '../domain/turn.ts';
import { listNewestAlerts } from '../store/alert.ts';
import type { PrismaClient } from '../store/database.ts';
import { readSentiments, readSentimentsOfCall } from '../store/measure.ts';
import { measureAll, sinceOf, type Found } from './alert-measure.ts';

/** Something in an event that a rule has to look at, for one scope. */
type Case = {
  rule: AlertRule;
  scope: Scope;
  at: string;
  proof: Proof;
  /** What the event alone tells; null when the tables have to be asked. */
  value: number | null;
  /** For a run of words: the conversation, and with which of them it ends. */
  run: { conversation: number; last: Message | Segment } | null;
};

type Spoken = Extract<Event, { conversation: object }>;

/** Whether an event may make any of these rules true, or false. */
export const concernsAny = (rules: AlertRule[], event: Event): boolean =>
  'conversation' in event && rules.some((rule) => casesOf(rule, event).length > 0);

/** What rules say of events, each as of when it happened. */
export async function findInEvents(
  prisma: PrismaClient,
  projectId: number,
  rules: AlertRule[],
  events: Event[],
): Promise<Found> {
  const cases = events.flatMap((event) =>
    'conversation' in event
      ? rules.filter(({ changedAt }) => changedAt <= event.at).flatMap((rule) => casesOf(rule, event))
      : [],
  );
  const newest = await listNewestAlerts(prisma, projectId, pairsOf(cases));
  const told = await Promise.all(
    cases.map(async (it): Promise<Finding[]> => {
      const before = newestOf(newest, it.rule.id, it.scope);
      const value = it.run === null ? it.value : await runOf(prisma, projectId, it, before);
      return value === null ? [] : [findingOf(it, it.at, value)];
    }),
  );
  // The newest case of each scope stands for those before it: windows are measured up to it.
  const windows = new Map(
    cases
      .filter(({ value, run }) => value === null && run === null)
      .map((it) => [`${it.rule.id} ${scopeKey(it.scope)}`, it]),
  );
  const measured = await measureAll(prisma, projectId, [...windows.values()], newest);
  return { findings: [...told.flat(), ...measured], newest };
}

const findingOf = ({ rule, scope, at, proof }: Case, since: string, value: number): Finding => ({
  ...scope,
  ruleId: rule.id,
  ruleChangedAt: rule.changedAt,
  at,
  since,
  value,
  proof,
});

const pairsOf = (cases: Case[]): { ruleId: string; scope: Scope }[] => [
  ...new Map(
    cases.map(({ rule, scope }) => [`${rule.id} ${scopeKey(scope)}`, { ruleId: rule.id, scope }]),
  ).values(),
];

/** How many of the words of a user up to these sounded worse than the rule says, without any between that did not. */
async function runOf(
  prisma: PrismaClient,
  projectId: number,
  { rule, run }: Case,
  before: Alert | undefined,
): Promise<number> {
  const { condition } = rule;
  if (condition.kind !== 'NEGATIVE_RUN' || run === null) return 0;
  const { conversation, last } = run;
  const asked = { conversation, after: new Date(sinceOf(0, before)), most: condition.messages };
  const sentiments =
    'speaker' in last
      ? await readSentimentsOfCall(prisma, projectId, { ...asked, upTo: last })
      : await readSentiments(prisma, projectId, { ...asked, upTo: last.id });
  const end = sentiments.findIndex((it) => it >= condition.below);
  return end === -1 ? sentiments.length : end;
}

const project: Scope = { conversationId: null, endUserId: null };

/** What a rule has to look at in an event. */
function casesOf(rule: AlertRule, event: Event): Case[] {
  if (!('conversation' in event)) return [];
  const { conversation } = event;
  if (rule.platform !== null && rule.platform !== conversation.platform) return [];
  const conversationId = conversation.externalId;
  const make = (scope: Scope, value: number | null, more: Partial<Proof> = {}): Case => ({
    rule,
    scope,
    at: event.at,
    proof: { seq: event.seq, conversationId, messageId: null, turnId: null, ...more },
    value,
    run: null,
  });
  const session: Scope = { conversationId, endUserId: null };
  const { condition } = rule;
  switch (condition.kind) {
    case 'SESSION_COST':
      return event.kind === 'CostRecorded' ? [make(session, null)] : [];
    case 'USER_COST': {
      const endUserId = conversation.endUser?.externalId;
      if (event.kind !== 'CostRecorded' || endUserId === undefined) return [];
      return [make({ conversationId: null, endUserId }, null)];
    }
    case 'PROJECT_COST':
      return event.kind === 'CostRecorded' ? [make(project, null)] : [];
    case 'FAILURE_RATE':
    case 'BLOCK_RATE':
      return event.kind === 'TurnRecorded' ? [make(project, null, { turnId: event.turn.externalId })] : [];
    case 'THUMBS_DOWN':
      return event.kind === 'FeedbackSubmitted' && event.feedback.ratingType === 'THUMBS'
        ? [make(project, null)]
        : [];
    case 'STAGE_LATENCY': {
      if (event.kind === 'ConversationClosed' && condition.percentile === null) return [make(session, 0)];
      if (event.kind !== 'TurnRecorded') return [];
      const turnId = event.turn.externalId;
      if (condition.percentile !== null) return [make(project, null, { turnId })];
      const time = timeOf(event.turn, condition);
      return time === null ? [] : [make(session, time, { turnId })];
    }
    case 'NEGATIVE_RUN':
      if (event.kind === 'ConversationClosed') return [make(session, 0)];
      return saidIn(event).map((last) => ({
        ...make(session, null, 'sender' in last ? { messageId: last.id } : {}),
        run: { conversation: conversation.id, last },
      }));
    case 'WAITING':
      return hasMoved(event) && conversation.owner !== 'PENDING' ? [make(session, 0)] : [];
    case 'WORDS': {
      const isSaid = matchOf(rule);
      if (event.kind === 'SegmentLogged') {
        const { speaker, text } = event.segment;
        const isMeant =
          condition.sender === null || (condition.sender === 'USER') === (speaker === 'CUSTOMER');
        return isMeant && condition.sender !== 'SYSTEM' && isSaid(text) ? [make(session, 1)] : [];
      }
      return messagesOf(event)
        .filter(({ sender, text }) => (condition.sender ?? sender) === sender && isSaid(text))
        .map(({ id }) => make(session, 1, { messageId: id }));
    }
  }
}

const messagesOf = (event: Spoken): Message[] => (event.kind === 'MessagesLogged' ? event.messages : []);

/** The words of a user in an event whose sound is known: messages, or what the customer of a call said. */
function saidIn(event: Spoken): (Message | Segment)[] {
  if (event.kind !== 'SegmentLogged') return messagesOf(event).filter(({ sentiment }) => sentiment !== null);
  const { segment } = event;
  return segment.speaker === 'CUSTOMER' && segment.sentiment !== null ? [segment] : [];
}

const hasMoved = ({ kind }: Event): boolean => kind === 'HandoffChanged' || kind === 'ConversationClosed';

/** How long a turn took, or one of its stages, in ms; null when nobody said. */
function timeOf(turn: Turn, { stage }: LatencyCondition): number | null {
  if (stage === null) return turn.totalMs;
  return sumMs(turn.stages.filter(({ name }) => name === stage).map(({ durationMs }) => durationMs));
}

/** What is looked for by each rule, made once. */
const matches = new WeakMap<object, Match>();

function matchOf({ condition }: AlertRule): Match {
  const known = matches.get(condition);
  if (known !== undefined) return known;
  const match: Match = condition.kind === 'WORDS' ? matcherOf(condition) : () => false;
  matches.set(condition, match);
  return match;
}
