import { plain } from '../domain/pricing/decimal.ts';
import { addUp } from '../domain/rollup.ts';
import type { State } from '../domain/state.ts';
import { countNames, sumNames } from '../domain/tally.ts';
import type { Statement } from '../store/database.ts';
import { columnOf } from '../store/column.ts';

/**
 * Adds what a batch contributes to the roll-ups. The project's row is locked, so nobody else changes them; they
 * need not be read for it.
 */
export function writeRollups(state: State): Statement[] {
  const changes = addUp(state.contributions);
  if (changes.length === 0) return [];
  const rows = changes.map(({ dimension, span, slot, value, counts, sums }) => ({
    dimension,
    span,
    slot,
    value,
    ...columnsOf(counts, (count) => count),
    ...columnsOf(sums, plain),
  }));
  const spread = changes.flatMap(({ dimension, span, slot, value, times }) =>
    [...times].map(([part, { sum, count, bins }]) => ({
      dimension,
      span,
      slot,
      value,
      part,
      turns: count,
      sum_ms: plain(sum),
      bins: arrayOf(bins),
    })),
  );
  const { id } = state.project;
  const statements = [{ name: 'write_rollups', text: rollupText, values: [id, JSON.stringify(rows)] }];
  if (spread.length > 0) {
    statements.push({ name: 'write_latencies', text: latencyText, values: [id, JSON.stringify(spread)] });
  }
  return statements;
}

const columnsOf = <Value>(values: Map<string, Value>, show: (value: Value) => number | string): object =>
  Object.fromEntries([...values].map(([name, value]) => [columnOf(name), show(value)]));

/** An array in PostgreSQL's own form whose subscripts are the bins, from the first to the last. */
function arrayOf(bins: Map<number, number>): string {
  const [first, last] = [Math.min(...bins.keys()), Math.max(...bins.keys())];
  const turns = Array.from({ length: last - first + 1 }, (_, place) => bins.get(first + place) ?? 0);
  return `[${first}:${last}]={${turns.join(',')}}`;
}

const counts = countNames.map(columnOf);
const sums = sumNames.map(columnOf);
const columns = [...counts, ...sums];

const rollupText = `
  insert into rollups (project_id, dimension, span, slot, value, ${columns.join(', ')})
  select $1, r.dimension, r.span, r.slot, r.value, ${columns.map((it) => `coalesce(r.${it}, 0)`).join(', ')}
  from json_to_recordset($2::json) as r (dimension text, span int, slot timestamptz, value text,
    ${[...counts.map((it) => `${it} int8`), ...sums.map((it) => `${it} numeric`)].join(', ')})
  on conflict (project_id, dimension, span, slot, value) do update
    set ${columns.map((it) => `${it} = rollups.${it} + excluded.${it}`).join(', ')}`;

const latencyText = `
  insert into latencies as l (project_id, dimension, span, slot, value, part, turns, sum_ms, bins)
  select $1, r.* from json_to_recordset($2::json) as r (dimension text, span int, slot timestamptz, value text,
    part text, turns int8, sum_ms numeric, bins int[])
  on conflict (project_id, dimension, span, slot, value, part) do update set turns = l.turns + excluded.turns,
    sum_ms = l.sum_ms + excluded.sum_ms, bins = merge_bins(l.bins, excluded.bins)`;
