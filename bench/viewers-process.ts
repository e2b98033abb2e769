import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, requestText } from './connection.ts';
import { MARK, Viewer } from './viewer.ts';
import type { Delivered, Order } from './viewers.ts';

// The child process of viewers.ts: carries out one order after the other.
process.on('message', (order: Order) => {
  Promise.race([obey(order), expired(order)]).then(
    (delivered) => process.send!(delivered),
    (error: unknown) => process.send!({ error: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());

/** Connections over which events are sent; no more are on their way at a time. */
const SENDERS = 64;
/** Viewers that connect side by side. */
const CONNECTING = 50;
/** A GraphQL server subscribes some time after it acknowledged the connection, in ms. */
const SETTLING = 300;
/** So long may the last deliveries take, in ms. */
const PATIENCE = 10_000;

function expired(order: Order): Promise<never> {
  const limit = 3 * PATIENCE + ('milliseconds' in order ? order.milliseconds : 0);
  return sleep(limit, undefined, { ref: false }).then(() => {
    throw new Error(`"${order.kind}" was not done within ${limit / 1000} s`);
  });
}

let viewers: Viewer[] = [];
let senders: Connection[] = [];
let opened: Extract<Order, { kind: 'open' }> | null = null;

let sent = 0;
let arrived = 0;
let frames = 0;
let bytes = 0;
let sentAt: number[] = [];
let delays: number[] = [];
let isTiming = false;
let lost: string | null = null;
let onArrival: () => void = () => undefined;

async function obey(order: Order): Promise<Delivered> {
  if (order.kind === 'open') await open(order);
  else if (order.kind === 'close') close();
  else return measure(order);
  return summary(0, 0);
}

async function open(order: Extract<Order, { kind: 'open' }>): Promise<void> {
  opened = order;
  lost = null;
  if (senders.length === 0) senders = Array.from({ length: SENDERS }, () => new Connection(order.port));
  await Promise.all(senders.map((it) => it.opened()));
  const { port, protocol, headers, count } = order;
  const options = {
    port,
    protocol,
    headers,
    onEvent(index: number) {
      arrived += 1;
      if (isTiming) delays.push(performance.now() - sentAt[index]!);
      onArrival();
    },
    onFrame(size: number) {
      frames += 1;
      bytes += size;
    },
    onLost(reason: string) {
      lost ??= reason;
      onArrival();
    },
  };
  while (viewers.length < count) {
    const next = Array.from({ length: Math.min(CONNECTING, count - viewers.length) }, () =>
      Viewer.open(options),
    );
    const refused = sleep(PATIENCE).then(() => {
      throw new Error(`the viewers could not connect: ${lost ?? 'no answer'}`);
    });
    viewers.push(...(await Promise.race([Promise.all(next), refused])));
  }
  await sleep(SETTLING);
}

function close(): void {
  for (const viewer of viewers) viewer.close();
  for (const sender of senders) sender.close();
  [viewers, senders] = [[], []];
}

async function measure(order: Exclude<Order, { kind: 'open' | 'close' }>): Promise<Delivered> {
  for (const viewer of viewers) viewer.reset();
  [sent, arrived, frames, bytes, sentAt, delays] = [0, 0, 0, 0, [], []];
  isTiming = order.kind === 'pace';
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  if (order.kind === 'press') await press(order.window, start + order.milliseconds);
  else await pace(order.rate, order.milliseconds);
  await allArrived();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return summary(seconds, user + system);
}

function summary(seconds: number, cpu: number): Delivered {
  delays.sort((a, b) => a - b);
  const at = (share: number): number => delays[Math.floor(delays.length * share)] ?? NaN;
  return {
    events: sent,
    deliveries: arrived,
    frames,
    seconds,
    p50: at(0.5),
    p99: at(0.99),
    frameBytes: bytes / frames,
    cpu,
  };
}

/** Each sender goes on when its event was taken and no more than `window` have still to arrive everywhere. */
async function press(window: number, end: number): Promise<void> {
  const waiting = new Set<() => void>();
  const hasRoom = (): boolean => lost !== null || sent - arrived / Math.max(1, viewers.length) < window;
  onArrival = () => {
    if (waiting.size === 0 || !hasRoom()) return;
    for (const wake of waiting) wake();
    waiting.clear();
  };
  const drive = async (sender: Connection): Promise<void> => {
    while (performance.now() < end && lost === null) {
      if (viewers.length > 0 && !hasRoom()) await new Promise<void>((resolve) => waiting.add(resolve));
      // Another sender may have been quicker to take the room.
      if (viewers.length > 0 && !hasRoom()) continue;
      await send(sender);
    }
  };
  await Promise.all(senders.slice(0, window).map(drive));
}

async function pace(rate: number, milliseconds: number): Promise<void> {
  const start = performance.now();
  const sending: Promise<void>[] = [];
  const count = Math.floor((rate * milliseconds) / 1000);
  const fail = (error: Error): void => {
    lost ??= error.message;
  };
  for (let index = 0; index < count && lost === null; index += 1) {
    const due = start + (index * 1000) / rate;
    const early = due - performance.now();
    if (early > 0) await sleep(early);
    sending.push(send(senders[index % senders.length]!).catch(fail));
  }
  await Promise.all(sending);
}

/** One event: the exchange of one of the senders' conversations changes, which is one entry of the log. */
async function send(sender: Connection): Promise<void> {
  const { headers } = opened!;
  const index = sent;
  sent += 1;
  const body = JSON.stringify({
    id: `watched-${senders.indexOf(sender)}`,
    user_message: `${MARK} Question ${index} of ${Math.random()}: where is my order? The tracking page says nothing new.`,
    polly_response: `Reply ${index} of ${Math.random()}: your parcel left our warehouse on Monday and should be there tomorrow before noon.`,
    model: 'gpt-4o-mini',
    latency_ms: 640,
    tokens_used: { prompt: 212, completion: 58, total: 270 },
  });
  sentAt[index] = performance.now();
  const response = await sender.send(requestText('/webhook/conversation', headers, body));
  if (response.status !== 200 || !response.body.includes('"success"'))
    throw new Error(`an event was refused: ${response.status} ${response.body.slice(0, 300)}`);
}

async function allArrived(): Promise<void> {
  const wanted = sent * viewers.length;
  const deadline = performance.now() + PATIENCE;
  while (arrived < wanted && lost === null && performance.now() < deadline) await sleep(1);
  if (lost !== null) throw new Error(lost);
  if (arrived !== wanted) throw new Error(`${wanted} deliveries were due and ${arrived} arrived`);
}
