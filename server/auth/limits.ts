import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** So many requests in so many seconds, counted from the first request of a window. */
export type Limit = { requests: number; seconds: number };

export const policies = ['messages', 'insights', 'bulk', 'stream-insights', 'stream-learning'] as const;
export type Policy = (typeof policies)[number];
export type RateLimits = Record<Policy, Limit>;

const FIVE_MINUTES = 300;
export const documentedLimits: RateLimits = {
  messages: { requests: 50, seconds: FIVE_MINUTES },
  insights: { requests: 100, seconds: FIVE_MINUTES },
  bulk: { requests: 10, seconds: FIVE_MINUTES },
  'stream-insights': { requests: 10, seconds: FIVE_MINUTES },
  'stream-learning': { requests: 5, seconds: FIVE_MINUTES },
};

/** What is left of a limit, as headers; `retryAfter` (seconds) is set when there is nothing left. */
export type Allowance = { headers: Record<string, string>; retryAfter: number | null };

/** Counts one request of a subject against a policy. */
export type Limiter = (policy: Policy, subject: string) => Promise<Allowance>;

/** Counts in the memory of this process; without limits everybody may. */
export function createLimiter(limits: RateLimits | null): Limiter {
  if (limits === null) return () => Promise.resolve({ headers: {}, retryAfter: null });
  const counters = new Map(
    policies.map((policy) => {
      const { requests: points, seconds: duration } = limits[policy];
      return [policy, new RateLimiterMemory({ keyPrefix: policy, points, duration })];
    }),
  );
  return async (policy, subject) => {
    const [state, isOver] = await counters
      .get(policy)!
      .consume(subject)
      .then((left) => [left, false] as const)
      .catch((over: unknown) => {
        if (over instanceof RateLimiterRes) return [over, true] as const;
        throw over;
      });
    const { requests, seconds } = limits[policy];
    const reset = Math.max(1, Math.ceil(state.msBeforeNext / 1000));
    const remaining = Math.max(0, state.remainingPoints);
    return {
      retryAfter: isOver ? reset : null,
      headers: {
        'ratelimit-policy': `"${policy}";q=${requests};w=${seconds}`,
        ratelimit: `"${policy}";r=${remaining};t=${reset}`,
        'x-ratelimit-limit': String(requests),
        'x-ratelimit-remaining': String(remaining),
        'x-ratelimit-reset': String(reset),
        ...(isOver && { 'retry-after': String(reset) }),
      },
    };
  };
}

/**
 * Reads RATE_LIMITS: `off`, or changes to the documented limits as `policy=requests/seconds`, separated by commas.
 * Null is off. Throws a RangeError that says what is wrong.
 */
export function parseRateLimits(given: string | undefined): RateLimits | null {
  if (given === undefined || given === '') return documentedLimits;
  if (given === 'off') return null;
  const limits = { ...documentedLimits };
  for (const part of given.split(',')) {
    const [, policy, requests, seconds] = /^\s*([a-z-]+)=(\d{1,7})\/(\d{1,7})\s*$/u.exec(part) ?? [];
    if (!isPolicy(policy) || Number(requests) < 1 || Number(seconds) < 1) {
      throw new RangeError(
        `RATE_LIMITS must be "off" or a list like "messages=50/300,bulk=10/300" (requests/seconds; ${policies.join(', ')}); it holds "${part.trim()}".`,
      );
    }
    limits[policy] = { requests: Number(requests), seconds: Number(seconds) };
  }
  return limits;
}

const isPolicy = (name: string | undefined): name is Policy => policies.some((policy) => policy === name);
