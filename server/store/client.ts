import pg from 'pg';

/**
 * One connection to a database, not opened yet. Its queries tell what breaks it; without a listener the news alone
 * would end the process.
 */
export function createClient(config: pg.ClientConfig): pg.Client {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  return client;
}
