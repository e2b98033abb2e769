import { afterAll, expect, test } from 'vitest';
import { openDatabase } from '../../server/store/database.ts';
import { POST_TIME } from '../../server/watch/post.ts';
import { createDatabase } from '../support/server.ts';
import {
  aWebhook,
  deliveriesOf,
  everyLine,
  openReceiver,
  perform,
  replay,
  say,
  startTeller,
  stoppedTime,
} from './receiver.ts';

const secrets: string[] = [];
afterAll(() => {
  // Whatever happened in the tests of this file, no secret and no words came into the log.
  const told = everyLine.filter((line) => line.includes('hello') || secrets.some((it) => line.includes(it)));
  expect(told).toEqual([]);
  expect(secrets.length).toBeGreaterThan(5);
});

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

test('tells what happens, in a form that the reference library verifies', async () => {
  await using server = await startTeller();
  await using receiver = await openReceiver(204);
  const { secret, id } = await aWebhook(server, receiver.url, ['message.logged']);
  secrets.push(secret);
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/u);
  await say(server, 'hello', { endUserId: 'user123', metadata: { from: 'web' } });
  const parcel = await receiver.next();
  const payload = parcel.verify(secret);
  expect(payload).toMatchObject({
    type: 'message.logged',
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/u),
    data: {
      seq: expect.any(Number),
      conversation: { id: 'c1', endUserId: 'user123', channel: 'CHAT', owner: 'BOT', status: 'ACTIVE' },
      message: { sender: 'USER', text: 'hello', metadata: { from: 'web' } },
    },
  });
  expect(parcel.headers).toMatchObject({ 'content-type': 'application/json' });
  expect(() => parcel.verify(`whsec_${Buffer.alloc(32).toString('base64')}`)).toThrow('signature');
  await expect
    .poll(async () => (await deliveriesOf(server, id))!.deliveries.nodes)
    .toMatchObject([
      { webhookId: parcel.id, state: 'DELIVERED', attempts: 1, lastStatus: 204, lastError: null },
    ]);
});

test('each kind is told to those who asked for it', async () => {
  await using server = await startTeller();
  await using receiver = await openReceiver(200);
  await using other = await openReceiver(200);
  const kinds = [
    'handoff.changed',
    'human.replied',
    'conversation.closed',
    'conversation.reopened',
    'turn.recorded',
    'cost.recorded',
    'feedback.submitted',
  ];
  secrets.push((await aWebhook(server, receiver.url, kinds)).secret);
  secrets.push((await aWebhook(server, other.url, ['human.replied'])).secret);
  await say(server, 'hello');
  const conversationId = 'c1';
  await perform(server, 'requestHuman', { conversationId, reason: 'angry' });
  await perform(server, 'replyAsHuman', { conversationId, operator: 'operator-2', text: 'hello there' });
  await perform(server, 'closeConversation', { conversationId, reason: 'solved' });
  await perform(server, 'reopenConversation', { conversationId });
  await perform(server, 'recordTurn', { sessionId: 'c1', turnId: 't1', outcome: 'SUCCEEDED' });
  await perform(server, 'recordCost', { sessionId: 'c1', service: 'llm', usd: '0.25' });
  await perform(server, 'submitFeedback', { sessionId: 'c1', rating: 1, ratingType: 'THUMBS' });
  const told = new Map<string, Record<string, unknown>[]>();
  for (let count = 0; count < 8; count += 1) {
    const { type, data } = (await receiver.next()).payload;
    told.set(type, [...(told.get(type) ?? []), data]);
  }
  expect(new Set(told.keys())).toEqual(new Set(kinds));
  const [first, second] = told
    .get('handoff.changed')!
    .toSorted((a, b) => Number(a['seq']) - Number(b['seq']));
  expect(first).toMatchObject({ from: 'BOT', reason: 'angry', conversation: { owner: 'PENDING' } });
  expect(second).toMatchObject({
    from: 'PENDING',
    by: 'operator-2',
    conversation: { operator: 'operator-2' },
  });
  expect(told.get('human.replied')![0]).toMatchObject({ message: { sender: 'HUMAN', text: 'hello there' } });
  expect(told.get('conversation.closed')![0]).toMatchObject({ reason: 'solved' });
  expect(told.get('turn.recorded')![0]).toMatchObject({ turn: { externalId: 't1' } });
  expect(told.get('cost.recorded')![0]).toMatchObject({ cost: { usd: '0.25' } });
  expect(told.get('feedback.submitted')![0]).toMatchObject({ feedback: { rating: 1 } });
  expect((await other.next()).payload.type).toBe('human.replied');
  expect([receiver.waiting, other.waiting]).toEqual([0, 0]);
});

test('a failure is tried again by the schedule of the specification, and then the webhook is disabled', async () => {
  const time = stoppedTime();
  await using server = await startTeller({ now: time.now, every: time.every });
  await using receiver = await openReceiver();
  const { secret, id } = await aWebhook(server, receiver.url);
  secrets.push(secret);
  await say(server, 'hello');
  const delays = [
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
  ];
  let webhookId = '';
  for (const [index, delay] of delays.entries()) {
    const parcel = await receiver.next();
    webhookId ||= parcel.id;
    expect(parcel.id).toBe(webhookId);
    expect(parcel.isSigned(secret)).toBe(true);
    expect(Number(parcel.headers['webhook-timestamp'])).toBe(Math.floor(time.now() / 1000));
    parcel.answer(500);
    const answered = async () => (await deliveriesOf(server, id))!.deliveries.nodes[0]!;
    await expect.poll(async () => (await answered()).lastStatus !== null).toBe(true);
    await expect
      .poll(async () => {
        const { nextAt, attempts } = await answered();
        const wait = Date.parse(nextAt!) - time.now();
        return attempts === index + 1 && wait >= delay && wait <= delay * 1.1;
      })
      .toBe(true);
    time.pass(delay - 1);
    expect(receiver.waiting).toBe(0);
    time.pass(delay * 0.1 + 1);
  }
  (await receiver.next()).answer(500);
  await expect.poll(async () => (await deliveriesOf(server, id))!.isEnabled).toBe(false);
  const webhook = (await deliveriesOf(server, id))!;
  expect(webhook.disabledReason).toBe(
    'Every attempt to deliver failed; the last one because it answered 500.',
  );
  expect(webhook.deliveries.nodes).toMatchObject([{ state: 'FAILED', attempts: 10, nextAt: null }]);
  await say(server, 'hello again');
  time.pass(24 * HOUR);
  expect(receiver.ids).toHaveLength(10);
});

test('a webhook that took something meanwhile stays enabled when one delivery fails for good', async () => {
  const time = stoppedTime();
  await using server = await startTeller({ now: time.now, every: time.every });
  await using receiver = await openReceiver();
  const { id, secret } = await aWebhook(server, receiver.url);
  secrets.push(secret);
  await say(server, 'hello bad one');
  for (let attempts = 1; attempts <= 10; attempts += 1) {
    (await receiver.next()).answer(500);
    const nodes = async () => (await deliveriesOf(server, id))!.deliveries.nodes.at(-1)!;
    await expect
      .poll(async () => {
        const it = await nodes();
        return it.attempts === attempts && it.lastStatus === 500 && (it.nextAt === null || attempts < 10);
      })
      .toBe(true);
    // Its claim is given back in the same commit as its outcome.
    await expect
      .poll(async () => Date.parse((await nodes()).nextAt ?? '') - time.now() === MINUTE)
      .toBe(false);
    if (attempts === 5) {
      await say(server, 'hello good one');
      (await receiver.next()).answer(200);
      await expect
        .poll(async () => (await deliveriesOf(server, id))!.deliveries.nodes[0]!.state)
        .toBe('DELIVERED');
    }
    if (attempts < 10) time.pass(27 * HOUR);
  }
  expect(await deliveriesOf(server, id)).toMatchObject({
    isEnabled: true,
    deliveries: { nodes: [{ state: 'DELIVERED' }, { state: 'FAILED' }] },
  });
});

test('410 disables the webhook at once; a redirect is a failure and is not followed', async () => {
  await using server = await startTeller();
  await using elsewhere = await openReceiver(200);
  await using moved = await openReceiver();
  await using gone = await openReceiver(410);
  const away = await aWebhook(server, moved.url);
  const ended = await aWebhook(server, gone.url);
  secrets.push(away.secret, ended.secret);
  await say(server, 'hello');
  (await moved.next()).answer(307, { location: elsewhere.url });
  await expect
    .poll(async () => (await deliveriesOf(server, away.id))!.deliveries.nodes[0])
    .toMatchObject({ state: 'PENDING', lastStatus: 307, lastError: 'it answered 307' });
  await expect
    .poll(() => deliveriesOf(server, ended.id))
    .toMatchObject({
      isEnabled: false,
      disabledAt: expect.any(String),
      disabledReason: 'It answered 410 Gone.',
      deliveries: { nodes: [{ state: 'FAILED', attempts: 1 }] },
    });
  expect(elsewhere.ids).toEqual([]);
});

test('an answer takes 15 seconds at most', async () => {
  const expiring: (() => void)[] = [];
  await using server = await startTeller({
    pause: (ms, signal) =>
      new Promise((resolve) => {
        if (ms === POST_TIME) expiring.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
  });
  await using receiver = await openReceiver();
  const { id, secret } = await aWebhook(server, receiver.url);
  secrets.push(secret);
  await say(server, 'hello');
  const parcel = await receiver.next();
  expect(POST_TIME).toBe(15_000);
  expiring[0]!();
  await parcel.closed;
  await expect
    .poll(async () => (await deliveriesOf(server, id))!.deliveries.nodes[0])
    .toMatchObject({ state: 'PENDING', lastStatus: null, lastError: 'it gave no answer within 15 seconds' });
});

test('a delivery is sent again by hand, with the same webhook-id', async () => {
  await using server = await startTeller();
  await using receiver = await openReceiver();
  const { id, secret } = await aWebhook(server, receiver.url);
  secrets.push(secret);
  await say(server, 'hello');
  const first = await receiver.next();
  const delivery = async () => (await deliveriesOf(server, id))!.deliveries.nodes[0]!;
  expect(await replay(server, (await delivery()).id)).toMatchObject({ __typename: 'ConflictError' });
  first.answer(200);
  await expect.poll(async () => (await delivery()).state).toBe('DELIVERED');
  expect(await replay(server, (await delivery()).id)).toEqual({ __typename: 'ReplayDeliveryPayload' });
  const again = await receiver.next();
  expect(again.id).toBe(first.id);
  expect(again.verify(secret)).toEqual(first.payload);
  again.answer(200);
  await expect.poll(delivery).toMatchObject({ state: 'DELIVERED', attempts: 2 });
  await perform(server, 'updateWebhook', { id, isEnabled: false });
  expect(await replay(server, (await delivery()).id)).toMatchObject({ __typename: 'ConflictError' });
  expect(await replay(server, '999')).toMatchObject({ __typename: 'NotFoundError' });
});

test('of two servers on one database each attempt is made by one', async () => {
  await using own = await createDatabase();
  await using first = await startTeller({ database: own });
  await using second = await startTeller({ database: own });
  await using receiver = await openReceiver(200);
  const { id, secret } = await aWebhook(second, receiver.url);
  secrets.push(secret);
  for (let count = 0; count < 30; count += 1) await say(count % 2 === 0 ? first : second, `hello ${count}`);
  await expect
    .poll(
      async () =>
        (await deliveriesOf(first, id))!.deliveries.nodes.filter(({ state }) => state === 'DELIVERED').length,
      { timeout: 20_000 },
    )
    .toBe(30);
  expect(new Set(receiver.ids).size).toBe(30);
  expect(receiver.ids).toHaveLength(30);
});

test('the secret is in no event, no answer and no list', async () => {
  await using server = await startTeller();
  await using receiver = await openReceiver(200);
  const key = { 'idempotency-key': 'once' };
  const { id, secret } = await aWebhook(server, receiver.url, ['message.logged'], key);
  secrets.push(secret);
  const again = await aWebhook(server, receiver.url, ['message.logged'], key);
  expect(again).toMatchObject({ id, secret: null });
  await perform(server, 'updateWebhook', { id, description: 'mine' });
  await say(server, 'hello');
  expect((await receiver.next()).isSigned(secret)).toBe(true);
  await using database = openDatabase({ connectionString: server.databaseUrl });
  const [events, receipts] = await Promise.all([
    database.prisma.event.findMany({ select: { body: true } }),
    database.prisma.receipt.findMany({ select: { answers: true } }),
  ]);
  const stored = JSON.stringify([events, receipts]);
  expect(stored).toContain(receiver.url);
  expect(stored).not.toContain(secret.slice(6, 40));
  expect(JSON.stringify(await deliveriesOf(server, id))).not.toContain(secret.slice(6, 40));
});
