import type { EndCall, LogSegment, StartCall } from '../../domain/command.ts';

/** A call of which more may be said. The tables do not tell when it ends. */
export type OpenCall = {
  startedAt: string | null;
  /** When something of it was heard last. */
  heardAt: string;
  /** Up to where it is heard, in ms since it began. */
  endMs: number;
  /** Where each side spoke last, in seconds since it began. */
  spoke: { customer: number; agent: number };
};

/** A call of which nothing was heard for so long is over, in ms. */
const QUIET = 30 * 60 * 1000;

/** A call after more was read of it, `now` at the latest. */
export function hear(
  before: OpenCall | undefined,
  commands: (StartCall | LogSegment)[],
  now: string,
): OpenCall {
  let { startedAt, heardAt, endMs } = before ?? { startedAt: null, heardAt: '', endMs: 0 };
  const spoke = { customer: 0, agent: 0, ...before?.spoke };
  for (const command of commands) {
    const at = (command.kind === 'startCall' ? command.startedAt : command.at) ?? now;
    heardAt = [heardAt, at < now ? at : now].toSorted().at(-1)!;
    if (command.kind === 'startCall') {
      startedAt = command.startedAt ?? startedAt;
      continue;
    }
    endMs = Math.max(endMs, command.endMs);
    const side = command.speaker === 'CUSTOMER' ? 'customer' : 'agent';
    spoke[side] = Math.max(spoke[side], command.startMs / 1000);
  }
  return { startedAt, heardAt: heardAt || now, endMs, spoke };
}

/** The end of a call that has been quiet for long; null while it is not. */
export function endOf(callId: string, call: OpenCall, now: number): EndCall | null {
  if (now - Date.parse(call.heardAt) <= QUIET) return null;
  const heardAt = Date.parse(call.heardAt);
  const end = call.startedAt === null ? heardAt : Date.parse(call.startedAt) + call.endMs;
  // An offset may be any number.
  const endedAt = new Date(Math.min(end, now)).toISOString();
  return { kind: 'endCall', conversationId: callId, endedAt, reason: 'silent for 30 minutes' };
}
