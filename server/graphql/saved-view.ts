import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ConflictError, InvalidInputError, NotFoundError } from '../domain/errors.ts';
import type { SavedView } from '../domain/saved-view.ts';
import { parseQuery } from '../domain/search/query.ts';
import { isBlank, label, type JsonObject } from '../domain/value.ts';
import { listViews } from '../store/saved-view.ts';
import { builder } from './builder.ts';
import { write } from './context.ts';
import { ConversationFilterInput, readFilter } from './conversation-list.ts';
import { parseInput } from './input.ts';

const SavedViewRef = builder.objectRef<SavedView>('SavedView').implement({
  description: 'A filter and a query that people of the project keep under a name.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its id.' }),
    name: t.exposeString('name', { description: 'Its name; no two are the same.' }),
    query: t.exposeString('query', { description: 'For search(query:); empty for a list of conversations.' }),
    filter: t.field({
      type: 'JSONObject',
      description: 'A ConversationFilter, to be sent as it is as a variable.',
      resolve: ({ filter }) => filter as JsonObject,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was saved for the first time.',
      resolve: ({ createdAt }) => new Date(createdAt),
    }),
  }),
});

builder.queryField('savedViews', (t) =>
  t.field({
    type: [SavedViewRef],
    description: 'The saved views of the project, by name. Asks for the scope read.',
    authScopes: { read: true },
    resolve: (_root, _args, { prisma, caller }) => listViews(prisma, caller.projectId),
  }),
);

const SaveViewInput = builder.inputType('SaveViewInput', {
  description: 'What to keep under which name.',
  fields: (t) => ({
    id: t.id({ description: 'Id of the view to replace; a new one when left out.' }),
    name: t.string({ required: true, description: 'Its name, up to 255 characters.' }),
    query: t.string({ description: 'What to look for, as search takes it; nothing when left out.' }),
    filter: t.field({
      type: ConversationFilterInput,
      description: 'Which conversations; all when left out.',
    }),
  }),
});

const SaveViewPayload = builder.objectRef<{ view: SavedView }>('SaveViewPayload').implement({
  description: 'The view as it is kept now.',
  fields: (t) => ({ view: t.expose('view', { type: SavedViewRef, description: 'The view.' }) }),
});
const RemoveViewPayload = builder.objectRef<{ id: string }>('RemoveViewPayload').implement({
  description: 'The view is gone.',
  fields: (t) => ({ id: t.exposeID('id', { description: 'Its id.' }) }),
});

const name = label.refine((value) => !isBlank(value), 'must not be blank').transform((value) => value.trim());
const input = z.object({
  id: z.union([z.string(), z.number()]).nullish(),
  name,
  query: z.string().nullish(),
});

builder.mutationFields((t) => ({
  saveView: t.field({
    type: SaveViewPayload,
    description: 'Keeps a view, 100 a project at most, or replaces one. Asks for the scope operate.',
    authScopes: { operate: true },
    args: { input: t.arg({ type: SaveViewInput, required: true, description: 'The view.' }) },
    errors: {
      types: [InvalidInputError, ConflictError, NotFoundError],
      union: { name: 'SaveViewResult', description: 'The view, or why it was not saved.' },
    },
    async resolve(_root, { input: given }, context, info) {
      const stated = parseInput(input, given);
      const query = stated.query?.trim() ?? '';
      if (query !== '') parseQuery(query, 'input.query');
      const filter = readFilter(given.filter, 'input.filter');
      const id = stated.id == null ? `view_${randomBytes(12).toString('base64url')}` : String(stated.id);
      const view = { id, name: stated.name, query, filter };
      const command = { kind: 'saveView', isNew: stated.id == null, view } as const;
      const [answer] = await write(context, info, [command]);
      return answer!.recorded as { view: SavedView };
    },
  }),
  removeView: t.field({
    type: RemoveViewPayload,
    description: 'Removes a view. Asks for the scope operate.',
    authScopes: { operate: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    errors: {
      types: [NotFoundError],
      union: { name: 'RemoveViewResult', description: 'Its id, or that there is none.' },
    },
    async resolve(_root, { id }, context, info) {
      await write(context, info, [{ kind: 'removeView', id: String(id) }]);
      return { id: String(id) };
    },
  }),
}));
