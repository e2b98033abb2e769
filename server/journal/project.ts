import { randomBytes } from 'node:crypto';
import type { PrismaClient } from '../store/database.ts';

/** The id of a project, made when it is new. */
export async function ensureProject(prisma: PrismaClient, name: string): Promise<number> {
  const epoch = randomBytes(9).toString('base64url');
  await prisma.project.createMany({ data: [{ name, epoch }], skipDuplicates: true });
  const { id } = await prisma.project.findUniqueOrThrow({ where: { name }, select: { id: true } });
  return id;
}
