import { SourceMovedError } from '../domain/errors.ts';
import type { Source } from '../domain/source.ts';
import type { Journal } from '../journal/write.ts';
import type { PrismaClient } from '../store/database.ts';
import { listUnheld } from '../store/source.ts';
import { goRound } from '../watch/round.ts';

type Options = {
  prisma: PrismaClient;
  journal: Journal;
  now: () => number;
  every: (ms: number, callback: () => void) => () => void;
  logger: { warn(about: object, what: string): void };
  /** What this server reads itself: a project and names of its sources; null when it reads nothing. */
  own: { projectId: number; names: string[] } | null;
};

/** How often sources are looked for that nobody reads any more, in ms. */
const LOOK = 10_000;

/**
 * Says of sources that nobody is set up to read that they are off, or a notice that one is away would stay for ever.
 * Where they stood is kept: whoever is set up to read one again goes on from there.
 */
export function watchUnread({ prisma, journal, now, every, logger, own }: Options): AsyncDisposable {
  const isOwn = (projectId: number, name: string): boolean =>
    own?.projectId === projectId && own.names.includes(name);
  async function round(): Promise<void> {
    for (const { projectId, source } of await listUnheld(prisma, new Date(now()))) {
      if (!isOwn(projectId, source.name)) await turnOff(journal, projectId, source);
    }
  }
  const warn = (about: object, what: string): void => logger.warn(about, what);
  return goRound({ every, warn }, { ms: LOOK, title: 'the watch over sources', round });
}

async function turnOff(journal: Journal, projectId: number, source: Source): Promise<void> {
  const { since: _, version, ...known } = source;
  const to = { ...known, status: 'OFF', reason: null } as const;
  await journal.write(projectId, [{ kind: 'advanceSource', from: version, to }]).catch((error: unknown) => {
    // Somebody reads it after all.
    if (!(error instanceof SourceMovedError)) throw error;
  });
}
