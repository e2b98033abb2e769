import { createKey } from '../auth/key.ts';
import { scopes, type Scope } from '../domain/key.ts';
import { StartError } from '../server.ts';
import { orNotFound, type Tools } from './command.ts';
import { findProject } from './projects.ts';

type Options = { name?: string | undefined; scopes?: string | undefined; project?: string | undefined };

/** Makes a key, and shows it this once. */
export async function createKeyCommand({ prisma, journal, print }: Tools, options: Options): Promise<number> {
  const wanted = (options.scopes ?? 'ingest,read').split(',').map((scope) => scope.trim());
  const unknown = wanted.filter((scope) => !scopes.includes(scope as Scope));
  if (unknown.length > 0)
    throw new StartError(`Unknown scope ${unknown.join(', ')}. There are ${scopes.join(', ')}.`);
  const name = options.name ?? 'unnamed';
  if (name.length > 100) throw new StartError('The name of a key may have at most 100 characters.');
  const { key, id, hash } = createKey();
  const projectId = await findProject(prisma, options.project);
  await journal.write(projectId, [{ kind: 'createKey', key: { id, name, hash, scopes: wanted as Scope[] } }]);
  print(`${key}\n`);
  print(`This is the key "${name}" (${id}), which may ${wanted.join(', ')}. It is shown only now: keep it.`);
  return 0;
}

/** Tells of every key of a project what may be told. */
export async function listKeys({ prisma, print }: Tools, project: string | undefined): Promise<number> {
  const projectId = await findProject(prisma, project);
  const keys = await prisma.apiKey.findMany({ where: { projectId }, orderBy: { createdAt: 'asc' } });
  if (keys.length === 0) print('There is no key yet. Make one with: earshot key create --name NAME');
  for (const key of keys) {
    const state = key.revokedAt === null ? 'valid' : `revoked ${key.revokedAt.toISOString()}`;
    print([key.id, key.name, key.scopes.join(','), `made ${key.createdAt.toISOString()}`, state].join('  '));
  }
  return 0;
}

/** Ends what a key allows. */
export async function revokeKey(
  { prisma, journal, print }: Tools,
  keyId: string,
  project: string | undefined,
): Promise<number> {
  const projectId = await findProject(prisma, project);
  const revoked = journal.write(projectId, [{ kind: 'revokeKey', keyId }]);
  await revoked.catch(orNotFound(' "earshot key list" shows them.'));
  print(`Key ${keyId} is revoked; what it holds open is closed within 5 seconds.`);
  return 0;
}
