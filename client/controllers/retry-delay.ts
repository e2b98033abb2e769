import type { ConnectionError } from '../connection-error.ts';

const FIRST = 400;
const LONGEST = 5_000;

/**
 * Doubles up to five seconds, with jitter so that a room full of viewers does not return in one instant. A viewer
 * that was cut while all else is well goes on at once, but only the first time.
 */
export function retryDelay(error: ConnectionError, failures: number): number {
  if (failures === 0 && (error.kind === 'reset' || error.kind === 'slow-viewer')) return 0;
  const ceiling = Math.min(LONGEST, FIRST * 2 ** failures);
  return Math.round(ceiling * (0.6 + Math.random() * 0.4));
}
