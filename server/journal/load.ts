import type { Answer, Command } from '../domain/command.ts';
import type { Conversation, EndUser } from '../domain/conversation.ts';
import type { Key } from '../domain/key.ts';
import type { PayloadMapping } from '../domain/mapping.ts';
import type { Message } from '../domain/message.ts';
import { exchangeKey, State, type Project } from '../domain/state.ts';
import type { Transaction } from '../store/database.ts';
import { readExchange, type ExchangeRow } from '../store/exchange.ts';

/** An idempotency key: which door it was given at, and what was sent with it. */
export type ReceiptKey = { door: string; key: string; digest: string };
export type Receipt = ReceiptKey & { answers: Answer[] };

/** Candidates looked at beyond those needed, in case a caller took a generated id for its own. */
const SPARE_IDS = 8;

/** Locks the project's row, which orders its log whatever the number of servers. Null when there is none. */
export async function lockProject(tx: Transaction, projectId: number): Promise<Project | null> {
  const rows = await tx.$queryRaw<
    (Omit<Project, 'payloadMapping'> & { payloadMapping: PayloadMapping | null })[]
  >`
    select id, head::float8 as head, last_end_user as "lastEndUser", last_conversation as "lastConversation",
      last_message as "lastMessage", last_generated::float8 as "lastGenerated",
      payload_mapping as "payloadMapping"
    from projects where id = ${projectId} for update`;
  return rows[0] ?? null;
}

type Loaded = {
  endUsers: EndUser[];
  conversations: Conversation[];
  exchanges: ExchangeRow[];
  messages: Message[];
  keys: Key[];
  receipts: Receipt[];
};

/**
 * Everything that the commands of a batch may touch, in one query. Each row is fetched by its whole key in a
 * lateral subquery that the planner cannot flatten: with the statistics of a young table it would rather read
 * all rows of the project, and keep that plan.
 */
export async function loadState(
  tx: Transaction,
  project: Project,
  commands: Command[],
  receiptKeys: ReceiptKey[],
  now: string,
): Promise<{ state: State; receipts: Map<string, Receipt> }> {
  const named = commands.flatMap((command) => ('conversationId' in command ? [command.conversationId] : []));
  const unnamed = named.filter((id) => id === null).length;
  const firstGenerated = Math.max(Date.parse(now), project.lastGenerated + 1);
  const candidates =
    unnamed === 0
      ? []
      : Array.from({ length: unnamed + SPARE_IDS }, (_, index) => `live_${firstGenerated + index}`);
  const conversationIds = [...new Set([...named.filter((id) => id !== null), ...candidates])];
  const endUserIds = [
    ...new Set(commands.flatMap((it) => ('endUserId' in it && it.endUserId ? [it.endUserId] : []))),
  ];
  const keyIds = commands.flatMap((it) =>
    it.kind === 'revokeKey' ? [it.keyId] : it.kind === 'createKey' ? [it.key.id] : [],
  );
  const doors = receiptKeys.map(({ door }) => door);
  const keys = receiptKeys.map(({ key }) => key);
  const [loaded] = await tx.$queryRaw<[Loaded]>`
    with conversation as (
      select c.*, u.external_id as user_external_id, u.created_at as user_created_at
      from unnest(${conversationIds}::text[]) as ids (external_id)
      cross join lateral (select * from conversations
        where project_id = ${project.id} and external_id = ids.external_id offset 0) c
      left join end_users u on u.project_id = c.project_id and u.id = c.end_user_id
    ),
    exchange as (
      select x.* from conversation c cross join lateral (select * from exchanges
        where project_id = c.project_id and conversation_id = c.id and ordinal in (1, c.exchanges) offset 0) x
    )
    select
      (select coalesce(json_agg(r), '[]') from (
        select u.id, u.external_id as "externalId", u.created_at as "createdAt"
        from unnest(${endUserIds}::text[]) as ids (external_id) cross join lateral (select * from end_users
          where project_id = ${project.id} and external_id = ids.external_id offset 0) u) r) as "endUsers",
      (select coalesce(json_agg(r), '[]') from (
        select id, external_id as "externalId",
          case when end_user_id is not null then json_build_object(
            'id', end_user_id, 'externalId', user_external_id, 'createdAt', user_created_at) end as "endUser",
          channel, platform, status, messages, exchanges, last_message as "lastMessage", last_text as "lastText",
          last_sender as "lastSender", started_at as "startedAt", closed_at as "closedAt",
          active_at as "activeAt", active_seq as "activeSeq" from conversation) r) as conversations,
      (select coalesce(json_agg(r), '[]') from (
        select conversation_id as "conversationId", ordinal, first_message as "firstMessage",
          arrived_seq as "arrivedSeq", arrived_at as "arrivedAt", claims from exchange) r) as exchanges,
      (select coalesce(json_agg(r), '[]') from (
        select m.id, m.conversation_id as "conversationId", m.exchange, m.sender, m.text, m.at, m.metadata
        from exchange x cross join generate_series(0, 1) as side cross join lateral (select * from messages
          where project_id = x.project_id and id = x.first_message + side offset 0) m) r) as messages,
      (select coalesce(json_agg(r), '[]') from (
        select k.id, k.name, k.hash, k.scopes, k.created_at as "createdAt", k.revoked_at as "revokedAt"
        from api_keys k where k.project_id = ${project.id} and k.id = any(${keyIds})) r) as keys,
      (select coalesce(json_agg(r), '[]') from (
        select r.door, r.key, r.digest, r.answers
        from unnest(${doors}::text[], ${keys}::text[]) as ids (door, key) cross join lateral (select * from receipts
          where project_id = ${project.id} and door = ids.door and key = ids.key offset 0) r) r) as receipts`;
  const receipts = new Map(loaded.receipts.map((receipt) => [receiptId(receipt), receipt]));
  return { state: stateOf(project, loaded), receipts };
}

/** One text for a door and its key. */
export const receiptId = ({ door, key }: Pick<ReceiptKey, 'door' | 'key'>): string => `${door}\n${key}`;

// PostgreSQL writes moments into JSON with its own offset; ours are in UTC with milliseconds.
const iso = (moment: string): string => new Date(moment).toISOString();

function stateOf(project: Project, loaded: Loaded): State {
  const state = new State(project);
  for (const endUser of loaded.endUsers) state.endUsers.set(endUser.externalId, readEndUser(endUser));
  for (const conversation of loaded.conversations) {
    state.conversations.set(conversation.externalId, {
      ...conversation,
      endUser: conversation.endUser && readEndUser(conversation.endUser),
      startedAt: iso(conversation.startedAt),
      closedAt: conversation.closedAt && iso(conversation.closedAt),
      activeAt: iso(conversation.activeAt),
    });
  }
  for (const message of loaded.messages) state.messages.set(message.id, { ...message, at: iso(message.at) });
  for (const row of loaded.exchanges) {
    const [ask, reply] = [state.messages.get(row.firstMessage), state.messages.get(row.firstMessage + 1)];
    state.exchanges.set(exchangeKey(row.conversationId, row.ordinal), readExchange(row, ask, reply));
  }
  for (const key of loaded.keys) {
    const revokedAt = key.revokedAt && iso(key.revokedAt);
    state.keys.set(key.id, { ...key, createdAt: iso(key.createdAt), revokedAt });
  }
  return state;
}

const readEndUser = (row: EndUser): EndUser => ({ ...row, createdAt: iso(row.createdAt) });
