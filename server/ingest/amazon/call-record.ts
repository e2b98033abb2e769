import { isBlank, externalId, findUnstorable, label, parseMoment } from '../../domain/value.ts';
import { reportedCategory, type ReportedCategory } from '../../domain/call.ts';
import type { LogSegment, StartCall } from '../../domain/command.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { statedSegment, type Segment } from '../../domain/segment.ts';
import type { Json, JsonObject } from '../../domain/value.ts';
import { listOf, objectOf, textOf } from '../storable.ts';

/** The id of a call. Throws an InvalidInputError that names the field. */
export function callIdOf(record: JsonObject, field: string): string {
  const parsed = externalId.safeParse(record[field]);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(field, `${field} ${parsed.error.issues[0]!.message}.`);
}

/** A call of which so much is known; more may be said of it at any time. */
export const aCall = (
  conversationId: string,
  stated: Partial<Omit<StartCall, 'kind' | 'conversationId'>> = {},
): StartCall => ({
  kind: 'startCall',
  conversationId,
  customerPhoneNumber: null,
  systemPhoneNumber: null,
  agentId: null,
  startedAt: null,
  metadata: {},
  ...stated,
});

/** A piece of speech as a record tells it, under the names that the record has for its fields. */
type Speech = {
  segmentId: Json | undefined;
  speaker: Segment['speaker'];
  text: Json | undefined;
  startMs: number;
  /** Null where the record tells no end: it ends where it starts then, and so does one that ends sooner. */
  endMs: number | null;
  isPartial: boolean;
  sentiment?: number | null;
  at?: string | null;
  metadata: JsonObject;
};

/** A piece of speech as a command. Throws an InvalidInputError that names the field. */
export function aSegment(conversationId: string, speech: Speech, names: Record<string, string>): LogSegment {
  const { endMs, startMs } = speech;
  const stated = { ...speech, endMs: Math.max(startMs, endMs ?? startMs) };
  const parsed = statedSegment.safeParse(stated);
  if (parsed.success) return { kind: 'logSegment', conversationId, ...parsed.data };
  const issue = parsed.error.issues[0]!;
  const field = names[String(issue.path[0])] ?? String(issue.path[0]);
  throw new InvalidInputError(field, `${field} ${issue.message}.`);
}

/** Categories that were found in a call, and where. What has no name is left out. */
export function categoriesOf(
  matched: Json | undefined,
  details: Json | undefined,
  points: string,
): ReportedCategory[] {
  const found = objectOf(details);
  const names = new Set([...listOf(matched), ...Object.keys(found)]);
  return [...names].flatMap((name) => {
    const stretches = listOf(objectOf(found[textOf(name)])[points]).flatMap((point) => {
      const { BeginOffsetMillis: startMs, EndOffsetMillis: endMs } = objectOf(point);
      const isStretch = isOffset(startMs) && isOffset(endMs) && endMs >= startMs;
      return isStretch ? [{ startMs, endMs }] : [];
    });
    const parsed = reportedCategory.safeParse({ name, points: stretches.slice(0, 1000) });
    return parsed.success ? [parsed.data] : [];
  });
}

const isOffset = (value: Json | undefined): value is number => Number.isFinite(value) && Number(value) >= 0;

/** Seconds, which some senders write as texts, in ms. Throws an InvalidInputError when they are none. */
export function millisOf(record: JsonObject, field: string): number {
  const ms = secondsIn(record[field]);
  if (ms !== null) return ms;
  throw new InvalidInputError(field, `${field} must be a number of seconds, zero or more.`);
}

/** Seconds in ms; null when there are none. */
export function secondsIn(value: Json | undefined): number | null {
  const isText = typeof value === 'string' && /^\d+(?:\.\d*)?$/u.test(value.trim());
  const seconds = isText ? Number(value) : value;
  if (typeof seconds !== 'number' || !(seconds >= 0)) return null;
  const ms = Math.round(seconds * 1000);
  return Number.isSafeInteger(ms) ? ms : null;
}

const dateText = /^[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d GMT[+-]\d{4}/u;

/** A moment in ISO form, out of an ISO text or what JavaScript makes of a date; null when it is none. */
export function momentIn(value: Json | undefined): string | null {
  if (typeof value !== 'string') return null;
  const date = dateText.exec(value.trim())?.[0];
  if (date === undefined) return parseMoment(value.trim());
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? null : parseMoment(new Date(ms).toISOString());
}

/** A phone number or the like; null when there is none that can be kept. */
export function labelIn(value: Json | undefined): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  const parsed = label.safeParse(text);
  return parsed.success && !isBlank(parsed.data) ? parsed.data : null;
}

const words: Record<string, number> = { POSITIVE: 1, NEUTRAL: 0, MIXED: 0, NEGATIVE: -1 };

/** How something sounds, from −1 to 1: the shares of moods where they are told, else a word. */
export function sentimentIn(word: Json | undefined, shares?: Json): number | null {
  const { Positive: good, Negative: bad } = objectOf(shares);
  if (isShare(good) && isShare(bad)) return Math.max(-1, Math.min(1, good - bad));
  return typeof word === 'string' ? (words[word.toUpperCase()] ?? null) : null;
}

const isShare = (value: Json | undefined): value is number =>
  typeof value === 'number' && value >= 0 && value <= 1;

/** Fields that nothing else was made of, without those that are null or cannot be stored. */
export function restOf(record: JsonObject, ...used: string[]): JsonObject {
  const rest = Object.entries(record).filter(
    ([name, value]) => value !== null && !used.includes(name) && findUnstorable(value, 3) === null,
  );
  return Object.fromEntries(rest);
}
