import type { Calling, LogSegment, StartCall } from '../../domain/command.ts';
import type { JsonObject } from '../../domain/value.ts';
import { storable, textOf } from '../storable.ts';
import { aCall, aSegment, callIdOf, labelIn, millisOf, momentIn, restOf, secondsIn } from './call-record.ts';
import type { TableName } from './settings.ts';

/** A row of one of the three tables. */
export type Row = { table: TableName; item: JsonObject };

/** A row of any of the tables as a command. Throws an InvalidInputError when it cannot be used. */
export function readRow({ table, item }: Row): StartCall | LogSegment {
  const row = storable(item) as JsonObject;
  return table === 'details' ? readDetails(row) : readSpeech(table, row);
}

/** The id of the call that a row is about, under the name that its table has for it; null when it has none. */
export function callOfRow({ table, item }: Row): string | null {
  const id = item[table === 'details' ? 'contactId' : 'ContactId'];
  return typeof id === 'string' ? id : null;
}

function readDetails(row: JsonObject): StartCall {
  const startedAt = momentIn(row['callTimestamp']);
  // A time that cannot be read is kept as it is.
  const read = ['contactId', 'customerPhoneNumber', ...(startedAt === null ? [] : ['callTimestamp'])];
  return aCall(callIdOf(row, 'contactId'), {
    customerPhoneNumber: labelIn(row['customerPhoneNumber']),
    startedAt,
    metadata: restOf(row, ...read),
  });
}

/** Rows without an id of their own are known by their table and key. */
function readSpeech(table: 'customer' | 'agent', row: JsonObject): LogSegment {
  const { SegmentId: given, StartTime: start, Transcript: text } = row;
  const segmentId = typeof given === 'string' && given !== '' ? given : `${table}:${textOf(start)}`;
  return aSegment(
    callIdOf(row, 'ContactId'),
    {
      segmentId,
      speaker: table === 'customer' ? 'CUSTOMER' : 'AGENT',
      text,
      startMs: millisOf(row, 'StartTime'),
      endMs: secondsIn(row['EndTime']),
      isPartial: row['IsPartial'] === true || row['IsPartial'] === 'true',
      at: momentIn(row['LoggedOn']),
      metadata: restOf(row, ...known),
    },
    { segmentId: 'SegmentId', text: 'Transcript', startMs: 'StartTime', endMs: 'EndTime' },
  );
}

const known = [
  'ContactId',
  'SegmentId',
  'StartTime',
  'EndTime',
  'Transcript',
  'IsPartial',
  'LoggedOn',
  // When the row goes away there; how long it stays here is decided here.
  'ExpiresAfter',
];

/** What rows came to, in the order in which it was said, and the number of those that could not be used. */
export type Read = { commands: (StartCall | LogSegment)[]; skipped: number };

/** Reads rows; what cannot be used is counted and left out. */
export function readRows(rows: Row[]): Read {
  const read: Read = { commands: [], skipped: 0 };
  for (const row of rows) {
    try {
      read.commands.push(readRow(row));
    } catch {
      read.skipped += 1;
    }
  }
  const place = (it: Calling): number => (it.kind === 'logSegment' ? it.startMs : -1);
  read.commands.sort((left, right) => place(left) - place(right));
  return read;
}
