import type { Event } from '../domain/event.ts';
import type { PrismaClient } from '../store/database.ts';
import { decodeEvent, type EventRow } from './codec.ts';

/** Where a project's log stands: events `floor + 1` to `head` are there. */
export type LogPosition = { epoch: string; head: number; floor: number };

/** Reads the log; never writes. */
export type LogReader = {
  /** Null when the project does not exist. */
  position(projectId: number): Promise<LogPosition | null>;
  /** The events after `after`, in order, at most `limit` of them. */
  events(projectId: number, after: number, limit: number): Promise<Event[]>;
};

export function createLogReader(prisma: PrismaClient): LogReader {
  return {
    async position(projectId) {
      const rows = await prisma.$queryRaw<LogPosition[]>`
        select epoch, head::float8 as head, floor::float8 as floor from projects where id = ${projectId}`;
      return rows[0] ?? null;
    },
    async events(projectId, after, limit) {
      const rows = await prisma.$queryRaw<(Omit<EventRow, 'at'> & { at: Date })[]>`
        select seq::float8 as seq, at, kind, body from events
        where project_id = ${projectId} and seq > ${after} order by seq limit ${limit}`;
      return rows.map((row) => decodeEvent({ ...row, at: row.at.toISOString() }));
    },
  };
}
