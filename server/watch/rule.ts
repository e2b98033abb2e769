import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { ConflictError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import type { LogReader } from '../journal/read.ts';
import type { Journal } from '../journal/write.ts';
import type { PrismaClient } from '../store/database.ts';
import { listUnwatched } from '../store/watcher.ts';
import { Follower, type Rule } from './follower.ts';
import type { Pause } from './retry.ts';
import type { Standing } from './standing.ts';

/** News of commits of this process. It wakes a rule; commits of others are found by looking. */
export type News = {
  listen(listener: (news: { projectId: number; events: Event[] }) => void): () => void;
};

/** What every standing rule is started with. */
export type Watching = {
  prisma: PrismaClient;
  log: LogReader;
  journal: Journal;
  news: News;
  logger: Logger;
  /** The time, in ms since 1970. */
  now: () => number;
  /** Calls back about every `ms` until the returned function is called. */
  every: (ms: number, callback: () => void) => () => void;
  pause?: Pause | undefined;
  /** A number from 0 to 1, for the back-off. */
  chance?: () => number;
};

type Options = Standing & Pick<Watching, 'prisma' | 'log' | 'news' | 'every'>;

/** How often a rule looks for projects and events that it was not told of, in ms. */
const LOOK = 1000;

/**
 * Follows the log of every project by a rule. Resolves when it knows where every project stands; disposing it, after
 * `stopping` was aborted, stores how far it came.
 */
export async function followAll(rule: Rule, options: Options): Promise<AsyncDisposable> {
  const { prisma, journal, news, now, every, stopping, warn } = options;
  const shared = { ...options, holder: randomUUID(), rule };
  const followers = new Map<number, Follower>();

  /** A project that is new to the rule is followed from `seq` on. */
  async function begin(projectId: number, seq: number): Promise<void> {
    const to = { name: rule.name, seq, holder: shared.holder, heldUntil: new Date(now()).toISOString() };
    try {
      await journal.write(projectId, [{ kind: 'advanceWatcher', from: null, to, heard: null }]);
    } catch (error) {
      // Another server was quicker.
      if (!(error instanceof ConflictError)) throw error;
    }
  }

  async function look(isFirst: boolean): Promise<void> {
    const awake = (await rule.listAwake?.()) ?? [];
    for (const { projectId, head, watcher } of await listUnwatched(prisma, rule.name, awake)) {
      // What happened before anybody wanted the rule is left alone.
      if (watcher === null) await begin(projectId, isFirst ? head : 0);
      if (stopping.aborted) return;
      const follower = followers.get(projectId) ?? new Follower(projectId, watcher?.seq ?? 0, shared);
      if (watcher !== null) follower.refresh(watcher, head);
      if (watcher !== null) followers.set(projectId, follower);
    }
    for (const projectId of awake) followers.get(projectId)?.tick();
  }

  let looking: Promise<void> | null = null;
  const lookAgain = (): void => {
    if (looking !== null || stopping.aborted) return;
    looking = look(false)
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.name : 'unknown';
        warn({ reason }, `${rule.title} could not look for news`);
      })
      .finally(() => {
        looking = null;
      });
  };

  await look(true);
  const stopListening = news.listen(({ projectId, events }) => {
    const follower = followers.get(projectId);
    if (follower === undefined) lookAgain();
    else follower.hear(events);
  });
  const stopLooking = every(LOOK, lookAgain);
  // Positions that were just stored are known from the second look on.
  lookAgain();

  return {
    async [Symbol.asyncDispose]() {
      stopListening();
      stopLooking();
      await looking;
      await Promise.all([...followers.values()].map((follower) => follower.end()));
    },
  };
}
