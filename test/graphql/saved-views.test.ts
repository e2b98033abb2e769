import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureProject } from '../../server/journal/project.ts';
import { openDatabase } from '../../server/store/database.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { follow } from '../support/viewer.ts';
import { silentJournal } from '../support/journal.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

type View = { id: string; name: string; query: string; filter: Record<string, unknown> };
type Saved = { saveView: { __typename: string; message?: string; field?: string; view?: View } };
const SAVE = `mutation ($input: SaveViewInput!) { saveView(input: $input) { __typename
  ... on SaveViewPayload { view { id name query filter } } ... on Error { message } ... on InvalidInputError { field } } }`;
const save = async (input: object): Promise<Saved['saveView']> =>
  (await server.graphql<Saved>(SAVE, { input })).saveView;
const views = async (): Promise<View[]> =>
  (await server.graphql<{ savedViews: View[] }>('{ savedViews { id name query filter } }')).savedViews;
const remove = async (id: string): Promise<object> =>
  (
    await server.graphql<{ removeView: object }>(
      'mutation ($id: ID!) { removeView(id: $id) { __typename ... on RemoveViewPayload { id } } }',
      { id },
    )
  ).removeView;

test('a view is saved, changed and removed, and its filter can be sent as it is', async () => {
  const filter = {
    status: 'CLOSED',
    from: '2026-11-01T00:00:00.000Z',
    minCost: 0.5,
    metadata: [{ key: 'plan', value: 'pro' }],
  };
  const { view } = await save({ name: ' Refunds ', query: ' refund -test ', filter });
  expect(view).toMatchObject({ name: 'Refunds', query: 'refund -test', filter });
  expect(await views()).toEqual([view]);
  await server.graphql(
    'query ($query: String!, $filter: ConversationFilter) { search(query: $query, filter: $filter) { nodes { message { id } } } }',
    { query: view!.query, filter: view!.filter },
  );
  const changed = await save({ id: view!.id, name: 'All refunds', query: 'refund' });
  expect(changed.view).toEqual({ id: view!.id, name: 'All refunds', query: 'refund', filter: {} });
  expect(await views()).toEqual([changed.view]);
  expect(await remove(view!.id)).toEqual({ __typename: 'RemoveViewPayload', id: view!.id });
  expect(await views()).toEqual([]);
});

test('followers hear that views changed', async () => {
  await using viewer = follow(server.url, {});
  await viewer.next();
  const { view } = await save({ name: 'Heard' });
  expect(await viewer.event()).toMatchObject({ __typename: 'ProjectChanged' });
  // The same again changes nothing.
  await save({ id: view!.id, name: 'Heard' });
  await remove(view!.id);
  expect(await viewer.event()).toMatchObject({ __typename: 'ProjectChanged' });
});

test.each([
  [{ name: ' ' }, 'input.name'],
  [{ name: 'x'.repeat(256) }, 'input.name'],
  [{ name: 'x', query: '!?' }, 'input.query'],
  [{ name: 'x', filter: { minCost: -1 } }, 'input.filter.minCost'],
])('%j is refused', async (input, field) => {
  expect(await save(input)).toMatchObject({ __typename: 'InvalidInputError', field });
});

test('a name is given once, and what is not there can be neither changed nor removed', async () => {
  await save({ name: 'Twice' });
  expect(await save({ name: 'Twice' })).toMatchObject({ __typename: 'ConflictError' });
  expect(await save({ id: 'view_unknown', name: 'Other' })).toMatchObject({ __typename: 'NotFoundError' });
  expect(await remove('view_unknown')).toEqual({ __typename: 'NotFoundError' });
});

test('a view of another project is missing like any unknown one', async () => {
  const database = openDatabase({ connectionString: server.databaseUrl });
  const journal = silentJournal(database);
  const projectId = await ensureProject(database.prisma, 'strangers');
  const view = { id: 'view_theirs', name: 'Theirs', query: 'refund', filter: {} };
  await journal.write(projectId, [{ kind: 'saveView', isNew: true, view }]);
  const theirs = await database.prisma.savedView.findFirstOrThrow({ where: { projectId } });
  expect((await views()).map(({ id }) => id)).not.toContain(theirs.id);
  expect(await save({ id: theirs.id, name: 'Mine now' })).toMatchObject({ __typename: 'NotFoundError' });
  expect(await remove(theirs.id)).toEqual({ __typename: 'NotFoundError' });
  expect(await database.prisma.savedView.findMany({ where: { projectId } })).toEqual([theirs]);
  await database[Symbol.asyncDispose]();
});

test('a project has a hundred views at most', async () => {
  const before = (await views()).length;
  for (let index = before; index < 100; index += 1) await save({ name: `view ${index}` });
  expect(await save({ name: 'one more' })).toMatchObject({ __typename: 'ConflictError' });
  expect(await views()).toHaveLength(100);
});
