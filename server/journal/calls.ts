import type { Call } from '../domain/call.ts';
import type { CallCategory } from '../domain/call-category.ts';
import type { Calling, Command } from '../domain/command.ts';
import { segmentKey } from '../domain/layers.ts';
import { languageOf } from '../domain/search/language.ts';
import type { Segment } from '../domain/segment.ts';
import type { State } from '../domain/state.ts';
import { columnsOf } from '../store/column.ts';
import type { Statement } from '../store/database.ts';
import { iso } from './load.ts';

/** What is read of the calls that a batch is about. */
type Loaded = { calls: Call[]; segments: Segment[]; categories: CallCategory[] };

const isCalling = (command: Command): command is Calling =>
  command.kind === 'startCall' ||
  command.kind === 'logSegment' ||
  command.kind === 'endCall' ||
  command.kind === 'categorizeCall';

/** Reads the calls and segments that a batch may change, and what calls may be about; null when it is about none. */
export function loadCalls(projectId: number, commands: Command[]): Statement | null {
  const calling = commands.filter(isCalling);
  const needsCategories = commands.some(
    (it) => it.kind === 'setCallCategory' || (it.kind === 'logSegment' && !it.isPartial),
  );
  if (calling.length === 0 && !needsCategories) return null;
  const segments = calling.filter((it) => it.kind === 'logSegment');
  return {
    name: 'load_calls',
    text: loadText,
    values: [
      projectId,
      [...new Set(calling.map((it) => it.conversationId))],
      segments.map((it) => it.conversationId),
      segments.map((it) => it.segmentId),
      needsCategories,
    ],
  };
}

const loadText = `
  select
    (select coalesce(json_agg(r), '[]') from (
      select k.conversation_id as "conversationId", k.customer_phone_number as "customerPhoneNumber",
        k.system_phone_number as "systemPhoneNumber", k.agent_id as "agentId", k.started_at as "startedAt",
        k.is_start_stated as "isStartStated", k.metadata, k.categories, k.finals, k.last_start_ms as "lastStartMs"
      from unnest($2::text[]) as wanted (call)
      cross join lateral (select id from conversations
        where project_id = $1 and external_id = wanted.call offset 0) c
      cross join lateral (select * from calls
        where project_id = $1 and conversation_id = c.id offset 0) k) r) as calls,
    (select coalesce(json_agg(r), '[]') from (
      select s.id, s.conversation_id as "conversationId", s.external_id as "externalId", s.speaker, s.text,
        s.start_ms as "startMs", s.end_ms as "endMs", s.is_partial as "isPartial", s.sentiment, s.at, s.metadata,
        s.matches, s.seq
      from (select distinct call, segment from unnest($3::text[], $4::text[]) as named (call, segment)) wanted
      cross join lateral (select id from conversations
        where project_id = $1 and external_id = wanted.call offset 0) c
      cross join lateral (select * from segments where project_id = $1 and conversation_id = c.id
        and external_id = wanted.segment offset 0) s) r) as segments,
    (select coalesce(json_agg(category), '[]') from call_categories where project_id = $1 and $5) as categories`;

/** Adds what `loadCalls` read to a state. */
export function addCalls(state: State, rows: unknown[]): void {
  const { calls, segments, categories } = rows[0] as Loaded;
  for (const call of calls) {
    state.calls.set(call.conversationId, { ...call, startedAt: iso(call.startedAt) });
  }
  for (const segment of segments) {
    const key = segmentKey(segment.conversationId, segment.externalId);
    state.segments.set(key, { ...segment, at: iso(segment.at) });
  }
  for (const category of categories) state.callCategories.set(category.name, { category });
}

/** Writes the calls, segments and categories that a batch changed; no statement when it changed none. */
export function writeCalls(state: State): Statement[] {
  const { id } = state.project;
  const tables = [
    [...state.calls.own.values()].map(columnsOf),
    [...state.segments.own.values()].map((it) => ({
      ...columnsOf(it),
      language: it.isPartial ? null : languageOf(it.text, it.metadata),
    })),
    [...state.callCategories.own.entries()].map(([name, { category }]) => ({ name, category })),
  ];
  if (tables.every((rows) => rows.length === 0)) return [];
  const values = [id, ...tables.map((rows) => JSON.stringify(rows))];
  return [{ name: 'write_calls', text: writeText, values }];
}

const writeText = `
  with call as (
    insert into calls (project_id, conversation_id, customer_phone_number, system_phone_number, agent_id, started_at,
      is_start_stated, metadata, categories, finals, last_start_ms)
    select $1, r.* from json_to_recordset($2::json) as r (
      conversation_id int, customer_phone_number text, system_phone_number text, agent_id text,
      started_at timestamptz, is_start_stated boolean, metadata jsonb, categories jsonb, finals int,
      last_start_ms float8)
    on conflict (project_id, conversation_id) do update set
      customer_phone_number = excluded.customer_phone_number, system_phone_number = excluded.system_phone_number,
      agent_id = excluded.agent_id, started_at = excluded.started_at, is_start_stated = excluded.is_start_stated,
      metadata = excluded.metadata, categories = excluded.categories, finals = excluded.finals,
      last_start_ms = excluded.last_start_ms
  ),
  segment as (
    insert into segments (project_id, id, conversation_id, external_id, speaker, text, start_ms, end_ms, is_partial,
      sentiment, at, metadata, matches, seq, language)
    select $1, r.* from json_to_recordset($3::json) as r (
      id int, conversation_id int, external_id text, speaker text, text text, start_ms float8, end_ms float8,
      is_partial boolean, sentiment float8, at timestamptz, metadata jsonb, matches jsonb, seq int8, language text)
    on conflict (project_id, conversation_id, external_id) do update set speaker = excluded.speaker,
      text = excluded.text, start_ms = excluded.start_ms, end_ms = excluded.end_ms,
      is_partial = excluded.is_partial, sentiment = excluded.sentiment, at = excluded.at,
      metadata = excluded.metadata, matches = excluded.matches, seq = excluded.seq,
      language = excluded.language
  ),
  gone as (
    delete from call_categories using json_to_recordset($4::json) as r (name text, category jsonb)
    where project_id = $1 and call_categories.name = r.name and r.category is null
  ),
  category as (
    insert into call_categories (project_id, name, category)
    select $1, r.* from json_to_recordset($4::json) as r (name text, category jsonb)
    where r.category is not null
    on conflict (project_id, name) do update set category = excluded.category
  )
  select 1`;
