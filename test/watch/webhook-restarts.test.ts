import { expect, test } from 'vitest';
import { createLogReader } from '../../server/journal/read.ts';
import { openDatabase } from '../../server/store/database.ts';
import { createDatabase } from '../support/server.ts';
import { killAgain } from './kills.ts';
import { aWebhook, deliveriesOf, openReceiver, perform, say, startTeller } from './receiver.ts';

test('what was not delivered when a server stops is delivered by the next one, once each', async () => {
  await using own = await createDatabase();
  await using receiver = await openReceiver();
  const first = await startTeller({ database: own });
  const { id, secret } = await aWebhook(first, receiver.url);
  await say(first, 'one');
  const hanging = await receiver.next();
  const begun = Date.now();
  await first[Symbol.asyncDispose]();
  expect(Date.now() - begun).toBeLessThan(5000);
  await hanging.closed;

  // The attempt that was cut off is given up for lost a minute after it began.
  let time = Date.now();
  await using second = await startTeller({ database: own, now: () => time });
  await say(second, 'two');
  const two = await receiver.next();
  expect(two.payload.data).toMatchObject({ message: { text: 'two' } });
  two.answer(200);
  time += 61_000;
  const again = await receiver.next();
  expect(again.id).toBe(hanging.id);
  expect(again.isSigned(secret)).toBe(true);
  again.answer(200);
  await expect
    .poll(async () => (await deliveriesOf(second, id))!.deliveries.nodes)
    .toMatchObject([
      { state: 'DELIVERED', attempts: 1 },
      { state: 'DELIVERED', attempts: 2 },
    ]);
});

test('words that were erased before they were sent are not sent', async () => {
  const looks = new Set<() => void>();
  let time = Date.now();
  const every = (_ms: number, look: () => void): (() => void) => {
    looks.add(look);
    return () => looks.delete(look);
  };
  await using server = await startTeller({ now: () => time, every });
  await using receiver = await openReceiver();
  await aWebhook(server, receiver.url);
  await say(server, 'a secret of mine', { endUserId: 'user123' });
  (await receiver.next()).answer(500);
  await perform(server, 'forgetEndUser', { externalId: 'user123' });
  const retried = receiver.next();
  await expect
    .poll(() => {
      time += 6000;
      for (const look of looks) look();
      return receiver.ids.length;
    })
    .toBe(2);
  expect((await retried).payload.data).toMatchObject({ message: { text: '' } });
});

test(
  'a server that is killed between the event and its delivery loses nothing and repeats no record',
  { timeout: 120_000 },
  async () => {
    await using own = await createDatabase();
    await using receiver = await openReceiver(200);
    const env = { PORT: '0', DATABASE_URL: own.url, WEBHOOK_ALLOW_PRIVATE: 'on' };
    const server = await killAgain(env, {
      setUp: `mutation { createWebhook(input: {url: "${receiver.url}", kinds: ["message.logged"]}) { __typename } }`,
      say: (number) =>
        `mutation { logMessage(input: {conversationId: "c", sender: USER, text: "t${number}"}) { __typename } }`,
      kills: 3,
    });
    await using database = openDatabase({ connectionString: own.url });
    const log = await createLogReader(database.prisma).events(1, 0, 1000);
    const logged = log.flatMap((it) => (it.kind === 'MessagesLogged' ? [it.seq] : []));
    expect(logged.length).toBeGreaterThanOrEqual(3);
    const recorded = async (): Promise<number[]> => {
      const rows = await database.prisma.delivery.findMany({ orderBy: { id: 'asc' } });
      return rows.map(({ seq }) => Number(seq));
    };
    await expect.poll(recorded, { timeout: 30_000 }).toEqual(logged);
    server.child.kill('SIGKILL');
    await server.exited;
    // What was cut off is due again when its claim is over: this server's time has gone on.
    await using last = await startTeller({ database: own, now: () => Date.now() + 120_000 });
    const { webhooks } = await last.graphql<{ webhooks: { id: string }[] }>('{ webhooks { id } }');
    await expect
      .poll(() => database.prisma.delivery.count({ where: { state: 'DELIVERED' } }), { timeout: 30_000 })
      .toBe(logged.length);
    expect(await recorded()).toEqual(logged);
    expect(webhooks).toHaveLength(1);
    const ids = await database.prisma.delivery.findMany({ select: { webhookId: true } });
    expect(new Set(receiver.ids)).toEqual(new Set(ids.map(({ webhookId }) => webhookId)));
  },
);
