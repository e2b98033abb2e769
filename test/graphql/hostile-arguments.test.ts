import { expect, test } from 'vitest';
import { startServer } from '../support/server.ts';

const NUL = 'a\0b';
const reads: [query: string, variables: object][] = [
  ['query ($it: String!) { call(id: $it) { __typename } }', { it: NUL }],
  ['query ($it: String!) { conversation(externalId: $it) { id } }', { it: NUL }],
  ['query ($it: String!) { endUser(externalId: $it) { id } }', { it: NUL }],
  ['query ($it: String!) { endUsers(search: $it) { nodes { id } } }', { it: NUL }],
  ['query ($it: String!) { session(id: $it) { __typename } }', { it: NUL }],
  ['query ($it: ID!) { webhook(id: $it) { id } }', { it: NUL }],
  ['query ($it: AlertFilter) { alerts(filter: $it) { nodes { id } } }', { it: { conversationId: NUL } }],
  ['query ($it: AlertFilter) { alerts(filter: $it) { nodes { id } } }', { it: { ruleId: NUL } }],
  ['query ($it: DateTime!) { totals(from: $it) { messages } }', { it: '0000-01-01T00:00:00Z' }],
  ['{ totals(from: "9999-12-31T23:59:59-10:00") { messages } }', {}],
  [
    'mutation ($it: DateTime) { logMessage(input: { conversationId: "c", sender: USER, text: "x", at: $it }) { __typename } }',
    { it: '0000-01-01T00:00:00Z' },
  ],
];

test('what no database can hold is refused as bad input and never told as a fault of ours', async () => {
  await using server = await startServer();
  for (const [query, variables] of reads) {
    const response = await server.post('/graphql', { query, variables });
    const { data, errors } = (await response.json()) as { data: object; errors?: { message: string }[] };
    // Nothing has an id that cannot be.
    if (errors === undefined) expect.soft(Object.values(data), query).toEqual([null]);
    else expect.soft(errors[0]!.message, query).toMatch(/hold|years 0001 to 9999/u);
  }
  expect(await server.graphql('{ conversations { nodes { id } } }')).toEqual({
    conversations: { nodes: [] },
  });
});
