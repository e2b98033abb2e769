import type { Source } from '../domain/source.ts';
import type { JsonObject } from '../domain/value.ts';
import type { Source as Row } from '../../generated/prisma/client.ts';
import type { PrismaClient } from './database.ts';

/** Every source of a project, by name. */
export async function listSources(prisma: PrismaClient, projectId: number): Promise<Source[]> {
  const rows = await prisma.source.findMany({ where: { projectId }, orderBy: { name: 'asc' } });
  return rows.map(readSource);
}

/** Sources of every project that are not off, and that no server holds at a moment. */
export async function listUnheld(
  prisma: PrismaClient,
  now: Date,
): Promise<{ projectId: number; source: Source }[]> {
  const rows = await prisma.source.findMany({ where: { status: { not: 'OFF' }, heldUntil: { lte: now } } });
  return rows.map((row) => ({ projectId: row.projectId, source: readSource(row) }));
}

const readSource = ({ projectId: _, ...it }: Row): Source => ({
  ...it,
  since: it.since.toISOString(),
  checkpoint: it.checkpoint as JsonObject,
  records: Number(it.records),
  skipped: Number(it.skipped),
  version: Number(it.version),
  heldUntil: it.heldUntil.toISOString(),
});

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
