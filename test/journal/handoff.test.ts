import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Command } from '../../server/domain/command.ts';
import { DomainError } from '../../server/domain/errors.ts';
import type { Event } from '../../server/domain/event.ts';
import { State } from '../../server/domain/state.ts';
import { createLogReader } from '../../server/journal/read.ts';
import type { Journal } from '../../server/journal/write.ts';
import { ensureProject } from '../../server/journal/project.ts';
import { readConversation } from '../../server/store/conversation.ts';
import { countProject } from '../../server/store/project.ts';
import { deeds } from '../domain/desk.ts';
import { emptyState, logExchange, logMessage, noon } from '../domain/memory.ts';
import { openOwnDatabase } from '../support/open-database.ts';
import { silentJournal } from '../support/journal.ts';

const database = await openOwnDatabase();
let clock = Date.parse(noon);
let projects = 0;
const aJournal = (): Journal => silentJournal(database, () => clock);
const aProject = (): Promise<number> => ensureProject(database.prisma, `project_${(projects += 1)}`);

/** Writes commands; gives the name of the refusal, or null. */
const write = (journal: Journal, projectId: number, commands: Command[]): Promise<string | null> =>
  journal.write(projectId, commands).then(
    () => null,
    (error: unknown) => {
      if (error instanceof DomainError) return error.name;
      throw error;
    },
  );

/** All that a log tells of conversations, messages and notes. */
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

const byId = <T extends { id: number }>(rows: Iterable<T>): T[] => [...rows].toSorted((a, b) => a.id - b.id);

/** Compares every column of the tables with what the log adds up to. */
async function expectTables(projectId: number): Promise<State> {
  const { prisma } = database;
  const state = await fold(projectId);
  const where = { projectId };
  const conversations = await prisma.conversation.findMany({ where, include: { endUser: true } });
  expect(byId(conversations.map(readConversation))).toEqual(byId(state.conversations.own.values()));
  const messages = await prisma.message.findMany({ where });
  expect(
    byId(
      messages.map(({ projectId: _, isErased: __, language: ___, at, ...it }) => ({
        ...it,
        at: at.toISOString(),
      })),
    ),
  ).toEqual(byId(state.messages.own.values()));
  const notes = await prisma.note.findMany({ where });
  expect(byId(notes.map(({ projectId: _, at, ...it }) => ({ ...it, at: at.toISOString() })))).toEqual(
    byId(state.notes.own.values()),
  );
  const { lastNote } = await prisma.project.findUniqueOrThrow({ where: { id: projectId } });
  expect(lastNote).toBe(state.project.lastNote);
  const said = [...state.messages.own.values()];
  expect(await countProject(prisma, projectId)).toEqual({
    total_conversations: state.conversations.own.size,
    active_conversations: [...state.conversations.own.values()].filter(({ status }) => status === 'ACTIVE')
      .length,
    total_messages: said.length,
    messages_requiring_human: said.filter((it) => it.requiresHuman && !it.humanReplied).length,
  });
  return state;
}

/** Deeds of the handoff, in between corrections, system notes, people and turns. */
const others = fc.constantFrom<Command>(
  logExchange('ask', { userMessage: 'corrected' }, { conversationId: 'a' }),
  logExchange('reply', { response: 'corrected too' }, { conversationId: 'a' }),
  logExchange('whole', { userMessage: 'x', response: 'y' }, { conversationId: 'b' }),
  logMessage('SYSTEM', 'note', { conversationId: 'a' }),
  logMessage('USER', 'I love jazz', { conversationId: 'b', endUserId: 'user123', platform: 'web' }),
);
const mixed = fc
  .tuple(deeds, fc.array(fc.tuple(fc.nat(20), others), { maxLength: 5 }))
  .map(([list, more]) => more.reduce<Command[]>((all, [place, it]) => all.toSpliced(place, 0, it), list));
/** The same commands cut into batches: one unit, or one unit each at once, by one of two servers. */
const histories = fc.array(
  fc.record({ commands: mixed, isApart: fc.boolean(), hand: fc.constantFrom(0, 1), minutes: fc.nat(5) }),
  { minLength: 1, maxLength: 3 },
);

test('the tables are what the log adds up to, whoever hands over what to whom', async () => {
  const hands = [aJournal(), aJournal()] as const;
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const projectId = await aProject();
      const begin = logMessage('USER', 'hello', { conversationId: 'a' });
      await write(hands[0], projectId, [begin]);
      for (const { commands, isApart, hand, minutes } of history) {
        clock += minutes * 60_000;
        const units = isApart ? commands.map((it) => [it]) : [commands];
        await Promise.all(units.map((unit) => write(hands[hand], projectId, unit)));
      }
      await expectTables(projectId);
    }),
    { numRuns: 60 },
  );
});

test('how commands are cut into batches does not matter: at once, one by one, by two servers', async () => {
  const hands = [aJournal(), aJournal()] as const;
  await fc.assert(
    fc.asyncProperty(mixed, async (commands) => {
      const [together, apart] = [await aProject(), await aProject()];
      const list = [logMessage('USER', 'hello', { conversationId: 'a' }), ...commands];
      const atOnce = await Promise.all(list.map((it) => write(hands[0], together, [it])));
      const oneByOne = [];
      for (const [index, it] of list.entries()) oneByOne.push(await write(hands[index % 2]!, apart, [it]));
      expect(oneByOne).toEqual(atOnce);
      const [left, right] = [await expectTables(together), await expectTables(apart)];
      if (!isDeepStrictEqual(left.events, right.events)) expect(right.events).toEqual(left.events);
    }),
    { numRuns: 40 },
  );
});

test('of two servers that reach for one conversation at the same moment one gets it', async () => {
  const hands = [aJournal(), aJournal()] as const;
  for (let round = 0; round < 10; round += 1) {
    const projectId = await aProject();
    await write(hands[0], projectId, [logMessage('USER', 'hello', { conversationId: 'a' })]);
    const reach = (operator: string): Command => ({ kind: 'takeOver', conversationId: 'a', operator });
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        write(hands[index % 2]!, projectId, [reach(`operator ${index}`)]),
      ),
    );
    expect(outcomes.filter((it) => it === null)).toHaveLength(1);
    expect(outcomes.filter((it) => it === 'HeldByOtherError')).toHaveLength(19);
    await expectTables(projectId);
  }
});

test('a unit that is refused in the end hands nothing over', async () => {
  const projectId = await aProject();
  const journal = aJournal();
  await write(journal, projectId, [logMessage('USER', 'hello', { conversationId: 'a' })]);
  const taken: Command = { kind: 'takeOver', conversationId: 'a', operator: 'operator-1' };
  const noted: Command = { kind: 'addNote', conversationId: 'a', author: 'operator-1', text: 'x' };
  const refused: Command = { kind: 'markHuman', messageId: 99, by: 'admin' };
  expect(await write(journal, projectId, [taken, noted, refused])).toBe('NotFoundError');
  const state = await expectTables(projectId);
  expect(state.events).toHaveLength(1);
  expect(state.project.lastNote).toBe(0);
});
