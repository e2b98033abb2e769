import type { DeliveryModel, WebhookModel } from '../../generated/prisma/models.ts';
import type { Delivery, Webhook, WebhookKind } from '../domain/webhook.ts';
import { isStorable } from '../domain/value.ts';
import type { PrismaClient } from './database.ts';
import { descending, type Range } from './range.ts';

/** All but the secret, which is read for signing alone. */
const shown = { omit: { secret: true } } as const;

function readWebhook({ projectId: _, kinds, ...row }: Omit<WebhookModel, 'secret'>): Webhook {
  const { createdAt, disabledAt } = row;
  return {
    ...row,
    kinds: kinds as WebhookKind[],
    createdAt: createdAt.toISOString(),
    disabledAt: disabledAt?.toISOString() ?? null,
  };
}

function readDelivery({ projectId: _, ...row }: DeliveryModel): Delivery {
  return {
    ...row,
    kind: row.kind as WebhookKind,
    seq: Number(row.seq),
    createdAt: row.createdAt.toISOString(),
    nextAt: row.nextAt?.toISOString() ?? null,
    heldUntil: row.heldUntil?.toISOString() ?? null,
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
  };
}

/** The webhooks of a project, oldest first. */
export async function listWebhooks(prisma: PrismaClient, projectId: number): Promise<Webhook[]> {
  const orderBy = [{ createdAt: 'asc' as const }, { id: 'asc' as const }];
  const rows = await prisma.webhook.findMany({ ...shown, where: { projectId }, orderBy });
  return rows.map(readWebhook);
}

/** One webhook; null when this project has none. */
export async function findWebhook(
  prisma: PrismaClient,
  projectId: number,
  id: string,
): Promise<Webhook | null> {
  if (!isStorable(id)) return null;
  const row = await prisma.webhook.findUnique({ ...shown, where: { projectId_id: { projectId, id } } });
  return row && readWebhook(row);
}

/** What a webhook was told and is to be told, newest first. */
export async function listDeliveries(
  prisma: PrismaClient,
  projectId: number,
  endpointId: string,
  range: Range,
): Promise<Delivery[]> {
  const { within, order } = descending(range);
  const rows = await prisma.delivery.findMany({
    where: { projectId, endpointId, id: within },
    orderBy: { id: order },
    take: range.limit,
  });
  return rows.map(readDelivery);
}

/** Whether anything reached a webhook since a moment. */
export async function hasReached(
  prisma: PrismaClient,
  projectId: number,
  endpointId: string,
  since: string,
): Promise<boolean> {
  const where = { projectId, endpointId, deliveredAt: { gte: new Date(since) } };
  return (await prisma.delivery.findFirst({ where, select: { id: true } })) !== null;
}

/** A delivery that is due, and where it goes. */
export type Due = {
  projectId: number;
  id: number;
  endpointId: string;
  attempts: number;
  url: string;
  secret: string;
};

/** What is due at `now` in all projects, of each enabled webhook what was due first, at most `limit` of it. */
export async function listDue(prisma: PrismaClient, now: string, limit: number): Promise<Due[]> {
  return prisma.$queryRaw<Due[]>`
    select d.project_id as "projectId", d.id, d.endpoint_id as "endpointId", d.attempts, w.url, w.secret
    from webhooks w
    cross join lateral (select project_id, id, endpoint_id, attempts from deliveries
      where project_id = w.project_id and endpoint_id = w.id and state = 'PENDING'
        and next_at <= ${now}::timestamptz order by next_at, id limit ${limit}) d
    where w.is_enabled`;
}
