import {
  type CallCardFragment,
  CallFiguresDocument,
  OneCallDocument,
  OpenCallDocument,
  RecentCallsDocument,
  TranscriptDocument,
  type CallFiguresQuery,
} from '../../../generated/client/graphql.ts';
import type { Connection, ConnectionOptions, Sink } from '../../../client/connection.ts';
import { ConnectionError, type ConnectionErrorKind } from '../../../client/connection-error.ts';
import type { Segment, TranscriptFrame } from '../../../client/reducers/transcript.ts';
import { moment } from './factories.ts';

/** The n-th piece of a transcript, two seconds long, said by both sides in turn. */
export function aSegment(number: number, facts: Partial<Segment> = {}): Segment {
  return {
    segmentId: `segment-${number}`,
    arrival: number,
    speaker: number % 2 ? 'CUSTOMER' : 'AGENT',
    text: `Words ${number}`,
    startMs: number * 2_000,
    endMs: number * 2_000 + 1_900,
    isPartial: false,
    sentiment: null,
    at: moment(number * 2),
    matches: [],
    ...facts,
  };
}

/** Segments from a first to a last number. */
export function segments(first: number, last: number): Segment[] {
  return Array.from({ length: last - first + 1 }, (_, index) => aSegment(first + index));
}

export function aCall(facts: Partial<CallCardFragment> = {}): CallCardFragment {
  return {
    callId: 'call-1',
    status: 'ACTIVE',
    customerPhoneNumber: '+1 555 123 4567',
    systemPhoneNumber: null,
    agentId: 'agent-7',
    startedAt: moment(0),
    endedAt: null,
    endReason: null,
    durationMs: null,
    ...facts,
  };
}

export function aFrameOf(said: readonly Segment[], facts: Partial<TranscriptFrame> = {}): TranscriptFrame {
  return { segments: said, cursor: 'epoch:1', caughtUp: true, reset: null, ...facts };
}

export function aPageOf(all: readonly Segment[], before = all.length, size = 200) {
  const start = Math.max(0, before - size);
  return {
    nodes: all.slice(start, before),
    pageInfo: { startCursor: start > 0 ? String(start) : null, hasPreviousPage: start > 0 },
  };
}

export const someFigures: CallFiguresQuery = {
  call: {
    figures: {
      speakers: [
        {
          speaker: 'CUSTOMER',
          segmentCount: 2,
          talkMs: 4_000,
          talkShare: 0.4,
          averageSentiment: -0.2,
          interruptions: 1,
        },
        {
          speaker: 'AGENT',
          segmentCount: 3,
          talkMs: 6_000,
          talkShare: 0.6,
          averageSentiment: 0.3,
          interruptions: 0,
        },
      ],
      sentimentTrend: [
        { startMs: 0, endMs: 5_000, customer: -0.4, agent: null },
        { startMs: 5_000, endMs: 10_000, customer: 0.1, agent: 0.3 },
      ],
      silences: [{ startMs: 5_000, endMs: 8_500 }],
    },
    categories: [{ name: 'Cancellation', isReported: false, points: [{ startMs: 2_000, endMs: 4_000 }] }],
  },
  session: null,
};

interface Following {
  readonly document: unknown;
  readonly variables: Record<string, unknown>;
  readonly sink: Sink<never>;
}

/** A server of calls in a few maps. */
export class FakeTelephony {
  calls: CallCardFragment[] = [];
  words = new Map<string, Segment[]>();
  figures: CallFiguresQuery = someFigures;
  key: string | null = null;
  readonly followers = new Set<Following>();
  readonly asked: { document: unknown; variables: Record<string, unknown> }[] = [];

  connect = ({ endpoint, token }: ConnectionOptions): Connection => ({
    endpoint,
    token,
    request: (async (document: unknown, variables: Record<string, unknown>) => {
      this.asked.push({ document, variables });
      if (this.key !== null && token !== this.key)
        throw new ConnectionError('key-needed', 'A key is needed.');
      if (document === CallFiguresDocument) return this.figures;
      if (document !== OpenCallDocument) throw new Error('The fake telephony does not know this document.');
      const all = this.words.get(String(variables['call']));
      const before = variables['before'];
      const page = aPageOf(all ?? [], typeof before === 'string' ? Number(before) : undefined);
      return { call: all ? { segments: { cursor: 'epoch:0', ...page } } : null };
    }) as Connection['request'],
    subscribe: ((document: unknown, variables: Record<string, unknown>, sink: Sink<never>) => {
      const follower = { document, variables, sink };
      this.followers.add(follower);
      queueMicrotask(() => {
        if (this.key !== null && token !== this.key)
          return sink.cut(new ConnectionError('key-needed', 'A key is needed.'));
        this.#tell(follower, []);
      });
      return () => this.followers.delete(follower);
    }) as Connection['subscribe'],
    dispose: () => undefined,
  });

  /** Says something in a call to whoever follows it. */
  say(call: string, ...said: Segment[]): void {
    for (const follower of this.followers) {
      if (follower.document === TranscriptDocument && follower.variables['call'] === call)
        this.#tell(follower, said);
    }
  }

  /** These are the calls now. */
  become(...calls: CallCardFragment[]): void {
    this.calls = calls;
    for (const follower of this.followers)
      if (follower.document !== TranscriptDocument) this.#tell(follower, []);
  }

  cut(kind: ConnectionErrorKind = 'lost'): void {
    for (const { sink } of this.followers) sink.cut(new ConnectionError(kind, 'The connection was cut.'));
  }

  #tell({ document, variables, sink }: Following, said: readonly Segment[]): void {
    const isWanted = ({ status }: CallCardFragment) => !variables['filter'] || status === 'ACTIVE';
    const found = this.calls.find(({ callId }) => callId === variables['call']) ?? null;
    const data =
      document === RecentCallsDocument
        ? { recentCalls: this.calls.filter(isWanted).slice(0, Number(variables['first'])) }
        : document === OneCallDocument
          ? { call: found }
          : { transcript: aFrameOf(said) };
    sink.next(data as never);
  }
}
