import type { Conversation } from '../domain/conversation.ts';
import type { Cost } from '../domain/cost.ts';
import type { Event } from '../domain/event.ts';
import type { Feedback, ratingTypes } from '../domain/feedback.ts';
import { levelOf, type Figures, type Sums } from '../domain/figures.ts';
import { subtract } from '../domain/money.ts';
import {
  latencyOf,
  unmeasuredMs,
  type outcomes,
  type Stage,
  type stageNames,
  type Turn,
} from '../domain/turn.ts';
import { followState } from '../live/state.ts';
import { findConversation } from '../store/conversation.ts';
import { findMessage } from '../store/message.ts';
import { findFigures, listCosts, listFeedback, listTurns } from '../store/session.ts';
import { builder } from './builder.ts';
import { ConversationRef } from './conversation.ts';
import { CostsRef, FeedbackSummaryRef, MetricsRef } from './figures.ts';
import { MessageRef } from './message.ts';
import { byId, listPage, longPage } from './page.ts';

export const OutcomeEnum = builder.enumType('TurnOutcome', {
  description: 'How a turn ended.',
  values: {
    SUCCEEDED: { description: 'With an answer.' },
    FAILED: { description: 'With an error.' },
    INTERRUPTED: { description: 'The person spoke over it.' },
  } satisfies Record<(typeof outcomes)[number], object>,
});
export const StageNameEnum = builder.enumType('StageName', {
  description: 'Where the time of a turn goes.',
  values: {
    ENDPOINTING: { description: 'Until it is clear that the person has finished.' },
    ASR: { description: 'Speech to text.' },
    LLM_FIRST_TOKEN: { description: 'The model, until its first token.' },
    LLM: { description: 'The model, the rest or the whole of it.' },
    TRANSLATION: { description: 'Translation.' },
    GUARDRAIL: { description: 'Checks of what is said.' },
    TOOL: { description: 'Tools that the model calls.' },
    TTS_FIRST_BYTE: { description: 'Text to speech, until its first byte.' },
    TTS: { description: 'Text to speech, the rest or the whole of it.' },
    TRANSPORT: { description: 'The network.' },
  } satisfies Record<(typeof stageNames)[number], object>,
});
export const RatingTypeEnum = builder.enumType('RatingType', {
  description: 'How is rated.',
  values: {
    THUMBS: { description: '−1 is thumbs down, 1 is thumbs up.' },
    STARS: { description: '1 to 5 stars.' },
  } satisfies Record<(typeof ratingTypes)[number], object>,
});

const StageRef = builder.objectRef<Stage>('Stage').implement({
  description: 'One stretch of a turn.',
  fields: (t) => ({
    name: t.expose('name', { type: StageNameEnum, description: 'What went on.' }),
    startMs: t.exposeFloat('startMs', { description: 'Since the turn began, in ms.' }),
    durationMs: t.exposeFloat('durationMs', { description: 'How long, in ms.' }),
    provider: t.string({
      nullable: true,
      description: 'Who did it, as stated.',
      resolve: (it) => it.provider ?? null,
    }),
    model: t.string({
      nullable: true,
      description: 'Which model did it, as stated.',
      resolve: (it) => it.model ?? null,
    }),
  }),
});

const date = (iso: string): Date => new Date(iso);

export const TurnRef = builder.objectRef<Turn>('Turn').implement({
  description: 'One pass of a voice pipeline: what was said, what was answered, how long that took.',
  fields: (t) => ({
    turnId: t.exposeString('externalId', { description: "The caller's own id." }),
    outcome: t.expose('outcome', { type: OutcomeEnum, description: 'How it ended.' }),
    stages: t.expose('stages', { type: [StageRef], description: 'Where its time went.' }),
    totalMs: t.exposeFloat('totalMs', {
      nullable: true,
      description: 'What the person waited, in ms: as stated, else the sum of the stages.',
    }),
    unmeasuredMs: t.float({
      nullable: true,
      description: 'Time that no stage explains, in ms.',
      resolve: unmeasuredMs,
    }),
    asrMs: t.float({
      nullable: true,
      description: 'Speech to text, in ms.',
      resolve: (it) => latencyOf(it, 'asr'),
    }),
    llmMs: t.float({
      nullable: true,
      description: 'The model, in ms.',
      resolve: (it) => latencyOf(it, 'llm'),
    }),
    translationMs: t.float({
      nullable: true,
      description: 'Translation, in ms.',
      resolve: (it) => latencyOf(it, 'translation'),
    }),
    ttsMs: t.float({
      nullable: true,
      description: 'Text to speech, in ms.',
      resolve: (it) => latencyOf(it, 'tts'),
    }),
    llmCacheHit: t.exposeBoolean('llmCacheHit', {
      nullable: true,
      description: 'Whether a cache answered for the model; null when none was asked.',
    }),
    ttsCacheHit: t.exposeBoolean('ttsCacheHit', {
      nullable: true,
      description: 'Whether a cache answered for text to speech; null when none was asked.',
    }),
    guardrailViolations: t.exposeInt('guardrailViolations', { description: 'Violations found.' }),
    guardrailBlocks: t.exposeInt('guardrailBlocks', { description: 'Requests blocked.' }),
    optimizationLevel: t.exposeString('optimizationLevel', { nullable: true, description: 'As stated.' }),
    languageCode: t.exposeString('languageCode', { nullable: true, description: 'As stated.' }),
    userInput: t.exposeString('userInput', { nullable: true, description: 'What the person said.' }),
    assistantResponse: t.exposeString('assistantResponse', {
      nullable: true,
      description: 'What was answered.',
    }),
    error: t.exposeString('error', { nullable: true, description: 'What went wrong.' }),
    at: t.field({ type: 'DateTime', description: 'When it happened.', resolve: ({ at }) => date(at) }),
    metadata: t.expose('metadata', { type: 'JSONObject', description: 'Whatever else the caller sent.' }),
  }),
});

const PricedByEnum = builder.enumType('PricedBy', {
  description: 'Where a price comes from.',
  values: {
    SENDER: { description: 'The sender states it, and the price table says nothing or something else.' },
    TABLE: { description: 'The price table says so; the sender says nothing or the same.' },
    UNKNOWN: { description: 'No price is known; it adds nothing to any amount.' },
  },
});

export const CostRef = builder.objectRef<Cost>('Cost').implement({
  description: 'One priced operation. Amounts are exact.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its number in this project.' }),
    service: t.exposeString('service', { description: 'asr, llm, translation, tts or another one.' }),
    provider: t.exposeString('provider', { nullable: true, description: 'Who provides it.' }),
    operation: t.exposeString('operation', { nullable: true, description: 'What was done.' }),
    model: t.exposeString('model', { nullable: true, description: 'Which model did it.' }),
    units: t.expose('units', { type: 'Decimal', nullable: true, description: 'How much of it, exact.' }),
    unitType: t.exposeString('unitType', { nullable: true, description: 'tokens, chars, audio_seconds …' }),
    usd: t.expose('usd', {
      type: 'Decimal',
      nullable: true,
      description: 'USD, exact: as the sender states, else by the price table; null when no price is known.',
    }),
    tableUsd: t.expose('tableUsd', {
      type: 'Decimal',
      nullable: true,
      description: "USD by the price table, beside the sender's own figure.",
    }),
    pricedBy: t.field({
      type: PricedByEnum,
      description: 'Where that price comes from.',
      resolve: ({ usd, tableUsd }) => (usd === null ? 'UNKNOWN' : usd === tableUsd ? 'TABLE' : 'SENDER'),
    }),
    differenceUsd: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'What counts less what the price table says, in USD; null unless both are known.',
      resolve: ({ usd, tableUsd }) => (usd === null || tableUsd === null ? null : subtract(usd, tableUsd)),
    }),
    cached: t.exposeBoolean('cached', { description: 'Whether a cache answered.' }),
    turnId: t.exposeString('turnId', { nullable: true, description: "The caller's own id of the turn." }),
    optimizationLevel: t.exposeString('optimizationLevel', { nullable: true, description: 'As stated.' }),
    usage: t.expose('usage', {
      type: 'JSONObject',
      nullable: true,
      description: 'Usage as the sender reports it.',
    }),
    at: t.field({ type: 'DateTime', description: 'When it was spent.', resolve: ({ at }) => date(at) }),
    metadata: t.expose('metadata', { type: 'JSONObject', description: 'Whatever else the caller sent.' }),
  }),
});

export const FeedbackRef = builder.objectRef<Feedback>('Feedback').implement({
  description: 'A rating of a session, a turn or a message.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its number in this project.' }),
    feedbackId: t.exposeString('externalId', { nullable: true, description: "The caller's own id." }),
    rating: t.exposeInt('rating', { description: 'THUMBS: −1 or 1. STARS: 1 to 5.' }),
    ratingType: t.expose('ratingType', { type: RatingTypeEnum, description: 'How is rated.' }),
    text: t.exposeString('text', { nullable: true, description: 'In words.' }),
    category: t.exposeString('category', { nullable: true, description: 'For example quality or speed.' }),
    isIncorrect: t.exposeBoolean('isIncorrect', { description: 'The answer was wrong.' }),
    isTooSlow: t.exposeBoolean('isTooSlow', { description: 'The answer came too late.' }),
    isUnhelpful: t.exposeBoolean('isUnhelpful', { description: 'The answer did not help.' }),
    isOffensive: t.exposeBoolean('isOffensive', { description: 'The answer offended.' }),
    turnId: t.exposeString('turnId', { nullable: true, description: "The caller's own id of the turn." }),
    messageId: t.exposeString('messageId', {
      nullable: true,
      description: "The caller's own id of the message.",
    }),
    message: t.field({
      type: MessageRef,
      nullable: true,
      description: 'The message that is rated, where it was found by id or by its words.',
      authScopes: { read: true },
      resolve: ({ message }, _args, { prisma, caller }) =>
        message === null ? null : findMessage(prisma, caller.projectId, message),
    }),
    promptName: t.exposeString('promptName', {
      nullable: true,
      description: 'The prompt of the answer that is rated, where it is known.',
    }),
    model: t.exposeString('model', {
      nullable: true,
      description: 'The model of the answer that is rated, where it is known.',
    }),
    userInput: t.exposeString('userInput', { nullable: true, description: 'What the person said.' }),
    assistantResponse: t.exposeString('assistantResponse', {
      nullable: true,
      description: 'What was answered.',
    }),
    at: t.field({
      type: 'DateTime',
      description: 'When it arrived.',
      resolve: ({ createdAt }) => date(createdAt),
    }),
    metadata: t.expose('metadata', { type: 'JSONObject', description: 'Whatever else the caller sent.' }),
  }),
});

type SessionShape = { conversation: Conversation; figures: Figures };

const SessionRef = builder.objectRef<SessionShape>('Session').implement({
  description: 'A conversation as a voice pipeline sees it: its turns, costs and ratings.',
  fields: (t) => ({
    conversation: t.expose('conversation', {
      type: ConversationRef,
      description: 'The same as a conversation.',
    }),
    optimizationLevel: t.string({
      description: 'The last one stated; "balanced" unless stated.',
      resolve: ({ figures }) => levelOf(figures),
    }),
    languageCode: t.string({
      nullable: true,
      description: 'The last one stated.',
      resolve: ({ figures }) => figures.languageCode,
    }),
    costs: t.field({
      type: CostsRef,
      description: 'What it costs.',
      resolve: ({ figures }): Sums => figures,
    }),
    metrics: t.field({
      type: MetricsRef,
      description: 'How well it runs.',
      resolve: ({ figures }): Sums => figures,
    }),
    feedbackSummary: t.field({
      type: FeedbackSummaryRef,
      description: 'What its ratings add up to.',
      resolve: ({ figures }): Sums => figures,
    }),
    costEntries: t.connection({
      type: CostRef,
      description: 'Its operations, in the order of arrival; at most 500 at a time.',
      authScopes: { read: true },
      resolve: ({ conversation }, args, { prisma, caller }) =>
        listPage(args, longPage, byId, (range) =>
          listCosts(prisma, caller.projectId, conversation.id, range),
        ),
    }),
    turns: t.connection({
      type: TurnRef,
      description: 'Its turns, in the order in which they first arrived; at most 500 at a time.',
      authScopes: { read: true },
      resolve: ({ conversation }, args, { prisma, caller }) =>
        listPage(args, longPage, byId, (range) =>
          listTurns(prisma, caller.projectId, conversation.id, range),
        ),
    }),
    feedback: t.connection({
      type: FeedbackRef,
      description: 'Its ratings, in the order of arrival; at most 500 at a time.',
      authScopes: { read: true },
      resolve: ({ conversation }, args, { prisma, caller }) =>
        listPage(args, longPage, byId, (range) =>
          listFeedback(prisma, caller.projectId, conversation.id, range),
        ),
    }),
  }),
});

const idOfSession = { required: true, description: "The caller's own id of the session." } as const;
const kinds: readonly Event['kind'][] = ['TurnRecorded', 'CostRecorded', 'FeedbackSubmitted'];

builder.queryField('session', (t) =>
  t.field({
    type: SessionRef,
    nullable: true,
    description: 'One session; null when this project has none under that id. Asks for the scope read.',
    authScopes: { read: true },
    args: { id: t.arg.string(idOfSession) },
    resolve: (_root, { id }, { prisma, caller }) => findSession(prisma, caller.projectId, id),
  }),
);

builder.subscriptionField('session', (t) =>
  t.field({
    type: SessionRef,
    nullable: true,
    description:
      'One session as it stands now, and again whenever a turn, a cost or a rating came: the latest state, at most five times a second. Null until the session begins. Asks for the scope read.',
    authScopes: { read: true },
    args: { id: t.arg.string(idOfSession) },
    subscribe: (_root, { id }, { feed, caller }) =>
      followState(feed, {
        projectId: caller.projectId,
        wants: (event) =>
          kinds.includes(event.kind) && 'conversation' in event && event.conversation.externalId === id,
      }),
    resolve: (_changed, { id }, { prisma, caller }) => findSession(prisma, caller.projectId, id),
  }),
);

async function findSession(
  prisma: Parameters<typeof findFigures>[0],
  projectId: number,
  externalId: string,
): Promise<SessionShape | null> {
  const conversation = await findConversation(prisma, projectId, { externalId });
  if (conversation === null) return null;
  return { conversation, figures: await findFigures(prisma, projectId, conversation.id) };
}
