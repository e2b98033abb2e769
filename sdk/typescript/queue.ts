import { backoff, idle } from './backoff.ts';
import { EarshotError, isWorthRetrying, ServerError } from './errors.ts';
import type { Prepared, Transport } from './transport.ts';

export interface QueueOptions {
  transport: Pick<Transport, 'once'>;
  size: number;
  sleep?: ((ms: number) => Promise<void>) | undefined;
  onError?: ((error: Error) => void) | undefined;
}

/** Time between tries while the server is down, at most, in ms. */
const LONGEST_PAUSE = 60_000;

/**
 * Sends requests in order, one at a time, while nobody waits. While the server is down they stay: one is given up
 * only when the server refuses it, or when newer ones need its place.
 */
export class BackgroundQueue {
  readonly #options: QueueOptions;
  readonly #waiting: Prepared<unknown>[] = [];
  #running: Promise<void> | null = null;
  #isClosed = false;
  #hurry: () => void = () => undefined;
  readonly #hurried = new Promise<void>((resolve) => (this.#hurry = resolve));
  readonly #told = new Set<string>();
  /** Requests given up: refused, pushed out by newer ones, or left at the end. */
  dropped = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Takes a request; false when nothing is taken any more. */
  put(prepared: Prepared<unknown>): boolean {
    if (this.#isClosed) {
      this.dropped += 1;
      this.#tell(
        new EarshotError(`${prepared.what} came after close(), and is lost. Make a new EarshotSDK.`),
      );
      return false;
    }
    this.#waiting.push(prepared);
    this.#crop();
    this.#running ??= this.#run();
    return true;
  }

  /** Waits until all is sent, at most so long; whether nothing is left. */
  async flush(timeoutMs: number): Promise<boolean> {
    if (this.#running === null) return true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, timeoutMs, false)));
    const isDone = await Promise.race([this.#running.then(() => true), late]);
    clearTimeout(timer);
    return isDone;
  }

  /** Takes no more, tries once what is left, for at most so long; whether all went out. */
  async close(timeoutMs: number): Promise<boolean> {
    const before = this.dropped;
    this.#isClosed = true;
    this.#hurry();
    const isDone = await this.flush(timeoutMs);
    this.dropped += this.#waiting.splice(0).length;
    return isDone && this.dropped === before;
  }

  /** Notes what could not even be written down. */
  refuse(error: Error): void {
    this.dropped += 1;
    this.#tell(error);
  }

  async #run(): Promise<void> {
    const { transport, sleep = idle } = this.#options;
    let failures = 0;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        await transport.once(next);
        failures = 0;
        this.#told.clear();
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        this.#tell(error);
        if (!isWorthRetrying(error) || this.#isClosed) {
          this.dropped += 1;
          continue;
        }
        this.#waiting.unshift(next);
        this.#crop();
        const asked = error instanceof ServerError ? (error.retryAfterMs ?? 0) : 0;
        const pause = Math.min(LONGEST_PAUSE, Math.max(asked, backoff(failures)));
        failures += 1;
        await Promise.race([sleep(pause), this.#hurried]);
      }
    }
    // In the same step in which nothing was left, so that what comes next starts anew.
    this.#running = null;
  }

  #crop(): void {
    const surplus = this.#waiting.length - this.#options.size;
    if (surplus <= 0) return;
    this.#waiting.splice(0, surplus);
    this.dropped += surplus;
    this.#tell(
      new EarshotError(
        `The queue is full (${this.#options.size}): the oldest messages are lost. Is the server down?`,
      ),
    );
  }

  /** Once for a row of equal failures: a server that is down must not fill the log. */
  #tell(error: Error): void {
    const { onError = (it: Error) => console.warn(`Earshot: ${it.message}`) } = this.#options;
    const kind = `${error.name} ${error instanceof EarshotError ? error.status : ''}`;
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    try {
      onError(error);
    } catch {
      // Nobody waits for what is sent here, so that nobody could be told.
    }
  }
}
