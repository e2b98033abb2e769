import { InvalidInputError } from '../domain/errors.ts';
import { scopes, type Scope } from '../domain/key.ts';
import { parseMapping, type PayloadMapping } from '../domain/mapping.ts';
import { builder } from './builder.ts';
import { write } from './context.ts';

const ScopeEnum = builder.enumType('Scope', {
  description: 'What a key allows.',
  values: {
    ingest: { description: 'Log what bots say and hear.' },
    read: { description: 'Query and follow.' },
    operate: { description: 'Act on conversations: close, reopen.' },
    admin: { description: 'Change the project itself.' },
  } satisfies Record<(typeof scopes)[number], object>,
});

export const ProjectRef = builder.objectRef<{ id: number; name: string }>('Project').implement({
  description: 'A tenant: owns keys, conversations and one event log.',
  fields: (t) => ({ name: t.exposeString('name', { description: 'Its name, unique on this server.' }) }),
});

type Viewer = { project: { id: number; name: string }; scopes: Scope[]; isOpen: boolean };
const ViewerRef = builder.objectRef<Viewer>('Viewer').implement({
  description: 'Who asks.',
  fields: (t) => ({
    project: t.expose('project', { type: ProjectRef, description: 'The project of the key.' }),
    scopes: t.expose('scopes', { type: [ScopeEnum], description: 'What the key allows.' }),
    openMode: t.exposeBoolean('isOpen', {
      description: 'Whether no key is needed, because none was ever made.',
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerRef,
    description: 'Who asks, and what is allowed.',
    async resolve(_root, _arguments, { prisma, caller }) {
      const project = await prisma.project.findUniqueOrThrow({
        where: { id: caller.projectId },
        select: { id: true, name: true },
      });
      return {
        project,
        scopes: scopes.filter((scope) => caller.scopes.has(scope)),
        isOpen: caller.by === 'open',
      };
    },
  }),
);

const SetPayloadMappingInput = builder.inputType('SetPayloadMappingInput', {
  description: 'How payloads of other shapes are read at the exchange doors.',
  fields: (t) => ({
    mapping: t.field({
      type: 'JSONObject',
      description:
        'For each door (conversation, user-message, polly-response) and each of its fields a list of JSON Pointers, or {"literal": value}, tried in order. Null takes the mapping away.',
    }),
  }),
});

const PayloadMappingPayload = builder
  .objectRef<{ mapping: PayloadMapping | null }>('PayloadMappingPayload')
  .implement({
    description: 'The mapping after the change.',
    fields: (t) => ({
      mapping: t.field({
        type: 'JSONObject',
        nullable: true,
        description: 'As it is now, every source spelled out.',
        resolve: ({ mapping }) => mapping as never,
      }),
    }),
  });

builder.mutationField('setPayloadMapping', (t) =>
  t.field({
    type: PayloadMappingPayload,
    description: 'Adapts the exchange doors to payloads of another shape. Asks for the scope admin.',
    authScopes: { admin: true },
    args: { input: t.arg({ type: SetPayloadMappingInput, required: true, description: 'The mapping.' }) },
    errors: {
      types: [InvalidInputError],
      union: { name: 'SetPayloadMappingResult', description: 'The mapping, or why it was refused.' },
    },
    async resolve(_root, { input }, context, info) {
      const mapping = input.mapping == null ? null : parseMapping(input.mapping);
      await write(context, info, [{ kind: 'setPayloadMapping', mapping }]);
      return { mapping };
    },
  }),
);
