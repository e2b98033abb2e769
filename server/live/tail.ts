import type { Event } from '../domain/event.ts';
import type { LogReader } from '../journal/read.ts';
import type { Bus } from './bus.ts';

/** Follows one project's log and tells its listeners of every event, once and in order. */
export type Tail = {
  readonly epoch: string;
  /** Sequence number of the newest event that listeners were told of. */
  readonly seq: number;
  listen(listener: (events: Event[]) => void): () => void;
};

/** The tails of a process: one for each project that somebody watches. */
export type Tails = AsyncDisposable & {
  /** Holds the tail of a project; the last one to release it ends it. Null when the project does not exist. */
  hold(projectId: number): Promise<{ tail: Tail; release: () => void } | null>;
};

type Options = {
  log: LogReader;
  bus: Bus;
  /** Calls back about every `ms` until the returned function is called; injected so that tests set the pace. */
  every: (ms: number, callback: () => void) => () => void;
  report: (error: unknown, what: string) => void;
};

/** How often the log is asked for news that the bus may have lost, in ms. */
const POLL = 1000;
/** Events read from the log at a time. */
const PAGE = 500;

export function createTails({ log, bus, every, report }: Options): Tails {
  const tails = new Map<number, Promise<OpenTail | null>>();
  const stopListening = bus.listen(({ projectId, events }) => {
    void tails.get(projectId)?.then((tail) => tail?.hear(events));
  });

  async function open(projectId: number): Promise<OpenTail | null> {
    const position = await log.position(projectId);
    if (position === null) return null;
    const tail = new OpenTail(projectId, position.epoch, position.head, log, report);
    tail.stopPolling = every(POLL, () => tail.catchUp());
    // News that came between reading the position and now went unheard.
    tail.catchUp();
    return tail;
  }

  return {
    async hold(projectId) {
      const opening = tails.get(projectId) ?? open(projectId);
      tails.set(projectId, opening);
      const tail = await opening.catch((error: unknown) => {
        tails.delete(projectId);
        throw error;
      });
      if (tail === null) {
        tails.delete(projectId);
        return null;
      }
      tail.holders += 1;
      let isHeld = true;
      const release = (): void => {
        if (!isHeld) return;
        isHeld = false;
        tail.holders -= 1;
        if (tail.holders > 0) return;
        tail.stopPolling();
        if (tails.get(projectId) === opening) tails.delete(projectId);
      };
      return { tail, release };
    },
    [Symbol.asyncDispose]() {
      stopListening();
      for (const opening of tails.values()) void opening.then((tail) => tail?.stopPolling());
      tails.clear();
      return Promise.resolve();
    },
  };
}

class OpenTail implements Tail {
  readonly epoch: string;
  seq: number;
  holders = 0;
  stopPolling: () => void = () => undefined;
  readonly #projectId: number;
  readonly #log: LogReader;
  readonly #report: Options['report'];
  readonly #listeners = new Set<(events: Event[]) => void>();
  #isReading = false;

  constructor(projectId: number, epoch: string, seq: number, log: LogReader, report: Options['report']) {
    this.#projectId = projectId;
    this.epoch = epoch;
    this.seq = seq;
    this.#log = log;
    this.#report = report;
  }

  listen(listener: (events: Event[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes news from the bus: passes on what follows, drops what is known, reads the log where it has a hole. */
  hear(events: Event[]): void {
    const fresh = events.filter((event) => event.seq > this.seq);
    if (fresh.length === 0) return;
    if (fresh[0]!.seq === this.seq + 1) this.#tell(fresh);
    else this.catchUp();
  }

  /** Reads what the log holds beyond what was told; one read at a time. */
  catchUp(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#read()
      .catch((error: unknown) => this.#report(error, 'the log could not be read'))
      .finally(() => {
        this.#isReading = false;
      });
  }

  async #read(): Promise<void> {
    for (;;) {
      const events = await this.#log.events(this.#projectId, this.seq, PAGE);
      const fresh = events.filter((event) => event.seq > this.seq);
      if (fresh.length > 0) this.#tell(fresh);
      if (events.length < PAGE) return;
    }
  }

  #tell(events: Event[]): void {
    this.seq = events.at(-1)!.seq;
    for (const listener of this.#listeners) listener(events);
  }
}
