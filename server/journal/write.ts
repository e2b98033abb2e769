import type { Answer, Command } from '../domain/command.ts';
import { studied } from '../domain/learning/study.ts';
import { InvalidInputError, UnavailableError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import type { Database } from '../store/database.ts';
import { commitBatch, type Unit } from './batch.ts';
import { faultOf } from './fault.ts';
import type { ReceiptKey } from './load.ts';
import type { PriceShelf } from './prices.ts';

/** What a write produced: one answer a command, and whether it is the first answer given again. */
export type Written = {
  answers: Answer[];
  isReplay: boolean;
  /** Time from the call until it was decided, in ms; of a replay, what the first call took. */
  tookMs: number;
};

export type WriteOptions = {
  /** Idempotency key: the same key with the same content gives the first answer again. */
  receipt?: ReceiptKey | null;
  /** One key for each command instead, in their order. */
  receipts?: (ReceiptKey | null)[];
  /** Size of what came in, in bytes; batches are bounded by it. */
  bytes?: number;
};

/** The only writer. */
export type Journal = AsyncDisposable & {
  /**
   * Stores commands that stand or fall together. Resolves after the commit; rejects with a DomainError when
   * they are refused, with an UnavailableError when nothing can be stored now.
   */
  write(projectId: number, commands: Command[], options?: WriteOptions): Promise<Written>;
};

type Options = {
  database: Pick<Database, 'transact'>;
  /** The time, in ms since 1970. */
  now: () => number;
  /** Told of each commit, in the order of the log. */
  publish: (projectId: number, events: Event[]) => void;
  /** Told of faults that callers only see as "unavailable" or "internal". */
  report: (error: unknown, what: string) => void;
};

type Pending = Unit & {
  bytes: number;
  resolve: (written: Written) => void;
  reject: (error: unknown) => void;
};

/** A batch holds at most so much. */
const BATCH_COMMANDS = 500;
const BATCH_BYTES = 1024 * 1024;
/** More than this may not wait for one project: callers are told to come back instead. */
const WAITING_BYTES = 64 * 1024 * 1024;

/**
 * Commands that arrive while a batch of their project is committing wait and go together in the next one, so
 * that one commit serves many callers; a lone command starts at once. Projects do not wait for each other.
 */
export function createJournal({ database, now, publish, report }: Options): Journal {
  const queues = new Map<number, { waiting: Pending[]; bytes: number; running: Promise<void> }>();
  const shelf: PriceShelf = new Map();
  let isClosed = false;

  async function run(projectId: number, queue: { waiting: Pending[]; bytes: number }): Promise<void> {
    while (queue.waiting.length > 0) {
      const batch = takeBatch(queue);
      await commit(projectId, batch);
    }
    queues.delete(projectId);
  }

  async function commit(projectId: number, batch: Pending[]): Promise<void> {
    try {
      const { outcomes, events } = await commitBatch(
        database,
        projectId,
        batch,
        new Date(now()).toISOString(),
        shelf,
      );
      for (const [index, outcome] of outcomes.entries()) {
        if ('refusal' in outcome) batch[index]!.reject(outcome.refusal);
        else batch[index]!.resolve(outcome);
      }
      if (events.length > 0) publish(projectId, events);
    } catch (error) {
      await recover(projectId, batch, error);
    }
  }

  /** One unit that the database refuses must not fail its neighbours: halves are tried until it stands alone. */
  async function recover(projectId: number, batch: Pending[], error: unknown): Promise<void> {
    const fault = faultOf(error);
    if (fault === 'away') {
      report(error, 'the database did not take a batch');
      const message = 'The database cannot be reached; nothing was stored. Try again shortly.';
      for (const { reject } of batch) reject(new UnavailableError(message, { cause: error }));
      return;
    }
    if (batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      await commit(projectId, batch.slice(0, middle));
      await commit(projectId, batch.slice(middle));
      return;
    }
    report(error, 'the database refused a command');
    const refusal = new InvalidInputError('body', 'The database refused this content; nothing was stored.');
    batch[0]!.reject(fault === 'content' ? refusal : error);
  }

  return {
    async write(projectId, commands, { receipt = null, receipts = [], bytes = 256 * commands.length } = {}) {
      const arrivedAt = now();
      const ready = commands.length > SHORT ? await studyAll(commands) : commands.map(studied);
      if (isClosed) {
        throw new UnavailableError('The server is shutting down; nothing was stored. Try again.');
      }
      return new Promise((resolve, reject) => {
        const queue = queues.get(projectId) ?? { waiting: [], bytes: 0, running: Promise.resolve() };
        if (queue.bytes > WAITING_BYTES) {
          reject(
            new UnavailableError('Too much is waiting to be stored; nothing was stored. Try again shortly.'),
          );
          return;
        }
        queue.waiting.push({ arrivedAt, commands: ready, receipt, receipts, bytes, resolve, reject });
        queue.bytes += bytes;
        if (queues.has(projectId)) return;
        queues.set(projectId, queue);
        queue.running = run(projectId, queue);
      });
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      await Promise.all([...queues.values()].map((queue) => queue.running));
    },
  };
}

/** So many commands are studied at a stretch; a longer list makes way for others every so many ms. */
const SHORT = 20;
const STRETCH = 8;

async function studyAll(commands: Command[]): Promise<Command[]> {
  const ready: Command[] = [];
  let began = performance.now();
  for (const command of commands) {
    ready.push(studied(command));
    if (performance.now() - began < STRETCH) continue;
    await new Promise((resolve) => setImmediate(resolve));
    began = performance.now();
  }
  return ready;
}

/** Erasing words of a person or a conversation must not touch those that are said right afterwards. */
const isAlone = ({ commands }: Unit): boolean =>
  commands.some(({ kind }) => kind === 'forgetEndUser' || kind === 'purgeConversation');

function takeBatch(queue: { waiting: Pending[]; bytes: number }): Pending[] {
  let [count, commands, bytes] = [0, 0, 0];
  for (const unit of queue.waiting) {
    const isFull = commands + unit.commands.length > BATCH_COMMANDS || bytes + unit.bytes > BATCH_BYTES;
    if (count > 0 && (isFull || isAlone(unit))) break;
    count += 1;
    commands += unit.commands.length;
    bytes += unit.bytes;
    if (isAlone(unit)) break;
  }
  queue.bytes -= bytes;
  return queue.waiting.splice(0, count);
}
