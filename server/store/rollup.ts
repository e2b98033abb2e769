import { Prisma } from '../../generated/prisma/client.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { noSums, UNKNOWN, type Sums } from '../domain/figures.ts';
import { mergeBins, type Bins } from '../domain/histogram.ts';
import type { Dimension, Span } from '../domain/rollup.ts';
import type { Reading, Row } from '../domain/series.ts';
import {
  countNames,
  noTotals,
  parts,
  ratingsOf,
  sumNames,
  type CountName,
  type Part,
  type SumName,
  type Totals,
} from '../domain/tally.ts';
import { columnOf } from './column.ts';
import type { PrismaClient } from './database.ts';

export const bucketSizes = ['QUARTER_HOUR', 'HOUR', 'DAY', 'WEEK', 'MONTH'] as const;
export type BucketSize = (typeof bucketSizes)[number];

/** A time from one moment until before another; roll-ups tell quarters of an hour apart. */
export type Period = { from: Date; to: Date };

const QUARTER = 15 * 60 * 1000;
const DAY = 96 * QUARTER;
const lengths: Record<BucketSize, number> = {
  QUARTER_HOUR: QUARTER,
  HOUR: 4 * QUARTER,
  DAY,
  WEEK: 7 * DAY,
  MONTH: 30 * DAY,
};
const MOST_BUCKETS = 1100;
const LONGEST = 3660 * DAY;
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
    from (
      select generate_series(${from}::timestamptz, ${to}::timestamptz - interval '15 minutes', ${step}::interval)
      union select ${to}::timestamptz - interval '15 minutes'
    ) as slots (slot)
    order by 1`;
  return rows.map(({ bucket }) => bucket.toISOString());
}

/** The beginning of the bucket that a slot lies in, by the clocks of a zone. */
const truncated = (slot: Prisma.Sql, size: BucketSize, zone: string): Prisma.Sql =>
  size === 'QUARTER_HOUR'
    ? slot
    : Prisma.sql`date_trunc(${Prisma.raw(`'${size.toLowerCase()}'`)}, ${slot}, ${zone})`;

/** Zones of the IANA database without a slash, by what they are links to; PostgreSQL takes some for abbreviations. */
const links: Readonly<Record<string, string>> = {
  GMT: 'Etc/GMT',
  CET: 'Europe/Brussels',
  MET: 'Europe/Brussels',
  EET: 'Europe/Athens',
  WET: 'Europe/Lisbon',
  EST: 'America/Panama',
  MST: 'America/Phoenix',
  HST: 'Pacific/Honolulu',
  EST5EDT: 'America/New_York',
  CST6CDT: 'America/Chicago',
  MST7MDT: 'America/Denver',
  PST8PDT: 'America/Los_Angeles',
};

/** The zone of a name, for PostgreSQL; throws an InvalidInputError when it is none. */
function zoneOf(name: string): string {
  const zone = Object.hasOwn(links, name) ? links[name]! : name;
  try {
    // Abbreviations and signs of offsets mean different things to JavaScript and to PostgreSQL.
    if (!/^(?:UTC|[A-Za-z_]+\/.+)$/u.test(zone)) throw new RangeError();
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    throw new InvalidInputError(
      'timeZone',
      `"${name}" is no time zone; give a name of the IANA database, for example Asia/Kolkata.`,
    );
  }
}

/** Roll-ups of one span that count for a bucket, by its place in the list; those that follow, `step` ms each, for the next. */
type Stretch = { bucket: number; span: Span; from: number; to: number; step: number };

/**
 * Which roll-ups a period is read from: whole days of UTC where a bucket holds them, else whole hours, else quarters,
 * so that nothing is counted twice and most of a long time lies in few rows.
 */
function stretchesOf({ from, to }: Period, buckets: readonly string[]): Stretch[] {
  const begins = buckets.map((bucket) => Math.max(Date.parse(bucket), from.getTime()));
  const stretches = begins.flatMap((begin, bucket) =>
    divide(bucket, begin, begins[bucket + 1] ?? to.getTime(), [1440, 60, 15]),
  );
  const joined: Stretch[] = [];
  for (const next of stretches) {
    const last = joined.at(-1);
    if (last !== undefined && isContinued(last, next)) last.to = next.to;
    else joined.push(next);
  }
  return joined;
}

const isContinued = (last: Stretch, next: Stretch): boolean =>
  next.span === last.span &&
  next.from === last.to &&
  next.step === last.step &&
  next.bucket === last.bucket + (last.to - last.from) / last.step;

function divide(bucket: number, from: number, to: number, [span, ...shorter]: readonly Span[]): Stretch[] {
  if (from >= to || span === undefined) return [];
  const length = (span / 15) * QUARTER;
  const [first, last] = [Math.ceil(from / length) * length, Math.floor(to / length) * length];
  if (first >= last) return divide(bucket, from, to, shorter);
  return [
    ...divide(bucket, from, first, shorter),
    { bucket, span, from: first, to: last, step: last - first },
    ...divide(bucket, last, to, shorter),
  ];
}

/** The rows of a table of roll-ups in some stretches. */
function rowsIn(
  table: 'rollups' | 'latencies',
  projectId: number,
  dimension: Dimension,
  stretches: Stretch[],
): Prisma.Sql {
  const moments = (name: 'from' | 'to'): Date[] => stretches.map((it) => new Date(it[name]));
  return Prisma.sql`
    unnest(${stretches.map(({ bucket }) => bucket)}::int[], ${stretches.map(({ span }) => span)}::int[],
      ${moments('from')}::timestamptz[], ${moments('to')}::timestamptz[],
      ${stretches.map(({ step }) => step / 1000)}::int8[]) as s (first, span, since, until, step)
    cross join lateral (select s.first + (extract(epoch from slot - s.since)::int8 / s.step)::int as bucket, *
      from ${Prisma.raw(table)} where project_id = ${projectId} and dimension = ${dimension} and span = s.span
        and slot >= s.since and slot < s.until offset 0) r`;
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
  const buckets = await listBuckets(prisma, period, size, zoneOf(zone));
  const stretches = stretchesOf(period, buckets);
  const { dimension, parts: timed } = reading;
  const rows = new Rows(buckets);
  if (reading.counts.length > 0 || reading.sums.length > 0) {
    for (const row of await readCounts(prisma, projectId, dimension, stretches, reading))
      rows.at(row).add(row);
  }
  if (timed.length > 0) {
    for (const row of await readTimes(prisma, projectId, dimension, stretches, timed)) rows.at(row).time(row);
  }
  return { buckets, rows: rows.list() };
}

type Place = { bucket: number; value: string };
type TimesRow = Place & { part: Part; turns: bigint; sumMs: string; bins: string };

const readTimes = (
  prisma: PrismaClient,
  projectId: number,
  dimension: Dimension,
  stretches: Stretch[],
  timed: readonly Part[],
): Promise<TimesRow[]> =>
  prisma.$queryRaw<TimesRow[]>`
    select bucket, value, part, sum(turns)::int8 as turns, trim_scale(sum(sum_ms))::text as "sumMs",
      string_agg(array_lower(bins, 1) || ',' || array_to_string(bins, ',', '0'), ';') as bins
    from ${rowsIn('latencies', projectId, dimension, stretches)}
    where part = any(${timed}) group by 1, 2, 3`;

type CountRow = Place & Partial<Record<CountName, bigint>> & Partial<Record<SumName, string>>;

function readCounts(
  prisma: PrismaClient,
  projectId: number,
  dimension: Dimension,
  stretches: Stretch[],
  { counts, sums }: Pick<Reading, 'counts' | 'sums'>,
): Promise<CountRow[]> {
  const columns = [
    ...counts.map((name) => `sum(${columnOf(name)})::int8 as "${name}"`),
    ...sums.map((name) => `trim_scale(sum(${columnOf(name)}))::text as "${name}"`),
  ];
  return prisma.$queryRaw<CountRow[]>`
    select bucket, value, ${Prisma.raw(columns.join(', '))}
    from ${rowsIn('rollups', projectId, dimension, stretches)} group by 1, 2`;
}

/** The counts of a row; 0 where they were not asked for. */
const countsIn = (row: CountRow): Totals['counts'] =>
  Object.fromEntries(countNames.map((name) => [name, Number(row[name] ?? 0)])) as Totals['counts'];

/** What has been read of one bucket and value. */
class Sum {
  #totals: Totals = noTotals;

  add(row: CountRow): void {
    const sums = Object.fromEntries(sumNames.map((name) => [name, row[name] ?? noTotals.sums[name]]));
    this.#totals = { ...this.#totals, counts: countsIn(row), sums: sums as Totals['sums'] };
  }

  time({ part, turns, sumMs, bins }: TimesRow): void {
    const times = { sum: sumMs, count: Number(turns), bins: parseBins(bins) };
    this.#totals = { ...this.#totals, times: { ...this.#totals.times, [part]: times } };
  }

  read(): Totals {
    return this.#totals;
  }
}

/** Adds up histograms as they come: `first bin,turns,turns …`, one after the other behind semicolons. */
const parseBins = (text: string): Bins =>
  mergeBins(
    text.split(';').map((histogram) => {
      const [first = 0, ...counts] = JSON.parse(`[${histogram}]`) as number[];
      return { first, counts };
    }),
  );

class Rows {
  readonly #buckets: readonly string[];
  readonly #sums = new Map<string, Place & { sum: Sum }>();

  constructor(buckets: readonly string[]) {
    this.#buckets = buckets;
  }

  at({ bucket, value }: Place): Sum {
    const key = `${bucket} ${value}`;
    const known = this.#sums.get(key) ?? { bucket, value, sum: new Sum() };
    this.#sums.set(key, known);
    return known.sum;
  }

  list(): Row[] {
    return [...this.#sums.values()].map(({ bucket, value, sum }) => ({
      bucket: this.#buckets[bucket]!,
      value,
      totals: sum.read(),
    }));
  }
}

const everything = { counts: [...countNames], sums: [...sumNames] };

/** What a project adds up to in a period. */
export async function readTotals(prisma: PrismaClient, projectId: number, period: Period): Promise<Sums> {
  const stretches = stretchesOf(period, [period.from.toISOString()]);
  const read = (dimension: Dimension): Promise<CountRow[]> =>
    readCounts(prisma, projectId, dimension, stretches, everything);
  const [all, services, providers, models, categories, times] = await Promise.all([
    read('ALL'),
    read('SERVICE'),
    read('PROVIDER'),
    read('MODEL'),
    read('CATEGORY'),
    readTimes(prisma, projectId, 'ALL', stretches, parts),
  ]);
  const sum = new Sum();
  for (const row of all) sum.add(row);
  for (const row of times) sum.time(row);
  const usdOf = (rows: CountRow[]): Record<string, string> =>
    Object.fromEntries(
      rows.filter((it) => Number(it.pricedCosts) > 0).map((it) => [it.value || UNKNOWN, it.usd!]),
    );
  const rated = categories.filter((it) => it.value !== '' && ratingsOf({ counts: countsIn(it) }) > 0);
  return {
    ...noSums,
    ...sum.read(),
    usdByService: usdOf(services),
    usdByProvider: usdOf(providers),
    usdByModel: usdOf(models),
    categories: Object.fromEntries(rated.map((it) => [it.value, ratingsOf({ counts: countsIn(it) })])),
  };
}

/** The counts and sums of a project, or of one platform of it, in a period of whole quarters. */
export async function readWindow(
  prisma: PrismaClient,
  projectId: number,
  platform: string | null,
  period: Period,
): Promise<Pick<Totals, 'counts' | 'sums'>> {
  const stretches = stretchesOf(period, [period.from.toISOString()]);
  const dimension = platform === null ? 'ALL' : 'PLATFORM';
  const rows = await readCounts(prisma, projectId, dimension, stretches, everything);
  const sum = new Sum();
  for (const row of rows) if (row.value === (platform ?? '')) sum.add(row);
  return sum.read();
}

/** What ratings of a period add up to for each value of a dimension, the most rated first. */
export async function readFeedback(
  prisma: PrismaClient,
  projectId: number,
  dimension: Dimension,
  period: Period,
): Promise<{ value: string; sums: Sums }[]> {
  const stretches = stretchesOf(period, [period.from.toISOString()]);
  const rows = await readCounts(prisma, projectId, dimension, stretches, everything);
  return rows
    .map((row) => ({ value: row.value, sums: { ...noSums, counts: countsIn(row) } }))
    .filter(({ sums }) => ratingsOf(sums) > 0)
    .toSorted((a, b) => ratingsOf(b.sums) - ratingsOf(a.sums))
    .slice(0, MOST_VALUES);
}
