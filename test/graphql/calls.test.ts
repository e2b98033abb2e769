import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { say, telephone } from '../support/calls.ts';
import { follow } from '../support/viewer.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

type Nodes<T> = { nodes: T[]; pageInfo: { endCursor: string; startCursor: string }; cursor: string };
type CallShape = {
  callId: string;
  status: string;
  segments: Nodes<{ segmentId: string; text: string; isPartial: boolean }>;
  [field: string]: unknown;
};
const readCall = async (id: string, fields: string): Promise<CallShape> =>
  (await server.graphql<{ call: CallShape }>(`query ($id: String!) { call(id: $id) { ${fields} } }`, { id }))
    .call;

describe('calls', () => {
  test('are read with their figures, and a corrected final corrects them', async () => {
    await telephone(server, 'startCall', {
      callId: 'figures',
      customerPhoneNumber: '+15550000001',
      systemPhoneNumber: '+15559999999',
      agentId: 'agent-1',
      startedAt: '2026-01-02T00:00:00Z',
      metadata: { queue: 'billing' },
    });
    await say(server, 'figures', 's1', 'This is terrible, I hate it', { startMs: 0, endMs: 2000 });
    await say(server, 'figures', 's2', 'I am sorry', {
      speaker: 'AGENT',
      startMs: 1500,
      endMs: 3500,
      sentiment: -0.2,
    });
    await say(server, 'figures', 's3', 'wonderful', { startMs: 8000, endMs: 9000, isPartial: true });
    await say(server, 'figures', 's3', 'wonderful, thanks!', { startMs: 8000, endMs: 10_000 });
    await say(server, 'figures', 's4', 'you a', {
      startMs: 11_000,
      endMs: 11_500,
      isPartial: true,
      speaker: 'AGENT',
    });
    const fields = `callId status customerPhoneNumber systemPhoneNumber agentId startedAt endedAt durationMs metadata
      segmentCount conversation { externalId channel platform lastText lastSender awaitingReply messageCount endUser { externalId } }
      figures { spokenMs silences { startMs endMs } sentimentTrend(points: 2) { startMs endMs customer agent }
        speakers { speaker segmentCount talkMs talkShare averageSentiment interruptions } }`;
    const call = await readCall('figures', fields);
    expect(call).toMatchObject({
      callId: 'figures',
      status: 'ACTIVE',
      customerPhoneNumber: '+15550000001',
      systemPhoneNumber: '+15559999999',
      agentId: 'agent-1',
      startedAt: '2026-01-02T00:00:00.000Z',
      endedAt: null,
      durationMs: null,
      metadata: { queue: 'billing' },
      segmentCount: 3,
      conversation: {
        externalId: 'figures',
        channel: 'CALL',
        platform: 'call',
        lastText: 'wonderful, thanks!',
        lastSender: 'USER',
        awaitingReply: false,
        messageCount: 0,
        endUser: { externalId: '+15550000001' },
      },
      figures: {
        spokenMs: 10_000,
        silences: [{ startMs: 3500, endMs: 8000 }],
        sentimentTrend: [
          { startMs: 0, endMs: 5000, agent: -0.2 },
          { startMs: 5000, endMs: 10_000, agent: null },
        ],
        speakers: [
          { speaker: 'CUSTOMER', segmentCount: 2, talkMs: 4000, interruptions: 0 },
          { speaker: 'AGENT', segmentCount: 1, talkMs: 2000, averageSentiment: -0.2, interruptions: 1 },
        ],
      },
    });
    const trend = (shape: CallShape) =>
      (shape['figures'] as { sentimentTrend: { customer: number }[] }).sentimentTrend.map(
        (it) => it.customer,
      );
    expect(trend(call)[0]).toBeLessThan(-0.3);
    expect(trend(call)[1]).toBeGreaterThan(0.3);
    await say(server, 'figures', 's1', 'This is great, I love it', { startMs: 0, endMs: 1000 });
    const corrected = await readCall('figures', fields);
    expect(trend(corrected)[0]).toBeGreaterThan(0.3);
    expect(corrected['figures']).toMatchObject({
      speakers: [{ talkMs: 3000 }, { talkMs: 2000, interruptions: 0 }],
    });
    await telephone(server, 'endCall', { callId: 'figures', endedAt: '2026-01-02T00:01:00Z' });
    expect(await readCall('figures', 'status endedAt durationMs')).toEqual({
      status: 'CLOSED',
      endedAt: '2026-01-02T00:01:00.000Z',
      durationMs: 60_000,
    });
  });

  test('are listed by when they began, newest first, those that go on apart', async () => {
    await using own = await startServer();
    for (let hour = 0; hour < 5; hour += 1) {
      await telephone(own, 'startCall', {
        callId: `c${hour}`,
        startedAt: `2026-01-02T0${(hour * 3) % 5}:00:00Z`,
      });
    }
    for (const callId of ['c1', 'c4']) await telephone(own, 'endCall', { callId });
    await own.post('/webhook/conversation', { id: 'chat', user_message: 'hi' });
    const list = async (args: string): Promise<[ids: string[], end: string, start: string]> => {
      const { calls } = await own.graphql<{ calls: Nodes<{ callId: string }> }>(
        `{ calls${args} { nodes { callId } pageInfo { endCursor startCursor } } }`,
      );
      return [calls.nodes.map(({ callId }) => callId), calls.pageInfo.endCursor, calls.pageInfo.startCursor];
    };
    const all = ['c3', 'c1', 'c4', 'c2', 'c0'];
    expect((await list(''))[0]).toEqual(all);
    expect((await list('(filter: {status: ACTIVE})'))[0]).toEqual(['c3', 'c2', 'c0']);
    expect((await list('(filter: {status: CLOSED})'))[0]).toEqual(['c1', 'c4']);
    const [first, cursor] = await list('(first: 2)');
    expect(first).toEqual(all.slice(0, 2));
    const [rest, , back] = await list(`(first: 100, after: "${cursor}")`);
    expect(rest).toEqual(all.slice(2));
    expect((await list(`(last: 1, before: "${back}")`))[0]).toEqual(['c1']);
    expect((await list(`(filter: {status: ACTIVE}, after: "${cursor}")`))[0]).toEqual(['c2', 'c0']);
    expect(await own.graphql('{ latestCall { callId } }')).toEqual({ latestCall: { callId: 'c3' } });
    const bad = await own.post('/graphql', { query: '{ calls(after: "cDox") { nodes { callId } } }' });
    expect(await bad.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('give their newest segments first, and older ones page by page', async () => {
    const segments = Array.from({ length: 25 }, (_, place) => ({
      callId: 'pages',
      segmentId: `s${place}`,
      speaker: 'AGENT',
      text: `words ${place}`,
      // Some start together: those are read as they came.
      startMs: Math.floor(place / 3) * 1000.5,
      endMs: 100_000,
    }));
    await telephone(server, 'logTranscriptSegments', { segments });
    const seen: string[] = [];
    let before = '';
    for (let page = 0; page < 5; page += 1) {
      const fields = `segments(last: 7${before}) { nodes { segmentId } pageInfo { startCursor } }`;
      const { segments: found } = await readCall('pages', fields);
      seen.unshift(...found.nodes.map(({ segmentId }) => segmentId));
      before = `, before: "${found.pageInfo.startCursor}"`;
      if (found.nodes.length < 7) break;
    }
    expect(seen).toEqual(segments.map(({ segmentId }) => segmentId));
  });

  test('are about what others report and what their words fit', async () => {
    const set = `mutation ($input: SetCallCategoryInput!) { it: setCallCategory(input: $input) { __typename
      ... on SetCallCategoryPayload { category { name phrases speaker } } ... on InvalidInputError { field message } } }`;
    const category = { name: 'refund', phrases: ['money back', 'refund*'], speaker: 'CUSTOMER' };
    expect(await server.graphql(set, { input: category })).toMatchObject({ it: { category } });
    await say(server, 'about', 's1', 'I want my money back, refunds!');
    await telephone(server, 'categorizeCall', {
      callId: 'about',
      categories: [{ name: 'angry', points: [{ startMs: 1, endMs: 2 }] }],
    });
    const call = await readCall(
      'about',
      'categories { name isReported points { startMs endMs } } segments { nodes { matches { category start end } } }',
    );
    expect(call).toMatchObject({
      categories: [
        { name: 'angry', isReported: true, points: [{ startMs: 1, endMs: 2 }] },
        { name: 'refund', isReported: false, points: [{ startMs: 0, endMs: 1000 }] },
      ],
      segments: {
        nodes: [
          {
            matches: [
              { category: 'refund', start: 10, end: 20 },
              { category: 'refund', start: 22, end: 29 },
            ],
          },
        ],
      },
    });
    for (const [input, field] of [
      [{ name: ' ', phrases: ['x'] }, 'input.name'],
      [{ name: 'x', phrases: [] }, 'input.phrases'],
      [{ name: 'x', phrases: ['fine', 'a*b'] }, 'input.phrases.1'],
      [{ name: 'x\0', phrases: ['fine'] }, 'input.name'],
    ] as const) {
      expect(await server.graphql(set, { input })).toMatchObject({ it: { field } });
    }
    const remove = 'mutation { it: removeCallCategory(name: "refund") { __typename } }';
    expect(await server.graphql(remove)).toEqual({ it: { __typename: 'RemoveCallCategoryPayload' } });
    expect(await server.graphql(remove)).toEqual({ it: { __typename: 'NotFoundError' } });
    expect(await server.graphql('{ callCategories { name } }')).toEqual({ callCategories: [] });
  });

  test('of another kind of conversation are none', async () => {
    await server.post('/webhook/conversation', { id: 'chat', user_message: 'hi' });
    const query = '{ call(id: "chat") { callId } conversation(externalId: "chat") { call { callId } } }';
    expect(await server.graphql(query)).toEqual({ call: null, conversation: { call: null } });
  });
});

describe('what is refused', () => {
  const good = { callId: 'bad', segmentId: 's', speaker: 'AGENT', text: 'x', startMs: 0, endMs: 1 };
  test.each([
    ['an empty id', { callId: '' }, 'input.callId'],
    ['an id with a line break', { segmentId: 'a\nb' }, 'input.segmentId'],
    ['a blank text', { text: ' \n ' }, 'input.text'],
    ['a text with NUL', { text: 'a\0b' }, 'input.text'],
    ['a text that is no segment any more', { text: 'x'.repeat(100_001) }, 'input.text'],
    ['a start before the call', { startMs: -1 }, 'input.startMs'],
    ['a start beyond all numbers', { startMs: 1e300, endMs: 1e300 }, 'input.startMs'],
    ['an end before its start', { startMs: 2 }, 'input.endMs'],
    ['a sentiment out of range', { sentiment: 1.01 }, 'input.sentiment'],
    ['metadata that cannot be stored', { metadata: { a: 'b\0' } }, 'input.metadata'],
  ])('%s', async (_what, more, field) => {
    expect(await telephone(server, 'logTranscriptSegment', { ...good, ...more })).toMatchObject({
      __typename: 'InvalidInputError',
      field,
      message: expect.stringMatching(new RegExp(`^${field} .+\\.$`, 'u')) as string,
    });
    expect(await readCall('bad', 'callId')).toBeNull();
  });

  test('a speaker that nobody knows, by the schema', async () => {
    await expect(telephone(server, 'logTranscriptSegment', { ...good, speaker: 'ROBOT' })).rejects.toThrow(
      'ROBOT',
    );
  });

  test('nothing when somebody looks for an id that cannot be', async () => {
    for (const id of ['', 'a\0b', '\ud800', 'x'.repeat(5000)]) {
      const query = `query ($id: String!, $webhook: ID!) {
        call(id: $id) { callId } conversation(externalId: $id) { id } session(id: $id) { optimizationLevel }
        endUser(externalId: $id) { id } webhook(id: $webhook) { id } }`;
      const none = { call: null, conversation: null, session: null, endUser: null, webhook: null };
      expect(await server.graphql(query, { id, webhook: id })).toEqual(none);
    }
  });

  test('one bad segment among many, with all of them', async () => {
    const segments = [good, { ...good, segmentId: 't', text: '' }];
    expect(await telephone(server, 'logTranscriptSegments', { segments })).toMatchObject({
      field: 'input.segments.1.text',
    });
    expect(await telephone(server, 'logTranscriptSegments', { segments: [] })).toMatchObject({
      field: 'input.segments',
    });
    expect(await readCall('bad', 'callId')).toBeNull();
  });

  test('numbers, ends and categories that cannot be', async () => {
    for (const [mutation, input, field] of [
      ['startCall', { callId: 'bad', customerPhoneNumber: '' }, 'input.customerPhoneNumber'],
      ['startCall', { callId: 'bad', agentId: 'x'.repeat(256) }, 'input.agentId'],
      ['categorizeCall', { callId: 'bad', categories: [] }, 'input.categories'],
      ['categorizeCall', { callId: 'bad', categories: [{ name: '' }] }, 'input.categories.0.name'],
      [
        'categorizeCall',
        { callId: 'bad', categories: [{ name: 'x', points: [{ startMs: 2, endMs: 1 }] }] },
        'input.categories.0.points.0.endMs',
      ],
    ] as const) {
      expect(await telephone(server, mutation, input)).toMatchObject({ field });
    }
    expect(await telephone(server, 'endCall', { callId: 'bad' })).toEqual({
      __typename: 'NotFoundError',
      message: 'There is no call with the id "bad" in this project.',
    });
    expect(await readCall('bad', 'callId')).toBeNull();
  });
});

test('partials are in no feed, finals are', async () => {
  await using viewer = follow(server.url);
  await viewer.next();
  await say(server, 'fed', 's1', 'hel', { isPartial: true });
  await say(server, 'fed', 's1', 'hello');
  const kinds: string[] = [];
  while (!kinds.includes('SegmentLogged')) kinds.push((await viewer.event()).__typename);
  expect(kinds).toEqual(['ConversationStarted', 'CallStarted', 'SegmentLogged']);
});

test('who is forgotten leaves neither words nor number', async () => {
  const number = '+4930123456';
  await telephone(server, 'startCall', {
    callId: 'gone',
    customerPhoneNumber: number,
    metadata: { note: 'sesame' },
  });
  await say(server, 'gone', 's1', 'open sesa', { isPartial: true });
  await say(server, 'gone', 's1', 'open sesame', { metadata: { word: 'sesame' } });
  await say(server, 'gone', 's2', 'sesame again', { startMs: 5000, endMs: 6000, isPartial: true });
  const keyed = { 'idempotency-key': 'once' };
  await telephone(server, 'startCall', { callId: 'gone', agentId: 'agent-1' }, keyed);
  const dump = async (): Promise<string> => {
    const client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    let text = '';
    for (const table of ['events', 'receipts', 'end_users', 'conversations', 'calls', 'segments']) {
      text += JSON.stringify((await client.query(`select * from ${table}`)).rows);
    }
    await client.end();
    return text;
  };
  expect(await dump()).toMatch(/sesa/u);
  expect(await dump()).toContain(number);
  const forget = `mutation { it: forgetEndUser(input: {externalId: "${number}"}) { __typename } }`;
  expect(await server.graphql(forget)).toMatchObject({ it: { __typename: 'EndUserPayload' } });
  expect(await dump()).not.toMatch(/sesa/u);
  expect(await dump()).not.toContain(number);
  expect(await readCall('gone', 'customerPhoneNumber segmentCount figures { spokenMs }')).toEqual({
    customerPhoneNumber: null,
    segmentCount: 1,
    figures: { spokenMs: 1000 },
  });
  // Whoever calls from there later is somebody new.
  await telephone(server, 'startCall', { callId: 'new', customerPhoneNumber: number });
  expect(await readCall('new', 'conversation { endUser { externalId } }')).toMatchObject({
    conversation: { endUser: { externalId: number } },
  });
});
