import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { Lifetime } from '../server/lifetime.ts';
import { openCallPage, STAMP } from './call-page.ts';
import { Connection, requestText } from './connection.ts';
import { API_KEY, startContestant } from './contestant.ts';
import { endWhenInterrupted } from './ending.ts';
import { readOptions } from './options.ts';
import { startPostgres } from './postgres.ts';
import { format, formatTable, formatVerdicts, machineFacts, median } from './report.ts';

// How long it takes from sending what was said in a call until it can be seen in a browser, while 50 calls with a
// viewer each go on; and how long a call of 10,000 segments takes to open.

const CALLS = 50;
const RATE = 200;
const LONG = 10_000;
const ROUNDS = 5;
/** Reports of one piece of a transcript: partials, then the final. */
const REPORTS = 4;
const WORDS = 'Well I have been waiting for quite a while now and I would like to know when it comes'.split(
  ' ',
);

const options = readOptions('calls', ['follow', 'open'], { seconds: '20', connections: String(CALLS) });
await using lifetime = new Lifetime();
endWhenInterrupted(lifetime);
const postgres = lifetime.use(await startPostgres());
const { port } = lifetime.use(
  await startContestant({
    name: 'earshot',
    program: 'earshot',
    databaseUrl: await postgres.createDatabase('calls'),
    fromSource: options.fromSource,
    isProfiled: options.isProfiled,
  }),
);
const page = lifetime.use(await openCallPage(port));
const senders = await Promise.all(
  Array.from({ length: 16 }, async () => {
    const connection = new Connection(port);
    lifetime.use({ [Symbol.dispose]: () => connection.close() });
    await connection.opened();
    return { connection, last: Promise.resolve() };
  }),
);
const now = (): number => performance.timeOrigin + performance.now();
const headers = { authorization: `Bearer ${API_KEY}` };

async function ask(connection: Connection, mutation: string, input: unknown): Promise<void> {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`;
  const query = `mutation ($input: ${type}) { it: ${mutation}(input: $input) { __typename } }`;
  const { body } = await connection.send(
    requestText('/graphql', headers, JSON.stringify({ query, variables: { input } })),
  );
  if (!body.includes('Payload"')) throw new Error(body);
}

const segment = (call: number, number: number, words: number, sent: string) => ({
  callId: `call-${call}`,
  segmentId: `segment-${number}`,
  speaker: number % 2 ? 'CUSTOMER' : 'AGENT',
  text: `${WORDS.slice(0, words).join(' ')} ${sent}`,
  startMs: number * 4_000,
  endMs: number * 4_000 + words * 200,
  isPartial: words < WORDS.length,
});

/** Follows a call without a browser; gives how long each delivery took. */
async function follow(call: number): Promise<number[]> {
  const delays: number[] = [];
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { token: API_KEY },
  });
  lifetime.use({ [Symbol.dispose]: () => void client.dispose() });
  const query = `subscription ($callId: String!) { transcript(callId: $callId) { cursor caughtUp segments {
    segmentId arrival speaker text startMs endMs isPartial sentiment at matches { category start end } } } }`;
  await new Promise<void>((resolve, reject) => {
    client.subscribe<{ transcript: { segments: { text: string }[] } }>(
      { query, variables: { callId: `call-${call}` } },
      {
        next({ data }) {
          resolve();
          for (const { text } of data?.transcript.segments ?? [])
            delays.push(now() - Number(text.split(STAMP)[1]));
        },
        error: reject,
        complete: () => undefined,
      },
    );
  });
  return delays;
}

/** Says things in all calls, in turn and at a steady rate, from a segment on; gives how many reports left late. */
async function speak(milliseconds: number, from: number): Promise<number> {
  const began = performance.now();
  let late = 0;
  const due = (milliseconds / 1_000) * RATE;
  for (let index = 0; index < due; index++) {
    const wait = began + (index * 1_000) / RATE - performance.now();
    if (wait > 0) await pause(wait);
    else if (wait < -100) late += 1;
    const round = Math.floor(index / CALLS);
    const words = Math.ceil(((1 + (round % REPORTS)) / REPORTS) * WORDS.length);
    const sender = senders[index % senders.length]!;
    const sent = now();
    // A connection that still waits for its answer delays its next report, which is counted in.
    sender.last = sender.last.then(() =>
      ask(
        sender.connection,
        'logTranscriptSegment',
        segment(index % CALLS, from + Math.floor(round / REPORTS), words, `${STAMP}${sent}`),
      ),
    );
  }
  await Promise.all(senders.map(({ last }) => last));
  return late;
}

function quantiles(delays: number[]): { p50: number; p99: number } {
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

const rows: string[][] = [];
const verdicts: Parameters<typeof formatVerdicts>[0] = [];

if (options.wantsCase('follow')) {
  const [first] = senders;
  for (let call = 0; call < CALLS; call++)
    await ask(first!.connection, 'startCall', { callId: `call-${call}`, agentId: `agent-${call}` });
  await ask(first!.connection, 'logTranscriptSegment', { ...segment(0, 0, 3, 'ready'), segmentId: 'ready' });
  await page.open('call-0', 'ready');
  const viewers = await Promise.all(Array.from({ length: CALLS - 1 }, (_, index) => follow(index + 1)));
  await speak(3_000, 1);
  await pause(500);
  await page.delays();
  for (const delays of viewers) delays.length = 0;
  const late = await speak(options.milliseconds, 100);
  await pause(1_000);
  const drawn = await page.delays();
  const [pixel, socket] = [quantiles(drawn), quantiles(viewers.flat())];
  rows.push(
    ['drawn in the browser', String(drawn.length), format(pixel.p50), format(pixel.p99)],
    ['at the other viewers', String(viewers.flat().length), format(socket.p50), format(socket.p99)],
  );
  if (late > 0) console.log(`${late} reports left more than 100 ms late.`);
  verdicts.push(
    {
      claim: `event to pixel at ${RATE} segments/s, p50`,
      target: '≤ 50 ms',
      measured: `${format(pixel.p50)} ms`,
      isMet: pixel.p50 <= 50,
    },
    { claim: 'p99', target: '≤ 250 ms', measured: `${format(pixel.p99)} ms`, isMet: pixel.p99 <= 250 },
  );
}

if (options.wantsCase('open')) {
  const [{ connection }] = senders as [(typeof senders)[number]];
  for (let from = 0; from < LONG; from += 500) {
    const segments = Array.from({ length: 500 }, (_, index) =>
      segment(1_000, from + index, WORDS.length, `number ${from + index}.`),
    );
    await ask(connection, 'logTranscriptSegments', { segments });
  }
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++)
    times.push(await page.open('call-1000', `number ${LONG - 1}.`));
  rows.push(['opened', String(ROUNDS), format(median(times)), format(Math.max(...times))]);
  verdicts.push({
    claim: `a call of ${LONG.toLocaleString('en')} segments opens, median`,
    target: '≤ 500 ms',
    measured: `${format(median(times))} ms`,
    isMet: median(times) <= 500,
  });
}

console.log(machineFacts(postgres.version, { load: loadavg().map(format).join(', ') }));
console.log(`\n${formatTable(['', 'times', 'p50 ms', 'p99 ms'], rows)}\n\n${formatVerdicts(verdicts)}`);
