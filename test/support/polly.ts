import type { TestServer } from './server.ts';

/** An exchange as the Polly doors show it. */
export type PollyEvent = {
  id: string;
  type: string;
  timestamp: string;
  user_message: string;
  polly_response: string;
  metadata: {
    prompt_name: string;
    tokens_used: Record<string, unknown>;
    latency_ms: number;
    model: string;
    status: string;
  };
};

export const CONVERSATION = '/webhook/conversation';
export const USER_MESSAGE = '/webhook/user-message';
export const POLLY_RESPONSE = '/webhook/polly-response';
export const pollyDoors = [CONVERSATION, USER_MESSAGE, POLLY_RESPONSE] as const;
type Door = (typeof pollyDoors)[number];

const least: Record<Door, object> = {
  [CONVERSATION]: { user_message: 'hello', polly_response: 'hi' },
  [USER_MESSAGE]: { message: 'hello' },
  [POLLY_RESPONSE]: { response: 'hi' },
};

/** A body that its door takes, with what else matters. */
export const aBody = (door: Door, more: object = {}): Record<string, unknown> => ({
  ...least[door],
  ...more,
});

/** The newest exchanges, newest first. */
export async function recent(server: TestServer, limit = 500): Promise<PollyEvent[]> {
  const response = await server.get(`/conversations/recent?limit=${limit}`);
  const { conversations } = (await response.json()) as { conversations: PollyEvent[] };
  return conversations;
}

/** The exchange of an id, as it is read now. */
export async function readBack(server: TestServer, id: string): Promise<PollyEvent | undefined> {
  return (await recent(server)).find((event) => event.id === id);
}

/** Sends a body to a door and gives the exchange as it is read afterwards. */
export async function log(server: TestServer, door: Door, body: object): Promise<PollyEvent> {
  const response = await server.post(door, body);
  if (response.status !== 200)
    throw new Error(`${door} answered ${response.status} ${await response.text()}`);
  const { id } = (await response.json()) as { id: string };
  return (await readBack(server, id))!;
}

/** Number of events in the project's log: it grows with everything that is stored. */
export async function head(server: TestServer, headers: Record<string, string> = {}): Promise<number> {
  const query = '{ conversations(first: 1) { cursor } }';
  const { conversations } = await server.graphql<{ conversations: { cursor: string } }>(query, {}, headers);
  return Number(conversations.cursor.split(':')[1]);
}

export type LoggedMessage = { sender: string; text: string; at: string; metadata: Record<string, unknown> };

/** The messages of a conversation, as GraphQL tells them. */
export async function messagesOf(server: TestServer, externalId: string): Promise<LoggedMessage[]> {
  const query = `query ($externalId: String!) { conversation(externalId: $externalId) {
    messages(first: 100) { nodes { sender text at metadata } } } }`;
  type Data = { conversation: { messages: { nodes: LoggedMessage[] } } | null };
  const { conversation } = await server.graphql<Data>(query, { externalId });
  return conversation?.messages.nodes ?? [];
}

/** Logs one utterance at the GraphQL door. */
export async function logMessage(
  server: TestServer,
  input: { conversationId: string; sender: string; text: string; [field: string]: unknown },
): Promise<void> {
  const mutation = `mutation ($input: LogMessageInput!) { logMessage(input: $input) { __typename
    ... on Error { message } } }`;
  const { logMessage: result } = await server.graphql<{
    logMessage: { __typename: string; message?: string };
  }>(mutation, { input });
  if (result.__typename !== 'LogMessagePayload') throw new Error(`logMessage was refused: ${result.message}`);
}
