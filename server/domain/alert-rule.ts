import { z } from 'zod';
import { senders, type Sender } from './conversation.ts';
import { toAmount, type Amount } from './money.ts';
import { faultOfPattern } from './pattern.ts';
import { stageNames, type StageName } from './turn.ts';
import { isBlank, label, text } from './value.ts';

export const severities = ['INFO', 'WARNING', 'CRITICAL'] as const;
export type Severity = (typeof severities)[number];

/** What is watched for. Windows roll: they reach from now back for so many minutes. */
export type Condition =
  | { kind: 'SESSION_COST' | 'USER_COST' | 'PROJECT_COST'; windowMinutes: number; thresholdUsd: Amount }
  | LatencyCondition
  | { kind: 'NEGATIVE_RUN'; messages: number; below: number }
  | { kind: 'WAITING'; seconds: number }
  | { kind: 'FAILURE_RATE' | 'BLOCK_RATE'; windowMinutes: number; share: number; minTurns: number }
  | { kind: 'THUMBS_DOWN'; count: number; windowMinutes: number }
  | WordsCondition;

/** A time of turns: that of a stage, or of whole turns (null); of one turn, or a percentile over a window. */
export type LatencyCondition = {
  kind: 'STAGE_LATENCY';
  stage: StageName | null;
  thresholdMs: number;
  percentile: number | null;
  windowMinutes: number | null;
  minTurns: number | null;
};

/** Words that somebody says; `sender` null is anybody. */
export type WordsCondition = {
  kind: 'WORDS';
  words: string[];
  pattern: string | null;
  sender: Sender | null;
};

export type AlertKind = Condition['kind'];

/** What somebody wants to be alerted to. Moments are ISO strings. */
export type AlertRule = {
  id: string;
  name: string;
  severity: Severity;
  isEnabled: boolean;
  /** Only what happens on this platform; null for all. */
  platform: string | null;
  condition: Condition;
  createdAt: string;
  /** When anything of it last changed: what was found out by an older form of it is void. */
  changedAt: string;
};

/** A project has so many rules at most. */
export const MOST_RULES = 50;
const DAYS = 30;
/** Windows whose turns are read one by one are an hour long at most. */
const SHORT_WINDOW = 60;
const LONG_WINDOW = DAYS * 24 * 60;

const within = (least: number, most: number) => `must be from ${least} to ${most}`;
const whole = (least: number, most: number) =>
  z.int({ error: 'must be a whole number' }).min(least, within(least, most)).max(most, within(least, most));
const number = z.number({ error: 'must be a finite number' });
const windowMinutes = whole(1, LONG_WINDOW);
const share = number.gt(0, 'must be above 0 and at most 1').max(1, 'must be above 0 and at most 1');
const minTurns = whole(1, 1_000_000);
const thresholdUsd = z
  .string({ error: 'must be an amount in USD, as text' })
  .regex(/^\d{1,9}(?:\.\d{1,12})?$/u, 'must be an amount in USD, for example 2.50')
  .refine((it) => Number(it) > 0, 'must be above 0')
  .transform(toAmount);

const word = text
  .refine((it) => !isBlank(it), 'must not be blank')
  .refine((it) => it.length <= 100, 'must have at most 100 characters')
  .transform((it) => it.trim());
const pattern = text
  .refine((it) => it.length <= 500, 'must have at most 500 characters')
  .superRefine((it, context) => {
    const fault = faultOfPattern(it);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  });

const stageLatency = z
  .strictObject({
    kind: z.literal('STAGE_LATENCY'),
    stage: z
      .enum(stageNames, { error: `must be one of ${stageNames.join(', ')}` })
      .nullable()
      .default(null),
    thresholdMs: number.gt(0, 'must be above 0').max(3_600_000, 'must be at most 3600000, an hour'),
    percentile: number
      .gt(0, 'must be above 0 and at most 100')
      .max(100, 'must be above 0 and at most 100')
      .nullable()
      .default(null),
    windowMinutes: whole(1, SHORT_WINDOW).nullable().default(null),
    minTurns: minTurns.nullable().default(null),
  })
  .superRefine(({ percentile, windowMinutes: minutes, minTurns: turns }, context) => {
    const issue = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (percentile === null && minutes !== null)
      issue('percentile', 'must be given with a window; leave out both to look at each turn');
    if (percentile !== null && minutes === null)
      issue('windowMinutes', 'must be given with a percentile; leave out both to look at each turn');
    if (percentile === null && turns !== null)
      issue('minTurns', 'counts the turns of a window; leave it out to look at each turn');
  })
  .transform((it) => ({ ...it, minTurns: it.percentile === null ? null : (it.minTurns ?? 1) }));

const words = z
  .strictObject({
    kind: z.literal('WORDS'),
    words: z.array(word).max(100, 'must hold at most 100 words').default([]),
    pattern: pattern.nullable().default(null),
    sender: z.enum(senders).nullable().default(null),
  })
  .superRefine((it, context) => {
    if (it.words.length > 0 || it.pattern !== null) return;
    context.addIssue({
      code: 'custom',
      path: ['words'],
      message: 'must hold a word, unless there is a pattern',
    });
  });

const cost = <Kind extends AlertKind>(kind: Kind) =>
  z.strictObject({ kind: z.literal(kind), windowMinutes, thresholdUsd });
const rate = <Kind extends AlertKind>(kind: Kind) =>
  z.strictObject({ kind: z.literal(kind), windowMinutes, share, minTurns });

/** By kind, what a condition is made of. A condition that this takes can be evaluated. */
export const conditionSchemas = {
  SESSION_COST: cost('SESSION_COST'),
  USER_COST: cost('USER_COST'),
  PROJECT_COST: cost('PROJECT_COST'),
  STAGE_LATENCY: stageLatency,
  NEGATIVE_RUN: z.strictObject({
    kind: z.literal('NEGATIVE_RUN'),
    messages: whole(1, 100),
    below: number.gt(-1, 'must be above -1 and at most 1').max(1, 'must be above -1 and at most 1'),
  }),
  WAITING: z.strictObject({ kind: z.literal('WAITING'), seconds: whole(1, 604_800) }),
  FAILURE_RATE: rate('FAILURE_RATE'),
  BLOCK_RATE: rate('BLOCK_RATE'),
  THUMBS_DOWN: z.strictObject({ kind: z.literal('THUMBS_DOWN'), count: whole(1, 1_000_000), windowMinutes }),
  WORDS: words,
} satisfies Record<AlertKind, z.ZodType<Condition>>;

export const alertKinds = Object.keys(conditionSchemas) as AlertKind[];

const name = label.refine((it) => !isBlank(it), 'must not be blank');
/** What a caller states of a rule besides its condition. */
export const ruleFields = {
  name,
  severity: z.enum(severities, { error: `must be one of ${severities.join(', ')}` }),
  platform: label.refine((it) => !isBlank(it), 'must not be blank').nullable(),
};

/** What a value must reach to raise an alert. */
export function thresholdOf(condition: Condition): number {
  switch (condition.kind) {
    case 'SESSION_COST':
    case 'USER_COST':
    case 'PROJECT_COST':
      return Number(condition.thresholdUsd);
    case 'STAGE_LATENCY':
      return condition.thresholdMs;
    case 'NEGATIVE_RUN':
      return condition.messages;
    case 'WAITING':
      return condition.seconds;
    case 'FAILURE_RATE':
    case 'BLOCK_RATE':
      return condition.share;
    case 'THUMBS_DOWN':
      return condition.count;
    case 'WORDS':
      return 1;
  }
}
