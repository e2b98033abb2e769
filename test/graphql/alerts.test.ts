import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey } from '../../server/auth/key.ts';
import { ensureProject } from '../../server/journal/project.ts';
import { openDatabase } from '../../server/store/database.ts';
import { silentJournal } from '../support/journal.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { alertsOf, aRule, tryRule } from '../watch/alarm.ts';
import { perform, say } from '../watch/receiver.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const rulesOf = async (): Promise<{ id: string; name: string }[]> => {
  const condition = `kind windowMinutes thresholdUsd stage thresholdMs percentile minTurns messages below seconds share
    count words pattern sender`;
  const query = `{ alertRules { id name severity isEnabled platform createdAt condition { ${condition} } } }`;
  return (await server.graphql<{ alertRules: { id: string; name: string }[] }>(query)).alertRules;
};

test('a rule is shown as it was set up, and as it was changed', async () => {
  const id = await aRule(
    server,
    { kind: 'STAGE_LATENCY', stage: 'LLM', thresholdMs: 900, percentile: 95, windowMinutes: 15 },
    { name: 'slow', severity: 'CRITICAL', platform: 'web' },
  );
  const slow = { id, name: 'slow', severity: 'CRITICAL', isEnabled: true, platform: 'web' };
  const condition = {
    kind: 'STAGE_LATENCY',
    stage: 'LLM',
    thresholdMs: 900,
    percentile: 95,
    minTurns: 1,
    words: null,
  };
  expect(await rulesOf()).toMatchObject([{ ...slow, condition }]);
  await perform(server, 'updateAlertRule', { id, platform: null, isEnabled: false });
  await perform(server, 'updateAlertRule', {
    id,
    condition: { kind: 'SESSION_COST', windowMinutes: 5, thresholdUsd: '0.50' },
  });
  expect(await rulesOf()).toMatchObject([
    {
      name: 'slow',
      platform: null,
      isEnabled: false,
      condition: { kind: 'SESSION_COST', thresholdUsd: '0.5', stage: null },
    },
  ]);
  await server.graphql('mutation ($id: ID!) { removeAlertRule(id: $id) { __typename } }', { id });
  expect(await rulesOf()).toEqual([]);
});

test.each([
  ['input.name', { kind: 'WAITING', seconds: 5 }, { name: ' ' }],
  ['input.platform', { kind: 'WAITING', seconds: 5 }, { platform: '' }],
  ['input.condition.seconds', { kind: 'WAITING' }, {}],
  ['input.condition.seconds', { kind: 'WAITING', seconds: -1 }, {}],
  ['input.condition.share', { kind: 'WAITING', seconds: 5, share: 0.5 }, {}],
  [
    'input.condition.windowMinutes',
    { kind: 'PROJECT_COST', windowMinutes: 2_000_000_000, thresholdUsd: '1' },
    {},
  ],
  ['input.condition.thresholdUsd', { kind: 'PROJECT_COST', windowMinutes: 5 }, {}],
  ['input.condition.thresholdUsd', { kind: 'PROJECT_COST', windowMinutes: 5, thresholdUsd: 'NaN' }, {}],
  ['input.condition.percentile', { kind: 'STAGE_LATENCY', thresholdMs: 5, windowMinutes: 5 }, {}],
  ['input.condition.words', { kind: 'WORDS' }, {}],
  ['input.condition.words.0', { kind: 'WORDS', words: ['\u0000'] }, {}],
  ['input.condition.pattern', { kind: 'WORDS', pattern: '(?<=a)b' }, {}],
  ['input.condition.pattern', { kind: 'WORDS', pattern: '(' }, {}],
])('what cannot be evaluated is refused at %s and not stored: %j', async (field, condition, more) => {
  const before = await rulesOf();
  const refusal = await tryRule(server, condition, more);
  expect(refusal).toMatchObject({ __typename: 'InvalidInputError', field });
  expect(refusal.message).toContain(field);
  expect(refusal.message).not.toMatch(/undefined|expected|received/iu);
  expect(await rulesOf()).toEqual(before);
});

test.each([
  '{kind: STAGE_LATENCY, stage: THINKING, thresholdMs: 5}',
  '{kind: STAGE_LATENCY, thresholdMs: NaN}',
  '{kind: MOOD}',
])('%s is no condition of the schema', async (condition) => {
  const query = `mutation { createAlertRule(input: {name: "x", condition: ${condition}}) { __typename } }`;
  const answer = await server.post('/graphql', { query });
  expect(answer.status).toBeLessThan(500);
  expect(await answer.json()).toMatchObject({ errors: [expect.anything()] });
});

test('a rule or an alert that is not there is refused, whatever its id', async () => {
  const missing = { __typename: 'NotFoundError' };
  const until = '2100-01-01T00:00:00Z';
  for (const id of ['x', '0', '-1', '99999999999', '1e3', '']) {
    expect(await perform(server, 'updateAlertRule', { id, name: 'y' })).toMatchObject(missing);
    expect(await perform(server, 'snoozeAlert', { id, until, operator: 'operator-2' })).toMatchObject(
      missing,
    );
    expect(await perform(server, 'resolveAlert', { id, operator: 'operator-2' })).toMatchObject(missing);
    const query = 'query ($id: ID!) { alert(id: $id) { id } }';
    expect(await server.graphql(query, { id })).toEqual({ alert: null });
  }
  expect(await perform(server, 'resolveAlert', { id: '1', operator: ' ' })).toMatchObject({
    __typename: 'InvalidInputError',
  });
});

test('a project has at most 50 rules', async () => {
  const { length } = await rulesOf();
  const off = { isEnabled: false };
  for (let count = length; count < 50; count += 1) await aRule(server, { kind: 'WAITING', seconds: 9 }, off);
  expect(await tryRule(server, { kind: 'WAITING', seconds: 9 })).toMatchObject({
    __typename: 'ConflictError',
  });
  for (const { id } of await rulesOf()) {
    await server.graphql('mutation ($id: ID!) { removeAlertRule(id: $id) { __typename } }', { id });
  }
});

test('alerts are listed by pages, the newest first, and by how they stand', async () => {
  const ruleId = await aRule(server, { kind: 'WORDS', words: ['refund'] }, { severity: 'INFO' });
  for (const conversationId of ['p1', 'p2', 'p3', 'p4', 'p5'])
    await say(server, 'refund', { conversationId });
  await expect.poll(async () => (await alertsOf(server)).length).toBe(5);
  const page = async (
    args: string,
  ): Promise<{
    nodes: { conversationId: string }[];
    pageInfo: { endCursor: string; hasNextPage: boolean };
  }> => {
    const query = `{ alerts(${args}) { nodes { conversationId } pageInfo { endCursor hasNextPage } } }`;
    return (await server.graphql<{ alerts: never }>(query)).alerts;
  };
  const first = await page('first: 2');
  expect(first).toMatchObject({
    nodes: [{ conversationId: 'p5' }, { conversationId: 'p4' }],
    pageInfo: { hasNextPage: true },
  });
  // A newer one does not move the pages behind it.
  await say(server, 'refund', { conversationId: 'p6' });
  await expect.poll(async () => (await alertsOf(server)).length).toBe(6);
  const second = await page(`first: 2, after: "${first.pageInfo.endCursor}"`);
  expect(second.nodes).toMatchObject([{ conversationId: 'p3' }, { conversationId: 'p2' }]);
  const [newest] = await alertsOf(server);
  await perform(server, 'resolveAlert', { id: newest!.id, operator: 'operator-2' });
  expect(await alertsOf(server, { statuses: ['RESOLVED'] })).toMatchObject([{ conversationId: 'p6' }]);
  expect(
    await alertsOf(server, { statuses: ['RAISED'], conversationId: 'p1', ruleId, severities: ['INFO'] }),
  ).toHaveLength(1);
  expect(await alertsOf(server, { severities: ['CRITICAL'] })).toEqual([]);
  expect(await server.graphql('{ raisedAlerts }')).toEqual({ raisedAlerts: 5 });
});

test('a rule and its alerts are those of one project alone', async () => {
  await using own = await startServer({ env: { WEBHOOK_API_KEY: 'the-key-of-the-environment' } });
  await using database = openDatabase({ connectionString: own.databaseUrl });
  await using journal = silentJournal(database);
  const keyOf = async (project: string): Promise<Record<string, string>> => {
    const { key, id, hash } = createKey();
    const scopes = ['ingest', 'read', 'operate', 'admin'] as const;
    const made = { id, name: 'test', hash, scopes: [...scopes] };
    await journal.write(await ensureProject(database.prisma, project), [{ kind: 'createKey', key: made }]);
    return { authorization: `Bearer ${key}` };
  };
  const [mine, theirs] = [await keyOf('mine'), await keyOf('theirs')];
  const { alertRule } = await tryRule(own, { kind: 'WORDS', words: ['refund'] }, {}, mine);
  await say(own, 'refund', {}, theirs);
  await say(own, 'refund', {}, mine);
  const ask = (headers: Record<string, string>) =>
    own.graphql<{ alerts: { nodes: { id: string }[] } }>(
      '{ alerts { nodes { id } } alertRules { id } alert(id: "1") { id } }',
      {},
      headers,
    );
  await expect.poll(async () => (await ask(mine)).alerts.nodes).toEqual([{ id: '1' }]);
  expect(await ask(theirs)).toEqual({ alerts: { nodes: [] }, alertRules: [], alert: null });
  const missing = { __typename: 'NotFoundError' };
  expect(await perform(own, 'resolveAlert', { id: '1', operator: 'operator-3' }, theirs)).toMatchObject(
    missing,
  );
  expect(await perform(own, 'updateAlertRule', { id: alertRule!.id, name: 'x' }, theirs)).toMatchObject(
    missing,
  );
});
