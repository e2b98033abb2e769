import { storeFigures } from '../domain/figures.ts';
import type { State } from '../domain/state.ts';
import type { Statement } from '../store/database.ts';
import { columnsOf } from '../store/column.ts';

/** Writes the turns, costs, ratings and figures that a batch changed; no statement when it changed none. */
export function writeSession(state: State): Statement[] {
  const { id } = state.project;
  const figures = [...state.figures.own.values()].map((it) => ({
    conversation_id: it.conversationId,
    figures: storeFigures(it),
  }));
  if (figures.length === 0) return [];
  const tables = [
    [...state.turns.own.values()].map(columnsOf),
    [...state.costs.own.values()].map(columnsOf),
    [...state.feedback.own.values()].map(columnsOf),
    figures,
  ];
  return [
    { name: 'write_session', text: writeText, values: [id, ...tables.map((rows) => JSON.stringify(rows))] },
  ];
}

const writeText = `
  with turn as (
    insert into turns (project_id, id, conversation_id, external_id, outcome, stages, total_ms, llm_cache_hit,
      tts_cache_hit, guardrail_violations, guardrail_blocks, optimization_level, language_code, user_input,
      assistant_response, error, at, created_at, setting, metadata)
    select $1, r.* from json_to_recordset($2::json) as r (
      id int, conversation_id int, external_id text, outcome text, stages jsonb, total_ms float8,
      llm_cache_hit boolean, tts_cache_hit boolean, guardrail_violations int, guardrail_blocks int,
      optimization_level text, language_code text, user_input text, assistant_response text, error text,
      at timestamptz, created_at timestamptz, setting jsonb, metadata jsonb)
    on conflict (project_id, id) do update set outcome = excluded.outcome, stages = excluded.stages,
      total_ms = excluded.total_ms, llm_cache_hit = excluded.llm_cache_hit, tts_cache_hit = excluded.tts_cache_hit,
      guardrail_violations = excluded.guardrail_violations, guardrail_blocks = excluded.guardrail_blocks,
      optimization_level = excluded.optimization_level, language_code = excluded.language_code,
      user_input = excluded.user_input, assistant_response = excluded.assistant_response,
      error = excluded.error, at = excluded.at, setting = excluded.setting, metadata = excluded.metadata
  ),
  cost as (
    insert into costs (project_id, id, conversation_id, turn_id, service, provider, operation, model, units,
      unit_type, usd, table_usd, cached, optimization_level, usage, stated_at, at, created_at, setting, exchange,
      metadata)
    select $1, r.* from json_to_recordset($3::json) as r (
      id int, conversation_id int, turn_id text, service text, provider text, operation text, model text,
      units numeric, unit_type text, usd numeric, table_usd numeric, cached boolean, optimization_level text,
      usage jsonb, stated_at text, at timestamptz, created_at timestamptz, setting jsonb, exchange int, metadata jsonb)
    on conflict (project_id, id) do update set model = excluded.model, units = excluded.units,
      usd = excluded.usd, table_usd = excluded.table_usd, usage = excluded.usage, at = excluded.at,
      setting = excluded.setting
  ),
  rating as (
    insert into feedback (project_id, id, conversation_id, external_id, turn_id, message_id, message, prompt_name,
      model, rating, rating_type, text, category, is_incorrect, is_too_slow, is_unhelpful, is_offensive,
      user_input, assistant_response, metadata, setting, created_at)
    select $1, r.* from json_to_recordset($4::json) as r (
      id int, conversation_id int, external_id text, turn_id text, message_id text, message int, prompt_name text,
      model text, rating int, rating_type text, text text, category text, is_incorrect boolean,
      is_too_slow boolean, is_unhelpful boolean, is_offensive boolean, user_input text, assistant_response text,
      metadata jsonb, setting jsonb, created_at timestamptz)
    on conflict (project_id, id) do update set turn_id = excluded.turn_id, message_id = excluded.message_id,
      message = excluded.message, prompt_name = excluded.prompt_name, model = excluded.model,
      rating = excluded.rating, rating_type = excluded.rating_type, text = excluded.text,
      category = excluded.category, is_incorrect = excluded.is_incorrect, is_too_slow = excluded.is_too_slow,
      is_unhelpful = excluded.is_unhelpful, is_offensive = excluded.is_offensive,
      user_input = excluded.user_input, assistant_response = excluded.assistant_response,
      metadata = excluded.metadata, setting = excluded.setting
  )
  insert into figures (project_id, conversation_id, figures)
  select $1, r.* from json_to_recordset($5::json) as r (conversation_id int, figures jsonb)
  on conflict (project_id, conversation_id) do update set figures = excluded.figures`;
