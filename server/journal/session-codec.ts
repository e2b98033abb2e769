import { z } from 'zod';
import { ratingTypes } from '../domain/feedback.ts';
import { outcomes, stageNames } from '../domain/turn.ts';
import type { JsonObject } from '../domain/value.ts';

const json = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null);
const text = z.string().nullable();
const label = z.string();
// What was recorded before roll-ups existed is counted nowhere.
const setting = z
  .object({ platform: label, languageCode: text, optimizationLevel: text })
  .nullable()
  .default(null);
const stage = z.object({
  name: z.enum(stageNames),
  startMs: z.number(),
  durationMs: z.number(),
  provider: label.optional(),
  model: label.optional(),
});

/** A turn as it lies in the log. */
export const turn = z.object({
  id: z.number(),
  conversationId: z.number(),
  externalId: z.string(),
  outcome: z.enum(outcomes),
  stages: z.array(stage),
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
  setting,
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
  setting,
  exchange: z.number().nullable().default(null),
  metadata: json,
});

/** A rating as it lies in the log. */
export const feedback = z.object({
  id: z.number(),
  conversationId: z.number(),
  externalId: text.default(null),
  turnId: text,
  messageId: text,
  message: z.number().nullable().default(null),
  promptName: text.default(null),
  model: text.default(null),
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
  setting,
  createdAt: z.string(),
});
