import type { Event } from '../domain/event.ts';
import type { LogReader } from '../journal/read.ts';
import { formatCursor, parseCursor } from './cursor.ts';
import type { Tails } from './tail.ts';

export const resetReasons = ['PRUNED', 'UNKNOWN_EPOCH', 'FUTURE_CURSOR'] as const;
/** Why a cursor cannot be resumed from. */
export type ResetReason = (typeof resetReasons)[number];

/** One delivery to a viewer. */
export type Frame = {
  events: Event[];
  /** Resume from here: everything up to it has been seen. */
  cursor: string;
  /** Whether the viewer has now seen all that there is. */
  caughtUp: boolean;
  /** Set when history before `cursor` could not be given: fetch the state anew, then go on from `cursor`. */
  reset: ResetReason | null;
};

/** The viewer read too slowly and was cut; `cursor` is where to resume. */
export class SlowViewerError extends Error {
  override readonly name = 'SlowViewerError';
  readonly cursor: string;

  constructor(cursor: string) {
    super('You are reading too slowly and were cut off. Resume from the cursor.');
    this.cursor = cursor;
  }
}

/** The text given as a cursor is none. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
}

/** The project is gone, so there is nothing to follow. */
export class NoSuchProjectError extends Error {
  override readonly name = 'NoSuchProjectError';
}

type Options = {
  log: LogReader;
  tails: Tails;
  /** Events that may wait for one viewer. */
  capacity?: number;
};

export type Viewer = {
  projectId: number;
  /** Resume from this cursor; from now on when left out. */
  after?: string | null | undefined;
  /** Which events are wanted; all when left out. The cursor moves on over the others. */
  wants?: ((event: Event) => boolean) | undefined;
};

/** A viewer's ordered view of a project's log; `return()` ends it at once, whatever it waits for. */
export type Frames = AsyncIterableIterator<Frame>;

/** Opens a view. Its first frame comes at once. */
export type Feed = (viewer: Viewer) => Frames;

const PAGE = 500;

export function createFeed({ log, tails, capacity = 2048 }: Options): Feed {
  return (viewer) => {
    const queue = new Queue(capacity);
    const frames = follow(viewer, queue, log, tails);
    return {
      next: () => frames.next(),
      // A generator that waits cannot be returned from, so its queue is closed first.
      return() {
        queue.close();
        return frames.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  };
}

/**
 * Backfill, cutover, live: interest is registered first, then the backlog is read up to that moment, then what
 * waited meanwhile follows. Each event once, in order, without a hole.
 */
async function* follow(
  { projectId, after, wants = () => true }: Viewer,
  queue: Queue,
  log: LogReader,
  tails: Tails,
): AsyncGenerator<Frame, undefined, undefined> {
  const cursor = after == null ? null : parseCursor(after);
  if (after != null && cursor === null)
    throw new InvalidCursorError(`"${after}" is not a cursor of this server.`);
  const held = await tails.hold(projectId);
  if (held === null) throw new NoSuchProjectError('This project does not exist any more.');
  const { tail, release } = held;
  const stopListening = tail.listen((events) => queue.push(events));
  try {
    const end = tail.seq;
    const at = (seq: number): string => formatCursor({ epoch: tail.epoch, seq });
    const position = cursor === null ? null : await log.position(projectId);
    const reset = cursor && position && resetFor(cursor, position);
    let seen = cursor === null || reset !== null ? end : cursor.seq;

    let backlog: Event[] = [];
    while (seen < end && !queue.isClosed) {
      backlog = await log.events(projectId, seen, Math.min(PAGE, end - seen));
      seen = backlog.at(-1)?.seq ?? end;
      if (seen < end) yield { events: backlog.filter(wants), cursor: at(seen), caughtUp: false, reset: null };
    }

    const rest = [...backlog, ...queue.takeAfter(seen)];
    seen = rest.at(-1)?.seq ?? seen;
    yield { events: rest.filter(wants), cursor: at(seen), caughtUp: true, reset };

    while (!queue.isClosed) {
      await queue.filled();
      const fresh = queue.takeAfter(seen);
      seen = fresh.at(-1)?.seq ?? seen;
      const events = fresh.filter(wants);
      if (events.length > 0) yield { events, cursor: at(seen), caughtUp: true, reset: null };
      // What waited was still given, so that the cursor follows on what was seen.
      else if (queue.overflowed) throw new SlowViewerError(at(seen));
    }
  } finally {
    stopListening();
    release();
  }
  return undefined;
}

/** Why a log cannot be followed from a cursor; null when it can. */
export function resetFor(
  cursor: { epoch: string; seq: number },
  position: { epoch: string; head: number; floor: number },
): ResetReason | null {
  if (cursor.epoch !== position.epoch) return 'UNKNOWN_EPOCH';
  if (cursor.seq > position.head) return 'FUTURE_CURSOR';
  return cursor.seq < position.floor ? 'PRUNED' : null;
}

/** What waits for one viewer. */
class Queue {
  overflowed = false;
  isClosed = false;
  readonly #capacity: number;
  #events: Event[] = [];
  #wake: (() => void) | null = null;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(events: Event[]): void {
    if (this.overflowed) return;
    // A single commit always fits, however large.
    const isFull = this.#events.length > 0 && this.#events.length + events.length > this.#capacity;
    if (isFull) this.overflowed = true;
    else this.#events.push(...events);
    this.#stir();
  }

  close(): void {
    this.isClosed = true;
    this.#stir();
  }

  /** Takes everything that waits, without what the viewer has seen already. */
  takeAfter(seen: number): Event[] {
    const events = this.#events;
    this.#events = [];
    return events.filter((event) => event.seq > seen);
  }

  /** Resolves when something waits or nothing will. */
  filled(): Promise<void> {
    if (this.#events.length > 0 || this.overflowed || this.isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #stir(): void {
    this.#wake?.();
    this.#wake = null;
  }
}
