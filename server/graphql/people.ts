import type { EndUser } from '../domain/conversation.ts';
import { InvalidInputError, NotFoundError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import { noEndUser } from '../domain/knowledge.ts';
import { externalId } from '../domain/value.ts';
import { followState } from '../live/state.ts';
import { listConversations } from '../store/conversation.ts';
import { findEndUser, listEndUsers } from '../store/end-user.ts';
import { builder } from './builder.ts';
import { write } from './context.ts';
import { ConversationRef } from './conversation.ts';
import { EndUserRef } from './end-user.ts';
import { parseInput } from './input.ts';
import { byActivity, byId, listPage, shortPage } from './page.ts';

builder.objectField(EndUserRef, 'conversations', (t) =>
  t.connection({
    type: ConversationRef,
    description: 'Conversations with this person, newest activity first; at most 100 at a time.',
    authScopes: { read: true },
    resolve: ({ externalId: endUser }, args, { prisma, caller }) =>
      listPage(args, shortPage, byActivity, (range) =>
        listConversations(prisma, caller.projectId, { endUser }, range),
      ),
  }),
);

const idOfPerson = { required: true, description: "The caller's own id of the person." } as const;

builder.queryField('endUser', (t) =>
  t.field({
    type: EndUserRef,
    nullable: true,
    description: 'One person; null when this project knows none under that id. Asks for the scope read.',
    authScopes: { read: true },
    args: { externalId: t.arg.string(idOfPerson) },
    resolve: (_root, by, { prisma, caller }) => findEndUser(prisma, caller.projectId, by),
  }),
);

builder.queryField('endUsers', (t) =>
  t.connection({
    type: EndUserRef,
    description:
      'People, the last seen for the first time first; at most 100 at a time. Asks for the scope read.',
    authScopes: { read: true },
    args: {
      search: t.arg.string({ description: 'Only people whose id contains this text, in any case.' }),
    },
    resolve: (_root, { search, ...args }, { prisma, caller }) =>
      listPage(args, shortPage, byId, (range) =>
        listEndUsers(prisma, caller.projectId, search ?? null, range),
      ),
  }),
);

const isAbout =
  (person: string) =>
  (event: Event): boolean => {
    if ('endUser' in event) return event.endUser.externalId === person;
    return event.kind === 'MessagesLogged' && event.conversation.endUser?.externalId === person;
  };

builder.subscriptionField('endUser', (t) =>
  t.field({
    type: EndUserRef,
    nullable: true,
    description:
      'One person as known now, and again whenever a message, a fact or a count of his changed: the latest state, at most five times a second. Null until the person is seen. Asks for the scope read.',
    authScopes: { read: true },
    args: { externalId: t.arg.string(idOfPerson) },
    subscribe: (_root, { externalId: person }, { feed, caller }) =>
      followState(feed, { projectId: caller.projectId, wants: isAbout(person) }),
    resolve: (_changed, by, { prisma, caller }) => findEndUser(prisma, caller.projectId, by),
  }),
);

const ForgetEndUserInput = builder.inputType('ForgetEndUserInput', {
  description: 'Whom to forget.',
  fields: (t) => ({ externalId: t.string(idOfPerson) }),
});
const EndUserPayload = builder.objectRef<{ endUser: EndUser }>('EndUserPayload').implement({
  description: 'The person after the change.',
  fields: (t) => ({ endUser: t.expose('endUser', { type: EndUserRef, description: 'As known now.' }) }),
});

builder.mutationField('forgetEndUser', (t) =>
  t.field({
    type: EndUserPayload,
    description:
      'Erases every word said in conversations with a person and everything learned from them, in the log too; counts stay. Who is known by a telephone number of calls loses it. Cannot be undone. Asks for the scope admin.',
    authScopes: { admin: true },
    args: { input: t.arg({ type: ForgetEndUserInput, required: true, description: 'Whom.' }) },
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'ForgetEndUserResult', description: 'The person, or a refusal.' },
    },
    async resolve(_root, { input }, context, info) {
      const person = parseInput(externalId, input.externalId, 'input.externalId');
      const { prisma, caller } = context;
      const known = await findEndUser(prisma, caller.projectId, { externalId: person });
      await write(context, info, [{ kind: 'forgetEndUser', endUserId: person }]);
      // Who was known by a telephone number is forgotten with it.
      const endUser = known && (await findEndUser(prisma, caller.projectId, { id: known.id }));
      if (endUser === null) throw noEndUser(person);
      return { endUser };
    },
  }),
);
