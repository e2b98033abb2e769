import { filterSchema, type ConversationFilter, type feedbackKinds } from '../domain/conversation-filter.ts';
import type { Conversation } from '../domain/conversation.ts';
import { parseMoment } from '../domain/value.ts';
import { formatCursor } from '../live/cursor.ts';
import { listConversations, listUrgent, type Urgency } from '../store/conversation.ts';
import { builder } from './builder.ts';
import { ChannelEnum, ConversationRef, OwnerEnum, StatusEnum } from './conversation.ts';
import { badInput } from './errors.ts';
import { parseInput } from './input.ts';
import { byActivity, listPage, listPlaced, shortPage, type Places } from './page.ts';

const FeedbackEnum = builder.enumType('FeedbackFilter', {
  description: 'Which ratings a conversation has.',
  values: {
    POSITIVE: { description: 'A thumb up, or four or five stars.' },
    NEGATIVE: { description: 'A thumb down, or one or two stars.' },
    ANY: { description: 'Either of these.' },
  } satisfies Record<(typeof feedbackKinds)[number], object>,
});

const MetadataFilter = builder.inputType('MetadataFilter', {
  description: "A field of a message's metadata and its value.",
  fields: (t) => ({
    key: t.string({ required: true, description: 'Its name, or a path of names with dots between them.' }),
    value: t.string({
      required: true,
      description: 'Its value: a text, or a number, true, false or null as JSON writes it.',
    }),
  }),
});

export const ConversationFilterInput = builder.inputType('ConversationFilter', {
  description: 'Which conversations are meant; what is left out does not matter.',
  fields: (t) => ({
    status: t.field({ type: StatusEnum, description: 'Whether it goes on.' }),
    channel: t.field({ type: ChannelEnum, description: 'What it is held over.' }),
    platform: t.string({ description: 'Where it is held; the exact text.' }),
    endUser: t.string({ description: 'External id of the person.' }),
    owner: t.field({ type: OwnerEnum, description: 'Who answers; PENDING is the queue of those who wait.' }),
    requiresHuman: t.boolean({
      description: 'Whether it has a message that was marked for a person and that no person has answered.',
    }),
    minSentiment: t.float({
      description: "The average sentiment of the user's words is at least this, from -1 to 1.",
    }),
    maxSentiment: t.float({ description: 'And at most this.' }),
    minCost: t.float({ description: 'It cost at least so many USD.' }),
    maxCost: t.float({ description: 'And at most so many.' }),
    feedback: t.field({ type: FeedbackEnum, description: 'Which ratings it has.' }),
    from: t.field({ type: 'DateTime', description: 'It began at this moment or later.' }),
    to: t.field({ type: 'DateTime', description: 'It began before this moment.' }),
    activeFrom: t.field({ type: 'DateTime', description: 'Its last write came at this moment or later.' }),
    activeTo: t.field({ type: 'DateTime', description: 'Its last write came before this moment.' }),
    metadata: t.field({
      type: [MetadataFilter],
      description: 'For each of these, up to 8, some message has it.',
    }),
  }),
});

/** A filter as GraphQL gives it; throws an InvalidInputError that names the field. */
export const readFilter = (filter: unknown, path = 'filter'): ConversationFilter =>
  parseInput(filterSchema, filter ?? {}, path);

const OrderEnum = builder.enumType('ConversationOrder', {
  description: 'What comes first in a list of conversations.',
  values: {
    ACTIVITY: { description: 'The newest activity.' },
    URGENCY: {
      description: 'The highest priority, then who waits longest. Asks for filter.owner PENDING or HUMAN.',
    },
  },
});

const byUrgency: Places<Conversation, Urgency> = {
  placeOf: ({ priority, ownerSince, id }) => ({ priority, ownerSince, id }),
  write: ({ priority, ownerSince, id }) => `u:${priority}:${id}:${ownerSince}`,
  read(text) {
    const [, priority, id, stated] = /^u:(-?\d{1,10}):(\d{1,9}):(.{1,40})$/u.exec(text) ?? [];
    const ownerSince = parseMoment(stated ?? '');
    const isKnown = ownerSince !== null && Math.abs(Number(priority)) < 2 ** 31;
    return isKnown ? { priority: Number(priority), id: Number(id), ownerSince } : undefined;
  },
};

builder.queryField('conversations', (t) =>
  t.connection(
    {
      type: ConversationRef,
      description: 'Conversations, newest activity first; at most 100 at a time. Asks for the scope read.',
      authScopes: { read: true },
      args: {
        filter: t.arg({ type: ConversationFilterInput, description: 'Which ones; all when left out.' }),
        order: t.arg({ type: OrderEnum, description: 'What comes first; ACTIVITY when left out.' }),
      },
      async resolve(_root, { filter, order, ...args }, { prisma, caller, log }) {
        const wanted = readFilter(filter);
        // Read before the list, so that a feed from this cursor misses nothing that the list does not show.
        const position = await log.position(caller.projectId);
        const connection =
          order === 'URGENCY'
            ? await listPlaced(args, shortPage, byUrgency, (range) =>
                listUrgent(prisma, caller.projectId, waiting(wanted), range),
              )
            : await listPage(args, shortPage, byActivity, (range) =>
                listConversations(prisma, caller.projectId, wanted, range),
              );
        return {
          ...connection,
          cursor: formatCursor({ epoch: position?.epoch ?? '', seq: position?.head ?? 0 }),
        };
      },
    },
    {
      fields: (connection) => ({
        cursor: connection.exposeString('cursor', {
          description: 'Where the log stood when the list was read: follow it with feed(after:).',
        }),
      }),
    },
  ),
);

/** The bot's conversations are in no order of urgency. */
function waiting(filter: ConversationFilter): ConversationFilter & { owner: 'PENDING' | 'HUMAN' } {
  const { owner } = filter;
  if (owner === 'PENDING' || owner === 'HUMAN') return { ...filter, owner };
  throw badInput('order: URGENCY asks for filter.owner PENDING or HUMAN.');
}
