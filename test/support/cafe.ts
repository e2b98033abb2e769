import type { TestServer } from './server.ts';

/** A conversation as the admin panel sees it. */
export type ShownConversation = {
  id: number;
  user_id: string | null;
  platform: string;
  status: string;
  priority: number;
  created_at: string;
  updated_at: string;
  last_message_at: string | null;
};
/** A message as the admin panel sees it. */
export type ShownMessage = {
  id: number;
  conversation_id: number;
  sender_type: string;
  content: string;
  timestamp: string;
  confidence_score: number | null;
  requires_human: boolean;
  human_replied: boolean;
  metadata: Record<string, unknown>;
};
export type Stats = {
  total_conversations: number;
  active_conversations: number;
  total_messages: number;
  messages_requiring_human: number;
  timestamp: string;
};

/** What a door of the admin panel answers to somebody who reads; throws when it refuses. */
export async function read<T>(server: TestServer, path: string): Promise<T> {
  const response = await server.get(`/admin/${path}`);
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
  return (await response.json()) as T;
}

export const statsOf = async (server: TestServer): Promise<Stats> =>
  (await read<{ stats: Stats }>(server, 'stats')).stats;
export const listOf = async (server: TestServer, query = ''): Promise<ShownConversation[]> =>
  (await read<{ conversations: ShownConversation[] }>(server, `conversations${query}`)).conversations;
export const messagesIn = async (server: TestServer, id: number, query = ''): Promise<ShownMessage[]> =>
  (await read<{ messages: ShownMessage[] }>(server, `conversations/${id}/messages${query}`)).messages;

/** Does something at the admin panel; gives the text of the answer, and throws when it is refused. */
export async function act(server: TestServer, path: string, body: unknown = ''): Promise<string> {
  const response = await server.post(`/admin/${path}`, body);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path} answered ${response.status} ${text}`);
  return text;
}
