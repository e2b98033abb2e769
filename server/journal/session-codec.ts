import { z } from 'zod';
import { ratingTypes } from '../domain/feedback.ts';
import { outcomes, stageNames } from '../domain/turn.ts';
import type { JsonObject } from '../domain/value.ts';

const json = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null);
const text = z.string().nullable();
const times = z.object({ sum: z.string(), count: z.number() });
const hits = z.object({ hits: z.number(), misses: z.number() });
// No z.record, which drops a field of the name __proto__.
const amounts = z.custom<Record<string, string>>(
  (value) =>
    json.safeParse(value).success && Object.values(value as object).every((it) => typeof it === 'string'),
);

/** A turn as it lies in the log. */
export const turn = z.object({
  id: z.number(),
  conversationId: z.number(),
  externalId: z.string(),
  outcome: z.enum(outcomes),
  stages: z.array(z.object({ name: z.enum(stageNames), startMs: z.number(), durationMs: z.number() })),
  totalMs: z.number().nullable(),
  llmCacheHit: z.boolean().nullable(),
  ttsCacheHit: z.boolean().nullable(),
  guardrailViolations: z.number(),
  guardrailBlocks: z.number(),
  optimizationLevel: text,
  languageCode: text,
  userInput: text,
  assistantResponse: text,
  error: text,
  at: z.string(),
  createdAt: z.string(),
  metadata: json,
});

/** A cost as it lies in the log. */
export const cost = z.object({
  id: z.number(),
  conversationId: z.number(),
  turnId: text,
  service: z.string(),
  provider: text,
  operation: text,
  model: text,
  units: text,
  unitType: text,
  usd: text,
  tableUsd: text,
  cached: z.boolean(),
  optimizationLevel: text,
  usage: json.nullable(),
  statedAt: text,
  at: z.string(),
  createdAt: z.string(),
  metadata: json,
});

/** A rating as it lies in the log. */
export const feedback = z.object({
  id: z.number(),
  conversationId: z.number(),
  turnId: text,
  messageId: text,
  rating: z.number(),
  ratingType: z.enum(ratingTypes),
  text,
  category: text,
  isIncorrect: z.boolean(),
  isTooSlow: z.boolean(),
  isUnhelpful: z.boolean(),
  isOffensive: z.boolean(),
  userInput: text,
  assistantResponse: text,
  metadata: json,
  createdAt: z.string(),
});

/** The figures of a session as they lie in the log. */
export const figures = z.object({
  conversationId: z.number(),
  succeeded: z.number(),
  failed: z.number(),
  interrupted: z.number(),
  latency: z.object({ asr: times, llm: times, translation: times, tts: times }),
  total: times,
  llmCache: hits,
  ttsCache: hits,
  guardrailViolations: z.number(),
  guardrailBlocks: z.number(),
  pricedCosts: z.number(),
  unpricedCosts: z.number(),
  usdByService: amounts,
  usdByProvider: amounts,
  cachedUsd: z.string(),
  feedback: z.number(),
  optimizationLevel: text,
  languageCode: text,
});
