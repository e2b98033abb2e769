import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogReader } from '../../server/journal/read.ts';
import { openDatabase } from '../../server/store/database.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { alertsOf, aRule, type ShownAlert } from './alarm.ts';
import { openReceiver, aWebhook, perform, say, startTeller, stoppedTime, type Time } from './receiver.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

let time: Time;
let server: TestServer;
beforeEach(async () => {
  time = stoppedTime();
  server = await startServer({ now: time.now, every: time.every });
});
afterEach(() => server[Symbol.asyncDispose]());

/** Waits until the alerts are so, looking at the clock again and again while it stands still. */
const become = (expected: object[]): Promise<void> =>
  expect
    .poll(async () => {
      time.pass(0);
      return alertsOf(server);
    })
    .toMatchObject(expected);

/** Lets everything that is under way come to its end: a word is said, and its alert raised. */
async function settle(): Promise<void> {
  const mark = `mark${(marks += 1)}`;
  await aRule(server, { kind: 'WORDS', words: [mark] });
  await say(server, mark, { conversationId: mark });
  await expect.poll(async () => (await alertsOf(server)).some((it) => it.conversationId === mark)).toBe(true);
}
let marks = 0;
const withoutMarks = async (): Promise<ShownAlert[]> =>
  (await alertsOf(server)).filter((it) => it.conversationId?.startsWith('mark') !== true);

const cost = (usd: string, sessionId = 's1', more: object = {}): Promise<unknown> =>
  perform(server, 'recordCost', { sessionId, service: 'llm', usd, ...more });
let turns = 0;
const turn = (more: object = {}, sessionId = 's1'): Promise<unknown> =>
  perform(server, 'recordTurn', { sessionId, turnId: `t${(turns += 1)}`, outcome: 'SUCCEEDED', ...more });
const thumb = (rating: 1 | -1): Promise<unknown> =>
  perform(server, 'submitFeedback', { sessionId: 's1', rating, ratingType: 'THUMBS' });

test('a cost over a window raises once, stays, and is over when it has fallen out of the window', async () => {
  const ruleId = await aRule(server, { kind: 'SESSION_COST', windowMinutes: 10, thresholdUsd: '1' });
  await cost('0.6');
  await settle();
  expect(await withoutMarks()).toEqual([]);
  time.pass(5 * MINUTE);
  await cost('0.4');
  await become([{ ruleId, status: 'RAISED', conversationId: 's1', value: 1, threshold: 1 }, {}]);
  await cost('0.4');
  await cost('5', 's2');
  await become([{ conversationId: 's2' }, { conversationId: 's1', value: 1, status: 'RAISED' }, {}]);
  time.pass(2 * MINUTE);
  // The first cost is still in the window; what is worse is told once a minute.
  await become([
    {},
    { value: 1.4, text: 'Conversation s1 cost $1.40 in the last 10 minutes; the limit is $1.00.' },
    {},
  ]);
  // 0.8 is left: a tenth below the limit and more.
  time.pass(3 * MINUTE + SECOND);
  await become([{ status: 'RAISED' }, { status: 'RESOLVED', resolution: 'CLEARED', resolvedBy: null }, {}]);
  await cost('0.3');
  await become([{ conversationId: 's1', status: 'RAISED', value: 1.1 }, {}, { status: 'RESOLVED' }, {}]);
});

test('costs of a person add up over sessions, those of the project over all, of one platform where that is asked', async () => {
  await aRule(server, { kind: 'USER_COST', windowMinutes: 60, thresholdUsd: '1' });
  await aRule(
    server,
    { kind: 'PROJECT_COST', windowMinutes: 1440, thresholdUsd: '3' },
    { severity: 'CRITICAL' },
  );
  await aRule(server, { kind: 'PROJECT_COST', windowMinutes: 30, thresholdUsd: '1' }, { platform: 'web' });
  for (const conversationId of ['a', 'b']) await say(server, 'hi', { conversationId, endUserId: 'user123' });
  await cost('0.5', 'a');
  await cost('0.4', 'b');
  await cost('0.9', 'c');
  await settle();
  expect(await withoutMarks()).toEqual([]);
  await cost('0.1', 'b');
  await become([{ kind: 'USER_COST', endUserId: 'user123', value: 1 }, {}]);
  await cost('1.2', 'c');
  await become([{ kind: 'PROJECT_COST', value: 3.1, severity: 'CRITICAL', conversationId: 'c' }, {}, {}]);
  await say(server, 'hi', { conversationId: 'w', platform: 'web' });
  await cost('1', 'w');
  await become([{ kind: 'PROJECT_COST', value: 1, conversationId: 'w' }, {}, {}, {}]);
});

test('a slow turn raises, and the next one that is quick ends it', async () => {
  await aRule(server, { kind: 'STAGE_LATENCY', stage: 'LLM', thresholdMs: 800 });
  const llm = (endMs: number) => ({ stages: [{ name: 'LLM', startMs: 0, endMs }] });
  await turn(llm(799));
  await turn(llm(800));
  await become([{ kind: 'STAGE_LATENCY', value: 800, turnId: `t${turns}`, conversationId: 's1' }]);
  await turn(llm(790));
  await turn({ stages: [{ name: 'ASR', startMs: 0, endMs: 5000 }] });
  await settle();
  expect(await withoutMarks()).toMatchObject([{ status: 'RAISED' }]);
  await turn(llm(100));
  await become([{}, { status: 'RESOLVED', resolution: 'CLEARED' }]);
});

test('a percentile is that of the turns of the window, once there are enough', async () => {
  const condition = {
    kind: 'STAGE_LATENCY',
    thresholdMs: 1000,
    percentile: 90,
    windowMinutes: 5,
    minTurns: 10,
  };
  await aRule(server, condition);
  for (let count = 0; count < 9; count += 1) await turn({ totalMs: 2000 });
  await settle();
  expect(await withoutMarks()).toEqual([]);
  await turn({ totalMs: 10 });
  await become([{ kind: 'STAGE_LATENCY', value: 2000, conversationId: 's1' }, {}]);
  time.pass(6 * MINUTE);
  await become([{ status: 'RESOLVED' }, {}]);
});

test('a run of messages that sound negative raises, and one that does not ends it', async () => {
  await aRule(server, { kind: 'NEGATIVE_RUN', messages: 2, below: -0.2 });
  const bad = 'This is terrible, I hate it, it is awful';
  await say(server, bad);
  await say(server, 'It is great, I love it, wonderful');
  await say(server, bad);
  await settle();
  expect(await withoutMarks()).toEqual([]);
  await say(server, bad, { sender: 'BOT' });
  await say(server, bad);
  await become([{ kind: 'NEGATIVE_RUN', conversationId: 'c1', value: 2 }, {}]);
  await say(server, 'It is great, I love it, wonderful');
  await become([{ status: 'RESOLVED', resolution: 'CLEARED' }, {}]);
});

test('a run of what the customer of a call says counts in the order of the call, whatever the agent says', async () => {
  await aRule(server, { kind: 'NEGATIVE_RUN', messages: 2, below: -0.2 });
  const bad = 'This is terrible, I hate it, it is awful';
  const hear = (startMs: number, speaker: string, text: string): Promise<unknown> =>
    perform(server, 'logTranscriptSegment', {
      callId: 'call-1',
      segmentId: `s${startMs}`,
      speaker,
      text,
      startMs,
      endMs: startMs + 500,
    });
  await hear(0, 'CUSTOMER', bad);
  await hear(1000, 'AGENT', bad);
  await hear(3000, 'CUSTOMER', 'It is great, I love it, wonderful');
  await settle();
  expect(await withoutMarks()).toEqual([]);
  // Late, but said before the praise: two in a row by then.
  await hear(2000, 'CUSTOMER', bad);
  await become([{ kind: 'NEGATIVE_RUN', conversationId: 'call-1', value: 2 }, {}]);
  await hear(4000, 'CUSTOMER', 'It is great, I love it, wonderful');
  await become([{ status: 'RESOLVED', resolution: 'CLEARED' }, {}]);
});

test('who waits too long for a person is told of by the clock alone, until somebody comes', async () => {
  await aRule(server, { kind: 'WAITING', seconds: 120 });
  await say(server, 'hi');
  await perform(server, 'requestHuman', { conversationId: 'c1' });
  await settle();
  time.pass(119 * SECOND);
  await settle();
  expect(await withoutMarks()).toEqual([]);
  time.pass(SECOND);
  await become([{ kind: 'WAITING', conversationId: 'c1', value: 120 }, {}, {}]);
  // A person puts it aside: the same wait raises no more.
  const [alert] = await alertsOf(server);
  await perform(server, 'resolveAlert', { id: alert!.id, operator: 'operator-2' });
  time.pass(MINUTE);
  await settle();
  expect(await withoutMarks()).toMatchObject([
    { status: 'RESOLVED', resolution: 'DISMISSED', resolvedBy: 'operator-2' },
  ]);
  await perform(server, 'takeOver', { conversationId: 'c1', operator: 'operator-2' });
  await perform(server, 'releaseConversation', { conversationId: 'c1', operator: 'operator-2' });
  // The next wait is another one.
  await perform(server, 'requestHuman', { conversationId: 'c1' });
  time.pass(120 * SECOND);
  await expect
    .poll(async () => (await withoutMarks())[0])
    .toMatchObject({ status: 'RAISED', kind: 'WAITING' });
  await perform(server, 'takeOver', { conversationId: 'c1', operator: 'operator-2' });
  await expect.poll(async () => (await withoutMarks())[0]).toMatchObject({ resolution: 'CLEARED' });
});

test('rates of failed turns and of blocks are looked at once there are enough turns', async () => {
  await aRule(server, { kind: 'FAILURE_RATE', windowMinutes: 10, share: 0.5, minTurns: 4 });
  await aRule(server, { kind: 'BLOCK_RATE', windowMinutes: 120, share: 0.5, minTurns: 4 });
  for (const outcome of ['FAILED', 'FAILED', 'FAILED']) await turn({ outcome });
  await settle();
  expect(await withoutMarks()).toEqual([]);
  await turn({ guardrailViolations: 2, guardrailBlocks: 2 });
  // Each is found by the event or by the clock, whichever comes first.
  const byKind = async (): Promise<[string, ShownAlert][]> =>
    (await withoutMarks()).map((it) => [it.kind, it]);
  await expect
    .poll(async () => Object.fromEntries(await byKind()))
    .toMatchObject({ BLOCK_RATE: { value: 0.5 }, FAILURE_RATE: { value: 0.75 } });
  for (let count = 0; count < 6; count += 1) await turn();
  await become([{ status: 'RESOLVED' }, { status: 'RESOLVED' }, {}]);
});

test('thumbs that went down are counted, and forgotten after their window', async () => {
  await aRule(server, { kind: 'THUMBS_DOWN', count: 2, windowMinutes: 15 });
  await thumb(1);
  await thumb(-1);
  await settle();
  expect(await withoutMarks()).toEqual([]);
  await thumb(-1);
  await become([
    { kind: 'THUMBS_DOWN', value: 2, text: '2 thumbs down in the last 15 minutes; the limit is 2.' },
    {},
  ]);
  time.pass(16 * MINUTE);
  await become([{ status: 'RESOLVED' }, {}]);
});

test('a word raises whoever is meant to say it, quotes nothing, and is over after a day', async () => {
  await aRule(server, { kind: 'WORDS', words: ['refund'], pattern: 'order \\d{4}', sender: 'USER' });
  await say(server, 'We refund everything.', { sender: 'BOT' });
  await say(server, 'refunds are not meant');
  await settle();
  expect(await withoutMarks()).toEqual([]);
  await say(server, 'I want a REFUND of my secret order');
  await become([{ kind: 'WORDS', conversationId: 'c1' }, {}]);
  await say(server, 'Where is order 1234?', { conversationId: 'c2' });
  await become([{ kind: 'WORDS', conversationId: 'c2' }, { status: 'RAISED' }, {}]);
  expect(JSON.stringify(await alertsOf(server))).not.toMatch(/secret|refund|1234/iu);
  time.pass(25 * 60 * MINUTE);
  await become([{ status: 'RESOLVED' }, { status: 'RESOLVED' }, { status: 'RESOLVED' }]);
});

test('an alert can be put off, comes back when the time is over, and resolves meanwhile by itself', async () => {
  await aRule(server, { kind: 'THUMBS_DOWN', count: 1, windowMinutes: 30 });
  await thumb(-1);
  await become([{ status: 'RAISED' }]);
  const { id } = (await alertsOf(server))[0]!;
  const snooze = (ms: number): Promise<{ __typename: string }> =>
    perform(server, 'snoozeAlert', {
      id,
      until: new Date(time.now() + ms).toISOString(),
      operator: 'operator-2',
    });
  expect(await snooze(-1)).toMatchObject({ __typename: 'InvalidInputError' });
  expect(await snooze(31 * 86_400_000)).toMatchObject({ __typename: 'InvalidInputError' });
  expect(await snooze(15 * MINUTE)).toMatchObject({ __typename: 'AlertPayload' });
  expect(await alertsOf(server, { statuses: ['SNOOZED'] })).toHaveLength(1);
  time.pass(15 * MINUTE);
  await become([{ id, status: 'RAISED', snoozedUntil: null }]);
  await snooze(60 * MINUTE);
  time.pass(16 * MINUTE);
  await become([{ id, status: 'RESOLVED', resolution: 'CLEARED' }]);
  expect(await snooze(MINUTE)).toMatchObject({ __typename: 'ConflictError' });
});

test('only what happens after somebody resolved an alert raises it again', async () => {
  await aRule(server, { kind: 'PROJECT_COST', windowMinutes: 60, thresholdUsd: '2' });
  await cost('2');
  await become([{ status: 'RAISED' }]);
  const { id } = (await alertsOf(server))[0]!;
  await perform(server, 'resolveAlert', { id, operator: 'operator-2' });
  time.pass(MINUTE);
  await cost('1.5');
  await settle();
  expect(await withoutMarks()).toMatchObject([{ status: 'RESOLVED', resolvedBy: 'operator-2' }]);
  await cost('0.5');
  await become([{ status: 'RAISED', value: 2 }, {}, { status: 'RESOLVED' }]);
});

test('a rule that is switched off, changed or removed leaves nothing open', async () => {
  const words = { kind: 'WORDS', words: ['refund'] };
  const [off, changed, removed, renamed] = [
    await aRule(server, words),
    await aRule(server, words),
    await aRule(server, words),
    await aRule(server, words),
  ];
  await say(server, 'refund');
  await become([{}, {}, {}, {}]);
  await perform(server, 'updateAlertRule', { id: off, isEnabled: false });
  await perform(server, 'updateAlertRule', { id: changed, condition: { kind: 'WAITING', seconds: 5 } });
  await perform(server, 'updateAlertRule', { id: renamed, name: 'another', severity: 'INFO' });
  await server.graphql('mutation ($id: ID!) { removeAlertRule(id: $id) { __typename } }', { id: removed });
  const byRule = new Map((await alertsOf(server)).map((it) => [it.ruleId, it]));
  for (const id of [off, changed, removed]) {
    expect(byRule.get(id)).toMatchObject({ status: 'RESOLVED', resolution: 'RULE_CHANGED' });
  }
  expect(byRule.get(renamed)).toMatchObject({ status: 'RAISED', resolution: null });
  await say(server, 'refund', { conversationId: 'c2' });
  await become([{ ruleId: renamed, conversationId: 'c2' }, {}, {}, {}, {}]);
});

test('webhooks are told of alerts, in a form that the reference library verifies', async () => {
  await using teller = await startTeller({ now: time.now, every: time.every });
  await using receiver = await openReceiver(200);
  const { secret } = await aWebhook(teller, receiver.url, [
    'alert.raised',
    'alert.snoozed',
    'alert.resolved',
  ]);
  await aRule(teller, { kind: 'WORDS', words: ['refund'] });
  await say(teller, 'A refund, please. My secret is 1234.', { endUserId: 'user123' });
  const raised = (await receiver.next()).verify(secret);
  expect(raised).toMatchObject({
    type: 'alert.raised',
    data: {
      seq: expect.any(Number),
      alert: { id: '1', status: 'RAISED', conversationId: 'c1', kind: 'WORDS' },
    },
  });
  expect(JSON.stringify(raised)).not.toContain('secret');
  const until = new Date(time.now() + MINUTE).toISOString();
  await perform(teller, 'snoozeAlert', { id: '1', until, operator: 'operator-2' });
  expect((await receiver.next()).payload).toMatchObject({
    type: 'alert.snoozed',
    data: { alert: { id: '1', status: 'SNOOZED', snoozedUntil: until } },
  });
  await perform(teller, 'resolveAlert', { id: '1', operator: 'operator-2' });
  expect((await receiver.next()).payload).toMatchObject({
    type: 'alert.resolved',
    data: { alert: { id: '1', resolvedBy: 'operator-2', resolution: 'DISMISSED' } },
  });
});

test('the tables are what the log says of alerts', async () => {
  await aRule(server, { kind: 'WORDS', words: ['refund'] });
  await say(server, 'refund');
  await become([{ status: 'RAISED' }]);
  await perform(server, 'resolveAlert', { id: '1', operator: 'operator-2' });
  await using database = openDatabase({ connectionString: server.databaseUrl });
  const log = await createLogReader(database.prisma).events(1, 0, 1000);
  const newest = log.flatMap((it) => ('alert' in it ? [it.alert] : [])).at(-1)!;
  expect(await alertsOf(server)).toMatchObject([
    { id: String(newest.id), status: newest.status, resolvedAt: newest.resolvedAt, text: newest.text },
  ]);
});
