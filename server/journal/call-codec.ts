import { z } from 'zod';
import { speakers } from '../domain/call.ts';
import type { JsonObject } from '../domain/value.ts';

const json = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null);
const text = z.string().nullable();
const speaker = z.enum(speakers);
const stretch = z.object({ startMs: z.number(), endMs: z.number() });

/** A call as it lies in the log. */
export const call = z.object({
  conversationId: z.number(),
  customerPhoneNumber: text,
  systemPhoneNumber: text,
  agentId: text,
  startedAt: z.string(),
  isStartStated: z.boolean(),
  metadata: json,
  categories: z.array(z.object({ name: z.string(), points: z.array(stretch) })),
  finals: z.number(),
  lastStartMs: z.number(),
});

/** A segment as it lies in the log. */
export const segment = z.object({
  id: z.number(),
  conversationId: z.number(),
  externalId: z.string(),
  speaker,
  text: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  isPartial: z.boolean(),
  sentiment: z.number().nullable(),
  at: z.string(),
  metadata: json,
  matches: z.array(z.object({ category: z.string(), start: z.number(), end: z.number() })),
  seq: z.number(),
});

/** A category as it lies in the log. */
export const callCategory = z.object({
  name: z.string(),
  phrases: z.array(z.string()),
  speaker: speaker.nullable(),
});
