import type { Command } from '../domain/command.ts';
import type { Fact } from '../domain/fact.ts';
import { factKey } from '../domain/layers.ts';
import type { State } from '../domain/state.ts';
import type { Statement } from '../store/database.ts';
import { iso } from './load.ts';

/** What is read of what was heard last in calls: a partial is no activity of their conversations. */
type Heard = { heard: { id: number; seq: number; at: string }[] };

/** Reads when anything was heard last of the calls that a batch may find silent, or purges; null for none. */
export function loadHeard(projectId: number, commands: Command[]): Statement | null {
  const ids = commands.flatMap((it) =>
    it.kind === 'purgeConversation' || it.kind === 'endSilence' ? [it.conversationId] : [],
  );
  return ids.length === 0 ? null : { name: 'load_heard', text: heardText, values: [projectId, ids] };
}

const heardText = `
  select coalesce(json_agg(json_build_object('id', c.id, 'seq', e.seq, 'at', e.at)), '[]') as heard
  from (select distinct unnest($2::text[]) as external_id) wanted
  cross join lateral (select id from conversations
    where project_id = $1 and external_id = wanted.external_id offset 0) c
  cross join lateral (select max(seq) as seq from segments
    where project_id = $1 and conversation_id = c.id) last
  join events e on e.project_id = $1 and e.seq = last.seq`;

/** Adds what `loadHeard` read to a state. */
export function addHeard(state: State, rows: unknown[]): void {
  for (const { id, seq, at } of (rows[0] as Heard).heard) state.heard.set(id, { seq, at: iso(at) });
}

/** What is read of conversations that are to be purged. */
type Loaded = { purged: { id: number; seq: number }[]; facts: Fact[] };

/** Reads how far the conversations that a batch purges were purged before, and what they alone prove; null for none. */
export function loadPurge(projectId: number, commands: Command[]): Statement | null {
  const ids = commands.flatMap((it) => (it.kind === 'purgeConversation' ? [it.conversationId] : []));
  return ids.length === 0 ? null : { name: 'load_purge', text: loadText, values: [projectId, ids] };
}

const loadText = `
  with conversation as (
    select id, erased_seq from conversations where project_id = $1 and external_id = any($2::text[])
  ),
  proved as (
    select distinct e.fact_id as id from conversation c
    join messages m on m.project_id = $1 and m.conversation_id = c.id
    join evidence e on e.project_id = $1 and e.message_id = m.id
  )
  select
    (select coalesce(json_agg(json_build_object('id', id, 'seq', erased_seq::float8)), '[]')
      from conversation) as purged,
    (select coalesce(json_agg(r), '[]') from (
      select f.id, f.end_user_id as "endUserId", f.category, f.type, f.key, f.object, f.value, f.polarity, f.tense,
        f.is_stated as "isStated", f.evidence, f.is_confirmed as "isConfirmed",
        f.first_said_at as "firstSaidAt", f.last_said_at as "lastSaidAt", f.ended_at as "endedAt", f.ending,
        f.replaced_by as "replacedBy"
      from proved p join facts f on f.project_id = $1 and f.id = p.id
      where not f.is_confirmed and f.ending is distinct from 'FORGOTTEN' and not exists (
        select from evidence e join messages m on m.project_id = $1 and m.id = e.message_id
        where e.project_id = $1 and e.fact_id = f.id
          and m.conversation_id not in (select id from conversation))) r) as facts`;

/** Adds what `loadPurge` read to a state. */
export function addPurge(state: State, rows: unknown[]): void {
  const { purged, facts } = rows[0] as Loaded;
  for (const { id, seq } of purged) state.purged.set(id, seq);
  for (const row of facts) {
    const endedAt = row.endedAt && iso(row.endedAt);
    const fact = { ...row, firstSaidAt: iso(row.firstSaidAt), lastSaidAt: iso(row.lastSaidAt), endedAt };
    state.facts.set(fact.id, fact);
    if (endedAt === null) state.newestFacts.set(factKey(fact.endUserId, fact.key), fact);
  }
}

/** Writes policies, and how far content is erased because of its age. */
export function writePolicies(state: State): Statement[] {
  const { id, policies, erasedSeq } = state.project;
  return state.events.flatMap((event): Statement[] => {
    if (event.kind === 'PoliciesChanged') {
      const text = 'update projects set policies = $2 where id = $1';
      return [{ name: 'write_policies', text, values: [id, JSON.stringify(policies)] }];
    }
    if (event.kind !== 'ContentErased') return [];
    return [{ name: 'write_erased', text: erasedText, values: [id, erasedSeq, event.seq] }];
  });
}

/** Later events repeat words of earlier ones, so that the log is swept up to now. */
const erasedText = `
  with erasure as (
    insert into erasures (project_id, id, first, last)
    select $1, $3, erased_seq + 1, $3 from projects where id = $1
  )
  update projects set erased_seq = $2 where id = $1`;
