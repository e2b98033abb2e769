import { callerOf } from '../domain/call.ts';
import type { Answer, Command } from '../domain/command.ts';
import type { Conversation, EndUser } from '../domain/conversation.ts';
import type { Key } from '../domain/key.ts';
import type { Message } from '../domain/message.ts';
import { exchangeKey } from '../domain/layers.ts';
import { defaultPolicies } from '../domain/policy.ts';
import { State, type Project } from '../domain/state.ts';
import type { Statement } from '../store/database.ts';
import { readExchange, type ExchangeRow } from '../store/exchange.ts';

/** An idempotency key: which door it was given at, and what was sent with it. */
export type ReceiptKey = { door: string; key: string; digest: string };
export type Receipt = ReceiptKey & {
  answers: Answer[];
  /** How long the first call took until it was decided, in ms. */
  tookMs: number;
};

/** Locks the project's row, which orders its log whatever the number of servers. */
export const lockProject = (projectId: number): Statement => ({
  name: 'lock_project',
  text: `
    select id, head::float8 as head, last_end_user as "lastEndUser", last_conversation as "lastConversation",
      last_message as "lastMessage", last_fact as "lastFact", last_turn as "lastTurn", last_cost as "lastCost",
      last_feedback as "lastFeedback", last_note as "lastNote", last_delivery as "lastDelivery", last_alert as "lastAlert", last_generated::float8 as "lastGenerated",
      payload_mapping as "payloadMapping", prices_seq::float8 as "pricesSeq",
      policies, erased_seq::float8 as "erasedSeq"
    from projects where id = $1 for update`,
  values: [projectId],
});

/** What is read of the things that commands may touch. */
export type Loaded = {
  freeIds: number[];
  endUsers: EndUser[];
  conversations: Conversation[];
  exchanges: ExchangeRow[];
  messages: Message[];
  keys: Key[];
  receipts: Receipt[];
};

/**
 * Reads everything that the commands of a batch may touch. Each row is fetched by its whole key in a lateral
 * subquery that the planner cannot flatten: with the statistics of a young table it would rather read all rows
 * of the project, and keep that plan.
 */
export function loadRows(
  projectId: number,
  commands: Command[],
  receipts: ReceiptKey[],
  now: string,
): Statement {
  const named = commands.flatMap((it) => ('conversationId' in it ? [it.conversationId] : []));
  const unnamed = named.filter((id) => id === null).length;
  // Ids that callers of this batch take for themselves may be among the free ones.
  const taken = named.filter((id) => id?.startsWith('live_')).length;
  const endUsers = commands.flatMap(
    (it) =>
      (it.kind === 'startCall' ? callerOf(it.customerPhoneNumber) : 'endUserId' in it && it.endUserId) || [],
  );
  const keys = commands.flatMap((it) =>
    it.kind === 'revokeKey' ? [it.keyId] : it.kind === 'createKey' ? [it.key.id] : [],
  );
  return {
    name: 'load_rows',
    text: loadText,
    values: [
      projectId,
      [...new Set(named.filter((id) => id !== null))],
      unnamed === 0 ? 0 : unnamed + taken,
      Date.parse(now),
      [...new Set(endUsers)],
      keys,
      receipts.map(({ door }) => door),
      receipts.map(({ key }) => key),
    ],
  };
}

const loadText = `
  with wanted as (
    select unnest($2::text[]) as external_id
  ),
  -- The first milliseconds that no id has yet. The series is walked only as far as needed: as an anti-join the planner
  -- could take it for short and read it to its end, which never comes.
  free as (
    select ms from (
      select generate_series(greatest($4::int8, last_generated + 1), 9e15::int8) as ms from projects where id = $1
    ) as series
    where (select count(*) from conversations where project_id = $1 and external_id = 'live_' || ms) = 0
    limit $3
  ),
  conversation as (
    select c.*, u.external_id as user_external_id, u.created_at as user_created_at
    from wanted
    cross join lateral (select * from conversations
      where project_id = $1 and external_id = wanted.external_id offset 0) c
    left join lateral (select * from end_users
      where project_id = $1 and id = c.end_user_id offset 0) u on true
  ),
  exchange as (
    select x.* from conversation c
    cross join generate_series(0, case when c.exchanges > 1 then 1 else 0 end) as which
    cross join lateral (select * from exchanges
      where project_id = $1 and conversation_id = c.id
        and ordinal = case which when 0 then 1 else c.exchanges end offset 0) x
  )
  select
    (select coalesce(json_agg(ms), '[]') from free) as "freeIds",
    (select coalesce(json_agg(r), '[]') from (
      select u.id, u.external_id as "externalId", u.created_at as "createdAt"
      from unnest($5::text[]) as ids (external_id)
      cross join lateral (select * from end_users
        where project_id = $1 and external_id = ids.external_id offset 0) u) r) as "endUsers",
    (select coalesce(json_agg(r), '[]') from (
      select id, external_id as "externalId",
        case when end_user_id is not null then json_build_object(
          'id', end_user_id, 'externalId', user_external_id, 'createdAt', user_created_at) end as "endUser",
        channel, platform, status, messages, exchanges, last_message as "lastMessage", last_text as "lastText",
        last_sender as "lastSender", started_at as "startedAt", closed_at as "closedAt", close_reason as "closeReason", owner,
        owner_since as "ownerSince", operator, handoff_reason as "handoffReason", priority, handoffs,
        wanted_since as "wantedSince",
        active_at as "activeAt", active_seq as "activeSeq" from conversation) r) as conversations,
    (select coalesce(json_agg(r), '[]') from (
      select conversation_id as "conversationId", ordinal, first_message as "firstMessage",
        arrived_seq as "arrivedSeq", arrived_at as "arrivedAt", claims from exchange) r) as exchanges,
    (select coalesce(json_agg(r), '[]') from (
      select m.id, m.conversation_id as "conversationId", m.exchange, m.sender, m.text, m.at, m.metadata,
        m.end_user_id as "endUserId", m.sentiment, m.topics, m.requires_human as "requiresHuman",
        m.human_replied as "humanReplied"
      from exchange x cross join generate_series(0, 1) as side
      cross join lateral (select * from messages
        where project_id = $1 and id = x.first_message + side offset 0) m) r) as messages,
    (select coalesce(json_agg(r), '[]') from (
      select k.id, k.name, k.hash, k.scopes, k.created_at as "createdAt", k.revoked_at as "revokedAt"
      from api_keys k where k.project_id = $1 and k.id = any($6::text[])) r) as keys,
    (select coalesce(json_agg(r), '[]') from (
      select r.door, r.key, r.digest, r.answers, r.took_ms as "tookMs"
      from unnest($7::text[], $8::text[]) as ids (door, key)
      cross join lateral (select * from receipts
        where project_id = $1 and door = ids.door and key = ids.key offset 0) r) r) as receipts`;

/** The state that the rows of `loadRows` add up to, and the receipts by their id. */
export function readState(
  project: Project,
  [row]: unknown[],
): { state: State; receipts: Map<string, Receipt> } {
  const loaded = row as Loaded;
  const policies = { ...defaultPolicies, ...project.policies };
  const receipts = new Map(loaded.receipts.map((it) => [receiptId(it), readReceipt(it)]));
  return { state: stateOf({ ...project, policies }, loaded), receipts };
}

/** Answers that were given before facts were learned carry none. */
const readReceipt = (receipt: Receipt): Receipt => ({
  ...receipt,
  answers: receipt.answers.map((answer) => ({
    ...answer,
    facts: answer.facts ?? [],
    messages: answer.messages.map((it) => ({ ...it, topics: it.topics ?? [] })),
  })),
});

/** One text for a door and its key. */
export const receiptId = ({ door, key }: Pick<ReceiptKey, 'door' | 'key'>): string => `${door}\n${key}`;

// PostgreSQL writes moments into JSON with its own offset; ours are in UTC with milliseconds.
export const iso = (moment: string): string => new Date(moment).toISOString();

function stateOf(project: Project, loaded: Loaded): State {
  const state = new State(project);
  state.freeIds = loaded.freeIds;
  for (const endUser of loaded.endUsers) state.endUsers.set(endUser.externalId, readEndUser(endUser));
  for (const row of loaded.conversations) state.conversations.set(row.externalId, readConversation(row));
  addExchanges(state, loaded);
  for (const key of loaded.keys) {
    const revokedAt = key.revokedAt && iso(key.revokedAt);
    state.keys.set(key.id, { ...key, createdAt: iso(key.createdAt), revokedAt });
  }
  return state;
}

/** A conversation from its row in JSON. */
export const readConversation = (row: Conversation): Conversation => ({
  ...row,
  endUser: row.endUser && readEndUser(row.endUser),
  startedAt: iso(row.startedAt),
  closedAt: row.closedAt && iso(row.closedAt),
  ownerSince: iso(row.ownerSince),
  wantedSince: row.wantedSince && iso(row.wantedSince),
  activeAt: iso(row.activeAt),
});

/** Adds exchanges and their messages to a state. */
export function addExchanges(
  state: State,
  { messages, exchanges }: Pick<Loaded, 'messages' | 'exchanges'>,
): void {
  for (const message of messages) state.messages.set(message.id, { ...message, at: iso(message.at) });
  for (const row of exchanges) {
    const [ask, reply] = [state.messages.get(row.firstMessage), state.messages.get(row.firstMessage + 1)];
    state.exchanges.set(exchangeKey(row.conversationId, row.ordinal), readExchange(row, ask, reply));
  }
}

const readEndUser = (row: EndUser): EndUser => ({ ...row, createdAt: iso(row.createdAt) });
