import type { Source } from '../domain/source.ts';
import type { JsonObject } from '../domain/value.ts';
import type { PrismaClient } from './database.ts';

/** Every source of a project, by name. */
export async function listSources(prisma: PrismaClient, projectId: number): Promise<Source[]> {
  const rows = await prisma.source.findMany({ where: { projectId }, orderBy: { name: 'asc' } });
  return rows.map(({ projectId: _, since, checkpoint, records, skipped, version, heldUntil, ...it }) => ({
    ...it,
    since: since.toISOString(),
    checkpoint: checkpoint as JsonObject,
    records: Number(records),
    skipped: Number(skipped),
    version: Number(version),
    heldUntil: heldUntil.toISOString(),
  }));
}

/** Which of these external ids have a conversation already. */
export async function knownConversations(
  prisma: PrismaClient,
  projectId: number,
  externalIds: string[],
): Promise<Set<string>> {
  if (externalIds.length === 0) return new Set();
  const rows = await prisma.conversation.findMany({
    where: { projectId, externalId: { in: externalIds } },
    select: { externalId: true },
  });
  return new Set(rows.map(({ externalId }) => externalId));
}
