import type { Database, Statement } from '../store/database.ts';
import { blankMessage, blankRows, NO_EXTRAS, recordings, withoutWords, words } from './words.ts';

/** So many events are looked through at a time: the project is locked meanwhile, for some milliseconds. */
const SLICE = 500;

/** One or several erasures that have one way through the log; places in the log are texts, as `bigint` is read. */
type Erasure = { id: string; first: string; last: string; next: string | null; oldest: string };

/**
 * Takes words whose rows were erased out of the next part of a project's log and of remembered answers; of content
 * that grew too old the rows are erased on the way. False when nothing is left to do.
 */
export function sweep(database: Pick<Database, 'transact'>, projectId: number): Promise<boolean> {
  const opening: Statement[] = [
    { name: 'lock_for_sweep', text: 'select id from projects where id = $1 for update', values: [projectId] },
    { name: 'find_erasure', text: findText, values: [projectId] },
  ];
  return database.transact(opening, ([, erasures]) => {
    const erasure = erasures?.[0] as Erasure | undefined;
    if (erasure === undefined) return { closing: [], result: false };
    const from = Number(erasure.next ?? erasure.oldest);
    const to = Math.min(from + SLICE - 1, Number(erasure.last));
    const isOver = to >= Number(erasure.last);
    const closing = Object.entries(slice).map(([name, text]) => ({
      name: `sweep_${name}`,
      text,
      values: [projectId, from, to],
    }));
    return { closing: [...closing, moveOn(projectId, erasure, isOver ? null : to + 1)], result: true };
  });
}

/** The oldest erasure; one that has not begun goes as far as the newest and does the work of all. */
const findText = `
  select id::text, first::text, next::text,
    (case when next is null then (select max(last) from erasures where project_id = $1) else last end)::text as last,
    (select min(first) from erasures where project_id = $1)::text as oldest
  from erasures where project_id = $1 order by next nulls last, id limit 1`;

function moveOn(projectId: number, { id, next, last }: Erasure, to: number | null): Statement {
  const values = [projectId, id, last, to];
  // Whatever is pending when one begins is done with it.
  const which = next === null ? 'last <= $3' : 'id = $2';
  const text = `
    with done as (delete from erasures where project_id = $1 and ${which} and ($4::int8 is null or id <> $2))
    update erasures set next = $4, last = $3 where project_id = $1 and id = $2 and $4::int8 is not null`;
  return { name: next === null ? 'begin_erasure' : 'move_erasure', text, values };
}

/** The events of a slice, `$2` to `$3`, with their bodies as `b`. */
const log =
  '(select seq, body::jsonb as b from events where project_id = $1 and seq between $2 and $3) as log';

/** A conversation has one call; of everything else it has many, each with an id. */
const keyOf = (table: (typeof recordings)[number]): string =>
  table === 'calls' ? 'conversation_id' : '(conversation_id, id)';

/** What those of them that are too old tell of in a field. */
const old = (field: string): string => `
  (select (b -> '${field}' ->> 'conversationId')::int${field === 'call' ? '' : `, (b -> '${field}' ->> 'id')::int`}
    from ${log}
    where b ? '${field}' and seq <= (select erased_seq from projects where id = $1))`;

const list = (json: string): string => `case when jsonb_typeof(${json}) = 'array' then ${json} else '[]' end`;
const oldMessages = `
  (select (m ->> 'id')::int from ${log}, jsonb_array_elements(${list("b -> 'messages'")}) as m
    where seq <= (select erased_seq from projects where id = $1))`;
const touched = `(select (b -> 'conversation' ->> 'id')::int from ${log} where b ? 'conversation')`;

/** Whether the message of an id is erased. */
const isErased = (id: string): string =>
  `exists (select from messages where project_id = $1 and id = (${id})::int and is_erased)`;

/** Whether all that was recorded with a JSON object is erased: its conversation, or a segment without one, tells which event. */
const isGone = (json: string): string => `
  coalesce(${json} -> 'conversation' ->> 'activeSeq', ${json} -> 'segment' ->> 'seq')::int8 <= greatest(
  (select erased_seq from projects where id = $1),
  (select erased_seq from conversations
    where project_id = $1
      and id = coalesce(${json} -> 'conversation' ->> 'id', ${json} -> 'segment' ->> 'conversationId')::int))`;

/** Whether the one who answers came or was wanted before what became too old, and with that the reason. */
const isOldReason = (ownerSince: string): string => `(${ownerSince} <= (
  select at from events where project_id = $1 and seq = (select erased_seq from projects where id = $1)))`;

/** Whether the last words of a call are: those of a segment, of which none of that time has any left. */
const isUnheard = (
  lastMessage: string,
  conversationId: string,
  seq: string,
): string => `(${lastMessage} is null
  and not exists (select from segments where project_id = $1 and conversation_id = ${conversationId}
    and seq <= ${seq} and not is_partial and text <> ''))`;

/** A JSON object of the log or of an answer without the words that are erased. */
function withoutErased(json: string): string {
  const conversation = `(${json} -> 'conversation')`;
  const [lastMessage, id, seq] = ['lastMessage', 'id', 'activeSeq'].map(
    (it) => `(${conversation} ->> '${it}')::int8`,
  );
  const isLastErased = `(${isGone(json)} or ${isErased(`${conversation} ->> 'lastMessage'`)}
    or ${isUnheard(lastMessage!, id!, seq!)})`;
  return `(${json}
    || case when jsonb_typeof(${conversation}) = 'object' then jsonb_build_object('conversation', ${conversation}
        || case when ${conversation} ->> 'lastText' <> '' and ${isLastErased} then jsonb '{"lastText": ""}' else '{}' end
        || case when ${isGone(json)} or ${isOldReason(`(${conversation} ->> 'ownerSince')::timestamptz`)}
          then jsonb '{"handoffReason": null}' else '{}' end
        || case when ${isGone(json)} then jsonb '{"closeReason": null}' else '{}' end) else '{}' end
    || case when ${json} ? 'messages' then jsonb_build_object('messages', coalesce((
        select jsonb_agg(case when ${isErased("m ->> 'id'")} then ${blankMessage('m')} else m end order by place)
        from jsonb_array_elements(${json} -> 'messages') with ordinality as r (m, place)), '[]')) else '{}' end
    || case when ${json} ? 'facts' then jsonb_build_object('facts', coalesce((
        select jsonb_agg(${withoutProof('f')} order by place)
        from jsonb_array_elements(${json} -> 'facts') with ordinality as r (f, place)), '[]')) else '{}' end
    || case when ${isGone(json)} then ${withoutWords(json)}
        || case when ${json} ? 'reason' then jsonb '{"reason": null}' else '{}' end else '{}' end)`;
}

/** A change of a fact without the words that proved it, and without the fact where that is forgotten. */
const withoutProof = (json: string): string => `case
  when exists (select from facts where project_id = $1 and id = (${json} -> 'fact' ->> 'id')::int
    and ending = 'FORGOTTEN')
  then ${json} || '{"evidence": null}'
    || jsonb_build_object('fact', (${json} -> 'fact') || '{"key": "", "value": "", "object": ""}')
  when ${isErased(`${json} -> 'evidence' ->> 'messageId'`)} then jsonb_set(${json}, '{evidence,quote}', '""')
  else ${json} end`;

/** The exchange in `x` without the words of one of its messages, where that is erased. */
const withoutSaid = (x: string, place: number, said: string, extras: string): string => `
  lateral (select case when ${isErased(`(${x} ->> 'firstMessage')::int + ${place}`)}
    then jsonb_set(jsonb_set(${x}, '{stated,values,${said}}', '""', false), '{${extras}}', '${NO_EXTRAS}', false)
    else ${x} end) as`;

const slice = {
  messages: blankRows('messages', `id in ${oldMessages} and not is_erased`),
  evidence: `update evidence set quote = '' where project_id = $1 and message_id in ${oldMessages}`,
  ...Object.fromEntries(
    recordings.map((table) => [table, blankRows(table, `${keyOf(table)} in ${old(words[table].part)}`)]),
  ),
  exchanges: `
    update exchanges set claims = claims
      || case when first_message in ${oldMessages} then jsonb '{"ask": {}}' else '{}' end
      || case when first_message + 1 in ${oldMessages} then jsonb '{"reply": {}}' else '{}' end
    where project_id = $1 and (conversation_id, ordinal) in (
      select conversation_id, exchange from messages where project_id = $1 and id in ${oldMessages})`,
  last_texts: `
    update conversations set last_text = '' where project_id = $1 and id in ${touched} and last_text <> ''
      and (${isErased('last_message')} or ${isUnheard('last_message', 'conversations.id', 'active_seq')})`,
  reasons: `
    update conversations set handoff_reason = null,
      close_reason = case when active_seq <= (select erased_seq from projects where id = $1) then null else close_reason end
    where project_id = $1 and id in ${touched}
      and (active_seq <= (select erased_seq from projects where id = $1) or ${isOldReason('owner_since')})`,
  events: `
    update events set body = clean.body::json
    from (
      select seq, b as before, ${withoutErased('b')}
        || case when jsonb_typeof(b -> 'exchange') = 'object' then jsonb_build_object('exchange', replied.x)
          else '{}' end as body
      from ${log},
        ${withoutSaid("(b -> 'exchange')", 0, 'userMessage', 'ask')} asked (x),
        ${withoutSaid('asked.x', 1, 'response', 'reply')} replied (x)
    ) as clean
    where events.project_id = $1 and events.seq = clean.seq and clean.body <> clean.before`,
  // Answers carry the moment of the events that they tell of.
  receipts: `
    update receipts set answers = clean.answers
    from (
      select door, key, (select coalesce(jsonb_agg(${withoutErased('a')}
          || case when jsonb_typeof(a -> 'recorded') = 'object' and ${isGone('a')}
            then jsonb_build_object('recorded', (a -> 'recorded') || ${withoutWords("(a -> 'recorded')")})
            else '{}' end order by place), '[]')
        from jsonb_array_elements(answers) with ordinality as r (a, place)) as answers
      from receipts where project_id = $1 and at between
        coalesce((select min(at) from events where project_id = $1 and seq between $2 - 1 and $3), '-infinity')
        and (select max(at) from events where project_id = $1 and seq between $2 and $3)
    ) as clean
    where receipts.project_id = $1 and receipts.door = clean.door and receipts.key = clean.key
      and receipts.answers <> clean.answers`,
};
