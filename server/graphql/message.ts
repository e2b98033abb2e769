import type { senders } from '../domain/conversation.ts';
import { viewExchange, type Exchange, type ExchangeView } from '../domain/exchange.ts';
import type { Message } from '../domain/message.ts';
import { findExchanges } from '../store/exchange.ts';
import { findMessage } from '../store/message.ts';
import { builder } from './builder.ts';

export const SenderEnum = builder.enumType('Sender', {
  description: 'Whose words a message holds.',
  values: {
    USER: { description: 'The end user.' },
    BOT: { description: 'The bot.' },
    HUMAN: { description: 'A person from our side.' },
    SYSTEM: { description: 'A note of the system.' },
  } satisfies Record<(typeof senders)[number], object>,
});
/** A message, with its exchange where that is at hand already. */
export type MessageShape = Message & { known?: Exchange | null };
type ExchangeShape = ExchangeView & { ordinal: number };

export const shapeExchange = (exchange: Exchange): ExchangeShape => ({
  ...viewExchange(exchange),
  ordinal: exchange.ordinal,
});

export const ExchangeRef = builder.objectRef<ExchangeShape>('Exchange').implement({
  description: "One user message and its reply, with the facts of the bot's work.",
  fields: (t) => ({
    ordinal: t.exposeInt('ordinal', { description: '1 for the first exchange of the conversation.' }),
    promptName: t.exposeString('promptName', {
      description: 'Name of the prompt template; "unknown" unless stated.',
    }),
    model: t.exposeString('model', { description: 'The model that replied; "unknown" unless stated.' }),
    latencyMs: t.exposeFloat('latencyMs', { description: 'Time until the reply, in ms; 0 unless stated.' }),
    tokensUsed: t.expose('tokensUsed', {
      type: 'JSONObject',
      description: 'Token counts as the bot reported them.',
    }),
    status: t.exposeString('status', {
      description: 'As the bot reported it; else "success", or "pending" while the reply is awaited.',
    }),
    timestamp: t.exposeString('timestamp', {
      description: "The caller's own timestamp, else the arrival of the first call.",
    }),
  }),
});

export const MessageRef = builder.objectRef<MessageShape>('Message');

builder.node(MessageRef, {
  description: 'One utterance in a conversation.',
  id: { resolve: (message) => message.id },
  loadOne: async (id, { prisma, caller }) =>
    caller.scopes.has('read') ? findMessage(prisma, caller.projectId, Number(id) || 0) : null,
  fields: (t) => ({
    sender: t.expose('sender', { type: SenderEnum, description: 'Whose words these are.' }),
    text: t.exposeString('text', { description: 'The words.' }),
    at: t.field({
      type: 'DateTime',
      description: 'When it was said, as the caller told, else its arrival.',
      resolve: (message) => new Date(message.at),
    }),
    sentiment: t.exposeFloat('sentiment', {
      nullable: true,
      description: "How a user's words sound, from −1 to 1; null for words of others.",
    }),
    topics: t.exposeStringList('topics', {
      description: "What a user's words are about, the most telling first.",
    }),
    requiresHuman: t.exposeBoolean('requiresHuman', {
      description: 'Whether somebody marked it as one that a person has to answer.',
    }),
    humanReplied: t.exposeBoolean('humanReplied', { description: 'Whether a person did.' }),
    isErased: t.boolean({
      description: 'Whether its words were erased; they read as empty then.',
      resolve: ({ isErased }) => isErased === true,
    }),
    metadata: t.expose('metadata', {
      type: 'JSONObject',
      description: 'Fields that the caller sent beyond the documented ones.',
    }),
    exchange: t.field({
      type: ExchangeRef,
      nullable: true,
      description: 'The exchange that it belongs to; null for system messages.',
      async resolve({ known, ...message }, _arguments, { prisma, caller }) {
        if (known !== undefined || message.exchange === null) return known ? shapeExchange(known) : null;
        const { conversationId, exchange: ordinal } = message;
        const found = await findExchanges(prisma, caller.projectId, conversationId, [ordinal]);
        const exchange = found.get(ordinal);
        return exchange === undefined ? null : shapeExchange(exchange);
      },
    }),
  }),
});
