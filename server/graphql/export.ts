import { InvalidInputError } from '../domain/errors.ts';
import type { FormatName } from '../domain/export/format.ts';
import { EXPORT_PATH, parametersOf, parseExport, repeatable } from '../domain/export/request.ts';
import { builder } from './builder.ts';
import { ConversationFilterInput, readFilter } from './conversation-list.ts';

const FormatEnum = builder.enumType('ExportFormat', {
  description: 'A form of exported conversations.',
  values: {
    JSONL: {
      description:
        'One JSON object a line: each conversation, then its messages and the final segments of its call.',
    },
    CSV: { description: 'One row a message or a final segment.' },
    TXT: { description: 'Text for people to read.' },
  } satisfies Record<Uppercase<FormatName>, object>,
});

const ExportLinkInput = builder.inputType('ExportLinkInput', {
  description: 'The form of the export, and what is exported; all conversations when nothing else is given.',
  fields: (t) => ({
    format: t.field({ type: FormatEnum, required: true, description: 'The form.' }),
    conversation: t.string({ description: "The caller's own id of one conversation." }),
    filter: t.field({ type: ConversationFilterInput, description: 'Which conversations.' }),
    query: t.string({
      description:
        'What to look for, as search takes it: only messages and final segments that have it, with their conversations.',
    }),
  }),
});

const ExportLinkPayload = builder
  .objectRef<{ path: string; expiresAt: string }>('ExportLinkPayload')
  .implement({
    description: 'A link to a file.',
    fields: (t) => ({
      path: t.exposeString('path', {
        description: 'Path and query on this server, to be opened once; it needs no key.',
      }),
      expiresAt: t.field({
        type: 'DateTime',
        description: 'When it ceases to be valid.',
        resolve: ({ expiresAt }) => new Date(expiresAt),
      }),
    }),
  });

builder.mutationField('exportLink', (t) =>
  t.field({
    type: ExportLinkPayload,
    description:
      'A link by which a browser, which sets no headers on a download, may export conversations once within five minutes. Asks for the scope read.',
    authScopes: { read: true },
    args: { input: t.arg({ type: ExportLinkInput, required: true, description: 'The export.' }) },
    errors: {
      types: [InvalidInputError],
      union: { name: 'ExportLinkResult', description: 'The link, or a refusal.' },
    },
    async resolve(_root, { input: { format, conversation, query, filter } }, { tickets, caller }) {
      const given = [
        ...Object.entries({ format, conversation, query }).filter(([, value]) => value != null),
        ...parametersOf(readFilter(filter, 'input.filter')),
      ] as [string, string][];
      const named = given.filter(([name]) => !repeatable.includes(name));
      parseExport(Object.fromEntries(named), ['input']);
      return tickets.issue(caller, EXPORT_PATH, new URLSearchParams(given));
    },
  }),
);
