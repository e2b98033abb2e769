import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aBody, CONVERSATION, head, pollyDoors, readBack, recent, USER_MESSAGE } from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const keyed = (key: string = randomUUID()): { 'idempotency-key': string } => ({ 'idempotency-key': key });

test.each(pollyDoors)('%s gives the first answer again for the same key and bytes', async (door) => {
  const headers = keyed();
  const first = await server.post(door, aBody(door), headers);
  expect(first.headers.has('idempotent-replayed')).toBe(false);
  const stored = await head(server);
  for (let repeat = 0; repeat < 2; repeat += 1) {
    const again = await server.post(door, aBody(door), headers);
    expect(again.status).toBe(200);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    // The id was made up for the first call: it is the first answer, and not another one like it.
    expect(await again.text()).toBe(await first.clone().text());
  }
  expect(await head(server)).toBe(stored);
});

test('without a key the same body twice is two exchanges', async () => {
  const answers = [
    await server.post(USER_MESSAGE, { message: 'x' }),
    await server.post(USER_MESSAGE, { message: 'x' }),
  ];
  const [first, second] = await Promise.all(answers.map((answer) => answer.text()));
  expect(first).not.toBe(second);
});

test('the same key with another body is 409, and nothing is stored', async () => {
  const headers = keyed('reused key');
  await server.post(CONVERSATION, { id: 'mine', user_message: 'hello' }, headers);
  const stored = await head(server);
  const answer = await server.post(CONVERSATION, { id: 'mine', user_message: 'hello!' }, headers);
  expect(answer.status).toBe(409);
  expect(answer.headers.has('idempotent-replayed')).toBe(false);
  const reply = (await answer.json()) as { detail: string };
  expect(Object.keys(reply)).toEqual(['detail']);
  expect(reply.detail).toContain('"reused key"');
  // Bytes count, not meaning.
  expect((await server.post(CONVERSATION, '{"id": "mine", "user_message": "hello"}', headers)).status).toBe(
    409,
  );
  expect(await head(server)).toBe(stored);
  expect(await readBack(server, 'mine')).toMatchObject({ user_message: 'hello' });
});

test('of parallel calls with one key exactly one is the first', async () => {
  for (let round = 0; round < 5; round += 1) {
    const headers = keyed();
    const body = { user_message: `parallel ${round}` };
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => server.post(CONVERSATION, body, headers)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(answers.filter((answer) => !answer.headers.has('idempotent-replayed'))).toHaveLength(1);
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    const stored = (await recent(server)).filter((event) => event.user_message === body.user_message);
    expect(stored).toHaveLength(1);
  }
});

test('of parallel calls with one key and two bodies one body wins, and the other is a conflict', async () => {
  const headers = keyed();
  const posts = Array.from({ length: 20 }, (_, index) =>
    server.post(CONVERSATION, { id: `race ${index % 2}`, user_message: 'hello' }, headers),
  );
  const answers = await Promise.all(posts);
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(10);
  expect(statuses.filter((status) => status === 409)).toHaveLength(10);
  const stored = (await recent(server)).filter(({ id }) => id.startsWith('race '));
  expect(stored).toHaveLength(1);
});

test('a refusal is not remembered', async () => {
  const headers = keyed();
  expect((await server.post(USER_MESSAGE, { message: '' }, headers)).status).toBe(422);
  expect((await server.post(USER_MESSAGE, '{', headers)).status).toBe(422);
  const answer = await server.post(USER_MESSAGE, { message: 'hello' }, headers);
  expect(answer.status).toBe(200);
  expect(answer.headers.has('idempotent-replayed')).toBe(false);
});

test('a key belongs to one path', async () => {
  const headers = keyed();
  for (const door of pollyDoors) {
    const answer = await server.post(door, aBody(door, { id: 'per path' }), headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.has('idempotent-replayed')).toBe(false);
  }
});

test('the first answer is given again even when the exchange went on since', async () => {
  const headers = keyed();
  const first = await server.post(USER_MESSAGE, { id: 'went on', message: 'hello' }, headers);
  await server.post(USER_MESSAGE, { id: 'went on', message: 'hello, corrected' });
  const again = await server.post(USER_MESSAGE, { id: 'went on', message: 'hello' }, headers);
  expect(await again.text()).toBe(await first.text());
  expect(await readBack(server, 'went on')).toMatchObject({ user_message: 'hello, corrected' });
});

test.each([
  ['one character', '!'],
  ['every printable character', ' !"#$%&\'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~'.trim()],
  ['255 characters', 'k'.repeat(255)],
])('a key may have %s', async (_what, key) => {
  await server.post(USER_MESSAGE, { message: 'hello' }, keyed(key));
  const again = await server.post(USER_MESSAGE, { message: 'hello' }, keyed(key));
  expect(again.headers.get('idempotent-replayed')).toBe('true');
});

test.each([
  ['nothing in it', ''],
  ['256 characters', 'k'.repeat(256)],
  ['bytes beyond ASCII', 'caf\u00e9'],
  ['a tab in it', 'a\tb'],
])('a key with %s is refused, and nothing is stored', async (_what, key) => {
  const stored = await head(server);
  const answer = await server.post(USER_MESSAGE, { message: 'hello' }, keyed(key));
  expect(answer.status).toBe(422);
  expect(await answer.json()).toEqual({
    detail: 'Idempotency-Key must be 1 to 255 printable ASCII characters.',
  });
  expect(await head(server)).toBe(stored);
});
