import { z } from 'zod';
import { categoryName, speakers } from '../domain/call.ts';
import { faultOfPhrase, type CallCategory } from '../domain/call-category.ts';
import { InvalidInputError, NotFoundError } from '../domain/errors.ts';
import { text } from '../domain/value.ts';
import { listCallCategories } from '../store/call.ts';
import { builder } from './builder.ts';
import { write } from './context.ts';
import { parseInput } from './input.ts';
import { SpeakerEnum } from './segment.ts';

const CallCategoryRef = builder.objectRef<CallCategory>('CallCategory').implement({
  description: 'What calls may be about, and by which words that shows.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name.' }),
    phrases: t.exposeStringList('phrases', {
      description: 'Words that tell of it; a * at the end of a word stands for any ending.',
    }),
    speaker: t.expose('speaker', {
      type: SpeakerEnum,
      nullable: true,
      description: 'Whose words count; null for both.',
    }),
  }),
});

const SetCallCategoryInput = builder.inputType('SetCallCategoryInput', {
  description: 'A category of calls.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name; the same name again replaces it.' }),
    phrases: t.stringList({
      required: true,
      description:
        'Words that tell of it, 1 to 100 phrases of at most 200 characters. They are found as whole words in any case; a * at the end of a word stands for any ending, as in "cancel* my account".',
    }),
    speaker: t.field({ type: SpeakerEnum, description: 'Whose words count; of both when left out.' }),
  }),
});

const phrase = text.superRefine((value, context) => {
  const fault = faultOfPhrase(value);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});
const callCategory = z.object({
  name: categoryName,
  phrases: z.array(phrase).min(1, 'must hold 1 to 100 phrases').max(100, 'must hold 1 to 100 phrases'),
  speaker: z.enum(speakers).nullish(),
});

const CallCategoryPayload = builder
  .objectRef<{ category: CallCategory }>('SetCallCategoryPayload')
  .implement({
    description: 'The category as it holds now.',
    fields: (t) => ({
      category: t.expose('category', { type: CallCategoryRef, description: 'The category.' }),
    }),
  });
const RemovedPayload = builder.objectRef<{ name: string }>('RemoveCallCategoryPayload').implement({
  description: 'The category is looked for no more.',
  fields: (t) => ({ name: t.exposeString('name', { description: 'Its name.' }) }),
});

builder.queryField('callCategories', (t) =>
  t.field({
    type: [CallCategoryRef],
    description: 'What calls of the project may be about, by name. Asks for the scope read.',
    authScopes: { read: true },
    resolve: (_root, _args, { prisma, caller }) => listCallCategories(prisma, caller.projectId),
  }),
);

builder.mutationFields((t) => ({
  setCallCategory: t.field({
    type: CallCategoryPayload,
    description:
      'Sets a category of calls; it is looked for in segments that become final from now on. A project has at most 100. Asks for the scope admin.',
    authScopes: { admin: true },
    args: { input: t.arg({ type: SetCallCategoryInput, required: true, description: 'The category.' }) },
    errors: {
      types: [InvalidInputError],
      union: { name: 'SetCallCategoryResult', description: 'The category, or why it was refused.' },
    },
    async resolve(_root, { input }, context, info) {
      const { name, phrases, speaker } = parseInput(callCategory, input);
      const category = { name, phrases, speaker: speaker ?? null };
      await write(context, info, [{ kind: 'setCallCategory', name, category }]);
      return { category };
    },
  }),
  removeCallCategory: t.field({
    type: RemovedPayload,
    description: 'Takes a category away; what was found of it stays. Asks for the scope admin.',
    authScopes: { admin: true },
    args: { name: t.arg.string({ required: true, description: 'Its name.' }) },
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'RemoveCallCategoryResult', description: 'Its name, or that there is none.' },
    },
    async resolve(_root, { name: stated }, context, info) {
      const name = parseInput(categoryName, stated, 'name');
      await write(context, info, [{ kind: 'setCallCategory', name, category: null }]);
      return { name };
    },
  }),
}));
