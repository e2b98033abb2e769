import type { Answer, Command } from '../domain/command.ts';
import type { Conversation, EndUser } from '../domain/conversation.ts';
import type { Key } from '../domain/key.ts';
import type { PayloadMapping } from '../domain/mapping.ts';
import type { Message } from '../domain/message.ts';
import { exchangeKey, State, type Project } from '../domain/state.ts';
import { readExchange, type ExchangeRow } from '../store/exchange.ts';
import type { Transaction } from './batch.ts';

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

/** Everything that the commands of a batch may touch, in one query. */
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
  const wanted = JSON.stringify({
    conversations: [...new Set([...named.filter((id) => id !== null), ...candidates])],
    endUsers: [
      ...new Set(commands.flatMap((command) => ('endUserId' in command ? [command.endUserId] : []))),
    ],
    keys: commands.flatMap((command) =>
      command.kind === 'revokeKey' ? [command.keyId] : command.kind === 'createKey' ? [command.key.id] : [],
    ),
    receipts: receiptKeys.map(({ door, key }) => ({ door, key })),
  });
  const [loaded] = await tx.$queryRaw<[Loaded]>`
    with wanted as (select ${wanted}::jsonb as it),
    conversation as (
      select c.*, u.external_id as user_external_id, u.created_at as user_created_at
      from wanted, jsonb_array_elements_text(it -> 'conversations') as ids (external_id)
      join conversations c on c.project_id = ${project.id} and c.external_id = ids.external_id
      left join end_users u on u.project_id = c.project_id and u.id = c.end_user_id
    ),
    exchange as (
      select x.* from conversation c join exchanges x
        on x.project_id = c.project_id and x.conversation_id = c.id and x.ordinal in (1, c.exchanges)
    )
    select
      (select coalesce(json_agg(r), '[]') from (
        select u.id, u.external_id as "externalId", u.created_at as "createdAt"
        from wanted, jsonb_array_elements_text(it -> 'endUsers') as ids (external_id)
        join end_users u on u.project_id = ${project.id} and u.external_id = ids.external_id) r) as "endUsers",
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
        from exchange x join messages m
          on m.project_id = x.project_id and m.id in (x.first_message, x.first_message + 1)) r) as messages,
      (select coalesce(json_agg(r), '[]') from (
        select k.id, k.name, k.hash, k.scopes, k.created_at as "createdAt", k.revoked_at as "revokedAt"
        from wanted, jsonb_array_elements_text(it -> 'keys') as ids (id)
        join api_keys k on k.project_id = ${project.id} and k.id = ids.id) r) as keys,
      (select coalesce(json_agg(r), '[]') from (
        select r.door, r.key, r.digest, r.answers
        from wanted, jsonb_to_recordset(it -> 'receipts') as ids (door text, key text)
        join receipts r on r.project_id = ${project.id} and r.door = ids.door and r.key = ids.key) r) as receipts`;
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
