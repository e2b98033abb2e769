import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { createLogReader } from '../../server/journal/read.ts';
import { openDatabase } from '../../server/store/database.ts';
import { pause as pauseByClock, type Pause } from '../../server/watch/retry.ts';
import type { TestServer } from '../support/server.ts';

/** Waits as long as it is told to, but never longer than a test can bear. */
export const shortPause: Pause = (ms, signal) => pauseByClock(Math.min(ms, 20), signal);

export type ToldSource = {
  name: string;
  status: string;
  reason: string | null;
  records: number;
  skipped: number;
};

/** The sources as GraphQL tells them. */
export async function sourcesOf(server: TestServer): Promise<ToldSource[]> {
  const query = '{ sources { name status reason records skipped } }';
  return (await server.graphql<{ sources: ToldSource[] }>(query)).sources;
}

/** A row of speech as the transcriber writes it; the id of its segment follows from its side and time. */
export function speech(
  call: string,
  side: string,
  start: number,
  text: string,
  more: Record<string, string | number | boolean | null> = {},
): Record<string, string | number | boolean | null> {
  return {
    ContactId: call,
    StartTime: start,
    EndTime: start + 1.5,
    SegmentId: `${call}-${side}-${start}`,
    Transcript: text,
    IsPartial: false,
    LoggedOn: new Date(Date.now() - 1000).toISOString(),
    ExpiresAfter: 2_000_000_000,
    ...more,
  };
}

/** A row of details as the trigger writes it. */
export const details = (call: string, at = new Date(Date.now() - 60_000)): Record<string, string> => ({
  contactId: call,
  customerPhoneNumber: '+14155550100',
  callDate: '11/21/2026',
  callTimestamp: `${at.toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/u, '$1 $3 $2 $4 $5')} GMT+0000 (Coordinated Universal Time)`,
});

/** One call as it is stored here: its segments in order as `side start text`, a partial with an ellipsis. */
export type StoredCall = {
  status: string;
  phone: string | null;
  startedAt: string;
  closedAt: string | null;
  segments: string[];
};

/** Every call of a database, by its id. */
export async function storedCalls(databaseUrl: string): Promise<Record<string, StoredCall>> {
  await using database = openDatabase({ connectionString: databaseUrl });
  const { prisma } = database;
  const [conversations, calls, segments] = await Promise.all([
    prisma.conversation.findMany({ where: { channel: 'CALL' } }),
    prisma.call.findMany(),
    prisma.segment.findMany({ orderBy: [{ startMs: 'asc' }, { id: 'asc' }] }),
  ]);
  const told = conversations.map(({ id, externalId, status, closedAt }) => {
    const call = calls.find(({ conversationId }) => conversationId === id)!;
    const said = segments.filter(({ conversationId }) => conversationId === id);
    return [
      externalId,
      {
        status,
        phone: call.customerPhoneNumber,
        startedAt: call.startedAt.toISOString(),
        closedAt: closedAt?.toISOString() ?? null,
        segments: said.map(
          ({ speaker, startMs, text, isPartial }) => `${speaker} ${startMs} ${text}${isPartial ? '…' : ''}`,
        ),
      },
    ] as const;
  });
  return Object.fromEntries(told);
}

/**
 * Compares the final words that were written to the tables with what is stored, and with the log: what is missing,
 * and what was logged more than once.
 */
export async function check(
  databaseUrl: string,
  written: ReadonlyMap<string, string>,
): Promise<{ lost: number; dup: number }> {
  await using database = openDatabase({ connectionString: databaseUrl });
  const logged = new Map<string, string[]>();
  const log = createLogReader(database.prisma);
  for (let after = 0; ;) {
    const events = await log.events(1, after, 500);
    for (const event of events) {
      if (event.kind !== 'SegmentLogged') continue;
      const { externalId, text } = event.segment;
      logged.set(externalId, [...(logged.get(externalId) ?? []), text]);
    }
    if (events.length < 500) break;
    after = events.at(-1)!.seq;
  }
  const rows = await database.prisma.segment.findMany({ select: { externalId: true, text: true } });
  const stored = new Map(rows.map(({ externalId, text }) => [externalId, text]));
  const lost = [...written].filter(([id, text]) => stored.get(id) !== text).length;
  const times = [...logged.values()].map((texts) => texts.length - 1);
  const strangers = [...stored.keys()].filter((id) => !written.has(id)).length;
  return { lost, dup: times.reduce((sum, more) => sum + more, 0) + strangers };
}

/** Follows the status of the one source of a server, in words as they come. */
export function followSources(url: string): AsyncDisposable & { statuses: string[] } {
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket });
  const statuses: string[] = [];
  client.subscribe<{ sources: { status: string }[] }>(
    { query: 'subscription { sources { status } }' },
    {
      next: ({ data }) => statuses.push(...(data?.sources ?? []).map(({ status }) => status)),
      error: () => undefined,
      complete: () => undefined,
    },
  );
  return { statuses, [Symbol.asyncDispose]: async () => client.dispose() };
}
