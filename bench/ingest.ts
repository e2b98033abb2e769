import { Lifetime } from '../server/lifetime.ts';
import { API_KEY, buildRivals, isBuildStale, startContestant, type Contestant } from './contestant.ts';
import { startLoadGenerator, type Load, type LoadGenerator, type Loaded } from './load.ts';
import { endWhenInterrupted } from './ending.ts';
import { watchNeighbours } from './neighbours.ts';
import { readOptions, type Options } from './options.ts';
import { startPostgres, type Postgres } from './postgres.ts';
import { format, formatTable, formatVerdicts, machineFacts, median, spread, type Verdict } from './report.ts';
import { conversationBodies, conversationOf, interactionBodies } from './samples.ts';

// How many durable writes a second Earshot takes beside servers that do less, all measured in this run.

type Request = Pick<Load, 'path' | 'bodies' | 'expects'>;

type Entrant = {
  name: string;
  program: string;
  request: Request;
  /** Where its database keeps the rows, and the column that is the same for all rows of one commit. */
  table: string;
  moment: string;
};

type Case = {
  name: string;
  title: string;
  connections: (options: Options) => number;
  /** Rows that one request stores. */
  rows: number;
  entrants: Entrant[];
  /** Least ratio of Earshot's rate to that of a rival, by the rival's name. */
  targets: Record<string, number>;
};

const bulkMessages = Array.from({ length: 125 }, (_, index) => conversationOf(`{{id}}-${index}`)).flat();
const webhook: Request = {
  path: '/webhook/conversation',
  bodies: conversationBodies,
  expects: '"status":"success"',
};
const graphql = (query: string, inputs: object[], expects: string): Request => ({
  path: '/graphql',
  bodies: inputs.map((input) => JSON.stringify({ query, variables: { input } })),
  expects,
});

const cases: Case[] = [
  {
    name: 'durable',
    title: 'Durable ingest: one exchange a POST /webhook/conversation',
    connections: ({ connections }) => connections,
    rows: 1,
    entrants: [
      { name: 'earshot', program: 'earshot', request: webhook, table: 'exchanges', moment: 'arrived_at' },
      { name: 'insert', program: 'insert', request: webhook, table: 'exchanges', moment: 'at' },
      { name: 'group', program: 'group-commit', request: webhook, table: 'exchanges', moment: 'at' },
    ],
    targets: { insert: 2, group: 0.5 },
  },
  {
    name: 'learning',
    title: 'Durable ingest with learning: one interaction a POST /webhook/chat/message, limits counted',
    connections: ({ connections }) => connections,
    rows: 1,
    entrants: [
      {
        name: 'earshot',
        program: 'earshot',
        request: { path: '/webhook/chat/message', bodies: interactionBodies, expects: '"success":true' },
        table: 'exchanges',
        moment: 'arrived_at',
      },
      { name: 'insert', program: 'insert', request: webhook, table: 'exchanges', moment: 'at' },
      { name: 'group', program: 'group-commit', request: webhook, table: 'exchanges', moment: 'at' },
    ],
    targets: { insert: 2, group: 0.5 },
  },
  {
    name: 'graphql',
    title: 'GraphQL logMessage: one message a mutation',
    connections: ({ connections }) => connections,
    rows: 1,
    entrants: [
      {
        name: 'earshot',
        program: 'earshot',
        request: graphql(
          'mutation ($input: LogMessageInput!) { logMessage(input: $input) { __typename ... on LogMessagePayload { logged { id } } } }',
          conversationOf('{{group}}'),
          '"LogMessagePayload"',
        ),
        table: 'messages',
        moment: 'at',
      },
      {
        name: 'mercurius',
        program: 'mercurius-log',
        request: graphql(
          'mutation ($input: LogMessageInput!) { logMessage(input: $input) { logged { id } } }',
          conversationOf('{{group}}'),
          '"logged"',
        ),
        table: 'messages',
        moment: 'at',
      },
    ],
    targets: { mercurius: 1.5 },
  },
  {
    name: 'bulk',
    title: 'Bulk: 1,000 messages of 125 new conversations a request, 4 connections (rates are rows a second)',
    connections: () => 4,
    rows: bulkMessages.length,
    entrants: [
      {
        name: 'earshot',
        program: 'earshot',
        request: graphql(
          'mutation ($input: LogMessagesInput!) { logMessages(input: $input) { __typename } }',
          [{ messages: bulkMessages }],
          '"LogMessagesPayload"',
        ),
        table: 'messages',
        moment: 'at',
      },
      {
        name: 'recordset',
        program: 'bulk',
        request: {
          path: '/',
          bodies: [JSON.stringify({ messages: bulkMessages })],
          expects: `"stored":${bulkMessages.length}`,
        },
        table: 'messages',
        moment: 'at',
      },
    ],
    targets: { recordset: 0.3 },
  },
];

/** What the rounds of one contestant came to; rates and costs are those of rows. */
type Measured = {
  entrant: Entrant;
  contestant: Contestant;
  databaseUrl: string;
  acknowledged: number;
  /** Rows of one commit, on average over all rounds. */
  group: number;
  rates: number[];
  costs: number[];
  databaseCosts: number[];
  p50: number[];
  p99: number[];
  busy: number[];
};

const options = readOptions(
  'ingest',
  cases.map(({ name }) => name),
  { seconds: '4', rounds: '3', connections: '64' },
);
buildRivals();
const neighbours = watchNeighbours();
await using lifetime = new Lifetime();
endWhenInterrupted(lifetime);

const postgres = lifetime.use(await startPostgres());
const generator = lifetime.use(startLoadGenerator());
console.log(
  machineFacts(postgres.version, {
    'a lone commit takes': `${format(await postgres.commitTime())} ms`,
    rounds: `${options.rounds} of ${options.milliseconds / 1000} s each in turn, after a warm-up`,
  }),
);
if (isBuildStale() && !options.fromSource)
  console.log('NOTE: dist/ is older than server/; run "npm run build" to measure what is written there.');

const verdicts: Verdict[] = [];
for (const it of cases) {
  if (options.wantsCase(it.name)) verdicts.push(...(await measureCase(it, postgres, generator)));
}
console.log(`\n${formatVerdicts(verdicts)}\n\n${neighbours.describe()}`);
console.log(
  'Earshot is measured with a key: tables, events and the log are on, and at the learning door facts and rate limits\ntoo. Rivals ask for no key and keep neither events nor a log.',
);

async function measureCase(of: Case, database: Postgres, load: LoadGenerator): Promise<Verdict[]> {
  await using running = new Lifetime();
  const measured: Measured[] = [];
  for (const entrant of of.entrants.filter(({ name }) => options.wantsContestant(name))) {
    const databaseUrl = await database.createDatabase(`${of.name}_${entrant.name}`);
    const { fromSource } = options;
    const isProfiled = options.isProfiled && entrant.program === 'earshot';
    const contestant = running.use(
      await startContestant({ ...entrant, databaseUrl, fromSource, isProfiled }),
    );
    const none = { rates: [], costs: [], databaseCosts: [], p50: [], p99: [], busy: [] };
    measured.push({ entrant, contestant, databaseUrl, acknowledged: 0, group: NaN, ...none });
  }
  for (const it of measured) await runRound(of, it, 'warm', Math.min(2000, options.milliseconds), load);
  for (let round = 0; round < options.rounds; round += 1) {
    for (const it of measured) {
      await database.checkpoint();
      const [server, postgresBefore] = [await it.contestant.cpu(), database.cpu()];
      neighbours.begin();
      const loaded = await runRound(of, it, `r${String(round).padStart(3, '0')}`, options.milliseconds, load);
      const serverCpu = (await it.contestant.cpu()) - server;
      const databaseCpu = database.cpu() - postgresBefore;
      neighbours.end(serverCpu + databaseCpu + loaded.cpu);
      const rows = loaded.acknowledged * of.rows;
      it.rates.push(rows / loaded.seconds);
      it.costs.push(serverCpu / rows);
      it.databaseCosts.push(databaseCpu / rows);
      it.p50.push(loaded.p50);
      it.p99.push(loaded.p99);
      it.busy.push(loaded.cpu / loaded.seconds / 1e4);
    }
  }
  for (const it of measured) {
    const { table, moment } = it.entrant;
    const stored = await database.count(it.databaseUrl, `select count(*) from ${table}`);
    const commits = await database.count(it.databaseUrl, `select count(distinct ${moment}) from ${table}`);
    it.group = stored / commits;
    if (stored !== it.acknowledged)
      throw new Error(`${it.entrant.name} acknowledged ${it.acknowledged} rows and stored ${stored}.`);
  }
  console.log(`\n${of.title}\n${tableOf(measured)}`);
  console.log('Every acknowledged row is stored: yes, counted for each contestant.');
  return verdictsOf(of, measured);
}

async function runRound(
  of: Case,
  measured: Measured,
  run: string,
  milliseconds: number,
  load: LoadGenerator,
): Promise<Loaded> {
  const { entrant, contestant } = measured;
  const loaded = await load.run({
    ...entrant.request,
    port: contestant.port,
    headers: { authorization: `Bearer ${API_KEY}` },
    connections: of.connections(options),
    milliseconds,
    run,
  });
  if (loaded.failed > 0) {
    throw new Error(`${entrant.name} failed ${loaded.failed} requests, for example: ${loaded.firstFailure}`);
  }
  measured.acknowledged += loaded.acknowledged * of.rows;
  return loaded;
}

function tableOf(measured: Measured[]): string {
  return formatTable(
    [
      'contestant',
      'rate /s',
      'min – max',
      'server µs',
      'min – max',
      'database µs',
      'rows/commit',
      'p50 ms',
      'p99 ms',
      'client busy %',
    ],
    measured.map((it) => [
      it.entrant.name,
      ...spread(it.rates),
      ...spread(it.costs),
      format(median(it.databaseCosts)),
      format(it.group),
      format(median(it.p50)),
      format(median(it.p99)),
      format(median(it.busy)),
    ]),
  );
}

function verdictsOf(of: Case, measured: Measured[]): Verdict[] {
  const own = measured.find(({ entrant }) => entrant.name === 'earshot');
  return Object.entries(of.targets).map(([name, target]) => {
    const rival = measured.find(({ entrant }) => entrant.name === name);
    const ratio = own && rival ? median(own.rates) / median(rival.rates) : null;
    return {
      claim: `${of.name}: rate of earshot ÷ ${name}`,
      target: `≥ ${target} ×`,
      measured: ratio === null ? '-' : `${ratio.toFixed(2)} ×`,
      isMet: ratio === null ? null : ratio >= target,
    };
  });
}
