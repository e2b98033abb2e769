import type { Command, Recording } from '../domain/command.ts';
import type { Figures } from '../domain/figures.ts';
import { turnKey, type State } from '../domain/state.ts';
import type { Turn } from '../domain/turn.ts';
import type { Statement } from '../store/database.ts';
import { iso } from './load.ts';

/** What is read of the sessions that a batch records something of. */
type Loaded = { figures: Figures[]; turns: Turn[] };

const isRecording = (command: Command): command is Recording =>
  command.kind === 'recordTurn' || command.kind === 'recordCost' || command.kind === 'submitFeedback';

/** Reads figures and turns that a batch may change; null when it records nothing. */
export function loadSession(projectId: number, commands: Command[]): Statement | null {
  const recordings = commands.filter(isRecording);
  if (recordings.length === 0) return null;
  const turns = recordings.flatMap((it) =>
    it.kind === 'recordTurn' ? [{ session: it.conversationId, turn: it.turn.externalId }] : [],
  );
  return {
    name: 'load_session',
    text: loadText,
    values: [
      projectId,
      [...new Set(recordings.map((it) => it.conversationId))],
      turns.map((it) => it.session),
      turns.map((it) => it.turn),
    ],
  };
}

const loadText = `
  with turn as (
    select distinct t.* from unnest($3::text[], $4::text[]) as wanted (session, turn)
    cross join lateral (select id from conversations
      where project_id = $1 and external_id = wanted.session offset 0) c
    cross join lateral (select id, conversation_id as "conversationId", external_id as "externalId", outcome,
        stages::text, total_ms as "totalMs", llm_cache_hit as "llmCacheHit", tts_cache_hit as "ttsCacheHit",
        guardrail_violations as "guardrailViolations", guardrail_blocks as "guardrailBlocks",
        optimization_level as "optimizationLevel", language_code as "languageCode", user_input as "userInput",
        assistant_response as "assistantResponse", error, at, created_at as "createdAt", metadata::text
      from turns where project_id = $1 and conversation_id = c.id and external_id = wanted.turn offset 0) t
  )
  select
    (select coalesce(json_agg(r), '[]') from turn r) as turns,
    (select coalesce(json_agg(f.figures), '[]') from unnest($2::text[]) as wanted (session)
      cross join lateral (select id from conversations
        where project_id = $1 and external_id = wanted.session offset 0) c
      cross join lateral (select figures from figures
        where project_id = $1 and conversation_id = c.id offset 0) f) as figures`;

/** Adds what `loadSession` read to a state. */
export function addSession(state: State, rows: unknown[]): void {
  const { figures, turns } = rows[0] as Loaded & { turns: { stages: string; metadata: string }[] };
  for (const it of figures) state.figures.set(it.conversationId, it);
  for (const row of turns) {
    const turn = {
      ...row,
      stages: JSON.parse(row.stages) as Turn['stages'],
      metadata: JSON.parse(row.metadata) as Turn['metadata'],
      at: iso(row.at),
      createdAt: iso(row.createdAt),
    };
    state.turns.set(turnKey(turn.conversationId, turn.externalId), turn);
  }
}
