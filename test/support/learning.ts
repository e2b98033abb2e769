import type { TestServer } from './server.ts';

export const MESSAGE = '/webhook/chat/message';
export const BULK = '/webhook/chat/bulk';
export const insightsOf = (user: string, query = ''): string =>
  `/webhook/chat/insights/${encodeURIComponent(user)}${query}`;

/** A fact as the learning doors show it. */
export type ShownFact = {
  category: string;
  type: string;
  key: string;
  value: string;
  confidence: string;
  evidence_count: number;
  last_updated: string;
};
export type Insights = {
  user_id: number;
  username: string;
  facts: ShownFact[];
  recent_interactions: {
    content: string;
    type: string;
    sentiment: number;
    topics: string[];
    timestamp: string;
  }[];
  analytics: { total_interactions: number; avg_sentiment: number; most_active_hour: number | null };
  suggestions: string[];
};
type Logged = {
  success: boolean;
  user_id: number;
  interaction_id: number;
  learned_facts_count: number;
  message: string;
};

/** Logs one message of a user. */
export async function say(
  server: TestServer,
  user: string,
  message: string,
  more: object = {},
): Promise<Logged> {
  const response = await server.post(MESSAGE, { user_id: user, message, ...more });
  if (response.status !== 200) throw new Error(`refused with ${response.status} ${await response.text()}`);
  return (await response.json()) as Logged;
}

/** What is known of a user. */
export async function insights(server: TestServer, user: string, query = ''): Promise<Insights> {
  const response = await server.get(insightsOf(user, query));
  if (response.status !== 200) throw new Error(`refused with ${response.status} ${await response.text()}`);
  return (await response.json()) as Insights;
}
