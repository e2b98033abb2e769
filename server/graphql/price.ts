import { InvalidInputError, NotFoundError } from '../domain/errors.ts';
import { parseLiteLLM, type Skipped } from '../domain/pricing/litellm.ts';
import type { Price } from '../domain/pricing/price.ts';
import { parsePriceRule, priceAt, type Offer, type PriceRule } from '../domain/pricing/schedule.ts';
import { externalId, type JsonObject } from '../domain/value.ts';
import { findPriceBook } from '../store/price.ts';
import { builder } from './builder.ts';
import { write } from './context.ts';
import { parseInput } from './input.ts';

const rates = ({ mode: _, provider: __, ...rest }: Price): JsonObject => rest as JsonObject;

const OfferRef = builder.objectRef<Offer>('PriceOffer').implement({
  description: 'What is charged for a model or a service at a moment.',
  fields: (t) => ({
    listing: t.exposeString('listing', {
      nullable: true,
      description: 'The name that the price is listed under; null for a price of your own.',
    }),
    rates: t.field({
      type: 'JSONObject',
      description: 'USD a unit as decimal texts, by the names of LiteLLM, for example input_cost_per_token.',
      resolve: ({ price }) => rates(price),
    }),
    discount: t.expose('discount', { type: 'Decimal', description: 'The part that is taken off, 0 to 1.' }),
  }),
});

const RuleRef = builder.objectRef<[name: string, rule: PriceRule]>('PriceRule').implement({
  description: 'A price or a discount of your own, for some time.',
  fields: (t) => ({
    name: t.string({ description: 'Your name of it.', resolve: ([name]) => name }),
    match: t.field({
      type: 'JSONObject',
      description: 'What it is for: model, provider, service, operation; a star ends a beginning.',
      resolve: ([, { match }]) => match as JsonObject,
    }),
    price: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'USD a unit; it takes the place of the listed price as a whole.',
      resolve: ([, { price }]) => (price === undefined ? null : rates(price)),
    }),
    discount: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'The part that is taken off, 0 to 1.',
      resolve: ([, { discount }]) => discount ?? null,
    }),
    from: t.field({
      type: 'DateTime',
      description: 'In force from this moment on.',
      resolve: ([, { from }]) => new Date(from),
    }),
    until: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Until before this moment; open when null.',
      resolve: ([, { until }]) => until && new Date(until),
    }),
  }),
});

builder.queryFields((t) => ({
  price: t.field({
    type: OfferRef,
    nullable: true,
    description:
      'What is charged for a model, or for a service without one; null when no price is known. Asks for the scope read.',
    authScopes: { read: true },
    args: {
      model: t.arg.string({ description: 'As bots name it, with or without provider and date.' }),
      provider: t.arg.string({ description: 'Who provides it.' }),
      service: t.arg.string({ description: 'asr, llm, tts …' }),
      operation: t.arg.string({ description: 'transcribe, generate, synthesize …' }),
      at: t.arg({ type: 'DateTime', description: 'When; now when left out.' }),
    },
    async resolve(_root, { at, ...query }, { prisma, caller, now }) {
      const { table, rules } = await findPriceBook(prisma, caller.projectId);
      return priceAt(table, [...rules.values()], query, (at ?? new Date(now())).toISOString());
    },
  }),
  priceRules: t.field({
    type: [RuleRef],
    description: 'The prices and discounts of your own, by name. Asks for the scope read.',
    authScopes: { read: true },
    resolve: async (_root, _args, { prisma, caller }) => [
      ...(await findPriceBook(prisma, caller.projectId)).rules,
    ],
  }),
}));

const ImportPricesInput = builder.inputType('ImportPricesInput', {
  description: 'Prices of models.',
  fields: (t) => ({
    prices: t.field({
      type: 'JSONObject',
      required: true,
      description: "By the name of the model, in the form of LiteLLM's model_prices_and_context_window.json.",
    }),
  }),
});

const SkippedRef = builder.objectRef<Skipped>('SkippedPrice').implement({
  description: 'An entry that gave no price.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the model.' }),
    reason: t.exposeString('reason', { description: 'Why.' }),
  }),
});
const ImportedRef = builder
  .objectRef<{ read: number; changed: number; skipped: Skipped[] }>('ImportPricesPayload')
  .implement({
    description: 'What came of an import. Prices that the list does not name stay as they are.',
    fields: (t) => ({
      read: t.exposeInt('read', { description: 'Number of prices in the list.' }),
      changed: t.exposeInt('changed', { description: 'Those that are new or changed.' }),
      skipped: t.field({
        type: [SkippedRef],
        description: 'Entries that gave no price, and why.',
        resolve: ({ skipped }) => skipped,
      }),
    }),
  });

const SetPriceRuleInput = builder.inputType('SetPriceRuleInput', {
  description: 'A price or a discount of your own, or both.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Your name of it; the same name again replaces it.' }),
    match: t.field({
      type: 'JSONObject',
      required: true,
      description: 'What it is for: model, provider, service, operation; "gpt-4*" means all that begin so.',
    }),
    price: t.field({
      type: 'JSONObject',
      description: 'USD a unit, by the names of LiteLLM, for example {"input_cost_per_token": "0.000002"}.',
    }),
    discount: t.string({ description: 'The part that is taken off, a decimal from 0 to 1.' }),
    from: t.field({ type: 'DateTime', required: true, description: 'In force from this moment on.' }),
    until: t.field({ type: 'DateTime', description: 'Until before this moment; open when left out.' }),
  }),
});

const RulePayload = builder.objectRef<{ rule: [string, PriceRule] }>('SetPriceRulePayload').implement({
  description: 'The rule as it holds now.',
  fields: (t) => ({
    rule: t.field({ type: RuleRef, description: 'The rule.', resolve: ({ rule }) => rule }),
  }),
});
const RemovedPayload = builder.objectRef<{ name: string }>('RemovePriceRulePayload').implement({
  description: 'The rule holds no more.',
  fields: (t) => ({ name: t.exposeString('name', { description: 'Its name.' }) }),
});

builder.mutationFields((t) => ({
  importPrices: t.field({
    type: ImportedRef,
    description:
      'Imports prices; they go before the shipped ones, and hold for what is recorded from now on. At most 1 MiB a call; the command line takes longer lists. Asks for the scope admin.',
    authScopes: { admin: true },
    args: { input: t.arg({ type: ImportPricesInput, required: true, description: 'The prices.' }) },
    errors: {
      types: [InvalidInputError],
      union: { name: 'ImportPricesResult', description: 'What was imported, or why nothing was.' },
    },
    async resolve(_root, { input }, context, info) {
      const { prices, skipped } = parseLiteLLM(input.prices);
      if (prices.size === 0) {
        const why = skipped[0] === undefined ? 'it is empty' : `${skipped[0].name} ${skipped[0].reason}`;
        throw new InvalidInputError('input.prices', `input.prices holds no price: ${why}.`);
      }
      const [answer] = await write(context, info, [{ kind: 'importPrices', prices: [...prices] }]);
      const { prices: changed } = answer!.recorded as { prices: number };
      return { read: prices.size, changed, skipped };
    },
  }),
  setPriceRule: t.field({
    type: RulePayload,
    description:
      'Sets a price or a discount of your own; it holds for what is recorded from now on. Asks for the scope admin.',
    authScopes: { admin: true },
    args: { input: t.arg({ type: SetPriceRuleInput, required: true, description: 'The rule.' }) },
    errors: {
      types: [InvalidInputError],
      union: { name: 'SetPriceRuleResult', description: 'The rule, or why it was refused.' },
    },
    async resolve(_root, { input: { name: named, from, until, ...stated } }, context, info) {
      const name = parseInput(externalId, named, 'input.name');
      const read = parsePriceRule({
        ...stated,
        from: from.toISOString(),
        until: until?.toISOString() ?? null,
      });
      if ('faults' in read) {
        const [{ path, message }] = read.faults as [{ path: string[]; message: string }];
        const field = ['input', ...path].join('.');
        throw new InvalidInputError(field, `${field} ${message}.`);
      }
      await write(context, info, [{ kind: 'setPriceRule', name, rule: read.rule }]);
      return { rule: [name, read.rule] as [string, PriceRule] };
    },
  }),
  removePriceRule: t.field({
    type: RemovedPayload,
    description: 'Takes a price or a discount of your own away. Asks for the scope admin.',
    authScopes: { admin: true },
    args: { name: t.arg.string({ required: true, description: 'Its name.' }) },
    errors: {
      types: [NotFoundError],
      union: { name: 'RemovePriceRuleResult', description: 'Its name, or that there is none.' },
    },
    async resolve(_root, { name }, context, info) {
      await write(context, info, [{ kind: 'setPriceRule', name, rule: null }]);
      return { name };
    },
  }),
}));
