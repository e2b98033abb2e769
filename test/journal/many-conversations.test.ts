import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../support/server.ts';

test('an id is generated at once, however many conversations there are', async () => {
  const server = await startServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const database = new pg.Client({ connectionString: server.databaseUrl });
  await database.connect();
  await database.query(`
    insert into conversations (project_id, id, external_id, channel, platform, status, messages, exchanges,
      started_at, active_at, active_seq)
    select 1, id, 'conv_' || id, 'CHAT', 'polly', 'ACTIVE', 0, 0, now(), now(), id
    from generate_series(1, 200000) as id`);
  await database.query('update projects set last_conversation = 200000, head = 200000 where id = 1');
  await database.query('analyze');
  await database.end();
  const response = await server.post('/webhook/conversation', { user_message: 'hello' });
  expect(await response.json()).toMatchObject({
    status: 'success',
    id: expect.stringMatching(/^live_\d+$/u),
  });
});
