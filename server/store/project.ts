import type { PrismaClient } from './database.ts';

/** What a project holds. */
export type ProjectCounts = {
  total_conversations: number;
  active_conversations: number;
  total_messages: number;
  messages_requiring_human: number;
};

/** Counts what a project holds, from counters and small indexes: its cost does not grow with what was said. */
export async function countProject(prisma: PrismaClient, projectId: number): Promise<ProjectCounts> {
  const [row] = await prisma.$queryRaw<ProjectCounts[]>`
    with closed as (
      select count(*) from conversations where project_id = ${projectId} and status = 'CLOSED'
    ),
    all_of_them as (
      select last_conversation from projects where id = ${projectId}
    )
    select last_conversation as total_conversations,
      (last_conversation - closed.count)::int as active_conversations,
      (select coalesce(sum(messages), 0)::float8 from rollups
        where project_id = ${projectId} and dimension = 'ALL' and span = 1440) as total_messages,
      (select count(*)::int from messages
        where project_id = ${projectId} and requires_human and not human_replied) as messages_requiring_human
    from all_of_them, closed`;
  return row!;
}

/** How many conversations are not the bot's now, and since when the one that waits longest waits. */
export type Waiting = { waiting: number; held: number; since: Date | null };

export async function countWaiting(prisma: PrismaClient, projectId: number): Promise<Waiting> {
  const [row] = await prisma.$queryRaw<Waiting[]>`
    select count(*) filter (where owner = 'PENDING')::int as waiting,
      count(*) filter (where owner = 'HUMAN')::int as held,
      min(owner_since) filter (where owner = 'PENDING') as since
    from conversations where project_id = ${projectId} and owner <> 'BOT'`;
  return row!;
}
