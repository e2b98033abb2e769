import type { Conversation } from '../conversation.ts';
import type { Message } from '../message.ts';
import type { Format } from './part.ts';

const columns: Record<string, (conversation: Conversation, message: Message) => string | number | null> = {
  conversation: ({ externalId }) => externalId,
  user: ({ endUser }) => endUser?.externalId ?? null,
  channel: ({ channel }) => channel,
  platform: ({ platform }) => platform,
  status: ({ status }) => status,
  owner: ({ owner }) => owner,
  started_at: ({ startedAt }) => startedAt,
  message: (_, { id }) => id,
  sender: (_, { sender }) => sender,
  at: (_, { at }) => at,
  text: (_, { text }) => text,
  sentiment: (_, { sentiment }) => sentiment,
  topics: (_, { topics }) => topics.join('; '),
  metadata: (_, { metadata }) => JSON.stringify(metadata),
};

/** What a spreadsheet would take for a formula, and what looks like the guarded form of one. */
const formula = /^'*[=+\-@\t\r]/u;

const row = (cells: (string | number | null)[]): string => `${cells.map(cellOf).join(',')}\r\n`;

/** RFC 4180, one row a message. It begins with a byte order mark, without which Excel takes it for another encoding. */
export const csv: Format = {
  mediaType: 'text/csv; charset=utf-8; header=present',
  head: `\ufeff${row(Object.keys(columns))}`,
  write: ({ conversation, messages }) =>
    messages
      .map((message) => row(Object.values(columns).map((cell) => cell(conversation, message))))
      .join(''),
};

function cellOf(value: string | number | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  // An apostrophe makes it a text. Taking one away from such a cell always gives the text back.
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
