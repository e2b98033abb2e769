import type { ConversationFilter } from '../domain/conversation-filter.ts';
import type { SavedView } from '../domain/saved-view.ts';
import type { PrismaClient } from './database.ts';

/** The saved views of a project, by name. */
export async function listViews(prisma: PrismaClient, projectId: number): Promise<SavedView[]> {
  const rows = await prisma.savedView.findMany({ where: { projectId } });
  return rows
    .map(({ projectId: _, ...row }) => ({
      ...row,
      filter: row.filter as ConversationFilter,
      createdAt: row.createdAt.toISOString(),
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}
