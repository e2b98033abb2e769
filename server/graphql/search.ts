import type { SnippetPart } from '../domain/search/snippet.ts';
import { parseQuery } from '../domain/search/query.ts';
import { search, type Hit } from '../store/search.ts';
import { builder } from './builder.ts';
import { ConversationFilterInput, readFilter } from './conversation-list.ts';
import { ConversationRef } from './conversation.ts';
import { MessageRef, type MessageShape } from './message.ts';
import { byId, listPage, shortPage } from './page.ts';
import { SegmentRef } from './segment.ts';

const SnippetPartRef = builder.objectRef<SnippetPart>('SnippetPart').implement({
  description: 'A piece of an excerpt, as plain text.',
  fields: (t) => ({
    text: t.exposeString('text', { description: 'The piece.' }),
    isMatch: t.exposeBoolean('isMatch', { description: 'Whether it is what was looked for.' }),
  }),
});

const SearchHitRef = builder.objectRef<Hit>('SearchHit').implement({
  description: 'A message, or a segment of a call, in which something was found; the other one is null.',
  fields: (t) => ({
    message: t.field({
      type: MessageRef,
      nullable: true,
      description: 'The message.',
      resolve: ({ message }): MessageShape | null => message,
    }),
    segment: t.expose('segment', { type: SegmentRef, nullable: true, description: 'The final segment.' }),
    conversation: t.expose('conversation', { type: ConversationRef, description: 'Its conversation.' }),
    snippet: t.expose('snippet', {
      type: [SnippetPartRef],
      description: 'The piece of the text around the first match, in parts; ellipses are parts of it.',
    }),
  }),
});

builder.queryField('search', (t) =>
  t.connection({
    type: SearchHitRef,
    description:
      'Messages and final segments of calls with all words of a query, newest first; at most 100 at a time. Words may be begun, are found in other forms of the same language, and without their accents. "Words in quotes" stand in this order; -word must not be there. Asks for the scope read.',
    authScopes: { read: true },
    args: {
      query: t.arg.string({
        required: true,
        description: 'What to look for, up to 500 characters and 16 words.',
      }),
      filter: t.arg({
        type: ConversationFilterInput,
        description: 'In which conversations; in all when left out.',
      }),
    },
    resolve(_root, { query, filter, ...args }, { prisma, caller }) {
      const [terms, wanted] = [parseQuery(query), readFilter(filter)];
      return listPage(args, shortPage, byId, (range) =>
        search(prisma, caller.projectId, terms, wanted, range),
      );
    },
  }),
);
