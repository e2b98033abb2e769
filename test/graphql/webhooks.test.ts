import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey } from '../../server/auth/key.ts';
import type { Scope } from '../../server/domain/key.ts';
import { State } from '../../server/domain/state.ts';
import { ensureProject } from '../../server/journal/project.ts';
import { createLogReader } from '../../server/journal/read.ts';
import { openDatabase, type Database } from '../../server/store/database.ts';
import { listWebhooks } from '../../server/store/webhook.ts';
import { emptyState } from '../domain/memory.ts';
import type { TestServer } from '../support/server.ts';
import { follow } from '../support/viewer.ts';
import {
  aWebhook,
  deliveriesOf,
  openReceiver,
  perform,
  replay,
  say,
  startTeller,
  tryWebhook,
  type Receiver,
} from '../watch/receiver.ts';
import { silentJournal } from '../support/journal.ts';

let server: TestServer;
let receiver: Receiver;
let database: Database;
beforeAll(async () => {
  server = await startTeller({ env: { WEBHOOK_API_KEY: 'the-key-of-the-environment' } });
  receiver = await openReceiver(200);
  database = openDatabase({ connectionString: server.databaseUrl });
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

type Headers = { authorization: string };
/** The headers of a key of a project. */
async function aKey(project: string, scopes: Scope[]): Promise<Headers> {
  const { key, id, hash } = createKey();
  const projectId = await ensureProject(database.prisma, project);
  await using journal = silentJournal(database);
  await journal.write(projectId, [{ kind: 'createKey', key: { id, name: 'test', hash, scopes } }]);
  return { authorization: `Bearer ${key}` };
}
const all: Scope[] = ['ingest', 'read', 'operate', 'admin'];

const remove = (id: string, headers: Headers): Promise<{ __typename: string }> =>
  server
    .graphql<{ removeWebhook: { __typename: string } }>(
      'mutation ($id: ID!) { removeWebhook(id: $id) { __typename } }',
      { id },
      headers,
    )
    .then(({ removeWebhook }) => removeWebhook);

test('webhooks are for administrators alone', async () => {
  const most = await aKey('alone', ['ingest', 'read', 'operate']);
  const operations = [
    '{ webhooks { id } }',
    '{ webhook(id: "wh_x") { id } }',
    'mutation { createWebhook(input: {url: "https://hooks.example/", kinds: []}) { __typename } }',
    'mutation { updateWebhook(input: {id: "wh_x"}) { __typename } }',
    'mutation { removeWebhook(id: "wh_x") { __typename } }',
    'mutation { replayDelivery(id: "1") { __typename } }',
  ];
  const admin = await aKey('alone', ['admin']);
  for (const query of operations) {
    const refused = await (await server.post('/graphql', { query }, most)).text();
    expect(refused).toContain('"FORBIDDEN"');
    expect(await (await server.post('/graphql', { query }, admin)).text()).not.toContain('"FORBIDDEN"');
  }
});

test('webhooks of another project are not there, and are told nothing', async () => {
  const [ours, theirs] = [await aKey('ours', all), await aKey('theirs', all)];
  const { id } = await aWebhook(server, receiver.url, ['message.logged'], ours);
  await say(server, 'theirs', {}, theirs);
  await say(server, 'mine', {}, ours);
  expect((await receiver.next()).payload.data).toMatchObject({ message: { text: 'mine' } });
  expect(receiver.waiting).toBe(0);
  const delivery = (await deliveriesOf(server, id, ours))!.deliveries.nodes[0]!;
  await expect
    .poll(async () => (await deliveriesOf(server, id, ours))!.deliveries.nodes[0]!.state)
    .toBe('DELIVERED');

  expect(await deliveriesOf(server, id, theirs)).toBe(null);
  expect(await server.graphql('{ webhooks { id } }', {}, theirs)).toEqual({ webhooks: [] });
  const missing = { __typename: 'NotFoundError' };
  expect(await replay(server, delivery.id, theirs)).toMatchObject(missing);
  expect(await perform(server, 'updateWebhook', { id, isEnabled: false }, theirs)).toMatchObject(missing);
  expect(await remove(id, theirs)).toMatchObject(missing);
  expect(await deliveriesOf(server, id, ours)).toMatchObject({ isEnabled: true });
});

test('what happens while a webhook is disabled is not told; a removed one is gone with its deliveries', async () => {
  const key = await aKey('changing', all);
  const { id } = await aWebhook(server, receiver.url, ['message.logged'], key);
  await perform(server, 'updateWebhook', { id, isEnabled: false }, key);
  expect(await deliveriesOf(server, id, key)).toMatchObject({
    isEnabled: false,
    disabledReason: 'It was disabled by hand.',
  });
  await say(server, 'unheard', {}, key);
  await perform(server, 'updateWebhook', { id, isEnabled: true, kinds: ['human.replied'] }, key);
  await say(server, 'of another kind', {}, key);
  await say(server, 'heard', { sender: 'HUMAN' }, key);
  expect((await receiver.next()).payload).toMatchObject({
    type: 'human.replied',
    data: { message: { text: 'heard' } },
  });
  expect((await deliveriesOf(server, id, key))!.deliveries.nodes).toHaveLength(1);
  expect(await remove(id, key)).toEqual({ __typename: 'RemoveWebhookPayload' });
  expect(await deliveriesOf(server, id, key)).toBe(null);
  expect(await database.prisma.delivery.count({ where: { endpointId: id } })).toBe(0);
  expect(receiver.waiting).toBe(0);
});

test('a project has 20 webhooks at most', async () => {
  const key = await aKey('many', all);
  for (let count = 0; count < 20; count += 1) await aWebhook(server, receiver.url, ['cost.recorded'], key);
  const input = { url: receiver.url, kinds: ['cost.recorded'] };
  expect(await tryWebhook(server, input, key)).toMatchObject({ __typename: 'ConflictError' });
});

test('a feed tells that a webhook changed, and no more; the table is what the log adds up to', async () => {
  const key = await aKey('followed', all);
  await using viewer = follow(server.url, { token: key.authorization.slice('Bearer '.length) });
  await viewer.next();
  const { id } = await aWebhook(server, receiver.url, ['cost.recorded'], key);
  const told = await viewer.event();
  expect(told).toMatchObject({ __typename: 'ProjectChanged' });
  expect(JSON.stringify(told)).not.toContain('127.0.0.1');
  await perform(server, 'updateWebhook', { id, description: 'mine', isEnabled: false }, key);
  const gone = await aWebhook(server, receiver.url, ['cost.recorded'], key);
  await remove(gone.id, key);

  const projectId = await ensureProject(database.prisma, 'followed');
  const state = new State({ ...emptyState().project, id: projectId });
  for (const event of await createLogReader(database.prisma).events(projectId, 0, 100)) state.evolve(event);
  const held = [...state.webhooks.values()].filter(({ isRemoved }) => isRemoved !== true);
  expect(await listWebhooks(database.prisma, projectId)).toEqual(held.map(({ webhook }) => webhook));
});
