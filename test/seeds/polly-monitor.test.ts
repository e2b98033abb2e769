import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { recent } from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { watch } from '../support/viewer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** A program of the document, which asks its readers to change nothing but the address. */
function program(language: 'python' | 'javascript'): string {
  const document = readFileSync(join(import.meta.dirname, 'polly-monitor.md'), 'utf8');
  const code = document.split(`\`\`\`${language}\n`)[1]!.split('```')[0]!;
  expect(code).toContain('http://localhost:8000');
  return code.replace('http://localhost:8000', server.url);
}

/** Runs a program to its end; it must end well. */
async function run(command: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  const child = spawn(command, args, { env: { ...process.env, NO_PROXY: '*', ...env } });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code, output).toBe(0);
  return output.trim();
}

/** What the document leaves to its readers, and what its programs must end in. */
const reply = (prompt: string, words: string): string => `${prompt}: an answer to "${words}"`;
const expected = (prompt: string, words: string): object => ({
  id: expect.stringMatching(/^conv_\d{13}$/u) as string,
  type: 'new_message',
  timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u) as string,
  user_message: words,
  polly_response: reply(prompt, words),
  metadata: {
    prompt_name: prompt,
    tokens_used: { prompt_tokens: words.length, completion_tokens: reply(prompt, words).length },
    latency_ms: expect.any(Number) as number,
    model: 'gpt-4',
    status: 'success',
  },
});

/** requests, as far as the program uses it, where the machine has none. */
const requests = `
import json, urllib.request
def post(url, json=None, _dumps=json.dumps):
    body = _dumps(json).encode()
    return urllib.request.urlopen(urllib.request.Request(url, body, {"Content-Type": "application/json"}))
`;
const pythonReader = `
import builtins, sys
builtins.your_promptlayer_call = lambda words, prompt: f'{prompt}: an answer to "{words}"'
builtins.estimate_tokens = len
exec(compile(open(sys.argv[1]).read(), sys.argv[1], "exec"), scope := {})
print(scope["response"])
`;
const hasPython = spawnSync('python3', ['--version']).status === 0;
const mayBeMissing = process.env['EARSHOT_ALLOW_SKIP'] !== undefined;

test.skipIf(!hasPython && mayBeMissing)(
  "the document's Python wrapper ends in one exchange, shown as it happens (skipped only without python3)",
  async () => {
    expect(hasPython, 'python3 is missing; set EARSHOT_ALLOW_SKIP to leave this out').toBe(true);
    using folder = temporaryFolder();
    const [wrapper, reader] = ['wrapper.py', 'reader.py'].map((name) => join(folder.path, name));
    writeFileSync(wrapper!, program('python'));
    writeFileSync(reader!, pythonReader);
    if (spawnSync('python3', ['-c', 'import requests']).status !== 0)
      writeFileSync(join(folder.path, 'requests.py'), requests);

    await using viewer = await watch(server.url, '/ws');
    const words = "What's the weather like?";
    expect(await run('python3', [reader!, wrapper!])).toBe(reply('weather_assistant', words));
    expect(await viewer.next()).toMatchObject({ type: 'user_message', metadata: { status: 'pending' } });
    const shown = await viewer.next();
    expect(shown).toEqual(expected('weather_assistant', words));
    expect(await recent(server, 1)).toEqual([shown]);
  },
);

/** axios, as far as the program uses it, where the machine has none. */
const axios = `
exports.post = async (url, data) => {
  const response = await fetch(url, {
    method: 'POST', body: JSON.stringify(data), headers: { 'Content-Type': 'application/json' },
  });
  if (!response.ok) throw new Error('Request failed with status code ' + response.status);
  return { status: response.status, data: await response.json() };
};
`;
// The document awaits outside of a function, which a CommonJS file cannot.
const asFile = (code: string): string => `
const yourPromptLayerCall = async (words, prompt) => prompt + ': an answer to "' + words + '"';
const estimateTokens = (words) => words.length;
(async () => {
${code}
console.log(response);
})();
`;

test("the document's JavaScript example ends in one exchange, shown as it happens", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'example.cjs');
  writeFileSync(file, asFile(program('javascript')));
  let modules = join(folder.path, 'node_modules');
  try {
    modules = join(dirname(createRequire(import.meta.url).resolve('axios/package.json')), '..');
  } catch {
    mkdirSync(join(modules, 'axios'), { recursive: true });
    writeFileSync(join(modules, 'axios', 'index.js'), axios);
  }

  await using viewer = await watch(server.url, '/ws');
  const words = 'How do I bake a cake?';
  const output = await run(process.execPath, [file], { NODE_PATH: modules });
  expect(output).toBe(reply('cooking_assistant', words));
  expect(await viewer.next()).toMatchObject({ type: 'user_message', metadata: { status: 'pending' } });
  const shown = await viewer.next();
  expect(shown).toEqual(expected('cooking_assistant', words));
  expect(await recent(server, 1)).toEqual([shown]);
});

test('the payloads of the document, sent as they stand there, are one exchange each way', async () => {
  const optional = { id: 'unique_conversation_id', timestamp: '2025-01-20T10:00:00Z', status: 'success' };
  const complete = {
    user_message: "User's input text",
    polly_response: "Polly's response text",
    prompt_name: 'your_prompt_template_name',
    model: 'gpt-4',
    latency_ms: 1200,
    tokens_used: { prompt_tokens: 32, completion_tokens: 45 },
  };
  await server.post('/webhook/conversation', { ...complete, ...optional });
  const question = { id: 'conv_123', message: "User's question", prompt_name: 'user_query', model: 'gpt-4' };
  await server.post('/webhook/user-message', question);
  await server.post('/webhook/polly-response', {
    id: 'conv_123',
    user_message: "User's question",
    response: "Polly's answer",
    latency_ms: 1500,
    tokens_used: { prompt_tokens: 20, completion_tokens: 30 },
  });
  expect(await recent(server, 2)).toEqual([
    {
      id: 'conv_123',
      type: 'new_message',
      timestamp: expect.stringMatching(/Z$/u) as string,
      user_message: "User's question",
      polly_response: "Polly's answer",
      metadata: {
        prompt_name: 'user_query',
        tokens_used: { prompt_tokens: 20, completion_tokens: 30 },
        latency_ms: 1500,
        model: 'gpt-4',
        status: 'success',
      },
    },
    {
      id: 'unique_conversation_id',
      type: 'new_message',
      timestamp: '2025-01-20T10:00:00Z',
      user_message: "User's input text",
      polly_response: "Polly's response text",
      metadata: {
        prompt_name: 'your_prompt_template_name',
        tokens_used: { prompt_tokens: 32, completion_tokens: 45 },
        latency_ms: 1200,
        model: 'gpt-4',
        status: 'success',
      },
    },
  ]);
});
