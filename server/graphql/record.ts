import { z } from 'zod';
import type { Recorded } from '../domain/command.ts';
import { ConflictError, InvalidInputError } from '../domain/errors.ts';
import { faultOfRating, ratingTypes } from '../domain/feedback.ts';
import { toAmount } from '../domain/money.ts';
import { usage } from '../domain/pricing/token-usage.ts';
import { outcomes, stageNames, sumMs } from '../domain/turn.ts';
import { amount, externalId, isBlank, jsonObject, label, text } from '../domain/value.ts';
import { builder } from './builder.ts';
import { write } from './context.ts';
import { parseInput } from './input.ts';
import { CostRef, FeedbackRef, OutcomeEnum, RatingTypeEnum, StageNameEnum, TurnRef } from './session.ts';

const StageInput = builder.inputType('StageInput', {
  description: 'One stretch of a turn.',
  fields: (t) => ({
    name: t.field({ type: StageNameEnum, required: true, description: 'What went on.' }),
    startMs: t.float({ required: true, description: 'Since the turn began, in ms, zero or more.' }),
    endMs: t.float({ required: true, description: 'Since the turn began, in ms; not before its start.' }),
    provider: t.string({ description: 'Who did it; series can be grouped by it.' }),
    model: t.string({ description: 'Which model did it; series can be grouped by it.' }),
  }),
});

const idOfSession = {
  required: true,
  description: 'Your id of the session, 1 to 255 characters; a new one begins a session.',
} as const;

const RecordTurnInput = builder.inputType('RecordTurnInput', {
  description: 'One turn to record.',
  fields: (t) => ({
    sessionId: t.string(idOfSession),
    turnId: t.string({ required: true, description: 'Your id of the turn; the same id again replaces it.' }),
    outcome: t.field({ type: OutcomeEnum, required: true, description: 'How it ended.' }),
    stages: t.field({ type: [StageInput], description: 'Where its time went.' }),
    totalMs: t.float({ description: 'What the person waited, in ms; the sum of the stages when left out.' }),
    llmCacheHit: t.boolean({ description: 'Whether a cache answered for the model.' }),
    ttsCacheHit: t.boolean({ description: 'Whether a cache answered for text to speech.' }),
    guardrailViolations: t.int({ description: 'Violations found; 0 when left out.' }),
    guardrailBlocks: t.int({ description: 'Requests blocked; 0 when left out.' }),
    optimizationLevel: t.string({ description: 'Free text, for example quality, balanced or speed.' }),
    languageCode: t.string({ description: 'Language of the turn, for example hi-IN.' }),
    userInput: t.string({ description: 'What the person said.' }),
    assistantResponse: t.string({ description: 'What was answered.' }),
    error: t.string({ description: 'What went wrong.' }),
    at: t.field({ type: 'DateTime', description: 'When it happened; its arrival when left out.' }),
    metadata: t.field({ type: 'JSONObject', description: 'Whatever else is worth keeping.' }),
  }),
});

const RecordCostInput = builder.inputType('RecordCostInput', {
  description: 'One priced operation to record.',
  fields: (t) => ({
    sessionId: t.string(idOfSession),
    service: t.string({ required: true, description: 'asr, llm, translation, tts or another one.' }),
    provider: t.string({ description: 'Who provides it.' }),
    operation: t.string({ description: 'What was done.' }),
    model: t.string({ description: 'Which model did it.' }),
    units: t.string({ description: 'How much of it, a decimal, zero or more.' }),
    unitType: t.string({ description: 'tokens, chars, audio_seconds, minutes or requests.' }),
    usd: t.string({ description: 'What it cost in USD, a decimal, zero or more.' }),
    usage: t.field({ type: 'JSONObject', description: 'Usage as the provider reports it.' }),
    turnId: t.string({ description: 'Your id of the turn that it belongs to.' }),
    cached: t.boolean({ description: 'Whether a cache answered; false when left out.' }),
    optimizationLevel: t.string({ description: 'Free text.' }),
    at: t.field({ type: 'DateTime', description: 'When it was spent; its arrival when left out.' }),
    metadata: t.field({ type: 'JSONObject', description: 'Whatever else is worth keeping.' }),
  }),
});

const SubmitFeedbackInput = builder.inputType('SubmitFeedbackInput', {
  description: 'One rating to record.',
  fields: (t) => ({
    sessionId: t.string(idOfSession),
    feedbackId: t.string({
      description: 'Your id of the rating; the same id again replaces it, as when somebody changes his mind.',
    }),
    rating: t.int({ required: true, description: 'THUMBS: −1 or 1. STARS: 1 to 5.' }),
    ratingType: t.field({ type: RatingTypeEnum, required: true, description: 'How is rated.' }),
    turnId: t.string({ description: 'Your id of the turn that is rated.' }),
    messageId: t.string({
      description:
        'The message that is rated: its id here, or yours, which came with it in metadata.message_id. Without it and a turn id, the newest message of the same words is meant.',
    }),
    text: t.string({ description: 'In words.' }),
    category: t.string({ description: 'For example quality, accuracy or speed.' }),
    isIncorrect: t.boolean({ description: 'The answer was wrong.' }),
    isTooSlow: t.boolean({ description: 'The answer came too late.' }),
    isUnhelpful: t.boolean({ description: 'The answer did not help.' }),
    isOffensive: t.boolean({ description: 'The answer offended.' }),
    userInput: t.string({ description: 'What the person said.' }),
    assistantResponse: t.string({ description: 'What was answered.' }),
    metadata: t.field({ type: 'JSONObject', description: 'Whatever else is worth keeping.' }),
  }),
});

const count = z.int().nonnegative('must not be negative').nullish();
const stage = z
  .object({
    name: z.enum(stageNames),
    startMs: amount,
    endMs: amount,
    provider: label.nullish(),
    model: label.nullish(),
  })
  .refine(({ startMs, endMs }) => endMs >= startMs, {
    path: ['endMs'],
    message: 'must not be before its start',
  });
const turn = z.object({
  sessionId: externalId,
  turnId: externalId,
  outcome: z.enum(outcomes),
  stages: z.array(stage).max(100, 'must hold at most 100 stages').nullish(),
  totalMs: amount.nullish(),
  llmCacheHit: z.boolean().nullish(),
  ttsCacheHit: z.boolean().nullish(),
  guardrailViolations: count,
  guardrailBlocks: count,
  optimizationLevel: label.nullish(),
  languageCode: label.nullish(),
  userInput: text.nullish(),
  assistantResponse: text.nullish(),
  error: text.nullish(),
  at: z.date().nullish(),
  metadata: jsonObject.nullish(),
});
const decimal = z
  .string()
  .regex(/^\d{1,20}(?:\.\d{1,20})?$/u, 'must be a decimal, zero or more, for example 0.0030');
const cost = z.object({
  sessionId: externalId,
  service: label.refine((value) => !isBlank(value), 'must not be blank'),
  provider: label.nullish(),
  operation: label.nullish(),
  model: label.nullish(),
  units: decimal.nullish(),
  unitType: label.nullish(),
  usd: decimal.nullish(),
  usage: usage.nullish(),
  turnId: externalId.nullish(),
  cached: z.boolean().nullish(),
  optimizationLevel: label.nullish(),
  at: z.date().nullish(),
  metadata: jsonObject.nullish(),
});
const feedback = z.object({
  sessionId: externalId,
  feedbackId: externalId.nullish(),
  rating: z.int(),
  ratingType: z.enum(ratingTypes),
  turnId: externalId.nullish(),
  messageId: externalId.nullish(),
  text: text.nullish(),
  category: label.nullish(),
  isIncorrect: z.boolean().nullish(),
  isTooSlow: z.boolean().nullish(),
  isUnhelpful: z.boolean().nullish(),
  isOffensive: z.boolean().nullish(),
  userInput: text.nullish(),
  assistantResponse: text.nullish(),
  metadata: jsonObject.nullish(),
});

/** Whoever reads messages here knows them by their global ids. */
const plainMessageId = (id: string): string =>
  /^Message:(\d+)$/u.exec(Buffer.from(id, 'base64').toString())?.[1] ?? id;

const refusals = { types: [InvalidInputError, ConflictError] };
type Of<Name extends string> = Extract<Recorded, Record<Name, unknown>>;

const TurnPayload = builder.objectRef<Of<'turn'>>('RecordTurnPayload').implement({
  description: 'What was stored.',
  fields: (t) => ({
    turn: t.expose('turn', { type: TurnRef, description: 'The turn.' }),
    isNew: t.exposeBoolean('isNew', {
      description: 'Whether it is new; otherwise it took the place of an earlier one.',
    }),
  }),
});
const CostPayload = builder.objectRef<Of<'cost'>>('RecordCostPayload').implement({
  description: 'What was stored.',
  fields: (t) => ({ cost: t.expose('cost', { type: CostRef, description: 'The cost.' }) }),
});
const FeedbackPayload = builder.objectRef<Of<'feedback'>>('SubmitFeedbackPayload').implement({
  description: 'What was stored.',
  fields: (t) => ({
    feedback: t.expose('feedback', { type: FeedbackRef, description: 'The rating.' }),
    isNew: t.exposeBoolean('isNew', {
      description: 'Whether it is new; otherwise it took the place of an earlier one.',
    }),
  }),
});

builder.mutationField('recordTurn', (t) =>
  t.field({
    type: TurnPayload,
    description: 'Records one turn; the same turn id again replaces it. Asks for the scope ingest.',
    authScopes: { ingest: true },
    args: { input: t.arg({ type: RecordTurnInput, required: true, description: 'The turn.' }) },
    errors: {
      ...refusals,
      union: { name: 'RecordTurnResult', description: 'What was stored, or why nothing was.' },
    },
    async resolve(_root, { input }, context, info) {
      const { sessionId, turnId, stages: stated, totalMs, at, metadata, ...rest } = parseInput(turn, input);
      const stages = (stated ?? []).map(({ name, startMs, endMs, provider, model }) => ({
        name,
        startMs,
        durationMs: sumMs([endMs, -startMs])!,
        ...(provider != null && { provider }),
        ...(model != null && { model }),
      }));
      const command = {
        kind: 'recordTurn',
        conversationId: sessionId,
        origin: 'api',
        turn: {
          externalId: turnId,
          outcome: rest.outcome,
          stages,
          totalMs: totalMs ?? sumMs(stages.map(({ durationMs }) => durationMs)),
          llmCacheHit: rest.llmCacheHit ?? null,
          ttsCacheHit: rest.ttsCacheHit ?? null,
          guardrailViolations: rest.guardrailViolations ?? 0,
          guardrailBlocks: rest.guardrailBlocks ?? 0,
          optimizationLevel: rest.optimizationLevel ?? null,
          languageCode: rest.languageCode ?? null,
          userInput: rest.userInput ?? null,
          assistantResponse: rest.assistantResponse ?? null,
          error: rest.error ?? null,
          at: at?.toISOString() ?? null,
          metadata: metadata ?? {},
        },
      } as const;
      const [answer] = await write(context, info, [command]);
      return answer!.recorded as Of<'turn'>;
    },
  }),
);

builder.mutationField('recordCost', (t) =>
  t.field({
    type: CostPayload,
    description: 'Records one priced operation. Asks for the scope ingest.',
    authScopes: { ingest: true },
    args: { input: t.arg({ type: RecordCostInput, required: true, description: 'The operation.' }) },
    errors: {
      ...refusals,
      union: { name: 'RecordCostResult', description: 'What was stored, or why nothing was.' },
    },
    async resolve(_root, { input }, context, info) {
      const { sessionId, at, usd, units, metadata, ...rest } = parseInput(cost, input);
      const command = {
        kind: 'recordCost',
        conversationId: sessionId,
        origin: 'api',
        cost: {
          service: rest.service,
          provider: rest.provider ?? null,
          operation: rest.operation ?? null,
          model: rest.model ?? null,
          units: units == null ? null : toAmount(units),
          unitType: rest.unitType ?? null,
          usd: usd == null ? null : toAmount(usd),
          cached: rest.cached ?? false,
          optimizationLevel: rest.optimizationLevel ?? null,
          usage: rest.usage ?? null,
          turnId: rest.turnId ?? null,
          statedAt: null,
          at: at?.toISOString() ?? null,
          metadata: metadata ?? {},
        },
      } as const;
      const [answer] = await write(context, info, [command]);
      return answer!.recorded as Of<'cost'>;
    },
  }),
);

builder.mutationField('submitFeedback', (t) =>
  t.field({
    type: FeedbackPayload,
    description: 'Records one rating; the same feedback id again replaces it. Asks for the scope ingest.',
    authScopes: { ingest: true },
    args: { input: t.arg({ type: SubmitFeedbackInput, required: true, description: 'The rating.' }) },
    errors: {
      ...refusals,
      union: { name: 'SubmitFeedbackResult', description: 'What was stored, or why nothing was.' },
    },
    async resolve(_root, { input }, context, info) {
      const { sessionId, metadata, ...rest } = parseInput(feedback, input);
      const fault = faultOfRating(rest.rating, rest.ratingType);
      if (fault !== null) throw new InvalidInputError('input.rating', `${fault}.`);
      const command = {
        kind: 'submitFeedback',
        conversationId: sessionId,
        origin: 'api',
        feedback: {
          externalId: rest.feedbackId ?? null,
          rating: rest.rating,
          ratingType: rest.ratingType,
          turnId: rest.turnId ?? null,
          messageId: rest.messageId == null ? null : plainMessageId(rest.messageId),
          text: rest.text ?? null,
          category: rest.category ?? null,
          isIncorrect: rest.isIncorrect ?? false,
          isTooSlow: rest.isTooSlow ?? false,
          isUnhelpful: rest.isUnhelpful ?? false,
          isOffensive: rest.isOffensive ?? false,
          userInput: rest.userInput ?? null,
          assistantResponse: rest.assistantResponse ?? null,
          metadata: metadata ?? {},
        },
      } as const;
      const [answer] = await write(context, info, [command]);
      return answer!.recorded as Of<'feedback'>;
    },
  }),
);
