import { z } from 'zod';
import { checkBounds, filterShape, type ConversationFilter } from '../conversation-filter.ts';
import { InvalidInputError } from '../errors.ts';
import { parseQuery, type Term } from '../search/query.ts';
import { externalId as id, text } from '../value.ts';
import { formatNames, type FormatName } from './format.ts';

const { endUser, metadata, ...rest } = filterShape;

/** `key=value`, and the same again for each more. */
const pairs = z.preprocess((given, context) => {
  const texts = (Array.isArray(given) ? given : [given]).map(String);
  if (!texts.every((it) => it.includes('='))) {
    context.addIssue({ code: 'custom', message: 'must be KEY=VALUE, for example plan=pro' });
    return z.NEVER;
  }
  return texts.map((it) => {
    const [key, ...value] = it.split('=');
    return { key, value: value.join('=') };
  });
}, metadata);

const schema = z
  .strictObject({
    format: z.preprocess(
      (it) => (typeof it === 'string' ? it.toLowerCase() : it),
      z.enum(formatNames, { error: `must be one of ${formatNames.join(', ')}` }),
    ),
    conversation: id,
    user: endUser,
    ...rest,
    metadata: pairs,
    query: text,
  })
  .partial()
  .superRefine(checkBounds);

/** Where conversations are exported. */
export const EXPORT_PATH = '/export/conversations';

/** What can be said of an export. */
export const exportParameters = Object.keys(schema.shape);
/** What of it can be said several times. */
export const repeatable = ['metadata'];

/** An export: its form, which conversations, and what of them: all that was said, or what has the words of a query. */
export type ExportRequest = {
  format: FormatName;
  filter: ConversationFilter & { externalId?: string | undefined };
  terms: Term[] | null;
};

/** An export as texts ask for it. Throws an InvalidInputError that names the parameter, below `path`. */
export function parseExport(given: Record<string, unknown>, path: string[] = []): ExportRequest {
  const parsed = schema.safeParse(given);
  if (parsed.success) {
    const { format = 'jsonl', conversation: externalId, user: person, query, ...filter } = parsed.data;
    const terms = query === undefined ? null : parseQuery(query, [...path, 'query'].join('.'));
    return { format, terms, filter: { ...filter, externalId, endUser: person } };
  }
  const issue = parsed.error.issues[0]!;
  const isUnknown = issue.code === 'unrecognized_keys';
  const field = [...path, ...(isUnknown ? issue.keys.slice(0, 1) : issue.path)].join('.');
  const message = isUnknown ? `is no parameter; there are ${exportParameters.join(', ')}` : issue.message;
  throw new InvalidInputError(field, `${field} ${message}.`);
}

/** The parameters of a filter, as `parseExport` reads them. */
export function parametersOf({
  endUser: user,
  metadata: wanted = [],
  ...filter
}: ConversationFilter): [string, string][] {
  const single = Object.entries({ user, ...filter }).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return [...single, ...wanted.map(({ key, value }): [string, string] => ['metadata', `${key}=${value}`])];
}
