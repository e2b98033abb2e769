import { sweep } from '../journal/erasure.ts';
import { prune } from '../journal/prune.ts';
import type { Journal } from '../journal/write.ts';
import type { Logger } from 'pino';
import { findOldest, listErasures } from '../store/age.ts';
import type { Database } from '../store/database.ts';
import { listPolicies } from '../store/silence.ts';
import { pause } from './retry.ts';
import { goRound } from './round.ts';

type Options = {
  database: Database;
  journal: Journal;
  logger: Logger;
  /** The time, in ms since 1970. */
  now: () => number;
  /** Calls back about every `ms` until the returned function is called. */
  every: (ms: number, callback: () => void) => () => void;
};

/** How often it looks for what is to be erased, in ms. */
const LOOK = 1000;
/** How often it looks for what became too old, in ms. */
const SELDOM = 60_000;
const DAY = 24 * 60 * 60 * 1000;

/**
 * Erases content that became too old, takes erased words out of the log slice by slice, and removes what is kept for
 * some time only. Between two slices others have the project for at least as long as a slice took.
 */
export function startRetention(options: Options): AsyncDisposable {
  const { database, journal, logger, now, every } = options;
  const { prisma } = database;
  let lookedAt = Number.NEGATIVE_INFINITY;

  async function eraseOld(): Promise<void> {
    for (const { projectId, policies } of await listPolicies(prisma)) {
      if (policies.keepContentDays === null) continue;
      // In whole days, so that the log is gone through once a day.
      const limit = Math.floor(now() / DAY - policies.keepContentDays) * DAY;
      const upTo = await findOldest(prisma, projectId, new Date(limit));
      if (upTo !== null) await journal.write(projectId, [{ kind: 'eraseOld', upTo }]);
    }
  }

  async function takeTurns(work: () => Promise<boolean>, stopping: AbortSignal): Promise<void> {
    for (let isMore = true; isMore && !stopping.aborted;) {
      const began = performance.now();
      isMore = await work();
      if (isMore) await pause(performance.now() - began, stopping);
    }
  }

  async function round(stopping: AbortSignal): Promise<void> {
    if (now() - lookedAt >= SELDOM) {
      lookedAt = now();
      await eraseOld();
      await takeTurns(() => prune(database, now()), stopping);
    }
    for (const projectId of await listErasures(prisma)) {
      await takeTurns(() => sweep(database, projectId), stopping);
    }
  }
  const warn = (about: object, what: string): void => logger.warn(about, what);
  return goRound({ every, warn }, { ms: LOOK, title: 'the retention', round });
}
