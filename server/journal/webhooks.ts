import type { Command } from '../domain/command.ts';
import type { State } from '../domain/state.ts';
import type { Delivery, Webhook } from '../domain/webhook.ts';
import type { Statement } from '../store/database.ts';
import { columnOf } from '../store/column.ts';
import { iso } from './load.ts';

/** What is read of the webhooks of a project: all of them, and deliveries by id. Secrets stay where they are. */
type Loaded = { webhooks: Webhook[]; deliveries: Delivery[] };

/** Reads the webhooks and the deliveries that a batch may change; null when it changes none. */
export function loadWebhooks(projectId: number, commands: Command[]): Statement | null {
  const isAboutWebhooks = commands.some(
    ({ kind }) =>
      kind === 'createWebhook' ||
      kind === 'updateWebhook' ||
      kind === 'removeWebhook' ||
      kind === 'fireWebhooks',
  );
  const deliveries = new Set(commands.flatMap(deliveriesIn));
  if (!isAboutWebhooks && deliveries.size === 0) return null;
  return { name: 'load_webhooks', text: loadText, values: [projectId, [...deliveries]] };
}

function deliveriesIn(command: Command): number[] {
  if (command.kind === 'claimDeliveries') return command.claims.map(({ id }) => id);
  return command.kind === 'settleDelivery' || command.kind === 'replayDelivery' ? [command.id] : [];
}

const loadText = `
  select
    (select coalesce(json_agg(r), '[]') from (
      select id, url, kinds, description, is_enabled as "isEnabled", created_at as "createdAt",
        disabled_at as "disabledAt", disabled_reason as "disabledReason"
      from webhooks where project_id = $1) r) as webhooks,
    (select coalesce(json_agg(r), '[]') from (
      select d.id, d.endpoint_id as "endpointId", d.webhook_id as "webhookId", d.seq, d.kind, d.part, d.state,
        d.attempts, d.attempts_before as "attemptsBefore", d.created_at as "createdAt", d.next_at as "nextAt",
        d.held_until as "heldUntil", d.last_status as "lastStatus", d.last_error as "lastError",
        d.delivered_at as "deliveredAt"
      from unnest($2::int[]) as wanted (id)
      cross join lateral (select * from deliveries
        where project_id = $1 and id = wanted.id offset 0) d) r) as deliveries`;

/** Adds what `loadWebhooks` read to a state. */
export function addWebhooks(state: State, rows: unknown[]): void {
  const { webhooks, deliveries } = rows[0] as Loaded;
  const moment = (at: string | null): string | null => at && iso(at);
  for (const it of webhooks) {
    const webhook = { ...it, createdAt: iso(it.createdAt), disabledAt: moment(it.disabledAt) };
    state.webhooks.set(it.id, { webhook });
  }
  for (const it of deliveries) {
    state.deliveries.set(it.id, {
      ...it,
      createdAt: iso(it.createdAt),
      nextAt: moment(it.nextAt),
      heldUntil: moment(it.heldUntil),
      deliveredAt: moment(it.deliveredAt),
    });
  }
}

/** Writes the webhooks and deliveries that a batch changed; no statement when it changed none. */
export function writeWebhooks(state: State): Statement[] {
  const { id, lastDelivery } = state.project;
  const webhooks = [...state.webhooks.own.values()];
  const deliveries = [...state.deliveries.own.values()];
  if (webhooks.length === 0 && deliveries.length === 0) return [];
  const kept = webhooks.filter(({ isRemoved }) => isRemoved !== true);
  const gone = webhooks.filter(({ isRemoved }) => isRemoved === true);
  return [
    {
      name: 'write_webhooks',
      text: writeText,
      values: [
        id,
        lastDelivery,
        JSON.stringify(kept.map(({ webhook, secret = '' }) => ({ ...snake(webhook), secret }))),
        JSON.stringify(deliveries.map(snake)),
        gone.map(({ webhook }) => webhook.id),
      ],
    },
    // After what was written: a delivery may be as new as the end of its webhook.
    ...(gone.length === 0
      ? []
      : [
          {
            name: 'remove_deliveries',
            text: 'delete from deliveries where project_id = $1 and endpoint_id = any($2::text[])',
            values: [id, gone.map(({ webhook }) => webhook.id)],
          },
        ]),
  ];
}

/** A row with the names of its columns. */
const snake = (row: object): object =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [columnOf(name), value]));

const writeText = `
  with webhook as (
    insert into webhooks (project_id, id, url, kinds, description, secret, is_enabled, created_at, disabled_at,
      disabled_reason)
    select $1, r.* from json_to_recordset($3::json) as r (
      id text, url text, kinds text[], description text, secret text, is_enabled boolean, created_at timestamptz,
      disabled_at timestamptz, disabled_reason text)
    on conflict (project_id, id) do update set url = excluded.url, kinds = excluded.kinds,
      description = excluded.description, is_enabled = excluded.is_enabled, disabled_at = excluded.disabled_at,
      disabled_reason = excluded.disabled_reason
  ),
  delivery as (
    insert into deliveries (project_id, id, endpoint_id, webhook_id, seq, kind, part, state, attempts,
      attempts_before, created_at, next_at, held_until, last_status, last_error, delivered_at)
    select $1, r.* from json_to_recordset($4::json) as r (
      id int, endpoint_id text, webhook_id text, seq int8, kind text, part int, state "DeliveryState",
      attempts int, attempts_before int, created_at timestamptz, next_at timestamptz, held_until timestamptz,
      last_status int, last_error text, delivered_at timestamptz)
    on conflict (project_id, id) do update set state = excluded.state, attempts = excluded.attempts,
      attempts_before = excluded.attempts_before, next_at = excluded.next_at, held_until = excluded.held_until,
      last_status = excluded.last_status, last_error = excluded.last_error,
      delivered_at = excluded.delivered_at
  ),
  gone as (
    delete from webhooks where project_id = $1 and id = any($5::text[])
  )
  update projects set last_delivery = $2 where id = $1`;
