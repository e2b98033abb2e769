import { afterAll } from 'vitest';
import { openDatabase, type Database } from '../../server/store/database.ts';
import { createDatabase } from './server.ts';

/** A database for the tests of one file, with its name and address; it is gone after them. */
export async function openOwnDatabase(): Promise<Database & { name: string; url: string }> {
  const own = await createDatabase();
  const database = openDatabase({ connectionString: own.url });
  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    await own[Symbol.asyncDispose]();
  });
  return { ...database, name: own.name, url: own.url };
}
