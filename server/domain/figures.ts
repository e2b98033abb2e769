import type { Cost } from './cost.ts';
import { add, half, mean, subtract, toAmount, zero, type Amount } from './money.ts';
import { latencyOf, serviceNames, type Service, type Turn } from './turn.ts';

/** A sum of times in ms, exact, and how many it is the sum of. */
type Times = { sum: Amount; count: number };
type Hits = { hits: number; misses: number };

/** What the turns, costs and ratings of a conversation add up to, so that no answer has to read them all. */
export type Figures = {
  conversationId: number;
  succeeded: number;
  failed: number;
  interrupted: number;
  latency: Record<Service, Times>;
  total: Times;
  llmCache: Hits;
  ttsCache: Hits;
  guardrailViolations: number;
  guardrailBlocks: number;
  /** Costs with a price, and those without one. */
  pricedCosts: number;
  unpricedCosts: number;
  /** USD, by service and by provider. */
  usdByService: Record<string, Amount>;
  usdByProvider: Record<string, Amount>;
  /** USD of operations that a cache answered. */
  cachedUsd: Amount;
  feedback: number;
  /** The last ones stated. */
  optimizationLevel: string | null;
  languageCode: string | null;
};

const none: Times = { sum: zero, count: 0 };

export const emptyFigures = (conversationId: number): Figures => ({
  conversationId,
  succeeded: 0,
  failed: 0,
  interrupted: 0,
  latency: { asr: none, llm: none, translation: none, tts: none },
  total: none,
  llmCache: { hits: 0, misses: 0 },
  ttsCache: { hits: 0, misses: 0 },
  guardrailViolations: 0,
  guardrailBlocks: 0,
  pricedCosts: 0,
  unpricedCosts: 0,
  usdByService: {},
  usdByProvider: {},
  cachedUsd: zero,
  feedback: 0,
  optimizationLevel: null,
  languageCode: null,
});

/** The figures with a turn more; `before` is the one that it replaces. */
export function countTurn(figures: Figures, turn: Turn, before: Turn | undefined): Figures {
  const without = before === undefined ? figures : addTurn(figures, before, -1);
  return {
    ...addTurn(without, turn, 1),
    optimizationLevel: turn.optimizationLevel ?? figures.optimizationLevel,
    languageCode: turn.languageCode ?? figures.languageCode,
  };
}

function addTurn(figures: Figures, turn: Turn, sign: 1 | -1): Figures {
  const hit = ({ hits, misses }: Hits, isHit: boolean | null): Hits => ({
    hits: hits + (isHit === true ? sign : 0),
    misses: misses + (isHit === false ? sign : 0),
  });
  const latency = Object.fromEntries(
    serviceNames.map((service) => [
      service,
      addTime(figures.latency[service], latencyOf(turn, service), sign),
    ]),
  ) as Figures['latency'];
  return {
    ...figures,
    succeeded: figures.succeeded + (turn.outcome === 'SUCCEEDED' ? sign : 0),
    failed: figures.failed + (turn.outcome === 'FAILED' ? sign : 0),
    interrupted: figures.interrupted + (turn.outcome === 'INTERRUPTED' ? sign : 0),
    latency,
    total: addTime(figures.total, turn.totalMs, sign),
    llmCache: hit(figures.llmCache, turn.llmCacheHit),
    ttsCache: hit(figures.ttsCache, turn.ttsCacheHit),
    guardrailViolations: figures.guardrailViolations + sign * turn.guardrailViolations,
    guardrailBlocks: figures.guardrailBlocks + sign * turn.guardrailBlocks,
  };
}

function addTime({ sum, count }: Times, ms: number | null, sign: 1 | -1): Times {
  if (ms === null) return { sum, count };
  const change = sign === 1 ? add : subtract;
  return { sum: change(sum, toAmount(ms)), count: count + sign };
}

/** Costs that name no provider are summed under this. */
export const UNKNOWN_PROVIDER = 'unknown';

/** The figures with a cost more; `before` is the one that it replaces. */
export function countCost(figures: Figures, cost: Cost, before?: Cost): Figures {
  const without = before === undefined ? figures : addCost(figures, before, -1);
  return {
    ...addCost(without, cost, 1),
    optimizationLevel: cost.optimizationLevel ?? figures.optimizationLevel,
  };
}

function addCost(figures: Figures, cost: Cost, sign: 1 | -1): Figures {
  const { usd } = cost;
  if (usd === null) return { ...figures, unpricedCosts: figures.unpricedCosts + sign };
  const change = sign === 1 ? add : subtract;
  const changed = (sums: Record<string, Amount>, name: string): Record<string, Amount> =>
    // A name may be __proto__, so an entry is defined, not assigned.
    Object.fromEntries([
      ...Object.entries(sums).filter(([other]) => other !== name),
      [name, change(Object.hasOwn(sums, name) ? sums[name]! : zero, usd)],
    ]);
  return {
    ...figures,
    pricedCosts: figures.pricedCosts + sign,
    usdByService: changed(figures.usdByService, cost.service),
    usdByProvider: changed(figures.usdByProvider, cost.provider ?? UNKNOWN_PROVIDER),
    cachedUsd: cost.cached ? change(figures.cachedUsd, usd) : figures.cachedUsd,
  };
}

/** The figures with a rating more. */
export const countFeedback = (figures: Figures): Figures => ({ ...figures, feedback: figures.feedback + 1 });

/** The optimization level that was stated last; "balanced" until one is. */
export const levelOf = ({ optimizationLevel }: Figures): string => optimizationLevel ?? 'balanced';

/** What all priced operations cost, in USD. */
export const totalUsd = ({ usdByService }: Figures): Amount => add(...Object.values(usdByService));

/** What caches are estimated to have saved: half of what cached operations cost, in USD. */
export const cacheSavingsUsd = ({ cachedUsd }: Figures): Amount => half(cachedUsd);

/** Mean of times in ms; null without any. */
export const meanMs = ({ sum, count }: Times): number | null => (count === 0 ? null : mean(sum, count));

/** Share of cache look-ups that hit, over both caches; 0 without any. */
export function cacheHitRate({ llmCache, ttsCache }: Figures): number {
  const hits = llmCache.hits + ttsCache.hits;
  const asked = hits + llmCache.misses + ttsCache.misses;
  return asked === 0 ? 0 : hits / asked;
}
