import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReportedCategory } from '../../server/domain/call.ts';
import type { Command } from '../../server/domain/command.ts';
import { NotFoundError } from '../../server/domain/errors.ts';
import type { Event } from '../../server/domain/event.ts';
import { State } from '../../server/domain/state.ts';
import type { JsonObject } from '../../server/domain/value.ts';
import { createLogReader } from '../../server/journal/read.ts';
import { ensureProject } from '../../server/journal/project.ts';
import { readConversation } from '../../server/store/conversation.ts';
import { emptyState, noon } from '../domain/memory.ts';
import { aSegment } from '../support/calls.ts';
import { openOwnDatabase } from '../support/open-database.ts';
import { silentJournal } from '../support/journal.ts';

const database = await openOwnDatabase();
let projects = 0;

/** All that a log tells. */
async function fold(projectId: number): Promise<State> {
  const state = new State({ ...emptyState().project, id: projectId });
  const log = createLogReader(database.prisma);
  let events: Event[];
  do {
    events = await log.events(projectId, state.project.head, 100);
    for (const event of events) state.evolve(event);
  } while (events.length > 0);
  return state;
}

const sorted = (rows: Iterable<object>): object[] =>
  [...rows].toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Compares every column of the tables of calls with what the log adds up to. */
async function expectTables(projectId: number): Promise<void> {
  const { prisma } = database;
  const state = await fold(projectId);
  const where = { projectId };
  const conversations = await prisma.conversation.findMany({ where, include: { endUser: true } });
  expect(sorted(conversations.map(readConversation).map(inOrder))).toEqual(
    sorted([...state.conversations.own.values()].map(inOrder)),
  );
  const calls = await prisma.call.findMany({ where });
  expect(
    sorted(
      calls.map(({ projectId: _, startedAt, ...it }) =>
        inOrder({ ...it, startedAt: startedAt.toISOString() }),
      ),
    ),
  ).toEqual(sorted([...state.calls.own.values()].map(inOrder)));
  const segments = await prisma.segment.findMany({ where });
  expect(
    sorted(
      segments.map(({ projectId: _, language: __, at, seq, ...it }) =>
        inOrder({ ...it, at: at.toISOString(), seq: Number(seq) }),
      ),
    ),
  ).toEqual(sorted([...state.segments.own.values()].map(inOrder)));
  const categories = await prisma.callCategory.findMany({ where });
  expect(sorted(categories.map(({ category }) => inOrder(category as object)))).toEqual(
    sorted(
      [...state.callCategories.own.values()].flatMap(({ category }) => (category ? [inOrder(category)] : [])),
    ),
  );
  const { lastMessage } = await prisma.project.findUniqueOrThrow({ where: { id: projectId } });
  expect(lastMessage).toBe(state.project.lastMessage);
}
const inOrder = (row: object): object =>
  Object.fromEntries(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)));

const ids = fc.constantFrom('c1', 'c2');
const moments = fc.constantFrom(null, '2025-01-20T11:00:00.000Z', '2025-01-20T12:30:00.000Z');
const deeds: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    kind: fc.constant('startCall' as const),
    conversationId: ids,
    customerPhoneNumber: fc.constantFrom(null, '+15551234567', 'anonymous'),
    systemPhoneNumber: fc.constantFrom(null, '100'),
    agentId: fc.constantFrom(null, 'agent-1', 'agent-2'),
    startedAt: moments,
    metadata: fc.constantFrom<JsonObject[]>({}, { a: [1.5, { b: null }] }),
  }),
  fc
    .record({
      conversationId: ids,
      segmentId: fc.constantFrom('s1', 's2', 's3'),
      speaker: fc.constantFrom('CUSTOMER' as const, 'AGENT' as const),
      text: fc.constantFrom('money back', 'I love it', '😀 "quoted"\n'),
      startMs: fc.constantFrom(0, 0.1, 5000),
      isPartial: fc.boolean(),
      sentiment: fc.constantFrom(null, -1, 0.25),
      at: moments,
    })
    .map((more) => aSegment({ ...more, endMs: more.startMs + more.text.length })),
  fc.record({
    kind: fc.constant('endCall' as const),
    conversationId: ids,
    endedAt: moments,
    reason: fc.constantFrom(null, 'hung up'),
  }),
  fc.record({
    kind: fc.constant('categorizeCall' as const),
    conversationId: ids,
    categories: fc.constantFrom<ReportedCategory[][]>(
      [{ name: 'angry', points: [] }],
      [{ name: 'x', points: [{ startMs: 0, endMs: 0.5 }] }],
    ),
  }),
  fc.constantFrom<(string[] | null)[]>(null, ['money back'], ['lov*']).map((phrases): Command => ({
    kind: 'setCallCategory',
    name: 'c',
    category: phrases && { name: 'c', phrases, speaker: null },
  })),
  ids.map((conversationId): Command => ({ kind: 'reopenConversation', conversationId })),
);

test('the tables of calls are what the log adds up to, however commands are batched', async () => {
  let clock = Date.parse(noon);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(deeds, { minLength: 1, maxLength: 6 }), { maxLength: 8 }),
      async (batches) => {
        const projectId = await ensureProject(database.prisma, `project_${(projects += 1)}`);
        await using journal = silentJournal(database, () => clock);
        for (const batch of batches) {
          clock += 1000;
          const written = await Promise.allSettled(batch.map((it) => journal.write(projectId, [it])));
          for (const it of written) {
            if (it.status === 'rejected') expect(it.reason).toBeInstanceOf(NotFoundError);
          }
        }
        await expectTables(projectId);
      },
    ),
    { numRuns: 40 },
  );
});
