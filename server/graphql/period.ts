import { InvalidInputError } from '../domain/errors.ts';
import { wholeQuarters, type Period } from '../store/rollup.ts';

/** What happens is never later than this, whatever the clock of its sender says. */
const END = Date.UTC(9999, 0, 1);
const DAY = 24 * 60 * 60 * 1000;
/** A live figure looks back at most so long, since it is read anew after each change. */
const LONGEST_LIVE = 3 * DAY;

/** The whole quarters of an hour of a time, which goes on where it has no end. */
export function periodOf(from: Date, to: Date | null): Period {
  if (to !== null) return wholeQuarters({ from, to });
  return { from: wholeQuarters({ from, to: new Date(from.getTime() + 1) }).from, to: new Date(END) };
}

/** Refuses to follow what goes back too far. */
export function checkLive(from: Date, now: number): void {
  if (from.getTime() >= now - LONGEST_LIVE) return;
  throw new InvalidInputError(
    'from',
    'from must be within the last three days; for longer times ask the query.',
  );
}
