import type { EndUser } from '../domain/conversation.ts';
import { contextOf, selectFacts, suggestionsOf } from '../domain/insight.ts';
import { averageSentiment, mostActiveHour } from '../domain/profile.ts';
import { findEndUser } from '../store/end-user.ts';
import { listFacts } from '../store/fact.ts';
import { readInsights, type Insights } from '../store/insights.ts';
import { listSaid } from '../store/message.ts';
import { builder } from './builder.ts';
import { CategoryEnum, ConfidenceEnum, FactRef, inRange } from './fact.ts';
import { MessageRef } from './message.ts';

const InsightsRef = builder.objectRef<Insights>('Insights').implement({
  description: 'What is known of a person, for the next answer.',
  fields: (t) => ({
    facts: t.expose('facts', { type: [FactRef], description: 'The facts asked for, the surest first.' }),
    recentMessages: t.expose('recent', {
      type: [MessageRef],
      description: 'The last ten messages of the person, newest first.',
    }),
    suggestions: t.stringList({
      description: 'What a bot may bear in mind, as sentences.',
      resolve: ({ all }) => suggestionsOf(all),
    }),
    messageCount: t.int({
      description: 'Messages of the person ever logged.',
      resolve: ({ profile }) => profile.messages,
    }),
    averageSentiment: t.float({
      description: 'Mean sentiment, from −1 to 1; 0 without messages.',
      resolve: ({ profile }) => averageSentiment(profile),
    }),
    mostActiveHour: t.int({
      nullable: true,
      description: 'Hour of the day (0 to 23, UTC) with the most messages; null without messages.',
      resolve: ({ profile }) => mostActiveHour(profile),
    }),
  }),
});

export const EndUserRef = builder.objectRef<EndUser>('EndUser');

builder.node(EndUserRef, {
  description: 'The person that a bot talks to.',
  id: { resolve: (endUser) => endUser.id },
  loadOne: async (id, { prisma, caller }) =>
    caller.scopes.has('read') ? findEndUser(prisma, caller.projectId, { id: Number(id) || 0 }) : null,
  fields: (t) => {
    const which = {
      categories: t.arg({ type: [CategoryEnum], description: 'Only facts of these; all when left out.' }),
      minConfidence: t.arg({ type: ConfidenceEnum, description: 'The least confidence; LOW when left out.' }),
    };
    return {
      externalId: t.exposeString('externalId', { description: "The caller's own id of this person." }),
      firstSeenAt: t.field({
        type: 'DateTime',
        description: 'When the first message of this person arrived.',
        resolve: (endUser) => new Date(endUser.createdAt),
      }),
      insights: t.field({
        type: InsightsRef,
        description: 'Facts, last messages and counts in one.',
        authScopes: { read: true },
        args: {
          ...which,
          limit: t.arg.int({
            required: true,
            defaultValue: 10,
            description: 'At most so many facts, 1 to 100.',
          }),
        },
        resolve({ id }, { limit, ...filter }, { prisma, caller }) {
          inRange('limit', limit, 100);
          return readInsights(prisma, caller.projectId, id, { ...filter, limit });
        },
      }),
      personalizationContext: t.string({
        description:
          'What is known as a text that a prompt can take as it is: at most 1,500 characters, most certain first; empty when nothing is known.',
        authScopes: { read: true },
        resolve: async ({ id }, _arguments, { prisma, caller }) =>
          contextOf(await listFacts(prisma, caller.projectId, id)),
      }),
      facts: t.field({
        type: [FactRef],
        description: 'Every fact that holds, the surest first.',
        authScopes: { read: true },
        args: which,
        resolve: async ({ id }, filter, { prisma, caller }) =>
          selectFacts(await listFacts(prisma, caller.projectId, id), filter),
      }),
      messages: t.field({
        type: [MessageRef],
        description: 'What the person said last, in all conversations, newest first.',
        authScopes: { read: true },
        args: {
          limit: t.arg.int({ required: true, defaultValue: 50, description: 'At most so many, 1 to 500.' }),
        },
        resolve: ({ id }, { limit }, { prisma, caller }) =>
          listSaid(prisma, caller.projectId, id, inRange('limit', limit, 500)),
      }),
    };
  },
});
