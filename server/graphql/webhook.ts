import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ConflictError, InvalidInputError, NotFoundError } from '../domain/errors.ts';
import { label, text } from '../domain/value.ts';
import { webhookKinds, type Delivery, type deliveryStates, type Webhook } from '../domain/webhook.ts';
import { findWebhook, listDeliveries, listWebhooks } from '../store/webhook.ts';
import { ForbiddenAddressError } from '../watch/address.ts';
import { builder } from './builder.ts';
import { write, type Context } from './context.ts';
import { parseInput } from './input.ts';
import { byId, listPage, shortPage } from './page.ts';

const DeliveryStateEnum = builder.enumType('DeliveryState', {
  description: 'What became of a delivery.',
  values: {
    PENDING: { description: 'It is to be sent, for the first time or again.' },
    DELIVERED: { description: 'It was answered with a status from 200 to 299.' },
    FAILED: { description: 'No attempt is left, or the webhook answered 410.' },
  } satisfies Record<(typeof deliveryStates)[number], object>,
});

const moment = (at: string | null): Date | null => (at === null ? null : new Date(at));

const DeliveryRef = builder.objectRef<Delivery>('Delivery').implement({
  description: 'One thing that a webhook is to be told, or was.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its id, for replayDelivery.' }),
    webhookId: t.exposeString('webhookId', {
      description: 'The header webhook-id, the same at each attempt.',
    }),
    seq: t.expose('seq', { type: 'SafeInt', description: 'Place in the log of the event that it tells of.' }),
    kind: t.exposeString('kind', { description: 'Kind of what it tells, for example human.replied.' }),
    state: t.expose('state', { type: DeliveryStateEnum, description: 'What became of it.' }),
    attempts: t.exposeInt('attempts', { description: 'Number of attempts begun so far.' }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was found in the log.',
      resolve: ({ createdAt }) => new Date(createdAt),
    }),
    nextAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the next attempt is due; null when none is.',
      resolve: ({ nextAt }) => moment(nextAt),
    }),
    lastStatus: t.exposeInt('lastStatus', {
      nullable: true,
      description: 'The status of the last answer; null without any.',
    }),
    lastError: t.exposeString('lastError', {
      nullable: true,
      description: 'Why the last attempt failed; null when it did not.',
    }),
    deliveredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it arrived.',
      resolve: ({ deliveredAt }) => moment(deliveredAt),
    }),
  }),
});

const WebhookRef = builder.objectRef<Webhook>('Webhook').implement({
  description: 'An address that is told of events, by Standard Webhooks.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its id.' }),
    url: t.exposeString('url', { description: 'Where it leads.' }),
    kinds: t.exposeStringList('kinds', { description: 'Kinds of what it is told.' }),
    description: t.exposeString('description', { nullable: true, description: 'Your note on it.' }),
    isEnabled: t.exposeBoolean('isEnabled', {
      description: 'Whether it is told anything; what was pending waits meanwhile.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was set up.',
      resolve: ({ createdAt }) => new Date(createdAt),
    }),
    disabledAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is disabled; null while it is not.',
      resolve: ({ disabledAt }) => moment(disabledAt),
    }),
    disabledReason: t.exposeString('disabledReason', { nullable: true, description: 'Why it is disabled.' }),
    deliveries: t.connection({
      type: DeliveryRef,
      description: 'What it was told and is to be told, newest first.',
      resolve: ({ id }, args, { prisma, caller }) =>
        listPage(args, shortPage, byId, (range) => listDeliveries(prisma, caller.projectId, id, range)),
    }),
  }),
});

const admin = { admin: true } as const;

builder.queryFields((t) => ({
  webhooks: t.field({
    type: [WebhookRef],
    description: 'The webhooks of the project, oldest first. Asks for the scope admin.',
    authScopes: admin,
    resolve: (_root, _args, { prisma, caller }) => listWebhooks(prisma, caller.projectId),
  }),
  webhook: t.field({
    type: WebhookRef,
    nullable: true,
    description: 'One webhook; null when this project has none. Asks for the scope admin.',
    authScopes: admin,
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: (_root, { id }, { prisma, caller }) => findWebhook(prisma, caller.projectId, String(id)),
  }),
}));

const kindsText = `Kinds of what it is told, at least one of: ${webhookKinds.join(', ')}.`;
const urlText =
  'A https address on the public internet, without user and password. WEBHOOK_ALLOW_PRIVATE opens others.';
const CreateInput = builder.inputType('CreateWebhookInput', {
  description: 'What to tell to whom.',
  fields: (t) => ({
    url: t.string({ required: true, description: urlText }),
    kinds: t.stringList({ required: true, description: kindsText }),
    description: t.string({ description: 'Your note on it, up to 255 characters.' }),
  }),
});
const UpdateInput = builder.inputType('UpdateWebhookInput', {
  description: 'What to change of a webhook; the rest stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id.' }),
    url: t.string({ description: urlText }),
    kinds: t.stringList({ description: kindsText }),
    description: t.string({ description: 'Your note on it; null takes it away.' }),
    isEnabled: t.boolean({ description: 'Whether it is told anything.' }),
  }),
});

const CreatedPayload = builder
  .objectRef<{ webhook: Webhook; secret: string | null }>('CreateWebhookPayload')
  .implement({
    description: 'The new webhook.',
    fields: (t) => ({
      webhook: t.expose('webhook', { type: WebhookRef, description: 'The webhook.' }),
      secret: t.exposeString('secret', {
        nullable: true,
        description:
          'With this it verifies what it is told; shown now and never again. Null when an Idempotency-Key gives the first answer again.',
      }),
    }),
  });
const WebhookPayload = builder.objectRef<{ webhook: Webhook }>('WebhookPayload').implement({
  description: 'The webhook after the change.',
  fields: (t) => ({
    webhook: t.expose('webhook', { type: WebhookRef, description: 'As it is now.' }),
  }),
});
const RemovedPayload = builder.objectRef<{ id: string }>('RemoveWebhookPayload').implement({
  description: 'The webhook and its deliveries are gone.',
  fields: (t) => ({ id: t.exposeID('id', { description: 'Its id.' }) }),
});
const ReplayPayload = builder.objectRef<{ delivery: Delivery }>('ReplayDeliveryPayload').implement({
  description: 'It is sent again, at once.',
  fields: (t) => ({
    delivery: t.expose('delivery', { type: DeliveryRef, description: 'As it is now.' }),
  }),
});

const url = text.refine((it) => it.length <= 2048, 'must have at most 2,048 characters');
const kinds = z
  .array(z.enum(webhookKinds, { error: `must be one of ${webhookKinds.join(', ')}` }))
  .min(1, 'must hold at least one kind')
  .transform((it) => [...new Set(it)]);
const inputs = {
  create: z.object({ url, kinds, description: label.nullish() }),
  update: z.object({
    url: url.nullish(),
    kinds: kinds.nullish(),
    description: label.nullish(),
    isEnabled: z.boolean().nullish(),
  }),
};

/** Refuses a URL that leads where it must not. A name that leads nowhere yet may lead somewhere later. */
async function checkUrl(given: string, { guard }: Context): Promise<void> {
  const fault = guard.faultOf(given);
  if (fault !== null) throw new InvalidInputError('input.url', `input.url ${fault}.`);
  try {
    await guard.addressesOf(new URL(given));
  } catch (error) {
    if (!(error instanceof ForbiddenAddressError)) return;
    throw new InvalidInputError('input.url', `input.url cannot be used: ${error.message}.`);
  }
}

builder.mutationFields((t) => ({
  createWebhook: t.field({
    type: CreatedPayload,
    description:
      'Sets up a webhook, which is told what happens from now on; 20 a project at most. Asks for the scope admin.',
    authScopes: admin,
    args: { input: t.arg({ type: CreateInput, required: true, description: 'What to tell to whom.' }) },
    errors: {
      types: [InvalidInputError, ConflictError],
      union: { name: 'CreateWebhookResult', description: 'The webhook, or why it was refused.' },
    },
    async resolve(_root, { input }, context, info) {
      const stated = parseInput(inputs.create, input);
      await checkUrl(stated.url, context);
      const id = `wh_${randomBytes(12).toString('base64url')}`;
      const secret = `whsec_${randomBytes(32).toString('base64')}`;
      const webhook = { id, ...stated, description: stated.description ?? null };
      const [answer] = await write(context, info, [{ kind: 'createWebhook', webhook, secret }]);
      const { webhook: made } = answer!.recorded as { webhook: Webhook };
      return { webhook: made, secret: made.id === id ? secret : null };
    },
  }),
  updateWebhook: t.field({
    type: WebhookPayload,
    description: 'Changes a webhook, or enables or disables it. Asks for the scope admin.',
    authScopes: admin,
    args: { input: t.arg({ type: UpdateInput, required: true, description: 'What to change.' }) },
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'UpdateWebhookResult', description: 'The webhook, or why nothing changed.' },
    },
    async resolve(_root, { input }, context, info) {
      const stated = parseInput(inputs.update, input);
      if (stated.url != null) await checkUrl(stated.url, context);
      const changes = {
        ...(stated.url != null && { url: stated.url }),
        ...(stated.kinds != null && { kinds: stated.kinds }),
        ...(stated.description !== undefined && { description: stated.description }),
        ...(stated.isEnabled != null && { isEnabled: stated.isEnabled }),
      };
      const command = { kind: 'updateWebhook', id: String(input.id), changes } as const;
      const [answer] = await write(context, info, [command]);
      return answer!.recorded as { webhook: Webhook };
    },
  }),
  removeWebhook: t.field({
    type: RemovedPayload,
    description: 'Removes a webhook and what was to be told to it. Asks for the scope admin.',
    authScopes: admin,
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    errors: {
      types: [NotFoundError],
      union: { name: 'RemoveWebhookResult', description: 'Its id, or that there is none.' },
    },
    async resolve(_root, { id }, context, info) {
      await write(context, info, [{ kind: 'removeWebhook', id: String(id) }]);
      return { id: String(id) };
    },
  }),
  replayDelivery: t.field({
    type: ReplayPayload,
    description:
      'Sends a delivery again at once, with the same webhook-id and, where that fails, the whole schedule. Asks for the scope admin.',
    authScopes: admin,
    args: { id: t.arg.id({ required: true, description: 'Id of the delivery.' }) },
    errors: {
      types: [NotFoundError, ConflictError],
      union: { name: 'ReplayDeliveryResult', description: 'The delivery, or why it is not sent again.' },
    },
    async resolve(_root, { id }, context, info) {
      const named = /^[1-9]\d{0,8}$/u.test(String(id)) ? Number(id) : 0;
      const [answer] = await write(context, info, [{ kind: 'replayDelivery', id: named }]);
      const { deliveries } = answer!.recorded as { deliveries: Delivery[] };
      return { delivery: deliveries[0]! };
    },
  }),
}));
