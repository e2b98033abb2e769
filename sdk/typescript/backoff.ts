const FIRST = 500;
const LONGEST = 8000;

/** Time to wait after a failed try (0 is the first), in ms; with jitter, so that many bots do not come back at once. */
export const backoff = (attempt: number): number =>
  Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2);

/** Waits so many ms. */
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Waits so many ms, without keeping a program alive that has nothing else to do. */
export function idle(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(resolve, ms);
    // Timers of browsers are numbers.
    (timer as { unref?: () => void }).unref?.();
  });
}
