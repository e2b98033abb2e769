import { z } from 'zod';
import { polarities, tenses, type Lesson } from '../domain/fact.ts';
import { keyOf, plain } from '../domain/learning/thing.ts';
import { isBlank, text as storable } from '../domain/value.ts';
import { learnable, MOST_LESSONS } from './prompt.ts';

/** The model answered, but not with what it was asked for. */
export class MalformedAnswerError extends Error {
  override readonly name = 'MalformedAnswerError';
}

const upper = (value: unknown): unknown => (typeof value === 'string' ? value.toUpperCase() : value);
const lower = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);
const phrase = (longest: number): z.ZodType<string> =>
  z
    .string()
    .transform((value) => value.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim())
    .pipe(storable)
    .refine((value) => value !== '' && value.length <= longest);

/** What one lesson may be; nothing longer, and nothing about somebody else. */
const claim = z.object({
  about: z.preprocess(lower, z.literal('speaker')),
  category: z.preprocess(lower, z.enum(learnable)),
  type: phrase(60),
  key: phrase(60),
  object: phrase(100),
  value: phrase(300),
  polarity: z.preprocess(upper, z.enum(polarities)).default('POSITIVE'),
  tense: z.preprocess(upper, z.enum(tenses)).default('PRESENT'),
  stated: z.boolean().default(false),
  quote: storable,
});
type Claim = z.infer<typeof claim>;

const answer = z.union([z.object({ lessons: z.array(z.unknown()) }), z.array(z.unknown())]);

/**
 * The lessons of an answer that hold: about the speaker, of a known category, within bounds, and proved by words
 * that are really in the message. `found` are keys that the same message taught already; those stand as they are.
 * Throws a MalformedAnswerError when the answer is no list of lessons.
 */
export function readAnswer(content: string, message: string, found: ReadonlySet<string>): Lesson[] {
  const read = answer.safeParse(findJson(content));
  if (!read.success) throw new MalformedAnswerError('the answer is no list of lessons');
  const claims = Array.isArray(read.data) ? read.data : read.data.lessons;
  const taken = new Set(found);
  const lessons: Lesson[] = [];
  for (const one of claims) {
    const lesson = lessonOf(one, message);
    // A key holds one thing; a second one in the same breath would only push the first out again.
    if (lesson === null || taken.has(lesson.key)) continue;
    taken.add(lesson.key);
    lessons.push(lesson);
    if (lessons.length === MOST_LESSONS) break;
  }
  return lessons;
}

/** The JSON in what a model wrote: models think aloud, put it into a fence or say a word before it. */
function findJson(content: string): unknown {
  const said = content.replaceAll(/<think>[\s\S]*?<\/think>/gu, '').trim();
  const fenced = /```(?:json)?\s*([\s\S]*?)```/u.exec(said)?.[1];
  const braced = said.slice(said.indexOf('{'), said.lastIndexOf('}') + 1);
  for (const candidate of [said, fenced, braced]) {
    try {
      if (candidate) return JSON.parse(candidate);
    } catch {
      // The next one may be it.
    }
  }
  throw new MalformedAnswerError('the answer holds no JSON');
}

function lessonOf(one: unknown, message: string): Lesson | null {
  const { success, data } = claim.safeParse(one);
  if (!success) return null;
  const quote = data.quote.trim();
  const start = /[\p{L}\p{N}]/u.test(quote) ? message.indexOf(quote) : -1;
  if (start === -1) return null;
  const { about: _, stated, quote: __, ...rest } = data;
  const object = plain(data.object);
  const [key, type] = [keyFor(data, object), nameOf(data.type)];
  if (isBlank(object) || key === '' || type === '') return null;
  return { ...rest, object, key, type, isStated: stated, start, end: start + quote.length };
}

/** A taste has the key that it would have had if its words had been plainer. */
function keyFor({ category, type, key }: Claim, object: string): string {
  const isTaste = category === 'interests' && nameOf(type) === 'topic_interest';
  return (isTaste && nameOf(keyOf('interest', object))) || nameOf(key);
}

/** Snake case in ASCII, as all keys are. */
const nameOf = (words: string): string =>
  plain(words)
    .replaceAll(/[^a-z0-9]+/gu, '_')
    .slice(0, 60)
    .replaceAll(/^_+|_+$/gu, '');
