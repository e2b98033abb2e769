import type { EndUser } from '../domain/conversation.ts';
import { findEndUser } from '../store/conversation.ts';
import { builder } from './builder.ts';

export const EndUserRef = builder.objectRef<EndUser>('EndUser');

builder.node(EndUserRef, {
  description: 'The person that a bot talks to.',
  id: { resolve: (endUser) => endUser.id },
  loadOne: async (id, { prisma, caller }) =>
    caller.scopes.has('read') ? findEndUser(prisma, caller.projectId, Number(id) || 0) : null,
  fields: (t) => ({
    externalId: t.exposeString('externalId', { description: "The caller's own id of this person." }),
    firstSeenAt: t.field({
      type: 'DateTime',
      description: 'When the first message of this person arrived.',
      resolve: (endUser) => new Date(endUser.createdAt),
    }),
  }),
});
