import { Prisma } from '../../generated/prisma/client.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { noSums, UNKNOWN, type Sums } from '../domain/figures.ts';
import { mergeBins, type Bins } from '../domain/histogram.ts';
import { add } from '../domain/money.ts';
import type { Dimension } from '../domain/rollup.ts';
import type { Reading, Row } from '../domain/series.ts';
import {
  countNames,
  noTimes,
  noTotals,
  parts,
  ratingsOf,
  sumNames,
  type CountName,
  type Part,
  type SumName,
  type Times,
  type Totals,
} from '../domain/tally.ts';
import { columnOf } from './column.ts';
import type { PrismaClient } from './database.ts';

export const bucketSizes = ['QUARTER_HOUR', 'HOUR', 'DAY', 'WEEK', 'MONTH'] as const;
export type BucketSize = (typeof bucketSizes)[number];

/** A time from one moment until before another; roll-ups tell quarters of an hour apart. */
export type Period = { from: Date; to: Date };

const QUARTER = 15 * 60 * 1000;
const lengths: Record<BucketSize, number> = {
  QUARTER_HOUR: QUARTER,
  HOUR: 4 * QUARTER,
  DAY: 96 * QUARTER,
  WEEK: 7 * 96 * QUARTER,
  MONTH: 30 * 96 * QUARTER,
};
const MOST_BUCKETS = 1100;
const LONGEST = 3660 * 96 * QUARTER;
const MOST_VALUES = 100;

/** A period in whole quarters of an hour: those in which it begins and ends are in it whole. */
export function wholeQuarters({ from, to }: Period): Period {
  if (from >= to) throw new InvalidInputError('to', 'to must be later than from.');
  if (to.getTime() - from.getTime() > LONGEST) {
    throw new InvalidInputError('from', 'from must be at most ten years before to.');
  }
  return {
    from: new Date(Math.floor(from.getTime() / QUARTER) * QUARTER),
    to: new Date(Math.ceil(to.getTime() / QUARTER) * QUARTER),
  };
}

/** Where the buckets of a period begin by the clocks of a zone, as ISO strings, without gaps. */
async function listBuckets(
  prisma: PrismaClient,
  { from, to }: Period,
  size: BucketSize,
  zone: string,
): Promise<string[]> {
  if ((to.getTime() - from.getTime()) / lengths[size] > MOST_BUCKETS) {
    throw new InvalidInputError(
      'bucket',
      `A series has at most ${MOST_BUCKETS} buckets; ask for longer buckets or for a shorter time.`,
    );
  }
  // A day has 23 hours at least: whoever looks at every hour meets each.
  const step = lengths[size] <= lengths.HOUR ? '15 minutes' : '1 hour';
  const rows = await prisma.$queryRaw<{ bucket: Date }[]>`
    select distinct ${truncated(Prisma.sql`slot`, size, zone)} as bucket
    from generate_series(${from}::timestamptz, ${to}::timestamptz - interval '15 minutes', ${step}::interval) as slot
    order by 1`;
  return rows.map(({ bucket }) => bucket.toISOString());
}

/** The beginning of the bucket that a slot lies in, by the clocks of a zone. */
const truncated = (slot: Prisma.Sql, size: BucketSize, zone: string): Prisma.Sql =>
  size === 'QUARTER_HOUR'
    ? slot
    : Prisma.sql`date_trunc(${Prisma.raw(`'${size.toLowerCase()}'`)}, ${slot}, ${zone})`;

/** Throws an InvalidInputError unless it is the name of a time zone. */
function checkZone(zone: string): void {
  try {
    // Signs of offsets mean opposite things in different standards: only names are taken.
    if (!/^[A-Za-z]/u.test(zone)) throw new RangeError();
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw new InvalidInputError(
      'timeZone',
      `"${zone}" is no time zone; give a name of the IANA database, for example Asia/Kolkata.`,
    );
  }
}

/** What a reading adds up to in each bucket of a period, for each value of its dimension. */
export async function readSeries(
  prisma: PrismaClient,
  projectId: number,
  reading: Reading,
  period: Period,
  size: BucketSize,
  zone: string,
): Promise<{ buckets: string[]; rows: Row[] }> {
  checkZone(zone);
  const buckets = await listBuckets(prisma, period, size, zone);
  const bucket = truncated(Prisma.sql`slot`, size, zone);
  const rows = new Rows();
  if (reading.counts.length > 0 || reading.sums.length > 0) {
    for (const row of await readCounts(prisma, projectId, [reading.dimension], period, bucket, reading)) {
      rows.at(row.bucket!, row.value).add(row);
    }
  }
  if (reading.parts.length > 0) {
    const spread = await prisma.$queryRaw<(LatencyRow & { bucket: Date; value: string })[]>`
      select ${bucket} as bucket, value, part, turns::int8, sum_ms::text as "sumMs", bins::text
      from latencies where project_id = ${projectId} and dimension = ${reading.dimension}
        and slot >= ${period.from} and slot < ${period.to} and part = any(${reading.parts})`;
    for (const row of spread) rows.at(row.bucket, row.value).time(row);
  }
  return { buckets, rows: rows.list() };
}

type LatencyRow = { part: Part; turns: bigint; sumMs: string; bins: string };
type CountRow = { bucket?: Date; dimension: Dimension; value: string } & Partial<Record<CountName, bigint>> &
  Partial<Record<SumName, string>>;

function readCounts(
  prisma: PrismaClient,
  projectId: number,
  dimensions: Dimension[],
  { from, to }: Period,
  bucket: Prisma.Sql,
  { counts, sums }: Pick<Reading, 'counts' | 'sums'>,
): Promise<CountRow[]> {
  const columns = [
    ...counts.map((name) => `sum(${columnOf(name)})::int8 as "${name}"`),
    ...sums.map((name) => `trim_scale(sum(${columnOf(name)}))::text as "${name}"`),
  ];
  return prisma.$queryRaw<CountRow[]>`
    select ${bucket} as bucket, dimension, value, ${Prisma.raw(columns.join(', '))}
    from rollups where project_id = ${projectId} and dimension = any(${dimensions})
      and slot >= ${from} and slot < ${to}
    group by 1, 2, 3`;
}

/** The counts of a row; 0 where they were not asked for. */
const countsIn = (row: CountRow): Totals['counts'] =>
  Object.fromEntries(countNames.map((name) => [name, Number(row[name] ?? 0)])) as Totals['counts'];

/** What has been read of one bucket and value. */
class Sum {
  #totals: Pick<Totals, 'counts' | 'sums'> = noTotals;
  readonly #times = new Map<Part, { sum: string[]; count: number; bins: Map<number, number> }>();

  add(row: CountRow): void {
    const sums = Object.fromEntries(sumNames.map((name) => [name, row[name] ?? noTotals.sums[name]]));
    this.#totals = { counts: countsIn(row), sums: sums as Totals['sums'] };
  }

  time({ part, turns, sumMs, bins }: LatencyRow): void {
    const into = this.#times.get(part) ?? { sum: [], count: 0, bins: new Map<number, number>() };
    this.#times.set(part, into);
    into.sum.push(sumMs);
    into.count += Number(turns);
    mergeBins(into.bins, JSON.parse(bins) as Bins);
  }

  read(): Totals {
    const timed = (part: Part): Times => {
      const times = this.#times.get(part);
      if (times === undefined) return noTimes;
      return { sum: add(...times.sum), count: times.count, bins: Object.fromEntries(times.bins) };
    };
    const times = Object.fromEntries(parts.map((part) => [part, timed(part)])) as Totals['times'];
    return { ...this.#totals, times };
  }
}

class Rows {
  readonly #sums = new Map<string, { bucket: string; value: string; sum: Sum }>();

  at(moment: Date, value: string): Sum {
    const bucket = moment.toISOString();
    const known = this.#sums.get(`${bucket} ${value}`) ?? { bucket, value, sum: new Sum() };
    this.#sums.set(`${bucket} ${value}`, known);
    return known.sum;
  }

  list(): Row[] {
    return [...this.#sums.values()].map(({ bucket, value, sum }) => ({ bucket, value, totals: sum.read() }));
  }
}

const everywhere: Dimension[] = ['ALL', 'SERVICE', 'PROVIDER', 'MODEL', 'CATEGORY'];

/** What a project adds up to in a period. */
export async function readTotals(prisma: PrismaClient, projectId: number, period: Period): Promise<Sums> {
  const none = Prisma.sql`null::timestamptz`;
  const all = { counts: [...countNames], sums: [...sumNames] };
  const [rows, spread] = await Promise.all([
    readCounts(prisma, projectId, everywhere, period, none, all),
    prisma.$queryRaw<LatencyRow[]>`
      select part, turns::int8, sum_ms::text as "sumMs", bins::text from latencies
      where project_id = ${projectId} and dimension = 'ALL' and slot >= ${period.from} and slot < ${period.to}`,
  ]);
  const sum = new Sum();
  for (const row of rows) if (row.dimension === 'ALL') sum.add(row);
  for (const row of spread) sum.time(row);
  const usdBy = (dimension: Dimension): [string, string][] =>
    rows
      .filter((it) => it.dimension === dimension && Number(it.pricedCosts) > 0)
      .map((it) => [it.value || UNKNOWN, it.usd!]);
  const rated = rows.filter((it) => it.dimension === 'CATEGORY' && it.value !== '');
  return {
    ...noSums,
    ...sum.read(),
    usdByService: Object.fromEntries(usdBy('SERVICE')),
    usdByProvider: Object.fromEntries(usdBy('PROVIDER')),
    usdByModel: Object.fromEntries(usdBy('MODEL')),
    categories: Object.fromEntries(rated.map((it) => [it.value, ratingsOf({ counts: countsIn(it) })])),
  };
}

/** What ratings of a period add up to for each value of a dimension, the most rated first. */
export async function readFeedback(
  prisma: PrismaClient,
  projectId: number,
  dimension: Dimension,
  period: Period,
): Promise<{ value: string; sums: Sums }[]> {
  const none = Prisma.sql`null::timestamptz`;
  const rows = await readCounts(prisma, projectId, [dimension], period, none, {
    counts: [...countNames],
    sums: [],
  });
  return rows
    .map((row) => ({ value: row.value, sums: { ...noSums, counts: countsIn(row) } }))
    .filter(({ sums }) => ratingsOf(sums) > 0)
    .toSorted((a, b) => ratingsOf(b.sums) - ratingsOf(a.sums))
    .slice(0, MOST_VALUES);
}
