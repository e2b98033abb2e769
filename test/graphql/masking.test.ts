import { createClient } from 'graphql-ws';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { Queue } from '../support/queue.ts';
import { startServer } from '../support/server.ts';

test('a fault of ours inside a subscription is told as little over a socket as over HTTP', async () => {
  const server = await startServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  await server.post('/api/v1/sessions/s/turns', { outcome: 'successful' });
  const database = new pg.Client({ connectionString: server.databaseUrl });
  await database.connect();
  await database.query('alter table turns rename to turns_away');
  await database.end();

  const results = new Queue<unknown>();
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  onTestFinished(() => client.dispose());
  client.subscribe(
    { query: 'subscription { session(id: "s") { turns { nodes { turnId } } } }' },
    { next: (result) => results.push(result), error: (error) => results.push(error), complete: () => {} },
  );
  const told = await results.next();
  expect(told).toMatchObject({
    errors: [{ extensions: { code: 'INTERNAL' }, path: ['session', 'turns'] }],
  });
  expect(JSON.stringify(told)).not.toMatch(/prisma|turns_away|\.ts|does not exist/iu);
});
