import type { Calling } from '../../domain/command.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import type { Json } from '../../domain/value.ts';
import { isContactLens, readContactLens } from './contact-lens.ts';
import { readLca } from './lca.ts';

/** What an event of either system tells of a call. Throws an InvalidInputError when it is none. */
export function readCallEvent(event: Json): Calling[] {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw new InvalidInputError('body', 'An event must be a JSON object.');
  }
  return isContactLens(event) ? readContactLens(event) : readLca(event);
}
