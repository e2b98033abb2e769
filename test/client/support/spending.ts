import {
  type CostFiguresFragment,
  CostsOfProjectDocument,
  CostsOfSessionDocument,
  ConversationsOverTimeDocument,
  CostsOverTimeDocument,
  type FiguresOverTimeFragment,
  type GivenRatingFragment,
  type HandoffFiguresFragment,
  LatencyOverTimeDocument,
  type LatencyRowFragment,
  MetricsOfProjectDocument,
  MetricsOfSessionDocument,
  StatsOfProjectDocument,
  type RatingFiguresFragment,
  type TurnFiguresFragment,
} from '../../../generated/client/graphql.ts';
import type { Connection, ConnectionOptions, Sink } from '../../../client/connection.ts';
import { ConnectionError, type ConnectionErrorKind } from '../../../client/connection-error.ts';
import type { TimedTurn } from '../../../client/elements/stages.ts';
import { moment } from './factories.ts';

export function someCosts(facts: Partial<CostFiguresFragment> = {}): CostFiguresFragment {
  return {
    totalUsd: '0.0456',
    byService: [
      { name: 'llm', usd: '0.0312' },
      { name: 'tts', usd: '0.0144' },
    ],
    byProvider: [{ name: 'openai', usd: '0.0456' }],
    byModel: [{ name: 'gpt-4o', usd: '0.0456' }],
    entries: 3,
    unpricedEntries: 0,
    cacheSavingsUsd: '0.0000312',
    differingEntries: 0,
    statedUsd: '0',
    tableUsd: '0',
    ...facts,
  };
}

export const noCosts = someCosts({ totalUsd: '0', byService: [], byProvider: [], byModel: [], entries: 0 });

export function aLatency(ms: number | null, turns = 4): LatencyRowFragment {
  if (ms === null) return { turns: 0, meanMs: null, p50Ms: null, p95Ms: null, p99Ms: null };
  return { turns, meanMs: ms, p50Ms: ms, p95Ms: ms * 2, p99Ms: ms * 3 };
}

export function someMetrics(facts: Partial<TurnFiguresFragment> = {}): TurnFiguresFragment {
  return {
    turns: 4,
    succeeded: 3,
    failed: 1,
    interrupted: 0,
    total: aLatency(1_200),
    asr: aLatency(300),
    llm: aLatency(700),
    translation: aLatency(null),
    tts: aLatency(200),
    cacheHitRate: 0.25,
    llmCacheHits: 1,
    llmCacheMisses: 2,
    ttsCacheHits: 0,
    ttsCacheMisses: 1,
    guardrailViolations: 2,
    guardrailBlocks: 1,
    ...facts,
  };
}

export function someStats(facts: Partial<HandoffFiguresFragment> = {}): HandoffFiguresFragment {
  return {
    conversations: 8,
    messages: 40,
    requests: 2,
    handoffShare: 0.25,
    closed: 4,
    resolutionShare: 0.75,
    waiting: { count: 1, p50Ms: 90_000, p95Ms: 240_000 },
    firstReply: { count: 1, p50Ms: 150_000, p95Ms: 600_000 },
    waitingNow: 0,
    heldNow: 1,
    longestWaitSince: null,
    ...facts,
  };
}

export const noMetrics = someMetrics({ turns: 0, succeeded: 0, failed: 0, total: aLatency(null) });

export function aTurn(number: number, facts: Partial<TimedTurn> = {}): TimedTurn {
  return {
    turnId: `turn-${number}`,
    at: moment(number * 20),
    outcome: 'SUCCEEDED',
    totalMs: 1_200,
    error: null,
    stages: [
      { name: 'ASR', startMs: 0, durationMs: 300, provider: 'deepgram', model: 'nova-2' },
      { name: 'LLM', startMs: 400, durationMs: 500, provider: null, model: null },
      { name: 'TTS', startMs: 900, durationMs: 200, provider: null, model: null },
    ],
    ...facts,
  };
}

/** A series of three hours, with a group for each key. */
export function aSeries(
  keys: readonly (string | null)[],
  values: (string | null)[] = ['0.5', null, '1'],
): FiguresOverTimeFragment {
  return {
    buckets: [0, 1, 2].map((hour) => moment(hour * 3_600)),
    groups: keys.map((key) => ({ key, isOther: key === null, values })),
  };
}

interface Follower {
  readonly document: unknown;
  readonly variables: Record<string, unknown>;
  readonly sink: Sink<never>;
  stopped: boolean;
}

/** A server that knows one session and one project: answers the documents of the figures, and tells what it is told. */
export class FakeSpending {
  costs: CostFiguresFragment = someCosts();
  metrics: TurnFiguresFragment = someMetrics();
  stats: HandoffFiguresFragment = someStats();
  turns: readonly TimedTurn[] = [aTurn(1), aTurn(2)];
  feedback: RatingFiguresFragment = { ratings: 0, score: null, thumbsUp: 0, thumbsDown: 0, meanStars: null };
  ratings: readonly GivenRatingFragment[] = [];
  entries: readonly { at: string; usd: string | null }[] = [
    { at: moment(0), usd: '0.0156' },
    { at: moment(10), usd: null },
    { at: moment(20), usd: '0.03' },
  ];
  /** What was spent and done over time, whatever it is by. */
  series: FiguresOverTimeFragment = aSeries(['llm', 'tts']);
  /** The session is known to nobody. */
  isUnknown = false;
  failure: ConnectionError | null = null;
  key: string | null = null;
  readonly asked: { document: unknown; variables: Record<string, unknown> }[] = [];
  readonly followers: Follower[] = [];

  connect = ({ endpoint, token }: ConnectionOptions): Connection => ({
    endpoint,
    token,
    request: (async (document: unknown, variables: Record<string, unknown>) => {
      this.asked.push({ document, variables });
      await Promise.resolve();
      if (this.failure) throw this.failure;
      if (document === CostsOverTimeDocument) return { series: this.series };
      if (document === ConversationsOverTimeDocument) {
        return {
          conversations: aSeries([null], ['5', '0', '3']),
          requests: aSeries([null], ['2', '0', '0']),
        };
      }
      if (document === LatencyOverTimeDocument) {
        const line = aSeries([null], ['900', null, '1500']);
        return { p50: line, p95: line, p99: line, turns: { ...this.series } };
      }
      throw new Error('The fake server does not know this document.');
    }) as Connection['request'],
    subscribe: ((document: unknown, variables: Record<string, unknown>, sink: Sink<never>) => {
      const follower: Follower = { document, variables, sink, stopped: false };
      this.followers.push(follower);
      queueMicrotask(() => {
        if (this.key !== null && token !== this.key) {
          sink.cut(new ConnectionError('key-needed', 'A key is needed.'));
        } else this.#tell(follower);
      });
      return () => (follower.stopped = true);
    }) as Connection['subscribe'],
    dispose: () => undefined,
  });

  /** Something is otherwise from now on. */
  become(
    facts: Partial<
      Pick<FakeSpending, 'costs' | 'metrics' | 'stats' | 'turns' | 'entries' | 'feedback' | 'ratings'>
    >,
  ): void {
    Object.assign(this, facts);
    for (const follower of this.followers) this.#tell(follower);
  }

  cut(kind: ConnectionErrorKind = 'lost'): void {
    for (const { sink, stopped } of this.followers.splice(0)) {
      if (!stopped) sink.cut(new ConnectionError(kind, 'The connection was cut.'));
    }
  }

  #tell({ document, sink, stopped }: Follower): void {
    if (stopped) return;
    (sink as Sink<unknown>).next(this.#state(document));
  }

  #state(document: unknown): unknown {
    const { costs, metrics, isUnknown } = this;
    switch (document) {
      case CostsOfSessionDocument:
        return { session: isUnknown ? null : { costs, costEntries: { nodes: this.entries } } };
      case MetricsOfSessionDocument:
        return {
          session: isUnknown
            ? null
            : {
                metrics,
                turns: { nodes: this.turns },
                feedbackSummary: this.feedback,
                feedback: { nodes: this.ratings },
              },
        };
      case StatsOfProjectDocument:
        return { stats: this.stats };
      case CostsOfProjectDocument:
        return { totals: { costs } };
      case MetricsOfProjectDocument:
        return { totals: { metrics, feedback: this.feedback } };
      default:
        throw new Error('The fake server does not know this document.');
    }
  }
}
