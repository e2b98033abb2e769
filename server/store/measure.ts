import { Prisma } from '../../generated/prisma/client.ts';
import type { StageName } from '../domain/turn.ts';
import type { Segment } from '../domain/segment.ts';
import type { PrismaClient } from './database.ts';
import { readWindow, type Period } from './rollup.ts';

/** What windows of alert rules measure. A period is from after its first moment to its last. */
const within = (column: 'at' | 'created_at', { from, to }: Period): Prisma.Sql =>
  Prisma.sql`${Prisma.raw(column)} > ${from} and ${Prisma.raw(column)} <= ${to}`;

const on = (platform: string | null): Prisma.Sql =>
  platform === null ? Prisma.sql`true` : Prisma.sql`setting ->> 'platform' = ${platform}`;

/** Windows up to here are read row by row and are exact; longer ones from roll-ups, in whole quarters of an hour. */
const HOUR = 3_600_000;
const QUARTER = HOUR / 4;

const isShort = ({ from, to }: Period): boolean => to.getTime() - from.getTime() <= HOUR;

/** A long period in whole quarters; `isStrict` leaves out the one that it begins within. */
const inQuarters = ({ from, to }: Period, isStrict: boolean): Period => {
  const first = from.getTime() / QUARTER;
  return {
    from: new Date((isStrict ? Math.ceil(first) : Math.floor(first)) * QUARTER),
    to: new Date(Math.ceil((to.getTime() + 1) / QUARTER) * QUARTER),
  };
};

/** Which costs or turns are measured: when, and on which platform. `isCut`: what came before must not count. */
export type Window = Period & { platform: string | null; isCut: boolean };

/** What a project cost in a window, in USD. */
export async function costOfProject(
  prisma: PrismaClient,
  projectId: number,
  window: Window,
): Promise<number> {
  if (!isShort(window)) {
    const { sums } = await readWindow(prisma, projectId, window.platform, inQuarters(window, window.isCut));
    return Number(sums.usd);
  }
  const [row] = await prisma.$queryRaw<{ usd: string }[]>`
    select coalesce(sum(usd), 0)::text as usd from costs
    where project_id = ${projectId} and ${within('at', window)} and ${on(window.platform)}`;
  return Number(row!.usd);
}

/** How many turns a project had in a window, how many of them failed, and how often guardrails blocked. */
export type TurnCounts = { turns: number; failed: number; blocks: number };

export async function countTurns(
  prisma: PrismaClient,
  projectId: number,
  window: Window,
): Promise<TurnCounts> {
  if (!isShort(window)) {
    const { counts } = await readWindow(prisma, projectId, window.platform, inQuarters(window, window.isCut));
    const { succeeded, failed, interrupted, guardrailBlocks } = counts;
    return { turns: succeeded + failed + interrupted, failed, blocks: guardrailBlocks };
  }
  const [row] = await prisma.$queryRaw<TurnCounts[]>`
    select count(*)::int as turns, count(*) filter (where outcome = 'FAILED')::int as failed,
      coalesce(sum(guardrail_blocks), 0)::int as blocks
    from turns where project_id = ${projectId} and ${within('at', window)} and ${on(window.platform)}`;
  return row!;
}

/** How many thumbs went down in a window. */
export async function countThumbsDown(
  prisma: PrismaClient,
  projectId: number,
  window: Window,
): Promise<number> {
  if (!isShort(window)) {
    const { counts } = await readWindow(prisma, projectId, window.platform, inQuarters(window, window.isCut));
    return counts.thumbsDown;
  }
  const [row] = await prisma.$queryRaw<{ count: number }[]>`
    select count(*)::int as count from feedback
    where project_id = ${projectId} and ${within('created_at', window)} and ${on(window.platform)}
      and rating_type = 'THUMBS' and rating = -1`;
  return row!.count;
}

/** A percentile of the times of a stage, or of whole turns, in ms, and of how many turns; null without any. */
export async function percentileOf(
  prisma: PrismaClient,
  projectId: number,
  stage: StageName | null,
  percentile: number,
  window: Window,
): Promise<{ ms: number | null; turns: number }> {
  const time =
    stage === null
      ? Prisma.sql`total_ms`
      : Prisma.sql`(select sum((s ->> 'durationMs')::float8) from jsonb_array_elements(stages) as s
          where s ->> 'name' = ${stage})`;
  const [row] = await prisma.$queryRaw<{ ms: number | null; turns: number }[]>`
    select percentile_disc(${percentile / 100}::float8) within group (order by ms) as ms, count(ms)::int as turns
    from (select ${time} as ms from turns
      where project_id = ${projectId} and ${within('at', window)} and ${on(window.platform)}) as times
    where ms is not null`;
  return row!;
}

/** What a conversation cost in a period, in USD. */
export async function costOfConversation(
  prisma: PrismaClient,
  projectId: number,
  externalId: string,
  period: Period,
): Promise<number> {
  const [row] = await prisma.$queryRaw<{ usd: string }[]>`
    select coalesce(sum(usd), 0)::text as usd from costs
    where project_id = ${projectId} and ${within('at', period)} and conversation_id = (
      select id from conversations where project_id = ${projectId} and external_id = ${externalId})`;
  return Number(row!.usd);
}

/** What a person cost in a window, over all conversations, in USD. */
export async function costOfPerson(
  prisma: PrismaClient,
  projectId: number,
  externalId: string,
  window: Window,
): Promise<number> {
  const [row] = await prisma.$queryRaw<{ usd: string }[]>`
    select coalesce(sum(cost.usd), 0)::text as usd
    from end_users u
    join conversations c on c.project_id = ${projectId} and c.end_user_id = u.id and c.active_at >= ${window.from}
    cross join lateral (select usd from costs where project_id = ${projectId} and conversation_id = c.id
      and ${within('at', window)} and ${on(window.platform)}) as cost
    where u.project_id = ${projectId} and u.external_id = ${externalId}`;
  return Number(row!.usd);
}

/** How the messages of a user in a conversation sounded, the newest first: up to a message, and after a moment. */
export async function readSentiments(
  prisma: PrismaClient,
  projectId: number,
  { conversation, upTo, after, most }: { conversation: number; upTo: number; after: Date; most: number },
): Promise<number[]> {
  const rows = await prisma.message.findMany({
    where: {
      projectId,
      conversationId: conversation,
      sender: 'USER',
      sentiment: { not: null },
      id: { lte: upTo },
      at: { gt: after },
    },
    orderBy: { id: 'desc' },
    take: most,
    select: { sentiment: true },
  });
  return rows.map(({ sentiment }) => sentiment!);
}

/** How the customer of a call sounded, the newest first: up to a segment in its order, and after a moment. */
export async function readSentimentsOfCall(
  prisma: PrismaClient,
  projectId: number,
  { conversation, upTo, after, most }: { conversation: number; upTo: Segment; after: Date; most: number },
): Promise<number[]> {
  const rows = await prisma.segment.findMany({
    where: {
      projectId,
      conversationId: conversation,
      speaker: 'CUSTOMER',
      isPartial: false,
      sentiment: { not: null },
      OR: [{ startMs: { lt: upTo.startMs } }, { startMs: upTo.startMs, id: { lte: upTo.id } }],
      at: { gt: after },
    },
    orderBy: [{ startMs: 'desc' }, { id: 'desc' }],
    take: most,
    select: { sentiment: true },
  });
  return rows.map(({ sentiment }) => sentiment!);
}

/** A conversation that waits for a person, since when, and whose it is. */
export type WaitingConversation = { externalId: string; since: string };

/** The conversations that have waited for a person since a moment or longer, those first that wait longest. */
export async function listWaiting(
  prisma: PrismaClient,
  projectId: number,
  platform: string | null,
  since: Date,
): Promise<WaitingConversation[]> {
  const rows = await prisma.conversation.findMany({
    where: {
      projectId,
      owner: 'PENDING',
      ownerSince: { lte: since },
      ...(platform !== null && { platform }),
    },
    orderBy: { ownerSince: 'asc' },
    select: { externalId: true, ownerSince: true },
  });
  return rows.map(({ externalId, ownerSince }) => ({ externalId, since: ownerSince.toISOString() }));
}
