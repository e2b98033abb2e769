import { expect, test } from 'vitest';
import { startServer } from '../support/server.ts';
import { follow } from '../support/viewer.ts';

test('a viewer sees what happens after it came', async () => {
  await using server = await startServer();
  await using viewer = follow(server.url);
  expect(await viewer.next()).toMatchObject({ events: [], caughtUp: true, reset: null });
  await server.post('/webhook/conversation', { id: 'c', user_message: 'hello', polly_response: 'hi' });
  expect(await viewer.event()).toMatchObject({
    __typename: 'MessagesLogged',
    seq: 1,
    messages: [{ text: 'hello' }, { text: 'hi' }],
  });
});
