import type { Logger } from 'pino';
import type { Journal } from '../journal/write.ts';
import type { PrismaClient } from '../store/database.ts';
import { findPolicies, listPolicies, listSilent } from '../store/silence.ts';
import { goRound } from './round.ts';

type Options = {
  prisma: PrismaClient;
  journal: Journal;
  logger: Logger;
  /** The time, in ms since 1970. */
  now: () => number;
  /** Calls back about every `ms` until the returned function is called. */
  every: (ms: number, callback: () => void) => () => void;
};

/** How often silence is looked for, in ms. */
const LOOK = 10_000;
/** So many conversations are dealt with in one commit. */
const TOGETHER = 100;

/**
 * Closes and releases what went silent. It only finds them: whether they still are, the journal decides under its
 * lock, so a message that arrives meanwhile wins, and of two servers one alone does it.
 */
export function startReaper({ prisma, journal, logger, now, every }: Options): AsyncDisposable {
  async function round(stopping: AbortSignal): Promise<void> {
    for (const { projectId } of await listPolicies(prisma)) {
      for (let isMore = true; isMore && !stopping.aborted;) {
        // Read each time: a rule that was just turned off finds nothing any more.
        const policies = await findPolicies(prisma, projectId);
        const silent = await listSilent(prisma, { projectId, policies }, now(), TOGETHER);
        const commands = silent.map((conversationId) => ({ kind: 'endSilence', conversationId }) as const);
        if (commands.length > 0) await journal.write(projectId, commands);
        isMore = silent.length >= TOGETHER;
      }
    }
  }
  const warn = (about: object, what: string): void => logger.warn(about, what);
  return goRound({ every, warn }, { ms: LOOK, title: 'the reaper', round });
}
