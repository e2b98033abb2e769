import { setTimeout as wait } from 'node:timers/promises';
import { TICKET } from '../auth/ticket.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { formats } from '../domain/export/format.ts';
import { writeParts, type Part } from '../domain/export/part.ts';
import { EXPORT_PATH, parseExport, repeatable } from '../domain/export/request.ts';
import type { PrismaClient } from '../store/database.ts';
import { findLimits, readParts } from '../store/export.ts';
import { pollyManner } from './polly.ts';
import type { Route } from '../route.ts';

/** Conversations with what was said in them, as a file. */
export const exportRoute = (prisma: PrismaClient): Route => ({
  method: 'GET',
  path: EXPORT_PATH,
  scope: 'read',
  manner: pollyManner,
  takesTicket: true,
  async handle({ caller: { projectId }, query }) {
    const { format, filter, terms } = parseExport(parametersOf(query));
    // Read before anything is answered, so that a database that is away is a refusal.
    const limits = await findLimits(prisma, projectId);
    return {
      status: 200,
      body: null,
      headers: {
        'content-type': formats[format].mediaType,
        'content-disposition': `attachment; filename="conversations.${format}"`,
      },
      text: writeParts(formats[format], gently(readParts(prisma, projectId, filter, terms, limits))),
    };
  },
});

/** Leaves at least half of the time to others: each page is followed by a rest that is as long as it took. */
async function* gently(pages: AsyncIterable<Part[]>): AsyncGenerator<Part[], void, undefined> {
  let began = performance.now();
  for await (const parts of pages) {
    const took = performance.now() - began;
    yield parts;
    await wait(took);
    began = performance.now();
  }
}

/** Each parameter once: of two filters of one name, one would be silently dropped. Some are lists. */
function parametersOf(query: URLSearchParams): Record<string, string | string[]> {
  const given = [...query].filter(([name]) => name !== TICKET && !repeatable.includes(name));
  for (const [index, [name]] of given.entries()) {
    if (given.findIndex(([other]) => other === name) === index) continue;
    throw new InvalidInputError(name, `${name} must be given once.`);
  }
  const lists = repeatable.flatMap((name) => (query.has(name) ? [[name, query.getAll(name)] as const] : []));
  return Object.fromEntries([...given, ...lists]);
}
