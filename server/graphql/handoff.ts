import type { GraphQLResolveInfo } from 'graphql';
import { z } from 'zod';
import type { Handoff } from '../domain/command.ts';
import type { Conversation } from '../domain/conversation.ts';
import { ConflictError, HeldByOtherError, InvalidInputError, NotFoundError } from '../domain/errors.ts';
import type { Note } from '../domain/note.ts';
import { externalId, isBlank, jsonObject, label, MAX_TEXT, text } from '../domain/value.ts';
import { listNotes } from '../store/note.ts';
import { builder } from './builder.ts';
import { write, type Context } from './context.ts';
import { ConversationPayload, ConversationRef } from './conversation.ts';
import { parseInput } from './input.ts';
import { MessageRef, type MessageShape } from './message.ts';
import { byId, listPage, longPage } from './page.ts';

export const NoteRef = builder.objectRef<Note>('Note').implement({
  description: 'What an operator wrote down about a conversation, for other operators.',
  fields: (t) => ({
    author: t.exposeString('author', { description: 'Who wrote it.' }),
    text: t.exposeString('text', { description: 'The words.' }),
    at: t.field({ type: 'DateTime', description: 'When.', resolve: ({ at }) => new Date(at) }),
  }),
});

builder.objectField(ConversationRef, 'notes', (t) =>
  t.connection({
    type: NoteRef,
    description: 'Notes of operators, in order; at most 500 at a time. Asks for the scope operate.',
    authScopes: { operate: true },
    resolve: ({ id }, args, { prisma, caller }) =>
      listPage(args, longPage, byId, (range) => listNotes(prisma, caller.projectId, id, range)),
  }),
);

const conversationId = { required: true, description: "The caller's own id of the conversation." } as const;
const operatorName = {
  required: true,
  description: 'Name of the person, as others shall see it, 1 to 255 characters.',
} as const;
const reasonText = { description: 'Why, free text.' } as const;

const spoken = text
  .refine((value) => !isBlank(value), 'must not be blank')
  .refine((value) => value.length <= MAX_TEXT, 'must have at most 1,000,000 characters');
const name = label.refine((value) => !isBlank(value), 'must not be blank');
const inputs = {
  requestHuman: z.object({
    conversationId: externalId,
    by: name.nullish(),
    reason: text.nullish(),
    priority: z.int().min(0, 'must be from 0 to 100').max(100, 'must be from 0 to 100').nullish(),
  }),
  takeOver: z.object({ conversationId: externalId, operator: name, force: z.boolean().nullish() }),
  release: z.object({ conversationId: externalId, operator: name, reason: text.nullish() }),
  replyAsHuman: z.object({
    conversationId: externalId,
    operator: name,
    text: spoken,
    metadata: jsonObject.nullish(),
  }),
  addNote: z.object({ conversationId: externalId, author: name, text: spoken }),
};

const refusals = [InvalidInputError, NotFoundError, ConflictError, HeldByOtherError];
const operate = { operate: true } as const;

const RequestHumanInput = builder.inputType('RequestHumanInput', {
  description: 'Which conversation a person is wanted in.',
  fields: (t) => ({
    conversationId: t.string(conversationId),
    by: t.string({ description: 'Who asks, for example the name of the bot; "bot" when left out.' }),
    reason: t.string(reasonText),
    priority: t.int({ description: '0 to 100, higher is more urgent; as it is when left out.' }),
  }),
});
const TakeOverInput = builder.inputType('TakeOverInput', {
  description: 'Which conversation a person takes.',
  fields: (t) => ({
    conversationId: t.string(conversationId),
    operator: t.string(operatorName),
    force: t.boolean({ description: 'Whether to take it from somebody else who holds it, and may be gone.' }),
  }),
});
const ReleaseInput = builder.inputType('ReleaseConversationInput', {
  description: 'Which conversation goes back to the bot.',
  fields: (t) => ({
    conversationId: t.string(conversationId),
    operator: t.string(operatorName),
    reason: t.string(reasonText),
  }),
});
const ReplyInput = builder.inputType('ReplyAsHumanInput', {
  description: 'What a person says.',
  fields: (t) => ({
    conversationId: t.string(conversationId),
    operator: t.string(operatorName),
    text: t.string({ required: true, description: 'The words; not blank, at most 1,000,000 characters.' }),
    metadata: t.field({ type: 'JSONObject', description: 'Whatever else is worth keeping.' }),
  }),
});
const NoteInput = builder.inputType('AddNoteInput', {
  description: 'What to write down.',
  fields: (t) => ({
    conversationId: t.string(conversationId),
    author: t.string(operatorName),
    text: t.string({ required: true, description: 'The words; not blank.' }),
  }),
});

const ReplyPayload = builder
  .objectRef<{ conversation: Conversation; message: MessageShape }>('ReplyAsHumanPayload')
  .implement({
    description: 'What was said, and the conversation after it.',
    fields: (t) => ({
      message: t.expose('message', { type: MessageRef, description: 'The message.' }),
      conversation: t.expose('conversation', { type: ConversationRef, description: 'As it is now.' }),
    }),
  });
const NotePayload = builder.objectRef<{ note: Note }>('AddNotePayload').implement({
  description: 'What was written down.',
  fields: (t) => ({ note: t.expose('note', { type: NoteRef, description: 'The note.' }) }),
});

/** Carries a command out and gives the conversation after it. */
async function handOver(
  context: Context,
  info: GraphQLResolveInfo,
  command: Handoff,
): Promise<{ conversation: Conversation }> {
  const [answer] = await write(context, info, [command]);
  return { conversation: answer!.conversation! };
}

const union = (name: string) => ({
  types: refusals,
  union: { name: `${name}Result`, description: 'What became of it, or a refusal.' },
});

builder.mutationFields((t) => ({
  requestHuman: t.field({
    type: ConversationPayload,
    description:
      'Asks for a person: the conversation waits for one, unless one is there. Asks for the scope ingest, so that bots can.',
    authScopes: { ingest: true },
    args: { input: t.arg({ type: RequestHumanInput, required: true, description: 'Where.' }) },
    errors: union('RequestHuman'),
    resolve(_root, { input }, context, info) {
      const { by, reason, priority, ...rest } = parseInput(inputs.requestHuman, input);
      const asked = { by: by ?? 'bot', reason: reason ?? null, priority: priority ?? null };
      return handOver(context, info, { kind: 'requestHuman', ...rest, ...asked });
    },
  }),
  takeOver: t.field({
    type: ConversationPayload,
    description:
      'A person takes a conversation; the bot is to be silent. Nobody else can hold it meanwhile, unless he takes it by force. Asks for the scope operate.',
    authScopes: operate,
    args: { input: t.arg({ type: TakeOverInput, required: true, description: 'Who takes which.' }) },
    errors: union('TakeOver'),
    resolve(_root, { input }, context, info) {
      const { force, ...rest } = parseInput(inputs.takeOver, input);
      return handOver(context, info, { kind: 'takeOver', ...rest, isForced: force === true });
    },
  }),
  releaseConversation: t.field({
    type: ConversationPayload,
    description: 'Gives a conversation back to the bot. Asks for the scope operate.',
    authScopes: operate,
    args: { input: t.arg({ type: ReleaseInput, required: true, description: 'Who releases which.' }) },
    errors: union('ReleaseConversation'),
    resolve(_root, { input }, context, info) {
      const { reason, ...rest } = parseInput(inputs.release, input);
      return handOver(context, info, { kind: 'release', ...rest, reason: reason ?? null });
    },
  }),
  replyAsHuman: t.field({
    type: ReplyPayload,
    description:
      'A person answers; the conversation is his from then on, and what waited for a person is answered. Asks for the scope operate.',
    authScopes: operate,
    args: { input: t.arg({ type: ReplyInput, required: true, description: 'What is said where.' }) },
    errors: union('ReplyAsHuman'),
    async resolve(_root, { input }, context, info) {
      const { metadata, ...rest } = parseInput(inputs.replyAsHuman, input);
      const command = { kind: 'replyAsHuman', ...rest, metadata: metadata ?? {} } as const;
      const [answer] = await write(context, info, [command]);
      return { conversation: answer!.conversation!, message: answer!.messages.at(-1)! };
    },
  }),
  addNote: t.field({
    type: NotePayload,
    description: 'Writes something down for other operators. Asks for the scope operate.',
    authScopes: operate,
    args: { input: t.arg({ type: NoteInput, required: true, description: 'The note.' }) },
    errors: union('AddNote'),
    async resolve(_root, { input }, context, info) {
      const [answer] = await write(context, info, [
        { kind: 'addNote', ...parseInput(inputs.addNote, input) },
      ]);
      return answer!.recorded as { note: Note };
    },
  }),
}));
