import type { Command } from '../domain/command.ts';
import type { Source } from '../domain/source.ts';
import type { State } from '../domain/state.ts';
import type { Statement } from '../store/database.ts';
import { iso } from './load.ts';

/** Reads the sources that a batch moves on; null when it moves none. */
export function loadSources(projectId: number, commands: Command[]): Statement | null {
  const names = commands.flatMap((it) => (it.kind === 'advanceSource' ? [it.to.name] : []));
  if (names.length === 0) return null;
  const text = `
    select name, status, reason, since, checkpoint, records::float8 as records, skipped::float8 as skipped,
      version::float8 as version, holder, held_until as "heldUntil"
    from sources where project_id = $1 and name = any($2::text[])`;
  return { name: 'load_sources', text, values: [projectId, [...new Set(names)]] };
}

type Row = Omit<Source, 'since' | 'heldUntil'> & { since: string | Date; heldUntil: string | Date };

/** Adds what `loadSources` read to a state. */
export function addSources(state: State, rows: unknown[]): void {
  for (const row of rows as Row[]) {
    const [since, heldUntil] = [row.since, row.heldUntil].map((at) =>
      at instanceof Date ? at.toISOString() : iso(at),
    );
    state.sources.set(row.name, { ...row, since: since!, heldUntil: heldUntil! });
  }
}

/** Writes the sources that a batch moved on; no statement when it moved none. */
export function writeSources(state: State): Statement[] {
  const sources = [...state.sources.own.values()].map(({ heldUntil, ...it }) => ({
    ...it,
    held_until: heldUntil,
  }));
  if (sources.length === 0) return [];
  const text = `
    insert into sources (project_id, name, status, reason, since, checkpoint, records, skipped, version, holder,
      held_until)
    select $1, r.* from json_to_recordset($2::json) as r (
      name text, status "SourceStatus", reason text, since timestamptz, checkpoint jsonb, records int8, skipped int8,
      version int8, holder text, held_until timestamptz)
    on conflict (project_id, name) do update set status = excluded.status, reason = excluded.reason,
      since = excluded.since, checkpoint = excluded.checkpoint, records = excluded.records,
      skipped = excluded.skipped, version = excluded.version, holder = excluded.holder,
      held_until = excluded.held_until`;
  return [{ name: 'write_sources', text, values: [state.project.id, JSON.stringify(sources)] }];
}
