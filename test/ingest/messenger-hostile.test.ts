import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  BOT_APP,
  deliver,
  INBOX_APP,
  messengerEnv,
  PAGE,
  PERSON,
  said,
  webhook,
  wordsIn,
  conversationOf,
} from '../support/messenger.ts';
import { head } from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';

const logged: string[] = [];
let server: TestServer;
beforeAll(async () => {
  const logger = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  server = await startServer({ env: messengerEnv, logger });
});
afterAll(() => server[Symbol.asyncDispose]());
// Nothing that anybody sends is a fault of ours, so the log has nothing to tell.
afterEach(() => expect(logged.splice(0)).toEqual([]));

type Body = string | Uint8Array<ArrayBuffer>;
const show = (body: Body): string => Buffer.from(body).toString('latin1').slice(0, 500);

/** Sends a body with the right signature; gives whether it was taken. */
async function send(body: Body): Promise<boolean> {
  const answer = await deliver(server, body);
  const text = await answer.text();
  const reply = `${answer.status} ${text.slice(0, 200)} to ${show(body)}`;
  if (answer.status === 200) expect(text, reply).toBe('EVENT_RECEIVED');
  else {
    expect([400, 404], reply).toContain(answer.status);
    expect(Object.keys(JSON.parse(text) as object), reply).toEqual(['success', 'error']);
  }
  return answer.status === 200;
}

const TOGETHER = 20;

/** Sends all of these, some at a time; gives which were taken. */
async function sendAll(bodies: Body[]): Promise<boolean[]> {
  const taken: boolean[] = [];
  for (let start = 0; start < bodies.length; start += TOGETHER) {
    taken.push(...(await Promise.all(bodies.slice(start, start + TOGETHER).map(send))));
  }
  return taken;
}

/** Sends all, then all once more: neither what was refused nor what is repeated may leave anything behind. */
async function hold(bodies: Body[]): Promise<{ taken: number; stored: number }> {
  const before = await head(server);
  const taken = await sendAll(bodies);
  const after = await head(server);
  const refused = bodies.filter((_, index) => !taken[index]);
  expect(await sendAll(bodies)).toEqual(taken);
  expect(await sendAll(refused)).not.toContain(true);
  const signature = { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
  for (const body of bodies.slice(0, TOGETHER)) {
    expect((await server.post('/webhook', body, signature)).status).toBe(401);
  }
  expect(await head(server)).toBe(after);
  return { taken: taken.filter(Boolean).length, stored: after - before };
}

const anything = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 });
const maybe = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 8, arbitrary: usual as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: anything });
const id = fc.constantFrom(PAGE, PERSON, '1', '22', '333');
const party = maybe(fc.record({ id: maybe(id) }, { requiredKeys: [] }));
const attachment = maybe(
  fc.record(
    { type: maybe(fc.constantFrom('image', 'audio', 'fallback')), payload: anything },
    { requiredKeys: [] },
  ),
);
const mid = maybe(fc.oneof(fc.constantFrom('m_1', 'm_2', 'm_3'), fc.uuid()));
const message = fc.record(
  {
    mid,
    text: maybe(fc.string({ unit: 'binary' })),
    is_echo: maybe(fc.boolean()),
    app_id: maybe(fc.constantFrom<unknown>(BOT_APP, Number(BOT_APP), INBOX_APP)),
    attachments: maybe(fc.array(attachment, { maxLength: 3 })),
    quick_reply: anything,
    is_deleted: fc.boolean(),
  },
  { requiredKeys: [] },
);
const event = fc.record(
  {
    sender: party,
    recipient: party,
    timestamp: maybe(fc.integer({ min: 1_600_000_000_000, max: 1_800_000_000_000 })),
    message: maybe(message),
    postback: maybe(fc.record({ title: maybe(fc.string()), payload: anything, mid }, { requiredKeys: [] })),
    read: anything,
  },
  { requiredKeys: ['sender', 'recipient'] },
);
const entry = fc.record(
  {
    id: maybe(id),
    time: maybe(fc.integer({ min: 1_600_000_000_000, max: 1_800_000_000_000 })),
    messaging: maybe(fc.array(maybe(event), { maxLength: 4 })),
    standby: maybe(fc.array(maybe(event), { maxLength: 2 })),
  },
  { requiredKeys: [] },
);
const payload = fc
  .record({
    object: fc.oneof(
      { weight: 9, arbitrary: fc.constant<unknown>('page') },
      { weight: 1, arbitrary: anything },
    ),
    entry: maybe(fc.array(maybe(entry), { maxLength: 3 })),
  })
  .map((it) => JSON.stringify(it));

/** Holds the promise for generated bodies; the seed of those that break it is told. */
async function holdGenerated(what: fc.Arbitrary<Body>, numRuns: number): ReturnType<typeof hold> {
  const seed = Date.now();
  return hold(fc.sample(what, { numRuns, seed })).catch((error: unknown) => {
    throw new Error(`The generated bodies of seed ${seed} break the promise.`, { cause: error });
  });
}

test('webhooks of every shape are taken once or refused, but break nothing', async () => {
  const { taken, stored } = await holdGenerated(payload, 400);
  expect(taken).toBeGreaterThan(200);
  expect(stored).toBeGreaterThan(50);
});

test('bytes that were changed on the way and signed all the same are taken once or refused', async () => {
  const whole = JSON.stringify(
    webhook(said('hello', { mid: 'm_whole' }), said('café 🍰', { mid: 'm_more' })),
  );
  const mutated = fc
    .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 })
    .map((changes) => {
      const bytes = new Uint8Array(Buffer.from(whole));
      for (const [place, byte] of changes) bytes[place] = byte;
      return bytes;
    });
  const { taken } = await holdGenerated(mutated, 300);
  expect(taken).toBeGreaterThan(0);
});

test('whatever is no webhook is refused', async () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((it) => new Uint8Array(it));
  expect((await holdGenerated(fc.oneof(fc.json(), bytes), 200)).stored).toBe(0);
});

test('bodies that are deep, wide or long are taken or refused', async () => {
  const field = (value: string): string => {
    const body = JSON.stringify(webhook(said({ text: 'hello', extra: '?' }, { person: '4444' })));
    return body.replace('"?"', value);
  };
  const bodies = [
    field(`${'['.repeat(24)}${']'.repeat(24)}`),
    field(`${'['.repeat(200)}${']'.repeat(200)}`),
    field(`${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`),
    field(`[${'0,'.repeat(400_000)}0]`),
    field(`{${Array.from({ length: 20_000 }, (_, index) => `"key ${index}":${index}`).join(',')}}`),
    field('{"__proto__":{"polluted":true},"constructor":{"prototype":null},"toString":1}'),
    `{"object":"page","entry":[${'{},'.repeat(300_000)}{}]}`,
    `{"object":"page","entry":[{"messaging":[${'{},'.repeat(300_000)}{}]}]}`,
    `{"object":"page","entry":${'['.repeat(500_000)}${']'.repeat(500_000)}}`,
    '['.repeat(1_000_000),
  ];
  const { taken } = await hold(bodies);
  expect(taken).toBe(6);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('after all of this messages are taken as before', async () => {
  expect(await send(JSON.stringify(webhook(said('still here', { person: '55555' }))))).toBe(true);
  expect(await wordsIn(server, conversationOf('55555'))).toEqual(['USER still here']);
});
