import type { Command } from '../domain/command.ts';
import {
  ConflictError,
  DomainError,
  InvalidInputError,
  NotFoundError,
  UnavailableError,
} from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import type { Message } from '../domain/message.ts';
import { isBlank } from '../domain/value.ts';
import type { Watcher } from '../domain/watcher.ts';
import type { LogReader } from '../journal/read.ts';
import type { Journal } from '../journal/write.ts';
import { backOff, type Pause } from './retry.ts';
import type { Heard, Tutor } from './tutor.ts';

/** What every follower of a process shares. */
export type Shared = {
  log: LogReader;
  journal: Journal;
  tutor: Tutor;
  findMessage: (projectId: number, id: number) => Promise<Message | null>;
  /** The time, in ms since 1970. */
  now: () => number;
  pause: Pause;
  /** A number from 0 to 1, for the back-off. */
  chance: () => number;
  /** Aborted when the server stops. */
  stopping: AbortSignal;
  /** Who this server is among those on the same database. */
  holder: string;
  name: string;
  warn: (about: object, what: string) => void;
};

/** Events read from the log at a time. */
const PAGE = 500;
/** After so many events without a lesson the position is stored, or after so long without any event, in ms. */
const SKIPPED = 500;
const IDLE = 30_000;
/** A server keeps a project for so long after it last stored something; see `Watcher`. */
const LEASE = 180_000;
/** Before a model is asked, the lease must last this much longer at least: an answer takes up to two minutes. */
const LEAST_LEASE = 150_000;

/**
 * Follows the log of one project behind the commit, message after message. Several servers may follow the same
 * project: one of them holds it, which is a lease in the database rather than a lock of a session, because
 * sessions do not survive a connection pooler. The position is stored in the commit of what it led to, and only
 * from where it stood, so that even a holder that overslept its lease can neither miss nor repeat anything.
 */
export class Follower {
  readonly #projectId: number;
  readonly #shared: Shared;
  /** The position in the database, and how far the log has been looked at: without a lesson the latter is ahead. */
  #stored: number;
  #seen: number;
  #movedAt: number;
  /** Our lease, in ms since 1970. */
  #heldUntil = 0;
  /** Another server holds the project; `refresh` finds out when it does no more. */
  #isLost = false;
  #running: Promise<void> | null = null;
  #again = false;

  constructor(projectId: number, stored: number, shared: Shared) {
    this.#projectId = projectId;
    this.#shared = shared;
    this.#stored = stored;
    this.#seen = stored;
    this.#movedAt = shared.now();
  }

  /** Takes news of a commit. Events that teach nothing are passed over without a look into the log. */
  hear(events: Event[]): void {
    const isNext = events[0]?.seq === this.#seen + 1 && this.#running === null;
    if (!isNext || events.some((event) => saidIn(event) !== null)) this.#visit();
    else this.#move(events.at(-1)!.seq);
  }

  /** Takes the position as the database has it, when that is behind the log. */
  refresh({ seq, holder, heldUntil }: Watcher, head: number): void {
    if (this.#running !== null) return;
    const isOurs = holder === this.#shared.holder;
    this.#stored = isOurs ? Math.max(this.#stored, seq) : seq;
    this.#seen = Math.max(this.#seen, this.#stored);
    this.#isLost = !isOurs && Date.parse(heldUntil) > this.#shared.now();
    if (!isOurs) this.#heldUntil = 0;
    if (head > this.#seen) this.#visit();
    else if (this.#shared.now() - this.#movedAt >= IDLE) this.#visit();
  }

  /** Ends what runs, stores how far it came and lets go, so that another server can go on at once. */
  async end(): Promise<void> {
    await this.#running;
    const isHeld = this.#heldUntil > this.#shared.now();
    if (this.#isLost || (!isHeld && this.#seen === this.#stored)) return;
    await this.#store(this.#seen, this.#shared.now(), []).catch(() => undefined);
  }

  #move(seq: number): void {
    this.#seen = seq;
    this.#movedAt = this.#shared.now();
    if (seq - this.#stored >= SKIPPED) this.#visit();
  }

  #visit(): void {
    this.#again = true;
    if (this.#isLost || this.#shared.stopping.aborted || this.#running !== null) return;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    const { stopping, warn, pause, chance } = this.#shared;
    let failures = 0;
    while (this.#again && !this.#isLost && !stopping.aborted) {
      this.#again = false;
      try {
        await this.#follow();
        failures = 0;
      } catch (error) {
        if (stopping.aborted) break;
        failures += 1;
        const reason = error instanceof Error ? error.name : 'unknown';
        warn({ projectId: this.#projectId, reason }, 'the learner could not go on; it tries again');
        await pause(backOff(failures, chance()), stopping);
        this.#again = true;
      }
    }
    // In the same step as the last look at `#again`, so that no news falls between the two.
    this.#running = null;
  }

  /** Reads the log to its end. */
  async #follow(): Promise<void> {
    for (;;) {
      const events = await this.#shared.log.events(this.#projectId, this.#seen, PAGE);
      for (const event of events) {
        if (this.#shared.stopping.aborted) return;
        const messageId = saidIn(event);
        if (messageId !== null && !(await this.#learn(event, messageId))) return;
        this.#seen = event.seq;
        this.#movedAt = this.#shared.now();
        if (this.#seen - this.#stored >= SKIPPED && !(await this.#save())) return;
      }
      if (events.length < PAGE) break;
    }
    const skipped = this.#seen - this.#stored;
    const isIdle = this.#shared.now() - this.#movedAt >= IDLE;
    if (skipped >= SKIPPED || (skipped > 0 && isIdle)) await this.#save();
  }

  /** Stores how far it has come. False when another server has taken over. */
  async #save(): Promise<boolean> {
    return this.#attempt(() => this.#store(this.#seen, this.#heldUntil, []));
  }

  /** Learns from a message. False when it could not, because the server stops or another one has taken over. */
  async #learn({ seq, ...event }: Event, messageId: number): Promise<boolean> {
    const { tutor, stopping } = this.#shared;
    const found = new Set(event.kind === 'MessagesLogged' ? event.facts.map(({ fact }) => fact.key) : []);
    for (;;) {
      // Read anew before each request: the words may have been erased since they were logged.
      const learned = await tutor.learn(async () => {
        const heard = await this.#hearAgain(messageId, found);
        return heard !== null && (await this.#attempt(() => this.#claim())) ? heard : null;
      });
      if (learned === null) return !stopping.aborted && !this.#isLost;
      const { lessons, heard } = learned;
      const teach: Command[] = lessons.length > 0 ? [{ kind: 'teach', messageId, lessons }] : [];
      const words = lessons.length > 0 ? { messageId, text: heard.text } : null;
      try {
        return await this.#attempt(() => this.#store(seq, this.#lease(), teach, words));
      } catch (error) {
        // It says something else by now: what was learned from it is void.
        if (error instanceof NotFoundError) continue;
        if (!(error instanceof InvalidInputError)) throw error;
        this.#shared.warn({ projectId: this.#projectId, messageId }, 'the database refused lessons; skipped');
        return this.#attempt(() => this.#store(seq, this.#lease(), []));
      }
    }
  }

  async #hearAgain(id: number, found: ReadonlySet<string>): Promise<Heard | null> {
    const message = await this.#shared.findMessage(this.#projectId, id);
    if (message === null || message.endUserId === null || isBlank(message.text)) return null;
    return { projectId: this.#projectId, id, text: message.text, found };
  }

  #lease(): number {
    return this.#shared.now() + LEASE;
  }

  /** Makes sure that this server holds the project for as long as an answer may take. */
  async #claim(): Promise<void> {
    if (this.#heldUntil - this.#shared.now() >= LEAST_LEASE) return;
    await this.#store(this.#seen, this.#lease(), []);
  }

  async #store(
    seq: number,
    heldUntil: number,
    more: Command[],
    heard: { messageId: number; text: string } | null = null,
  ): Promise<void> {
    const { journal, name, holder } = this.#shared;
    const to: Watcher = { name, seq, holder, heldUntil: new Date(heldUntil).toISOString() };
    const advance: Command = { kind: 'advanceWatcher', from: this.#stored, to, heard };
    await journal.write(this.#projectId, [advance, ...more]);
    this.#stored = seq;
    this.#heldUntil = heldUntil;
  }

  /** Writes until the database takes it; false when another server has taken over, or this one stops. */
  async #attempt(write: () => Promise<void>): Promise<boolean> {
    const { stopping, warn, pause, chance } = this.#shared;
    for (let failures = 1; ; failures += 1) {
      try {
        await write();
        return true;
      } catch (error) {
        if (error instanceof ConflictError) {
          this.#isLost = true;
          this.#heldUntil = 0;
          return false;
        }
        // What it learned is kept meanwhile: no model is asked twice because the database is away.
        if (error instanceof DomainError && !(error instanceof UnavailableError)) throw error;
        if (stopping.aborted) return false;
        warn({ projectId: this.#projectId }, 'the learner could not store what it learned; it tries again');
        await pause(backOff(failures, chance()), stopping);
      }
    }
  }
}

/** The id of the message in which a known person said something new; null when nobody did. */
function saidIn(event: Event): number | null {
  if (event.kind !== 'MessagesLogged' || event.profile === null) return null;
  const { endUserId } = event.profile;
  return event.messages.find((it) => it.sender === 'USER' && it.endUserId === endUserId)?.id ?? null;
}
