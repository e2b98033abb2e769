import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { InvalidInputError } from '../domain/errors.ts';
import { formats } from '../domain/export/format.ts';
import { writeParts, type Part } from '../domain/export/part.ts';
import { exportParameters, parseExport, repeatable, type ExportRequest } from '../domain/export/request.ts';
import { StartError } from '../server.ts';
import { countConversations } from '../store/conversation.ts';
import { findLimits, readParts } from '../store/export.ts';
import type { Command, Terminal, Tools } from './command.ts';
import { findProject } from './projects.ts';

/** What `export` is followed by, as a command; null when it makes no sense. */
export function parseExportCommand(args: string[]): Command | null {
  const names = ['project', ...exportParameters];
  const options = Object.fromEntries(
    names.map((name) => [name, { type: 'string' as const, multiple: repeatable.includes(name) }]),
  );
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (positionals.length > 1) return null;
  const { project, ...given } = values;
  return (tools) => exportConversations(tools, positionals[0] ?? null, project as string | undefined, given);
}

async function exportConversations(
  { prisma, terminal: { stdout, stderr } }: Tools,
  file: string | null,
  project: string | undefined,
  given: Record<string, unknown>,
): Promise<number> {
  const { format, filter, terms } = readExport(given);
  const projectId = await findProject(prisma, project);
  const pages = readParts(prisma, projectId, filter, terms, await findLimits(prisma, projectId));
  // How many conversations have the words is not known before all were looked through.
  const shown =
    stderr.isTTY && terms === null
      ? showProgress(pages, await countConversations(prisma, projectId, filter), stderr)
      : pages;
  const text = writeParts(formats[format], shown);
  if (file === null) {
    await pipeline(text, stdout, { end: false }).catch((error: NodeJS.ErrnoException) => {
      // Whoever reads has seen enough.
      if (error.code !== 'EPIPE') throw error;
    });
    return 0;
  }
  // Under another name until it is complete, so that nobody takes a part for the whole.
  const unfinished = `${file}.unfinished`;
  try {
    await pipeline(text, createWriteStream(unfinished));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    if (!isFileError(error)) throw error;
    throw new StartError(`${file} cannot be written: ${error.message}`);
  }
  return 0;
}

const isFileError = (error: unknown): error is Error =>
  error instanceof Error && 'syscall' in error && ['open', 'write', 'rename'].includes(String(error.syscall));

function readExport(given: Record<string, unknown>): ExportRequest {
  try {
    return parseExport(given);
  } catch (error) {
    if (error instanceof InvalidInputError) throw new StartError(`--${error.message}`);
    throw error;
  }
}

/** Length of the bar in characters. */
const BAR = 30;

/** Draws how many conversations are done of all, as they pass. */
async function* showProgress(
  pages: AsyncIterable<Part[]>,
  all: number,
  stderr: Terminal['stderr'],
): AsyncGenerator<Part[], void, undefined> {
  let done = 0;
  for await (const parts of pages) {
    yield parts;
    done += parts.filter(({ isLast }) => isLast).length;
    const full = Math.min(BAR, Math.round((done / Math.max(1, all)) * BAR));
    stderr.write(`\r${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${done} of ${all} conversations`);
  }
  stderr.write('\n');
}
