import { InvalidInputError } from '../domain/errors.ts';
import type { FormatName } from '../domain/export/format.ts';
import { EXPORT_PATH, parseExport } from '../domain/export/request.ts';
import { builder } from './builder.ts';
import { ChannelEnum, OwnerEnum, StatusEnum } from './conversation.ts';

const FormatEnum = builder.enumType('ExportFormat', {
  description: 'A form of exported conversations.',
  values: {
    JSONL: { description: 'One JSON object a line: each conversation, then its messages.' },
    CSV: { description: 'One row a message.' },
    TXT: { description: 'Text for people to read.' },
  } satisfies Record<Uppercase<FormatName>, object>,
});

const ExportLinkInput = builder.inputType('ExportLinkInput', {
  description: 'The form of the export, and which conversations are meant; all when nothing else is given.',
  fields: (t) => ({
    format: t.field({ type: FormatEnum, required: true, description: 'The form.' }),
    conversation: t.string({ description: "The caller's own id of one conversation." }),
    status: t.field({ type: StatusEnum, description: 'Whether it goes on.' }),
    owner: t.field({ type: OwnerEnum, description: 'Who answers.' }),
    channel: t.field({ type: ChannelEnum, description: 'What it is held over.' }),
    platform: t.string({ description: 'Where it is held; the exact text.' }),
    user: t.string({ description: 'External id of the person.' }),
    from: t.field({ type: 'DateTime', description: 'Those that began at this moment or later.' }),
    to: t.field({ type: 'DateTime', description: 'Those that began before this moment.' }),
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
    async resolve(_root, { input: { from, to, ...rest } }, { tickets, caller }) {
      const asked = { ...rest, from: from?.toISOString(), to: to?.toISOString() };
      const given = Object.entries(asked).filter(([, value]) => value != null) as [string, string][];
      parseExport(Object.fromEntries(given), ['input']);
      return tickets.issue(caller, EXPORT_PATH, new URLSearchParams(given));
    },
  }),
);
