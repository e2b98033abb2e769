import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Journal } from '../journal/write.ts';
import type { PrismaClient } from '../store/database.ts';
import type { Caller } from './caller.ts';
import type { Gate } from './gate.ts';
import { isSameSecret } from './key.ts';

/**
 * Links that stand for their maker once, for browsers, which set no headers on a download. A ticket is signed with a
 * secret of the project, which all servers read from the database; that it was used is a receipt of the journal.
 */
export type Tickets = {
  /** The path with its query and a ticket that is valid for exactly them. */
  issue(caller: Caller, path: string, query: URLSearchParams): Promise<{ path: string; expiresAt: string }>;
  /** Uses the ticket of an address up and gives its maker. Rejects with a TicketError when it is not valid. */
  redeem(path: string, query: URLSearchParams): Promise<Caller>;
};

/** A ticket is none, used up, expired or changed, or its maker may not call any more. */
export class TicketError extends Error {
  override readonly name = 'TicketError';
  constructor() {
    super('This link is used up, expired or changed. Make a new one.');
  }
}

type Dependencies = { prisma: PrismaClient; journal: Journal; gate: Gate; now: () => number };

/** A ticket is valid for so long, in ms. */
const VALID = 300_000;

/** Name of the query parameter that carries a ticket. */
export const TICKET = 'ticket';

const contentSchema = z.object({
  project: z.int(),
  by: z.union([z.enum(['open', 'environment', 'signature']), z.object({ key: z.string() })]),
  expires: z.number(),
  once: z.string(),
});
type Content = z.infer<typeof contentSchema>;

export function createTickets({ prisma, journal, gate, now }: Dependencies): Tickets {
  async function sign(project: number, content: string, address: string): Promise<string> {
    const select = { ticketSecret: true };
    const row = await prisma.project.findUnique({ where: { id: project }, select });
    // Of a project that is not there nobody can know the secret.
    const secret = row?.ticketSecret ?? randomBytes(32);
    return createHmac('sha256', secret).update(`${content}\n${address}`).digest('base64url');
  }

  return {
    async issue({ projectId, by }, path, query) {
      const expires = now() + VALID;
      const stated: Content = {
        project: projectId,
        by,
        expires,
        once: randomBytes(18).toString('base64url'),
      };
      const content = Buffer.from(JSON.stringify(stated)).toString('base64url');
      const signature = await sign(projectId, content, `${path}?${query}`);
      const whole = new URLSearchParams([...query, [TICKET, `${content}.${signature}`]]);
      return { path: `${path}?${whole}`, expiresAt: new Date(expires).toISOString() };
    },
    async redeem(path, query) {
      const [content = '', signature = ''] = (query.get(TICKET) ?? '').split('.');
      const stated = readContent(content);
      if (stated === null || stated.expires <= now()) throw new TicketError();
      const { project: projectId, by, once } = stated;
      const rest = new URLSearchParams([...query].filter(([name]) => name !== TICKET));
      if (!isSameSecret(signature, await sign(projectId, content, `${path}?${rest}`)))
        throw new TicketError();
      const caller = await gate.readmit({ projectId, by });
      if (caller === null) throw new TicketError();
      const receipt = { door: TICKET, key: once, digest: '' };
      const { isReplay } = await journal.write(projectId, [], { receipt });
      if (isReplay) throw new TicketError();
      return caller;
    },
  };
}

function readContent(content: string): Content | null {
  try {
    return contentSchema.parse(JSON.parse(Buffer.from(content, 'base64url').toString()));
  } catch {
    return null;
  }
}
