import { columnOf } from '../store/column.ts';

type Blank = Record<string, null | boolean | '' | Record<string, never> | never[]>;

/**
 * Every kind of row that holds words of a conversation: its table, the field of the event that makes it (`messages`
 * holds a list), and what takes the place of the words, in the table and in the event alike. What is not named here
 * outlives the erasing.
 */
export const words = {
  messages: { part: 'messages', blank: { text: '', metadata: {}, topics: [], isErased: true } },
  turns: {
    part: 'turn',
    blank: { userInput: null, assistantResponse: null, error: null, metadata: {} },
  },
  costs: { part: 'cost', blank: { metadata: {} } },
  feedback: {
    part: 'feedback',
    blank: { text: null, userInput: null, assistantResponse: null, metadata: {} },
  },
  notes: { part: 'note', blank: { text: '' } },
  calls: { part: 'call', blank: { customerPhoneNumber: null, metadata: {}, categories: [] } },
  segments: { part: 'segment', blank: { text: '', metadata: {}, matches: [] } },
} satisfies Record<string, { part: string; blank: Blank }>;

type Table = keyof typeof words;
const tables = Object.keys(words) as Table[];

/** What is recorded of a conversation besides its messages, one row an event. */
export const recordings = tables.filter((table) => table !== 'messages');

/** A statement that blanks the rows of a table that a condition chooses; `$1` is the project. */
export function blankRows(table: Table, condition: string): string {
  const settings = Object.entries<Blank[string]>(words[table].blank).map(
    ([name, value]) => `${columnOf(name)} = ${literal(name, value)}`,
  );
  return `update ${table} set ${settings.join(', ')} where project_id = $1 and ${condition}`;
}

/** The one list that is an array of PostgreSQL; the others are JSON. */
const ARRAY = 'topics';

function literal(name: string, value: Blank[string]): string {
  if (Array.isArray(value)) return name === ARRAY ? "'{}'" : "'[]'";
  if (value !== null && typeof value === 'object') return "'{}'";
  return typeof value === 'string' ? `'${value}'` : String(value);
}

/** What takes the place of extra fields of one side of an exchange: their names are words as well. */
export const NO_EXTRAS = '{"values": {}, "strength": {}}';

/** A message in JSON without its words. */
export const blankMessage = (json: string): string => `${json} || '${JSON.stringify(words.messages.blank)}'`;

/** What was recorded in a JSON object, each under its field, without what was said in it. */
export function withoutWords(json: string): string {
  const parts = recordings.map((table) => {
    const { part, blank } = words[table];
    return `case when ${json} ? '${part}'
      then jsonb_build_object('${part}', (${json} -> '${part}') || '${JSON.stringify(blank)}') else '{}' end`;
  });
  return `(${parts.join(' || ')})`;
}
