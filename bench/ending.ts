import type { Lifetime } from '../server/lifetime.ts';

/** Ends everything when the program is interrupted, or when nobody reads what it prints any more. */
export function endWhenInterrupted(lifetime: Lifetime): void {
  const end = (): void => {
    void lifetime[Symbol.asyncDispose]().finally(() => process.exit(130));
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  process.stdout.once('error', end);
}
