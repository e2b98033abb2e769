import type { Command } from '../domain/command.ts';
import type { SavedView } from '../domain/saved-view.ts';
import type { State } from '../domain/state.ts';
import type { Statement } from '../store/database.ts';
import { iso } from './load.ts';

/** Reads the saved views of a project, all of them; null when a batch changes none. */
export function loadViews(projectId: number, commands: Command[]): Statement | null {
  if (!commands.some(({ kind }) => kind === 'saveView' || kind === 'removeView')) return null;
  return {
    name: 'load_views',
    text: 'select id, name, query, filter, created_at::text as "createdAt" from saved_views where project_id = $1',
    values: [projectId],
  };
}

/** Adds what `loadViews` read to a state. */
export function addViews(state: State, rows: unknown[]): void {
  for (const row of rows as SavedView[]) {
    state.views.set(row.id, { view: { ...row, createdAt: iso(row.createdAt) } });
  }
}

/** Writes the views that a batch changed; no statement when it changed none. */
export function writeViews(state: State): Statement[] {
  const changed = [...state.views.own.values()];
  if (changed.length === 0) return [];
  const kept = changed.filter(({ isRemoved }) => isRemoved !== true);
  const rows = kept.map(({ view: { createdAt, ...view } }) => ({ ...view, created_at: createdAt }));
  const gone = changed.filter(({ isRemoved }) => isRemoved === true).map(({ view }) => view.id);
  const values = [state.project.id, JSON.stringify(rows), gone];
  return [{ name: 'write_views', text: writeText, values }];
}

const writeText = `
  with gone as (
    delete from saved_views where project_id = $1 and id = any($3::text[])
  )
  insert into saved_views (project_id, id, name, query, filter, created_at)
  select $1, r.* from json_to_recordset($2::json) as r (
    id text, name text, query text, filter jsonb, created_at timestamptz)
  on conflict (project_id, id) do update set name = excluded.name, query = excluded.query, filter = excluded.filter`;
