import { z } from 'zod';
import type { Answer, LogMessage } from '../domain/command.ts';
import { channels, senders, type Conversation } from '../domain/conversation.ts';
import { checkCount } from '../domain/decide.ts';
import { ConflictError, InvalidInputError } from '../domain/errors.ts';
import { amount, externalId, isBlank, jsonObject, label, MAX_TEXT, text } from '../domain/value.ts';
import type { ReceiptKey } from '../journal/load.ts';
import { builder } from './builder.ts';
import { write } from './context.ts';
import { ChannelEnum, ConversationRef } from './conversation.ts';
import { digestOf } from './digest.ts';
import { parseInput } from './input.ts';
import { MessageRef, SenderEnum, type MessageShape } from './message.ts';

const LogMessageInput = builder.inputType('LogMessageInput', {
  description: 'One utterance to log.',
  fields: (t) => ({
    conversationId: t.string({
      required: true,
      description: 'Your id of the conversation, 1 to 255 characters; a new one starts a conversation.',
    }),
    sender: t.field({ type: SenderEnum, required: true, description: 'Whose words these are.' }),
    text: t.string({ required: true, description: 'The words; not blank, at most 1,000,000 characters.' }),
    messageId: t.string({
      description:
        'Your id of the message. The same id with the same content is stored once; with other content it is a conflict.',
    }),
    at: t.field({ type: 'DateTime', description: 'When it was said; its arrival when left out.' }),
    endUserId: t.string({ description: 'Your id of the person.' }),
    channel: t.field({ type: ChannelEnum, description: 'CHAT when left out.' }),
    platform: t.string({ description: 'Where the conversation is held, free text; "api" when left out.' }),
    promptName: t.string({ description: 'Name of the prompt template.' }),
    model: t.string({ description: 'The model that replied.' }),
    latencyMs: t.float({ description: 'Time until the reply, in ms, zero or more.' }),
    tokensUsed: t.field({ type: 'JSONObject', description: 'Token counts.' }),
    status: t.string({ description: 'How the bot fared, free text.' }),
    metadata: t.field({ type: 'JSONObject', description: 'Whatever else is worth keeping.' }),
  }),
});

const message = z.object({
  conversationId: externalId,
  sender: z.enum(senders),
  text: text
    .refine((value) => !isBlank(value), 'must not be blank')
    .refine((value) => value.length <= MAX_TEXT, 'must have at most 1,000,000 characters'),
  messageId: externalId.nullish(),
  at: z.date().nullish(),
  endUserId: externalId.nullish(),
  channel: z.enum(channels).nullish(),
  platform: label.refine((value) => !isBlank(value), 'must not be blank').nullish(),
  promptName: label.nullish(),
  model: label.nullish(),
  latencyMs: amount.nullish(),
  tokensUsed: jsonObject.nullish(),
  status: label.nullish(),
  metadata: jsonObject.nullish(),
});

const given = <T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };

type Parsed = { command: LogMessage; receipt: ReceiptKey | null };

/** The input as a command; throws an InvalidInputError that names the field below `path`. */
function parseMessage(input: unknown, path: string): Parsed {
  const {
    conversationId,
    sender,
    text: words,
    messageId,
    at,
    metadata,
    ...rest
  } = parseInput(message, input, path);
  const { endUserId, channel, platform, ...facts } = rest;
  const command: LogMessage = {
    kind: 'logMessage',
    conversationId,
    sender,
    text: words,
    ...given({ at: at?.toISOString(), endUserId, channel, platform }),
    origin: 'api',
    facts: given(facts),
    metadata: metadata ?? {},
  };
  if (messageId == null) return { command, receipt: null };
  return { command, receipt: { door: 'message', key: messageId, digest: digestOf(command) } };
}

type Logged = { conversation: Conversation; message: MessageShape };

/** What a logMessage made: of the answer's messages the one of its sender's side. */
function loggedIn({ conversation, messages }: Answer, { sender }: LogMessage): Logged {
  const logged = messages.find((it) => (it.sender === 'USER') === (sender === 'USER')) ?? messages.at(-1);
  if (conversation === null || logged === undefined)
    throw new Error('A logged message is missing from its answer.');
  return { conversation, message: logged };
}

const LogMessagePayload = builder.objectRef<Logged>('LogMessagePayload').implement({
  description: 'What was stored.',
  fields: (t) => ({
    conversation: t.expose('conversation', {
      type: ConversationRef,
      description: 'The conversation after it.',
    }),
    logged: t.expose('message', { type: MessageRef, description: 'The message.' }),
  }),
});
const LogMessagesPayload = builder.objectRef<Logged[]>('LogMessagesPayload').implement({
  description: 'What was stored.',
  fields: (t) => ({
    messages: t.field({
      type: [MessageRef],
      description: 'The messages, in the order of the input.',
      resolve: (logged) => logged.map(({ message: it }) => it),
    }),
  }),
});

const refusals = { types: [InvalidInputError, ConflictError] };

builder.mutationField('logMessage', (t) =>
  t.field({
    type: LogMessagePayload,
    description: 'Logs one utterance. Asks for the scope ingest.',
    authScopes: { ingest: true },
    args: { input: t.arg({ type: LogMessageInput, required: true, description: 'What was said.' }) },
    errors: {
      ...refusals,
      union: { name: 'LogMessageResult', description: 'What was stored, or why nothing was.' },
    },
    async resolve(_root, { input }, context, info) {
      const { command, receipt } = parseMessage(input, 'input');
      const [answer] = await write(context, info, [command], [receipt]);
      return loggedIn(answer!, command);
    },
  }),
);

const LogMessagesInput = builder.inputType('LogMessagesInput', {
  description: 'Utterances to log together.',
  fields: (t) => ({
    messages: t.field({
      type: [LogMessageInput],
      required: true,
      description: '1 to 1,000 utterances, in the order in which they were said.',
    }),
  }),
});

builder.mutationField('logMessages', (t) =>
  t.field({
    type: LogMessagesPayload,
    description: 'Logs up to 1,000 utterances, all or none. Asks for the scope ingest.',
    authScopes: { ingest: true },
    args: { input: t.arg({ type: LogMessagesInput, required: true, description: 'What was said.' }) },
    errors: {
      ...refusals,
      union: { name: 'LogMessagesResult', description: 'What was stored, or why nothing was.' },
    },
    async resolve(_root, { input }, context, info) {
      checkCount('input.messages', input.messages.length, 1000);
      const parsed = input.messages.map((it, index) => parseMessage(it, `input.messages.${index}`));
      const commands = parsed.map(({ command }) => command);
      const answers = await write(
        context,
        info,
        commands,
        parsed.map(({ receipt }) => receipt),
      );
      return answers.map((answer, index) => loggedIn(answer, commands[index]!));
    },
  }),
);
