import type { TestServer } from './server.ts';

/** A conversation as somebody who hands it over sees it. */
export type Held = {
  externalId: string;
  status: string;
  owner: string;
  operator: string | null;
  ownerSince: string;
  handoffReason: string | null;
  priority: number;
};
const fields = 'externalId status owner operator ownerSince handoffReason priority';

/** What a mutation of the handoff answered: a payload or a refusal. */
export type Outcome = {
  __typename: string;
  message?: string;
  operator?: string;
  field?: string;
  conversation?: Held;
  said?: { id: string; text: string; sender: string; metadata: object };
  note?: { author: string; text: string; at: string };
};

const inputOf = {
  requestHuman: 'RequestHumanInput',
  takeOver: 'TakeOverInput',
  releaseConversation: 'ReleaseConversationInput',
  replyAsHuman: 'ReplyAsHumanInput',
  addNote: 'AddNoteInput',
  closeConversation: 'CloseConversationInput',
} as const;
const shown: Record<keyof typeof inputOf, string> = {
  requestHuman: `... on ConversationPayload { conversation { ${fields} } }`,
  takeOver: `... on ConversationPayload { conversation { ${fields} } }`,
  releaseConversation: `... on ConversationPayload { conversation { ${fields} } }`,
  replyAsHuman: `... on ReplyAsHumanPayload { said: message { id text sender metadata } conversation { ${fields} } }`,
  addNote: '... on AddNotePayload { note { author text at } }',
  closeConversation: `... on ConversationPayload { conversation { ${fields} } }`,
};
/** The text of a mutation of the handoff. */
export const mutationOf = (name: keyof typeof inputOf): string =>
  `mutation ($input: ${inputOf[name]}!) { it: ${name}(input: $input) { __typename ${shown[name]}
    ... on Error { message } ... on InvalidInputError { field }
    ${name === 'closeConversation' ? '' : '... on HeldByOtherError { operator }'} } }`;

/** Runs a mutation of the handoff. */
export async function handOver(
  server: TestServer,
  name: keyof typeof inputOf,
  input: object,
  headers: Record<string, string> = {},
): Promise<Outcome> {
  const { it } = await server.graphql<{ it: Outcome }>(mutationOf(name), { input }, headers);
  return it;
}

/** A conversation as it stands; null when there is none. */
export async function heldBy(
  server: TestServer,
  externalId: string,
  headers: Record<string, string> = {},
): Promise<Held | null> {
  const query = `query ($externalId: String!) { conversation(externalId: $externalId) { ${fields} } }`;
  const { conversation } = await server.graphql<{ conversation: Held | null }>(
    query,
    { externalId },
    headers,
  );
  return conversation;
}
