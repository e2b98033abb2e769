import type { Calling } from '../../domain/command.ts';
import { knownConversations } from '../../store/source.ts';
import { Lanes } from '../../watch/retry.ts';
import type { Connector, Reading, SourceHand } from '../source.ts';
import { textOf } from '../storable.ts';
import { momentIn } from './call-record.ts';
import { callOfRow, readRows, type Row } from './call-rows.ts';
import {
  beginning,
  readCheckpoint,
  storedCheckpoint,
  type DynamoCheckpoint,
  type WholeRead,
} from './dynamo-checkpoint.ts';
import { openTableStream, type WrittenRow } from './dynamo-stream.ts';
import { openTables, type DynamoSettings, type Tables } from './dynamo-tables.ts';
import { endOf, hear } from './open-calls.ts';
import { reasonOf } from './reason.ts';
import { tableNames, type TableName } from './settings.ts';
import { ShardReader } from './shards.ts';

/** How often news are asked for, in ms. */
const POLL = 1000;
/** Of the first read so many calls are read at a time, and so many requests are made at once. */
const PAGE = 100;
const LANES = 8;
/** Without streams the details are read again and again, for at most this part of the time. */
const SHARE = 10;
/** Without streams so many seconds of a call are read again: words change until they are final. */
const OVERLAP = 60;
/** Calls that began so long before a gap, in ms, may have gone on in it. */
const LONG = 24 * 60 * 60 * 1000;

type Readers = Record<TableName, ShardReader<WrittenRow | null>>;

/** What was read of something, to be stored as one step. */
type Found = { commands: Calling[]; records: number; skipped: number };
const nothing: Found = { commands: [], records: 0, skipped: 0 };

const isoOf = (ms: number): string => new Date(ms).toISOString();

/** The three tables of calls at DynamoDB: what is in them, and what is written into them. */
export function dynamoConnector(settings: DynamoSettings): Connector {
  return {
    name: 'dynamodb',
    reasonOf,
    async open(stored, hand) {
      const tables = await openTables(settings, hand.stopping);
      try {
        const checkpoint = stored === null ? beginning(isoOf(hand.now())) : readCheckpoint(stored);
        const arns = await tables.streams();
        const readers = await openReaders(settings, arns, checkpoint, hand);
        return new DynamoReading(tables, readers, checkpoint, hand);
      } catch (error) {
        tables[Symbol.dispose]();
        throw error;
      }
    },
  };
}

/** Readers of the streams, from where the checkpoint stands; null without streams. */
async function openReaders(
  settings: DynamoSettings,
  arns: Record<TableName, string> | null,
  checkpoint: DynamoCheckpoint,
  { now, stopping }: SourceHand,
): Promise<Readers | null> {
  const before = checkpoint.streams;
  checkpoint.streams = null;
  // A stream that was switched off and on again tells nothing of the time between.
  const isSame = tableNames.every((table) => before?.[table].arn === arns?.[table]);
  if (!isSame && checkpoint.isComplete) checkpoint.reading = gapOf(checkpoint);
  if (arns === null) return null;
  const opened = await Promise.all(
    tableNames.map(async (table) => {
      const arn = arns[table];
      const positions = (isSame && before?.[table].positions) || {};
      const stream = await openTableStream(settings, table, arn, stopping);
      return { table, arn, positions, reader: new ShardReader(stream, positions, now) };
    }),
  );
  const of = <T>(pick: (it: (typeof opened)[number]) => T): Record<TableName, T> =>
    Object.fromEntries(opened.map((it) => [it.table, pick(it)])) as Record<TableName, T>;
  checkpoint.streams = of(({ arn, positions }) => ({ arn, positions }));
  return of(({ reader }) => reader);
}

/** Everything that may have been missed, to be read again. */
const gapOf = ({ at }: DynamoCheckpoint): WholeRead => ({
  table: 'details',
  after: null,
  since: at,
  isThorough: true,
});

/**
 * Reads the tables as a whole, a page at a time, and between the pages what is new, so that calls are live while
 * old ones are still read. With streams the tables are read once; without, the details again and again, and the
 * speech of calls that are not over, from where they stand.
 */
class DynamoReading implements Reading {
  readonly #tables: Tables;
  readonly #readers: Readers | null;
  readonly #hand: SourceHand;
  readonly #checkpoint: DynamoCheckpoint;
  readonly #lanes = new Lanes(LANES);
  /** Without streams: details as they were read last, by call; and speech of open calls, by call and key. */
  readonly #details = new Map<string, string>();
  readonly #speech = new Map<string, Map<string, string>>();
  #cycleBegan: number;
  #nextCycle = 0;

  constructor(tables: Tables, readers: Readers | null, checkpoint: DynamoCheckpoint, hand: SourceHand) {
    this.#tables = tables;
    this.#readers = readers;
    this.#checkpoint = checkpoint;
    this.#hand = hand;
    this.#cycleBegan = hand.now();
  }

  get status(): Reading['status'] {
    return this.#checkpoint.isComplete ? 'FOLLOWING' : 'READING';
  }

  async round(): Promise<number> {
    const isMore =
      this.#readers === null ? await this.#askOpenCalls() : await this.#readStreams(this.#readers);
    await this.#endQuietCalls();
    this.#beginCycle();
    if (this.#checkpoint.reading !== null) await this.#readPage(this.#checkpoint.reading);
    return isMore || this.#checkpoint.reading !== null ? 0 : POLL;
  }

  [Symbol.dispose](): void {
    this.#tables[Symbol.dispose]();
    for (const table of tableNames) this.#readers?.[table][Symbol.dispose]();
  }

  async #store({ commands, records, skipped }: Found): Promise<void> {
    this.#checkpoint.at = isoOf(this.#hand.now());
    await this.#hand.store({ commands, records, skipped, checkpoint: storedCheckpoint(this.#checkpoint) });
  }

  /** Takes what the streams tell. Whether there may be more already. */
  async #readStreams(readers: Readers): Promise<boolean> {
    const reaped = await Promise.all(
      tableNames.map(async (table) => ({ table, ...(await readers[table].read()) })),
    );
    for (const { table, positions } of reaped) this.#checkpoint.streams![table].positions = positions;
    if (reaped.some(({ isGap }) => isGap) && this.#checkpoint.isComplete) {
      this.#checkpoint.reading = gapOf(this.#checkpoint);
    }
    const rows = reaped.flatMap(({ records }) => records).filter((row) => row !== null);
    const isMore = reaped.some((it) => it.isMore);
    // Deleted rows move the stream on as well, and what it moved over goes away in a day.
    if (isMore) await this.#store(this.#heard(rows));
    return isMore;
  }

  /** Without streams: what is new of the calls that are not over. */
  async #askOpenCalls(): Promise<false> {
    const open = [...this.#checkpoint.open];
    const found = await Promise.all(
      open.map(([callId, { spoke }]) =>
        this.#lanes.run(async () => {
          const rows = await this.#speechOf(callId, spoke);
          return rows.filter((row) => this.#isNew(callId, row));
        }),
      ),
    );
    const rows = found.flat();
    if (rows.length > 0) await this.#store(this.#heard(rows));
    return false;
  }

  async #speechOf(callId: string, spoke: { customer: number; agent: number }): Promise<Row[]> {
    const sides = (['customer', 'agent'] as const).map((table) =>
      this.#tables.speech(table, callId, Math.max(0, spoke[table] - OVERLAP)),
    );
    return (await Promise.all(sides)).flat();
  }

  /** Whether a row of speech differs from when it was read last. */
  #isNew(callId: string, { table, item }: Row): boolean {
    const known = this.#speech.get(callId) ?? new Map<string, string>();
    this.#speech.set(callId, known);
    const key = `${table} ${textOf(item['StartTime'])}`;
    const content = JSON.stringify(item);
    if (known.get(key) === content) return false;
    known.set(key, content);
    return true;
  }

  /** Rows of any calls, which are heard of by it. */
  #heard(rows: (Row & { at?: number })[]): Found {
    const { commands, skipped } = readRows(rows);
    const now = this.#hand.now();
    const written = new Map(rows.map((row) => [callOfRow(row), row.at]));
    for (const command of commands) {
      const { conversationId: callId } = command;
      const at = isoOf(Math.min(written.get(callId) ?? now, now));
      const call = hear(this.#checkpoint.open.get(callId), [command], at);
      this.#checkpoint.open.set(callId, call);
    }
    return { commands, records: rows.length, skipped };
  }

  async #endQuietCalls(): Promise<void> {
    const now = this.#hand.now();
    const ends = [...this.#checkpoint.open].flatMap(([id, call]) => endOf(id, call, now) ?? []);
    if (ends.length === 0) return;
    for (const { conversationId } of ends) this.#forget(conversationId);
    await this.#store({ ...nothing, commands: ends });
  }

  #forget(callId: string): void {
    this.#checkpoint.open.delete(callId);
    this.#speech.delete(callId);
  }

  /** Without streams the details are read again after a while, the longer the more there are. */
  #beginCycle(): void {
    const { reading, isComplete } = this.#checkpoint;
    const now = this.#hand.now();
    if (this.#readers !== null || reading !== null || !isComplete || now < this.#nextCycle) return;
    const since = isoOf(Math.min(this.#cycleBegan, Date.parse(this.#checkpoint.at)));
    this.#checkpoint.reading = { table: 'details', after: null, since, isThorough: false };
    this.#cycleBegan = now;
  }

  /** Reads a page of a table as a whole. */
  async #readPage(reading: WholeRead): Promise<void> {
    const { table, after } = reading;
    const { found, next } =
      table === 'details' ? await this.#readDetails(reading) : await this.#readLoose(table, after);
    this.#checkpoint.reading = next === null ? this.#nextTable(reading) : { ...reading, after: next };
    const isDone = this.#checkpoint.reading === null;
    const wasComplete = this.#checkpoint.isComplete;
    this.#checkpoint.isComplete ||= isDone;
    if (isDone)
      this.#nextCycle = this.#hand.now() + Math.max(POLL, SHARE * (this.#hand.now() - this.#cycleBegan));
    // A cycle that found nothing leaves nothing to store.
    if (reading.isThorough || found.records > 0 || isDone !== wasComplete) await this.#store(found);
  }

  #nextTable(reading: WholeRead): WholeRead | null {
    if (!reading.isThorough || reading.table === 'agent') return null;
    return { ...reading, table: reading.table === 'details' ? 'customer' : 'agent', after: null };
  }

  /** A page of details, and everything that was said in those calls that may not be known. */
  async #readDetails({ after, since }: WholeRead): Promise<{ found: Found; next: WholeRead['after'] }> {
    const { rows, next } = await this.#tables.details(after, since === null ? PAGE : null);
    const fresh = rows.filter((row) => this.#details.get(callOfRow(row) ?? '') !== JSON.stringify(row.item));
    const isWanted = await this.#wanted(fresh, since);
    const found = await Promise.all(
      fresh.map(async (row): Promise<Found> => {
        const callId = callOfRow(row);
        const isKnown = callId !== null && this.#details.has(callId);
        if (callId === null || isKnown || !isWanted(row, callId)) return this.#heardOfDetails(row, isKnown);
        return this.#lanes.run(() => this.#readCall(callId, [row]));
      }),
    );
    for (const row of this.#readers === null ? fresh : []) {
      const callId = callOfRow(row);
      if (callId !== null) this.#details.set(callId, JSON.stringify(row.item));
    }
    return { found: sum(found), next };
  }

  /** Details alone: those that changed since they were read, and those that name no call. */
  #heardOfDetails(row: Row, isKnown: boolean): Found {
    if (!isKnown && callOfRow(row) !== null) return nothing;
    return { ...readRows([row]), records: 1 };
  }

  /** Which calls are to be read: all of the first read, else those that may have been missed. */
  async #wanted(rows: Row[], since: string | null): Promise<(row: Row, callId: string) => boolean> {
    if (since === null) return () => true;
    const { prisma, projectId } = this.#hand;
    const ids = rows.map(callOfRow).filter((id) => id !== null);
    const known = await knownConversations(prisma, projectId, ids);
    const long = isoOf(Date.parse(since) - LONG);
    return ({ item }, callId) => {
      const startedAt = momentIn(item['callTimestamp']);
      const isRecent = startedAt === null || startedAt >= long;
      return isRecent || !known.has(callId) || this.#checkpoint.open.has(callId);
    };
  }

  /** Speech of calls that have no details. */
  async #readLoose(
    table: 'customer' | 'agent',
    after: WholeRead['after'],
  ): Promise<{ found: Found; next: WholeRead['after'] }> {
    const { callIds, next } = await this.#tables.spoken(table, after);
    const detailed = await this.#tables.detailed(callIds);
    const loose = callIds.filter((id) => !detailed.has(id));
    const found = await Promise.all(loose.map((id) => this.#lanes.run(() => this.#readCall(id, []))));
    return { found: sum(found), next };
  }

  /** Everything of a call; when it has been quiet for long, its end as well. */
  async #readCall(callId: string, details: Row[]): Promise<Found> {
    const rows = [...details, ...(await this.#speechOf(callId, { customer: 0, agent: 0 }))];
    const { commands, skipped } = readRows(rows);
    const found = { commands, records: rows.length, skipped };
    if (commands.length === 0) return found;
    const now = this.#hand.now();
    const call = hear(this.#checkpoint.open.get(callId), commands, isoOf(now));
    const end = endOf(callId, call, now);
    if (end !== null) {
      this.#forget(callId);
      return { ...found, commands: [...commands, end] };
    }
    for (const row of rows) if (row.table !== 'details') this.#isNew(callId, row);
    this.#checkpoint.open.set(callId, call);
    return found;
  }
}

const sum = (found: Found[]): Found => ({
  commands: found.flatMap(({ commands }) => commands),
  records: found.reduce((total, { records }) => total + records, 0),
  skipped: found.reduce((total, { skipped }) => total + skipped, 0),
});
