import type { Exchange } from '../domain/exchange.ts';
import { languageOf } from '../domain/search/language.ts';
import type { State } from '../domain/state.ts';
import type { Statement } from '../store/database.ts';
import { encodeEvent } from './codec.ts';
import type { Receipt } from './load.ts';
import { writeAlerts } from './alerts.ts';
import { writeCalls } from './calls.ts';
import { writeLearning } from './write-learning.ts';
import { writeRollups } from './write-rollups.ts';
import { writeSession } from './write-session.ts';
import { writePrices } from './prices.ts';
import { writeViews } from './views.ts';
import { writeSources } from './sources.ts';
import { writeWebhooks } from './webhooks.ts';

/**
 * Writes what a batch changed: its events, the rows that they leave behind, the receipts, and the project's
 * counters. One statement per table, all of them in one.
 */
export function writeTables(state: State, receipts: Receipt[], now: string): Statement[] {
  return [
    writeLog(state, receipts, now),
    ...writeLearning(state),
    ...writeSession(state),
    ...writeCalls(state),
    ...writePrices(state),
    ...writeWebhooks(state),
    ...writeViews(state),
    ...writeAlerts(state),
    ...writeSources(state),
    ...writeRollups(state),
  ];
}

function writeLog(state: State, receipts: Receipt[], now: string): Statement {
  const { project } = state;
  const events = state.events.map(encodeEvent);
  const rows = {
    end_users: [...state.endUsers.own.values()].map(({ id, externalId, createdAt }) => ({
      id,
      external_id: externalId,
      created_at: createdAt,
    })),
    conversations: [...state.conversations.own.values()].map((it) => ({
      id: it.id,
      external_id: it.externalId,
      end_user_id: it.endUser?.id ?? null,
      channel: it.channel,
      platform: it.platform,
      status: it.status,
      messages: it.messages,
      exchanges: it.exchanges,
      last_message: it.lastMessage,
      last_text: it.lastText,
      last_sender: it.lastSender,
      started_at: it.startedAt,
      closed_at: it.closedAt,
      close_reason: it.closeReason,
      owner: it.owner,
      owner_since: it.ownerSince,
      operator: it.operator,
      handoff_reason: it.handoffReason,
      priority: it.priority,
      handoffs: it.handoffs,
      wanted_since: it.wantedSince,
      active_at: it.activeAt,
      active_seq: it.activeSeq,
      ...gained(state, it.id),
    })),
    exchanges: [...state.exchanges.own.values()].map((it) => ({
      conversation_id: it.conversationId,
      ordinal: it.ordinal,
      first_message: it.firstMessage,
      arrived_seq: it.arrivedSeq,
      arrived_at: it.arrivedAt,
      claims: claimsOf(it),
    })),
    messages: [...state.messages.own.values()].map(
      ({ conversationId, endUserId, requiresHuman, humanReplied, ...it }) => ({
        ...it,
        conversation_id: conversationId,
        end_user_id: endUserId,
        requires_human: requiresHuman,
        human_replied: humanReplied,
        language: languageOf(it.text, it.metadata),
      }),
    ),
    keys: [...state.keys.own.values()].map(({ createdAt, revokedAt, ...it }) => ({
      ...it,
      created_at: createdAt,
      revoked_at: revokedAt,
    })),
    receipts: receipts.map(({ tookMs, ...it }) => ({ ...it, took_ms: tookMs })),
  };
  const notes = [...state.notes.own.values()].map(({ conversationId, ...it }) => ({
    ...it,
    conversation_id: conversationId,
  }));
  const { id, head, lastEndUser, lastConversation, lastMessage, lastGenerated, payloadMapping } = project;
  return {
    name: 'write_tables',
    text: writeText,
    values: [
      id,
      now,
      head,
      lastEndUser,
      lastConversation,
      lastMessage,
      lastGenerated,
      JSON.stringify(payloadMapping),
      head - events.length,
      events.map(({ kind }) => kind),
      // One body a line: JSON has no line breaks of its own, and nothing has to be escaped.
      events.map(({ body }) => JSON.stringify(body)).join('\n'),
      ...Object.values(rows).map((table) => JSON.stringify(table)),
      project.lastFact,
      project.lastTurn,
      project.lastCost,
      project.lastFeedback,
      project.lastNote,
      JSON.stringify(notes),
    ],
  };
}

/** What a conversation gained by the messages of a batch. */
function gained(state: State, conversationId: number): object {
  const { said, sentimentSum, waiting } = state.standings.of(conversationId);
  return { said, sentiment_sum: sentimentSum, waiting };
}

const writeText = `
    with event as (
      insert into events (project_id, seq, at, kind, body)
      select $1, $9::int8 + place, $2::timestamptz, kind, body::json
      from rows from (unnest($10::text[]), string_to_table($11, E'\\n')) with ordinality as r (kind, body, place)
    ),
    end_user as (
      insert into end_users (project_id, id, external_id, created_at)
      select $1, r.* from json_to_recordset($12::json) as r (id int, external_id text, created_at timestamptz)
    ),
    conversation as (
      insert into conversations (project_id, id, external_id, end_user_id, channel, platform, status, messages,
        exchanges, last_message, last_text, last_sender, started_at, closed_at, close_reason, owner, owner_since,
        operator, handoff_reason, priority, handoffs, wanted_since, active_at, active_seq,
        said, sentiment_sum, waiting, sentiment)
      select $1, r.*, r.sentiment_sum / 1000.0 / nullif(r.said, 0) from json_to_recordset($13::json) as r (
        id int, external_id text, end_user_id int, channel "Channel", platform text, status "ConversationStatus",
        messages int, exchanges int, last_message int, last_text text, last_sender "Sender",
        started_at timestamptz, closed_at timestamptz, close_reason text, owner "Owner", owner_since timestamptz,
        operator text, handoff_reason text, priority int, handoffs int, wanted_since timestamptz, active_at timestamptz,
        active_seq int8, said int, sentiment_sum int, waiting int)
      on conflict (project_id, id) do update set end_user_id = excluded.end_user_id, channel = excluded.channel,
        platform = excluded.platform, status = excluded.status, messages = excluded.messages,
        exchanges = excluded.exchanges, last_message = excluded.last_message, last_text = excluded.last_text,
        last_sender = excluded.last_sender, closed_at = excluded.closed_at,
        close_reason = excluded.close_reason, owner = excluded.owner,
        owner_since = excluded.owner_since, operator = excluded.operator,
        handoff_reason = excluded.handoff_reason, priority = excluded.priority,
        handoffs = excluded.handoffs, wanted_since = excluded.wanted_since, active_at = excluded.active_at,
        active_seq = excluded.active_seq, said = conversations.said + excluded.said,
        sentiment_sum = conversations.sentiment_sum + excluded.sentiment_sum,
        waiting = conversations.waiting + excluded.waiting,
        sentiment = (conversations.sentiment_sum + excluded.sentiment_sum) / 1000.0
          / nullif(conversations.said + excluded.said, 0)
    ),
    exchange as (
      insert into exchanges (project_id, conversation_id, ordinal, first_message, arrived_seq, arrived_at, claims)
      select $1, r.* from json_to_recordset($14::json) as r (
        conversation_id int, ordinal int, first_message int, arrived_seq int8, arrived_at timestamptz, claims jsonb)
      on conflict (project_id, conversation_id, ordinal) do update set claims = excluded.claims
    ),
    message as (
      insert into messages (project_id, id, conversation_id, exchange, sender, text, at, metadata, end_user_id,
        sentiment, topics, requires_human, human_replied, language)
      select $1, r.* from json_to_recordset($15::json) as r (
        id int, conversation_id int, exchange int, sender "Sender", text text, at timestamptz, metadata jsonb,
        end_user_id int, sentiment float8, topics text[], requires_human boolean, human_replied boolean,
        language text)
      on conflict (project_id, id) do update set text = excluded.text, at = excluded.at,
        metadata = excluded.metadata, sentiment = excluded.sentiment, topics = excluded.topics,
        requires_human = excluded.requires_human, human_replied = excluded.human_replied,
        is_erased = messages.is_erased and excluded.text = '',
        language = excluded.language
    ),
    api_key as (
      insert into api_keys (project_id, id, name, hash, scopes, created_at, revoked_at)
      select $1, r.* from json_to_recordset($16::json) as r (
        id text, name text, hash text, scopes "Scope"[], created_at timestamptz, revoked_at timestamptz)
      on conflict (project_id, id) do update set revoked_at = excluded.revoked_at
    ),
    note as (
      insert into notes (project_id, id, conversation_id, author, text, at)
      select $1, r.* from json_to_recordset($23::json) as r (
        id int, conversation_id int, author text, text text, at timestamptz)
    ),
    receipt as (
      insert into receipts (project_id, door, key, digest, answers, took_ms, at)
      select $1, r.*, $2::timestamptz from json_to_recordset($17::json) as r (
        door text, key text, digest text, answers jsonb, took_ms int)
    )
    update projects set head = $3, last_end_user = $4, last_conversation = $5, last_message = $6,
      last_generated = $7, last_fact = $18,
      last_turn = $19, last_cost = $20, last_feedback = $21, last_note = $22, payload_mapping = nullif($8::jsonb, 'null')
    where id = $1`;

/** What the row of an exchange holds: the words and extra fields lie in its messages. */
function claimsOf({ stated, ask, reply }: Exchange): object {
  const { userMessage: _, response: __, ...values } = stated.values;
  return { stated: { values, strength: stated.strength }, ask: ask.strength, reply: reply.strength };
}
