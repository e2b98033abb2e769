import { parseArgs } from 'node:util';
import { policyChanges, type Policies } from '../domain/policy.ts';
import { StartError } from '../server.ts';
import { findPolicies } from '../store/silence.ts';
import type { Command, Tools } from './command.ts';
import { findProject } from './projects.ts';

/** Options of `policy set`, and the policies that they change. */
const policyOptions = {
  'close-chats': 'closeChatsAfterMinutes',
  'close-calls': 'closeCallsAfterMinutes',
  release: 'releaseAfterMinutes',
  'keep-content': 'keepContentDays',
} as const satisfies Record<string, keyof Policies>;
const policyNames = Object.keys(policyOptions) as (keyof typeof policyOptions)[];

/** What `policy` is followed by, as a command; null when it makes no sense. */
export function parsePolicyCommand(args: string[]): Command | null {
  const options = Object.fromEntries(
    ['project', ...policyNames].map((name) => [name, { type: 'string' as const }]),
  );
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const { project, ...given } = values as Record<string, string | undefined>;
  const isGiven = Object.keys(given).length > 0;
  if (positionals.length !== 1 || isGiven !== (positionals[0] === 'set')) return null;
  if (positionals[0] === 'show') return (tools) => showPolicies(tools, project);
  return positionals[0] === 'set' ? (tools) => setPolicies(tools, given, project) : null;
}

async function setPolicies(
  tools: Tools,
  given: Record<string, string | undefined>,
  project: string | undefined,
): Promise<number> {
  const named = policyNames.filter((name) => given[name] !== undefined);
  const stated = named.map((name) => [
    policyOptions[name],
    given[name] === 'off' ? null : /^\d+$/u.test(given[name]!) ? Number(given[name]) : given[name],
  ]);
  const parsed = policyChanges.safeParse(Object.fromEntries(stated));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    const name = named.find((it) => policyOptions[it] === path[0])!;
    throw new StartError(`--${name} ${message.replace('null', 'off')}.`);
  }
  const projectId = await findProject(tools.prisma, project);
  await tools.journal.write(projectId, [{ kind: 'setPolicies', changes: parsed.data }]);
  return showPolicies(tools, project);
}

async function showPolicies({ prisma, print }: Tools, project: string | undefined): Promise<number> {
  const policies = await findPolicies(prisma, await findProject(prisma, project));
  for (const name of policyNames) {
    const value = policies[policyOptions[name]];
    print(`${name}  ${value === null ? 'off' : `${value} ${name === 'keep-content' ? 'days' : 'minutes'}`}`);
  }
  return 0;
}
