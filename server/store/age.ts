import type { PrismaClient } from './database.ts';

/** The place in the log of a project behind which nothing is older than `before`; null when nothing new is so old. */
export async function findOldest(
  prisma: PrismaClient,
  projectId: number,
  before: Date,
): Promise<number | null> {
  const select = { erasedSeq: true, head: true };
  const { erasedSeq, head } = await prisma.project.findUniqueOrThrow({ where: { id: projectId }, select });
  let [low, high] = [Number(erasedSeq), Number(head)];
  if (!(await isOlder(prisma, projectId, low + 1, before))) return null;
  // Everything up to `low` + 1 is old; what lies behind `high` is not.
  for (low += 1; low < high;) {
    const middle = Math.ceil((low + high) / 2);
    if (await isOlder(prisma, projectId, middle, before)) low = middle;
    else high = middle - 1;
  }
  return low;
}

async function isOlder(prisma: PrismaClient, projectId: number, seq: number, before: Date): Promise<boolean> {
  const where = { projectId, seq: { gte: seq } };
  const event = await prisma.event.findFirst({ where, orderBy: { seq: 'asc' }, select: { at: true } });
  return event !== null && event.at < before;
}

/** Projects whose log still has words in it that were erased. */
export async function listErasures(prisma: PrismaClient): Promise<number[]> {
  const rows = await prisma.erasure.findMany({ distinct: ['projectId'], select: { projectId: true } });
  return rows.map(({ projectId }) => projectId);
}
