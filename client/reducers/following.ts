/** Which call is shown while nobody has chosen one: the newest. All functions here are pure. */
export interface Following {
  /** The viewer's own choice; null while the newest call is followed. */
  readonly chosen: string | null;
  readonly followed: string | null;
  /** When the followed call came up, in ms. */
  readonly since: number;
}

export const followingNewest: Following = { chosen: null, followed: null, since: 0 };

/** A followed call stays at least this long, or a busy hour would flicker. */
export const FOLLOW_DWELL = 4_000;

/** Moves on to the newest call, though not before the present one had its time. */
export function newestFollowed(following: Following, newest: string | undefined, now: number): Following {
  const { chosen, followed, since } = following;
  if (chosen !== null || newest === undefined || newest === followed) return following;
  if (followed !== null && now - since < FOLLOW_DWELL) return following;
  return { ...following, followed: newest, since: now };
}

export function callChosen(following: Following, chosen: string): Following {
  return { ...following, chosen };
}

/** The newest call comes up at once. */
export function followingResumed({ followed }: Following): Following {
  return { chosen: null, followed, since: 0 };
}
