import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../server/store/database.ts';
import { silentJournal } from '../support/journal.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { isLeftIn, WORD } from './erasing.ts';
import { stoppedTime, type Time } from './receiver.ts';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;
const PHONE = '+49 30 7654321';
const metadata = { [`seen with ${WORD}`]: [{ deep: WORD }] };

/** Carries a mutation out under an idempotency key of its own, so that its answer is remembered. */
async function mutate(server: TestServer, name: string, input: object): Promise<void> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { it: ${name}(input: $input) { __typename ... on Error { message } } }`;
  const key = createHash('md5')
    .update(JSON.stringify([name, input]))
    .digest('hex');
  const { it } = await server.graphql<{ it: { __typename: string; message?: string } }>(
    query,
    { input },
    { 'idempotency-key': key },
  );
  expect(it.message).toBe(undefined);
}

async function chat(server: TestServer): Promise<void> {
  const conversationId = 'chat';
  const sessionId = 'chat';
  const said = { conversationId, text: `I love ${WORD}`, metadata };
  const step = { userInput: WORD, assistantResponse: WORD, metadata };
  const works: [string, object][] = [
    ['createAlertRule', { name: 'words', condition: { kind: 'WORDS', words: ['love'] } }],
    ['logMessage', { ...said, endUserId: 'user123', sender: 'USER' }],
    ['logMessage', { ...said, sender: 'BOT' }],
    ['logMessage', { ...said, sender: 'SYSTEM' }],
    [
      'logInteraction',
      { sessionId, userId: 'user123', message: `I live in ${WORD}`, response: WORD, metadata },
    ],
    ['recordTurn', { sessionId, turnId: 't', outcome: 'FAILED', error: WORD, ...step }],
    ['recordTurn', { sessionId, turnId: 't', outcome: 'INTERRUPTED', error: `${WORD} again`, ...step }],
    ['recordCost', { sessionId, service: 'llm', usd: '0.5', metadata }],
    ['submitFeedback', { sessionId, rating: 1, ratingType: 'THUMBS', text: WORD, ...step }],
    ['addNote', { conversationId, author: 'operator-3', text: WORD }],
    ['requestHuman', { conversationId, reason: WORD }],
    ['takeOver', { conversationId, operator: 'operator-3' }],
    ['takeOver', { conversationId, operator: 'operator-2', force: true }],
    ['replyAsHuman', { conversationId, operator: 'operator-2', text: WORD, metadata }],
    ['releaseConversation', { conversationId, operator: 'operator-2', reason: `done with ${WORD}` }],
    ['closeConversation', { conversationId, reason: `over with ${WORD}` }],
  ];
  for (const [name, input] of works) await mutate(server, name, input);
}

async function call(server: TestServer): Promise<void> {
  const conversationId = 'call';
  const callId = 'call';
  const segment = { callId, speaker: 'CUSTOMER', text: WORD, startMs: 0, endMs: 900, metadata };
  const condition = { kind: 'USER_COST', windowMinutes: 5, thresholdUsd: '0.1' };
  const works: [string, object][] = [
    ['createAlertRule', { name: 'dear', condition }],
    ['setCallCategory', { name: 'fish', phrases: ['zebra*'] }],
    ['startCall', { callId, customerPhoneNumber: PHONE, metadata }],
    ['logTranscriptSegment', { ...segment, segmentId: 'begun', isPartial: true }],
    ['logTranscriptSegment', { ...segment, segmentId: 'whole', isPartial: true }],
    ['logTranscriptSegment', { ...segment, segmentId: 'whole' }],
    ['logTranscriptSegments', { segments: [{ ...segment, segmentId: 'whole', text: `more ${WORD}` }] }],
    ['categorizeCall', { callId, categories: [{ name: WORD, points: [{ startMs: 0, endMs: 9 }] }] }],
    ['requestHuman', { conversationId, reason: WORD }],
    ['addNote', { conversationId, author: 'operator-3', text: WORD }],
    ['recordCost', { sessionId: callId, service: 'asr', usd: '0.5' }],
    ['endCall', { callId }],
  ];
  for (const [name, input] of works) await mutate(server, name, input);
}

async function begin(time: Time): Promise<TestServer> {
  const server = await startServer({ now: time.now, every: time.every });
  await chat(server);
  await call(server);
  const raised = async (): Promise<number> => {
    time.pass(SECOND);
    return (await server.graphql<{ raisedAlerts: number }>('{ raisedAlerts }')).raisedAlerts;
  };
  await expect.poll(raised).toBe(2);
  return server;
}

describe('of all that was said and typed', () => {
  test('nothing is left once its conversations are purged', async () => {
    const time = stoppedTime();
    await using server = await begin(time);
    for (const conversationId of ['chat', 'call'])
      await mutate(server, 'purgeConversation', { conversationId });
    await isLeftIn(server, time, []);
  });

  test('nothing is left once its people are forgotten, nor the number by which one was known', async () => {
    const time = stoppedTime();
    await using server = await begin(time);
    const { alerts } = await server.graphql<{ alerts: { nodes: { id: string; kind: string }[] } }>(
      '{ alerts { nodes { id kind } } }',
    );
    const { id } = alerts.nodes.find(({ kind }) => kind === 'USER_COST')!;
    await mutate(server, 'resolveAlert', { id, operator: 'operator-3' });
    for (const externalId of ['user123', PHONE]) await mutate(server, 'forgetEndUser', { externalId });
    await isLeftIn(server, time, []);
    await isLeftIn(server, time, [], PHONE);
  });

  test('nothing is left once it is too old but what was learned, even where young events repeat it', async () => {
    const time = stoppedTime();
    await using server = await begin(time);
    time.pass(3 * DAY);
    await mutate(server, 'addNote', { conversationId: 'call', author: 'operator-3', text: 'called back' });
    await mutate(server, 'setPolicies', { keepContentDays: 2 });
    time.pass(61 * SECOND);
    await isLeftIn(server, time, ['events', 'facts', 'receipts']);
    await mutate(server, 'forgetEndUser', { externalId: 'user123' });
    await isLeftIn(server, time, []);
  });

  test('nothing is raised in the name of somebody who was forgotten since the watcher looked', async () => {
    const time = stoppedTime();
    await using server = await begin(time);
    await using database = openDatabase({ connectionString: server.databaseUrl });
    const known = await database.prisma.alert.findFirstOrThrow({ where: { kind: 'USER_COST' } });
    await mutate(server, 'resolveAlert', { id: `${known.id}`, operator: 'operator-3' });
    await mutate(server, 'forgetEndUser', { externalId: PHONE });
    const rule = await database.prisma.alertRule.findFirstOrThrow({ where: { id: known.ruleId } });
    const at = new Date(time.now() + SECOND).toISOString();
    const proof = { seq: 1, conversationId: 'call', messageId: null, turnId: null };
    const scope = { conversationId: null, endUserId: PHONE };
    const judged = { ruleId: rule.id, ruleChangedAt: rule.changedAt.toISOString(), at, since: at, value: 5 };
    await using journal = silentJournal(database, time.now);
    await journal.write(1, [{ kind: 'judgeAlerts', findings: [{ ...scope, ...judged, proof }] }]);
    await isLeftIn(server, time, [], PHONE);
  });
});
