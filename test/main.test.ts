import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { databaseUrl, adminOf } from './support/database.ts';
import { temporaryFolder } from './support/folder.ts';
import { freePort, runEarshot, startProcess, type ServerProcess } from './support/process.ts';
import { createDatabase } from './support/server.ts';
import { follow, watch } from './support/viewer.ts';

/** Runs a command to its end. */
async function run(args: string[], env: Record<string, string>): Promise<{ code: unknown; output: string }> {
  const process = runEarshot(args, env);
  const code = await process.exited;
  return { code, output: process.output() };
}

const post = (server: Pick<ServerProcess, 'url'>, body: object, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/webhook/conversation`, { method: 'POST', body: JSON.stringify(body), headers });
const exchange = { user_message: 'hello', polly_response: 'hi' };

async function stop(server: ServerProcess): Promise<unknown> {
  server.child.kill('SIGTERM');
  return server.exited;
}

describe('starting', () => {
  test('says where it answers and that it is open', async () => {
    using folder = temporaryFolder();
    const server = await startProcess({ PORT: '0', DATA_DIR: folder.path });
    expect(server.output()).toMatch(/Earshot is ready at http:\/\/127\.0\.0\.1:\d+\nOpen mode/u);
    expect((await post(server, exchange)).status).toBe(200);
    expect(await stop(server)).toBe(0);
  });

  test('with a port in use it says so in one line and ends with 1', async () => {
    await using database = await createDatabase();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const { code, output } = await run([], { PORT: String(port), DATABASE_URL: database.url });
    other.close();
    expect({ code, output }).toEqual({
      code: 1,
      output: `earshot: Port ${port} on 127.0.0.1 is in use. Stop what uses it, or set PORT to another one.\n`,
    });
  });

  test('with settings that cannot be used it lists every one of them', async () => {
    const env = { PORT: 'http', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://x', HOST: '' };
    const { code, output } = await run([], env);
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([
      expect.stringMatching(/^earshot: PORT must be/u),
      expect.stringMatching(/^earshot: LOG_LEVEL must be/u),
      expect.stringMatching(/^earshot: DATABASE_URL must start/u),
    ]);
  });

  test('with a database that is down it says so in one line and ends with 1', async () => {
    const url = `postgresql://earshot@127.0.0.1:${await freePort()}/earshot`;
    const { code, output } = await run([], { PORT: '0', DATABASE_URL: url });
    expect(code).toBe(1);
    expect(output).toMatch(/^earshot: The database of DATABASE_URL cannot be used: .*ECONNREFUSED.*\n$/u);
  });

  test('with a database that is newer it says so in one line and ends with 1', async () => {
    await using database = await createDatabase();
    const client = new pg.Client(database.url);
    await client.connect();
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ('x', 'x', '29990101000000_future', now(), now(), 1)`,
    );
    await client.end();
    const { code, output } = await run([], { PORT: '0', DATABASE_URL: database.url });
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringMatching(/^earshot: The database is newer .* 29990101000000_future.*\n$/u),
    });
  });

  test('in a data directory that cannot be written it says so in one line and ends with 1', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    const { code, output } = await run([], { PORT: '0', DATA_DIR: join(file, 'data') });
    expect(code).toBe(1);
    expect(output).toMatch(/^earshot: [^\n]*file\/data[^\n]*\n$/u);
  });

  test('beside another server on the same data directory it says so in one line and ends with 1', async () => {
    using folder = temporaryFolder();
    const first = await startProcess({ PORT: '0', DATA_DIR: folder.path });
    const { code, output } = await run([], { PORT: '0', DATA_DIR: folder.path });
    expect(code).toBe(1);
    expect(output).toMatch(/^earshot: Another Earshot server is using [^\n]*\n$/u);
    expect((await post(first, exchange)).status).toBe(200);
    expect(await stop(first)).toBe(0);
  });

  test('two servers that migrate one empty database together both start', async () => {
    const address = inject('postgres');
    await adminOf(address, (client) => client.query('create database empty_for_two'));
    const env = { PORT: '0', DATABASE_URL: databaseUrl(address, 'empty_for_two') };
    const servers = await Promise.all([startProcess(env), startProcess(env)]);
    expect(await Promise.all(servers.map(stop))).toEqual([0, 0]);
    await adminOf(address, (client) => client.query('drop database empty_for_two with (force)'));
  });
});

describe('stopping', () => {
  test('finishes what it took, closes sockets with 1001, takes nothing new and ends with 0', async () => {
    await using database = await createDatabase();
    const server = await startProcess({ PORT: '0', DATABASE_URL: database.url });
    await using plain = await watch(server.url, '/ws');
    await using feed = follow(server.url);
    await feed.next();
    const sent = Array.from({ length: 200 }, (_, index) =>
      post(server, { ...exchange, id: `drain-${index}` }).then(
        ({ status }) => (status === 200 ? index : null),
        () => null,
      ),
    );
    await sent[0];
    const code = stop(server);
    const acknowledged = (await Promise.all(sent)).filter((index) => index !== null);
    expect(await code).toBe(0);
    expect(await plain.closed).toMatchObject({ code: 1001 });
    expect(await feed.ended).toMatchObject({ code: 1001 });
    expect(acknowledged.length).toBeGreaterThan(0);
    const client = new pg.Client(database.url);
    await client.connect();
    const { rows } = await client.query<{ external_id: string }>('select external_id from conversations');
    await client.end();
    const stored = new Set(rows.map((row) => row.external_id));
    expect(acknowledged.filter((index) => !stored.has(`drain-${index}`))).toEqual([]);
    expect(server.output()).not.toMatch(/unhandled|warning/iu);
  });
});

describe('a database that is lost', () => {
  test('is answered with 503 and Retry-After, and everything goes on by itself when it is back', async () => {
    using folder = temporaryFolder();
    const server = await startProcess({ PORT: '0', DATA_DIR: folder.path, LOG_LEVEL: 'silent' });
    await using feed = follow(server.url);
    await feed.next();
    const [pid] = readFileSync(join(folder.path, 'pg', 'postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGKILL');
    const statuses = new Set<number>();
    let refused: Response | undefined;
    for (;;) {
      const response = await post(server, { ...exchange, id: 'after' });
      statuses.add(response.status);
      if (response.status === 200) break;
      refused ??= response;
      await new Promise(setImmediate);
    }
    expect([...statuses]).toEqual([503, 200]);
    expect(refused!.headers.get('retry-after')).toMatch(/^\d+$/u);
    expect(await refused!.json()).toEqual({ detail: expect.stringMatching(/database/u) });
    expect(await feed.event()).toMatchObject({ conversation: { externalId: 'after' } });
    expect(await (await fetch(`${server.url}/ready`)).json()).toMatchObject({ status: 'ready' });
    expect(await stop(server)).toBe(0);
  });
});

describe('the command line', () => {
  // Five processes start here one after the other.
  test('makes, lists and revokes keys while the server runs', { timeout: 90_000 }, async () => {
    using folder = temporaryFolder();
    const env = { PORT: '0', DATA_DIR: folder.path };
    const server = await startProcess(env);
    const made = await run(['key', 'create', '--name', 'bot', '--scopes', 'ingest'], env);
    const key = /^(ear_\S+)$/mu.exec(made.output)?.[1];
    expect(made).toMatchObject({ code: 0 });
    const send = async (): Promise<number> =>
      (await post(server, exchange, { authorization: `Bearer ${key}` })).status;
    expect(await send()).toBe(200);
    await expect.poll(async () => (await post(server, exchange)).status, { timeout: 10_000 }).toBe(401);
    const listed = await run(['key', 'list'], env);
    expect(listed.output).toMatch(/^[0-9a-f]{12} {2}bot {2}ingest {2}made \S+ {2}valid\n$/u);
    const id = listed.output.slice(0, 12);
    expect(await run(['key', 'revoke', id], env)).toMatchObject({ code: 0 });
    await expect.poll(send, { timeout: 10_000 }).toBe(401);
    expect((await run(['key', 'list'], env)).output).toContain('revoked');
    expect(await stop(server)).toBe(0);
  });

  test.each([
    [['key', 'revoke', 'nope'], /There is no key nope/u],
    [['key', 'create', '--name', 'x', '--scopes', 'root'], /Unknown scope root/u],
    [['key', 'create', '--project', 'nowhere'], /There is no project "nowhere"/u],
    [['project', 'create', 'No Such Name'], /A project is named by/u],
    [['export', '--status', 'gone'], /--status must be one of/u],
    [['export', '--everything'], /Usage:/u],
    [['dance'], /Usage:/u],
  ])('%j is refused with what to do', async (args, message) => {
    await using database = await createDatabase();
    const { code, output } = await run(args, { DATABASE_URL: database.url });
    expect(code).toBe(1);
    expect(output).toMatch(message);
  });

  test('keys of different projects see different things', async () => {
    await using database = await createDatabase();
    const env = { DATABASE_URL: database.url };
    await run(['project', 'create', 'cafe'], env);
    const { output } = await run(
      ['key', 'create', '--project', 'cafe', '--name', 'x', '--scopes', 'ingest,read'],
      env,
    );
    const key = /^(ear_\S+)$/mu.exec(output)![1]!;
    const server = await startProcess({ ...env, PORT: '0', WEBHOOK_API_KEY: 'of-the-default-project' });
    await post(server, { ...exchange, id: 'in the cafe' }, { 'x-api-key': key });
    const recent = async (headers: Record<string, string>) =>
      (await (await fetch(`${server.url}/conversations/recent`, { headers })).json()) as { count: number };
    expect(await recent({ 'x-api-key': key })).toMatchObject({ count: 1 });
    expect(await recent({ 'x-api-key': 'of-the-default-project' })).toMatchObject({ count: 0 });
    expect(await stop(server)).toBe(0);
  });
});

describe('logs', () => {
  test('hold neither keys nor what people said', async () => {
    await using database = await createDatabase();
    const key = 'a-very-secret-key';
    const env = { PORT: '0', DATABASE_URL: database.url, LOG_LEVEL: 'debug', WEBHOOK_API_KEY: key };
    const server = await startProcess(env);
    await post(server, { id: 'x', user_message: 'my secret words' }, { authorization: `Bearer ${key}` });
    await post(server, { id: 5, user_message: 'my secret words' }, { authorization: `Bearer ${key}` });
    await fetch(`${server.url}/ws?token=${key}`);
    const client = new pg.Client(database.url);
    await client.connect();
    await client.query('alter table messages add constraint broken check (false) not valid');
    await client.end();
    const failed = await post(
      server,
      { id: 'y', user_message: 'my secret words' },
      { authorization: `Bearer ${key}` },
    );
    expect(failed.status).toBeGreaterThanOrEqual(400);
    expect(await stop(server)).toBe(0);
    expect(server.output()).toContain('refused');
    expect(server.output()).not.toMatch(/secret/u);
  });
});

const isRoot = process.getuid?.() === 0;

test(`${isRoot ? 'as root ' : ''}in a clone that nobody else may enter it starts all the same`, async () => {
  using folder = temporaryFolder();
  const home = join(folder.path, 'home');
  mkdirSync(home);
  chmodSync(home, 0o700);
  const root = join(import.meta.dirname, '..');
  const clone = join(home, 'earshot');
  mkdirSync(clone);
  for (const name of ['dist', 'prisma', 'package.json']) execFileSync('cp', ['-r', join(root, name), clone]);
  execFileSync('cp', ['-rl', join(root, 'node_modules'), clone]);
  using data = temporaryFolder();
  const server = runEarshot([], { PORT: '0', DATA_DIR: data.path }, join(clone, 'dist/server/main.js'));
  await expect.poll(() => server.output(), { timeout: 20_000 }).toContain('ready at');
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
});
