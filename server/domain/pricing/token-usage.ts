import type { Decimal } from 'decimal.js';
import { jsonObject, type JsonObject } from '../value.ts';
import { Exact, ZERO } from './decimal.ts';
import { readTokenReport, type Counts } from './token-report.ts';
import type { Quantity, Usage, UsageReading } from './usage.ts';

/**
 * Reads the usage that came with a model's answer: OpenAI's forms (chat, responses, realtime), Anthropic's,
 * Gemini's `usageMetadata`, and the short ones (`prompt`, `completion`, `input`, `output`, `total`). Null is the
 * same as leaving out; anything else that is no count is a fault. An object that says nothing of tokens is an
 * empty usage, which has no price.
 */
export function usageFromOpenAI(usage: JsonObject): UsageReading {
  const { counts, faults } = readTokenReport(usage);
  return faults.length > 0 ? { faults } : { usage: usageOf(counts) };
}

/** A usage as a sender reports it: any JSON object in which whatever looks like a count of tokens is one. */
export const usage = jsonObject.superRefine((value, context) => {
  const reading = usageFromOpenAI(value);
  if (!('faults' in reading)) return;
  for (const { path, message } of reading.faults) context.addIssue({ code: 'custom', path, message });
});

function usageOf(stated: Counts): Usage {
  const counts = withRest(stated);
  if (counts.input === undefined && counts.output === undefined && counts.total !== undefined)
    return { unsplit: counts.total };
  return { ...inputOf(counts), ...outputOf(counts) };
}

/** Where a total and one side are stated, the other side is the rest. */
function withRest(counts: Counts): Counts {
  const { input, output, total } = counts;
  if (total === undefined || (input === undefined) === (output === undefined)) return counts;
  const rest = less(total, input ?? output, counts.thoughts, counts.toolInput);
  return input === undefined ? { ...counts, input: rest } : { ...counts, output: rest };
}

function inputOf(counts: Counts): Usage {
  const cached = counts.cached ?? ZERO;
  const audio = counts.audioIn ?? ZERO;
  const cachedAudio = Exact.min(cached, counts.cachedAudio ?? hiddenAudio(counts));
  const written = counts.written ?? ZERO;
  const writes = written.plus(counts.cacheWrite ?? ZERO);
  const hour = Exact.min(writes, counts.writtenHour ?? ZERO);
  const freshAudio = less(audio, cachedAudio);
  const { input, toolInput } = counts;
  const text = less(input ?? ZERO, freshAudio, cached, written).plus(toolInput ?? ZERO);
  return {
    ...(input === undefined && toolInput === undefined ? {} : { input: text }),
    ...used('cachedInput', cached.minus(cachedAudio).plus(counts.cacheRead ?? ZERO)),
    ...used('cacheWrite', writes.minus(hour)),
    ...used('cacheWriteHour', hour),
    ...used('audioInput', freshAudio),
    ...used('cachedAudioInput', cachedAudio),
  };
}

/** Cached tokens are taken to be text as far as there is text; what is left of them must be audio. */
function hiddenAudio({ input, cached, audioIn, written }: Counts): Decimal {
  const text = less(input ?? ZERO, audioIn, written);
  return Exact.min(audioIn ?? ZERO, less(cached ?? ZERO, text));
}

function outputOf(counts: Counts): Usage {
  const { output, audioOut, reasoning = ZERO, thoughts = ZERO } = counts;
  const inside = isReasoningOnTop(counts) ? ZERO : reasoning;
  return {
    ...(output === undefined ? {} : { output: less(output, inside, audioOut) }),
    ...used('reasoning', reasoning.plus(thoughts)),
    ...used('audioOutput', audioOut ?? ZERO),
  };
}

/** Some providers count reasoning beside the completion; their totals tell. */
function isReasoningOnTop({ input, output, total, reasoning }: Counts): boolean {
  if (total === undefined || reasoning === undefined) return false;
  return total.equals((input ?? ZERO).plus(output ?? ZERO).plus(reasoning));
}

const used = (quantity: Quantity, tokens: Decimal): Usage => (tokens.isZero() ? {} : { [quantity]: tokens });

/** What is left of a count after these parts; zero where they are more than the whole. */
function less(whole: Decimal, ...parts: readonly (Decimal | undefined)[]): Decimal {
  const rest = parts.reduce<Decimal>((left, part) => (part === undefined ? left : left.minus(part)), whole);
  return rest.isNegative() ? ZERO : rest;
}
