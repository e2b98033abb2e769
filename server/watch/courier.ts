import { payloadOf } from '../domain/notice.ts';
import { delayAfter, type Delivery } from '../domain/webhook.ts';
import type { LogReader } from '../journal/read.ts';
import type { PrismaClient } from '../store/database.ts';
import { hasReached, listDue, type Due } from '../store/webhook.ts';
import type { Guard } from './address.ts';
import { post, type PostOutcome } from './post.ts';
import type { Standing } from './standing.ts';

type Options = Standing & { prisma: PrismaClient; log: LogReader; guard: Guard };

/** Attempts at a time to one webhook, and to all. */
const LANES = 8;
const ALL_LANES = 64;

/**
 * Sends what is due. Every attempt is claimed in the database before it begins, so that of several servers one alone
 * makes it; one whose server dies is due again a minute later, as the next attempt.
 */
export class Courier {
  readonly #options: Options;
  /** Attempts under way, and how many of each webhook. */
  readonly #underway = new Set<Promise<void>>();
  readonly #lanes = new Map<string, number>();
  #looking: Promise<void> | null = null;
  #again = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Looks for what is due, unless it is looking already: then once more. */
  look(): void {
    this.#again = true;
    if (this.#looking !== null || this.#options.stopping.aborted) return;
    this.#looking = this.#lookAll();
  }

  /** Resolves when nothing is under way any more. */
  async end(): Promise<void> {
    await this.#looking;
    await Promise.all(this.#underway);
  }

  async #lookAll(): Promise<void> {
    const { stopping, warn } = this.#options;
    try {
      while (this.#again && !stopping.aborted) {
        this.#again = false;
        await this.#begin();
      }
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'unknown';
      warn({ reason }, 'what is due to webhooks could not be looked for');
    }
    // In the same step as the last look at `#again`, so that no call falls between the two.
    this.#looking = null;
  }

  /** Claims what is due, as far as there are lanes, and begins to send it. */
  async #begin(): Promise<void> {
    const { prisma, journal, now, stopping } = this.#options;
    if (this.#underway.size >= ALL_LANES) return;
    const due = new Map<number, Due[]>();
    const taken = new Map(this.#lanes);
    let free = ALL_LANES - this.#underway.size;
    for (const it of await listDue(prisma, new Date(now()).toISOString(), LANES)) {
      const lanes = taken.get(it.endpointId) ?? 0;
      if (free === 0 || lanes >= LANES) continue;
      taken.set(it.endpointId, lanes + 1);
      free -= 1;
      due.set(it.projectId, [...(due.get(it.projectId) ?? []), it]);
    }
    for (const [projectId, found] of due) {
      if (stopping.aborted) return;
      const claims = found.map(({ id, attempts }) => ({ id, attempts }));
      const { answers } = await journal.write(projectId, [{ kind: 'claimDeliveries', claims }]);
      const { deliveries } = answers[0]!.recorded as { deliveries: Delivery[] };
      for (const delivery of deliveries) {
        this.#send(
          projectId,
          delivery,
          found.find(({ id }) => id === delivery.id)!,
        );
      }
    }
  }

  #send(projectId: number, delivery: Delivery, due: Due): void {
    const { endpointId } = due;
    this.#lanes.set(endpointId, (this.#lanes.get(endpointId) ?? 0) + 1);
    const sending = this.#carry(projectId, delivery, due)
      .catch((error: unknown) => {
        // Without an outcome it is due again when its claim is over.
        const reason = error instanceof Error ? error.name : 'unknown';
        this.#options.warn({ projectId, deliveryId: delivery.id, reason }, 'a delivery was interrupted');
      })
      .finally(() => {
        this.#underway.delete(sending);
        const lanes = this.#lanes.get(endpointId)! - 1;
        if (lanes === 0) this.#lanes.delete(endpointId);
        else this.#lanes.set(endpointId, lanes);
        this.look();
      });
    this.#underway.add(sending);
  }

  async #carry(projectId: number, delivery: Delivery, { url, secret }: Due): Promise<void> {
    const { prisma, journal, chance, stopping } = this.#options;
    const { status, error } = await this.#attempt(projectId, delivery, url, secret);
    // It may have arrived or not: who starts next finds it due when its claim is over.
    if (error !== null && stopping.aborted) return;
    const { endpointId, createdAt, attemptsBefore } = delivery;
    const isLast = delayAfter(delivery.attempts - attemptsBefore, 0) === null;
    const isDead = isLast && error !== null && !(await hasReached(prisma, projectId, endpointId, createdAt));
    const { id, attempts: attempt } = delivery;
    const outcome = { status, error, chance: chance(), isDead };
    await journal.write(projectId, [{ kind: 'settleDelivery', id, attempt, ...outcome }]);
  }

  /** What is sent is read from the log each time, so that words that were erased meanwhile do not leave the house. */
  async #attempt(projectId: number, delivery: Delivery, url: string, secret: string): Promise<PostOutcome> {
    const { log, guard, now, pause, stopping } = this.#options;
    const { seq, webhookId } = delivery;
    const event = (await log.events(projectId, seq - 1, 1)).find((it) => it.seq === seq);
    const payload = event === undefined ? null : payloadOf(event, delivery);
    if (payload === null) return { status: null, error: 'its event is not in the log any more' };
    const parcel = { url, secret, webhookId, body: JSON.stringify(payload), at: now() };
    return post(parcel, guard, pause, stopping);
  }
}
