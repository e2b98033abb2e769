import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askSeries, refusedSeries, type Asked, type Series } from '../support/figures.ts';
import { startServer, type TestServer } from '../support/server.ts';

const HOUR = 3_600_000;
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Logs a message at each of these moments. */
async function sayAt(...moments: (string | number)[]): Promise<void> {
  const messages = moments.map((at) => ({
    conversationId: 'clock',
    sender: 'USER',
    text: 'tick',
    at: new Date(at).toISOString(),
  }));
  const mutation =
    'mutation ($input: LogMessagesInput!) { logMessages(input: $input) { __typename ... on Error { message } } }';
  const { logMessages } = await server.graphql<{ logMessages: object }>(mutation, { input: { messages } });
  expect(logMessages).toEqual({ __typename: 'LogMessagesPayload' });
}

const messages = (asked: Omit<Asked, 'metric'>): Promise<Series> =>
  askSeries(server, { ...asked, metric: 'MESSAGES' });
const iso = (moment: string | number): string => new Date(moment).toISOString();
/** Each bucket and its value. */
const counted = ({ buckets, groups }: Series): [string, string | null][] =>
  buckets.map((bucket, index) => [iso(bucket), groups[0]!.values[index]!]);

describe('days', () => {
  test('begin at midnight in Asia/Kolkata', async () => {
    await sayAt('2021-05-01T18:29:59.999Z', '2021-05-01T18:30:00Z', '2021-05-02T18:29:00Z');
    const series = await messages({
      from: '2021-04-30T18:30:00Z',
      to: '2021-05-03T18:30:00Z',
      bucket: 'DAY',
      timeZone: 'Asia/Kolkata',
    });
    expect(series.timeZone).toBe('Asia/Kolkata');
    expect(counted(series)).toEqual([
      ['2021-04-30T18:30:00.000Z', '1'],
      ['2021-05-01T18:30:00.000Z', '2'],
      ['2021-05-02T18:30:00.000Z', '0'],
    ]);
  });

  test('begin at midnight in Asia/Kathmandu, three quarters of an hour off', async () => {
    await sayAt('2021-06-01T18:14:59Z', '2021-06-01T18:15:00Z');
    const asked = { from: '2021-05-31T18:15:00Z', to: '2021-06-02T18:15:00Z', timeZone: 'Asia/Kathmandu' };
    expect(counted(await messages({ ...asked, bucket: 'DAY' }))).toEqual([
      ['2021-05-31T18:15:00.000Z', '1'],
      ['2021-06-01T18:15:00.000Z', '1'],
    ]);
    const hours = counted(await messages({ ...asked, bucket: 'HOUR' }));
    expect(hours).toHaveLength(48);
    expect(hours.filter(([, value]) => value !== '0')).toEqual([
      ['2021-06-01T17:15:00.000Z', '1'],
      ['2021-06-01T18:15:00.000Z', '1'],
    ]);
  });

  test.each([
    ['23', 'spring', ['2025-03-08T05:00Z', '2025-03-09T05:00Z', '2025-03-10T04:00Z', '2025-03-11T04:00Z']],
    ['25', 'autumn', ['2025-11-01T04:00Z', '2025-11-02T04:00Z', '2025-11-03T05:00Z', '2025-11-04T05:00Z']],
  ])('have %s hours in America/New_York when clocks change in %s', async (hours, _when, midnights) => {
    const [first, ...rest] = midnights.map((it) => Date.parse(it));
    const end = rest.at(-1)!;
    await sayAt(...Array.from({ length: (end - first!) / HOUR }, (_, hour) => first! + hour * HOUR));
    const asked = { from: iso(first!), to: iso(end), timeZone: 'America/New_York' };
    const days = await messages({ ...asked, bucket: 'DAY' });
    expect(counted(days)).toEqual([
      [iso(midnights[0]!), '24'],
      [iso(midnights[1]!), hours],
      [iso(midnights[2]!), '24'],
    ]);
    expect(days.groups[0]!.total).toBe(String(48 + Number(hours)));
    // Each hour is there once, the repeated one twice.
    const byHour = await messages({ ...asked, bucket: 'HOUR' });
    expect(byHour.buckets).toHaveLength(48 + Number(hours));
    expect(new Set(byHour.groups[0]!.values)).toEqual(new Set(['1']));
  });

  test('of months and weeks are those of the zone, weeks from Monday on', async () => {
    // Sunday, February 28 2021, 23:50 and 0:10 after it, in Tokyo.
    await sayAt('2021-02-28T14:50:00Z', '2021-02-28T15:10:00Z');
    const asked = { from: '2021-02-21T15:00:00Z', to: '2021-03-07T15:00:00Z', timeZone: 'Asia/Tokyo' };
    expect(counted(await messages({ ...asked, bucket: 'WEEK' }))).toEqual([
      ['2021-02-21T15:00:00.000Z', '1'],
      ['2021-02-28T15:00:00.000Z', '1'],
    ]);
    expect(counted(await messages({ ...asked, bucket: 'MONTH' }))).toEqual([
      ['2021-01-31T15:00:00.000Z', '1'],
      ['2021-02-28T15:00:00.000Z', '1'],
    ]);
  });
});

describe('buckets', () => {
  test('are hours of UTC unless a zone is named, without gaps, where nothing happened too', async () => {
    await sayAt('2022-01-01T02:59:59.999Z', '2022-01-01T03:00:00Z');
    const series = await messages({
      from: '2022-01-01T00:00:00Z',
      to: '2022-01-02T00:00:00Z',
      bucket: 'HOUR',
    });
    expect(series.timeZone).toBe('UTC');
    expect(series.buckets.map(iso)).toEqual(
      Array.from({ length: 24 }, (_, hour) => iso(Date.UTC(2022, 0, 1, hour))),
    );
    expect(series.groups).toHaveLength(1);
    expect(series.groups[0]!.values).toEqual(
      Array.from({ length: 24 }, (_, hour) => (hour === 2 || hour === 3 ? '1' : '0')),
    );
  });

  test('hold the quarters of an hour in which the time begins and ends whole, and nothing beyond', async () => {
    await sayAt('2022-02-01T09:59Z', '2022-02-01T10:01Z', '2022-02-01T10:44Z', '2022-02-01T10:46Z');
    const series = await messages({
      from: '2022-02-01T10:07:00Z',
      to: '2022-02-01T10:31:00Z',
      bucket: 'QUARTER_HOUR',
    });
    expect([iso(series.from), iso(series.to)]).toEqual([iso('2022-02-01T10:00Z'), iso('2022-02-01T10:45Z')]);
    expect(counted(series)).toEqual([
      ['2022-02-01T10:00:00.000Z', '1'],
      ['2022-02-01T10:15:00.000Z', '0'],
      ['2022-02-01T10:30:00.000Z', '1'],
    ]);
    const cut = await messages({ from: '2022-02-01T10:15:00Z', to: '2022-02-01T11:00:00Z', bucket: 'DAY' });
    expect(counted(cut)).toEqual([['2022-02-01T00:00:00.000Z', '2']]);
  });

  test('are all days of a year, each once, whatever its clocks do', async () => {
    const asked = { from: '2025-01-01T05:00:00Z', to: '2026-01-01T05:00:00Z', bucket: 'DAY' };
    const { buckets, groups } = await messages({ ...asked, timeZone: 'America/New_York' });
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York', dateStyle: 'short' });
    expect(buckets.map((bucket) => day.format(new Date(bucket)))).toEqual(
      Array.from({ length: 365 }, (_, index) => iso(Date.UTC(2025, 0, 1 + index)).slice(0, 10)),
    );
    expect(groups[0]!.values).toHaveLength(365);
  });

  test('that a time ends in are there, however little of them lies in it', async () => {
    await sayAt('2022-03-02T00:05:00Z');
    const asked = { from: '2022-03-01T00:30:00Z', to: '2022-03-02T00:15:00Z', bucket: 'DAY' };
    expect(counted(await messages(asked))).toEqual([
      ['2022-03-01T00:00:00.000Z', '0'],
      ['2022-03-02T00:00:00.000Z', '1'],
    ]);
  });
});

test('every zone that can be named is one by whose clocks days can begin', async () => {
  const asked = { from: '2022-01-01T00:00:00Z', to: '2022-01-02T00:00:00Z', bucket: 'DAY' };
  const refused: string[] = [];
  const ask = (timeZone: string): Promise<unknown> =>
    messages({ ...asked, timeZone }).catch(() => refused.push(timeZone));
  await Promise.all(Intl.supportedValuesOf('timeZone').map(ask));
  expect(refused).toEqual([]);
});

// These names are abbreviations too, which PostgreSQL takes for offsets: IST for that of Israel.
test.each(['IST', 'CET', 'MET', 'EET', 'WET'])(
  '%s is refused, or its days begin at midnight of that zone',
  async (timeZone) => {
    const asked = { from: '2022-07-02T12:00:00Z', to: '2022-07-02T13:00:00Z', bucket: 'DAY', timeZone };
    const refused = await refusedSeries(server, { ...asked, metric: 'MESSAGES' });
    if (refused.length > 0) return;
    const { buckets } = await messages(asked);
    const clock = new Intl.DateTimeFormat('en', { timeZone, timeStyle: 'short', hourCycle: 'h23' });
    expect(buckets.map((bucket) => clock.format(new Date(bucket)))).toEqual(['00:00']);
  },
);
