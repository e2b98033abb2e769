import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { say, telephone } from '../support/calls.ts';
import { Queue } from '../support/queue.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

type Frame = {
  segments: { segmentId: string; text: string; isPartial: boolean }[];
  cursor: string;
  caughtUp: boolean;
  reset: { reason: string } | null;
};
type Listener = AsyncDisposable & { next(): Promise<Frame>; readonly waiting: number };

const document = `subscription ($callId: String!, $after: String) { transcript(callId: $callId, after: $after) {
  cursor caughtUp reset { reason } segments { segmentId text isPartial } } }`;

/** Listens to a transcript over graphql-ws. */
function listen(callId: string, after?: string): Listener {
  const frames = new Queue<Frame>();
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const fail = (error: unknown): void => frames.end(new Error(`it ended: ${JSON.stringify(error)}`));
  client.subscribe<{ transcript: Frame }>(
    { query: document, variables: { callId, after } },
    {
      next: ({ data, errors }) => (errors === undefined ? frames.push(data!.transcript) : fail(errors)),
      error: fail,
      complete: () => fail('complete'),
    },
  );
  return {
    next: () => frames.next(),
    get waiting() {
      return frames.waiting;
    },
    async [Symbol.asyncDispose]() {
      await client.dispose();
    },
  };
}
const textsOf = ({ segments }: Frame): string[] => segments.map(({ text }) => text);

test('gives what was said in the order of the call, then what is said, partials too', async () => {
  await say(server, 'a', 's2', 'second', { startMs: 2000, endMs: 3000 });
  await say(server, 'a', 's1', 'first');
  await say(server, 'a', 's3', 'thi', { startMs: 4000, endMs: 4100, isPartial: true });
  await using viewer = listen('a');
  const frame = await viewer.next();
  expect(textsOf(frame)).toEqual(['first', 'second', 'thi']);
  expect(frame).toMatchObject({ caughtUp: true, reset: null });
  for (const [text, isPartial] of [
    ['third', true],
    ['third one', false],
    ['the third one', false],
  ] as const) {
    await say(server, 'a', 's3', text, { startMs: 4000, endMs: 5000, isPartial });
    expect((await viewer.next()).segments).toEqual([{ segmentId: 's3', text, isPartial }]);
  }
});

test('waits for a call that is not known yet', async () => {
  await using viewer = listen('to come');
  expect(await viewer.next()).toMatchObject({ segments: [], caughtUp: true });
  await say(server, 'to come', 's1', 'here', { isPartial: true });
  expect(textsOf(await viewer.next())).toEqual(['here']);
});

test('resumes with what changed since, each segment once as it is now', async () => {
  await say(server, 'b', 's1', 'first');
  await say(server, 'b', 's2', 'sec', { startMs: 2000, endMs: 2100, isPartial: true });
  await using before = listen('b');
  const { cursor } = await before.next();
  for (const [text, endMs, isPartial] of [
    ['seco', 2200, true],
    ['secon', 2300, true],
    ['second', 2400, false],
  ] as const) {
    await say(server, 'b', 's2', text, { startMs: 2000, endMs, isPartial });
  }
  await say(server, 'b', 's0', 'zeroth', { startMs: 0, endMs: 1 });
  await say(server, 'b', 's3', 'th', { startMs: 3000, endMs: 3001, isPartial: true });
  await using after = listen('b', cursor);
  const frame = await after.next();
  expect(textsOf(frame)).toEqual(['zeroth', 'second', 'th']);
  await using last = listen('b', frame.cursor);
  expect((await last.next()).segments).toEqual([]);
});

test('the cursor of the newest page of a call continues it without a hole', async () => {
  await say(server, 'c', 's1', 'first');
  type Page = { call: { segments: { cursor: string; nodes: { text: string }[] } } };
  const page = await server.graphql<Page>(
    '{ call(id: "c") { segments(last: 50) { cursor nodes { text } } } }',
  );
  await say(server, 'c', 's2', 'second', { startMs: 2000, endMs: 3000 });
  await using viewer = listen('c', page.call.segments.cursor);
  expect(textsOf(await viewer.next())).toEqual(['second']);
});

test('keeps its cursor where the viewer resumed until a long backlog is given', async () => {
  const segments = Array.from({ length: 1100 }, (_, place) => ({
    callId: 'long',
    segmentId: `s${place}`,
    speaker: 'AGENT',
    text: `${place}`,
    startMs: place,
    endMs: place,
  }));
  await telephone(server, 'logTranscriptSegments', { segments: segments.slice(0, 550) });
  await telephone(server, 'logTranscriptSegments', { segments: segments.slice(550) });
  await using viewer = listen('long');
  const frames = [await viewer.next(), await viewer.next(), await viewer.next()];
  expect(frames.map(({ caughtUp }) => caughtUp)).toEqual([false, false, true]);
  expect(frames.flatMap(textsOf)).toEqual(segments.map(({ text }) => text));
  await using again = listen('long', frames[0]!.cursor);
  expect(textsOf(await again.next())).toEqual(textsOf(frames[0]!));
  await using done = listen('long', frames[2]!.cursor);
  expect((await done.next()).segments).toEqual([]);
});

test('starts anew where the cursor is of another log, and refuses what is none', async () => {
  await say(server, 'd', 's1', 'first');
  await using viewer = listen('d', 'elsewhere:5');
  expect(await viewer.next()).toMatchObject({
    segments: [{ text: 'first' }],
    reset: { reason: 'UNKNOWN_EPOCH' },
  });
  await using refused = listen('d', 'nonsense');
  await expect(refused.next()).rejects.toThrow('is not a cursor of this server');
});

test('tells the state of a call whenever that changes', async () => {
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const query = 'subscription { call(id: "state") { status segmentCount } }';
  const states = client.iterate<{ call: { status: string; segmentCount: number } | null }>({ query });
  const until = async (wanted: object | null): Promise<void> => {
    for (;;) {
      const { value } = (await states.next()) as { value: { data: { call: object | null } } };
      if (JSON.stringify(value.data.call) === JSON.stringify(wanted)) return;
    }
  };
  await until(null);
  await say(server, 'state', 's1', 'first');
  await until({ status: 'ACTIVE', segmentCount: 1 });
  await telephone(server, 'endCall', { callId: 'state' });
  await until({ status: 'CLOSED', segmentCount: 1 });
  await client.dispose();
});

test('gives everything again without its words when they are erased, and the state of the call without its number', async () => {
  await telephone(server, 'startCall', { callId: 'erased', customerPhoneNumber: '+491701234567' });
  await say(server, 'erased', 's1', 'my secret');
  await using viewer = listen('erased');
  expect(textsOf(await viewer.next())).toEqual(['my secret']);
  const purge = 'mutation { purgeConversation(input: { conversationId: "erased" }) { __typename } }';
  await server.graphql(purge);
  expect((await viewer.next()).segments).toMatchObject([{ segmentId: 's1', text: '' }]);
  // Whoever sent it may send it again.
  await say(server, 'erased', 's1', 'my secret');
  expect(await server.graphql('{ call(id: "erased") { segments { nodes { text } } } }')).toEqual({
    call: { segments: { nodes: [{ text: '' }] } },
  });
  await say(server, 'erased', 's2', 'another secret', { startMs: 2000, endMs: 3000 });
  expect(textsOf(await viewer.next())).toEqual(['another secret']);
  await server.graphql('mutation { forgetEndUser(input: { externalId: "+491701234567" }) { __typename } }');
  expect(textsOf(await viewer.next())).toEqual(['', '']);
});
