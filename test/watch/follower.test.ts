import { expect, test } from 'vitest';
import type { Event } from '../../server/domain/event.ts';
import { ensureProject } from '../../server/journal/project.ts';
import { createLogReader, type LogReader } from '../../server/journal/read.ts';
import { createJournal } from '../../server/journal/write.ts';
import { Follower, type Rule } from '../../server/watch/follower.ts';
import { openOwnDatabase } from '../support/open-database.ts';

const database = await openOwnDatabase();

/** A project that one follower follows by a rule, which takes a message at a time and waits for a go each time. */
async function follow(name: string) {
  const projectId = await ensureProject(database.prisma, name);
  const commits: Event[][] = [];
  const journal = createJournal({
    database,
    now: Date.now,
    publish: (_projectId, events) => commits.push(events),
    report: () => undefined,
  });
  const log = createLogReader(database.prisma);
  let reads = 0;
  const counting: LogReader = { ...log, events: (...args) => ((reads += 1), log.events(...args)) };
  const dealtWith: number[] = [];
  const gates: (() => void)[] = [];
  const rule: Rule = {
    name: 'test',
    title: 'the test',
    lease: 1000,
    concerns: ({ kind }) => kind === 'MessagesLogged',
    async carryOut([event]) {
      await new Promise<void>((go) => gates.push(go));
      dealtWith.push(event!.seq);
      return event!.seq;
    },
  };
  const follower = new Follower(projectId, 0, {
    log: counting,
    journal,
    rule,
    now: Date.now,
    pause: () => Promise.resolve(),
    chance: () => 0,
    stopping: new AbortController().signal,
    holder: 'test',
    warn: () => undefined,
  });
  return {
    follower,
    dealtWith,
    reads: () => reads,
    say: async (): Promise<Event[]> => {
      const command = { conversationId: 'conv_1', sender: 'USER', text: 'hello', origin: 'api' } as const;
      await journal.write(projectId, [{ kind: 'logMessage', ...command, facts: {}, metadata: {} }]);
      return commits.at(-1)!;
    },
    /** Lets the rule go on, as soon as it waits. */
    go: async (): Promise<void> => {
      await expect.poll(() => gates.length).toBeGreaterThan(0);
      gates.shift()!();
    },
  };
}

test('what is heard is dealt with in order, and the log is not read again for it', async () => {
  const { follower, dealtWith, reads, say, go } = await follow('heard');
  follower.hear(await say());
  follower.hear(await say());
  await go();
  follower.hear(await say());
  follower.hear(await say());
  for (let count = 0; count < 3; count += 1) await go();
  await expect.poll(() => dealtWith).toEqual([1, 2, 3, 4]);
  expect(reads()).toBe(0);
});

test('what was not heard is read from the log, and nothing is dealt with twice', async () => {
  const { follower, dealtWith, reads, say, go } = await follow('missed');
  follower.hear(await say());
  const missed = await say();
  follower.hear(await say());
  await go();
  follower.hear(await say());
  for (let count = 0; count < 3; count += 1) await go();
  await expect.poll(() => dealtWith).toEqual([1, 2, 3, 4]);
  expect(reads()).toBeGreaterThan(0);
  expect(missed[0]?.seq).toBe(2);
  follower.hear(await say());
  await go();
  await expect.poll(() => dealtWith.at(-1)).toBe(5);
});
