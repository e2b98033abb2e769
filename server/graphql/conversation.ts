import type { conversationStatuses, channels, owners } from '../domain/conversation.ts';
import { isAwaitingReply, type Conversation } from '../domain/conversation.ts';
import { InvalidInputError, NotFoundError } from '../domain/errors.ts';
import { externalId, text } from '../domain/value.ts';
import { findConversation } from '../store/conversation.ts';
import { findExchanges } from '../store/exchange.ts';
import { listMessages } from '../store/message.ts';
import type { Range } from '../store/range.ts';
import { builder } from './builder.ts';
import { write, type Context } from './context.ts';
import { EndUserRef } from './end-user.ts';
import { parseInput } from './input.ts';
import { MessageRef, SenderEnum, type MessageShape } from './message.ts';
import { byId, listPage, longPage } from './page.ts';

export const ChannelEnum = builder.enumType('Channel', {
  description: 'What a conversation is held over.',
  values: {
    CHAT: { description: 'Written messages.' },
    CALL: { description: 'A voice call.' },
  } satisfies Record<(typeof channels)[number], object>,
});

export const StatusEnum = builder.enumType('ConversationStatus', {
  description: 'Whether a conversation goes on.',
  values: {
    ACTIVE: { description: 'It goes on.' },
    CLOSED: { description: 'It was closed; a new message of the user opens it again.' },
  } satisfies Record<(typeof conversationStatuses)[number], object>,
});

export const OwnerEnum = builder.enumType('Owner', {
  description: 'Who answers in a conversation.',
  values: {
    BOT: { description: 'The bot.' },
    PENDING: { description: 'Nobody until a person comes.' },
    HUMAN: { description: 'A person.' },
  } satisfies Record<(typeof owners)[number], object>,
});

export const ConversationRef = builder.objectRef<Conversation>('Conversation');

builder.node(ConversationRef, {
  description: 'Everything said under one external id.',
  id: { resolve: (conversation) => conversation.id },
  loadOne: async (id, { prisma, caller }) =>
    caller.scopes.has('read') ? findConversation(prisma, caller.projectId, { id: Number(id) || 0 }) : null,
  fields: (t) => ({
    externalId: t.exposeString('externalId', { description: "The caller's own id of the conversation." }),
    channel: t.expose('channel', { type: ChannelEnum, description: 'What it is held over.' }),
    platform: t.exposeString('platform', { description: 'Where it is held, as its door or caller said.' }),
    status: t.expose('status', { type: StatusEnum, description: 'Whether it goes on.' }),
    endUser: t.expose('endUser', {
      type: EndUserRef,
      nullable: true,
      description: 'The person, where known.',
    }),
    messageCount: t.exposeInt('messages', { description: 'Number of messages ever logged.' }),
    awaitingReply: t.boolean({
      description: "Whether the user's last words stand without an answer.",
      resolve: isAwaitingReply,
    }),
    lastText: t.exposeString('lastText', { nullable: true, description: 'Beginning of the newest message.' }),
    lastSender: t.expose('lastSender', {
      type: SenderEnum,
      nullable: true,
      description: 'Whose words those are.',
    }),
    owner: t.expose('owner', {
      type: OwnerEnum,
      description: 'Who answers. A bot that asks "may I answer?" may when it is BOT.',
    }),
    ownerSince: t.field({
      type: 'DateTime',
      description: 'Since when; while it is PENDING, since when somebody waits.',
      resolve: ({ ownerSince }) => new Date(ownerSince),
    }),
    operator: t.exposeString('operator', {
      nullable: true,
      description: 'Name of the person who holds it.',
    }),
    handoffReason: t.exposeString('handoffReason', {
      nullable: true,
      description: 'Why a person is wanted, or came, or left.',
    }),
    priority: t.exposeInt('priority', { description: 'Higher is more urgent; 0 unless stated.' }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'Arrival of its first message.',
      resolve: (conversation) => new Date(conversation.startedAt),
    }),
    activeAt: t.field({
      type: 'DateTime',
      description: 'Arrival of the last write; lists are ordered by it.',
      resolve: (conversation) => new Date(conversation.activeAt),
    }),
    closedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was closed.',
      resolve: ({ closedAt }) => (closedAt === null ? null : new Date(closedAt)),
    }),
    closeReason: t.exposeString('closeReason', {
      nullable: true,
      description: 'Why it was closed, where stated; null while it goes on.',
    }),
    messages: t.connection({
      type: MessageRef,
      description: 'What was said, in order; at most 500 at a time.',
      authScopes: { read: true },
      resolve: (conversation, args, context) =>
        listPage(args, longPage, byId, (range) => listWithExchanges(conversation, range, context)),
    }),
  }),
});

/** Messages with their exchanges, so that these are not looked up one by one. */
async function listWithExchanges(
  { id }: Conversation,
  range: Range,
  { prisma, caller }: Context,
): Promise<MessageShape[]> {
  const messages = await listMessages(prisma, caller.projectId, id, range);
  const ordinals = messages.flatMap((message) => (message.exchange === null ? [] : [message.exchange]));
  const exchanges = await findExchanges(prisma, caller.projectId, id, [...new Set(ordinals)]);
  return messages.map((message) => ({ ...message, known: exchanges.get(message.exchange ?? 0) ?? null }));
}

builder.queryField('conversation', (t) =>
  t.field({
    type: ConversationRef,
    nullable: true,
    description: 'One conversation; null when this project has none under that id. Asks for the scope read.',
    authScopes: { read: true },
    args: {
      externalId: t.arg.string({ required: true, description: "The caller's own id of the conversation." }),
    },
    resolve: (_root, by, { prisma, caller }) => findConversation(prisma, caller.projectId, by),
  }),
);

/** What most changes of a conversation answer with. */
export const ConversationPayload = builder
  .objectRef<{ conversation: Conversation }>('ConversationPayload')
  .implement({
    description: 'The conversation after the change.',
    fields: (t) => ({
      conversation: t.expose('conversation', { type: ConversationRef, description: 'As it is now.' }),
    }),
  });

const idOfConversation = { required: true, description: "The caller's own id of the conversation." } as const;
const refusals = { types: [InvalidInputError, NotFoundError] };

const CloseConversationInput = builder.inputType('CloseConversationInput', {
  description: 'Which conversation to close.',
  fields: (t) => ({
    conversationId: t.string(idOfConversation),
    reason: t.string({ description: 'Why, free text.' }),
  }),
});

builder.mutationField('closeConversation', (t) =>
  t.field({
    type: ConversationPayload,
    description: 'Closes a conversation; twice is the same as once. Asks for the scope operate.',
    authScopes: { operate: true },
    args: { input: t.arg({ type: CloseConversationInput, required: true, description: 'Which one.' }) },
    errors: {
      ...refusals,
      union: { name: 'CloseConversationResult', description: 'The conversation, or a refusal.' },
    },
    async resolve(_root, { input }, context, info) {
      const conversationId = parseInput(externalId, input.conversationId, 'input.conversationId');
      const reason = parseInput(text.nullish(), input.reason, 'input.reason') ?? null;
      const command = { kind: 'closeConversation', conversationId, reason } as const;
      const [answer] = await write(context, info, [command]);
      return { conversation: answer!.conversation! };
    },
  }),
);

const ReopenConversationInput = builder.inputType('ReopenConversationInput', {
  description: 'Which conversation to open again.',
  fields: (t) => ({ conversationId: t.string(idOfConversation) }),
});

builder.mutationField('reopenConversation', (t) =>
  t.field({
    type: ConversationPayload,
    description: 'Opens a closed conversation again; twice is the same as once. Asks for the scope operate.',
    authScopes: { operate: true },
    args: { input: t.arg({ type: ReopenConversationInput, required: true, description: 'Which one.' }) },
    errors: {
      ...refusals,
      union: { name: 'ReopenConversationResult', description: 'The conversation, or a refusal.' },
    },
    async resolve(_root, { input }, context, info) {
      const command = {
        kind: 'reopenConversation',
        conversationId: parseInput(externalId, input.conversationId, 'input.conversationId'),
      } as const;
      const [answer] = await write(context, info, [command]);
      return { conversation: answer!.conversation! };
    },
  }),
);
