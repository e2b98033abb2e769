import type { State } from '../domain/state.ts';
import type { Statement } from '../store/database.ts';
import { blankMessage, blankRows, NO_EXTRAS, recordings, withoutWords } from './words.ts';

/**
 * Erases what a batch had forgotten: all words of a person and everything learned from them, in the tables, in
 * the log and in remembered answers; what a single fact said, and its proofs; or all words of a conversation, which
 * leave the log and the answers later (erasure.ts). Counts stay. For people and facts the log is read whole, which takes
 * seconds when it is long.
 */
export function eraseForgotten(state: State): Statement[] {
  const projectId = state.project.id;
  const people = state.events.flatMap((it) => (it.kind === 'EndUserForgotten' ? [it.endUser.id] : []));
  const purged = state.events.filter((it) => it.kind === 'ConversationPurged');
  // What only a purged conversation proved is taken out of the log with the words of that.
  const unproved = new Set(purged.flatMap(({ facts }) => facts.map(({ fact }) => fact.id)));
  const facts = [...state.facts.own.values()].filter(
    ({ id, ending }) => ending === 'FORGOTTEN' && !unproved.has(id),
  );
  return [
    ...purged.flatMap(({ conversation, seq }) =>
      Object.entries(ofConversation).map(([name, text]) => ({
        name: `erase_${name}_of_conversation`,
        text,
        values: [projectId, conversation.id, ...(name === 'erasure' ? [seq] : [])],
      })),
    ),
    ...people.flatMap((id) =>
      Object.entries(ofPerson).map(([name, text]) => ({
        name: `erase_${name}`,
        text,
        values: [projectId, id],
      })),
    ),
    ...facts.flatMap(({ id }) =>
      Object.entries(ofFact).map(([name, text]) => ({
        name: `erase_${name}_of_fact`,
        text,
        values: [projectId, id],
      })),
    ),
  ];
}

/** All of a conversation, `$2`; the log and the answers are swept up to its event, `$3`. */
const ofConversation: Record<string, string> = {
  ...Object.fromEntries(recordings.map((table) => [table, blankRows(table, 'conversation_id = $2')])),
  messages: blankRows('messages', 'conversation_id = $2 and not is_erased'),
  evidence: `
    delete from evidence using messages m
    where evidence.project_id = $1 and m.project_id = $1 and m.id = message_id and m.conversation_id = $2`,
  exchanges: `
    update exchanges set claims = claims || '{"ask": {}, "reply": {}}' where project_id = $1 and conversation_id = $2`,
  erasure: `
    with place as (update conversations set erased_seq = $3 where project_id = $1 and id = $2)
    insert into erasures (project_id, id, first, last) values ($1, $3, 1, $3)`,
};

const ofFact = {
  evidence: 'delete from evidence where project_id = $1 and fact_id = $2',
  events: `
    update events set body = jsonb_set(b, '{facts}', (
      select jsonb_agg(case when c -> 'fact' ->> 'id' = $2::text
        then jsonb_set(c, '{fact}', (c -> 'fact') || '{"key": "", "value": "", "object": ""}')
          || '{"evidence": null}' else c end)
      from jsonb_array_elements(b -> 'facts') as c))::json
    from (select seq as at_seq, body::jsonb as b from events where project_id = $1) as log
    where project_id = $1 and seq = at_seq
      and b -> 'facts' @> jsonb_build_array(jsonb_build_object('fact', jsonb_build_object('id', $2::int)))`,
  receipts: `
    update receipts set answers = (
      select jsonb_agg(jsonb_set(a, '{facts}', coalesce((
        select jsonb_agg(case when c -> 'fact' ->> 'id' = $2::text
          then jsonb_set(c, '{fact}', (c -> 'fact') || '{"key": "", "value": "", "object": ""}')
          || '{"evidence": null}' else c end)
        from jsonb_array_elements(a -> 'facts') as c), '[]')))
      from jsonb_array_elements(answers) as a)
    where project_id = $1 and answers @> jsonb_build_array(jsonb_build_object('facts',
      jsonb_build_array(jsonb_build_object('fact', jsonb_build_object('id', $2::int)))))`,
};

/**
 * What is to be erased of a person, `$2`: their messages with the replies to them (`gone`), and everything said in
 * conversations in which nobody else is known to have spoken (`sole`). Who is known by a telephone number that calls
 * came from loses it: `alias` is what takes its place, the same each time, and nothing that callers could guess.
 */
const whatIsGone = `
  theirs as (
    select id from conversations where project_id = $1 and end_user_id = $2
    union select conversation_id from messages where project_id = $1 and end_user_id = $2
  ),
  sole as (
    select c.id from conversations c
    where c.project_id = $1 and c.end_user_id = $2 and not exists (select from messages m
      where m.project_id = $1 and m.conversation_id = c.id and m.end_user_id <> $2)
  ),
  gone as (
    select m.id, m.conversation_id, m.exchange from messages m
    where m.project_id = $1 and m.conversation_id in (select id from theirs)
      and (m.end_user_id = $2 or m.conversation_id in (select id from sole)
        or exists (select from messages said where said.project_id = $1 and said.end_user_id = $2
          and said.conversation_id = m.conversation_id and said.exchange = m.exchange))
  ),
  alias as (
    select u.external_id as number, 'forgotten-' || md5(p.ticket_secret || u.id) as name from end_users u join projects p on p.id = u.project_id
    where u.project_id = $1 and u.id = $2 and exists (select from calls k
      where k.project_id = $1 and k.customer_phone_number = u.external_id)
  )`;

/** The conversation that a JSON object is about; what is heard of a call so far names it in the segment alone. */
const conversationIn = (json: string): string =>
  `coalesce(${json} -> 'conversation' ->> 'id', ${json} -> 'segment' ->> 'conversationId')::int`;

/** Whether a JSON object is about a conversation in which nobody else spoke. */
const inSole = (json: string): string => `${conversationIn(json)} in (select id from sole)`;

/** The person in a JSON object under another name, where the name tells a telephone number. */
const renamed = (json: string): string => `
  case when (${json} -> 'endUser' ->> 'id')::int = $2 and exists (select from alias)
    then jsonb_build_object('endUser', (${json} -> 'endUser')
      || jsonb_build_object('externalId', (select name from alias))) else '{}' end`;

/** Whether an alert in a JSON object is about the person, known by a telephone number. */
const isAlertOf = (json: string): string => `${json} -> 'alert' ->> 'endUserId' = (select number from alias)`;

/** The person under another name in the alert of a JSON object. */
const realerted = (json: string): string => `
  case when ${isAlertOf(json)} then (select jsonb_build_object('alert', (${json} -> 'alert') || jsonb_build_object(
    'endUserId', name, 'text', replace(${json} -> 'alert' ->> 'text', number, name))) from alias) else '{}' end`;

/** A JSON object of a conversation, its messages, its facts and what was recorded, without the words that are gone. */
const withoutGone = (json: string): string => `(
  ${json}
  || case when jsonb_typeof(${json} -> 'conversation') = 'object'
    then jsonb_build_object('conversation', (${json} -> 'conversation')
      || case when (${json} -> 'conversation' ->> 'lastMessage')::int in (select id from gone)
          or (${inSole(json)} and ${json} -> 'conversation' ->> 'lastText' is not null)
        then jsonb '{"lastText": ""}' else '{}' end
      || ${renamed(`(${json} -> 'conversation')`)}
      || case when ${inSole(json)} then jsonb '{"handoffReason": null, "closeReason": null}' else '{}' end) else '{}' end
  || case when ${json} ? 'messages' then jsonb_build_object('messages', coalesce((
      select jsonb_agg(case when (m ->> 'id')::int in (select id from gone)
        then ${blankMessage('m')} else m end)
      from jsonb_array_elements(${json} -> 'messages') as m), '[]')) else '{}' end
  || case when ${json} ? 'facts' then jsonb_build_object('facts', coalesce((
      select jsonb_agg(f) from jsonb_array_elements(${json} -> 'facts') as f
      where (f -> 'fact' ->> 'endUserId')::int <> $2), '[]')) else '{}' end)`;

const ofPerson = {
  events: `
    with ${whatIsGone},
    redacted as (
      select seq, ${withoutGone('b')} || ${renamed('b')} || ${realerted('b')}
        || case when jsonb_typeof(b -> 'exchange') = 'object' and exists (select from gone
            where conversation_id = (b -> 'conversation' ->> 'id')::int
              and exchange = (b -> 'exchange' ->> 'ordinal')::int)
          then jsonb_build_object('exchange', jsonb_set(jsonb_set(jsonb_set(jsonb_set(b -> 'exchange',
            '{stated,values,userMessage}', '""', false), '{stated,values,response}', '""', false),
            '{ask}', '${NO_EXTRAS}', false), '{reply}', '${NO_EXTRAS}', false)) else '{}' end
        || case when ${inSole('b')} then ${withoutWords('b')} else '{}' end
        || case when ${inSole('b')} and b ? 'reason' then jsonb '{"reason": null}' else '{}' end as body
      from (select seq, body::jsonb as b from events where project_id = $1) as log
      where ${conversationIn('b')} in (select id from theirs) or (b -> 'endUser' ->> 'id')::int = $2
        or ${isAlertOf('b')}
    )
    update events set body = redacted.body::json from redacted
    where events.project_id = $1 and events.seq = redacted.seq`,
  receipts: `
    with ${whatIsGone}
    update receipts set answers = (
      select jsonb_agg(${withoutGone('a')}
        || case when jsonb_typeof(a -> 'recorded') = 'object' and ${inSole('a')}
          then jsonb_build_object('recorded', (a -> 'recorded') || ${withoutWords("(a -> 'recorded')")}) else '{}' end
        || case when ${isAlertOf("(a -> 'recorded')")}
          then jsonb_build_object('recorded', (a -> 'recorded') || ${realerted("(a -> 'recorded')")}) else '{}' end)
      from jsonb_array_elements(answers) as a)
    where project_id = $1 and exists (select from jsonb_array_elements(answers) as a
      where ${isAlertOf("(a -> 'recorded')")} or (jsonb_typeof(a -> 'conversation') = 'object'
          and (a -> 'conversation' ->> 'id')::int in (select id from theirs))
        or a -> 'facts' @> jsonb_build_array(jsonb_build_object('fact',
          jsonb_build_object('endUserId', $2::int))))`,
  conversations: `
    with ${whatIsGone}
    update conversations set last_text = ''
    where project_id = $1 and (last_message in (select id from gone)
      or (id in (select id from sole) and last_text is not null))`,
  exchanges: `
    with ${whatIsGone}
    update exchanges set claims = claims || '{"ask": {}, "reply": {}}'
    where project_id = $1 and (conversation_id, ordinal) in (select conversation_id, exchange from gone)`,
  reasons: `
    with ${whatIsGone}
    update conversations set handoff_reason = null, close_reason = null where project_id = $1 and id in (select id from sole)`,
  alerts: `
    with ${whatIsGone}
    update alerts set end_user_id = name, scope = 'user:' || name, text = replace(text, number, name)
    from alias where project_id = $1 and end_user_id = number`,
  names: `
    with ${whatIsGone}
    update end_users set external_id = name from alias where project_id = $1 and id = $2`,
  ...Object.fromEntries(
    recordings.map((table) => [
      table,
      `with ${whatIsGone} ${blankRows(table, 'conversation_id in (select id from sole)')}`,
    ]),
  ),
  messages: `with ${whatIsGone} ${blankRows('messages', 'id in (select id from gone)')}`,
  evidence: `
    delete from evidence using facts f
    where evidence.project_id = $1 and f.project_id = $1 and f.id = fact_id and f.end_user_id = $2`,
  facts: 'delete from facts where project_id = $1 and end_user_id = $2',
};
