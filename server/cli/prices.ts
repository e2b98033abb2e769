import { readFile } from 'node:fs/promises';
import { parseLiteLLM } from '../domain/pricing/litellm.ts';
import { StartError } from '../server.ts';
import type { Tools } from './command.ts';
import { findProject } from './projects.ts';

/** Names of so many left out entries are printed; a list holds hundreds of images and videos. */
const NAMED = 10;

/** Takes in the prices of a file. */
export async function importPrices(
  { prisma, journal, print }: Tools,
  file: string,
  project: string | undefined,
): Promise<number> {
  const projectId = await findProject(prisma, project);
  const { prices, skipped } = parseLiteLLM(await readJson(file));
  if (prices.size === 0) {
    throw new StartError(`${file} holds no price. It must be in the form of LiteLLM's price list.`);
  }
  const { answers } = await journal.write(projectId, [{ kind: 'importPrices', prices: [...prices] }]);
  const { prices: changed } = answers[0]!.recorded as { prices: number };
  print(`${prices.size} prices read, ${changed} of them new or changed, ${skipped.length} entries left out.`);
  for (const { name, reason } of skipped.slice(0, NAMED)) print(`  ${name}: ${reason}`);
  if (skipped.length > NAMED) print(`  and ${skipped.length - NAMED} more`);
  return 0;
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (error) {
    throw new StartError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
