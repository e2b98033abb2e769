import type { Command } from '../domain/command.ts';
import { ConflictError, DomainError, UnavailableError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import type { Watcher } from '../domain/watcher.ts';
import type { LogReader } from '../journal/read.ts';
import { backOff } from './retry.ts';
import type { Held } from './standing.ts';

/** A standing rule: what it wants to see of the log, and what it makes of it. */
export type Rule = {
  name: string;
  /** As the log of the server calls it, for example "the learner". */
  title: string;
  /** A server keeps a project for so long after it last stored something, in ms; see `Watcher`. */
  lease: number;
  /** Whether an event is of any concern; others are passed over. */
  concerns(event: Event, projectId: number): boolean;
  /** Told when another server has read on: what this one makes of the log begins behind events that it never saw. */
  skipped?(projectId: number): void;
  /**
   * Deals with the first of these events, which concerns it, and with as many of those behind it as it likes. Gives
   * the place of the last that it has dealt with; null when the server stops or another one has taken over.
   */
  carryOut(events: Event[], hand: Hand): Promise<number | null>;
  /** For a rule that goes by the clock too: the projects in which time alone may change something. */
  listAwake?(): Promise<number[]>;
  /** Told of each look at the clock in a project that is awake, between what is read of its log. */
  tick?(hand: Hand): Promise<void>;
};

/** What a rule may do in a project. */
export type Hand = {
  readonly projectId: number;
  /** Everything up to here has been dealt with. */
  readonly seq: number;
  /** Whether another server has taken over. */
  readonly isLost: boolean;
  /** Makes sure that this server holds the project for so long, in ms. False when it cannot. */
  claim(ms: number): Promise<boolean>;
  /**
   * Stores commands, and that everything up to `seq` is dealt with, as one. False when another server has taken over,
   * or this one stops; throws a DomainError when the commands are refused.
   */
  store(seq: number, commands: Command[], heard?: Heard): Promise<boolean>;
};

/** The words that commands are about, as they were read. */
export type Heard = { messageId: number; text: string } | null;

/** What every follower of a process shares. */
export type Shared = Held & { log: LogReader; rule: Rule };

/** Events read from the log at a time. */
const PAGE = 500;
/** After so many events without a deed the position is stored, or after so long without any event, in ms. */
const SKIPPED = 5000;
const IDLE = 30_000;
/** So many events that were heard wait to be dealt with; what is more is read from the log. */
const NEWS = 5000;

/**
 * Follows the log of one project behind the commit, event after event. Several servers may follow the same
 * project: one of them holds it, which is a lease in the database rather than a lock of a session, because
 * sessions do not survive a connection pooler. The position is stored in the commit of what it led to, and only
 * from where it stood, so that even a holder that overslept its lease can neither miss nor repeat anything.
 */
export class Follower implements Hand {
  readonly projectId: number;
  readonly #shared: Shared;
  /** The position in the database, and how far the log has been looked at: without a deed the latter is ahead. */
  #stored: number;
  #seen: number;
  #movedAt: number;
  /** Our lease, in ms since 1970. */
  #heldUntil = 0;
  /** Another server holds the project; `refresh` finds out when it does no more. */
  #isLost = false;
  /** Events that were heard and not dealt with yet, each the next one of that before it; the last that was heard. */
  #news: Event[] = [];
  #heard: number;
  #running: Promise<void> | null = null;
  #again = false;
  /** Whether the rule is to look at the clock. */
  #isTicking = false;

  constructor(projectId: number, stored: number, shared: Shared) {
    this.projectId = projectId;
    this.#shared = shared;
    this.#stored = stored;
    this.#seen = stored;
    this.#heard = stored;
    this.#movedAt = shared.now();
  }

  /** Takes news of a commit. Events of no concern are passed over at once. */
  hear(events: Event[]): void {
    const [first, last] = [events[0]!.seq, events.at(-1)!.seq];
    const isNext = first === this.#heard + 1 && this.#news.length + events.length <= NEWS;
    this.#heard = last;
    if (this.#running === null && first === this.#seen + 1) {
      if (!events.some((event) => this.#concerns(event))) return this.#move(last);
    }
    if (!isNext || this.#isLost) this.#news = [];
    this.#news.push(...events);
    this.#visit();
  }

  /** Takes the position as the database has it, when that is behind the log. */
  refresh({ seq, holder, heldUntil }: Watcher, head: number): void {
    if (this.#running !== null) return;
    const isOurs = holder === this.#shared.holder;
    this.#stored = isOurs ? Math.max(this.#stored, seq) : seq;
    if (this.#stored > this.#seen) this.#shared.rule.skipped?.(this.projectId);
    this.#seen = Math.max(this.#seen, this.#stored);
    this.#isLost = !isOurs && Date.parse(heldUntil) > this.#shared.now();
    if (!isOurs) this.#heldUntil = 0;
    if (head > this.#seen) this.#visit();
    else if (this.#shared.now() - this.#movedAt >= IDLE) this.#visit();
  }

  /** Has the rule look at the clock, behind what there is of the log. */
  tick(): void {
    this.#isTicking = true;
    this.#visit();
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
    const { stopping, warn, pause, chance, rule } = this.#shared;
    let failures = 0;
    while (this.#again && !this.#isLost && !stopping.aborted) {
      this.#again = false;
      try {
        await this.#follow();
        if (this.#isTicking && !this.#isLost && !stopping.aborted) await rule.tick?.(this);
        this.#isTicking = false;
        failures = 0;
      } catch (error) {
        if (stopping.aborted) break;
        failures += 1;
        const reason = error instanceof Error ? error.name : 'unknown';
        warn({ projectId: this.projectId, reason }, `${rule.title} could not go on; it tries again`);
        await pause(backOff(failures, chance()), stopping);
        this.#again = true;
      }
    }
    // In the same step as the last look at `#again`, so that no news falls between the two.
    this.#running = null;
  }

  /** Deals with what was heard, or else with what the log holds, to its end. */
  async #follow(): Promise<void> {
    for (let isMore = true; isMore;) {
      const heard = this.#takeNews();
      const events = heard ?? (await this.#shared.log.events(this.projectId, this.#seen, PAGE));
      for (const [index, event] of events.entries()) {
        if (event.seq <= this.#seen) continue;
        if (this.#shared.stopping.aborted) return;
        const isDeed = this.#concerns(event);
        const seen = isDeed ? await this.#shared.rule.carryOut(events.slice(index), this) : event.seq;
        if (seen === null) return;
        this.#seen = seen;
        this.#movedAt = this.#shared.now();
        if (this.#seen - this.#stored >= SKIPPED && !(await this.#save())) return;
      }
      isMore = heard === null ? events.length === PAGE : this.#news.length > 0;
    }
    const skipped = this.#seen - this.#stored;
    const isIdle = this.#shared.now() - this.#movedAt >= IDLE;
    if (skipped >= SKIPPED || (skipped > 0 && isIdle)) await this.#save();
  }

  /** What was heard and comes next; null when the log has to be asked. */
  #takeNews(): Event[] | null {
    const fresh = this.#news.filter(({ seq }) => seq > this.#seen);
    const isKnown = this.#news.length > 0 && (fresh[0]?.seq ?? this.#seen + 1) === this.#seen + 1;
    this.#news = [];
    if (!isKnown) return null;
    this.#again = false;
    return fresh;
  }

  /** Stores how far it has come. False when another server has taken over. */
  async #save(): Promise<boolean> {
    return this.#attempt(() => this.#store(this.#seen, this.#heldUntil, []));
  }

  get seq(): number {
    return this.#seen;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  claim(ms: number): Promise<boolean> {
    return this.#attempt(async () => {
      if (this.#heldUntil - this.#shared.now() < ms) await this.#store(this.#seen, this.#lease(), []);
    });
  }

  store(seq: number, commands: Command[], heard: Heard = null): Promise<boolean> {
    return this.#attempt(() => this.#store(seq, this.#lease(), commands, heard));
  }

  #concerns(event: Event): boolean {
    return this.#shared.rule.concerns(event, this.projectId);
  }

  #lease(): number {
    return this.#shared.now() + this.#shared.rule.lease;
  }

  async #store(seq: number, heldUntil: number, more: Command[], heard: Heard = null): Promise<void> {
    const { journal, rule, holder } = this.#shared;
    const to: Watcher = { name: rule.name, seq, holder, heldUntil: new Date(heldUntil).toISOString() };
    const advance: Command = { kind: 'advanceWatcher', from: this.#stored, to, heard };
    await journal.write(this.projectId, [advance, ...more]);
    this.#stored = seq;
    this.#heldUntil = heldUntil;
  }

  /** Writes until the database takes it; false when another server has taken over, or this one stops. */
  async #attempt(write: () => Promise<void>): Promise<boolean> {
    const { stopping, warn, pause, chance, rule } = this.#shared;
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
        // What it found out is kept meanwhile: no model is asked twice because the database is away.
        if (error instanceof DomainError && !(error instanceof UnavailableError)) throw error;
        if (stopping.aborted) return false;
        warn({ projectId: this.projectId }, `${rule.title} could not store what it found; it tries again`);
        await pause(backOff(failures, chance()), stopping);
      }
    }
  }
}
