import { expect } from 'vitest';
import { tablesWith } from '../support/marked.ts';
import type { TestServer } from '../support/server.ts';
import type { Time } from './receiver.ts';

/** A word that stands wherever words can be said, typed and recorded. */
export const WORD = 'zebrafish';

/** Lets rounds pass until the tables with the word are those. */
export const isLeftIn = (server: TestServer, time: Time, tables: string[], word = WORD): Promise<void> =>
  expect
    .poll(
      async () => {
        time.pass(1000);
        return Object.keys(await tablesWith(server.databaseUrl, word)).toSorted();
      },
      { timeout: 10_000 },
    )
    .toEqual(tables);
