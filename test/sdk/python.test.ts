import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.error('python3 is missing: the Python SDK is NOT tested.');
const mayBeMissing = process.env['CI'] === undefined;

const root = join(import.meta.dirname, '..', '..');
const home = join(root, 'sdk', 'python');

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

type Run = { code: number | null; stdout: string; stderr: string };

/** Runs Python to its end, with the SDK on its path and nothing of the machine's own settings of it. */
async function python(args: string[], env: Record<string, string> = {}): Promise<Run> {
  const own = /^(?:LEARNING_|EARSHOT_|POLLY_|WEBHOOK_API_KEY$|https?_proxy$)/iu;
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
  const child = spawn('python3', args, {
    cwd: home,
    env: {
      ...inherited,
      PYTHONPATH: home,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONIOENCODING: 'utf-8',
      EARSHOT_TEST_URL: server.url,
      ...env,
    },
  });
  const run: Run = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (run.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (run.stderr += chunk.toString()));
  [run.code] = (await once(child, 'close')) as [number | null];
  return run;
}

/** The lines that a program of the document prints; it must end well and complain of nothing. */
async function program(name: string, env: Record<string, string> = {}): Promise<string[]> {
  const run = await python([join(root, 'test', 'seeds', 'learning', `${name}.py`)], env);
  expect(run, run.stderr).toMatchObject({ code: 0, stderr: '' });
  return run.stdout.trimEnd().split('\n');
}

type Insights = { analytics: { total_interactions: number }; recent_interactions: { content: string }[] };
const insightsOf = async (user: string): Promise<Insights> =>
  (await (await server.get(`/webhook/chat/insights/${user}`)).json()) as Insights;

/** What LM Studio would answer, and the bodies that it was asked with. */
async function startLmStudio(): Promise<AsyncDisposable & { url: string; asked: { messages: unknown }[] }> {
  const asked: { messages: unknown }[] = [];
  const studio = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push(JSON.parse(body) as { messages: unknown });
      const choices = [{ index: 0, message: { role: 'assistant', content: 'Hello from the model' } }];
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ choices }));
    });
  });
  studio.listen(0, '127.0.0.1');
  await once(studio, 'listening');
  const { port } = studio.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    async [Symbol.asyncDispose]() {
      studio.close();
      await once(studio, 'close');
    },
  };
}

describe.skipIf(!hasPython && mayBeMissing)(
  'the Python SDK (skipped only without python3, never in CI)',
  () => {
    test('holds its own tests, against faults and against this server', async () => {
      expect(hasPython, 'python3 is missing').toBe(true);
      const { code, stderr } = await python([
        '-W',
        'error::ResourceWarning',
        '-m',
        'unittest',
        'discover',
        '-s',
        'tests',
      ]);
      expect(code, stderr).toBe(0);
      expect(stderr).toMatch(/Ran [1-9]\d* tests? in .*\n\nOK\n$/u);
    }, 120_000);

    test('quick start: an interaction is logged and a fact is known', async () => {
      const [logged, facts] = await program('quick_start');
      expect(logged).toMatch(
        /^Logged interaction: \{'success': True, 'user_id': \d+, 'interaction_id': \d+, /u,
      );
      expect(facts).toMatch(/^User facts: \[\{.*guitar/u);
    });

    test('reference: each call takes and gives what the document says', async () => {
      expect(await program('reference')).toEqual([
        "['interaction_id', 'learned_facts_count', 'message', 'success', 'user_id']",
        "['facts_learned', 'interactions_created', 'processing_time_ms', 'success', 'user_id']",
        "['analytics', 'facts', 'recent_interactions', 'suggestions', 'user_id', 'username']",
        'True True',
      ]);
    });

    test('Gradio: what is said is answered, remembered, and logged by the end of the program', async () => {
      expect(await program('gradio_chat')).toEqual([
        'Answer 1 to I love playing guitar 2',
        'Answer 2 to What shall I play? 4',
      ]);
      const { recent_interactions: recent } = await insightsOf('gradio_user');
      expect(recent.map((it) => it.content)).toEqual(['What shall I play?', 'I love playing guitar']);
    });

    test('LM Studio: the model is told what is known about the user, and the exchange is logged', async () => {
      await using studio = await startLmStudio();
      const env = { EARSHOT_TEST_LM_STUDIO: studio.url };
      const user = 'lm-studio-user';
      await server.post('/webhook/chat/message', { user_id: user, message: 'I love playing guitar' });
      expect(await program('lm_studio_chat', env)).toEqual(['Hello from the model']);
      expect(studio.asked[0]!.messages).toEqual([
        { role: 'system', content: expect.stringContaining('guitar') as string },
        { role: 'user', content: 'Hello' },
      ]);
      expect((await insightsOf(user)).recent_interactions[0]!.content).toBe('Hello');
    });

    test('a chatbot of one’s own knows at the second message what it learned at the first', async () => {
      const output = await program('custom_chatbot');
      expect(output[0]).toBe('I love playing guitar []');
      expect(output.slice(1).join('\n')).toMatch(/^And now\? \[.*\n- .*guitar.*\(\w+ confidence\)/u);
    });

    test('a subclass measures, and sees errors', async () => {
      const output = await program('monitored_sdk');
      expect(output[0]).toMatch(/^Message logged in \d\.\d\ds$/u);
      expect(output[1]).toBe('True');
      expect(output[2]).toMatch(/^Error logging message: /u);
      expect(output[3]).toBe('ValidationError');
    });

    test('health: a server that is there is healthy, one that is not is down', async () => {
      expect(await program('system_health')).toEqual([
        'Learning system is healthy',
        'Learning system is down!',
      ]);
    });

    test('what the document’s checks let through is taken', async () => {
      expect(await program('validation')).toEqual(['True', 'refused', 'refused', 'refused']);
    });

    test('debug mode tells requests and answers, but neither key nor words', async () => {
      const run = await python([join(root, 'test', 'seeds', 'learning', 'debug_mode.py')]);
      expect(run).toMatchObject({ code: 0, stdout: 'True\n' });
      expect(run.stderr).toMatch(/DEBUG:sdk:GET \/health -> 200 in \d+ ms/u);
      expect(run.stderr).toMatch(/DEBUG:sdk:POST \/webhook\/chat\/message -> 200/u);
      expect(run.stderr).not.toMatch(/a-secret-key|words of a user/u);
    });

    test('production: with keys a right one gets in, none and a wrong one do not', async () => {
      await using locked = await startServer({ env: { WEBHOOK_API_KEY: 'your-production-key' } });
      const env = { EARSHOT_TEST_URL: locked.url, LEARNING_API_KEY: 'your-production-key' };
      const refused = "401 {'error': 'Authentication required'}";
      expect(await program('production', env)).toEqual(['True', 'True', refused, refused]);
    });
  },
);
