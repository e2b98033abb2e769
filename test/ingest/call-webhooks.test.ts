import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const LENS = '/ingest/contact-lens';
const LCA = '/ingest/lca';

async function send(path: string, body: unknown, headers = {}): Promise<[number, unknown]> {
  const response = await server.post(path, body, headers);
  return [response.status, await response.json()];
}
const taken = (events: number, skipped = 0): [number, object] => [
  200,
  { status: 'success', events, skipped },
];

type ToldCall = {
  conversation: { status: string };
  customerPhoneNumber: string | null;
  systemPhoneNumber: string | null;
  agentId: string | null;
  metadata: Record<string, unknown>;
  categories: { name: string; points: { startMs: number; endMs: number }[] }[];
  segments: {
    nodes: {
      segmentId: string;
      speaker: string;
      text: string;
      startMs: number;
      endMs: number;
      isPartial: boolean;
      sentiment: number | null;
    }[];
  };
};

/** A call as GraphQL tells it; null when there is none. */
async function call(callId: string): Promise<ToldCall | null> {
  const query = `query ($callId: String!) { call(id: $callId) {
    conversation { status } customerPhoneNumber systemPhoneNumber agentId metadata
    categories { name points { startMs endMs } }
    segments(first: 100) { nodes { segmentId speaker text startMs endMs isPartial sentiment } } } }`;
  return (await server.graphql<{ call: ToldCall | null }>(query, { callId })).call;
}

/** Every order of a short list. */
function orders<T>(items: T[]): T[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, at) => orders(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

describe('Contact Lens', () => {
  const common = (ContactId: string): object => ({
    Version: '1.0.0',
    Channel: 'VOICE',
    AccountId: '123456789012',
    InstanceId: 'a8e6-instance',
    ContactId,
    LanguageCode: 'en-US',
  });
  const segments = (ContactId: string, ...Segments: object[]): object => ({
    ...common(ContactId),
    EventType: 'SEGMENTS',
    Segments,
  });
  const utterance = (TranscriptId: string, PartialContent: string): object => ({
    Utterance: {
      Id: `${TranscriptId}-u`,
      TranscriptId,
      ParticipantId: 'AGENT',
      ParticipantRole: 'AGENT',
      PartialContent,
      BeginOffsetMillis: 4_000,
      EndOffsetMillis: 5_000,
    },
  });
  const transcript = (Id: string, more: object = {}): object => ({
    Transcript: {
      Id,
      ParticipantId: 'CUSTOMER',
      ParticipantRole: 'CUSTOMER',
      Content: 'I would like to cancel',
      BeginOffsetMillis: 1_000,
      EndOffsetMillis: 3_500,
      Sentiment: 'NEGATIVE',
      IssuesDetected: [{ CharacterOffsets: { BeginOffsetChar: 0, EndOffsetChar: 22 } }],
      ...more,
    },
  });
  const categories = {
    Categories: {
      MatchedCategories: ['cancellation'],
      MatchedDetails: {
        cancellation: { PointsOfInterest: [{ BeginOffsetMillis: 1_000, EndOffsetMillis: 3_500 }] },
      },
    },
  };

  test('a call begins, is heard in part and in full, is about something, and ends', async () => {
    expect(await send(LENS, { ...common('lens'), EventType: 'STARTED' })).toEqual(taken(1));
    expect(await send(LENS, segments('lens', utterance('t2', 'Let me'), transcript('t1')))).toEqual(taken(1));
    expect(await send(LENS, segments('lens', categories))).toEqual(taken(1));
    const summary = { PostContactSummary: { Content: 'Wants to cancel.', Status: 'COMPLETED' } };
    expect(await send(LENS, segments('lens', summary))).toEqual(taken(1));
    expect(await call('lens')).toMatchObject({
      conversation: { status: 'ACTIVE' },
      metadata: { InstanceId: 'a8e6-instance', LanguageCode: 'en-US', ...summary },
      categories: [{ name: 'cancellation', points: [{ startMs: 1000, endMs: 3500 }] }],
      segments: {
        nodes: [
          {
            segmentId: 't1',
            speaker: 'CUSTOMER',
            text: 'I would like to cancel',
            isPartial: false,
            sentiment: -1,
          },
          { segmentId: 't2', speaker: 'AGENT', text: 'Let me', startMs: 4000, endMs: 5000, isPartial: true },
        ],
      },
    });
    const agent = {
      ParticipantRole: 'SYSTEM',
      Content: 'Let me look.',
      BeginOffsetMillis: 4_000,
      EndOffsetMillis: 6_000,
    };
    await send(LENS, segments('lens', transcript('t2', agent)));
    expect(await send(LENS, { ...common('lens'), EventType: 'COMPLETED' })).toEqual(taken(1));
    expect(await call('lens')).toMatchObject({
      conversation: { status: 'CLOSED' },
      segments: { nodes: [{}, { speaker: 'AGENT', text: 'Let me look.', isPartial: false }] },
    });
  });

  test('every order of its events, each of them twice, ends in the same call', async () => {
    const events = (id: string): object[] => [
      { ...common(id), EventType: 'STARTED' },
      segments(id, utterance(`${id}-t1`, 'I would')),
      segments(id, transcript(`${id}-t1`), categories),
      { ...common(id), EventType: 'FAILED' },
    ];
    const all = orders([0, 1, 2, 3]);
    const calls = await Promise.all(
      all.map(async (order, at) => {
        const id = `order-${at}`;
        for (const index of [...order, ...order]) expect((await send(LENS, events(id)[index]))[0]).toBe(200);
        return JSON.parse(JSON.stringify(await call(id)).replaceAll(id, 'id')) as ToldCall;
      }),
    );
    expect(calls[0]).toMatchObject({
      conversation: { status: 'CLOSED' },
      segments: { nodes: [{ isPartial: false, text: 'I would like to cancel' }] },
    });
    for (const told of calls) expect(told).toEqual(calls[0]);
  });

  test('chats are no calls', async () => {
    expect(await send(LENS, { ...common('chat'), Channel: 'CHAT', EventType: 'STARTED' })).toEqual(taken(1));
    expect(await call('chat')).toBeNull();
  });
});

describe('Live Call Analytics', () => {
  const said = (CallId: string, SegmentId: string, more: object = {}): object => ({
    EventType: 'ADD_TRANSCRIPT_SEGMENT',
    CallId,
    SegmentId,
    Channel: 'CALLER',
    StartTime: '1.25',
    EndTime: 3,
    Transcript: 'where is my order',
    IsPartial: false,
    ExpiresAfter: 2_000_000_000,
    ...more,
  });

  test('a call with everything that is told of it', async () => {
    const CallId = 'lca';
    const events = [
      {
        EventType: 'START',
        CallId,
        CustomerPhoneNumber: '+14155550100',
        SystemPhoneNumber: '+18005550111',
        AgentId: 'agent-1',
        CreatedAt: '2026-11-21T10:00:00.000Z',
      },
      said(CallId, 's1', { Sentiment: 'MIXED', OriginalTranscript: 'where is my order' }),
      said(CallId, 's2', {
        Channel: 'AGENT',
        StartTime: 4,
        SentimentScore: { Positive: 0.75, Negative: 0.25 },
      }),
      said(CallId, 'assist', { Channel: 'AGENT_ASSISTANT', Transcript: 'offer a refund' }),
      said(CallId, 'odd', { Channel: 'constructor' }),
      said(CallId, 'voice', { Channel: 'CALLER_VOICETONE', Transcript: null }),
      {
        EventType: 'ADD_TRANSCRIPT_SEGMENT',
        CallId,
        UtteranceEvent: {
          UtteranceId: 'u1',
          ParticipantRole: 'AGENT',
          Transcript: 'one moment',
          BeginOffsetMillis: 9_000,
          EndOffsetMillis: 9_900,
          IsPartial: true,
          Items: [{ Content: 'one' }],
        },
      },
      {
        EventType: 'ADD_TRANSCRIPT_SEGMENT',
        CallId,
        TranscriptEvent: {
          Results: [
            {
              ResultId: 'r1',
              ChannelId: 'ch_0',
              StartTime: 12.5,
              EndTime: 13,
              IsPartial: false,
              Alternatives: [{ Transcript: 'thanks' }],
            },
          ],
        },
      },
      { EventType: 'UPDATE_AGENT', CallId, AgentId: 'agent-2' },
      {
        EventType: 'ADD_CALL_CATEGORY',
        CallId,
        CategoryEvent: {
          MatchedCategories: ['orders'],
          MatchedDetails: {
            orders: { TimestampRanges: [{ BeginOffsetMillis: 1250, EndOffsetMillis: 3000 }] },
          },
        },
      },
      { EventType: 'ADD_SUMMARY', CallId, CallSummaryText: 'Asked for an order.' },
      { EventType: 'ADD_S3_RECORDING_URL', CallId, RecordingUrl: 'https://bucket.example/lca.wav' },
      { EventType: 'END', CallId, UpdatedAt: '2026-11-21T10:00:14.000Z' },
    ];
    expect(await send(LCA, events)).toEqual(taken(13));
    const told = (await call(CallId))!;
    expect(told).toMatchObject({
      conversation: { status: 'CLOSED' },
      customerPhoneNumber: '+14155550100',
      systemPhoneNumber: '+18005550111',
      agentId: 'agent-2',
      metadata: { CallSummaryText: 'Asked for an order.', RecordingUrl: 'https://bucket.example/lca.wav' },
      categories: [{ name: 'orders', points: [{ startMs: 1250, endMs: 3000 }] }],
    });
    expect(told.segments.nodes).toMatchObject([
      { segmentId: 's1', speaker: 'CUSTOMER', startMs: 1250, endMs: 3000, sentiment: 0 },
      { segmentId: 's2', speaker: 'AGENT', startMs: 4000, endMs: 4000, sentiment: 0.5 },
      { segmentId: 'u1', speaker: 'AGENT', text: 'one moment', startMs: 9000, isPartial: true },
      { segmentId: 'r1', speaker: 'CUSTOMER', text: 'thanks', startMs: 12_500 },
    ]);
  });

  test('records of Kinesis, Firehose and EventBridge are opened, and what cannot be used is counted', async () => {
    const data = (event: unknown): string => Buffer.from(JSON.stringify(event)).toString('base64');
    const kinesis = [said('k', 'k1'), { EventType: 'START' }, 5].map((it) => ({
      kinesis: { data: data(it) },
    }));
    expect(await send(LCA, { Records: [...kinesis, {}, { kinesis: { data: '%%%' } }] })).toEqual(taken(1, 4));
    const [status, body] = await send(LCA, { requestId: 'r-1', records: [{ data: data(said('f', 'f1')) }] });
    expect([status, body]).toMatchObject([
      200,
      { requestId: 'r-1', timestamp: expect.any(Number) as number },
    ]);
    expect(await send(LCA, { 'detail-type': 'x', source: 'y', detail: said('e', 'e1') })).toEqual(taken(1));
    for (const id of ['k', 'f', 'e']) expect((await call(id))!.segments.nodes).toHaveLength(1);
  });

  test('one idempotency key has one effect, and other content under it is a conflict', async () => {
    const headers = { 'idempotency-key': 'lca-1' };
    expect(await send(LCA, said('idem', 'i1'), headers)).toEqual(taken(1));
    const again = await server.post(LCA, said('idem', 'i1'), headers);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    const [status, body] = await send(LCA, said('idem', 'i2'), headers);
    expect([status, Object.keys(body as object)]).toEqual([409, ['detail']]);
  });

  test('characters that cannot be stored do not keep words out', async () => {
    expect(await send(LCA, said('odd', 'o1', { Transcript: 'a\u0000\ud800b', '\u0000': 1 }))).toEqual(
      taken(1),
    );
    expect((await call('odd'))!.segments.nodes[0]!.text).toBe('a\ufffd\ufffdb');
  });
});

describe('hostile bodies', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`) as object;
  const event = { EventType: 'ADD_TRANSCRIPT_SEGMENT', CallId: 'hostile', SegmentId: 's', Channel: 'CALLER' };
  test.each([
    ['no JSON', '{', 'JSON'],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'UTF-8'],
    ['a number', '5', 'object'],
    ['no id of a call', { EventType: 'START' }, 'CallId'],
    ['an id that is too long', { EventType: 'START', CallId: 'x'.repeat(256) }, 'CallId'],
    ['an unknown kind', { EventType: 'DANCE', CallId: 'hostile' }, 'EventType'],
    ['no time', { ...event, Transcript: 'x' }, 'StartTime'],
    ['a negative time', { ...event, Transcript: 'x', StartTime: -1 }, 'StartTime'],
    ['a time beyond numbers', { ...event, Transcript: 'x', StartTime: 1e300 }, 'StartTime'],
    ['no words', { ...event, StartTime: 1, Transcript: ' ' }, 'Transcript'],
    ['words that are none', { ...event, StartTime: 1, Transcript: { a: 1 } }, 'Transcript'],
    [
      'an id of a segment that is none',
      { ...event, StartTime: 1, Transcript: 'x', SegmentId: 7 },
      'SegmentId',
    ],
    ['nesting without end', { ...event, deep }, 'nested'],
    ['one bad event among good ones', [{ EventType: 'START', CallId: 'hostile' }, {}], 'Event 1: CallId'],
    ['too many events', Array.from({ length: 1001 }, () => ({})), '1000'],
  ])('%s is refused with a word about it', async (_what, body, word) => {
    const [status, answer] = await send(LCA, body);
    expect(status).toBe(400);
    expect((answer as { detail: string }).detail).toContain(word);
    expect(await call('hostile')).toBeNull();
  });

  test('an unknown method and a body that is too large are refused in the same words', async () => {
    expect((await server.get(LCA)).status).toBe(405);
    expect((await server.post(LENS, 'x'.repeat(1024 * 1024 + 1))).status).toBe(413);
  });

  test('whatever is sent, it is taken or refused', { timeout: 60_000 }, async () => {
    const kinds = fc.constantFrom('START', 'ADD_TRANSCRIPT_SEGMENT', 'SEGMENTS', 'END', 'ADD_CALL_CATEGORY');
    const odd = fc.record(
      {
        EventType: kinds,
        CallId: fc.constantFrom('f1', 'f2'),
        ContactId: fc.constantFrom('f3', 'f4'),
        SegmentId: fc.jsonValue(),
        Channel: fc.constantFrom('CALLER', 'AGENT', 'VOICE'),
        StartTime: fc.jsonValue(),
        Transcript: fc.jsonValue(),
        Segments: fc.array(
          fc.record({ Transcript: fc.jsonValue(), Categories: fc.jsonValue() }, { requiredKeys: [] }),
        ),
        CategoryEvent: fc.jsonValue(),
        UtteranceEvent: fc.jsonValue(),
        TranscriptEvent: fc.jsonValue(),
        Records: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(LENS, LCA),
        fc.oneof(odd, fc.array(odd), fc.jsonValue()),
        async (path, body) => {
          const { status } = await server.post(path, body);
          expect([200, 400]).toContain(status);
        },
      ),
      { numRuns: 300 },
    );
  });
});
