import type { FactModel } from '../../generated/prisma/models.ts';
import type { Fact } from '../domain/fact.ts';
import { bySureness } from '../domain/insight.ts';
import type { PrismaClient } from './database.ts';

function readFact({ projectId: _, ...row }: FactModel): Fact {
  return {
    ...row,
    firstSaidAt: row.firstSaidAt.toISOString(),
    lastSaidAt: row.lastSaidAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  } as Fact;
}

/** One fact by id; null when this project has none. */
export async function findFact(prisma: PrismaClient, projectId: number, id: number): Promise<Fact | null> {
  const row = await prisma.fact.findUnique({ where: { projectId_id: { projectId, id } } });
  return row && readFact(row);
}

/** The facts that hold about a person, the surest first. A person has some hundred of them at most. */
export async function listFacts(prisma: PrismaClient, projectId: number, endUserId: number): Promise<Fact[]> {
  const rows = await prisma.fact.findMany({ where: { projectId, endUserId, endedAt: null } });
  return rows.map(readFact).toSorted(bySureness);
}

/** The facts of a person that were learned last, newest first. */
export async function newestFacts(
  prisma: PrismaClient,
  projectId: number,
  endUserId: number,
  limit: number,
): Promise<Fact[]> {
  const rows = await prisma.fact.findMany({
    where: { projectId, endUserId, endedAt: null },
    orderBy: { id: 'desc' },
    take: limit,
  });
  return rows.map(readFact);
}

/** Every fact ever learned under one key of a person, the newest first; forgotten ones are not shown. */
export async function factHistory(
  prisma: PrismaClient,
  projectId: number,
  { endUserId, key, id }: Fact,
): Promise<Fact[]> {
  const rows = await prisma.fact.findMany({
    where: { projectId, endUserId, key, id: { not: id }, ending: 'SUPERSEDED' },
    orderBy: [{ endedAt: 'desc' }, { id: 'desc' }],
  });
  return rows.map(readFact);
}

/** Words that prove a fact, with what surrounds them. */
export type Proof = { messageId: number; conversation: string; text: string; quote: string; at: string };

/** The proofs of a fact, newest first. */
export async function listProofs(
  prisma: PrismaClient,
  projectId: number,
  factId: number,
  limit: number,
): Promise<Proof[]> {
  type Row = Omit<Proof, 'at'> & { at: Date };
  const rows = await prisma.$queryRaw<Row[]>`
    select e.message_id as "messageId", c.external_id as conversation, m.text, e.quote, e.at
    from evidence e
    join messages m on m.project_id = e.project_id and m.id = e.message_id
    join conversations c on c.project_id = m.project_id and c.id = m.conversation_id
    where e.project_id = ${projectId} and e.fact_id = ${factId}
    order by e.at desc, e.message_id desc limit ${limit}`;
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
