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
  // A look-up is kept as it begins, so that those who come meanwhile wait for it too.
  const known = new Map<number, { mapping: Promise<PayloadMapping | null>; until: number }>();
  bus.listen(({ projectId, events }) => {
    if (events.some((event) => event.kind === 'PayloadMappingChanged')) known.delete(projectId);
  });

  async function lookUp(projectId: number): Promise<PayloadMapping | null> {
    const row = await prisma.project.findUnique({
      where: { id: projectId },
      select: { payloadMapping: true },
    });
    return (row?.payloadMapping as PayloadMapping | null | undefined) ?? fromFile;
  }

  return (projectId) => {
    const remembered = known.get(projectId);
    if (remembered !== undefined && remembered.until > now()) return remembered.mapping;
    const mapping = lookUp(projectId);
    const entry = { mapping, until: now() + TRUST };
    known.set(projectId, entry);
    mapping.catch(() => {
      if (known.get(projectId) === entry) known.delete(projectId);
    });
    return mapping;
  };
}
