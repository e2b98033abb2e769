import type { FeedSubscription } from '../../generated/client/graphql.ts';

export type FeedFrame = FeedSubscription['feed'];
export type FeedEvent = FeedFrame['events'][number];

/** A burst may wait this long for a drawn frame; a hidden tab draws none, so a timer stands behind. */
const LONGEST_WAIT = 250;

/**
 * Hands frames to whoever listens, at most once per drawn frame: a hundred events a second cost sixty updates,
 * not a hundred.
 */
export class FrameStream<Frame = FeedFrame> {
  #listeners = new Set<(frames: readonly Frame[]) => void>();
  #waiting: Frame[] = [];
  #scheduled: { raf: number; timer: ReturnType<typeof setTimeout> } | null = null;

  listen(listener: (frames: readonly Frame[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  push(frame: Frame): void {
    this.#waiting.push(frame);
    this.#scheduled ??= {
      raf: requestAnimationFrame(() => this.flush()),
      timer: setTimeout(() => this.flush(), LONGEST_WAIT),
    };
  }

  /** Hands over what is waiting now. Needed before a query's answer is merged with what came before it. */
  flush(): void {
    if (!this.#scheduled) return;
    cancelAnimationFrame(this.#scheduled.raf);
    clearTimeout(this.#scheduled.timer);
    this.#scheduled = null;
    const frames = this.#waiting.splice(0);
    for (const listener of this.#listeners) listener(frames);
  }
}
