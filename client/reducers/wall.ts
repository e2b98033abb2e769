/** A place on the wall, and since when its call is over, in ms; null while it goes on. */
export interface Seat {
  readonly call: string;
  readonly endedAt: number | null;
}

/** The words of a call that ended can still be read for so long before another one takes its place. */
export const LINGER = 12_000;

/**
 * The places of a wall: a call keeps its own while it goes on, and one that ended leaves it to the newest that has
 * none. Pure.
 *
 * @param active - Ids of the calls that go on, the newest first.
 * @param places - How many calls the wall shows.
 */
export function seated(
  seats: readonly Seat[],
  active: readonly string[],
  places: number,
  now: number,
): readonly Seat[] {
  const going = new Set(active);
  const known = seats.slice(0, places).map(({ call, endedAt }): Seat => {
    if (going.has(call)) return { call, endedAt: null };
    return { call, endedAt: endedAt ?? now };
  });
  const taken = new Set(known.map(({ call }) => call));
  const waiting = active.filter((call) => !taken.has(call));
  const kept = known.map((seat): Seat => {
    const isFree = seat.endedAt !== null && now - seat.endedAt >= LINGER;
    const next = isFree ? waiting.shift() : undefined;
    return next === undefined ? seat : { call: next, endedAt: null };
  });
  // The first wall of all is read from its newest call on, too.
  const added = waiting.slice(0, places - kept.length).map((call): Seat => ({ call, endedAt: null }));
  return [...kept, ...added];
}
