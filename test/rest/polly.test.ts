import { expect, test } from 'vitest';
import { startServer } from '../support/server.ts';
import { watch } from '../support/viewer.ts';

test('a whole exchange is answered, read back and shown to whoever watches', async () => {
  await using server = await startServer();
  await using viewer = await watch(server.url, '/ws');
  const answer = await server.post('/webhook/conversation', {
    id: 'conv_123',
    user_message: 'How do I bake a cake?',
    polly_response: 'Slowly.',
    model: 'gpt-4',
  });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ status: 'success', id: 'conv_123' });
  const shown = await viewer.next();
  expect(shown).toMatchObject({ id: 'conv_123', type: 'new_message', user_message: 'How do I bake a cake?' });
  const recent = await server.get('/conversations/recent');
  expect(await recent.json()).toEqual({ conversations: [shown], count: 1 });
});
