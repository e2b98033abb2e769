import type { CostModel, FeedbackModel, TurnModel } from '../../generated/prisma/models.ts';
import type { Cost } from '../domain/cost.ts';
import type { Feedback } from '../domain/feedback.ts';
import { emptyFigures, type Figures } from '../domain/figures.ts';
import type { Turn } from '../domain/turn.ts';
import type { PrismaClient } from './database.ts';

/** What a conversation adds up to; zeros when nothing was recorded. */
export async function findFigures(
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
): Promise<Figures> {
  const row = await prisma.figures.findUnique({
    where: { projectId_conversationId: { projectId, conversationId } },
  });
  return row === null ? emptyFigures(conversationId) : (row.figures as unknown as Figures);
}

/** A stretch of a list in the order of arrival, between two ids (both exclusive). */
export type ArrivalRange = { after?: number; before?: number; limit: number; isNewestFirst: boolean };

const within = (
  projectId: number,
  conversationId: number,
  { after, before, limit, isNewestFirst }: ArrivalRange,
) => ({
  where: {
    projectId,
    conversationId,
    id: { ...(after !== undefined && { gt: after }), ...(before !== undefined && { lt: before }) },
  },
  orderBy: { id: isNewestFirst ? ('desc' as const) : ('asc' as const) },
  take: limit,
});

/** Turns of a conversation in the order in which they first arrived. */
export async function listTurns(
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
  range: ArrivalRange,
): Promise<Turn[]> {
  const rows = await prisma.turn.findMany(within(projectId, conversationId, range));
  return rows.map(readTurn);
}

/** Costs of a conversation in the order in which they arrived. */
export async function listCosts(
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
  range: ArrivalRange,
): Promise<Cost[]> {
  const rows = await prisma.cost.findMany(within(projectId, conversationId, range));
  return rows.map(readCost);
}

/** Ratings of a conversation in the order in which they arrived. */
export async function listFeedback(
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
  range: ArrivalRange,
): Promise<Feedback[]> {
  const rows = await prisma.feedback.findMany(within(projectId, conversationId, range));
  return rows.map(readFeedback);
}

const readTurn = ({ projectId: _, at, createdAt, ...row }: TurnModel): Turn =>
  ({ ...row, at: at.toISOString(), createdAt: createdAt.toISOString() }) as Turn;

const readCost = ({ projectId: _, units, usd, tableUsd, at, createdAt, ...row }: CostModel): Cost =>
  ({
    ...row,
    units: units?.toFixed() ?? null,
    usd: usd?.toFixed() ?? null,
    tableUsd: tableUsd?.toFixed() ?? null,
    at: at.toISOString(),
    createdAt: createdAt.toISOString(),
  }) as Cost;

const readFeedback = ({ projectId: _, createdAt, ...row }: FeedbackModel): Feedback =>
  ({ ...row, createdAt: createdAt.toISOString() }) as Feedback;
