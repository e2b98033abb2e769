import type { Claims, Exchange, Stated } from '../domain/exchange.ts';
import type { JsonObject } from '../domain/value.ts';
import type { PrismaClient } from './database.ts';

/** What the row of an exchange holds; words and extra fields lie in its messages. */
export type ClaimsRow = {
  stated: Claims<Stated>;
  ask: Record<string, number>;
  reply: Record<string, number>;
};
export type ExchangeRow = Omit<Exchange, 'stated' | 'ask' | 'reply'> & { claims: ClaimsRow };
type Words = { text: string; metadata: JsonObject };

/** An exchange from its row and its two messages. */
export function readExchange(
  { claims, ...row }: ExchangeRow,
  ask?: Words | null,
  reply?: Words | null,
): Exchange {
  const values: Stated = { ...claims.stated.values };
  if (ask) values.userMessage = ask.text;
  if (reply) values.response = reply.text;
  return {
    ...row,
    arrivedAt: new Date(row.arrivedAt).toISOString(),
    stated: { values, strength: claims.stated.strength },
    ask: { values: ask?.metadata ?? {}, strength: claims.ask },
    reply: { values: reply?.metadata ?? {}, strength: claims.reply },
  };
}

type FoundRow = ExchangeRow & { externalId: string; ask: Words | null; response: Words | null };
export type FoundExchange = { externalId: string; exchange: Exchange };

/** The newest exchanges of a project by arrival. */
export async function recentExchanges(
  prisma: PrismaClient,
  projectId: number,
  limit: number,
): Promise<FoundExchange[]> {
  const rows = await prisma.$queryRaw<FoundRow[]>`
    select c.external_id as "externalId", x.conversation_id as "conversationId", x.ordinal,
      x.first_message as "firstMessage", x.arrived_seq::float8 as "arrivedSeq", x.arrived_at as "arrivedAt", x.claims,
      (select json_build_object('text', text, 'metadata', metadata) from messages
        where project_id = x.project_id and id = x.first_message) as ask,
      (select json_build_object('text', text, 'metadata', metadata) from messages
        where project_id = x.project_id and id = x.first_message + 1) as response
    from exchanges x join conversations c on c.project_id = x.project_id and c.id = x.conversation_id
    where x.project_id = ${projectId} order by x.arrived_seq desc limit ${limit}`;
  return rows.map(({ externalId, ask, response, ...row }) => ({
    externalId,
    exchange: readExchange(row, ask, response),
  }));
}

/** Exchanges of one conversation by ordinal, without their words: `response` only tells whether there is one. */
export async function findExchanges(
  prisma: PrismaClient,
  projectId: number,
  conversationId: number,
  ordinals: number[],
): Promise<Map<number, Exchange>> {
  if (ordinals.length === 0) return new Map();
  const rows = await prisma.$queryRaw<(ExchangeRow & { isReplied: boolean })[]>`
    select conversation_id as "conversationId", ordinal, first_message as "firstMessage",
      arrived_seq::float8 as "arrivedSeq", arrived_at as "arrivedAt", claims,
      exists (select from messages where project_id = x.project_id and id = x.first_message + 1) as "isReplied"
    from exchanges x
    where project_id = ${projectId} and conversation_id = ${conversationId} and ordinal = any(${ordinals})`;
  const none: Words = { text: '', metadata: {} };
  return new Map(
    rows.map(({ isReplied, ...row }) => [row.ordinal, readExchange(row, null, isReplied ? none : null)]),
  );
}
