import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { NewFeedback, NewTurn, Recorded, Recording } from '../domain/command.ts';
import { InvalidInputError, type Fault } from '../domain/errors.ts';
import { faultOfRating } from '../domain/feedback.ts';
import { cacheSavingsUsd, levelOf, type Figures } from '../domain/figures.ts';
import { cacheHitRate, meanMs, turnsOf } from '../domain/tally.ts';
import { serviceNames, services, sumMs, type Outcome, type Stage } from '../domain/turn.ts';
import { amount, externalId, jsonObject, label, moment, parseMoment, text } from '../domain/value.ts';
import type { JsonObject } from '../domain/value.ts';
import type { Journal, Written } from '../journal/write.ts';
import type { Call, Manner, Reply, Route } from '../route.ts';
import type { PrismaClient } from '../store/database.ts';
import { findConversation } from '../store/conversation.ts';
import { findFigures } from '../store/session.ts';
import { answered } from './answered.ts';
import { parseBody } from './body.ts';
import { toPlainJson } from './json.ts';
import { costCommand, costFields, showCost, showMoment } from './speech-cost.ts';

/** The speech API lists every fault of a body (422); anything else is said in a text. */
export const speechManner: Manner = ({ status, message, faults, headers }) => {
  if (status === 400) {
    const detail = (faults ?? [{ field: 'body', message }]).map(toDetail);
    return { status: 422, body: { detail }, ...(headers && { headers }) };
  }
  const detail = status === 401 ? 'Invalid API key' : message;
  return { status, body: { detail }, ...(headers && { headers }) };
};

function toDetail({ field, message }: Fault): { type: string; loc: string[]; msg: string } {
  const loc =
    field === 'session_id in the path'
      ? ['path', 'session_id']
      : field === 'body'
        ? ['body']
        : ['body', ...field.split('.')];
  return { type: /is missing/u.test(message) ? 'missing' : 'value_error', loc, msg: message };
}

const count = z
  .int('must be a whole number')
  .nonnegative('must not be negative')
  .max(1_000_000_000, 'is too large');
const turnFields = {
  outcome: z.enum(['successful', 'failed', 'interrupted'], 'must be successful, failed or interrupted'),
  turn_id: externalId.nullish(),
  asr_latency_ms: amount.nullish(),
  llm_latency_ms: amount.nullish(),
  translation_latency_ms: amount.nullish(),
  tts_latency_ms: amount.nullish(),
  total_latency_ms: amount.nullish(),
  llm_cache_hit: z.boolean('must be true or false').nullish(),
  tts_cache_hit: z.boolean('must be true or false').nullish(),
  guardrail_violations: count.nullish(),
  guardrail_blocks: count.nullish(),
  optimization_level: label.nullish(),
  language_code: label.nullish(),
  user_input: text.nullish(),
  assistant_response: text.nullish(),
  error: text.nullish(),
  timestamp: moment.nullish(),
  session_id: externalId.nullish(),
  metadata: jsonObject.nullish(),
};
const turnBody = z.object(turnFields);
const feedbackBody = z.object({
  session_id: externalId,
  rating: z.int('must be a whole number'),
  rating_type: z.enum(['thumbs', 'stars'], 'must be thumbs or stars'),
  turn_id: externalId.nullish(),
  message_id: externalId.nullish(),
  feedback_text: text.nullish(),
  feedback_category: label.nullish(),
  incorrect_response: z.boolean('must be true or false').nullish(),
  too_slow: z.boolean('must be true or false').nullish(),
  unhelpful: z.boolean('must be true or false').nullish(),
  offensive: z.boolean('must be true or false').nullish(),
  user_input: text.nullish(),
  assistant_response: text.nullish(),
  metadata: jsonObject.nullish(),
});
const costBody = z.object(costFields);

type Dependencies = { journal: Journal; prisma: PrismaClient };

/** The doors of the speech API. */
export function speechRoutes({ journal, prisma }: Dependencies): Route[] {
  const write = ({ caller, raw, receipt }: Call, command: Recording): Promise<Written> =>
    journal.write(caller.projectId, [command], { bytes: raw.length, ...(receipt && { receipt }) });

  const read = (path: string, show: (figures: Figures) => object): Route => ({
    method: 'GET',
    path,
    scope: 'read',
    manner: speechManner,
    async handle(call) {
      const { projectId } = call.caller;
      const conversation = await findConversation(prisma, projectId, { externalId: sessionOf(call) });
      if (conversation === null) return { status: 404, body: { detail: 'Session not found' } };
      const figures = await findFigures(prisma, projectId, conversation.id);
      return { status: 200, body: toPlainJson(show(figures)) };
    },
  });

  const post = (path: string, answer: (call: Call) => Promise<Reply>): Route => ({
    method: 'POST',
    path,
    scope: 'ingest',
    manner: speechManner,
    handle: answer,
  });

  return [
    read('/api/v1/sessions/:session_id/costs', showCosts),
    read('/api/v1/sessions/:session_id/metrics', showMetrics),
    post('/api/v1/sessions/:session_id/turns', async (call) => {
      const session = sessionOf(call);
      const body = parse(turnBody, call, session);
      const turn = toTurn(body.fields, body.extra);
      const written = await write(call, {
        kind: 'recordTurn',
        conversationId: session,
        turn,
        origin: 'speech',
      });
      const { turn: stored, isNew } = recordedIn(written, 'turn');
      return reply(written, isNew ? 201 : 200, {
        id: stored.id,
        session_id: session,
        turn_id: stored.externalId,
        outcome: outcomeNames[stored.outcome],
        total_latency_ms: stored.totalMs,
        created_at: showMoment(stored.createdAt),
      });
    }),
    post('/api/v1/sessions/:session_id/costs', async (call) => {
      const session = sessionOf(call);
      const { fields, extra } = parse(costBody, call, session);
      const cost = costCommand(fields, extra);
      const written = await write(call, {
        kind: 'recordCost',
        conversationId: session,
        cost,
        origin: 'speech',
      });
      return reply(written, 201, showCost(recordedIn(written, 'cost').cost, session));
    }),
    post('/api/v1/feedback', async (call) => {
      const { fields, extra } = parse(feedbackBody, call, null);
      const ratingType = fields.rating_type === 'thumbs' ? 'THUMBS' : 'STARS';
      const fault = faultOfRating(fields.rating, ratingType);
      if (fault !== null) return { status: 400, body: { detail: fault } };
      const feedback = toFeedback(fields, ratingType, extra);
      const conversationId = fields.session_id;
      const written = await write(call, {
        kind: 'submitFeedback',
        conversationId,
        feedback,
        origin: 'speech',
      });
      const { feedback: stored } = recordedIn(written, 'feedback');
      return reply(written, 201, {
        id: stored.id,
        session_id: conversationId,
        rating: stored.rating,
        rating_type: stored.ratingType.toLowerCase(),
        created_at: showMoment(stored.createdAt),
      });
    }),
  ];
}

const reply = ({ isReplay }: Written, status: number, body: object): Reply =>
  answered(isReplay, status, toPlainJson(body));

function recordedIn<Name extends 'turn' | 'cost' | 'feedback'>(
  { answers }: Written,
  name: Name,
): Extract<Recorded, Record<Name, unknown>> {
  const recorded = answers[0]?.recorded;
  if (recorded === undefined || !(name in recorded)) throw new Error(`A recorded ${name} is missing.`);
  return recorded as Extract<Recorded, Record<Name, unknown>>;
}

function sessionOf({ params }: Call): string {
  const parsed = externalId.safeParse(params['session_id']);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError('session_id in the path', `session_id ${parsed.error.issues[0]!.message}.`);
}

/** The fields of a body, and whatever else it holds; throws an InvalidInputError with every fault. */
function parse<T extends z.ZodObject>(
  schema: T,
  { raw }: Call,
  session: string | null,
): { fields: z.infer<T>; extra: JsonObject } {
  const body = parseBody(raw);
  const parsed = schema.safeParse(body);
  const faults = (parsed.error?.issues ?? []).map(({ path, message }): Fault => {
    const field = path.join('.') || 'body';
    return {
      field,
      message: path.length === 1 && !(path[0]! in body) ? `${field} is missing.` : `${field} ${message}.`,
    };
  });
  if (session !== null && typeof body['session_id'] === 'string' && body['session_id'] !== session) {
    faults.push({ field: 'session_id', message: 'session_id differs from the one in the path.' });
  }
  const [first] = faults;
  if (first !== undefined) throw new InvalidInputError(first.field, first.message, faults);
  const extra = Object.entries(body).filter(([name]) => !Object.hasOwn(schema.shape, name));
  return { fields: parsed.data as z.infer<T>, extra: Object.fromEntries(extra) };
}

const outcomeNames: Record<Outcome, string> = {
  SUCCEEDED: 'successful',
  FAILED: 'failed',
  INTERRUPTED: 'interrupted',
};
const outcomeOf = (name: string): Outcome =>
  name === 'successful' ? 'SUCCEEDED' : name === 'failed' ? 'FAILED' : 'INTERRUPTED';

function toTurn(body: z.infer<typeof turnBody>, extra: JsonObject): NewTurn {
  const stages = stagesOf(body);
  return {
    externalId: body.turn_id ?? `turn_${randomUUID()}`,
    outcome: outcomeOf(body.outcome),
    stages,
    totalMs: body.total_latency_ms ?? sumMs(stages.map(({ durationMs }) => durationMs)),
    llmCacheHit: body.llm_cache_hit ?? null,
    ttsCacheHit: body.tts_cache_hit ?? null,
    guardrailViolations: body.guardrail_violations ?? 0,
    guardrailBlocks: body.guardrail_blocks ?? 0,
    optimizationLevel: body.optimization_level ?? null,
    languageCode: body.language_code ?? null,
    userInput: body.user_input ?? null,
    assistantResponse: body.assistant_response ?? null,
    error: body.error ?? null,
    at: body.timestamp == null ? null : parseMoment(body.timestamp),
    metadata: { ...body.metadata, ...extra },
  };
}

/** The four latencies as stages, one after the other. */
function stagesOf(body: z.infer<typeof turnBody>): Stage[] {
  const stages: Stage[] = [];
  let startMs = 0;
  for (const service of serviceNames) {
    const durationMs = body[`${service}_latency_ms`];
    if (durationMs == null) continue;
    stages.push({ name: services[service].at(-1)!, startMs, durationMs });
    startMs = sumMs([startMs, durationMs])!;
  }
  return stages;
}

function toFeedback(
  body: z.infer<typeof feedbackBody>,
  ratingType: NewFeedback['ratingType'],
  extra: JsonObject,
): NewFeedback {
  return {
    externalId: null,
    turnId: body.turn_id ?? null,
    messageId: body.message_id ?? null,
    rating: body.rating,
    ratingType,
    text: body.feedback_text ?? null,
    category: body.feedback_category ?? null,
    isIncorrect: body.incorrect_response ?? false,
    isTooSlow: body.too_slow ?? false,
    isUnhelpful: body.unhelpful ?? false,
    isOffensive: body.offensive ?? false,
    userInput: body.user_input ?? null,
    assistantResponse: body.assistant_response ?? null,
    metadata: { ...body.metadata, ...extra },
  };
}

function showCosts(figures: Figures): object {
  const { counts, sums } = figures;
  const doubles = (amounts: Record<string, string>): [string, number][] =>
    Object.entries(amounts).map(([name, usd]) => [name, Number(usd)]);
  const unused = serviceNames.map((name): [string, number] => [name, 0]);
  return {
    total_cost_usd: Number(sums.usd),
    breakdown_by_service: Object.fromEntries([...unused, ...doubles(figures.usdByService)]),
    breakdown_by_provider: Object.fromEntries(doubles(figures.usdByProvider)),
    total_entries: counts.pricedCosts,
    cache_savings_usd: Number(cacheSavingsUsd(figures)),
    optimization_level: levelOf(figures),
    ...(counts.unpricedCosts > 0 && { unpriced_entries: counts.unpricedCosts }),
  };
}

function showMetrics(figures: Figures): object {
  const { counts, sums, times } = figures;
  return {
    total_turns: turnsOf(figures),
    successful_turns: counts.succeeded,
    failed_turns: counts.failed,
    interrupted_turns: counts.interrupted,
    avg_asr_latency_ms: meanMs(times.asr) ?? 0,
    avg_llm_latency_ms: meanMs(times.llm) ?? 0,
    avg_translation_latency_ms: meanMs(times.translation) ?? 0,
    avg_tts_latency_ms: meanMs(times.tts) ?? 0,
    avg_total_latency_ms: meanMs(times.total) ?? 0,
    cache_hit_rate: cacheHitRate(figures) ?? 0,
    llm_cache_hits: counts.llmCacheHits,
    llm_cache_misses: counts.llmCacheMisses,
    tts_cache_hits: counts.ttsCacheHits,
    tts_cache_misses: counts.ttsCacheMisses,
    guardrail_violations: counts.guardrailViolations,
    guardrail_blocks: counts.guardrailBlocks,
    total_cost_usd: Number(sums.usd),
    optimization_level: levelOf(figures),
    language_code: figures.languageCode,
  };
}
