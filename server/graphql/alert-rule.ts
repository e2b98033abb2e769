import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  conditionSchemas,
  ruleFields,
  type AlertKind,
  type AlertRule,
  type Condition,
} from '../domain/alert-rule.ts';
import { ConflictError, InvalidInputError, NotFoundError } from '../domain/errors.ts';
import { listAlertRules } from '../store/alert.ts';
import { AlertKindEnum, SeverityEnum } from './alert-kind.ts';
import { builder } from './builder.ts';
import { write } from './context.ts';
import { SenderEnum } from './message.ts';
import { parseInput } from './input.ts';
import { StageNameEnum } from './session.ts';

/** A condition with the fields of every kind. */
type Flat = { kind: AlertKind } & Partial<Omit<UnionFields<Condition>, 'kind'>>;
type UnionFields<T> = {
  [Key in T extends T ? keyof T : never]: T extends { [K in Key]: infer V } ? V : never;
};

/** What each field of a condition says, the same going in and coming out. */
const says = {
  windowMinutes:
    'How far the window reaches back from now, in minutes: 1 to 43,200, for a percentile of latencies 1 to 60. Windows above an hour reach back to the beginning of a quarter of an hour, unless they are of one session or person.',
  thresholdUsd: 'Costs: how much, in USD.',
  stage: 'Latency: of which stage; of the whole turn when null.',
  thresholdMs: 'Latency: how long, in ms.',
  percentile:
    'Latency: which percentile of the turns of the window, above 0 to 100; each turn alone when null.',
  minTurns: 'Rates and percentiles: with fewer turns in the window nothing is raised.',
  messages: 'A negative run: how many messages of the user in a row, 1 to 100.',
  below: 'A negative run: how each of them sounds at most, above -1 to 1.',
  seconds: 'Waiting: how long, in seconds, 1 to 604,800.',
  share: 'Rates: which share of the turns of the window, above 0 to 1.',
  count: 'Thumbs down: how many within the window.',
  words: 'Words: whole words or phrases, in any case.',
  pattern:
    'Words: a pattern in the syntax of RE2, in any case, looked for in the first 10,000 characters of a message.',
  sender: 'Words: who says them; anybody when null.',
} as const satisfies Record<Exclude<keyof Flat, 'kind'>, string>;

const ConditionRef = builder.objectRef<Flat>('AlertCondition').implement({
  description: 'What a rule watches for; fields that its kind has not are null.',
  fields: (t) => ({
    kind: t.expose('kind', { type: AlertKindEnum, description: 'Which kind.' }),
    windowMinutes: t.int({
      nullable: true,
      description: says.windowMinutes,
      resolve: (it) => it.windowMinutes ?? null,
    }),
    thresholdUsd: t.field({
      type: 'Decimal',
      nullable: true,
      description: says.thresholdUsd,
      resolve: (it) => it.thresholdUsd ?? null,
    }),
    stage: t.field({
      type: StageNameEnum,
      nullable: true,
      description: says.stage,
      resolve: (it) => it.stage ?? null,
    }),
    thresholdMs: t.float({
      nullable: true,
      description: says.thresholdMs,
      resolve: (it) => it.thresholdMs ?? null,
    }),
    percentile: t.float({
      nullable: true,
      description: says.percentile,
      resolve: (it) => it.percentile ?? null,
    }),
    minTurns: t.int({ nullable: true, description: says.minTurns, resolve: (it) => it.minTurns ?? null }),
    messages: t.int({ nullable: true, description: says.messages, resolve: (it) => it.messages ?? null }),
    below: t.float({ nullable: true, description: says.below, resolve: (it) => it.below ?? null }),
    seconds: t.int({ nullable: true, description: says.seconds, resolve: (it) => it.seconds ?? null }),
    share: t.float({ nullable: true, description: says.share, resolve: (it) => it.share ?? null }),
    count: t.int({ nullable: true, description: says.count, resolve: (it) => it.count ?? null }),
    words: t.stringList({ nullable: true, description: says.words, resolve: (it) => it.words ?? null }),
    pattern: t.string({ nullable: true, description: says.pattern, resolve: (it) => it.pattern ?? null }),
    sender: t.field({
      type: SenderEnum,
      nullable: true,
      description: says.sender,
      resolve: (it) => it.sender ?? null,
    }),
  }),
});

export const AlertRuleRef = builder.objectRef<AlertRule>('AlertRule').implement({
  description: 'What somebody wants to be alerted to.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its id.' }),
    name: t.exposeString('name', { description: 'Your name for it.' }),
    severity: t.expose('severity', { type: SeverityEnum, description: 'How much its alerts matter.' }),
    isEnabled: t.exposeBoolean('isEnabled', { description: 'Whether it raises alerts.' }),
    platform: t.exposeString('platform', {
      nullable: true,
      description: 'Only what happens on this platform; on all when null.',
    }),
    condition: t.field({
      type: ConditionRef,
      description: 'What it watches for.',
      resolve: ({ condition }): Flat => condition,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was set up.',
      resolve: ({ createdAt }) => new Date(createdAt),
    }),
  }),
});

const admin = { admin: true } as const;

builder.queryFields((t) => ({
  alertRules: t.field({
    type: [AlertRuleRef],
    description: 'The alert rules of the project, oldest first. Asks for the scope read.',
    authScopes: { read: true },
    resolve: (_root, _args, { prisma, caller }) => listAlertRules(prisma, caller.projectId),
  }),
}));

const ConditionInput = builder.inputType('AlertConditionInput', {
  description: 'What to watch for: the kind, and the fields of that kind alone.',
  fields: (t) => ({
    kind: t.field({ type: AlertKindEnum, required: true, description: 'Which kind.' }),
    windowMinutes: t.int({ description: says.windowMinutes }),
    thresholdUsd: t.field({ type: 'Decimal', description: says.thresholdUsd }),
    stage: t.field({ type: StageNameEnum, description: says.stage }),
    thresholdMs: t.float({ description: says.thresholdMs }),
    percentile: t.float({ description: says.percentile }),
    minTurns: t.int({ description: says.minTurns }),
    messages: t.int({ description: says.messages }),
    below: t.float({ description: says.below }),
    seconds: t.int({ description: says.seconds }),
    share: t.float({ description: says.share }),
    count: t.int({ description: says.count }),
    words: t.stringList({ description: says.words }),
    pattern: t.string({ description: says.pattern }),
    sender: t.field({ type: SenderEnum, description: says.sender }),
  }),
});
const CreateInput = builder.inputType('CreateAlertRuleInput', {
  description: 'What to be alerted to.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Your name for it, 1 to 255 characters.' }),
    severity: t.field({
      type: SeverityEnum,
      description: 'How much its alerts matter; WARNING when left out.',
    }),
    isEnabled: t.boolean({ description: 'Whether it raises alerts; true when left out.' }),
    platform: t.string({ description: 'Only what happens on this platform; on all when left out.' }),
    condition: t.field({ type: ConditionInput, required: true, description: 'What to watch for.' }),
  }),
});
const UpdateInput = builder.inputType('UpdateAlertRuleInput', {
  description: 'What to change of a rule; the rest stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id.' }),
    name: t.string({ description: 'Your name for it.' }),
    severity: t.field({ type: SeverityEnum, description: 'How much its alerts matter.' }),
    isEnabled: t.boolean({ description: 'Whether it raises alerts.' }),
    platform: t.string({ description: 'Only what happens on this platform; null for all.' }),
    condition: t.field({ type: ConditionInput, description: 'What to watch for, whole.' }),
  }),
});
const RulePayload = builder.objectRef<{ alertRule: AlertRule }>('AlertRulePayload').implement({
  description: 'The rule after the change.',
  fields: (t) => ({
    alertRule: t.expose('alertRule', { type: AlertRuleRef, description: 'As it is now.' }),
  }),
});
const RemovedPayload = builder.objectRef<{ id: string }>('RemoveAlertRulePayload').implement({
  description: 'The rule is gone, and its open alerts are resolved.',
  fields: (t) => ({ id: t.exposeID('id', { description: 'Its id.' }) }),
});

/** A condition as its kind reads it; a field of another kind is refused, rather than dropped. */
function readCondition(input: { kind: AlertKind; [field: string]: unknown }): Condition {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value != null));
  const path = 'input.condition';
  const schema: z.ZodType<Condition> = conditionSchemas[input.kind];
  const parsed = schema.safeParse(given);
  const stray = parsed.error?.issues.find((issue) => issue.code === 'unrecognized_keys')?.keys[0];
  if (stray !== undefined) {
    const message = `${path}.${stray} has no meaning for ${input.kind}; leave it out.`;
    throw new InvalidInputError(`${path}.${stray}`, message);
  }
  const missing = parsed.error?.issues.find(({ path: [name] }) => !(String(name) in given));
  if (missing !== undefined && missing.code === 'invalid_type') {
    const field = [path, ...missing.path].join('.');
    throw new InvalidInputError(field, `${field} must be given for ${input.kind}.`);
  }
  return parseInput(schema, given, path);
}

const changes = z.object({
  name: ruleFields.name.nullish(),
  severity: ruleFields.severity.nullish(),
  platform: ruleFields.platform.nullish(),
  isEnabled: z.boolean().nullish(),
});

builder.mutationFields((t) => ({
  createAlertRule: t.field({
    type: RulePayload,
    description:
      'Sets up an alert rule, which watches from now on; 50 a project at most. One that cannot be evaluated is refused. Asks for the scope admin.',
    authScopes: admin,
    args: { input: t.arg({ type: CreateInput, required: true, description: 'What to be alerted to.' }) },
    errors: {
      types: [InvalidInputError, ConflictError],
      union: { name: 'CreateAlertRuleResult', description: 'The rule, or why it was refused.' },
    },
    async resolve(_root, { input }, context, info) {
      const { name, severity, platform, isEnabled } = parseInput(changes.required({ name: true }), input);
      const rule = {
        id: `ar_${randomBytes(12).toString('base64url')}`,
        name: name!,
        severity: severity ?? 'WARNING',
        platform: platform ?? null,
        isEnabled: isEnabled ?? true,
        condition: readCondition(input.condition),
      };
      const [answer] = await write(context, info, [{ kind: 'createAlertRule', rule }]);
      return answer!.recorded as { alertRule: AlertRule };
    },
  }),
  updateAlertRule: t.field({
    type: RulePayload,
    description:
      'Changes an alert rule, or switches it on or off; what it watches for changing, its open alerts are resolved. Asks for the scope admin.',
    authScopes: admin,
    args: { input: t.arg({ type: UpdateInput, required: true, description: 'What to change.' }) },
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'UpdateAlertRuleResult', description: 'The rule, or why nothing changed.' },
    },
    async resolve(_root, { input }, context, info) {
      const { name, severity, platform, isEnabled } = parseInput(changes, input);
      const stated = {
        ...(name != null && { name }),
        ...(severity != null && { severity }),
        ...(platform !== undefined && { platform }),
        ...(isEnabled != null && { isEnabled }),
        ...(input.condition != null && { condition: readCondition(input.condition) }),
      };
      const command = { kind: 'updateAlertRule', id: String(input.id), changes: stated } as const;
      const [answer] = await write(context, info, [command]);
      return answer!.recorded as { alertRule: AlertRule };
    },
  }),
  removeAlertRule: t.field({
    type: RemovedPayload,
    description:
      'Removes an alert rule and resolves its open alerts; its alerts stay in the list. Asks for the scope admin.',
    authScopes: admin,
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    errors: {
      types: [NotFoundError],
      union: { name: 'RemoveAlertRuleResult', description: 'Its id, or that there is none.' },
    },
    async resolve(_root, { id }, context, info) {
      await write(context, info, [{ kind: 'removeAlertRule', id: String(id) }]);
      return { id: String(id) };
    },
  }),
}));
