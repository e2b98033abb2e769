import type { CostModel, FeedbackModel, TurnModel } from '../../generated/prisma/models.ts';
import type { Cost } from '../domain/cost.ts';
import type { Feedback } from '../domain/feedback.ts';
import { emptyFigures, readFigures, type Figures, type StoredFigures } from '../domain/figures.ts';
import type { Turn } from '../domain/turn.ts';
import type { PrismaClient } from './database.ts';
import { ascending, type Range } from './range.ts';

/** What a conversation adds up to; zeros when nothing was recorded. */
export async function findFigures(
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
): Promise<Figures> {
  const row = await prisma.figures.findUnique({
    where: { projectId_conversationId: { projectId, conversationId } },
  });
  return row === null ? emptyFigures(conversationId) : readFigures(row.figures as unknown as StoredFigures);
}

/** What of a conversation is asked for, by id, which is the order of arrival. */
function arrived(projectId: number, conversationId: number, range: Range) {
  const { within, order } = ascending(range);
  return { where: { projectId, conversationId, id: within }, orderBy: { id: order }, take: range.limit };
}

/** Turns of a conversation in the order in which they first arrived. */
export async function listTurns(
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
  range: Range,
): Promise<Turn[]> {
  const rows = await prisma.turn.findMany(arrived(projectId, conversationId, range));
  return rows.map(readTurn);
}

/** Costs of a conversation in the order in which they arrived. */
export async function listCosts(
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
  range: Range,
): Promise<Cost[]> {
  const rows = await prisma.cost.findMany(arrived(projectId, conversationId, range));
  return rows.map(readCost);
}

/** Ratings of a conversation in the order in which they arrived. */
export async function listFeedback(
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
  range: Range,
): Promise<Feedback[]> {
  const rows = await prisma.feedback.findMany(arrived(projectId, conversationId, range));
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
