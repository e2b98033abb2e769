import { Prisma } from '../../generated/prisma/client.ts';
import { defaultPolicies, type Policies } from '../domain/policy.ts';
import type { PrismaClient } from './database.ts';

const { sql } = Prisma;

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
  // What a person holds is found by the place in the log, the rest by the moment: each along its index.
  const find = async (
    which: Prisma.Sql,
    order: Prisma.Sql,
    minutes: number | null,
  ): Promise<{ externalId: string }[]> => {
    if (minutes === null) return [];
    const moment = new Date(now - minutes * 60_000);
    return prisma.$queryRaw`
      select external_id as "externalId" from conversations c
      where project_id = ${projectId} and status = 'ACTIVE' and active_at <= ${moment} and ${which}
        and not exists (select from events e where e.project_id = ${projectId} and e.at > ${moment}
          and e.seq = (select max(seq) from segments where project_id = ${projectId} and conversation_id = c.id))
      order by ${order} limit ${limit}`;
  };
  const found = await Promise.all([
    find(sql`channel = 'CHAT'`, sql`active_at`, closeChatsAfterMinutes),
    find(sql`channel = 'CALL'`, sql`active_at`, closeCallsAfterMinutes),
    find(sql`owner = 'HUMAN'`, sql`active_seq`, releaseAfterMinutes),
  ]);
  return [...new Set(found.flat().map(({ externalId }) => externalId))];
}
