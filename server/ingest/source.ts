import type { Calling } from '../domain/command.ts';
import { DomainError, SourceMovedError, UnavailableError } from '../domain/errors.ts';
import type { Source, SourceStatus } from '../domain/source.ts';
import type { JsonObject } from '../domain/value.ts';
import type { PrismaClient } from '../store/database.ts';
import { listSources } from '../store/source.ts';
import { backOff } from '../watch/retry.ts';
import type { Held } from '../watch/standing.ts';

/** A system that can be read from. */
export type Connector = {
  /** For example `dynamodb`. */
  name: string;
  /** Goes on from a checkpoint, null at the very beginning. Rejects when the system cannot be reached. */
  open(checkpoint: JsonObject | null, hand: SourceHand): Promise<Reading>;
  /** Why it cannot be read, in words that anybody may see. */
  reasonOf(error: unknown): string;
};

/** A system that is being read. When anything of it rejects, it is opened anew from what was stored last. */
export type Reading = Disposable & {
  /** Whether everything that was there before has been read. */
  readonly status: Exclude<SourceStatus, 'WAITING' | 'OFF'>;
  /** Reads what is next and stores it. Gives how long to wait until the next round, in ms. */
  round(): Promise<number>;
};

/** One step of a source. */
export type Step = {
  commands: Calling[];
  /** Where to go on after it. */
  checkpoint: JsonObject;
  /** Records that the step is made of, and those of them that could not be used. */
  records: number;
  skipped: number;
};

/** What a connector may do. */
export type SourceHand = {
  readonly projectId: number;
  readonly prisma: PrismaClient;
  readonly now: () => number;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
  /** Stores what was read and where to go on, as one. Rejects when another server has taken over. */
  store(step: Step): Promise<void>;
};

export type SourceOptions = Held & { prisma: PrismaClient; projectId: number };

/** A server keeps a source for so long after it last stored something, and stores something so often, in ms. */
const LEASE = 15_000;
const HEARTBEAT = 5000;
/** How often a server looks whether a source that another one reads is free, in ms. */
const LOOK = 2000;
/** The longest wait until a source is tried again, in ms. */
const LONGEST = 30_000;
/** A commit holds at most so many commands. */
const MOST = 400;

/** What a write changes of a source; records and skipped are added. */
type Change = Partial<Pick<Source, 'status' | 'reason' | 'checkpoint' | 'records' | 'skipped'>> & {
  /** How long the source stays with this server, in ms. */
  hold?: number;
};

/**
 * Reads one source for ever. Several servers may be told to: one of them holds it, by a lease in the database, and
 * stores how far it came in the commit of what it read, and only from where it stood. So nothing is lost, whenever a
 * server ends; and what comes twice from the source itself is known by its own ids.
 */
export class SourceRunner {
  readonly #connector: Connector;
  readonly #options: SourceOptions;
  /** As it was stored last; null until this server looked, or when there is none yet. */
  #source: Source | null = null;
  #status: Reading['status'] = 'READING';
  #storedAt = -Infinity;

  constructor(connector: Connector, options: SourceOptions) {
    this.#connector = connector;
    this.#options = options;
  }

  /** Resolves when the server stops, after the source was let go. */
  async run(): Promise<void> {
    const { stopping, pause } = this.#options;
    let failures = 0;
    while (!stopping.aborted) {
      try {
        if (await this.#isFree()) await this.#read(() => (failures = 0));
        await pause(LOOK, stopping);
      } catch (error) {
        if (stopping.aborted) break;
        // Another server was quicker, or has taken over.
        if (error instanceof SourceMovedError) await pause(LOOK, stopping);
        else await this.#retire(error, (failures += 1));
      }
    }
    if (this.#source?.holder === this.#options.holder) {
      // The next server may go on at once.
      await this.#write([], { hold: 0 }).catch(() => undefined);
    }
  }

  /** Whether no other server reads it now. */
  async #isFree(): Promise<boolean> {
    const { prisma, projectId, now, holder } = this.#options;
    const all = await listSources(prisma, projectId);
    this.#source = all.find(({ name }) => name === this.#connector.name) ?? null;
    if (this.#source === null || this.#source.holder === holder) return true;
    return Date.parse(this.#source.heldUntil) <= now();
  }

  async #read(succeeded: () => void): Promise<void> {
    const { stopping, pause, now, prisma, projectId } = this.#options;
    // Whoever comes second must not ask the source for anything.
    await this.#write([], {});
    const hand = { projectId, prisma, now, stopping, store: (step: Step) => this.#store(step) };
    const { checkpoint } = this.#source!;
    const isNew = Object.keys(checkpoint).length === 0;
    using reading = await this.#connector.open(isNew ? null : checkpoint, hand);
    while (!stopping.aborted) {
      this.#status = reading.status;
      const wait = await reading.round();
      succeeded();
      this.#status = reading.status;
      const isNews = this.#source?.status !== reading.status;
      if (isNews || now() - this.#storedAt >= HEARTBEAT) await this.#write([], this.#going());
      if (wait > 0) await pause(wait, stopping);
    }
  }

  /** Tells that the source is away, and waits before it is tried again. */
  async #retire(error: unknown, failures: number): Promise<void> {
    const { stopping, pause, chance, warn } = this.#options;
    const wait = Math.min(backOff(failures, chance()), LONGEST);
    const isOurs = error instanceof UnavailableError;
    const reason = isOurs ? 'The database does not take what is read.' : this.#connector.reasonOf(error);
    warn({ source: this.#connector.name, reason }, 'a source cannot be read; it is tried again');
    // Without the database nobody can be told, and another server may have taken over.
    await this.#write([], { status: 'WAITING', reason, hold: wait + LEASE }).catch(() => undefined);
    await pause(wait, stopping);
  }

  readonly #going = (): Change => ({ status: this.#status, reason: null });

  /** Stores a step in as many commits as it needs; only the last of them moves the checkpoint. */
  async #store({ commands, ...counts }: Step): Promise<void> {
    const last = Math.max(0, Math.ceil(commands.length / MOST) - 1) * MOST;
    let refused = 0;
    for (let from = 0; from < last; from += MOST) {
      refused += await this.#storePart(commands.slice(from, from + MOST));
    }
    const rest = commands.slice(last);
    const end = { ...this.#going(), ...counts };
    if (await this.#isTaken(rest, { ...end, skipped: counts.skipped + refused })) return;
    refused += await this.#storePart(rest);
    await this.#write([], { ...end, skipped: counts.skipped + refused });
  }

  /** Stores what can be stored of a part, and gives the number of commands that were refused. */
  async #storePart(part: Calling[]): Promise<number> {
    if (part.length === 0 || (await this.#isTaken(part, this.#going()))) return 0;
    if (part.length === 1) return 1;
    const middle = Math.ceil(part.length / 2);
    return (await this.#storePart(part.slice(0, middle))) + (await this.#storePart(part.slice(middle)));
  }

  /** False when the commands were refused: one that cannot be stored must not hold up the others. */
  async #isTaken(commands: Calling[], change: Change): Promise<boolean> {
    try {
      await this.#write(commands, change);
      return true;
    } catch (error) {
      const isRefusal = error instanceof DomainError && !(error instanceof UnavailableError);
      if (!isRefusal || error instanceof SourceMovedError || commands.length === 0) throw error;
      return false;
    }
  }

  async #write(commands: Calling[], change: Change): Promise<void> {
    const { journal, projectId, now, holder } = this.#options;
    const known = this.#source;
    const { hold = LEASE, records = 0, skipped = 0, ...changed } = change;
    const at = now();
    const to = {
      name: this.#connector.name,
      status: known === null || known.status === 'OFF' ? 'READING' : known.status,
      reason: known?.reason ?? null,
      checkpoint: known?.checkpoint ?? {},
      ...changed,
      records: (known?.records ?? 0) + records,
      skipped: (known?.skipped ?? 0) + skipped,
      holder,
      heldUntil: new Date(at + hold).toISOString(),
    };
    const from = known?.version ?? null;
    await journal.write(projectId, [{ kind: 'advanceSource', from, to }, ...commands]);
    this.#source = { ...to, since: known?.since ?? '', version: (from ?? 0) + 1 };
    this.#storedAt = at;
  }
}
