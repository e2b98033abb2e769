import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../server/cli.ts';
import { readConfig } from '../server/config.ts';
import { tablesWith } from './support/marked.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ every: () => () => undefined });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Runs a command of the command line within this process. */
async function run(...args: string[]): Promise<{ code: number; output: string }> {
  const lines: string[] = [];
  const config = readConfig({ DATABASE_URL: server.databaseUrl }, false);
  const code = await runCommand(args, config, (text) => lines.push(text));
  return { code, output: lines.join('\n') };
}

test('policies are shown, set and turned off', async () => {
  const usual = 'close-chats  off\nclose-calls  30 minutes\nrelease  off\nkeep-content  off';
  expect(await run('policy', 'show')).toEqual({ code: 0, output: usual });
  expect(await run('policy', 'set', '--close-calls', 'off', '--keep-content', '90', '--release=15')).toEqual({
    code: 0,
    output: 'close-chats  off\nclose-calls  off\nrelease  15 minutes\nkeep-content  90 days',
  });
});

test.each([
  [['--keep-content', '0'], '--keep-content must be a whole number from 1 to 36500, or off for never.'],
  [['--close-chats', 'soon'], '--close-chats must be a whole number from 1 to 525600, or off for never.'],
])('a policy that cannot be is refused by name: %j', async (args, message) => {
  await expect(run('policy', 'set', ...args)).rejects.toThrow(message);
});

test.each([
  [['policy']],
  [['policy', 'set']],
  [['policy', 'show', '--release', '5']],
  [['purge', 'conversation']],
])('the usage answers %j', async (args) => {
  const { code, output } = await run(...args);
  expect(code).toBe(1);
  expect(output).toContain('earshot policy set');
});

test('a conversation is purged to the end of the log, and a person forgotten', async () => {
  const said = { user_id: 'user123', session_id: 'first', message: 'I love zebrafish' };
  await server.post('/webhook/chat/message', said);
  await server.post('/webhook/chat/message', { ...said, session_id: 'second', message: 'I love axolotls' });
  expect(await run('purge', 'conversation', 'first')).toMatchObject({ code: 0 });
  expect(await tablesWith(server.databaseUrl, 'zebrafish')).toEqual({});
  expect(Object.keys(await tablesWith(server.databaseUrl, 'axolotl'))).toContain('messages');
  expect(await run('purge', 'user', 'user123')).toMatchObject({ code: 0 });
  expect(await tablesWith(server.databaseUrl, 'axolotl')).toEqual({});
  await expect(run('purge', 'conversation', 'none')).rejects.toThrow('There is no conversation');
  await expect(run('purge', 'user', 'nobody')).rejects.toThrow('There is no end user');
});
