import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slotOf, type Span } from '../../server/domain/rollup.ts';
import type { Journal } from '../../server/journal/write.ts';
import { ensureProject } from '../../server/journal/project.ts';
import { openOwnDatabase } from '../support/open-database.ts';
import { BEGINNING, commandOf, histories, isoAt, type Batch, type Deed } from './history.ts';
import { count, type Ledger } from './ledger.ts';
import { silentJournal } from '../support/journal.ts';

const database = await openOwnDatabase();
let clock = BEGINNING;
let projects = 0;

const aProject = (): Promise<number> => ensureProject(database.prisma, `project_${(projects += 1)}`);
const aJournal = (): Journal => silentJournal(database, () => clock);

/** Writes a history; `journalOf` says by whose hand. */
async function live(
  projectId: number,
  history: Batch[],
  journalOf: (batch: Batch) => Journal,
): Promise<void> {
  clock = BEGINNING;
  for (const batch of history) {
    clock += batch.minutes * 60_000;
    const journal = journalOf(batch);
    const commands = batch.deeds.map(commandOf);
    if (batch.isApart) await Promise.all(commands.map((it) => journal.write(projectId, [it])));
    else await journal.write(projectId, commands);
  }
}

// How conversations begin and end has a test of its own (test/graphql/stats.test.ts).
const ignored = new Set(['projectId', 'dimension', 'span', 'slot', 'value', 'conversations']);

/** What the two tables hold for one span, in the form of a ledger; rows that add up to nothing are as good as none. */
async function tables(projectId: number, span: Span = 15): Promise<Ledger> {
  const { prisma } = database;
  const ledger: Ledger = { figures: {}, times: {} };
  for (const row of await prisma.rollup.findMany({ where: { projectId, span } })) {
    const key = `${row.dimension} ${row.slot.toISOString()} ${row.value}`;
    const figures = Object.entries(row)
      .filter(([column]) => !ignored.has(column))
      .map(([column, it]) => [column, column.endsWith('sd') ? Number(it) * 1e7 : Number(it)] as const)
      .map(([column, it]) => [column, Math.round(it)] as const)
      .filter(([, it]) => it !== 0);
    if (figures.length > 0) ledger.figures[key] = Object.fromEntries(figures);
  }
  const latencies = await prisma.$queryRaw<
    { key: string; turns: number; tenths: number; first: number; bins: number[] }[]
  >`select dimension || ' ' || to_char(slot at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || ' ' || value
      || ' ' || part as key, turns::int, round(sum_ms * 10)::int as tenths, array_lower(bins, 1) as first, bins
    from latencies where project_id = ${projectId} and span = ${span}`;
  for (const { key, turns, tenths, first, bins } of latencies) {
    const filled = bins.flatMap((count, place) => (count ? [[first + place, count]] : []));
    const times = { turns, tenths, bins: Object.fromEntries(filled) as Record<string, number> };
    if (turns === 0) expect(times).toEqual({ turns: 0, tenths: 0, bins: {} });
    else ledger.times[key] = times;
  }
  return ledger;
}

/** What the quarters of an hour of a ledger add up to in each longer span. */
function longer({ figures, times }: Ledger, span: Span): Ledger {
  const at = (key: string): string => key.replace(/ (\S+)/u, (_, slot: string) => ` ${slotOf(slot, span)}`);
  const sums = (into: Record<string, number> = {}, more: Record<string, number>): Record<string, number> => {
    const names = Object.keys({ ...into, ...more });
    const all = names.map((name) => [name, (into[name] ?? 0) + (more[name] ?? 0)] as const);
    return Object.fromEntries(all.filter(([, it]) => it !== 0));
  };
  const ledger: Ledger = { figures: {}, times: {} };
  for (const [key, it] of Object.entries(figures)) {
    ledger.figures[at(key)] = sums(ledger.figures[at(key)], it);
  }
  for (const [key, { turns, tenths, bins }] of Object.entries(times)) {
    const into = ledger.times[at(key)] ?? { turns: 0, tenths: 0, bins: {} };
    ledger.times[at(key)] = {
      turns: into.turns + turns,
      tenths: into.tenths + tenths,
      bins: sums(into.bins, bins),
    };
  }
  return ledger;
}

test('the roll-ups are what the final turns, costs, ratings and messages add up to, whatever came before', async () => {
  const hands = [aJournal(), aJournal()] as const;
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const projectId = await aProject();
      await live(projectId, history, ({ hand }) => hands[hand]);
      const quarters = await tables(projectId);
      expect(quarters).toEqual(count(history));
      expect(await tables(projectId, 60)).toEqual(longer(quarters, 60));
      expect(await tables(projectId, 1440)).toEqual(longer(quarters, 1440));
    }),
    { numRuns: 60 },
  );
});

test('journals that come and go write the same roll-ups as one that stays', async () => {
  const [first, second] = [await aProject(), await aProject()];
  const [history] = fc.sample(fc.array(histories, { minLength: 4, maxLength: 4 }), { numRuns: 1, seed: 11 });
  const staying = aJournal();
  await live(first, history!.flat(), () => staying);
  await live(second, history!.flat(), aJournal);
  const known = await tables(first);
  expect(Object.keys(known.figures).length).toBeGreaterThan(20);
  expect(await tables(second)).toEqual(known);
});

const turn = (more: Partial<Extract<Deed, { kind: 'turn' }>> = {}): Deed => ({
  kind: 'turn',
  session: 'a',
  id: '1',
  outcome: 'SUCCEEDED',
  stages: [{ name: 'LLM', ms: 200, provider: 'openai', model: 'gpt-4o' }],
  total: 300,
  llmHit: true,
  ttsHit: null,
  violations: 1,
  blocks: 0,
  level: null,
  language: null,
  at: 5,
  ...more,
});
const rating = (stars: number): Deed => ({
  kind: 'rating',
  session: 'a',
  id: 'r1',
  turn: null,
  stars: true,
  rating: stars,
  category: null,
  flags: [false, false, false, false],
});
const exchange = (tokens: number): Deed => ({ kind: 'exchange', session: 'x1', tokens, model: 'gpt-4o' });
const batch = (...deeds: Deed[]): Batch => ({ minutes: 0, deeds, isApart: false, hand: 0 });

test('what was recorded before there were roll-ups is counted nowhere, not even when it is replaced', async () => {
  const projectId = await aProject();
  const journal = aJournal();
  const write = (...deeds: Deed[]) => live(projectId, [batch(...deeds)], () => journal);
  await write(turn(), rating(5), exchange(3));
  await database.prisma.$executeRaw`update turns set setting = null where project_id = ${projectId}`;
  await database.prisma.$executeRaw`update costs set setting = null where project_id = ${projectId}`;
  await database.prisma.$executeRaw`update feedback set setting = null where project_id = ${projectId}`;
  await database.prisma.$executeRaw`delete from rollups where project_id = ${projectId}`;
  await database.prisma.$executeRaw`delete from latencies where project_id = ${projectId}`;

  await write(turn({ outcome: 'FAILED', total: 400 }), rating(2), exchange(4));
  const all = (await tables(projectId)).figures;
  const key = (dimension: string, value = ''): string => `${dimension} ${isoAt(0)} ${value}`;
  expect(all[key('ALL')]).toEqual({
    failed: 1,
    llmCacheHits: 1,
    guardrailViolations: 1,
    twoStars: 1,
    pricedCosts: 1,
    usd: 100,
  });
  expect(all[key('MODEL', 'gpt-4o')]).toEqual({
    failed: 1,
    llmCacheHits: 1,
    guardrailViolations: 1,
    pricedCosts: 1,
    usd: 100,
  });

  // From then on it is counted, and replaced like anything else.
  await write(turn({ total: 500 }), rating(3), exchange(8));
  const after = await tables(projectId);
  expect(after.figures[key('ALL')]).toMatchObject({ succeeded: 1, threeStars: 1, pricedCosts: 1, usd: 200 });
  expect(after.figures[key('ALL')]).not.toHaveProperty('failed');
  expect(after.figures[key('ALL')]).not.toHaveProperty('twoStars');
  expect(after.times[`ALL ${isoAt(0)}  total`]).toMatchObject({ turns: 1, tenths: 5000 });
});

test('a turn that is replaced at another moment leaves nothing where it was', async () => {
  const projectId = await aProject();
  const journal = aJournal();
  await live(projectId, [batch(turn({ at: 5 }))], () => journal);
  await live(projectId, [batch(turn({ at: -500 }), turn({ at: 100 }))], () => journal);
  const { figures, times } = await tables(projectId);
  const slots = new Set([...Object.keys(figures), ...Object.keys(times)].map((key) => key.split(' ')[1]));
  expect([...slots]).toEqual([isoAt(90)]);
});

test('the roll-ups of one project know nothing of another', async () => {
  const [mine, theirs] = [await aProject(), await aProject()];
  const journal = aJournal();
  await live(mine, [batch(turn(), exchange(2))], () => journal);
  const before = await tables(mine);
  await live(theirs, [batch(turn(), turn({ id: '2' }), exchange(9))], () => journal);
  expect(await tables(mine)).toEqual(before);
});
