import { sweep } from '../journal/erasure.ts';
import { orNotFound, type Tools } from './command.ts';
import { findProject } from './projects.ts';

/** Erases what was said and recorded in a conversation. */
export async function purgeConversation(
  { database, prisma, journal, print }: Tools,
  conversationId: string,
  project: string | undefined,
): Promise<number> {
  const projectId = await findProject(prisma, project);
  await journal.write(projectId, [{ kind: 'purgeConversation', conversationId }]).catch(orNotFound());
  // Not left to a server that may not run.
  while (await sweep(database, projectId));
  print(`What was said in ${conversationId} is erased. Counts and costs stay.`);
  return 0;
}

/** Erases the words of a person, and what was learned from them. */
export async function forgetUser(
  { prisma, journal, print }: Tools,
  endUserId: string,
  project: string | undefined,
): Promise<number> {
  const projectId = await findProject(prisma, project);
  await journal.write(projectId, [{ kind: 'forgetEndUser', endUserId }]).catch(orNotFound());
  print(
    `${endUserId} is forgotten: the words are erased, and what was learned from them. Counts and costs stay.`,
  );
  return 0;
}
