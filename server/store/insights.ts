import type { Fact } from '../domain/fact.ts';
import { selectFacts, type FactFilter } from '../domain/insight.ts';
import type { Message } from '../domain/message.ts';
import type { Profile } from '../domain/profile.ts';
import type { PrismaClient } from './database.ts';
import { findProfile } from './end-user.ts';
import { listFacts } from './fact.ts';
import { listSaid } from './message.ts';

/** What is known of a person, for the next answer. */
export type Insights = {
  /** The facts asked for, and all that hold; the surest first. */
  facts: Fact[];
  all: Fact[];
  /** The last messages, newest first. */
  recent: Message[];
  profile: Profile;
};

const RECENT = 10;

/** Reads what is known of a person; `facts` are at most `limit` of those that the filter wants. */
export async function readInsights(
  prisma: PrismaClient,
  projectId: number,
  endUserId: number,
  { limit, ...filter }: FactFilter & { limit: number },
): Promise<Insights> {
  const [all, recent, profile] = await Promise.all([
    listFacts(prisma, projectId, endUserId),
    listSaid(prisma, projectId, endUserId, RECENT),
    findProfile(prisma, projectId, endUserId),
  ]);
  return { facts: selectFacts(all, filter).slice(0, limit), all, recent, profile };
}
