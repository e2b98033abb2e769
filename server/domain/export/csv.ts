import type { Conversation } from '../conversation.ts';
import type { Message } from '../message.ts';
import type { Segment } from '../segment.ts';
import type { Format } from './part.ts';

/** A cell of a message, or of a segment; what is left out is empty. */
type Column = {
  message?: (message: Message) => Cell;
  segment?: (segment: Segment) => Cell;
};
type Cell = string | number | null;

const about: Record<string, (conversation: Conversation) => Cell> = {
  conversation: ({ externalId }) => externalId,
  user: ({ endUser }) => endUser?.externalId ?? null,
  channel: ({ channel }) => channel,
  platform: ({ platform }) => platform,
  status: ({ status }) => status,
  owner: ({ owner }) => owner,
  started_at: ({ startedAt }) => startedAt,
};

/** A column that both have under one name. */
const both = (cell: (said: Message | Segment) => Cell): Column => ({ message: cell, segment: cell });

const said: Record<string, Column> = {
  message: { message: ({ id }) => id },
  sender: { message: ({ sender }) => sender, segment: ({ speaker }) => speaker },
  at: both(({ at }) => at),
  text: both(({ text }) => text),
  sentiment: both(({ sentiment }) => sentiment),
  topics: { message: ({ topics }) => topics.join('; ') },
  metadata: both(({ metadata }) => JSON.stringify(metadata)),
  segment: { segment: ({ externalId }) => externalId },
  start_ms: { segment: ({ startMs }) => startMs },
  end_ms: { segment: ({ endMs }) => endMs },
};

/** What a spreadsheet would take for a formula (also in full width), and what looks like the guarded form of one. */
const formula = /^'*[=+\-@\t\r\n＝＋－＠]/u;

const row = (cells: Cell[]): string => `${cells.map(cellOf).join(',')}\r\n`;

/** RFC 4180, one row a message or a final segment. It begins with a byte order mark, without which Excel takes it for another encoding. */
export const csv: Format = {
  mediaType: 'text/csv; charset=utf-8; header=present',
  head: `\ufeff${row([...Object.keys(about), ...Object.keys(said)])}`,
  write({ conversation, messages, segments }) {
    const head = Object.values(about).map((cell) => cell(conversation));
    const columns = Object.values(said);
    const rows = [
      ...messages.map((it) => columns.map(({ message }) => message?.(it) ?? null)),
      ...segments.map((it) => columns.map(({ segment }) => segment?.(it) ?? null)),
    ];
    return rows.map((cells) => row([...head, ...cells])).join('');
  },
};

function cellOf(value: Cell): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  // An apostrophe makes it a text. Taking one away from such a cell always gives the text back.
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
