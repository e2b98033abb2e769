import type { EndUserModel, ProfileModel } from '../../generated/prisma/models.ts';
import type { EndUser } from '../domain/conversation.ts';
import { emptyProfile, type Profile } from '../domain/profile.ts';
import { isStorable } from '../domain/value.ts';
import type { PrismaClient } from './database.ts';
import { descending, type Range } from './range.ts';

/** An end user from a row. */
export const readEndUser = ({ id, externalId, createdAt }: EndUserModel): EndUser => ({
  id,
  externalId,
  createdAt: createdAt.toISOString(),
});

/** One end user by id or external id; null when this project has none. */
export async function findEndUser(
  prisma: PrismaClient,
  projectId: number,
  by: { id: number } | { externalId: string },
): Promise<EndUser | null> {
  if ('externalId' in by && !isStorable(by.externalId)) return null;
  const row = await prisma.endUser.findFirst({ where: { projectId, ...by } });
  return row && readEndUser(row);
}

/** What is counted of an end user. */
export async function findProfile(
  prisma: PrismaClient,
  projectId: number,
  endUserId: number,
): Promise<Profile> {
  const row = await prisma.profile.findUnique({ where: { projectId_endUserId: { projectId, endUserId } } });
  return row === null ? emptyProfile(endUserId) : readProfile(row);
}

const readProfile = ({ projectId: _, ...profile }: ProfileModel): Profile => profile;

/** People by id, which is the order in which they were first seen, the last one first. */
export async function listEndUsers(
  prisma: PrismaClient,
  projectId: number,
  search: string | null,
  range: Range,
): Promise<EndUser[]> {
  const { within, order } = descending(range);
  const rows = await prisma.endUser.findMany({
    where: {
      projectId,
      id: within,
      ...(search !== null && { externalId: { contains: search, mode: 'insensitive' } }),
    },
    orderBy: { id: order },
    take: range.limit,
  });
  return rows.map(readEndUser);
}
