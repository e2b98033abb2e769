import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig, type ConfigurationError } from '../../server/config.ts';
import { parseMessengerBody } from '../../server/ingest/messenger/body.ts';
import { ensureProject } from '../../server/journal/project.ts';
import { openDatabase, type Database } from '../../server/store/database.ts';
import {
  APP_SECRET,
  conversation,
  conversationOf,
  deliver,
  messengerEnv,
  said,
  signatureOf,
  VERIFY_TOKEN,
  webhook,
  wordsIn,
  written,
} from '../support/messenger.ts';
import { head } from '../support/polly.ts';
import { createDatabase, startServer, type TestServer } from '../support/server.ts';
import { exchangeBytes, requestText } from '../support/wire.ts';

const logged: string[] = [];
let server: TestServer;
beforeAll(async () => {
  const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  server = await startServer({ env: messengerEnv, logger });
});
afterAll(() => server[Symbol.asyncDispose]());

const ask = (parameters: Record<string, string>): Promise<Response> =>
  server.get(`/webhook?${new URLSearchParams(parameters).toString()}`);
const right = { 'hub.mode': 'subscribe', 'hub.verify_token': VERIFY_TOKEN, 'hub.challenge': '1158201444' };

/** Sends a webhook that must be refused; gives the error after making sure that nothing was stored. */
async function refused(status: number, send: () => Promise<Response>): Promise<string> {
  const before = await head(server);
  const answer = await send();
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/u);
  const reply = (await answer.json()) as { success: boolean; error: string };
  expect(reply).toEqual({ success: false, error: expect.any(String) as string });
  expect(await head(server)).toBe(before);
  return reply.error;
}

describe('verification', () => {
  test('the right token is answered with the bare challenge', async () => {
    const answer = await ask(right);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await answer.text()).toBe('1158201444');
  });

  test('a challenge that looks like a page or like JSON stays text', async () => {
    const challenge = '<script>alert("1")</script> {"a":1} 🍰';
    const answer = await ask({ ...right, 'hub.challenge': challenge });
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.text()).toBe(challenge);
  });

  test.each([
    ['another token', { ...right, 'hub.verify_token': `${VERIFY_TOKEN}x` }],
    ['half of the token', { ...right, 'hub.verify_token': VERIFY_TOKEN.slice(0, -1) }],
    ['an empty token', { ...right, 'hub.verify_token': '' }],
    ['no token', { 'hub.mode': 'subscribe', 'hub.challenge': '1' }],
    ['another mode', { ...right, 'hub.mode': 'unsubscribe' }],
    ['no mode', { 'hub.verify_token': VERIFY_TOKEN, 'hub.challenge': '1' }],
    ['nothing at all', {}],
  ])('%s is 403, and the challenge is not given back', async (_what, parameters: Record<string, string>) => {
    expect(await refused(403, () => ask(parameters))).not.toContain(right['hub.challenge']);
  });

  test('a token that is sent twice is no token', async () => {
    const query = new URLSearchParams(right).toString();
    await refused(403, () => server.get(`/webhook?${query}&hub.verify_token=x`));
  });

  test('without a challenge there is nothing to answer: 400', async () => {
    const { 'hub.challenge': _, ...rest } = right;
    expect(await refused(400, () => ask(rest))).toContain('hub.challenge');
    await refused(400, () => ask({ ...right, 'hub.challenge': '' }));
  });
});

describe('signature', () => {
  const body = written(webhook(said('Is the café open? 🍰 1/2')));
  const send = (bytes: string, signature?: string): Promise<Response> =>
    server.post('/webhook', bytes, signature === undefined ? {} : { 'x-hub-signature-256': signature });

  test('the right one over the bytes as they came is answered, and the words are stored', async () => {
    const answer = await send(body, signatureOf(body));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await answer.text()).toBe('EVENT_RECEIVED');
    expect(await wordsIn(server)).toEqual(['USER Is the café open? 🍰 1/2']);
  });

  const other = written(webhook(said('somebody else')));
  test.each([
    ['none', undefined],
    ['an empty one', ''],
    ['the right one of another body', signatureOf(body)],
    ['one of another secret', signatureOf(other, `${APP_SECRET}x`)],
    ['one without a secret', signatureOf(other, '')],
    ['one without its prefix', signatureOf(other).slice('sha256='.length)],
    ['one with the prefix of the older header', signatureOf(other).replace('sha256', 'sha1')],
    ['one that is too short', signatureOf(other).slice(0, -2)],
    ['one that is too long', `${signatureOf(other)}00`],
    ['one in upper case', signatureOf(other).replace(/[0-9a-f]{64}$/u, (hex) => hex.toUpperCase())],
    ['one that is no hex', `sha256=${'g'.repeat(64)}`],
    ['one that is sent twice', `${signatureOf(other)}, ${signatureOf(other)}`],
    ['zeros', `sha256=${'0'.repeat(64)}`],
  ])('%s is 401', async (_what, signature) => {
    expect(await refused(401, () => send(other, signature))).toContain('X-Hub-Signature-256');
  });

  test('one over the same JSON written otherwise is 401', async () => {
    const rewritten = JSON.stringify(JSON.parse(body));
    expect(rewritten).not.toBe(body);
    await refused(401, () => send(body, signatureOf(rewritten)));
    await refused(401, () => send(rewritten, signatureOf(body)));
    await refused(401, () => send(`${body}\n`, signatureOf(body)));
  });

  test('one bit changed anywhere in it is 401', async () => {
    const hex = signatureOf(other).slice('sha256='.length);
    for (let bit = 0; bit < 256; bit += 5) {
      const bytes = Buffer.from(hex, 'hex');
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      expect((await send(other, `sha256=${bytes.toString('hex')}`)).status).toBe(401);
    }
    await refused(401, () => send(other, `sha256=${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}`));
  });

  test('one bit changed in the body is 401', async () => {
    for (const place of [0, other.indexOf('somebody'), other.length - 1]) {
      const bytes = Buffer.from(other);
      bytes[place]! ^= 1;
      expect(
        (await server.post('/webhook', bytes, { 'x-hub-signature-256': signatureOf(other) })).status,
      ).toBe(401);
    }
  });

  test('is asked for before anything is told of the body', async () => {
    for (const bytes of ['', '{', '{"object":"user"}']) {
      expect(await refused(401, () => send(bytes, 'sha256=00'))).toContain('X-Hub-Signature-256');
    }
  });
});

describe('refusals', () => {
  test.each([
    ['nothing', ''],
    ['half of it', '{"object":"page","entry":['],
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', '"page"'],
    ['bytes that are no UTF-8', Buffer.from('{"object":"page","entry":[],"x":"\xe4"}', 'latin1')],
    ['a number beyond all numbers', '{"object":"page","entry":[],"x":1e400}'],
    ['a page without entries', '{"object":"page"}'],
    ['entries that are no list', '{"object":"page","entry":{"messaging":[]}}'],
    ['what is nested too deep', `{"object":"page","entry":${'['.repeat(40)}${']'.repeat(40)}}`],
    ['what is nested far too deep', `{"object":"page","entry":${'['.repeat(1e5)}${']'.repeat(1e5)}}`],
  ])('%s with the right signature is 400', async (_what, body) => {
    await refused(400, () => deliver(server, body));
  });

  test.each([['user'], ['instagram'], ['whatsapp_business_account'], [''], [null], [['page']], [undefined]])(
    'the object %j is 404',
    async (object) => {
      await refused(404, () => deliver(server, { ...webhook(said('hello')), object }));
    },
  );

  test('a body of more than 1 MiB is 413', async () => {
    const large = written(webhook(said('x'.repeat(1024 * 1024))));
    expect(await refused(413, () => deliver(server, large))).toContain('1048576 bytes');
  });

  test('words of more than a million characters are 400', async () => {
    await refused(400, () => deliver(server, webhook(said('x'.repeat(1_000_001)))));
  });

  test.each([['PUT'], ['DELETE'], ['PATCH']])('%s is 405, and tells what is allowed', async (method) => {
    const reply = await exchangeBytes(server.url, requestText(method, '/webhook', {}));
    expect(reply?.status).toBe(405);
    expect(reply?.headers.get('allow')).toBe('GET, HEAD, POST');
    expect(JSON.parse(reply!.body)).toEqual({ success: false, error: expect.any(String) as string });
  });

  test('other unknown paths are refused as before', async () => {
    for (const path of ['/nothing', '/webhooks', '/webhook/', '/webhook/nothing']) {
      const answer = await server.get(path);
      expect([answer.status, await answer.text()]).toEqual([404, '{"detail":"Not Found"}']);
    }
  });

  test('a challenge or an event leaves no secret and no words in the log', async () => {
    await ask(right);
    await deliver(server, webhook(said('words that nobody may log')));
    await refused(401, () => server.post('/webhook', '{}', { 'x-hub-signature-256': signatureOf('x') }));
    expect(logged.join('')).not.toMatch(/a token that|a secret that|words that|sha256=/u);
  });
});

describe('the body', () => {
  test('what cannot be stored of it becomes U+FFFD, and the rest stays as it is', () => {
    const raw =
      '{"a\\u0000":["\\ud83c","\\udf70x","\\ud83c\\udf70",1,null,true,{"__proto__":{"b":"\\u0000"}}]}';
    expect(JSON.stringify(parseMessengerBody(Buffer.from(raw)))).toBe(
      '{"a\ufffd":["\ufffd","\ufffdx","🍰",1,null,true,{"__proto__":{"b":"\ufffd"}}]}',
    );
  });
});

describe('who is let in', () => {
  const bearer = { authorization: 'Bearer the-key' };

  test('no key is needed where all else needs one, and a wrong one does not matter', async () => {
    await using closed = await startServer({ env: { ...messengerEnv, WEBHOOK_API_KEY: 'the-key' } });
    expect((await closed.post('/webhook/conversation', { user_message: 'hello' })).status).toBe(401);
    expect((await closed.get(`/webhook?${new URLSearchParams(right).toString()}`)).status).toBe(200);
    expect((await deliver(closed, webhook(said('one')))).status).toBe(200);
    const wrong = { authorization: 'Bearer wrong', 'x-api-key': 'wrong' };
    expect((await deliver(closed, webhook(said('two')), wrong)).status).toBe(200);
    // The key of the server is no signature.
    const unsigned = await closed.post('/webhook', webhook(said('three')), bearer);
    expect(unsigned.status).toBe(401);
    const told = await conversation(closed, conversationOf(), bearer);
    expect(told?.messages.nodes.map(({ text }) => text)).toEqual(['one', 'two']);
  });

  test('in open mode a foreign host is refused here as everywhere', async () => {
    const body = written(webhook(said('hello')));
    const headers = {
      Host: 'bot.example',
      'X-Hub-Signature-256': signatureOf(body),
      'Content-Length': String(body.length),
    };
    const reply = await exchangeBytes(server.url, requestText('POST', '/webhook', headers, body));
    expect(reply?.status).toBe(403);
    expect(JSON.parse(reply!.body)).toEqual({ success: false, error: expect.any(String) as string });
  });
});

describe('configuration', () => {
  test('without it both paths are unknown', async () => {
    await using plain = await startServer();
    const answers = [
      await plain.get(`/webhook?${new URLSearchParams(right).toString()}`),
      await deliver(plain, webhook(said('hello'))),
    ];
    for (const answer of answers) {
      expect([answer.status, await answer.text()]).toEqual([404, '{"detail":"Not Found"}']);
    }
    expect(await head(plain)).toBe(0);
  });

  test('the conversations belong to the project that it names, and to no other', async () => {
    await using database = await createDatabase();
    const env = { ...messengerEnv, MESSENGER_PROJECT: 'cafe' };
    await expect(startServer({ database, env })).rejects.toThrow(/MESSENGER_PROJECT is "cafe"/u);
    await addProject(database.url, 'cafe');
    await using own = await startServer({ database, env });
    expect((await deliver(own, webhook(said('hello')))).status).toBe(200);
    expect(await conversation(own)).toBeNull();
    expect(await head(own)).toBe(0);
    expect(await headsOf(database.url)).toMatchObject({ default: 0, cafe: 2 });
  });

  const read = (env: Record<string, string>): unknown => {
    try {
      return readConfig(env, false).messenger;
    } catch (error) {
      return (error as ConfigurationError).problems;
    }
  };

  test('it is off without token and secret, and needs both', () => {
    expect(read({})).toBeNull();
    expect(read({ MESSENGER_VERIFY_TOKEN: '', MESSENGER_APP_SECRET: ' ', MESSENGER_APP_ID: '5' })).toBeNull();
    expect(read({ MESSENGER_VERIFY_TOKEN: 't', MESSENGER_APP_SECRET: 's' })).toEqual({
      verifyToken: 't',
      appSecret: 's',
      appId: null,
      project: 'default',
    });
    expect(read({ MESSENGER_VERIFY_TOKEN: 'tok-1' })).toEqual([
      expect.stringMatching(/needs MESSENGER_APP_SECRET/u),
    ]);
    expect(read({ MESSENGER_APP_SECRET: 'sec-1' })).toEqual([
      expect.stringMatching(/needs MESSENGER_VERIFY_TOKEN/u),
    ]);
  });

  test('every problem is told at once, and none tells a secret', () => {
    const problems = read({ MESSENGER_APP_SECRET: 'sec-1', MESSENGER_APP_ID: 'my-app', PORT: 'http' });
    expect(problems).toEqual([
      expect.stringMatching(/^PORT/u),
      expect.stringMatching(/^MESSENGER_APP_SECRET/u),
      expect.stringMatching(/^MESSENGER_APP_ID must be digits; it is "my-app"/u),
    ]);
    expect(String(problems)).not.toContain('sec-1');
  });
});

async function withDatabase<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  await using database = openDatabase({ connectionString: url });
  return await work(database);
}

async function addProject(url: string, name: string): Promise<void> {
  await withDatabase(url, ({ prisma }) => ensureProject(prisma, name));
}

const headsOf = (url: string): Promise<Record<string, number>> =>
  withDatabase(url, async ({ prisma }) => {
    const projects = await prisma.project.findMany({ select: { name: true, head: true } });
    return Object.fromEntries(projects.map(({ name, head: seq }) => [name, Number(seq)]));
  });
