import { ensureProject } from '../journal/project.ts';
import { StartError } from '../server.ts';
import type { PrismaClient } from '../store/database.ts';
import type { Tools } from './command.ts';

/** Makes a project, or finds it there. */
export async function createProject({ prisma, print }: Tools, name: string): Promise<number> {
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/u.test(name)) {
    throw new StartError('A project is named by 1 to 63 lower-case letters, digits, dashes and underscores.');
  }
  await ensureProject(prisma, name);
  print(`Project ${name} is there. Make a key for it with: earshot key create --project ${name} --name NAME`);
  return 0;
}

/** Names every project. */
export async function listProjects({ prisma, print }: Tools): Promise<number> {
  for (const project of await prisma.project.findMany({ orderBy: { id: 'asc' } })) print(project.name);
  return 0;
}

/** The project of a name. Throws a StartError when there is none. */
export async function findProject(prisma: PrismaClient, name = 'default'): Promise<number> {
  const project = await prisma.project.findUnique({ where: { name }, select: { id: true } });
  if (project !== null) return project.id;
  throw new StartError(`There is no project "${name}". Make it with: earshot project create ${name}`);
}
