import { z } from 'zod';
import { channels, conversationStatuses, owners } from './conversation.ts';
import { externalId, isBlank, label, moment, parseMoment, text } from './value.ts';

/** Which ratings a conversation must have. */
export const feedbackKinds = ['POSITIVE', 'NEGATIVE', 'ANY'] as const;

const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.toUpperCase() : value),
    z.enum(values, { error: `must be one of ${values.join(', ')}` }),
  );
const flag = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean({ error: 'must be true or false' }),
);
const amountOf = (schema: z.ZodNumber) =>
  z.preprocess((value) => (typeof value === 'string' && !isBlank(value) ? Number(value) : value), schema);
const score = amountOf(
  z.number({ error: 'must be a number' }).min(-1, 'must be from -1 to 1').max(1, 'must be from -1 to 1'),
);
const usd = amountOf(
  z
    .number({ error: 'must be a number' })
    .nonnegative('must not be negative')
    .max(1e12, 'must be at most 1e12'),
);
const instant = z.preprocess(
  (value) => (value instanceof Date ? value.toISOString() : value),
  moment.transform((value) => parseMoment(value)!),
);
const filled = label.refine((value) => !isBlank(value), 'must not be blank');
const pair = z.strictObject({
  key: filled.refine((key) => !key.includes('='), 'must not contain ='),
  value: text.refine((value) => value.length <= 1000, 'must have at most 1,000 characters'),
});

/** The fields of a filter, as texts or as what they stand for. */
export const filterShape = {
  status: choice(conversationStatuses),
  owner: choice(owners),
  channel: choice(channels),
  platform: filled,
  endUser: externalId,
  requiresHuman: flag,
  minSentiment: score,
  maxSentiment: score,
  minCost: usd,
  maxCost: usd,
  feedback: choice(feedbackKinds),
  from: instant,
  to: instant,
  activeFrom: instant,
  activeTo: instant,
  metadata: z.array(pair).max(8, 'must hold at most 8 entries'),
};

type Bounds = Partial<Record<(typeof bounds)[number][number], string | number>>;
const bounds = [
  ['from', 'to'],
  ['activeFrom', 'activeTo'],
  ['minSentiment', 'maxSentiment'],
  ['minCost', 'maxCost'],
] as const;

/** Refuses an end that lies in front of its beginning. */
export function checkBounds(
  filter: { [Name in keyof Bounds]: Bounds[Name] | undefined },
  context: z.RefinementCtx,
): void {
  for (const [low, high] of bounds) {
    const [least, most] = [filter[low], filter[high]];
    if (least === undefined || most === undefined) continue;
    const isMoment = typeof least === 'string';
    if (least < most || (!isMoment && least === most)) continue;
    const message = isMoment ? `must be later than ${low}` : `must not be less than ${low}`;
    context.addIssue({ code: 'custom', path: [high], message });
  }
}

/** Which conversations are meant; what is left out does not matter. Null is the same as leaving out. */
export const filterSchema = z.preprocess(
  (value) =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).filter(([, it]) => it !== null && it !== undefined))
      : value,
  z.strictObject(filterShape).partial().superRefine(checkBounds),
);

/** Which conversations are meant, with moments in ISO form. */
export type ConversationFilter = z.infer<typeof filterSchema>;
