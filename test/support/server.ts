import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { createServer, type EarshotServer, type Overrides } from '../../server/server.ts';
import { adminOf, databaseUrl, TEMPLATE } from './database.ts';

/** A fresh, migrated database; dropped when disposed. */
export async function createDatabase(): Promise<AsyncDisposable & { url: string; name: string }> {
  const address = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await adminOf(address, (client) => client.query(`create database ${name} template ${TEMPLATE}`));
  return {
    name,
    url: databaseUrl(address, name),
    async [Symbol.asyncDispose]() {
      await adminOf(address, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

export type TestServer = EarshotServer & {
  databaseUrl: string;
  /** POSTs JSON (text and bytes go as they are). */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Runs a GraphQL operation and gives its data; throws when there are errors. */
  graphql<T = Record<string, never>>(
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<T>;
};

type StartOptions = Overrides & {
  env?: Record<string, string>;
  /** A database that outlives the server; a fresh one otherwise. */
  database?: { url: string };
};

/** A real server on a free port with a real database of its own. */
export async function startServer({
  env = {},
  database,
  ...overrides
}: StartOptions = {}): Promise<TestServer> {
  const own = database === undefined ? await createDatabase() : null;
  const url = (database ?? own)!.url;
  const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: url, ...env }, false);
  const server = await createServer(config, overrides);
  const send = (path: string, init: RequestInit): Promise<Response> => fetch(`${server.url}${path}`, init);
  const encode = (body: unknown): BodyInit =>
    typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body);
  const post: TestServer['post'] = (path, body, headers = {}) =>
    send(path, {
      method: 'POST',
      body: encode(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  return {
    ...server,
    databaseUrl: url,
    post,
    get: (path, headers = {}) => send(path, { headers }),
    async graphql(query, variables = {}, headers = {}) {
      const response = await post('/graphql', { query, variables }, headers);
      const { data, errors } = (await response.json()) as { data: never; errors?: unknown };
      if (errors !== undefined) throw new Error(`GraphQL answered ${JSON.stringify(errors)}`);
      return data;
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await own?.[Symbol.asyncDispose]();
    },
  };
}
