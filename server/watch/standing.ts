import type { Journal } from '../journal/write.ts';
import type { Pause } from './retry.ts';

/** What is given to everything that goes on by itself for as long as the server runs. */
export type Standing = {
  journal: Journal;
  /** The time, in ms since 1970. */
  now: () => number;
  pause: Pause;
  /** A number from 0 to 1, for the back-off. */
  chance: () => number;
  /** Aborted when the server stops. */
  stopping: AbortSignal;
  warn: (about: object, what: string) => void;
};

/** The same for what one of several servers holds, by a lease. */
export type Held = Standing & {
  /** Who this server is among those on the same database. */
  holder: string;
};
