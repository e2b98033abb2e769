import type { TestServer } from '../support/server.ts';

export type ShownAlert = {
  id: string;
  ruleId: string;
  kind: string;
  status: string;
  value: number;
  threshold: number;
  text: string;
  conversationId: string | null;
  endUserId: string | null;
  messageId: number | null;
  turnId: string | null;
  resolution: string | null;
  resolvedBy: string | null;
};
const shown = `id ruleId ruleName kind severity status value threshold text conversationId endUserId seq messageId
  turnId raisedAt snoozedUntil resolvedAt resolvedBy resolution`;

type Tried = { __typename: string; message?: string; field?: string; alertRule?: { id: string } };

/** What came of setting up a rule. */
export async function tryRule(
  server: TestServer,
  condition: object,
  more: object = {},
  headers: Record<string, string> = {},
): Promise<Tried> {
  const mutation = `mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { __typename
    ... on Error { message } ... on InvalidInputError { field }
    ... on AlertRulePayload { alertRule { id } } } }`;
  const input = { name: 'a rule', condition, ...more };
  const data = await server.graphql<{ createAlertRule: Tried }>(mutation, { input }, headers);
  return data.createAlertRule;
}

/** The id of a new rule. */
export async function aRule(server: TestServer, condition: object, more: object = {}): Promise<string> {
  const { alertRule, message } = await tryRule(server, condition, more);
  if (alertRule === undefined) throw new Error(message);
  return alertRule.id;
}

/** The alerts of the default project, the newest first. */
export async function alertsOf(server: TestServer, filter: object = {}): Promise<ShownAlert[]> {
  const query = `query ($filter: AlertFilter) { alerts(filter: $filter, first: 100) { nodes { ${shown} } } }`;
  const { alerts } = await server.graphql<{ alerts: { nodes: ShownAlert[] } }>(query, { filter });
  return alerts.nodes;
}
