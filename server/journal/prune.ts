import type { Database } from '../store/database.ts';

/** An idempotency key is honoured for so long, in ms, and with it a link that is valid once. */
export const RECEIPTS_KEPT = 7 * 24 * 60 * 60 * 1000;
/** What was delivered to a webhook, or failed for good, is listed for so long, in ms. */
export const DELIVERIES_KEPT = 30 * 24 * 60 * 60 * 1000;
/** So many rows are looked at in one statement. */
const SLICE = 1000;

/** Removes receipts and finished deliveries that are too old. False when there were fewer than one slice of each. */
export async function prune(database: Pick<Database, 'transact'>, now: number): Promise<boolean> {
  const before = (kept: number): string => new Date(now - kept).toISOString();
  const opening = [
    { name: 'prune_receipts', text: receiptsText, values: [before(RECEIPTS_KEPT), SLICE] },
    { name: 'prune_deliveries', text: deliveriesText, values: [before(DELIVERIES_KEPT), SLICE] },
  ];
  return database.transact(opening, (rows) => ({
    closing: [],
    result: rows.some(([row]) => (row as { gone: number }).gone >= SLICE),
  }));
}

const receiptsText = `
  with gone as (
    delete from receipts where ctid in (select ctid from receipts where at < $1 order by at limit $2) returning 1
  )
  select count(*)::int as gone from gone`;

/** Deliveries lie in the order in which they were made: of each project the oldest are looked at. */
const deliveriesText = `
  with oldest as (
    select d.project_id, d.id from projects p
    cross join lateral (
      select * from deliveries where project_id = p.id order by id limit $2
    ) d
    where d.state <> 'PENDING' and d.created_at < $1
  ),
  gone as (
    delete from deliveries using oldest
    where deliveries.project_id = oldest.project_id and deliveries.id = oldest.id returning 1
  )
  select count(*)::int as gone from gone`;
