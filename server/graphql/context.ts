import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../auth/caller.ts';
import type { Tickets } from '../auth/ticket.ts';
import type { Answer, Command } from '../domain/command.ts';
import type { ReceiptKey } from '../journal/load.ts';
import type { LogReader } from '../journal/read.ts';
import type { Journal } from '../journal/write.ts';
import type { Feed } from '../live/feed.ts';
import type { PrismaClient } from '../store/database.ts';
import type { Guard } from '../watch/address.ts';

/** What resolvers may use; built once. */
export type Services = {
  prisma: PrismaClient;
  journal: Journal;
  log: LogReader;
  feed: Feed;
  tickets: Tickets;
  /** The time, in ms since 1970. */
  now: () => number;
  /** Where webhooks may lead. */
  guard: Guard;
};

/** An `Idempotency-Key` header, and the digest of the bytes that it came with. */
export type Idempotency = { key: string; digest: string };

/** Services, and who asks. */
export type Context = Services & {
  caller: Caller;
  requestId: string;
  idempotency: Idempotency | null;
  /** Called when an answer was given before and is given again. */
  onReplay: () => void;
};

/**
 * Writes for a mutation field. Keys of the commands themselves (message ids) make them idempotent one by one;
 * else the request's idempotency key does, for each field apart.
 */
export async function write(
  context: Context,
  { path }: GraphQLResolveInfo,
  commands: Command[],
  receipts: (ReceiptKey | null)[] = [],
): Promise<Answer[]> {
  const { idempotency } = context;
  const written = await context.journal.write(context.caller.projectId, commands, {
    bytes: commands.reduce((sum, it) => sum + 256 + ('text' in it ? it.text.length : 0), 0),
    receipts,
    ...(idempotency && { receipt: { ...idempotency, door: `/graphql ${path.key}` } }),
  });
  if (written.isReplay) context.onReplay();
  return written.answers;
}
