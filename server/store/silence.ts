import { defaultPolicies, type Policies } from '../domain/policy.ts';
import type { PrismaClient } from './database.ts';

/** A project and what is done in it without being asked. */
export type Ruled = { projectId: number; policies: Policies };

/** The policies of every project. */
export async function listPolicies(prisma: PrismaClient): Promise<Ruled[]> {
  const rows = await prisma.project.findMany({ select: { id: true, policies: true } });
  return rows.map(({ id, policies }) => ({ projectId: id, policies: readPolicies(policies) }));
}

/** The policies of one project. */
export async function findPolicies(prisma: PrismaClient, projectId: number): Promise<Policies> {
  const select = { policies: true };
  const { policies } = await prisma.project.findUniqueOrThrow({ where: { id: projectId }, select });
  return readPolicies(policies);
}

const readPolicies = (stored: unknown): Policies => ({
  ...defaultPolicies,
  ...(stored as Partial<Policies>),
});

/** External ids of conversations that are silent for as long as the policies say, at most `limit` of each kind. */
export async function listSilent(
  prisma: PrismaClient,
  { projectId, policies }: Ruled,
  now: number,
  limit: number,
): Promise<string[]> {
  const { closeChatsAfterMinutes, closeCallsAfterMinutes, releaseAfterMinutes } = policies;
  const find = async (
    where: { channel: 'CHAT' | 'CALL' } | { owner: 'HUMAN' },
    minutes: number | null,
  ): Promise<{ externalId: string }[]> => {
    if (minutes === null) return [];
    const activeAt = { lte: new Date(now - minutes * 60_000) };
    // What a person holds is found by the place in the log, the rest by the moment: each along its index.
    const orderBy = 'owner' in where ? { activeSeq: 'asc' as const } : { activeAt: 'asc' as const };
    const which = { projectId, status: 'ACTIVE' as const, activeAt, ...where };
    return prisma.conversation.findMany({ where: which, orderBy, take: limit, select: { externalId: true } });
  };
  const found = await Promise.all([
    find({ channel: 'CHAT' }, closeChatsAfterMinutes),
    find({ channel: 'CALL' }, closeCallsAfterMinutes),
    find({ owner: 'HUMAN' }, releaseAfterMinutes),
  ]);
  return [...new Set(found.flat().map(({ externalId }) => externalId))];
}
