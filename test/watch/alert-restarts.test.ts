import { expect, test } from 'vitest';
import type { Command } from '../../server/domain/command.ts';
import type { Event } from '../../server/domain/event.ts';
import { createLogReader } from '../../server/journal/read.ts';
import { openDatabase } from '../../server/store/database.ts';
import { logMessage, submitFeedback } from '../domain/memory.ts';
import { silentJournal } from '../support/journal.ts';
import { createDatabase, startServer } from '../support/server.ts';
import { alertsOf, aRule } from './alarm.ts';
import { killAgain } from './kills.ts';
import { aWebhook, deliveriesOf, openReceiver, say, startTeller } from './receiver.ts';

const words = { kind: 'WORDS', words: ['refund'] };

/** What the alerts of a log are about, in the order in which they were raised; empty for the project. */
async function raisedIn(url: string): Promise<string[]> {
  await using database = openDatabase({ connectionString: url });
  const log = await createLogReader(database.prisma).events(1, 0, 5000);
  return log.flatMap((it) => (it.kind === 'AlertRaised' ? [it.alert.conversationId ?? ''] : []));
}

const sorted = (names: string[]): string[] => names.toSorted((a, b) => a.localeCompare(b));

/** Stores commands as a server does that dies before anybody looks at what they led to. */
async function storeUnseen(url: string, ...commands: Command[]) {
  await using database = openDatabase({ connectionString: url });
  await using journal = silentJournal(database);
  await journal.write(1, commands);
}

test('what happened before a server was killed, and was not looked at yet, is raised by the next one, once', async () => {
  await using own = await createDatabase();
  const first = await startServer({ database: own });
  await aRule(first, words);
  await aRule(first, { kind: 'THUMBS_DOWN', count: 1, windowMinutes: 1 });
  await say(first, 'hello');
  await first[Symbol.asyncDispose]();
  await storeUnseen(
    own.url,
    logMessage('USER', 'a refund', { conversationId: 'late' }),
    submitFeedback('late', { rating: -1 }),
  );
  // An hour later the window is long over: that it was so is told all the same, and that it is no more.
  const now = (): number => Date.now() + 3_600_000;
  await using second = await startServer({ database: own, now });
  await expect
    .poll(() => alertsOf(second))
    .toMatchObject([
      { kind: 'THUMBS_DOWN', status: 'RESOLVED', resolution: 'CLEARED' },
      { kind: 'WORDS', status: 'RAISED', conversationId: 'late' },
    ]);
  await second[Symbol.asyncDispose]();
  await using third = await startServer({ database: own, now });
  await say(third, 'refund');
  await expect.poll(() => raisedIn(own.url)).toEqual(['late', '', 'c1']);
});

test('of two servers on one database, one raises', async () => {
  await using own = await createDatabase();
  await using first = await startServer({ database: own });
  await using second = await startServer({ database: own });
  await aRule(first, words);
  await aRule(first, { kind: 'PROJECT_COST', windowMinutes: 5, thresholdUsd: '0.01' });
  await aRule(first, { kind: 'WAITING', seconds: 1 });
  const said = Array.from({ length: 20 }, (_, index) => `said${index}`);
  const cost = 'mutation { recordCost(input: {sessionId: "s", service: "llm", usd: "1"}) { __typename } }';
  await Promise.all(
    said.flatMap((conversationId, index) => [
      say(index % 2 === 0 ? first : second, 'refund', { conversationId }),
      say(index % 2 === 0 ? second : first, 'refund again', { conversationId }),
      (index % 2 === 0 ? second : first).graphql(cost),
    ]),
  );
  const ask = 'mutation { requestHuman(input: {conversationId: "said0"}) { __typename } }';
  await Promise.all([first.graphql(ask), second.graphql(ask)]);
  const expected = [...said, 'said0', ''];
  await expect
    .poll(async () => sorted(await raisedIn(own.url)), { timeout: 15_000 })
    .toEqual(sorted(expected));
  // Both have looked at everything once more, and at the clock.
  await say(second, 'refund', { conversationId: 'last' });
  await expect
    .poll(async () => sorted(await raisedIn(own.url)), { timeout: 15_000 })
    .toEqual(sorted([...expected, 'last']));
});

test('when the server that looks at the clock is gone, another one does', async () => {
  await using own = await createDatabase();
  const first = await startServer({ database: own });
  await aRule(first, { kind: 'WAITING', seconds: 3 });
  await say(first, 'hello');
  await using second = await startServer({ database: own });
  await first.graphql('mutation { requestHuman(input: {conversationId: "c1"}) { __typename } }');
  await first[Symbol.asyncDispose]();
  await expect.poll(() => alertsOf(second), { timeout: 15_000 }).toMatchObject([{ kind: 'WAITING' }]);
});

test('a server that dies between the raising and the delivery delivers it later, under the same id', async () => {
  await using own = await createDatabase();
  await using receiver = await openReceiver();
  const first = await startTeller({ database: own });
  const { id, secret } = await aWebhook(first, receiver.url, ['alert.raised']);
  await aRule(first, words);
  await say(first, 'a refund');
  const hanging = await receiver.next();
  await first[Symbol.asyncDispose]();
  await hanging.closed;
  let time = Date.now();
  await using second = await startTeller({ database: own, now: () => time });
  await say(second, 'a refund once more');
  time += 61_000;
  const again = await receiver.next();
  expect(again.id).toBe(hanging.id);
  expect(again.payload).toEqual(hanging.payload);
  expect(again.isSigned(secret)).toBe(true);
  again.answer(200);
  await expect
    .poll(async () => (await deliveriesOf(second, id))!.deliveries.nodes)
    .toMatchObject([{ state: 'DELIVERED', attempts: 2 }]);
  expect(await raisedIn(own.url)).toEqual(['c1']);
});

test(
  'servers that are killed at any moment raise each alert once and tell each one under one id',
  { timeout: 120_000 },
  async () => {
    await using own = await createDatabase();
    await using receiver = await openReceiver(200);
    const env = { PORT: '0', DATABASE_URL: own.url, WEBHOOK_ALLOW_PRIVATE: 'on' };
    const server = await killAgain(env, {
      setUp: `mutation { createWebhook(input: {url: "${receiver.url}", kinds: ["alert.raised"]}) { __typename }
        createAlertRule(input: {name: "r", condition: {kind: WORDS, words: ["refund"]}}) { __typename } }`,
      say: (number) =>
        `mutation { logMessage(input: {conversationId: "c${number}", sender: USER, text: "refund"}) { __typename } }`,
      kills: 4,
    });
    await using database = openDatabase({ connectionString: own.url });
    const read = createLogReader(database.prisma);
    const logged = (await read.events(1, 0, 5000)).flatMap((it: Event) =>
      it.kind === 'MessagesLogged' ? [it.conversation.externalId] : [],
    );
    expect(logged.length).toBeGreaterThanOrEqual(4);
    const raised = async (): Promise<string[]> => sorted(await raisedIn(own.url));
    await expect.poll(raised, { timeout: 30_000 }).toEqual(sorted(logged));
    await expect.poll(() => database.prisma.delivery.count(), { timeout: 30_000 }).toBe(logged.length);
    server.child.kill('SIGKILL');
    await server.exited;
    await using last = await startTeller({ database: own, now: () => Date.now() + 120_000 });
    await expect
      .poll(() => database.prisma.delivery.count({ where: { state: 'DELIVERED' } }), { timeout: 30_000 })
      .toBe(logged.length);
    expect(await raised()).toEqual(sorted(logged));
    expect(await alertsOf(last)).not.toEqual([]);
    const ids = await database.prisma.delivery.findMany({ select: { webhookId: true } });
    expect(new Set(receiver.ids)).toEqual(new Set(ids.map(({ webhookId }) => webhookId)));
  },
);
