import { InvalidInputError, NotFoundError } from '../domain/errors.ts';
import { policyChanges, type Policies } from '../domain/policy.ts';
import { externalId } from '../domain/value.ts';
import { findPolicies } from '../store/silence.ts';
import { builder } from './builder.ts';
import { write } from './context.ts';
import { ConversationPayload } from './conversation.ts';
import { parseInput } from './input.ts';
import { ProjectRef } from './project.ts';

const described = {
  closeChatsAfterMinutes:
    'Active chats are closed after so many minutes of silence, 1 to 525,600; null for never.',
  closeCallsAfterMinutes:
    'Active calls are closed after so many minutes of silence, 1 to 525,600; 30 unless changed, null for never.',
  releaseAfterMinutes:
    'A conversation that a person holds goes back to the bot after so many minutes of silence, 1 to 525,600; null for never.',
  keepContentDays:
    'Content is erased the night after it is so many days old, 1 to 36,500, while counts stay; null for never.',
} satisfies Record<keyof Policies, string>;

const PoliciesRef = builder.objectRef<Policies>('Policies').implement({
  description: 'What is done in a project without being asked.',
  fields: (t) => ({
    closeChatsAfterMinutes: t.exposeInt('closeChatsAfterMinutes', {
      nullable: true,
      description: described.closeChatsAfterMinutes,
    }),
    closeCallsAfterMinutes: t.exposeInt('closeCallsAfterMinutes', {
      nullable: true,
      description: described.closeCallsAfterMinutes,
    }),
    releaseAfterMinutes: t.exposeInt('releaseAfterMinutes', {
      nullable: true,
      description: described.releaseAfterMinutes,
    }),
    keepContentDays: t.exposeInt('keepContentDays', {
      nullable: true,
      description: described.keepContentDays,
    }),
  }),
});

builder.objectField(ProjectRef, 'policies', (t) =>
  t.field({
    type: PoliciesRef,
    description: 'What is done without being asked. Asks for the scope read.',
    authScopes: { read: true },
    resolve: ({ id }, _arguments, { prisma }) => findPolicies(prisma, id),
  }),
);

const SetPoliciesInput = builder.inputType('SetPoliciesInput', {
  description: 'What is left out stays as it is.',
  fields: (t) => ({
    closeChatsAfterMinutes: t.int({ description: described.closeChatsAfterMinutes }),
    closeCallsAfterMinutes: t.int({ description: described.closeCallsAfterMinutes }),
    releaseAfterMinutes: t.int({ description: described.releaseAfterMinutes }),
    keepContentDays: t.int({ description: described.keepContentDays }),
  }),
});
const PoliciesPayload = builder.objectRef<{ policies: Policies }>('PoliciesPayload').implement({
  description: 'The policies after the change.',
  fields: (t) => ({
    policies: t.expose('policies', { type: PoliciesRef, description: 'As they are now.' }),
  }),
});

builder.mutationField('setPolicies', (t) =>
  t.field({
    type: PoliciesPayload,
    description: 'Changes what is done without being asked. Asks for the scope admin.',
    authScopes: { admin: true },
    args: { input: t.arg({ type: SetPoliciesInput, required: true, description: 'What changes.' }) },
    errors: {
      types: [InvalidInputError],
      union: { name: 'SetPoliciesResult', description: 'The policies, or why they were refused.' },
    },
    async resolve(_root, { input }, context, info) {
      await write(context, info, [{ kind: 'setPolicies', changes: parseInput(policyChanges, input) }]);
      return { policies: await findPolicies(context.prisma, context.caller.projectId) };
    },
  }),
);

const PurgeConversationInput = builder.inputType('PurgeConversationInput', {
  description: 'Which conversation to purge.',
  fields: (t) => ({
    conversationId: t.string({ required: true, description: "The caller's own id of the conversation." }),
  }),
});

builder.mutationField('purgeConversation', (t) =>
  t.field({
    type: ConversationPayload,
    description:
      'Erases everything said and recorded in a conversation, and what only it proved of a person, in the log too; counts stay. Twice is the same as once. Cannot be undone. Asks for the scope admin.',
    authScopes: { admin: true },
    args: { input: t.arg({ type: PurgeConversationInput, required: true, description: 'Which one.' }) },
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'PurgeConversationResult', description: 'The conversation, or a refusal.' },
    },
    async resolve(_root, { input }, context, info) {
      const conversationId = parseInput(externalId, input.conversationId, 'input.conversationId');
      const [answer] = await write(context, info, [{ kind: 'purgeConversation', conversationId }]);
      return { conversation: answer!.conversation! };
    },
  }),
);
