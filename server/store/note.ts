import type { Note } from '../domain/note.ts';
import type { PrismaClient } from './database.ts';
import { ascending, type Range } from './range.ts';

/** Notes about a conversation, in the order in which they were written. */
export async function listNotes(
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
  range: Range,
): Promise<Note[]> {
  const { within, order } = ascending(range);
  const rows = await prisma.note.findMany({
    where: { projectId, conversationId, id: within },
    orderBy: { id: order },
    take: range.limit,
  });
  return rows.map(({ projectId: _, at, ...row }) => ({ ...row, at: at.toISOString() }));
}
