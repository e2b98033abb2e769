import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { ConflictError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import type { LogReader } from '../journal/read.ts';
import type { Journal } from '../journal/write.ts';
import type { PrismaClient } from '../store/database.ts';
import { findMessage } from '../store/message.ts';
import { listUnwatched } from '../store/watcher.ts';
import { Follower } from './follower.ts';
import { createModel } from './model.ts';
import { pause as pauseByClock, type Pause } from './retry.ts';
import type { LearnerSettings } from './settings.ts';
import { Tutor } from './tutor.ts';

/** News of commits of this process. It wakes the learner; commits of others are found by looking. */
type News = { listen(listener: (news: { projectId: number; events: Event[] }) => void): () => void };

type Options = {
  settings: LearnerSettings;
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
  chance?: () => number;
};

/** Name of this rule among the watchers. */
const NAME = 'learner';
/** How often it looks for projects and events that it was not told of, in ms. */
const LOOK = 1000;

/**
 * Learns with a language model from what people write. It reads the log behind the commit and answers with
 * commands, so that no caller ever waits for a model: what was logged is learned from sooner or later. Resolves
 * when it knows where every project stands; disposing it ends the request that runs.
 */
export async function startLearner(options: Options): Promise<AsyncDisposable> {
  const { settings, prisma, log, journal, news, logger, now, every } = options;
  const { pause = pauseByClock, chance = Math.random } = options;
  const stop = new AbortController();
  const stopping = stop.signal;
  const holder = randomUUID();
  const warn = (about: object, what: string): void => logger.warn(about, what);
  const tutor = new Tutor({ model: await createModel(settings, pause), pause, chance, stopping, warn });
  const shared = {
    log,
    journal,
    tutor,
    findMessage: (projectId: number, id: number) => findMessage(prisma, projectId, id),
    now,
    pause,
    chance,
    stopping,
    holder,
    name: NAME,
    warn,
  };
  const followers = new Map<number, Follower>();

  /** A project that is new to the rule is followed from `seq` on. */
  async function begin(projectId: number, seq: number): Promise<void> {
    const to = { name: NAME, seq, holder, heldUntil: new Date(now()).toISOString() };
    try {
      await journal.write(projectId, [{ kind: 'advanceWatcher', from: null, to, heard: null }]);
    } catch (error) {
      // Another server was quicker.
      if (!(error instanceof ConflictError)) throw error;
    }
  }

  async function look(isFirst: boolean): Promise<void> {
    for (const { projectId, head, watcher } of await listUnwatched(prisma, NAME)) {
      // What was said before anybody wanted a learner is left alone: it may be much, and models cost money.
      if (watcher === null) await begin(projectId, isFirst ? head : 0);
      if (stopping.aborted) return;
      const follower = followers.get(projectId) ?? new Follower(projectId, watcher?.seq ?? 0, shared);
      if (watcher !== null) follower.refresh(watcher, head);
      if (watcher !== null) followers.set(projectId, follower);
    }
  }

  let looking: Promise<void> | null = null;
  const lookAgain = (): void => {
    if (looking !== null || stopping.aborted) return;
    looking = look(false)
      .catch((error: unknown) => {
        warn(
          { reason: error instanceof Error ? error.name : 'unknown' },
          'the learner could not look for news',
        );
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
  const { host } = new URL(settings.baseUrl);
  logger.info({ model: settings.model, host }, `a learner is on: ${settings.model} at ${host}`);

  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      stopListening();
      stopLooking();
      await looking;
      await Promise.all([...followers.values()].map((follower) => follower.end()));
    },
  };
}
