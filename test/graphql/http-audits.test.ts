import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

// The reference audits of the GraphQL over HTTP specification, what it only recommends included.
const audits = serverAudits({ url: () => `${server.url}/graphql` });

test.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_, audit) => {
  const result = await audit.fn();
  expect(result).toMatchObject({ status: 'ok' });
});
