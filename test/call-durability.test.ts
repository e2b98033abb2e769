import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { temporaryFolder } from './support/folder.ts';
import { freePort, startProcess } from './support/process.ts';

const CALLS = 10;
const KILLS = 2;
/** Segments between two kills, and how many are sent together; a batch is due every 50 ms, which is 200 a second. */
const BETWEEN = 400;
const TOGETHER = 10;
const DUE = 50;

type Said = { segmentId: string; text: string; isPartial: boolean };
const idOf = (number: number): string => `s${number}`;
const callOf = (number: number): string => `call-${number % CALLS}`;

/** A segment first as a partial, then as a final; the pair in one request. */
const spoken = (number: number): object[] =>
  [true, false].map((isPartial) => ({
    callId: callOf(number),
    segmentId: idOf(number),
    speaker: number % 2 === 0 ? 'CUSTOMER' : 'AGENT',
    text: isPartial ? `begun ${number}` : `said ${number}`,
    startMs: number * 5,
    endMs: number * 5 + 4,
    isPartial,
  }));

test(
  'transcripts are whole, each segment once, for the table and for who resumes, while the server is killed at 200 segments a second',
  { timeout: 180_000 },
  async () => {
    using folder = temporaryFolder();
    const port = await freePort();
    const env = { PORT: String(port), DATA_DIR: folder.path };
    const url = `http://127.0.0.1:${port}`;
    let server = await startProcess(env);
    const total = BETWEEN * (KILLS + 1);
    let acknowledged = 0;

    const ask = async (query: string, variables: object): Promise<Record<string, unknown>> => {
      const body = JSON.stringify({ query, variables });
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
      return (await response.json()) as Record<string, unknown>;
    };
    /** Sends until it is acknowledged, as a client does that must lose nothing. */
    async function send(from: number): Promise<void> {
      const numbers = Array.from({ length: TOGETHER }, (_, index) => from + index);
      const segments = numbers.flatMap(spoken);
      const mutation =
        'mutation ($input: LogTranscriptSegmentsInput!) { it: logTranscriptSegments(input: $input) { __typename } }';
      for (;;) {
        const answer = await ask(mutation, { input: { segments } }).catch(() => null);
        const { it } = (answer?.['data'] ?? {}) as { it?: { __typename: string } };
        if (it?.__typename === 'LogTranscriptSegmentsPayload') break;
        await pause(20);
      }
      acknowledged += TOGETHER;
    }

    // Whoever looks on comes back with the cursor each time it is cut off, and keeps the newest of each segment.
    const seen = new Map<string, Said>();
    let isOver = false;
    async function watch(): Promise<void> {
      let after: string | null = null;
      while (!isOver) {
        const client = createClient({
          url: `${url.replace('http', 'ws')}/graphql`,
          webSocketImpl: WebSocket,
          retryAttempts: 0,
        });
        const query = `subscription ($after: String) {
          transcript(callId: "call-0", after: $after) { cursor segments { segmentId text isPartial } } }`;
        try {
          type Frame = { transcript: { cursor: string; segments: Said[] } };
          for await (const { data } of client.iterate<Frame>({ query, variables: { after } })) {
            for (const segment of data!.transcript.segments) seen.set(segment.segmentId, segment);
            after = data!.transcript.cursor;
            if (isOver) break;
          }
        } catch {
          await pause(20);
        } finally {
          await client.dispose();
        }
      }
    }
    const watching = watch();

    const begun = Date.now();
    const sending = Array.from({ length: total / TOGETHER }, async (_, index) => {
      await pause(Math.max(0, begun + index * DUE - Date.now()));
      await send(index * TOGETHER);
    });
    for (let kill = 1; kill <= KILLS; kill += 1) {
      while (acknowledged < kill * BETWEEN) await pause(5);
      server.child.kill('SIGKILL');
      await server.exited;
      server = await startProcess(env);
    }
    await Promise.all(sending);

    const stored: Said[] = [];
    for (let call = 0; call < CALLS; call += 1) {
      const query = `query ($id: String!) { call(id: $id) { segmentCount
        segments(last: 500) { nodes { segmentId text isPartial } } } }`;
      const { data } = (await ask(query, { id: `call-${call}` })) as {
        data: { call: { segmentCount: number; segments: { nodes: Said[] } } };
      };
      expect(data.call.segmentCount).toBe(total / CALLS);
      stored.push(...data.call.segments.nodes);
    }
    const texts = stored.map(({ text }) => text);
    const lost = Array.from({ length: total }, (_, number) => `said ${number}`).filter(
      (text) => !texts.includes(text),
    ).length;
    const dup = stored.length - new Set(stored.map(({ segmentId }) => segmentId)).size;
    console.log(`${total} segments, ${KILLS} kills: lost=${lost} dup=${dup}`);
    expect({ lost, dup, stored: stored.length }).toEqual({ lost: 0, dup: 0, stored: total });

    const ofFirst = Array.from({ length: total / CALLS }, (_, index) => `said ${index * CALLS}`);
    await expect
      .poll(() => [...seen.values()].map(({ text }) => text).toSorted())
      .toEqual(ofFirst.toSorted());
    isOver = true;
    await ask(
      'mutation ($input: LogTranscriptSegmentsInput!) { it: logTranscriptSegments(input: $input) { __typename } }',
      { input: { segments: [{ ...spoken(0)[1], segmentId: 'bye' }] } },
    );
    await watching;
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(0);
  },
);
