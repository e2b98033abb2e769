import { contributionsOfCost, contributionsOfTurn } from '../server/domain/rollup.ts';
import type { Cost } from '../server/domain/cost.ts';
import type { Turn } from '../server/domain/turn.ts';
import { writeRollups } from '../server/journal/write-rollups.ts';
import { emptyState } from '../test/domain/memory.ts';
import { format, formatTable, formatVerdicts, median, spread, type Verdict } from './report.ts';
import { setStage } from './stage.ts';

// How long a dashboard's questions about 30 days and 1,000,000 turns take, beside the same questions to a table of
// the bare turns. The roll-ups are filled by the journal's own statement, a quarter of an hour at a time.

const SLOTS = 30 * 96;
const TURNS = 1_000_000;
const ASKED = 15;
const SLOT = 15 * 60 * 1000;
const begin = Date.UTC(2026, 9, 1);

await using stage = await setStage('series');
const { postgres, url, database } = stage;

const providers = ['openai', 'anthropic', 'sarvam'];
const models = ['gpt-4o', 'gpt-4o-mini', 'claude-sonnet-4', 'claude-3-5-haiku', 'sarvam-m', 'sarvam-30b'];
const languages = ['hi-IN', 'en-IN', 'ta-IN', 'en-US'];
const levels = ['quality', 'balanced', 'speed'];
const platforms = ['speech', 'call'];
const pick = <T>(list: T[], index: number): T => list[index % list.length]!;

/** A latency that is spread like real ones: many small, some very large; the same in every run. */
function latencyOf(index: number): number {
  const noise = ((index * 2_654_435_761) % 4_294_967_296) / 4_294_967_296;
  return Math.round(200 + 300 * -Math.log(1 - noise) * 3);
}

const setting = (index: number): NonNullable<Turn['setting']> => ({
  platform: pick(platforms, index >> 3),
  languageCode: pick(languages, index >> 1),
  optimizationLevel: pick(levels, index),
});

const turn = (index: number, at: string): Turn => {
  const llm = latencyOf(index);
  const [asr, tts] = [150 + (index % 200), 200 + (index % 300)];
  return {
    id: index,
    conversationId: 1,
    externalId: String(index),
    outcome: index % 20 === 0 ? 'FAILED' : 'SUCCEEDED',
    stages: [
      { name: 'ASR', startMs: 0, durationMs: asr, provider: 'sarvam' },
      {
        name: 'LLM',
        startMs: asr,
        durationMs: llm,
        provider: pick(providers, index >> 1),
        model: pick(models, index),
      },
      { name: 'TTS', startMs: asr + llm, durationMs: tts, provider: 'elevenlabs' },
    ],
    totalMs: asr + llm + tts,
    llmCacheHit: index % 3 === 0,
    ttsCacheHit: index % 5 === 0,
    guardrailViolations: index % 100 === 0 ? 1 : 0,
    guardrailBlocks: 0,
    optimizationLevel: null,
    languageCode: null,
    userInput: null,
    assistantResponse: null,
    error: null,
    at,
    createdAt: at,
    setting: setting(index),
    metadata: {},
  };
};

const cost = (index: number, at: string): Cost => ({
  id: index,
  conversationId: 1,
  turnId: null,
  service: 'llm',
  provider: pick(providers, index >> 1),
  operation: 'generate',
  model: pick(models, index),
  units: '1500',
  unitType: 'tokens',
  usd: `0.00${(index % 89) + 10}`,
  tableUsd: null,
  cached: index % 3 === 0,
  optimizationLevel: null,
  usage: null,
  statedAt: null,
  at,
  createdAt: at,
  setting: setting(index),
  exchange: null,
  metadata: {},
});

// The rival: the bare turns, with an index on their time.
await database.transact(
  [
    {
      name: 'bare',
      text: 'create table bare_turns (at timestamptz, model text, total_ms float8, outcome text, usd numeric)',
      values: [],
    },
  ],
  () => ({ closing: [], result: null }),
);

let written = 0;
for (let slot = 0; slot < SLOTS; slot += 1) {
  const state = emptyState();
  const until = Math.floor(((slot + 1) * TURNS) / SLOTS);
  const bare: object[] = [];
  for (; written < until; written += 1) {
    const at = new Date(begin + slot * SLOT + (written % 900) * 1000).toISOString();
    const [taken, spent] = [turn(written, at), cost(written, at)];
    state.contributions.push(...contributionsOfTurn(taken, 1), ...contributionsOfCost(spent, 1));
    bare.push({
      at,
      model: spent.model,
      total_ms: taken.totalMs,
      outcome: taken.outcome,
      usd: spent.usd,
    });
  }
  const fill = {
    name: 'fill_bare',
    text: `insert into bare_turns select * from json_to_recordset($1::json) as r
      (at timestamptz, model text, total_ms float8, outcome text, usd numeric)`,
    values: [JSON.stringify(bare)],
  };
  await database.transact([], () => ({ closing: [...writeRollups(state), fill], result: null }));
  if (slot % 96 === 95) process.stdout.write(`\r${(slot + 1) / 96} of 30 days `);
}
process.stdout.write('\n');
await database.prisma.$queryRaw`create index on bare_turns (at)`;
await database.prisma.$queryRaw`analyze`;
await postgres.checkpoint();

const period = {
  from: new Date(begin).toISOString(),
  to: new Date(begin + SLOTS * SLOT).toISOString(),
};

async function ask(query: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: period }),
  });
  const { errors } = (await response.json()) as { errors?: object[] };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return performance.now() - start;
}

async function scan(query: string): Promise<number> {
  const start = performance.now();
  await database.prisma.$queryRawUnsafe(query);
  return performance.now() - start;
}

const series = (parameters: string): string =>
  `query ($from: DateTime!, $to: DateTime!) { series(from: $from, to: $to, ${parameters}) {
    buckets groups { key values total } } }`;
const bare = (what: string): string =>
  `select date_trunc('day', at, 'UTC'), ${what} from bare_turns group by 1, 2`;

const questions: { name: string; query: string; rival: string | null }[] = [
  {
    name: 'cost by model and day',
    query: series('metric: COST, bucket: DAY, groupBy: MODEL'),
    rival: bare('model, sum(usd)'),
  },
  {
    name: 'cost by hour',
    query: series('metric: COST, bucket: HOUR'),
    rival: `select date_trunc('hour', at, 'UTC'), sum(usd) from bare_turns group by 1`,
  },
  {
    name: 'turns by outcome and day',
    query: series('metric: TURNS, bucket: DAY, groupBy: OUTCOME'),
    rival: bare('outcome, count(*)'),
  },
  {
    name: 'p95 by day',
    query: series('metric: LATENCY_P95, bucket: DAY'),
    rival: bare("'', percentile_cont(0.95) within group (order by total_ms)"),
  },
  {
    name: 'p95 by day, Asia/Kolkata',
    query: series('metric: LATENCY_P95, bucket: DAY, timeZone: "Asia/Kolkata"'),
    rival: null,
  },
  {
    name: 'p95 by hour',
    query: series('metric: LATENCY_P95, bucket: HOUR'),
    rival: null,
  },
  {
    name: 'p95 of six models by day',
    query: series('metric: LATENCY_P95, bucket: DAY, groupBy: MODEL'),
    rival: bare('model, percentile_cont(0.95) within group (order by total_ms)'),
  },
  {
    name: 'totals of 30 days',
    query: `query ($from: DateTime!, $to: DateTime!) { totals(from: $from, to: $to) {
      costs { totalUsd byModel { name usd } } metrics { turns total { p50Ms p95Ms p99Ms } llm { p95Ms } } } }`,
    rival: null,
  },
];

const verdicts: Verdict[] = [];
const rows: string[][] = [];
for (const { name, query, rival } of questions) {
  await ask(query);
  const [times, scans]: [number[], number[]] = [[], []];
  for (let round = 0; round < ASKED; round += 1) {
    times.push(await ask(query));
    if (rival !== null && round < 3) scans.push(await scan(rival));
  }
  rows.push([name, ...spread(times), scans.length === 0 ? '-' : format(median(scans))]);
  verdicts.push({
    claim: name,
    target: '< 100 ms',
    measured: `${format(median(times))} ms`,
    isMet: median(times) < 100,
  });
}
console.log(formatTable(['30 days, 1,000,000 turns', 'median ms', 'from – to', 'bare turns ms'], rows));
console.log(formatVerdicts(verdicts));
