import { z } from 'zod';
import { channels, conversationStatuses, owners } from '../conversation.ts';
import { InvalidInputError } from '../errors.ts';
import { externalId as id, isBlank, label, moment, parseMoment } from '../value.ts';
import { formatNames, type FormatName } from './format.ts';

const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });
const upper = (value: unknown): unknown => (typeof value === 'string' ? value.toUpperCase() : value);

const schema = z
  .strictObject({
    format: z.preprocess((it) => (typeof it === 'string' ? it.toLowerCase() : it), choice(formatNames)),
    conversation: id,
    status: z.preprocess(upper, choice(conversationStatuses)),
    owner: z.preprocess(upper, choice(owners)),
    channel: z.preprocess(upper, choice(channels)),
    platform: label.refine((value) => !isBlank(value), 'must not be blank'),
    user: id,
    from: moment.transform((value) => parseMoment(value)!),
    to: moment.transform((value) => parseMoment(value)!),
  })
  .partial()
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['to'],
    error: 'must be later than from',
  });

/** Where conversations are exported. */
export const EXPORT_PATH = '/export/conversations';

/** What can be said of an export. */
export const exportParameters = Object.keys(schema.shape);

/** An export: its form, and which conversations; they began from `from` on and before `to`. */
export type ExportRequest = {
  format: FormatName;
  filter: Omit<z.infer<typeof schema>, 'format' | 'conversation' | 'user'> & {
    externalId?: string | undefined;
    endUser?: string | undefined;
  };
};

/** An export as texts ask for it. Throws an InvalidInputError that names the parameter, below `path`. */
export function parseExport(given: Record<string, unknown>, path: string[] = []): ExportRequest {
  const parsed = schema.safeParse(given);
  if (parsed.success) {
    const { format = 'jsonl', conversation: externalId, user: endUser, ...rest } = parsed.data;
    return { format, filter: { ...rest, externalId, endUser } };
  }
  const issue = parsed.error.issues[0]!;
  const isUnknown = issue.code === 'unrecognized_keys';
  const field = [...path, ...(isUnknown ? issue.keys.slice(0, 1) : issue.path)].join('.');
  const message = isUnknown ? `is no parameter; there are ${exportParameters.join(', ')}` : issue.message;
  throw new InvalidInputError(field, `${field} ${message}.`);
}
