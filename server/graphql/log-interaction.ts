import { z } from 'zod';
import type { Answer } from '../domain/command.ts';
import { checkCount } from '../domain/decide.ts';
import { ConflictError, InvalidInputError } from '../domain/errors.ts';
import {
  countLearned,
  interactionCommand,
  interactionCommands,
  interactionMetadata,
  spoken,
  type Interaction,
} from '../domain/interaction.ts';
import { externalId, isBlank, label, text } from '../domain/value.ts';
import { builder } from './builder.ts';
import { write } from './context.ts';
import { ConversationRef } from './conversation.ts';
import { FactChangeRef } from './fact.ts';
import { parseInput } from './input.ts';
import { MessageRef } from './message.ts';

const said = z.object({
  message: spoken,
  response: text.nullish(),
  sessionId: externalId.nullish(),
  at: z.date().nullish(),
  model: label.nullish(),
  platform: label.refine((value) => !isBlank(value), 'must not be blank').nullish(),
  metadata: interactionMetadata.nullish(),
});

/** The input as an interaction; throws an InvalidInputError that names the field below `path`. */
function parseInteraction(input: unknown, path: string): Interaction {
  const { at, ...rest } = parseInput(said, input, path);
  return { ...rest, at: at?.toISOString() };
}

const userId = {
  required: true,
  description: 'Your id of the person, 1 to 255 characters; a new one makes the person known.',
} as const;
const message = {
  required: true,
  description: 'What the person said; not blank, at most 10,000 characters.',
} as const;
const response = { description: 'What the bot answered, where it is known already.' };
const sessionId = {
  description: "Your id of the conversation; the conversation of the person's day (UTC) when left out.",
};
const at = {
  type: 'DateTime',
  description: 'When it was said; metadata.timestamp, else its arrival, when left out.',
} as const;
const model = { description: 'The model that answered; metadata.model when left out.' };
const platform = {
  description:
    'Where the conversation is held, free text; of a new one metadata.source, else "learning", when left out.',
};
const metadata = { type: 'JSONObject', description: 'Whatever else is worth keeping.' } as const;

const LogInteractionInput = builder.inputType('LogInteractionInput', {
  description: 'What a person said, and what the bot answered.',
  fields: (t) => ({
    userId: t.string(userId),
    message: t.string(message),
    response: t.string(response),
    sessionId: t.string(sessionId),
    at: t.field(at),
    model: t.string(model),
    platform: t.string(platform),
    metadata: t.field(metadata),
  }),
});
const InteractionInput = builder.inputType('InteractionInput', {
  description: 'One of several interactions with the same person.',
  fields: (t) => ({
    message: t.string(message),
    response: t.string(response),
    sessionId: t.string(sessionId),
    at: t.field(at),
    model: t.string(model),
    platform: t.string(platform),
    metadata: t.field(metadata),
  }),
});
const LogInteractionsInput = builder.inputType('LogInteractionsInput', {
  description: 'Interactions with one person to log together.',
  fields: (t) => ({
    userId: t.string(userId),
    interactions: t.field({
      type: [InteractionInput],
      required: true,
      description: '1 to 1,000 interactions, in the order in which they were said.',
    }),
  }),
});

const LogInteractionPayload = builder.objectRef<Answer>('LogInteractionPayload').implement({
  description: 'What was stored, and what it taught.',
  fields: (t) => ({
    conversation: t.field({
      type: ConversationRef,
      description: 'The conversation after it.',
      resolve: ({ conversation }) => conversation!,
    }),
    logged: t.field({
      type: MessageRef,
      description: 'What the person said.',
      resolve: ({ messages }) => messages.find(({ sender }) => sender === 'USER')!,
    }),
    facts: t.expose('facts', {
      type: [FactChangeRef],
      description: 'What became of facts about the person by it.',
    }),
    factsLearned: t.int({
      description: 'Number of facts new or strengthened, each counted once.',
      resolve: ({ facts }) => countLearned(facts),
    }),
  }),
});
const LogInteractionsPayload = builder.objectRef<Answer[]>('LogInteractionsPayload').implement({
  description: 'What was stored, and what it taught.',
  fields: (t) => ({
    interactions: t.field({
      type: [LogInteractionPayload],
      description: 'The interactions, in the order of the input.',
      resolve: (answers) => answers,
    }),
    factsLearned: t.int({
      description: 'Number of facts new or strengthened by all of them, each counted once.',
      resolve: (answers) => countLearned(answers.flatMap(({ facts }) => facts)),
    }),
  }),
});

const refusals = { types: [InvalidInputError, ConflictError] };

builder.mutationField('logInteraction', (t) =>
  t.field({
    type: LogInteractionPayload,
    description:
      'Logs what a person said together with the answer, and learns from it. Asks for the scope ingest.',
    authScopes: { ingest: true },
    args: { input: t.arg({ type: LogInteractionInput, required: true, description: 'What was said.' }) },
    errors: {
      ...refusals,
      union: { name: 'LogInteractionResult', description: 'What was stored, or why nothing was.' },
    },
    async resolve(_root, { input: { userId: id, ...rest } }, context, info) {
      const person = parseInput(externalId, id, 'input.userId');
      const command = interactionCommand(person, parseInteraction(rest, 'input'), context.now());
      const [answer] = await write(context, info, [command]);
      return answer!;
    },
  }),
);

builder.mutationField('logInteractions', (t) =>
  t.field({
    type: LogInteractionsPayload,
    description:
      'Logs up to 1,000 interactions with one person, all or none, and learns from them. Asks for the scope ingest.',
    authScopes: { ingest: true },
    args: { input: t.arg({ type: LogInteractionsInput, required: true, description: 'What was said.' }) },
    errors: {
      ...refusals,
      union: { name: 'LogInteractionsResult', description: 'What was stored, or why nothing was.' },
    },
    async resolve(_root, { input: { userId: id, interactions } }, context, info) {
      const person = parseInput(externalId, id, 'input.userId');
      checkCount('input.interactions', interactions.length, 1000);
      const parsed = interactions.map((it, index) => parseInteraction(it, `input.interactions.${index}`));
      return write(context, info, interactionCommands(person, parsed, context.now()));
    },
  }),
);
