import { get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKey } from '../../server/auth/key.ts';
import type { Scope } from '../../server/domain/key.ts';
import type { Journal } from '../../server/journal/write.ts';
import { ensureProject } from '../../server/journal/project.ts';
import { openDatabase, type Database } from '../../server/store/database.ts';
import { silentJournal } from '../support/journal.ts';
import { startServer, type TestServer } from '../support/server.ts';

const KEY = 'the-key-of-the-environment';
const headers = { authorization: `Bearer ${KEY}` };
let server: TestServer;
let second: TestServer;
let database: Database;
let journal: Journal;
let late = 0;
const logged: string[] = [];

beforeAll(async () => {
  const now = (): number => Date.now() + late;
  const env = { WEBHOOK_API_KEY: KEY };
  const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  server = await startServer({ env, now, logger });
  second = await startServer({ env, now, logger, database: { url: server.databaseUrl } });
  database = openDatabase({ connectionString: server.databaseUrl });
  journal = silentJournal(database);
  for (const [id, user, platform] of [
    ['one', 'user123', 'web'],
    ['two', 'user456', 'phone'],
    ['three', 'user123', 'web'],
  ] as const) {
    await say(id, [`${id} asks`, `${id} asks again`], { endUserId: user, platform });
  }
  await journal.write(1, [{ kind: 'closeConversation', conversationId: 'two', reason: null }]);
  await journal.write(1, [{ kind: 'takeOver', conversationId: 'three', operator: 'operator-3' }]);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const say = (conversationId: string, texts: string[], more: object = {}, projectId = 1) =>
  journal.write(
    projectId,
    texts.map((text) => ({
      kind: 'logMessage' as const,
      conversationId,
      sender: 'USER' as const,
      text,
      origin: 'test',
      facts: {},
      metadata: {},
      ...more,
    })),
  );

async function keyOf(
  scopes: Scope[],
  project = 'default',
): Promise<{ projectId: number; key: string; id: string }> {
  const { key, id, hash } = createKey();
  const projectId = await ensureProject(database.prisma, project);
  await journal.write(projectId, [{ kind: 'createKey', key: { id, name: 'test', hash, scopes } }]);
  return { projectId, key, id };
}

type Line = { type: string; id: string | number; conversation?: string; text?: string };
const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
const exported = async (query: string): Promise<Line[]> =>
  linesOf(await (await server.get(`/export/conversations?${query}`, headers)).text());
const idsOf = (lines: Line[]): unknown[] =>
  lines.filter(({ type }) => type === 'conversation').map(({ id }) => id);

describe('GET /export/conversations', () => {
  test.each([
    ['', 'application/x-ndjson; charset=utf-8', 'jsonl'],
    ['?format=csv', 'text/csv; charset=utf-8; header=present', 'csv'],
    ['?format=txt', 'text/plain; charset=utf-8', 'txt'],
  ])('%j is a file of its kind', async (query, type, extension) => {
    const response = await server.get(`/export/conversations${query}`, headers);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="conversations.${extension}"`,
    );
    const text = await response.text();
    for (const id of ['one', 'two', 'three']) expect(text).toContain(`${id} asks again`);
  });

  test('gives each conversation with its messages, in their order', async () => {
    expect((await exported('')).slice(0, 3)).toMatchObject([
      { type: 'conversation', id: 'one' },
      { type: 'message', conversation: 'one', text: 'one asks' },
      { type: 'message', conversation: 'one', text: 'one asks again' },
    ]);
  });

  test.each([
    ['conversation=two', ['two']],
    ['status=CLOSED', ['two']],
    ['owner=HUMAN', ['three']],
    ['channel=CALL', []],
    ['platform=web', ['one', 'three']],
    ['user=user456', ['two']],
    ['user=nobody', []],
    ['metadata=plan=pro', []],
    ['requiresHuman=true', []],
    ['minCost=0&feedback=any', []],
    ['query=asks', ['one', 'two', 'three']],
    ['query=two+again', ['two']],
    ['query=again&user=user123', ['one', 'three']],
    ['query=nothing', []],
    ['from=2000-01-01', ['one', 'two', 'three']],
    ['to=2000-01-01', []],
    ['from=2000-01-01&to=2999-01-01&user=user123', ['one', 'three']],
  ])('%s means %j', async (query, ids) => {
    expect(idsOf(await exported(query))).toEqual(ids);
  });

  test.each([
    ['format=xml', 'format'],
    ['format=', 'format'],
    ['status=gone', 'status'],
    ['owner=', 'owner'],
    ['channel=', 'channel'],
    ['platform=', 'platform'],
    ['conversation=', 'conversation'],
    ['user=', 'user'],
    ['from=', 'from'],
    ['from=yesterday', 'from'],
    ['to=2025-02-30', 'to'],
    ['from=2025-01-02&to=2025-01-01', 'to'],
    ['stauts=CLOSED', 'stauts'],
    ['user=user123&user=user456', 'user'],
    ['minSentiment=low', 'minSentiment'],
    ['requiresHuman=perhaps', 'requiresHuman'],
    ['metadata=plan', 'metadata'],
    ['query=!', 'query'],
  ])('%s is refused by name', async (query, field) => {
    const response = await server.get(`/export/conversations?${query}`, headers);
    expect([response.status, await response.json()]).toEqual([
      422,
      { detail: expect.stringMatching(new RegExp(`^${field} (?:must|is no)`, 'u')) },
    ]);
  });

  test('asks for the scope read, and shows nothing of another project', async () => {
    const path = '/export/conversations';
    expect((await server.get(path)).status).toBe(401);
    expect((await server.get(`${path}?token=${KEY}`)).status).toBe(401);
    const { key: writer } = await keyOf(['ingest', 'operate', 'admin']);
    expect((await server.get(path, { 'x-api-key': writer })).status).toBe(403);
    const { key, projectId } = await keyOf(['read'], 'strangers');
    await say('theirs', ['hello'], {}, projectId);
    const seen = await server.get(path, { 'x-api-key': key });
    expect(idsOf(linesOf(await seen.text()))).toEqual(['theirs']);
    const foreign = await server.get(`${path}?conversation=one`, { 'x-api-key': key });
    expect([foreign.status, await foreign.text()]).toEqual([200, '']);
  });

  test('answers HEAD without a body', async () => {
    const response = await fetch(`${server.url}/export/conversations`, { method: 'HEAD', headers });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});

describe('a link', () => {
  const mutation = `mutation ($input: ExportLinkInput!) { exportLink(input: $input) { __typename
    ... on ExportLinkPayload { path expiresAt } ... on InvalidInputError { field } } }`;
  type Link = { __typename: string; path: string; expiresAt: string; field?: string };
  const link = async (input: object, by: Record<string, string> = headers): Promise<Link> =>
    (await server.graphql<{ exportLink: Link }>(mutation, { input }, by)).exportLink;

  test('is valid once, for that export, on any server of the database', async () => {
    const { path } = await link({
      format: 'TXT',
      filter: { endUser: 'user456', from: '2000-01-01T00:00:00Z', metadata: [] },
    });
    const response = await second.get(path);
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain('USER: two asks');
    expect(text).not.toContain('one asks');
    for (const other of [server, second]) {
      const again = await other.get(path);
      expect([again.status, await again.json()]).toEqual([
        401,
        { detail: expect.stringMatching(/used up, expired or changed/u) },
      ]);
    }
  });

  test('is used by one of many who open it together', async () => {
    const { path } = await link({ format: 'CSV' });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? server : second).get(path)),
    );
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 401)]);
    await Promise.all(answers.map((it) => it.text()));
  });

  test.each([
    ['another filter', (path: string) => path.replace('user=user456', 'user=user123')],
    ['no filter', (path: string) => path.replace('user=user456&', '')],
    ['one more filter', (path: string) => `${path}&status=CLOSED`],
    ['another form', (path: string) => path.replace('format=CSV', 'format=TXT')],
    ['another signature', (path: string) => `${path.slice(0, -4)}AAAA`],
    ['another content', (path: string) => path.replace('ticket=', 'ticket=A')],
    ['nothing in it', (path: string) => path.replace(/ticket=.*/u, 'ticket=')],
  ])('with %s is 401, and the right one is valid still', async (_what, change) => {
    const { path } = await link({ format: 'CSV', filter: { endUser: 'user456' } });
    expect((await server.get(change(path))).status).toBe(401);
    const right = await server.get(path);
    expect(right.status).toBe(200);
    await right.text();
  });

  test('is expired after five minutes', async () => {
    const { path } = await link({ format: 'CSV' });
    late = 301_000;
    expect((await server.get(path)).status).toBe(401);
    late = 0;
  });

  test('of a key that was revoked is 401', async () => {
    const { key, id } = await keyOf(['read']);
    const { path } = await link({ format: 'CSV' }, { 'x-api-key': key });
    await journal.write(1, [{ kind: 'revokeKey', keyId: id }]);
    expect((await server.get(path)).status).toBe(401);
  });

  test('names the field that is refused', async () => {
    expect(await link({ format: 'CSV', filter: { platform: ' ' } })).toMatchObject({
      __typename: 'InvalidInputError',
      field: 'input.filter.platform',
    });
  });

  test('is made with the scope read alone', async () => {
    const { key } = await keyOf(['ingest', 'operate', 'admin']);
    await expect(link({ format: 'CSV' }, { 'x-api-key': key })).rejects.toThrow('FORBIDDEN');
  });

  test('opens no other door', async () => {
    const { path } = await link({ format: 'CSV' });
    const ticket = path.replace('/export/conversations', '');
    expect((await server.get(`/conversations/recent${ticket}`)).status).toBe(401);
  });

  test('is never logged', () => {
    expect(logged.join('')).not.toMatch(/ticket=|one asks/u);
  });
});

describe('a long export', () => {
  const MESSAGES = 20_000;
  const FILLING = 'x'.repeat(2000);

  beforeAll(async () => {
    for (let done = 0; done < MESSAGES; done += 500) {
      const texts = Array.from({ length: 500 }, (_, index) => `${done + index} ${FILLING}`);
      // Half of them in one conversation, the others in many.
      await say(done < MESSAGES / 2 ? 'long' : `short-${done}`, texts, { sender: 'BOT', platform: 'long' });
    }
  }, 120_000);

  const open = async (): Promise<IncomingMessage> => {
    const request = get(`${server.url}/export/conversations?platform=long`, { headers });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  };

  test('goes to a slow reader while memory stays flat and others are answered', async () => {
    const response = await open();
    response.setEncoding('utf8');
    const { rss: before } = process.memoryUsage();
    let [rest, size, most, next]: [string, number, number, number] = ['', 0, 0, 0];
    const seen: number[] = [];
    for await (const chunk of response as AsyncIterable<string>) {
      size += chunk.length;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      for (const { type, text } of linesOf(lines.join('\n'))) {
        if (type === 'message') seen.push(Number.parseInt(text!));
      }
      most = Math.max(most, process.memoryUsage().rss);
      if (seen.length < next) continue;
      next += 2000;
      expect((await server.get('/conversations/recent?limit=1', headers)).status).toBe(200);
    }
    expect(seen).toEqual(Array.from({ length: MESSAGES }, (_, index) => index));
    expect(size).toBeGreaterThan(MESSAGES * FILLING.length);
    expect(most / before).toBeLessThan(1.5);
  }, 120_000);

  test('holds nothing that came after it began', async () => {
    const response = await open();
    await say('late', ['too late'], { platform: 'long' });
    await say('long', ['too late'], { platform: 'long' });
    const texts = [];
    for await (const chunk of response) texts.push(String(chunk));
    expect(texts.join('')).not.toContain('too late');
  });

  test('that fails in the middle is cut, not ended', async () => {
    const response = await open();
    const client = new pg.Client(server.databaseUrl);
    await client.connect();
    await client.query('alter table messages rename to lost');
    const reading = (async () => {
      for await (const _ of response);
    })();
    await expect(reading).rejects.toThrow('aborted');
    await client.query('alter table lost rename to messages');
    await client.end();
  });
});
