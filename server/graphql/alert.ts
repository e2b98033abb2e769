import { z } from 'zod';
import type { Alert, alertStatuses, resolutions } from '../domain/alert.ts';
import { ConflictError, InvalidInputError, NotFoundError } from '../domain/errors.ts';
import { isBlank, label } from '../domain/value.ts';
import { countRaised, findAlert, listAlerts, type AlertFilter } from '../store/alert.ts';
import { AlertKindEnum, SeverityEnum } from './alert-kind.ts';
import { builder } from './builder.ts';
import { write } from './context.ts';
import { parseInput } from './input.ts';
import { byId, listPage, shortPage } from './page.ts';

const AlertStatusEnum = builder.enumType('AlertStatus', {
  description: 'How an alert stands.',
  values: {
    RAISED: { description: 'It is so, and somebody should look.' },
    SNOOZED: { description: 'It is so, and was put off until a moment.' },
    RESOLVED: { description: 'It is over.' },
  } satisfies Record<(typeof alertStatuses)[number], object>,
});
const ResolutionEnum = builder.enumType('AlertResolution', {
  description: 'Why an alert is over.',
  values: {
    CLEARED: { description: 'It is not so any more, or was not heard of for long.' },
    DISMISSED: { description: 'Somebody resolved it; only what comes afterwards can raise it again.' },
    RULE_CHANGED: { description: 'Its rule was changed, switched off or removed.' },
  } satisfies Record<(typeof resolutions)[number], object>,
});

const moment = (at: string | null): Date | null => (at === null ? null : new Date(at));

export const AlertRef = builder.objectRef<Alert>('Alert').implement({
  description:
    'Something that an alert rule watches for is so, or was. Of a rule and what it is about, one is open at most.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its id; grows in the order in which alerts are raised.' }),
    ruleId: t.exposeID('ruleId', { description: 'Id of the rule; it may be removed by now.' }),
    ruleName: t.exposeString('ruleName', { description: 'Name of the rule when it was raised.' }),
    kind: t.expose('kind', { type: AlertKindEnum, description: 'What the rule watches for.' }),
    severity: t.expose('severity', { type: SeverityEnum, description: 'How much it matters.' }),
    status: t.expose('status', { type: AlertStatusEnum, description: 'How it stands.' }),
    text: t.exposeString('text', {
      description: 'What happened, in plain words; nothing that anybody said is quoted.',
    }),
    value: t.exposeFloat('value', {
      description: 'What was measured, in the unit of the threshold: USD, ms, seconds, a share, a count.',
    }),
    threshold: t.exposeFloat('threshold', { description: 'What it had to reach.' }),
    conversationId: t.string({
      nullable: true,
      description: "The caller's own id of the conversation that shows it newest; null when none does.",
      resolve: ({ conversationId, proof }) => conversationId ?? proof.conversationId,
    }),
    endUserId: t.exposeString('endUserId', {
      nullable: true,
      description: "The caller's own id of the person that it is about; null when it is not about one.",
    }),
    isOfConversation: t.boolean({
      description: 'Whether it is about that conversation alone.',
      resolve: ({ conversationId }) => conversationId !== null,
    }),
    seq: t.field({
      type: 'SafeInt',
      description: 'Place in the log of the newest event that was looked at.',
      resolve: ({ proof }) => proof.seq,
    }),
    messageId: t.int({
      nullable: true,
      description: 'Number of the message that proves it, as webhooks tell it; null when none does.',
      resolve: ({ proof }) => proof.messageId,
    }),
    turnId: t.string({
      nullable: true,
      description: "The caller's own id of the turn that proves it; null when none does.",
      resolve: ({ proof }) => proof.turnId,
    }),
    raisedAt: t.field({
      type: 'DateTime',
      description: 'When it was raised.',
      resolve: ({ raisedAt }) => new Date(raisedAt),
    }),
    changedAt: t.field({
      type: 'DateTime',
      description: 'When it was last found to be so.',
      resolve: ({ changedAt }) => new Date(changedAt),
    }),
    snoozedUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Until when it is put off; null when it is not.',
      resolve: ({ snoozedUntil }) => moment(snoozedUntil),
    }),
    resolvedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is over; null while it is open.',
      resolve: ({ resolvedAt }) => moment(resolvedAt),
    }),
    resolvedBy: t.exposeString('resolvedBy', {
      nullable: true,
      description: 'Name of who resolved it; null when nobody did.',
    }),
    resolution: t.expose('resolution', {
      type: ResolutionEnum,
      nullable: true,
      description: 'Why it is over; null while it is open.',
    }),
  }),
});

/** The number in the id of an alert; 0, which none has, when it is no such id. */
const numberOf = (id: string | number): number => (/^[1-9]\d{0,8}$/u.test(String(id)) ? Number(id) : 0);

const Filter = builder.inputType('AlertFilter', {
  description: 'Which alerts are wanted.',
  fields: (t) => ({
    statuses: t.field({ type: [AlertStatusEnum], description: 'Only those that stand so.' }),
    severities: t.field({ type: [SeverityEnum], description: 'Only those that matter so much.' }),
    ruleId: t.id({ description: 'Only those of this rule.' }),
    conversationId: t.string({ description: 'Only those about the conversation with this external id.' }),
  }),
});

const read = { read: true } as const;

builder.queryFields((t) => ({
  alerts: t.connection({
    type: AlertRef,
    description: 'Alerts, the newest first; all unless filtered. Asks for the scope read.',
    authScopes: read,
    args: { filter: t.arg({ type: Filter, description: 'Which alerts; all when left out.' }) },
    resolve: (_root, { filter, ...args }, { prisma, caller }) => {
      const wanted: AlertFilter = {
        ...(filter?.statuses != null && { statuses: filter.statuses }),
        ...(filter?.severities != null && { severities: filter.severities }),
        ...(filter?.ruleId != null && { ruleId: String(filter.ruleId) }),
        ...(filter?.conversationId != null && { conversationId: filter.conversationId }),
      };
      return listPage(args, shortPage, byId, (range) => listAlerts(prisma, caller.projectId, wanted, range));
    },
  }),
  alert: t.field({
    type: AlertRef,
    nullable: true,
    description: 'One alert; null when this project has none. Asks for the scope read.',
    authScopes: read,
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: (_root, { id }, { prisma, caller }) => findAlert(prisma, caller.projectId, numberOf(id)),
  }),
  raisedAlerts: t.int({
    description: 'How many alerts are open and not put off. Asks for the scope read.',
    authScopes: read,
    resolve: (_root, _args, { prisma, caller }) => countRaised(prisma, caller.projectId),
  }),
}));

const operator = {
  required: true,
  description: 'Name of the person, as others shall see it, 1 to 255 characters.',
} as const;
const SnoozeInput = builder.inputType('SnoozeAlertInput', {
  description: 'Which alert is put off.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id.' }),
    until: t.field({
      type: 'DateTime',
      required: true,
      description: 'Until when; 30 days from now at most.',
    }),
    operator: t.string(operator),
  }),
});
const ResolveInput = builder.inputType('ResolveAlertInput', {
  description: 'Which alert somebody has dealt with.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id.' }),
    operator: t.string(operator),
  }),
});
const AlertPayload = builder.objectRef<{ alert: Alert }>('AlertPayload').implement({
  description: 'The alert after the change.',
  fields: (t) => ({ alert: t.expose('alert', { type: AlertRef, description: 'As it is now.' }) }),
});

const named = z.object({ operator: label.refine((value) => !isBlank(value), 'must not be blank') });
const operate = { operate: true } as const;

builder.mutationFields((t) => ({
  snoozeAlert: t.field({
    type: AlertPayload,
    description:
      'Puts an alert off until a moment: then it is raised again, unless it is over by then. Asks for the scope operate.',
    authScopes: operate,
    args: { input: t.arg({ type: SnoozeInput, required: true, description: 'Which alert.' }) },
    errors: {
      types: [InvalidInputError, NotFoundError, ConflictError],
      union: { name: 'SnoozeAlertResult', description: 'The alert, or why it is not put off.' },
    },
    async resolve(_root, { input }, context, info) {
      const { operator: by } = parseInput(named, input);
      const until = new Date(input.until).toISOString();
      const [answer] = await write(context, info, [
        { kind: 'snoozeAlert', id: numberOf(input.id), until, by },
      ]);
      return answer!.recorded as { alert: Alert };
    },
  }),
  resolveAlert: t.field({
    type: AlertPayload,
    description:
      'Resolves an alert by hand; only what happens afterwards can raise it again. Asks for the scope operate.',
    authScopes: operate,
    args: { input: t.arg({ type: ResolveInput, required: true, description: 'Which alert.' }) },
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'ResolveAlertResult', description: 'The alert, or why nothing changed.' },
    },
    async resolve(_root, { input }, context, info) {
      const { operator: by } = parseInput(named, input);
      const [answer] = await write(context, info, [{ kind: 'resolveAlert', id: numberOf(input.id), by }]);
      return answer!.recorded as { alert: Alert };
    },
  }),
}));
