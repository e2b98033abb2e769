import type { Source, SourceStatus } from '../domain/source.ts';
import { followState } from '../live/state.ts';
import { listSources } from '../store/source.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';

const SourceStatusEnum = builder.enumType('SourceStatus', {
  description: 'How a source fares.',
  values: {
    READING: { description: 'What was there before is being read, and what is new with it.' },
    FOLLOWING: { description: 'Everything was read; what is new comes in as it happens.' },
    WAITING: { description: 'It cannot be read now, and is tried again.' },
    OFF: { description: 'No server is set up to read it; where it stood is kept.' },
  } satisfies Record<SourceStatus, object>,
});

const SourceRef = builder.objectRef<Source>('Source').implement({
  description: 'A system that calls are read from, such as tables at DynamoDB or a stream of Kinesis.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'For example "dynamodb" or "kinesis:calls".' }),
    status: t.expose('status', { type: SourceStatusEnum, description: 'How it fares.' }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why it waits; null while it does not.',
    }),
    since: t.field({
      type: 'DateTime',
      description: 'From when on it has been so.',
      resolve: ({ since }) => new Date(since),
    }),
    records: t.expose('records', { type: 'SafeInt', description: 'Records that were taken from it.' }),
    skipped: t.expose('skipped', {
      type: 'SafeInt',
      description: 'Of those, the ones that could not be used.',
    }),
  }),
});

const read = ({ prisma, caller }: Context): Promise<Source[]> => listSources(prisma, caller.projectId);

builder.queryField('sources', (t) =>
  t.field({
    type: [SourceRef],
    description: 'Systems that calls are read from, by name. Asks for the scope read.',
    authScopes: { read: true },
    resolve: (_root, _arguments, context) => read(context),
  }),
);

builder.subscriptionField('sources', (t) =>
  t.field({
    type: [SourceRef],
    description:
      'Systems that calls are read from as they are now, and again whenever one can no longer be read, or can again. Asks for the scope read.',
    authScopes: { read: true },
    subscribe: (_root, _arguments, { feed, caller }) =>
      followState(feed, {
        projectId: caller.projectId,
        wants: (event) => event.kind === 'SourceChanged',
      }),
    resolve: (_changed, _arguments, context) => read(context),
  }),
);
