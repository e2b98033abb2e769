import type { PayloadMapping } from '../domain/mapping.ts';
import type { Bus } from '../live/bus.ts';
import type { PrismaClient } from '../store/database.ts';

/** Looks up how a project's payloads are to be read. */
export type Mappings = (projectId: number) => Promise<PayloadMapping | null>;

/** How long another process's change may go unnoticed, in ms; changes of this one are seen at once. */
const TRUST = 1000;

/** The mapping of a project: its own, else the one of the configured file. */
export function createMappings(
  prisma: PrismaClient,
  bus: Bus,
  fromFile: PayloadMapping | null,
  now: () => number,
): Mappings {
  const known = new Map<number, { mapping: PayloadMapping | null; until: number }>();
  bus.listen(({ projectId, events }) => {
    if (events.some((event) => event.kind === 'PayloadMappingChanged')) known.delete(projectId);
  });
  return async (projectId) => {
    const remembered = known.get(projectId);
    if (remembered !== undefined && remembered.until > now()) return remembered.mapping;
    const row = await prisma.project.findUnique({
      where: { id: projectId },
      select: { payloadMapping: true },
    });
    const mapping = (row?.payloadMapping as PayloadMapping | null | undefined) ?? fromFile;
    known.set(projectId, { mapping, until: now() + TRUST });
    return mapping;
  };
}
