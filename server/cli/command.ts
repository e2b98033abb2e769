import { NotFoundError } from '../domain/errors.ts';
import type { Journal } from '../journal/write.ts';
import { StartError } from '../server.ts';
import type { Database, PrismaClient } from '../store/database.ts';

/** Says a line to whoever asked. */
export type Print = (text: string) => void;
/** Where files go that have no name, and progress, where somebody watches. */
export type Terminal = { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream };
/** What a command works with. */
export type Tools = {
  database: Database;
  prisma: PrismaClient;
  journal: Journal;
  print: Print;
  terminal: Terminal;
};

/** Carries out what was asked for; returns the exit code. */
export type Command = (tools: Tools) => Promise<number>;

/** Tells of what is not there in one line, with what to do. */
export const orNotFound =
  (remedy = '') =>
  (error: unknown): never => {
    throw error instanceof NotFoundError ? new StartError(`${error.message}${remedy}`) : error;
  };
