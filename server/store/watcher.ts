import type { Watcher } from '../domain/watcher.ts';
import type { PrismaClient } from './database.ts';

/** A project whose log goes on beyond what a standing rule has looked at; `watcher` is null when it never did. */
export type Unwatched = { projectId: number; head: number; watcher: Watcher | null };

type Row = { projectId: number; head: number; seq: number | null; holder: string; heldUntil: Date };

/**
 * The projects in which there is something for a standing rule to look at, and those of `awake`, in which time alone
 * may change something.
 */
export async function listUnwatched(
  prisma: PrismaClient,
  name: string,
  awake: number[] = [],
): Promise<Unwatched[]> {
  const rows = await prisma.$queryRaw<Row[]>`
    select p.id as "projectId", p.head::float8 as head, w.seq::float8 as seq, w.holder,
      w.held_until as "heldUntil"
    from projects p left join watchers w on w.project_id = p.id and w.name = ${name}
    where w.seq is null or w.seq < p.head or p.id = any(${awake}::int[]) order by p.id`;
  return rows.map(({ projectId, head, seq, holder, heldUntil }) => ({
    projectId,
    head,
    watcher: seq === null ? null : { name, seq, holder, heldUntil: heldUntil.toISOString() },
  }));
}
