import { expect, test } from 'vitest';
import type { Command, LogMessage } from '../../server/domain/command.ts';
import {
  ConflictError,
  InvalidInputError,
  NotFoundError,
  UnavailableError,
} from '../../server/domain/errors.ts';
import type { Event } from '../../server/domain/event.ts';
import { State } from '../../server/domain/state.ts';
import type { Outcome } from '../../server/domain/turn.ts';
import { createLogReader } from '../../server/journal/read.ts';
import { createJournal, type Journal } from '../../server/journal/write.ts';
import { ensureProject } from '../../server/journal/project.ts';
import { openDatabase } from '../../server/store/database.ts';
import { findFigures, listCosts, listFeedback, listTurns } from '../../server/store/session.ts';
import { emptyState } from '../domain/memory.ts';
import { openOwnDatabase } from '../support/open-database.ts';
import { silentJournal } from '../support/journal.ts';

const database = await openOwnDatabase();
let count = 0;

/** A project and a journal of its own. */
async function aJournal(): Promise<{
  projectId: number;
  journal: Journal;
  commits: Event[][];
  reports: unknown[];
}> {
  const projectId = await ensureProject(database.prisma, `project_${(count += 1)}`);
  const commits: Event[][] = [];
  const reports: unknown[] = [];
  const journal = createJournal({
    database,
    now: () => Date.UTC(2026, 0, 1),
    publish: (_projectId, events) => commits.push(events),
    report: (error) => reports.push(error),
  });
  return { projectId, journal, commits, reports };
}

const aMessage = (conversationId: string, text = 'hello', more: Partial<LogMessage> = {}): LogMessage => ({
  kind: 'logMessage',
  conversationId,
  sender: 'USER',
  text,
  origin: 'api',
  facts: {},
  metadata: {},
  ...more,
});
const log = createLogReader;
const receipt = (key: string, digest = 'same'): { door: string; key: string; digest: string } => ({
  door: '/d',
  key,
  digest,
});

test('a write is in the log when it resolves', async () => {
  const { projectId, journal } = await aJournal();
  const { answers } = await journal.write(projectId, [aMessage('c')]);
  expect(answers[0]).toMatchObject({
    conversation: { externalId: 'c', messages: 1 },
    messages: [{ text: 'hello' }],
  });
  const events = await log(database.prisma).events(projectId, 0, 10);
  expect(events.map(({ kind, seq }) => `${seq} ${kind}`)).toEqual(['1 MessagesLogged']);
});

test('writes that arrive during a commit go together in the next one', async () => {
  const { projectId, journal, commits } = await aJournal();
  await Promise.all(
    Array.from({ length: 200 }, (_, index) => journal.write(projectId, [aMessage(`c${index}`)])),
  );
  expect(commits.flat()).toHaveLength(200);
  expect(commits.length).toBeLessThanOrEqual(3);
});

test('a batch holds at most 500 commands', async () => {
  const { projectId, journal, commits } = await aJournal();
  await Promise.all(Array.from({ length: 1200 }, () => journal.write(projectId, [aMessage('c')])));
  expect(Math.max(...commits.map((events) => events.length))).toBeLessThanOrEqual(500);
});

test('two journals on one database keep one dense sequence', async () => {
  const { projectId, journal } = await aJournal();
  const other = silentJournal(database);
  await Promise.all(
    Array.from({ length: 300 }, (_, index) =>
      (index % 2 === 0 ? journal : other).write(projectId, [aMessage(`c${index % 7}`, `text ${index}`)]),
    ),
  );
  const events = await log(database.prisma).events(projectId, 0, 1000);
  expect(events.map(({ seq }) => seq)).toEqual(
    Array.from({ length: events.length }, (_, index) => index + 1),
  );
  expect(events.filter(({ kind }) => kind === 'MessagesLogged')).toHaveLength(300);
  const ids = events.flatMap((event) =>
    event.kind === 'MessagesLogged' ? event.messages.map(({ id }) => id) : [],
  );
  expect(new Set(ids).size).toBe(300);
});

test('what the database refuses is refused alone', async () => {
  const { projectId, journal } = await aJournal();
  const writes = Array.from({ length: 21 }, (_, index) =>
    // A NUL passes no door; here it stands for anything that only the database finds.
    journal.write(projectId, [aMessage(`c${index}`, index === 10 ? 'a\0b' : 'fine')]),
  );
  const results = await Promise.allSettled(writes);
  expect(results.map(({ status }) => status)).toEqual(
    Array.from({ length: 21 }, (_, index) => (index === 10 ? 'rejected' : 'fulfilled')),
  );
  expect((results[10] as PromiseRejectedResult).reason).toBeInstanceOf(InvalidInputError);
  const { head } = (await log(database.prisma).position(projectId))!;
  expect(head).toBe(20);
});

test('of commands that belong together none is stored when one is refused', async () => {
  const { projectId, journal } = await aJournal();
  const together = [
    aMessage('c'),
    { kind: 'closeConversation', conversationId: 'missing', reason: null } as const,
  ];
  await expect(journal.write(projectId, together)).rejects.toBeInstanceOf(NotFoundError);
  expect(await log(database.prisma).events(projectId, 0, 10)).toEqual([]);
});

test('one key has one effect, however often and in parallel it is sent', async () => {
  const { projectId, journal } = await aJournal();
  const writes = Array.from({ length: 20 }, () =>
    journal.write(projectId, [aMessage('c')], { receipt: receipt('k') }),
  );
  const written = await Promise.all(writes);
  expect(written.filter(({ isReplay }) => !isReplay)).toHaveLength(1);
  for (const { answers } of written) expect(answers).toEqual(written[0]!.answers);
  const again = await journal.write(projectId, [aMessage('c')], { receipt: receipt('k') });
  expect(again).toEqual({ answers: written[0]!.answers, isReplay: true, tookMs: 0 });
  expect((await log(database.prisma).position(projectId))!.head).toBe(1);
});

test('the same key with other content is a conflict, at another door a new key', async () => {
  const { projectId, journal } = await aJournal();
  await journal.write(projectId, [aMessage('c')], { receipt: receipt('k') });
  const other = journal.write(projectId, [aMessage('c', 'other')], { receipt: receipt('k', 'other') });
  await expect(other).rejects.toBeInstanceOf(ConflictError);
  const elsewhere = await journal.write(projectId, [aMessage('c')], {
    receipt: { ...receipt('k'), door: '/e' },
  });
  expect(elsewhere.isReplay).toBe(false);
});

test('a refused call does not use its key up', async () => {
  const { projectId, journal } = await aJournal();
  const close = { kind: 'closeConversation', conversationId: 'c', reason: null } as const;
  await expect(journal.write(projectId, [close], { receipt: receipt('k') })).rejects.toThrow(NotFoundError);
  await journal.write(projectId, [aMessage('c')]);
  expect(await journal.write(projectId, [close], { receipt: receipt('k') })).toMatchObject({
    isReplay: false,
  });
});

test('each command of a write may have a key of its own', async () => {
  const { projectId, journal } = await aJournal();
  const keys = [receipt('a'), null, receipt('b')];
  const commands = [aMessage('c', 'one'), aMessage('c', 'two'), aMessage('c', 'three')];
  await journal.write(projectId, commands, { receipts: keys });
  const again = await journal.write(projectId, commands, { receipts: keys });
  expect(again.answers[0]!.conversation!.messages).toBe(1);
  const events = await log(database.prisma).events(projectId, 0, 20);
  const texts = events.flatMap((event) =>
    event.kind === 'MessagesLogged' ? event.messages.map((it) => it.text) : [],
  );
  expect(texts).toEqual(['one', 'two', 'three', 'two']);
});

test('the tables are what the log adds up to', async () => {
  const { projectId, journal } = await aJournal();
  await journal.write(projectId, [
    aMessage('a', 'hi', { endUserId: 'user123' }),
    aMessage('a', 'hello', { sender: 'BOT', facts: { model: 'gpt-4', latencyMs: 120 } }),
    aMessage('b', 'note', { sender: 'SYSTEM' }),
  ]);
  for (const words of ['I love jazz and tea', 'I live in Bergen', 'I moved to Oslo', "I don't like tea"]) {
    await journal.write(projectId, [aMessage('a', words, { endUserId: 'user123' })]);
  }
  const habits = Array.from({ length: 12 }, () => aMessage('a', 'I like jazz', { endUserId: 'user123' }));
  await journal.write(projectId, habits);
  await journal.write(projectId, [{ kind: 'confirmFact', factId: 1 }]);
  await journal.write(projectId, [{ kind: 'correctFact', factId: 1, value: 'Likes bebop' }]);
  await journal.write(projectId, [{ kind: 'forgetFact', factId: 2 }]);
  await journal.write(projectId, [
    {
      kind: 'logExchange',
      conversationId: 'a',
      call: 'reply',
      stated: { response: 'corrected', tokensUsed: { total: 3 } },
      extras: { side: 'reply', values: { trace: 'x' } },
      platform: 'polly',
    },
    { kind: 'closeConversation', conversationId: 'b', reason: 'done' },
  ]);
  const state = new State({ ...emptyState().project, id: projectId });
  for (const event of await log(database.prisma).events(projectId, 0, 100)) state.evolve(event);

  const where = { projectId };
  const messages = await database.prisma.message.findMany({ where, orderBy: { id: 'asc' } });
  expect(
    messages.map(({ projectId: _, language: __, isErased: ___, at, ...row }) => ({
      ...row,
      at: at.toISOString(),
    })),
  ).toEqual([...state.messages.own.values()].toSorted((a, b) => a.id - b.id));
  const conversations = await database.prisma.conversation.findMany({
    where,
    include: { endUser: true },
    orderBy: { id: 'asc' },
  });
  expect(
    conversations.map((row) => [
      row.externalId,
      row.messages,
      row.status,
      row.lastText,
      Number(row.activeSeq),
      { said: row.said, sentimentSum: row.sentimentSum, waiting: row.waiting },
    ]),
  ).toEqual(
    [...state.conversations.own.values()].map((it) => [
      it.externalId,
      it.messages,
      it.status,
      it.lastText,
      it.activeSeq,
      state.standings.of(it.id),
    ]),
  );
  const project = await database.prisma.project.findUniqueOrThrow({ where: { id: projectId } });
  expect({
    head: Number(project.head),
    lastEndUser: project.lastEndUser,
    lastConversation: project.lastConversation,
    lastMessage: project.lastMessage,
  }).toEqual({
    head: state.project.head,
    lastEndUser: state.project.lastEndUser,
    lastConversation: state.project.lastConversation,
    lastMessage: state.project.lastMessage,
  });

  const facts = await database.prisma.fact.findMany({ where, orderBy: { id: 'asc' } });
  const known = [...state.facts.own.values()].toSorted((a, b) => a.id - b.id);
  expect(known.length).toBeGreaterThan(7);
  expect(project.lastFact).toBe(state.project.lastFact);
  expect(
    facts.map(({ projectId: _, firstSaidAt, lastSaidAt, endedAt, ...row }) => ({
      ...row,
      firstSaidAt: firstSaidAt.toISOString(),
      lastSaidAt: lastSaidAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
    })),
  ).toEqual(known);
  const profiles = await database.prisma.profile.findMany({ where });
  expect(profiles.map(({ projectId: _, ...row }) => row)).toEqual([...state.profiles.own.values()]);
  // The proofs of what was forgotten are gone, and so is their number from nothing else.
  const proofs = await database.prisma.evidence.findMany({ where });
  const forgotten = known.filter(({ ending }) => ending === 'FORGOTTEN').map(({ id }) => id);
  expect(forgotten).toEqual([2]);
  expect(new Set(proofs.map(({ factId, messageId }) => `${factId}:${messageId}`))).toEqual(
    new Set(
      [...state.evidence.own.values()]
        .filter(({ factId }) => !forgotten.includes(factId))
        .map(({ factId, messageId }) => `${factId}:${messageId}`),
    ),
  );
});

test('a journal that is closed finishes what it took and takes nothing more', async () => {
  const { projectId, journal } = await aJournal();
  const taken = Array.from({ length: 50 }, () => journal.write(projectId, [aMessage('c')]));
  const closing = journal[Symbol.asyncDispose]();
  await expect(journal.write(projectId, [aMessage('c')])).rejects.toBeInstanceOf(UnavailableError);
  await closing;
  expect(await Promise.all(taken)).toHaveLength(50);
});

test('a database that is away is told as such, and writing goes on when it is back', async () => {
  const { projectId, journal, reports } = await aJournal();
  await journal.write(projectId, [aMessage('c')]);
  const away = openDatabase({ connectionString: database.url.replace(/host=.*$/u, 'host=%2Fnowhere') });
  const lost = createJournal({
    database: away,
    now: Date.now,
    publish: () => undefined,
    report: (it) => reports.push(it),
  });
  await expect(lost.write(projectId, [aMessage('c')])).rejects.toBeInstanceOf(UnavailableError);
  expect(reports).toHaveLength(1);
  await away[Symbol.asyncDispose]();
  await expect(journal.write(projectId, [aMessage('c')])).resolves.toBeDefined();
});

test('the figures of a session are what its log adds up to, however turns are replaced', async () => {
  const { projectId, journal } = await aJournal();
  const turn = (externalId: string, asrMs: number | null, outcome: Outcome = 'SUCCEEDED'): Command => ({
    kind: 'recordTurn',
    conversationId: 'voice',
    origin: 'speech',
    turn: {
      externalId,
      outcome,
      stages: asrMs === null ? [] : [{ name: 'ASR', startMs: 0, durationMs: asrMs }],
      totalMs: asrMs,
      llmCacheHit: true,
      ttsCacheHit: null,
      guardrailViolations: 1,
      guardrailBlocks: 0,
      optimizationLevel: null,
      languageCode: 'hi-IN',
      userInput: 'question',
      assistantResponse: null,
      error: null,
      at: null,
      metadata: { note: 'x' },
    },
  });
  const cost = (usd: string | null): Command => ({
    kind: 'recordCost',
    conversationId: 'voice',
    origin: 'speech',
    cost: {
      turnId: 'a',
      service: 'llm',
      provider: null,
      operation: null,
      model: null,
      units: '1.5',
      unitType: 'tokens',
      usd,
      cached: usd !== null,
      optimizationLevel: 'speed',
      usage: { prompt_tokens: 1 },
      statedAt: null,
      at: '2025-10-15T14:32:10.123Z',
      metadata: {},
    },
  });
  await journal.write(projectId, [turn('a', 0.1), turn('b', 0.2), cost('0.1')]);
  await journal.write(projectId, [turn('a', 0.3, 'FAILED'), turn('a', null), cost('0.2'), cost(null)]);
  const rating = {
    externalId: null,
    turnId: 'a',
    messageId: null,
    rating: 5,
    ratingType: 'STARS',
    text: 'good',
  } as const;
  const flags = { isIncorrect: false, isTooSlow: true, isUnhelpful: false, isOffensive: false };
  const said = { category: null, userInput: null, assistantResponse: null, metadata: {} };
  await journal.write(projectId, [
    {
      kind: 'submitFeedback',
      conversationId: 'voice',
      origin: 'speech',
      feedback: { ...rating, ...flags, ...said },
    },
  ]);
  const state = new State(emptyState().project);
  for (const event of await log(database.prisma).events(projectId, 0, 100)) state.evolve(event);

  const { prisma } = database;
  const conversation = (await prisma.conversation.findFirstOrThrow({ where: { projectId } })).id;
  const range = { limit: 100, isFromEnd: false };
  const figures = await findFigures(prisma, projectId, conversation);
  expect(figures).toEqual(state.figures.get(conversation));
  expect(figures).toMatchObject({
    counts: { succeeded: 2, failed: 0, guardrailViolations: 2, unpricedCosts: 1, fiveStars: 1, tooSlow: 1 },
    times: { asr: { sum: '0.2', count: 1 } },
    usdByService: { llm: '0.3' },
  });
  const byId = <T extends { id: number }>(rows: Iterable<T>): T[] =>
    [...rows].toSorted((a, b) => a.id - b.id);
  expect(await listTurns(prisma, projectId, conversation, range)).toEqual(byId(state.turns.own.values()));
  expect(await listCosts(prisma, projectId, conversation, range)).toEqual(byId(state.costs.own.values()));
  expect(await listFeedback(prisma, projectId, conversation, range)).toEqual(
    byId(state.feedback.own.values()),
  );
});
