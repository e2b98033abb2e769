import type { AdvanceSource, Answer } from './command.ts';
import { emit, nothing } from './emit.ts';
import { SourceMovedError } from './errors.ts';
import type { State } from './state.ts';

/**
 * Moves a source on, or claims it for a server. Only the server that holds it may, and only from where it stands.
 * How it fares is an event when that changed; how far it was read is none, which would be one for each step.
 */
export function advanceSource(state: State, { from, to }: AdvanceSource, now: string): Answer {
  const known = state.sources.get(to.name);
  if ((known?.version ?? null) !== from) throw new SourceMovedError(to.name);
  if (known !== undefined && known.holder !== to.holder && known.heldUntil > now) {
    throw new SourceMovedError(to.name);
  }
  const { name, status, reason } = to;
  const isSame = known?.status === status && known.reason === reason;
  const since = isSame ? known.since : now;
  state.sources.set(name, { ...to, since, version: (from ?? 0) + 1 });
  if (!isSame) emit(state, now, { kind: 'SourceChanged', source: { name, status, reason, since } });
  return nothing;
}
