import type { Command, LogExchange, LogMessage } from '../domain/command.ts';
import type { EndUser } from '../domain/conversation.ts';
import type { Evidence, Fact } from '../domain/fact.ts';
import { keysOf, STATED_LENGTH } from '../domain/learn.ts';
import type { Message } from '../domain/message.ts';
import { habitKeys, type Profile } from '../domain/profile.ts';
import { evidenceKey, factKey } from '../domain/layers.ts';
import type { State } from '../domain/state.ts';
import type { Watcher } from '../domain/watcher.ts';
import type { Statement } from '../store/database.ts';
import { iso } from './load.ts';

/** What is read of the people whom a batch may teach something about. */
type Loaded = {
  endUsers: EndUser[];
  profiles: Profile[];
  facts: Fact[];
  messages: Message[];
  evidence: Evidence[];
  watchers: Watcher[];
};

/**
 * Reads profiles, facts and watchers that a batch may touch, and all facts of its unnamed `speakers`; null when it
 * touches none.
 */
export function loadLearning(
  projectId: number,
  commands: Command[],
  speakers: ReadonlySet<string>,
): Statement | null {
  const people = keysByPerson(commands);
  const taught = commands.flatMap((it) =>
    it.kind === 'teach' ? keysOf(it.lessons).map((key) => ({ id: it.messageId, key })) : [],
  );
  const judged = commands.flatMap((it) => ('factId' in it ? [it.factId] : []));
  const watchers = commands.flatMap((it) => (it.kind === 'advanceWatcher' ? [it.to.name] : []));
  const heard = commands.flatMap((it) =>
    it.kind === 'advanceWatcher' && it.heard ? [it.heard.messageId] : [],
  );
  const touched = [people.size, speakers.size, taught.length, judged.length, watchers.length];
  if (touched.every((count) => count === 0)) return null;
  const wanted = [...people.values()].flatMap((keys, index) =>
    [...keys, ...habitKeys, STATED_LENGTH].map((key) => ({ place: index + 1, key })),
  );
  return {
    name: 'load_learning',
    text: loadText,
    values: [
      projectId,
      [...speakers],
      [...people.keys()],
      wanted.map(({ place }) => place),
      wanted.map(({ key }) => key),
      taught.map((it) => it.id),
      taught.map((it) => it.key),
      judged,
      [...new Set(watchers)],
      heard,
    ],
  };
}

/** Words of a user that a batch holds. */
const isSpoken = (command: Command): command is LogMessage | LogExchange =>
  (command.kind === 'logMessage' || command.kind === 'logExchange') && command.analysis !== undefined;

const nameIn = (command: LogMessage | LogExchange): string | undefined =>
  command.kind === 'logMessage' ? command.endUserId : undefined;

/** The people whom a batch names, each with the keys of the facts that the words of theirs may touch. */
function keysByPerson(commands: Command[]): Map<string, Set<string>> {
  const people = new Map<string, Set<string>>();
  for (const command of commands.filter(isSpoken)) {
    const person = nameIn(command);
    if (person === undefined) continue;
    const keys = people.get(person) ?? new Set();
    for (const key of keysOf(command.analysis?.lessons ?? [])) keys.add(key);
    people.set(person, keys);
  }
  return people;
}

/**
 * Who speaks in a batch without being named: the people of the conversations, as they are loaded or as the batch
 * itself names them. Few exchanges have anybody, so that they are looked up only when one does.
 */
export function unnamedSpeakers(commands: Command[], state: State): Set<string> {
  const spoken = commands.filter(isSpoken);
  const named = new Map<string | null, string>();
  const speakers = new Set<string>();
  for (const command of spoken) {
    const person = nameIn(command);
    if (person !== undefined) named.set(command.conversationId, person);
  }
  for (const { conversationId: id } of spoken.filter((it) => nameIn(it) === undefined)) {
    const owner = id === null ? undefined : state.conversations.get(id)?.endUser?.externalId;
    for (const person of [owner, named.get(id)]) if (person !== undefined) speakers.add(person);
  }
  return speakers;
}

const loadText = `
  with message as (
    select m.* from (select distinct id from unnest($6::int[] || $10::int[]) as ids (id)) as ids
    cross join lateral (select * from messages where project_id = $1 and id = ids.id offset 0) m
  ),
  judged as (
    select f.* from (select distinct id from unnest($8::int[]) as ids (id)) as ids
    cross join lateral (select * from facts where project_id = $1 and id = ids.id offset 0) f
  ),
  -- Whoever speaks in a conversation without being named: all that is known of them is read.
  speaker as (
    select u.id as end_user_id from unnest($2::text[]) as s (external_id)
    cross join lateral (select id from end_users
      where project_id = $1 and external_id = s.external_id offset 0) u
  ),
  person as (
    select u.id, p.place from unnest($3::text[]) with ordinality as p (external_id, place)
    cross join lateral (select id from end_users
      where project_id = $1 and external_id = p.external_id offset 0) u
  ),
  wanted as (
    select p.id as end_user_id, k.key
    from person p join unnest($4::int[], $5::text[]) as k (place, key) on k.place = p.place
    union
    select m.end_user_id, t.key
    from unnest($6::int[], $7::text[]) as t (id, key) join message m on m.id = t.id
    where m.end_user_id is not null
    union
    select end_user_id, key from judged
  ),
  owner as (
    select end_user_id from wanted union select end_user_id from speaker
  ),
  fact as (
    select f.* from wanted
    cross join lateral (select * from facts
      where project_id = $1 and end_user_id = wanted.end_user_id and key = wanted.key and ended_at is null
      offset 0) f
    union
    select f.* from speaker
    cross join lateral (select * from facts
      where project_id = $1 and end_user_id = speaker.end_user_id and ended_at is null offset 0) f
    union
    select * from judged
  )
  select
    (select coalesce(json_agg(r), '[]') from (
      select u.id, u.external_id as "externalId", u.created_at as "createdAt"
      from owner o
      cross join lateral (select * from end_users
        where project_id = $1 and id = o.end_user_id offset 0) u) r) as "endUsers",
    (select coalesce(json_agg(r), '[]') from (
      select p.end_user_id as "endUserId", p.messages, p.sentiment, p.characters, p.hours
      from owner o
      cross join lateral (select * from profiles
        where project_id = $1 and end_user_id = o.end_user_id offset 0) p) r) as profiles,
    (select coalesce(json_agg(r), '[]') from (
      select id, end_user_id as "endUserId", category, type, key, object, value, polarity, tense,
        is_stated as "isStated", evidence, is_confirmed as "isConfirmed", first_said_at as "firstSaidAt",
        last_said_at as "lastSaidAt", ended_at as "endedAt", ending, replaced_by as "replacedBy"
      from fact) r) as facts,
    (select coalesce(json_agg(r), '[]') from (
      select id, conversation_id as "conversationId", exchange, sender, text, at, metadata,
        end_user_id as "endUserId", sentiment, topics, requires_human as "requiresHuman",
        human_replied as "humanReplied" from message) r) as messages,
    (select coalesce(json_agg(r), '[]') from (
      select e.fact_id as "factId", e.message_id as "messageId", e.start, e."end", e.quote, e.at from message m
      cross join lateral (select * from evidence
        where project_id = $1 and message_id = m.id offset 0) e) r) as evidence,
    (select coalesce(json_agg(r), '[]') from (
      select name, seq::float8 as seq, holder, held_until as "heldUntil" from watchers
      where project_id = $1 and name = any($9::text[])) r) as watchers`;

/** Adds what `loadLearning` read to a state. */
export function addLearning(state: State, rows: unknown[]): void {
  const { endUsers, profiles, facts, messages, evidence, watchers } = rows[0] as Loaded;
  for (const it of watchers) state.watchers.set(it.name, { ...it, heldUntil: iso(it.heldUntil) });
  for (const endUser of endUsers) {
    state.endUsers.set(endUser.externalId, { ...endUser, createdAt: iso(endUser.createdAt) });
  }
  for (const profile of profiles) state.profiles.set(profile.endUserId, profile);
  for (const message of messages) state.messages.set(message.id, { ...message, at: iso(message.at) });
  for (const row of evidence) {
    state.evidence.set(evidenceKey(row.factId, row.messageId), { ...row, at: iso(row.at) });
  }
  for (const row of facts) {
    const fact: Fact = {
      ...row,
      firstSaidAt: iso(row.firstSaidAt),
      lastSaidAt: iso(row.lastSaidAt),
      endedAt: row.endedAt && iso(row.endedAt),
    };
    state.facts.set(fact.id, fact);
    const key = factKey(fact.endUserId, fact.key);
    if (fact.endedAt === null || state.newestFacts.get(key) === undefined) state.newestFacts.set(key, fact);
  }
}
