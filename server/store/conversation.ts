import { Prisma } from '../../generated/prisma/client.ts';
import type { ConversationModel, EndUserModel } from '../../generated/prisma/models.ts';
import type { Conversation } from '../domain/conversation.ts';
import { isStorable } from '../domain/value.ts';
import { conditionOf, FEW, isWalked, withoutRare, type Wanted } from './conversation-filter.ts';
import type { PrismaClient } from './database.ts';
import { readEndUser } from './end-user.ts';
import { stretch, type Range } from './range.ts';

type Row = ConversationModel & { endUser: EndUserModel | null };

/** A conversation from its row; what lists are narrowed by, and how far it was erased, is not a part of it. */
export function readConversation({
  projectId: _,
  endUserId: __,
  said: _said,
  sentimentSum: _sum,
  sentiment: _sentiment,
  waiting: _waiting,
  usd: _usd,
  liked: _liked,
  disliked: _disliked,
  erasedSeq: _erasedSeq,
  ...row
}: Row): Conversation {
  return {
    ...row,
    endUser: row.endUser && readEndUser(row.endUser),
    startedAt: row.startedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
    ownerSince: row.ownerSince.toISOString(),
    wantedSince: row.wantedSince?.toISOString() ?? null,
    activeAt: row.activeAt.toISOString(),
    activeSeq: Number(row.activeSeq),
  };
}

/** Conversations with these ids, in their order. */
export async function conversationsOf(
  prisma: PrismaClient,
  projectId: number,
  ids: number[],
): Promise<Conversation[]> {
  const where = { projectId, id: { in: [...new Set(ids)] } };
  const rows =
    ids.length === 0 ? [] : await prisma.conversation.findMany({ where, include: { endUser: true } });
  const byId = new Map(rows.map((row) => [row.id, readConversation(row)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

type Id = { id: number };
const idsOf = (rows: Id[]): number[] => rows.map(({ id }) => id);

/** Conversations by the sequence number of their last activity, newest first. */
export async function listConversations(
  prisma: PrismaClient,
  projectId: number,
  filter: Wanted,
  range: Range,
): Promise<Conversation[]> {
  return conversationsOf(prisma, projectId, await findInOrder(prisma, projectId, filter, range));
}

/** What is frequent is met soon; what is rare is looked up and sorted; only of what is neither the order is walked. */
async function findInOrder(
  prisma: PrismaClient,
  projectId: number,
  filter: Wanted,
  range: Range,
): Promise<number[]> {
  if (isWalked(filter)) return walk(prisma, projectId, filter, range);
  if (filter.metadata != null) {
    // Looking up metadata that many messages have costs more than all else.
    const soon = idsOf(await prisma.$queryRaw<Id[]>(metSoon(projectId, filter, range)));
    if (soon.length >= range.limit) return soon;
  }
  const wanted = await withoutRare(prisma, projectId, filter);
  // Frequent metadata are looked up conversation by conversation.
  const most = wanted.metadata === undefined ? SORTED : FEW;
  const [found] = await prisma.$queryRaw<{ soon: number[]; count: number; sorted: number[] }[]>`
    with soon as materialized (${metSoon(projectId, wanted, range)}),
    few as materialized (select c.id, c.active_seq from conversations c
      where (select count(*) from soon) < ${range.limit} and ${conditionOf(projectId, wanted)} limit ${most + 1})
    select array(select id from soon order by active_seq ${orderOf(range)}) as soon, (select count(*)::int from few) as count,
      array(select id from few where ${stretch('active_seq', range, 'desc')}) as sorted`;
  const { soon, count, sorted } = found!;
  if (soon.length >= range.limit) return soon;
  return count > most ? walk(prisma, projectId, wanted, range) : sorted;
}

async function walk(
  prisma: PrismaClient,
  projectId: number,
  wanted: Wanted,
  range: Range,
): Promise<number[]> {
  return idsOf(
    await prisma.$queryRaw<Id[]>`
      select c.id from conversations c
      where ${conditionOf(projectId, wanted)} and ${stretch('c.active_seq', range, 'desc')}`,
  );
}

const orderOf = ({ isFromEnd }: Range): Prisma.Sql => Prisma.raw(isFromEnd ? 'asc' : 'desc');

/** So many conversations are looked through one by one, and for metadata so many messages of them. */
const SOON = 512;
const SOON_MESSAGES = 2048;
/** So many conversations are sorted sooner than as many times more are walked past. */
const SORTED = 10_000;

/** The conversations of a filter that are among the first ones of a stretch, in its order. */
function metSoon(projectId: number, wanted: Wanted, range: Range): Prisma.Sql {
  const { activeTo, metadata } = wanted;
  const order = orderOf(range);
  const all = Prisma.sql`select * from conversations c
    where ${conditionOf(projectId, { activeTo })} and ${stretch('c.active_seq', { ...range, limit: SOON }, 'desc')}`;
  const bounded = Prisma.sql`select * from (
    select *, sum(messages) over (order by active_seq ${order} rows unbounded preceding) as so_far from (${all}) as c) as c
    where so_far <= ${SOON_MESSAGES}`;
  return Prisma.sql`select c.id, c.active_seq from (${metadata == null ? all : bounded}) as c
    where ${conditionOf(projectId, wanted)} order by c.active_seq ${order} limit ${range.limit}`;
}

/** Where a conversation stands among those that do not belong to the bot: the urgent and long waiting ones first. */
export type Urgency = { priority: number; ownerSince: string; id: number };

/** Conversations that a person has or is wanted in, by urgency. */
export async function listUrgent(
  prisma: PrismaClient,
  projectId: number,
  wanted: Wanted & { owner: 'PENDING' | 'HUMAN' },
  { after, before, limit, isFromEnd }: Range<Urgency>,
): Promise<Conversation[]> {
  const beyond = ({ priority, ownerSince, id }: Urgency, isBehind: boolean): Prisma.Sql =>
    isBehind
      ? Prisma.sql`and c.priority <= ${priority} and (c.priority < ${priority}
          or (c.owner_since, c.id) > (${ownerSince}::timestamptz, ${id}))`
      : Prisma.sql`and c.priority >= ${priority} and (c.priority > ${priority}
          or (c.owner_since, c.id) < (${ownerSince}::timestamptz, ${id}))`;
  const order = isFromEnd
    ? 'c.priority, c.owner_since desc, c.id desc'
    : 'c.priority desc, c.owner_since, c.id';
  const found = await prisma.$queryRaw<Id[]>`
    select c.id from conversations c
    where ${conditionOf(projectId, wanted)} and c.owner <> 'BOT'
      ${after === undefined ? Prisma.empty : beyond(after, true)}
      ${before === undefined ? Prisma.empty : beyond(before, false)}
    order by ${Prisma.raw(order)} limit ${limit}`;
  return conversationsOf(prisma, projectId, idsOf(found));
}

/** Conversations by id, oldest first. */
export async function listConversationsById(
  prisma: PrismaClient,
  projectId: number,
  wanted: Wanted,
  range: Range,
): Promise<Conversation[]> {
  const found = await prisma.$queryRaw<Id[]>`
    select c.id from conversations c
    where ${conditionOf(projectId, wanted)} and ${stretch('c.id', range, 'asc')}`;
  return conversationsOf(prisma, projectId, idsOf(found));
}

/** How many conversations a filter means. */
export async function countConversations(
  prisma: PrismaClient,
  projectId: number,
  wanted: Wanted,
): Promise<number> {
  const [row] = await prisma.$queryRaw<{ count: number }[]>`
    select count(*)::int as count from conversations c where ${conditionOf(projectId, wanted)}`;
  return row!.count;
}

/** Conversations by id. */
export async function findConversations(
  prisma: PrismaClient,
  projectId: number,
  ids: number[],
): Promise<Map<number, Conversation>> {
  const rows = await prisma.conversation.findMany({
    where: { projectId, id: { in: ids } },
    include: { endUser: true },
  });
  return new Map(rows.map((row) => [row.id, readConversation(row)]));
}

/** One conversation by its id or external id; null when this project has none. */
export async function findConversation(
  prisma: PrismaClient,
  projectId: number,
  by: { id: number } | { externalId: string },
): Promise<Conversation | null> {
  if ('externalId' in by && !isStorable(by.externalId)) return null;
  const row = await prisma.conversation.findFirst({
    where: { projectId, ...by },
    include: { endUser: true },
  });
  return row && readConversation(row);
}
