import { Prisma } from '../../generated/prisma/client.ts';
import type { Segment } from '../domain/segment.ts';
import type { PrismaClient } from './database.ts';
import type { PairRange } from './range.ts';

/** Which segments of a call are meant; what is left out does not matter. */
export type SegmentFilter = {
  isFinal?: boolean;
  /** Only those whose ids were given out by then. */
  upTo?: number;
  /** Only those that have this, as PostgreSQL asks for words. */
  query?: string | null;
  /** Only those that were changed last after this event, and at the latest by that one. */
  changedAfter?: number;
  changedBy?: number;
};

type Row = Omit<Segment, 'at'> & { at: Date };
const columns =
  Prisma.raw(`id, conversation_id as "conversationId", external_id as "externalId", speaker, text,
  start_ms as "startMs", end_ms as "endMs", is_partial as "isPartial", sentiment, at, metadata, matches,
  seq::float8 as seq`);
const readSegment = (row: Row): Segment => ({ ...row, at: row.at.toISOString() });

/** Segments of a call by where they start, then by arrival; a place in the list is both. */
export async function listSegments(
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
  { isFinal = false, upTo, query = null, changedAfter, changedBy }: SegmentFilter,
  { after, before, limit, isFromEnd }: PairRange,
): Promise<Segment[]> {
  const beyond = (sign: string, [startMs, id]: [number, number]): Prisma.Sql =>
    Prisma.sql`and (start_ms, id) ${Prisma.raw(sign)} (${startMs}::float8, ${id})`;
  const order = Prisma.raw(isFromEnd ? 'desc' : 'asc');
  const rows = await prisma.$queryRaw<Row[]>`
    select ${columns}
    from segments where project_id = ${projectId} and conversation_id = ${conversationId}
      ${isFinal ? Prisma.sql`and not is_partial` : Prisma.empty}
      ${upTo === undefined ? Prisma.empty : Prisma.sql`and id <= ${upTo}`}
      ${query === null ? Prisma.empty : Prisma.sql`and words @@ ${query}::tsquery`}
      ${changedAfter === undefined ? Prisma.empty : Prisma.sql`and seq > ${changedAfter}`}
      ${changedBy === undefined ? Prisma.empty : Prisma.sql`and seq <= ${changedBy}`}
      ${after === undefined ? Prisma.empty : beyond('>', after)}
      ${before === undefined ? Prisma.empty : beyond('<', before)}
    order by start_ms ${order}, id ${order} limit ${limit}`;
  return rows.map(readSegment);
}

/** Segments with these ids. */
export async function segmentsWith(
  prisma: PrismaClient,
  projectId: number,
  ids: number[],
): Promise<Map<number, Segment>> {
  const rows = await prisma.$queryRaw<Row[]>`
    select ${columns} from segments where project_id = ${projectId} and id = any(${ids}::int[])`;
  return new Map(rows.map((row) => [row.id, readSegment(row)]));
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
