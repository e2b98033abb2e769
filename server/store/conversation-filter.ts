import { Prisma } from '../../generated/prisma/client.ts';
import type { ConversationFilter } from '../domain/conversation-filter.ts';
import type { PrismaClient } from './database.ts';

/** Which conversations are read: those that a filter means, or of these the ones with some ids. */
export type Wanted = ConversationFilter & { externalId?: string | undefined; ids?: number[] | undefined };

const { sql } = Prisma;

/** The conversations `c` of a project that a filter means, as a condition. */
export function conditionOf(projectId: number, wanted: Wanted): Prisma.Sql {
  const conditions = Object.entries(wanted).flatMap(([name, value]) =>
    value == null ? [] : [clauses[name as keyof Wanted](value as never, projectId)],
  );
  return Prisma.join([sql`c.project_id = ${projectId}`, ...conditions], ' and ');
}

const clauses: {
  [Name in keyof Required<Wanted>]: (value: NonNullable<Wanted[Name]>, projectId: number) => Prisma.Sql;
} = {
  status: (status) => sql`c.status = ${status}::"ConversationStatus"`,
  owner: (owner) => sql`c.owner = ${owner}::"Owner"`,
  channel: (channel) => sql`c.channel = ${channel}::"Channel"`,
  platform: (platform) => sql`c.platform = ${platform}`,
  endUser: (externalId, projectId) => sql`c.end_user_id = (
    select id from end_users where project_id = ${projectId} and external_id = ${externalId})`,
  externalId: (externalId) => sql`c.external_id = ${externalId}`,
  ids: (ids) => sql`c.id = any(${ids}::int[])`,
  requiresHuman: (isAsked) => (isAsked ? sql`c.waiting > 0` : sql`c.waiting = 0`),
  minSentiment: (least) => sql`c.sentiment >= ${least}`,
  maxSentiment: (most) => sql`c.sentiment <= ${most}`,
  // The second half lets the few that cost anything be found by their index.
  minCost: (least) =>
    sql`c.usd >= ${String(least)}::numeric ${least > 0 ? sql`and c.usd <> 0` : Prisma.empty}`,
  maxCost: (most) => sql`c.usd <= ${String(most)}::numeric`,
  feedback: (kind) =>
    ({
      POSITIVE: sql`c.liked > 0`,
      NEGATIVE: sql`c.disliked > 0`,
      ANY: sql`(c.liked > 0 or c.disliked > 0)`,
    })[kind],
  from: (moment) => sql`c.started_at >= ${moment}::timestamptz`,
  to: (moment) => sql`c.started_at < ${moment}::timestamptz`,
  activeFrom: (moment) => sql`c.active_at >= ${moment}::timestamptz`,
  // Lists begin with the newest activity: what came later is passed over by one look at who was active last before.
  // Clocks of several servers differ a little, so that the last thousand are looked at.
  activeTo: (moment, projectId) => sql`c.active_at < ${moment}::timestamptz and c.active_seq <= (
    select max(active_seq) from (select active_seq from conversations
      where project_id = ${projectId} and active_at < ${moment}::timestamptz order by active_at desc limit 1000) as last)`,
  // Looked up for each conversation, never by the index of metadata, which would give those of all others each time: of
  // what is rare the conversations are known before (withoutRare).
  metadata: (pairs, projectId) =>
    Prisma.join(
      pairs.map(
        (pair) => sql`exists (select from (select metadata from messages
          where project_id = ${projectId} and conversation_id = c.id offset 0) as m where ${has(pair)})`,
      ),
      ' and ',
    ),
};

type Pair = NonNullable<ConversationFilter['metadata']>[number];

/** A message `m` whose metadata have a value under a key. */
const has = (pair: Pair): Prisma.Sql =>
  sql`m.metadata <> '{}' and m.metadata @> any(${formsOf(pair)}::text[]::jsonb[])`;

/** What a message's metadata may hold for a key to have a value: the key or a path of keys, a text or what it says. */
function formsOf({ key, value }: Pair): string[] {
  const values: unknown[] = [value];
  if (/^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?)$/u.test(value)) values.push(JSON.parse(value));
  const path = key.split('.');
  return values.flatMap((it) => [
    JSON.stringify(Object.fromEntries([[key, it]])),
    ...(path.length < 2
      ? []
      : [
          JSON.stringify(path.reduceRight<unknown>((inner, name) => Object.fromEntries([[name, inner]]), it)),
        ]),
  ]);
}

/** So many messages with some metadata are rare. */
const RARE = 5000;

/** The same filter with the ids of conversations in place of metadata that few messages have. */
export async function withoutRare(prisma: PrismaClient, projectId: number, wanted: Wanted): Promise<Wanted> {
  let known = wanted.ids;
  const frequent: Pair[] = [];
  for (const pair of wanted.metadata ?? []) {
    const found = await prisma.$queryRaw<{ id: number }[]>`
      select conversation_id as id from messages m
      where m.project_id = ${projectId} and ${has(pair)} limit ${RARE + 1}`;
    if (found.length > RARE) {
      frequent.push(pair);
      continue;
    }
    const ids = new Set(found.map(({ id }) => id));
    known = known === undefined ? [...ids] : known.filter((id) => ids.has(id));
  }
  return { ...wanted, ids: known, metadata: frequent.length === 0 ? undefined : frequent };
}

/** Filters whose conversations lie in the order of an index already. */
const walked = new Set(['status', 'owner', 'endUser', 'externalId']);
export const isWalked = (wanted: Wanted): boolean =>
  Object.entries(wanted).every(([name, value]) => value == null || walked.has(name));

/** So many conversations are few: they are read sooner than many others are walked past. */
export const FEW = 1000;

/**
 * The conversations of a filter when they are few, found by what the filter is about and not by their order; null
 * when they are many, or lie in order anyway.
 */
export async function findFew(
  prisma: PrismaClient,
  projectId: number,
  wanted: Wanted,
): Promise<number[] | null> {
  if (isWalked(wanted)) return null;
  const found = await prisma.$queryRaw<{ id: number }[]>`
    select c.id from conversations c where ${conditionOf(projectId, wanted)} limit ${FEW + 1}`;
  return found.length > FEW ? null : found.map(({ id }) => id);
}
