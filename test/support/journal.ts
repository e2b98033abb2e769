import { createJournal, type Journal } from '../../server/journal/write.ts';
import type { Database } from '../../server/store/database.ts';

/** A journal beside those of the servers: what it stores is told to nobody, and has to be found in the log. */
export const silentJournal = (database: Database, now: () => number = Date.now): Journal =>
  createJournal({ database, now, publish: () => undefined, report: () => undefined });
