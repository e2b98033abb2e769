import { setTimeout as wait } from 'node:timers/promises';

/** Resolves after `ms`, or at once when the signal is aborted; injected so that tests set the pace. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** Pauses by the clock, without keeping the process alive. */
export const pause: Pause = (ms, signal) =>
  wait(ms, undefined, { signal, ref: false }).catch(() => undefined);

const FIRST = 1000;
const LONGEST = 5 * 60 * 1000;

/**
 * How long to wait after so many failures in a row (1 is the first), in ms: a second, doubling to five minutes.
 * Chance takes up to half of it off, so that servers that failed together do not come back together.
 */
export function backOff(failures: number, chance: number): number {
  const whole = Math.min(FIRST * 2 ** (failures - 1), LONGEST);
  return Math.round(whole * (1 - chance / 2));
}

/** At most so many pieces of work at a time; the others wait in the order in which they came. */
export class Lanes {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(lanes: number) {
    this.#free = lanes;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
