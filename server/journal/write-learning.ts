import type { State } from '../domain/state.ts';
import type { Statement } from '../store/database.ts';

/** Writes the profiles, facts, proofs and watchers that a batch changed; no statement when it changed none. */
export const writeLearning = (state: State): Statement[] => [...writeKnown(state), ...writeWatchers(state)];

function writeKnown(state: State): Statement[] {
  const { id } = state.project;
  const profiles = [...state.profiles.own.values()].map(({ endUserId, ...it }) => ({
    ...it,
    end_user_id: endUserId,
  }));
  if (profiles.length + state.facts.own.size === 0) return [];
  const facts = [...state.facts.own.values()].map((it) => ({
    id: it.id,
    end_user_id: it.endUserId,
    category: it.category,
    type: it.type,
    key: it.key,
    object: it.object,
    value: it.value,
    polarity: it.polarity,
    tense: it.tense,
    is_stated: it.isStated,
    evidence: it.evidence,
    is_confirmed: it.isConfirmed,
    first_said_at: it.firstSaidAt,
    last_said_at: it.lastSaidAt,
    ended_at: it.endedAt,
    ending: it.ending,
    replaced_by: it.replacedBy,
  }));
  const evidence = [...state.evidence.own.values()].map(({ factId, messageId, ...it }) => ({
    ...it,
    fact_id: factId,
    message_id: messageId,
  }));
  return [
    {
      name: 'write_learning',
      text: writeText,
      values: [id, ...[profiles, facts, evidence].map((rows) => JSON.stringify(rows))],
    },
  ];
}

/** How far rules have read stands with what they made of it. */
function writeWatchers(state: State): Statement[] {
  const watchers = [...state.watchers.own.values()].map(({ heldUntil, ...it }) => ({
    ...it,
    held_until: heldUntil,
  }));
  if (watchers.length === 0) return [];
  const text = `
    insert into watchers (project_id, name, seq, holder, held_until)
    select $1, r.* from json_to_recordset($2::json) as r (
      name text, seq int8, holder text, held_until timestamptz)
    on conflict (project_id, name) do update set seq = excluded.seq, holder = excluded.holder,
      held_until = excluded.held_until`;
  return [{ name: 'write_watchers', text, values: [state.project.id, JSON.stringify(watchers)] }];
}

const writeText = `
  with profile as (
    insert into profiles (project_id, end_user_id, messages, sentiment, characters, hours)
    select $1, r.* from json_to_recordset($2::json) as r (
      end_user_id int, messages int, sentiment float8, characters int, hours int[])
    on conflict (project_id, end_user_id) do update set messages = excluded.messages,
      sentiment = excluded.sentiment, characters = excluded.characters, hours = excluded.hours
  ),
  fact as (
    insert into facts (project_id, id, end_user_id, category, type, key, object, value, polarity, tense,
      is_stated, evidence, is_confirmed, first_said_at, last_said_at, ended_at, ending, replaced_by)
    select $1, r.* from json_to_recordset($3::json) as r (
      id int, end_user_id int, category text, type text, key text, object text, value text, polarity text,
      tense text, is_stated boolean, evidence int, is_confirmed boolean, first_said_at timestamptz,
      last_said_at timestamptz, ended_at timestamptz, ending text, replaced_by int)
    on conflict (project_id, id) do update set key = excluded.key, object = excluded.object, value = excluded.value,
      is_stated = excluded.is_stated, evidence = excluded.evidence, is_confirmed = excluded.is_confirmed,
      first_said_at = excluded.first_said_at, last_said_at = excluded.last_said_at, ended_at = excluded.ended_at,
      ending = excluded.ending, replaced_by = excluded.replaced_by
  )
  insert into evidence (project_id, fact_id, message_id, start, "end", quote, at)
  select $1, r.* from json_to_recordset($4::json) as r (
    fact_id int, message_id int, start int, "end" int, quote text, at timestamptz)
  on conflict (project_id, fact_id, message_id) do nothing`;
