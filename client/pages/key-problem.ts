import type { ConnectionError } from '../connection-error.ts';

/** Why the page asks for a key, in words for the person who has to do something about it. */
export function keyProblem(error: ConnectionError, hadKey: boolean, wasInside: boolean): string {
  if (wasInside)
    return 'Your access has ended: the key was withdrawn or has expired. Another one lets you go on.';
  if (!hadKey) return error.kind === 'not-allowed' ? error.message : '';
  if (error.kind === 'not-allowed') return 'This key may not listen in. Ask for one with the right to read.';
  return 'That key was not accepted. Check that all of it was copied, or ask for another one.';
}
