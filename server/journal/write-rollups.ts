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
  const rows = changes.map(({ dimension, slot, value, counts, sums }) => ({
    dimension,
    slot,
    value,
    ...Object.fromEntries(Object.entries({ ...counts, ...sums }).map(([name, it]) => [columnOf(name), it])),
  }));
  const spread = changes.flatMap(({ dimension, slot, value, times }) =>
    Object.entries(times).map(([part, { sum, count, bins }]) => ({
      dimension,
      slot,
      value,
      part,
      turns: count,
      sum_ms: sum,
      bins,
    })),
  );
  const { id } = state.project;
  const statements = [{ name: 'write_rollups', text: rollupText, values: [id, JSON.stringify(rows)] }];
  if (spread.length > 0) {
    statements.push({ name: 'write_latencies', text: latencyText, values: [id, JSON.stringify(spread)] });
  }
  return statements;
}

const counts = countNames.map(columnOf);
const sums = sumNames.map(columnOf);
const columns = [...counts, ...sums];

const rollupText = `
  insert into rollups (project_id, dimension, slot, value, ${columns.join(', ')})
  select $1, r.dimension, r.slot, r.value, ${columns.map((it) => `coalesce(r.${it}, 0)`).join(', ')}
  from json_to_recordset($2::json) as r (dimension text, slot timestamptz, value text,
    ${[...counts.map((it) => `${it} int8`), ...sums.map((it) => `${it} numeric`)].join(', ')})
  on conflict (project_id, dimension, slot, value) do update
    set ${columns.map((it) => `${it} = rollups.${it} + excluded.${it}`).join(', ')}`;

const latencyText = `
  insert into latencies (project_id, dimension, slot, value, part, turns, sum_ms, bins)
  select $1, r.* from json_to_recordset($2::json) as r (
    dimension text, slot timestamptz, value text, part text, turns int8, sum_ms numeric, bins jsonb)
  on conflict (project_id, dimension, slot, value, part) do update
    set turns = latencies.turns + excluded.turns, sum_ms = latencies.sum_ms + excluded.sum_ms,
      bins = (
        select coalesce(jsonb_object_agg(bin, turns), '{}') from (
          select bin, sum(turns::int8) as turns from (
            select * from jsonb_each_text(latencies.bins) union all select * from jsonb_each_text(excluded.bins)
          ) as summed (bin, turns)
          group by bin having sum(turns::int8) <> 0) as bins)`;
