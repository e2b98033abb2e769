import type { Event } from '../domain/event.ts';

/** News of one commit: the events themselves, so that followers rarely need to read the log. */
export type News = { projectId: number; events: Event[] };

/**
 * Carries wake-ups from the journal to those who follow a log. It is a hint: news may be lost, repeated or
 * late, and nothing but delay comes of it, because followers read what they missed from the log.
 */
export type Bus = AsyncDisposable & {
  publish(news: News): void;
  /** Calls `listener` for each piece of news until the returned function is called. */
  listen(listener: (news: News) => void): () => void;
};

/** A bus within one process. */
export function createLocalBus(): Bus {
  const listeners = new Set<(news: News) => void>();
  return {
    publish(news) {
      for (const listener of listeners) listener(news);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    [Symbol.asyncDispose]() {
      listeners.clear();
      return Promise.resolve();
    },
  };
}
