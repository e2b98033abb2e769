import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../server/cli.ts';
import { readConfig } from '../server/config.ts';
import { temporaryFolder } from './support/folder.ts';
import { runEarshot } from './support/process.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  for (let index = 0; index < 600; index += 1) {
    await server.post('/webhook/conversation', {
      id: `conv-${index}`,
      user_message: `question ${index} ${'x'.repeat(1000)}`,
      polly_response: 'answer',
    });
  }
  await server.graphql('mutation { closeConversation(input: {conversationId: "conv-7"}) { __typename } }');
});
afterAll(() => server[Symbol.asyncDispose]());

/** A terminal that keeps what is written to it. */
function screen(isTTY: boolean): NodeJS.WriteStream & { text: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return Object.assign(stream as never as NodeJS.WriteStream, { isTTY, text: () => text });
}

/** Runs `earshot export` within this process. */
async function run(args: string[], isWatched = false) {
  const [stdout, stderr] = [screen(false), screen(isWatched)];
  const config = readConfig({ DATABASE_URL: server.databaseUrl }, false);
  const print = (text: string): void => void stdout.write(`${text}\n`);
  const code = await runCommand(['export', ...args], config, print, { stdout, stderr });
  return { code, output: stdout.text(), progress: stderr.text() };
}

test('prints every conversation, and nothing else, where nobody watches', async () => {
  const { code, output, progress } = await run([]);
  expect({ code, progress }).toEqual({ code: 0, progress: '' });
  const lines = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; id: string });
  const ids = lines.filter(({ type }) => type === 'conversation').map(({ id }) => id);
  expect(ids).toEqual(Array.from({ length: 600 }, (_, index) => `conv-${index}`));
  expect(lines).toHaveLength(1800);
});

test('takes the filters of the door', async () => {
  const { output } = await run(['--format', 'txt', '--status', 'closed', '--from', '2000-01-01']);
  expect(output).toMatch(
    /^# conv-7\n# CHAT on polly, since [^\n]*, CLOSED, answered by BOT\n\n\[[^\n]*\] USER: question 7 /u,
  );
  expect(output.match(/^# conv/gmu)).toHaveLength(1);
});

/** The conversations that are exported with some options. */
async function exportedBy(...options: string[]): Promise<string[]> {
  const { output } = await run(options);
  return output
    .split('\n')
    .filter((line) => line.startsWith('{"type":"conversation"'))
    .map((line) => (JSON.parse(line) as { id: string }).id);
}

test('takes the words and every other filter of the door', async () => {
  const markLast = `update messages set metadata = '{"plan": "pro"}' where id = (select max(id) from messages)`;
  await query(markLast);
  await query(`update conversations set active_at = '2001-01-01', sentiment = -0.99, usd = 2, waiting = 1, liked = 1
    where external_id = 'conv-3'`);
  expect(await exportedBy('--query', '"question 3"')).toEqual(['conv-3']);
  expect(await exportedBy('--query', 'nowhere')).toEqual([]);
  expect(await exportedBy('--activeTo', '2002-01-01')).toEqual(['conv-3']);
  expect(await exportedBy('--activeFrom', '2002-01-01')).toHaveLength(599);
  expect(await exportedBy('--maxSentiment=-0.98')).toEqual(['conv-3']);
  expect(await exportedBy('--minSentiment=-1', '--maxSentiment=-0.98')).toEqual(['conv-3']);
  expect(await exportedBy('--minCost', '1')).toEqual(['conv-3']);
  expect(await exportedBy('--minCost', '1', '--maxCost', '1.5')).toEqual([]);
  expect(await exportedBy('--requiresHuman', 'true')).toEqual(['conv-3']);
  expect(await exportedBy('--feedback', 'positive')).toEqual(['conv-3']);
  expect(await exportedBy('--metadata', 'plan=pro')).toEqual(['conv-599']);
  expect(await exportedBy('--metadata', 'plan=pro', '--metadata', 'plan=free')).toEqual([]);
});

test('draws on a terminal how far it is', async () => {
  const { progress } = await run([], true);
  const steps = [...progress.matchAll(/\r(█*░*) (\d+) of 600 conversations/gu)];
  expect(steps.length).toBeGreaterThan(2);
  expect(steps.every(([, bar]) => bar!.length === 30)).toBe(true);
  expect(steps.at(-1)!.slice(1)).toEqual(['█'.repeat(30), '600']);
  expect(progress.endsWith('\n')).toBe(true);
});

test('writes a file that has its name only when it is complete', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'all.csv');
  expect(await run(['--format', 'csv', file])).toEqual({ code: 0, output: '', progress: '' });
  expect(readFileSync(file, 'utf8').split('\r\n')).toHaveLength(1 + 1200 + 1);
  writeFileSync(file, 'what was there before');
  await query('alter table messages rename to lost');
  await expect(run(['--format', 'csv', file])).rejects.toThrow();
  await query('alter table lost rename to messages');
  expect(readFileSync(file, 'utf8')).toBe('what was there before');
  expect(readdirSync(folder.path)).toEqual(['all.csv']);
});

async function query(sql: string): Promise<void> {
  const client = new pg.Client(server.databaseUrl);
  await client.connect();
  await client.query(sql);
  await client.end();
}

test.each([
  [['--status', 'gone'], '--status must be one of ACTIVE, CLOSED.'],
  [['--platform', ''], '--platform must not be blank.'],
  [['--query', '!?'], '--query must hold a word to look for.'],
  [['--minCost', 'much'], /^--minCost must be/u],
  [['--metadata', 'plan'], /^--metadata/u],
  [['--project', 'nowhere'], 'There is no project "nowhere". Make it with: earshot project create nowhere'],
  [['/no/such/folder/file'], /^\/no\/such\/folder\/file cannot be written: ENOENT/u],
])('%j is refused with what is wrong', async (args, message) => {
  await expect(run(args)).rejects.toThrow(message);
  expect(existsSync('/no')).toBe(false);
});

test('ends quietly when nobody reads on', async () => {
  const { child, exited, output } = runEarshot(['export'], { DATABASE_URL: server.databaseUrl });
  await once(child.stdout!, 'data');
  child.stdout!.destroy();
  expect(await exited).toBe(0);
  expect(output()).not.toMatch(/EPIPE|Error/u);
});
