import type { State } from '../domain/state.ts';
import type { Statement } from '../store/database.ts';

/**
 * Erases what a batch had forgotten: all words of a person and everything learned from them, in the tables, in
 * the log and in remembered answers; or what a single fact said, and its proofs. Counts stay. The log is read whole,
 * which takes seconds when it is long.
 */
export function eraseForgotten(state: State): Statement[] {
  const projectId = state.project.id;
  const people = state.events.flatMap((it) => (it.kind === 'EndUserForgotten' ? [it.endUser.id] : []));
  const facts = [...state.facts.own.values()].filter(({ ending }) => ending === 'FORGOTTEN');
  return [
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

const ofFact = {
  evidence: 'delete from evidence where project_id = $1 and fact_id = $2',
  events: `
    update events set body = jsonb_set(b, '{facts}', (
      select jsonb_agg(case when c -> 'fact' ->> 'id' = $2::text
        then jsonb_set(c, '{fact}', (c -> 'fact') || '{"key": "", "value": "", "object": ""}') else c end)
      from jsonb_array_elements(b -> 'facts') as c))::json
    from (select seq as at_seq, body::jsonb as b from events where project_id = $1) as log
    where project_id = $1 and seq = at_seq
      and b -> 'facts' @> jsonb_build_array(jsonb_build_object('fact', jsonb_build_object('id', $2::int)))`,
  receipts: `
    update receipts set answers = (
      select jsonb_agg(jsonb_set(a, '{facts}', coalesce((
        select jsonb_agg(case when c -> 'fact' ->> 'id' = $2::text
          then jsonb_set(c, '{fact}', (c -> 'fact') || '{"key": "", "value": "", "object": ""}') else c end)
        from jsonb_array_elements(a -> 'facts') as c), '[]')))
      from jsonb_array_elements(answers) as a)
    where project_id = $1 and answers @> jsonb_build_array(jsonb_build_object('facts',
      jsonb_build_array(jsonb_build_object('fact', jsonb_build_object('id', $2::int)))))`,
};

/** Of the conversations of a person, `$2`. */
const theirs = '(select id from conversations where project_id = $1 and end_user_id = $2)';

/** What of a turn, a cost or a rating in a JSON object takes the place of what was said in it. */
function withoutWords(json: string): string {
  const blank = {
    turn: { userInput: null, assistantResponse: null, error: null, metadata: {} },
    cost: { metadata: {} },
    feedback: { text: null, userInput: null, assistantResponse: null, metadata: {} },
  };
  const parts = Object.entries(blank).map(
    ([name, fields]) => `case when ${json} ? '${name}'
      then jsonb_build_object('${name}', (${json} -> '${name}') || '${JSON.stringify(fields)}') else '{}' end`,
  );
  return `(${parts.join(' || ')})`;
}

const ofPerson = {
  conversations: `update conversations set last_text = '' where project_id = $1 and end_user_id = $2`,
  messages: `
    update messages set text = '', metadata = '{}', topics = '{}'
    where project_id = $1 and (end_user_id = $2 or conversation_id in ${theirs})`,
  evidence: `
    delete from evidence using facts f
    where evidence.project_id = $1 and f.project_id = $1 and f.id = fact_id and f.end_user_id = $2`,
  facts: 'delete from facts where project_id = $1 and end_user_id = $2',
  turns: `
    update turns set user_input = null, assistant_response = null, error = null, metadata = '{}'
    where project_id = $1 and conversation_id in ${theirs}`,
  costs: `update costs set metadata = '{}' where project_id = $1 and conversation_id in ${theirs}`,
  feedback: `
    update feedback set text = null, user_input = null, assistant_response = null, metadata = '{}'
    where project_id = $1 and conversation_id in ${theirs}`,
  events: `
    update events set body = redacted.body::json from (
      select seq,
        jsonb_set(
          case when jsonb_typeof(b -> 'exchange') = 'object' then
            jsonb_set(jsonb_set(jsonb_set(jsonb_set(b,
              '{exchange,stated,values,userMessage}', '""', false),
              '{exchange,stated,values,response}', '""', false),
              '{exchange,ask,values}', '{}', false),
              '{exchange,reply,values}', '{}', false)
          else b end
          || case when b ? 'conversation'
            then jsonb_build_object('conversation', (b -> 'conversation') || '{"lastText": ""}') else '{}' end
          || case when b ? 'facts' then '{"facts": []}'::jsonb else '{}' end
          || ${withoutWords('b')},
          '{messages}',
          coalesce((select jsonb_agg(m || '{"text": "", "metadata": {}, "topics": []}')
            from jsonb_array_elements(b -> 'messages') as m), '[]'),
          false) as body
      from (select seq, body::jsonb as b from events where project_id = $1) as log
      where (b -> 'conversation' -> 'endUser' ->> 'id')::int = $2
        or (b ? 'facts' and (b -> 'endUser' ->> 'id')::int = $2)
        or b -> 'messages' @> jsonb_build_array(jsonb_build_object('endUserId', $2::int))
    ) as redacted
    where events.project_id = $1 and events.seq = redacted.seq`,
  receipts: `
    update receipts set answers = (
      select jsonb_agg(a || jsonb_build_object(
        'conversation', case when jsonb_typeof(a -> 'conversation') = 'object'
          then (a -> 'conversation') || '{"lastText": ""}' else a -> 'conversation' end,
        'messages', coalesce((select jsonb_agg(m || '{"text": "", "metadata": {}, "topics": []}')
          from jsonb_array_elements(a -> 'messages') as m), '[]'),
        'facts', '[]'::jsonb)
        || case when jsonb_typeof(a -> 'recorded') = 'object'
          then jsonb_build_object('recorded', (a -> 'recorded') || ${withoutWords("(a -> 'recorded')")}) else '{}' end)
      from jsonb_array_elements(answers) as a)
    where project_id = $1
      and (answers @> jsonb_build_array(jsonb_build_object('conversation',
          jsonb_build_object('endUser', jsonb_build_object('id', $2::int))))
        or answers @> jsonb_build_array(jsonb_build_object('messages',
          jsonb_build_array(jsonb_build_object('endUserId', $2::int))))
        or answers @> jsonb_build_array(jsonb_build_object('facts',
          jsonb_build_array(jsonb_build_object('fact', jsonb_build_object('endUserId', $2::int))))))`,
};
