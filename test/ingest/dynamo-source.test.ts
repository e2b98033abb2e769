import { describe, expect, test } from 'vitest';
import { openTables } from '../support/dynamo.ts';
import { startServer } from '../support/server.ts';
import { details, shortPause, sourcesOf, speech, storedCalls } from './calls.ts';

const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
const LATE = { timeout: 20_000 };

describe.each([
  { title: 'by their streams', hasStreams: true },
  { title: 'without streams', hasStreams: false },
])('three tables at DynamoDB, $title', ({ hasStreams }) => {
  test('are read in full: both sides in order, old calls ended, live ones open', async () => {
    await using tables = await openTables({ hasStreams });
    await tables.put('details', details('old', minutesAgo(120)));
    await tables.put('details', details('live', minutesAgo(2)));
    const past = { LoggedOn: minutesAgo(119).toISOString() };
    await tables.put('customer', speech('old', 'c', 0.5, 'my bill is wrong', past));
    await tables.put('agent', speech('old', 'a', 4.25, 'let me look', past));
    await tables.put('customer', speech('old', 'c', 9, 'thank you', { ...past, EndTime: 12.75 }));
    await tables.put('agent', speech('live', 'a', 0, 'how may I help', { IsPartial: true }));
    await tables.put('customer', speech('no-details', 'c', 1, 'is anybody there'));

    await using server = await startServer({ env: tables.env, pause: shortPause });
    await expect.poll(() => sourcesOf(server), LATE).toMatchObject([{ status: 'FOLLOWING', skipped: 0 }]);
    const calls = await storedCalls(server.databaseUrl);
    expect(Object.keys(calls).toSorted()).toEqual(['live', 'no-details', 'old']);
    expect(calls['old']).toMatchObject({
      status: 'CLOSED',
      phone: '+14155550100',
      segments: ['CUSTOMER 500 my bill is wrong', 'AGENT 4250 let me look', 'CUSTOMER 9000 thank you'],
    });
    const { startedAt, closedAt } = calls['old']!;
    expect(Date.parse(closedAt!) - Date.parse(startedAt)).toBe(12_750);
    expect(calls['live']).toMatchObject({ status: 'ACTIVE', segments: ['AGENT 0 how may I help…'] });
    expect(calls['no-details']).toMatchObject({ status: 'ACTIVE', phone: null });
  });

  test('are followed: new calls, what is said, and words that become final', async () => {
    await using tables = await openTables({ hasStreams });
    await using server = await startServer({ env: tables.env, pause: shortPause });
    await expect.poll(() => sourcesOf(server), LATE).toMatchObject([{ status: 'FOLLOWING' }]);
    await tables.put('details', details('new'));
    await tables.put('customer', speech('new', 'c', 0.1, 'hello', { IsPartial: true }));
    const segments = async (): Promise<string[] | undefined> =>
      (await storedCalls(server.databaseUrl))['new']?.segments;
    await expect.poll(segments, LATE).toEqual(['CUSTOMER 100 hello…']);
    await tables.put('customer', speech('new', 'c', 0.1, 'hello there'));
    await tables.put('agent', speech('new', 'a', 2, 'good morning'));
    await expect.poll(segments, LATE).toEqual(['CUSTOMER 100 hello there', 'AGENT 2000 good morning']);
    // Rows that are deleted there stay here.
    await tables.remove('customer', { ContactId: 'new', StartTime: 0.1 });
    await tables.put('agent', speech('new', 'a', 5, 'bye'));
    await expect.poll(segments, LATE).toHaveLength(3);
  });

  test('hold rows that cannot be used, which are counted and stop nothing', async () => {
    await using tables = await openTables({ hasStreams });
    const odd = 'a\u0000b';
    await tables.put(
      'details',
      { contactId: 'x'.repeat(300) },
      { contactId: 'good', callTimestamp: 'no date' },
      { contactId: '__proto__' },
    );
    await tables.put('customer', speech('good', 'c', 1, '  '), speech('good', 'c', 2, odd));
    await tables.put('customer', { ContactId: 'good', StartTime: -5, Transcript: 'before it began' });
    await tables.put('customer', { ContactId: 'good', StartTime: 3, EndTime: 'soon', Transcript: 'no id' });
    await using server = await startServer({ env: tables.env, pause: shortPause });
    await expect.poll(() => sourcesOf(server), LATE).toMatchObject([{ status: 'FOLLOWING' }]);
    await tables.put('agent', speech('good', 'a', 4, ''), speech('good', 'a', 6, 'still here'));
    await expect
      .poll(async () => (await storedCalls(server.databaseUrl))['good']?.segments, LATE)
      .toEqual(['CUSTOMER 2000 a\ufffdb', 'CUSTOMER 3000 no id', 'AGENT 6000 still here']);
    const [source] = await sourcesOf(server);
    expect(source!.skipped).toBeGreaterThanOrEqual(3);
  });
});
