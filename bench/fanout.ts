import { Lifetime } from '../server/lifetime.ts';
import { API_KEY, buildRivals, isBuildStale, startContestant, type Contestant } from './contestant.ts';
import { endWhenInterrupted } from './ending.ts';
import { watchNeighbours } from './neighbours.ts';
import { readOptions } from './options.ts';
import { startPostgres } from './postgres.ts';
import { format, formatTable, formatVerdicts, machineFacts, median, spread, type Verdict } from './report.ts';
import { startViewers, type Delivered, type Order, type Protocol } from './viewers.ts';

// What it costs to tell many viewers of an event, for Earshot and for servers that do less, all in this run.

type Entrant = {
  name: string;
  program: string;
  protocol: Protocol;
  /** Whether it stores each event before it tells of it. */
  stores: boolean;
};

const earshot: Entrant = { name: 'earshot', program: 'earshot', protocol: 'graphql', stores: true };
const raw: Entrant = { name: 'ws', program: 'ws-feed', protocol: 'plain', stores: false };
const yoga: Entrant = { name: 'yoga', program: 'yoga-feed', protocol: 'graphql', stores: false };
const socketIo: Entrant = {
  name: 'socket.io',
  program: 'socket-io-feed',
  protocol: 'socket.io',
  stores: false,
};
const mercurius: Entrant = {
  name: 'mercurius',
  program: 'mercurius-feed',
  protocol: 'graphql',
  stores: false,
};
const mercuriusStoring: Entrant = { ...mercurius, name: 'mercurius+pg', stores: true };

const WINDOW = 64;
const RATE = 50;
const IDLE_VIEWERS = 3000;
const FIRST_VIEWERS = 500;

const options = readOptions('fanout', ['single', 'burst', 'delay', 'memory'], {
  seconds: '2',
  rounds: '3',
  connections: '200',
});
const headers = { authorization: `Bearer ${API_KEY}` };
buildRivals();
const neighbours = watchNeighbours();
await using lifetime = new Lifetime();
endWhenInterrupted(lifetime);
const postgres = lifetime.use(await startPostgres());
const viewers = lifetime.use(startViewers());
console.log(
  machineFacts(postgres.version, {
    'a lone commit takes': `${format(await postgres.commitTime())} ms`,
    rounds: `${options.rounds} of ${options.milliseconds / 1000} s each in turn, after a warm-up`,
    viewers: `${options.connections}, in one process, which also sends the events over HTTP`,
  }),
);
if (isBuildStale() && !options.fromSource)
  console.log('NOTE: dist/ is older than server/; run "npm run build" to measure what is written there.');

const verdicts: Verdict[] = [];
if (options.wantsCase('single')) verdicts.push(...(await measureSingle()));
if (options.wantsCase('burst')) verdicts.push(...(await measureBurst()));
if (options.wantsCase('delay')) verdicts.push(...(await measureDelay()));
if (options.wantsCase('memory')) verdicts.push(...(await measureMemory()));
console.log(`\n${formatVerdicts(verdicts)}\n\n${neighbours.describe()}`);
console.log(
  'Every event reached every viewer once: yes, counted in each round. Each server gets events as the same HTTP\nposts. Earshot (and mercurius+pg) commits an event before it tells of it; the others keep nothing. "net" is\nthe CPU time less what the same server takes for the same posts without a viewer; targets are held against it.',
);

type Running = { entrant: Entrant; contestant: Contestant; baseline: number; rounds: Round[] };
type Round = Delivered & { serverCpu: number };

async function start(entrants: Entrant[], running: Lifetime, prefix: string): Promise<Running[]> {
  const started: Running[] = [];
  for (const entrant of entrants.filter(({ name }) => options.wantsContestant(name))) {
    const databaseUrl = entrant.stores
      ? await postgres.createDatabase(databaseName(prefix, entrant))
      : undefined;
    const contestant = await startContestant({
      ...entrant,
      ...(databaseUrl !== undefined && { databaseUrl }),
      fromSource: options.fromSource,
      isProfiled: options.isProfiled && entrant.program === 'earshot',
      collects: prefix === 'memory',
    });
    started.push({ entrant, contestant: running.use(contestant), baseline: 0, rounds: [] });
  }
  return started;
}

function databaseName(prefix: string, { name }: Entrant): string {
  return `${prefix}_${name}`.replaceAll(/\W/gu, '_');
}

/** One order of a contestant's viewers, with what it cost the server. */
async function carryOut({ entrant, contestant }: Running, count: number, order: Order): Promise<Round> {
  const { protocol, name } = entrant;
  try {
    await viewers.order({ kind: 'open', port: contestant.port, protocol, count, headers });
    const [before, databaseBefore] = [await contestant.cpu(), postgres.cpu()];
    neighbours.begin();
    const delivered = await viewers.order(order);
    const serverCpu = (await contestant.cpu()) - before;
    neighbours.end(serverCpu + delivered.cpu + postgres.cpu() - databaseBefore);
    await viewers.order({ kind: 'close' });
    return { ...delivered, serverCpu };
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

async function alternate(running: Running[], order: Order): Promise<void> {
  for (const it of running) await carryOut(it, options.connections, shortened(order));
  if (order.kind === 'press') {
    for (const it of running) {
      const { serverCpu, events } = await carryOut(it, 0, shortened(order));
      it.baseline = serverCpu / events;
    }
  }
  for (let round = 0; round < options.rounds; round += 1) {
    for (const it of running) {
      if (it.entrant.stores) await postgres.checkpoint();
      it.rounds.push(await carryOut(it, options.connections, order));
    }
  }
}

/** Warm-ups and runs without viewers need not last as long. */
function shortened(order: Order): Order {
  return 'milliseconds' in order ? { ...order, milliseconds: Math.min(1500, order.milliseconds) } : order;
}

function gross({ rounds }: Running): number[] {
  return rounds.map(({ serverCpu, deliveries }) => serverCpu / deliveries);
}

function net({ rounds, baseline }: Running): number[] {
  return rounds.map(({ serverCpu, events, deliveries }) => (serverCpu - baseline * events) / deliveries);
}

function eventRates({ rounds }: Running): number[] {
  return rounds.map(({ events, seconds }) => events / seconds);
}

function pressTable(running: Running[]): string {
  return formatTable(
    [
      'contestant',
      'net µs/delivery',
      'min – max',
      'gross µs',
      'deliveries /s',
      'min – max',
      'events /s',
      'events/frame',
      'frame bytes',
      'server busy %',
      'viewers busy %',
    ],
    running.map((it) => [
      it.entrant.name,
      ...spread(net(it)),
      format(median(gross(it))),
      ...spread(it.rounds.map(({ deliveries, seconds }) => deliveries / seconds)),
      format(median(eventRates(it))),
      format(median(it.rounds.map(({ deliveries, frames }) => deliveries / frames))),
      format(median(it.rounds.map(({ frameBytes }) => frameBytes))),
      format(median(it.rounds.map(({ serverCpu, seconds }) => serverCpu / seconds / 1e4))),
      format(median(it.rounds.map(({ cpu, seconds }) => cpu / seconds / 1e4))),
    ]),
  );
}

/** A verdict on one figure of Earshot against that of a rival. */
function compare(
  running: Running[],
  rival: Entrant,
  claim: string,
  figure: (it: Running) => number[],
  bound: { atMost: number } | { atLeast: number },
): Verdict {
  const own = running.find(({ entrant }) => entrant === earshot);
  const other = running.find(({ entrant }) => entrant === rival);
  const ratio = own && other ? median(figure(own)) / median(figure(other)) : null;
  const isMost = 'atMost' in bound;
  const limit = isMost ? bound.atMost : bound.atLeast;
  return {
    claim: `${claim}: earshot ÷ ${rival.name}`,
    target: `${isMost ? '≤' : '≥'} ${limit} ×`,
    measured: ratio === null ? '-' : `${ratio.toFixed(2)} ×`,
    isMet: ratio === null ? null : isMost ? ratio <= limit : ratio >= limit,
  };
}

async function measureSingle(): Promise<Verdict[]> {
  await using started = new Lifetime();
  const running = await start([earshot, yoga, mercurius, socketIo, raw], started, 'single');
  await alternate(running, { kind: 'press', window: 1, milliseconds: options.milliseconds });
  console.log(`\nOne event a frame: the next is sent when every viewer has the last\n${pressTable(running)}`);
  return [
    compare(running, yoga, 'single: net CPU of a delivery', net, { atMost: 0.125 }),
    compare(running, raw, 'single: net CPU of a delivery', net, { atMost: 1.25 }),
  ];
}

async function measureBurst(): Promise<Verdict[]> {
  await using started = new Lifetime();
  const running = await start([earshot, raw, mercuriusStoring], started, 'burst');
  await alternate(running, { kind: 'press', window: WINDOW, milliseconds: options.milliseconds });
  console.log(`\nBursts: up to ${WINDOW} events on their way at a time\n${pressTable(running)}`);
  const own = running.find(({ entrant }) => entrant === earshot);
  const cost = own ? median(net(own)) : null;
  return [
    compare(running, raw, 'burst: events /s', eventRates, { atLeast: 1.5 }),
    {
      claim: 'burst: net CPU of a delivery',
      target: '≤ 6 µs',
      measured: cost === null ? '-' : `${format(cost)} µs`,
      isMet: cost === null ? null : cost <= 6,
    },
    compare(running, mercuriusStoring, 'burst: ingests and deliveries /s', eventRates, { atLeast: 3 }),
  ];
}

async function measureDelay(): Promise<Verdict[]> {
  await using started = new Lifetime();
  const running = await start([earshot, mercurius, mercuriusStoring], started, 'delay');
  await alternate(running, { kind: 'pace', rate: RATE, milliseconds: options.milliseconds });
  const half = ({ rounds }: Running): number[] => rounds.map(({ p50 }) => p50);
  const most = ({ rounds }: Running): number[] => rounds.map(({ p99 }) => p99);
  const table = formatTable(
    ['contestant', 'p50 ms', 'min – max', 'p99 ms', 'min – max', 'gross µs/delivery', 'server busy %'],
    running.map((it) => [
      it.entrant.name,
      ...spread(half(it)),
      ...spread(most(it)),
      format(median(gross(it))),
      format(median(it.rounds.map(({ serverCpu, seconds }) => serverCpu / seconds / 1e4))),
    ]),
  );
  console.log(`\nDelay from sending an event to its arrival, at ${RATE} events/s\n${table}`);
  return [mercurius, mercuriusStoring].flatMap((rival) => [
    compare(running, rival, 'delay p50', half, { atMost: 1 }),
    compare(running, rival, 'delay p99', most, { atMost: 1 }),
  ]);
}

async function measureMemory(): Promise<Verdict[]> {
  const rows: string[][] = [];
  let own: number | null = null;
  for (const entrant of [earshot, yoga, socketIo, raw]) {
    await using started = new Lifetime();
    const [running] = await start([entrant], started, 'memory');
    if (running === undefined) continue;
    const { contestant } = running;
    // What the first viewers make a server load, compile and set aside is not that of the others.
    await openIdle(running, FIRST_VIEWERS);
    const before = await contestant.memory();
    await openIdle(running, FIRST_VIEWERS + IDLE_VIEWERS);
    const after = await contestant.memory();
    await viewers.order({ kind: 'close' });
    const each = (after.rss - before.rss) / IDLE_VIEWERS / 1024;
    rows.push([
      entrant.name,
      format(each),
      format((after.heap - before.heap) / IDLE_VIEWERS / 1024),
      format(before.rss / 1024 / 1024),
      format(after.rss / 1024 / 1024),
    ]);
    if (entrant === earshot) own = each;
  }
  const table = formatTable(
    ['contestant', 'KiB each', 'of it in the heap', 'MiB before', 'MiB with viewers'],
    rows,
  );
  console.log(
    `\nMemory of ${IDLE_VIEWERS.toLocaleString('en')} idle viewers more beside ${FIRST_VIEWERS}, garbage collected\n${table}`,
  );
  return [
    {
      claim: 'memory of an idle viewer',
      target: '< 19 KiB',
      measured: own === null ? '-' : `${format(own)} KiB`,
      isMet: own === null ? null : own < 19,
    },
  ];
}

async function openIdle({ entrant, contestant }: Running, count: number): Promise<void> {
  const { protocol } = entrant;
  await viewers.order({ kind: 'open', port: contestant.port, protocol, count, headers });
}
