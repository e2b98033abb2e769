import { Prisma } from '../../generated/prisma/client.ts';
import type { Segment } from '../domain/segment.ts';
import type { PrismaClient } from './database.ts';
import type { PairRange } from './range.ts';

/** Which segments of a call are meant; what is left out does not matter. */
export type SegmentFilter = {
  isFinal?: boolean;
  /** Only those that were changed last after this event, and at the latest by that one. */
  changedAfter?: number;
  changedBy?: number;
};

/** Segments of a call by where they start, then by arrival; a place in the list is both. */
export async function listSegments(
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
  { isFinal = false, changedAfter, changedBy }: SegmentFilter,
  { after, before, limit, isFromEnd }: PairRange,
): Promise<Segment[]> {
  const beyond = (sign: string, [startMs, id]: [number, number]): Prisma.Sql =>
    Prisma.sql`and (start_ms, id) ${Prisma.raw(sign)} (${startMs}::float8, ${id})`;
  const order = Prisma.raw(isFromEnd ? 'desc' : 'asc');
  const rows = await prisma.$queryRaw<(Omit<Segment, 'at'> & { at: Date })[]>`
    select id, conversation_id as "conversationId", external_id as "externalId", speaker, text,
      start_ms as "startMs", end_ms as "endMs", is_partial as "isPartial", sentiment, at, metadata, matches,
      seq::float8 as seq
    from segments where project_id = ${projectId} and conversation_id = ${conversationId}
      ${isFinal ? Prisma.sql`and not is_partial` : Prisma.empty}
      ${changedAfter === undefined ? Prisma.empty : Prisma.sql`and seq > ${changedAfter}`}
      ${changedBy === undefined ? Prisma.empty : Prisma.sql`and seq <= ${changedBy}`}
      ${after === undefined ? Prisma.empty : beyond('>', after)}
      ${before === undefined ? Prisma.empty : beyond('<', before)}
    order by start_ms ${order}, id ${order} limit ${limit}`;
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

/** Segments in their order, page by page, as fast as somebody takes them. */
export async function* readSegments(
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
  filter: SegmentFilter,
): AsyncGenerator<Segment[], void, undefined> {
  for (let after: [number, number] | undefined; ;) {
    const range = { limit: PAGE, isFromEnd: false, ...(after && { after }) };
    const page = await listSegments(prisma, projectId, conversationId, filter, range);
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    after = placeOf(page.at(-1)!);
  }
}

const PAGE = 500;

/** The place of a segment in its transcript. */
export const placeOf = ({ startMs, id }: Segment): [number, number] => [startMs, id];
