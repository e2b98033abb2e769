import { readFileSync } from 'node:fs';
import { format, median } from './report.ts';

/** Watches what else uses the machine while rounds are measured: a figure of a busy machine says little. */
export type Neighbours = {
  /** Starts a round. */
  begin(): void;
  /** Ends it; `own` is the CPU time in µs that contestants, database and clients used meanwhile. */
  end(own: number): void;
  /** One line about all rounds. */
  describe(): string;
};

/** Others that use more than so many percent of a core spoil the figures. */
const QUIET = 10;

type Clock = { at: number; busy: number; stolen: number };

export function watchNeighbours(): Neighbours {
  let before: Clock | null = null;
  const others: number[] = [];
  const stolen: number[] = [];
  return {
    begin() {
      before = readClock();
    },
    end(own) {
      const now = readClock();
      if (before === null || now === null) return;
      const elapsed = now.at - before.at;
      others.push(Math.max(0, (100 * (now.busy - before.busy - own)) / elapsed));
      stolen.push((100 * (now.stolen - before.stolen)) / elapsed);
    },
    describe() {
      if (others.length === 0) return 'What other programs used meanwhile is not known on this system.';
      const advice = median(others) > QUIET ? '\nThat is much: run this again on a quiet machine.' : '';
      const spent = `Other programs used ${format(median(others))} % of one core during the rounds (at most ${format(Math.max(...others))} %)`;
      return `${spent}; the machine's host withheld ${format(median(stolen))} % (at most ${format(Math.max(...stolen))} %).${advice}`;
    },
  };
}

/** One tick of /proc/stat, in µs. */
const TICK = 10_000;

function readClock(): Clock | null {
  try {
    const [first] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
    const [user, nice, system, , , irq, softirq, steal] = first!.split(/ +/u).slice(1).map(Number);
    return {
      at: performance.now() * 1000,
      busy: (user! + nice! + system! + irq! + softirq!) * TICK,
      stolen: steal! * TICK,
    };
  } catch {
    return null;
  }
}
