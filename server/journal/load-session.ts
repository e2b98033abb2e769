import type { Command, Recording } from '../domain/command.ts';
import type { Cost } from '../domain/cost.ts';
import { tellsPrice } from '../domain/exchange-cost.ts';
import type { Feedback } from '../domain/feedback.ts';
import { readFigures, type StoredFigures } from '../domain/figures.ts';
import { messageIdFields } from '../domain/rated.ts';
import { costKey, feedbackKey, turnKey } from '../domain/layers.ts';
import type { State } from '../domain/state.ts';
import type { Turn } from '../domain/turn.ts';
import type { Statement } from '../store/database.ts';
import { addExchanges, iso, type Loaded as LoadedRows } from './load.ts';

/** What is read of the sessions that a batch records something of. JSON of callers comes as text, to the byte. */
type Loaded = {
  figures: StoredFigures[];
  turns: (Turn & { stages: string; metadata: string })[];
  costs: (Cost & { usage: string | null; metadata: string })[];
  ratings: (Feedback & { metadata: string })[];
} & Pick<LoadedRows, 'messages' | 'exchanges'>;

const isRecording = (command: Command): command is Recording =>
  command.kind === 'recordTurn' || command.kind === 'recordCost' || command.kind === 'submitFeedback';

/** The conversations whose exchanges a batch may price. */
const priced = (commands: Command[]): string[] =>
  commands.flatMap((it) => {
    const isPriced =
      (it.kind === 'logExchange' && tellsPrice(it.stated)) ||
      (it.kind === 'logMessage' && tellsPrice(it.facts));
    return isPriced && it.conversationId !== null ? [it.conversationId] : [];
  });

/** Reads what a batch may change of sessions, or rate; null when it does neither. */
export function loadSession(projectId: number, commands: Command[]): Statement | null {
  const recordings = commands.filter(isRecording);
  const exchanges = [...new Set(priced(commands))];
  if (recordings.length === 0 && exchanges.length === 0) return null;
  const turns = recordings.flatMap((it) =>
    it.kind === 'recordTurn' ? [{ session: it.conversationId, turn: it.turn.externalId }] : [],
  );
  const ratings = recordings.flatMap((it) =>
    it.kind === 'submitFeedback' ? [{ session: it.conversationId, ...it.feedback }] : [],
  );
  return {
    name: 'load_session',
    text: loadText,
    values: [
      projectId,
      [...new Set([...exchanges, ...recordings.map((it) => it.conversationId)])],
      turns.map((it) => it.session),
      turns.map((it) => it.turn),
      exchanges,
      ratings.map((it) => it.session),
      ratings.map((it) => it.externalId),
      ratings.map((it) => it.turnId),
      ratings.map((it) => it.messageId),
      ratings.map((it) => it.assistantResponse),
      ratings.map((it) => it.userInput),
    ],
  };
}

const turnColumns = `id, conversation_id as "conversationId", external_id as "externalId", outcome, stages::text,
  total_ms as "totalMs", llm_cache_hit as "llmCacheHit", tts_cache_hit as "ttsCacheHit",
  guardrail_violations as "guardrailViolations", guardrail_blocks as "guardrailBlocks",
  optimization_level as "optimizationLevel", language_code as "languageCode", user_input as "userInput",
  assistant_response as "assistantResponse", error, at, created_at as "createdAt", setting, metadata::text`;

/** So many of the newest messages and turns of a session are looked through for the words that are rated. */
const RECENT = 1000;

const loadText = `
  with rated as (
    select c.id as conversation_id, r.* from unnest($6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
      $11::text[]) as r (session, external_id, turn_id, message_id, response, input)
    cross join lateral (select id from conversations
      where project_id = $1 and external_id = r.session offset 0) c
  ),
  turn as (
    select t.* from unnest($3::text[], $4::text[]) as wanted (session, turn)
    cross join lateral (select id from conversations
      where project_id = $1 and external_id = wanted.session offset 0) c
    cross join lateral (select ${turnColumns}
      from turns where project_id = $1 and conversation_id = c.id and external_id = wanted.turn offset 0) t
    union
    select t.* from rated r cross join lateral (select ${turnColumns}
      from turns where project_id = $1 and conversation_id = r.conversation_id and external_id = r.turn_id offset 0) t
    union
    select t.* from rated r cross join lateral (select * from (select ${turnColumns}
      from turns where project_id = $1 and conversation_id = r.conversation_id order by turns.id desc limit ${RECENT}
    ) as recent where r.turn_id is null and r.message_id is null
      and case when r.response is null then "userInput" = r.input else "assistantResponse" = r.response end
    limit 1) t
  ),
  message as (
    select m.* from rated r cross join lateral (select * from (
      select * from messages where project_id = $1 and conversation_id = r.conversation_id
      order by id desc limit ${RECENT}
    ) as recent where case
      when r.message_id is not null
        then id::text = r.message_id or ${messageIdFields.map((it) => `metadata ->> '${it}' = r.message_id`).join(' or ')}
      when r.turn_id is not null then false
      when r.response is not null then sender in ('BOT', 'HUMAN') and text = r.response
      else sender = 'USER' and text = r.input end
    limit 1) m
    union all
    select m.* from rated r cross join lateral (select * from messages
      where project_id = $1 and id = case when r.message_id ~ '^[0-9]{1,9}$' then r.message_id::int end
        and conversation_id = r.conversation_id offset 0) m
  ),
  exchange as (
    select distinct on (x.conversation_id, x.ordinal) x.* from message m cross join lateral (select * from exchanges
      where project_id = $1 and conversation_id = m.conversation_id and ordinal = m.exchange offset 0) x
  )
  select
    (select coalesce(json_agg(r), '[]') from turn r) as turns,
    (select coalesce(json_agg(f.figures), '[]') from unnest($2::text[]) as wanted (session)
      cross join lateral (select id from conversations
        where project_id = $1 and external_id = wanted.session offset 0) c
      cross join lateral (select figures from figures
        where project_id = $1 and conversation_id = c.id offset 0) f) as figures,
    (select coalesce(json_agg(r), '[]') from (
      select k.id, k.conversation_id as "conversationId", k.turn_id as "turnId", k.service, k.provider, k.operation,
        k.model, trim_scale(k.units)::text as units, k.unit_type as "unitType", trim_scale(k.usd)::text as usd,
        trim_scale(k.table_usd)::text as "tableUsd", k.cached, k.optimization_level as "optimizationLevel",
        k.usage::text, k.stated_at as "statedAt", k.at, k.created_at as "createdAt", k.setting, k.exchange,
        k.metadata::text
      from unnest($5::text[]) as wanted (session)
      cross join lateral (select id, exchanges from conversations
        where project_id = $1 and external_id = wanted.session offset 0) c
      cross join generate_series(0, case when c.exchanges > 1 then 1 else 0 end) as which
      cross join lateral (select * from costs where project_id = $1 and conversation_id = c.id
        and exchange = case which when 0 then 1 else c.exchanges end and exchange is not null offset 0) k
    ) r) as costs,
    (select coalesce(json_agg(r), '[]') from (
      select f.id, f.conversation_id as "conversationId", f.external_id as "externalId", f.turn_id as "turnId",
        f.message_id as "messageId", f.message, f.prompt_name as "promptName", f.model, f.rating,
        f.rating_type as "ratingType", f.text, f.category, f.is_incorrect as "isIncorrect",
        f.is_too_slow as "isTooSlow", f.is_unhelpful as "isUnhelpful", f.is_offensive as "isOffensive",
        f.user_input as "userInput", f.assistant_response as "assistantResponse", f.metadata::text, f.setting,
        f.created_at as "createdAt"
      from rated r cross join lateral (select * from feedback where project_id = $1
        and conversation_id = r.conversation_id and external_id = r.external_id and external_id is not null offset 0) f
    ) r) as ratings,
    (select coalesce(json_agg(r), '[]') from (
      select conversation_id as "conversationId", ordinal, first_message as "firstMessage",
        arrived_seq as "arrivedSeq", arrived_at as "arrivedAt", claims from exchange) r) as exchanges,
    (select coalesce(json_agg(r), '[]') from (
      select m.id, m.conversation_id as "conversationId", m.exchange, m.sender, m.text, m.at, m.metadata,
        m.end_user_id as "endUserId", m.sentiment, m.topics, m.requires_human as "requiresHuman",
        m.human_replied as "humanReplied"
      from exchange x cross join generate_series(0, 1) as side
      cross join lateral (select * from messages
        where project_id = $1 and id = x.first_message + side offset 0) m
      union
      select m.id, m.conversation_id, m.exchange, m.sender, m.text, m.at, m.metadata, m.end_user_id, m.sentiment,
        m.topics, m.requires_human, m.human_replied from message m where m.exchange is null) r) as messages`;

/** Adds what `loadSession` read to a state. */
export function addSession(state: State, rows: unknown[]): void {
  const { figures, turns, costs, ratings, ...rated } = rows[0] as Loaded;
  for (const it of figures) state.figures.set(it.conversationId, readFigures(it));
  for (const { stages, ...row } of turns) {
    const turn: Turn = { ...readRow(row), stages: JSON.parse(stages) as Turn['stages'], at: iso(row.at) };
    state.turns.set(turnKey(turn.conversationId, turn.externalId), turn);
  }
  for (const { usage, ...row } of costs) {
    const cost: Cost = {
      ...readRow(row),
      usage: usage === null ? null : (JSON.parse(usage) as Cost['usage']),
      at: iso(row.at),
    };
    state.costs.set(costKey(cost), cost);
  }
  for (const row of ratings) {
    const feedback = readRow(row);
    state.feedback.set(feedbackKey(feedback), feedback);
  }
  addExchanges(state, rated);
}

const readRow = <T extends { createdAt: string; metadata: string }>(row: T) => ({
  ...row,
  createdAt: iso(row.createdAt),
  metadata: JSON.parse(row.metadata) as Turn['metadata'],
});
