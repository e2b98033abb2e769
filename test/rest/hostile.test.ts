import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { BULK, MESSAGE } from '../support/learning.ts';
import {
  aBody,
  CONVERSATION,
  head,
  messagesOf,
  POLLY_RESPONSE,
  recent,
  USER_MESSAGE,
} from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';

const logged: string[] = [];
let server: TestServer;
beforeAll(async () => {
  const logger = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  server = await startServer({ logger, env: { RATE_LIMITS: 'off' } });
});
afterAll(() => server[Symbol.asyncDispose]());
// Nothing that a caller sends is a fault of ours, so the log has nothing to tell.
afterEach(() => expect(logged.splice(0)).toEqual([]));

type Body = string | Uint8Array<ArrayBuffer>;

/** A POST door: a body that it takes but for its end, the fields of its bodies, and how it says that it took one. */
type Door = {
  path: string;
  open: string;
  close: string;
  fields: string[];
  takes: (reply: unknown) => boolean;
  /** Status of a body that cannot be used. */
  refusal?: number;
  /** Status of one that was stored. */
  success?: number;
};

const facts = ['id', 'prompt_name', 'model', 'latency_ms', 'tokens_used', 'status', 'timestamp', 'metadata'];
const polly = (
  path: typeof CONVERSATION | typeof USER_MESSAGE | typeof POLLY_RESPONSE,
  words: string[],
): Door => ({
  path,
  open: JSON.stringify(aBody(path)).slice(0, -1),
  close: '}',
  fields: [...facts, ...words],
  takes: (reply) => (reply as { status?: string }).status === 'success',
});
const mutation = JSON.stringify(
  'mutation ($input: LogMessageInput!) { logMessage(input: $input) { __typename ... on Error { message } } }',
);
const doors: Door[] = [
  polly(CONVERSATION, ['user_message', 'polly_response']),
  polly(USER_MESSAGE, ['message', 'user_message']),
  polly(POLLY_RESPONSE, ['response', 'user_message']),
  {
    path: MESSAGE,
    open: '{"user_id":"user123","message":"I love jazz"',
    close: '}',
    fields: ['user_id', 'message', 'response', 'session_id', 'metadata', 'extra'],
    takes: (reply) => (reply as { success?: boolean }).success === true,
    refusal: 400,
  },
  {
    path: BULK,
    open: '{"user_id":"user123","interactions":[{"message":"I love jazz"},{"message":"hello"',
    close: '}]}',
    fields: ['message', 'response', 'session_id', 'metadata', 'timestamp', 'extra'],
    takes: (reply) => (reply as { success?: boolean }).success === true,
    refusal: 400,
  },
  {
    path: '/api/v1/sessions/voice/turns',
    open: '{"outcome":"successful"',
    close: '}',
    fields: [
      'outcome',
      'turn_id',
      'asr_latency_ms',
      'llm_cache_hit',
      'guardrail_blocks',
      'timestamp',
      'metadata',
    ],
    takes: (reply) => 'turn_id' in (reply as object),
    success: 201,
  },
  {
    path: '/api/v1/sessions/voice/costs',
    open: '{"service":"llm","model":"gpt-4o","units":5',
    close: '}',
    fields: [
      'service',
      'provider',
      'units',
      'unit_type',
      'cost_usd',
      'cached',
      'usage',
      'timestamp',
      'metadata',
    ],
    takes: (reply) => 'cost_usd' in (reply as object),
    success: 201,
  },
  {
    path: '/api/v1/feedback',
    open: '{"session_id":"voice","rating":1,"rating_type":"thumbs"',
    close: '}',
    fields: ['session_id', 'turn_id', 'feedback_text', 'feedback_category', 'too_slow', 'metadata', 'extra'],
    takes: (reply) => 'rating' in (reply as object),
    success: 201,
  },
  {
    path: '/graphql',
    open: `{"query":${mutation},"variables":{"input":{"conversationId":"graphql","sender":"USER","text":"hello"`,
    close: '}}}',
    fields: [
      'conversationId',
      'sender',
      'text',
      'messageId',
      'at',
      'endUserId',
      'platform',
      'latencyMs',
      'metadata',
    ],
    takes: (reply) =>
      (reply as { data?: { logMessage?: { __typename?: string } } }).data?.logMessage?.__typename ===
      'LogMessagePayload',
  },
];

/** Sends a body; gives whether it was taken. Whatever it is, the server does not break. */
async function send({ path, takes, refusal = 422, success = 200 }: Door, body: Body): Promise<boolean> {
  const answer = await server.post(path, body);
  const reply: unknown = await answer.json();
  const told = `${path} answered ${answer.status} ${JSON.stringify(reply).slice(0, 300)} to ${show(body)}`;
  expect(answer.status, told).toBeLessThan(500);
  expect(told).not.toContain('INTERNAL');
  if (path !== '/graphql') expect(answer.status, told).toBe(takes(reply) ? success : refusal);
  return takes(reply);
}
const show = (body: Body): string => Buffer.from(body).toString('latin1').slice(0, 300);

const TOGETHER = 25;

/** Sends all of these and gives those that were refused, after making sure that refusals leave nothing behind. */
async function refusedOf(door: Door, bodies: Body[]): Promise<Body[]> {
  const refused: Body[] = [];
  for (let start = 0; start < bodies.length; start += TOGETHER) {
    const some = bodies.slice(start, start + TOGETHER);
    const taken = await Promise.all(some.map((body) => send(door, body)));
    refused.push(...some.filter((_, index) => !taken[index]));
  }
  // All that is sent now is refused, so the log must stand still.
  const stored = await head(server);
  for (let start = 0; start < refused.length; start += TOGETHER) {
    const some = refused.slice(start, start + TOGETHER);
    expect(await Promise.all(some.map((body) => send(door, body)))).not.toContain(true);
  }
  expect(await head(server)).toBe(stored);
  return refused;
}

/** JSON texts that are wrong for some fields, right for others, and awkward for all. */
const awkward = [
  'true',
  '0',
  '-0',
  '-1',
  '1e308',
  '1e400',
  '-1e400',
  '5e-324',
  '123456789012345678901234567890',
  '0.1e1',
  '""',
  '" "',
  '"\\u0000"',
  '"a\\ud800"',
  '"\\udc00a"',
  '"\\ud83c\\udf70"',
  '"\\u202e\\u200b\\ufeff"',
  '"%s%n%x{{7*7}}${7*7}"',
  '"\'); drop table messages; --"',
  '"<img src=x onerror=alert(1)>"',
  '"=HYPERLINK(\\"http://evil.example\\")"',
  `"${'x'.repeat(256)}"`,
  `"${'🍰'.repeat(1000)}"`,
  '"\\u001b[2J\\r\\n"',
  '"2025-02-30"',
  '"2025-01-20T10:00:00Z"',
  '"0001-01-01T00:00:00Z"',
  '"+275760-09-13T00:00:00Z"',
  '"-infinity"',
  '"now"',
  '[]',
  '[[[[]]]]',
  '{}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toJSON":1,"toString":null,"valueOf":{},"length":-1}',
  '{"$ref":"#","$where":"1"}',
  '{"a":"\\u0000"}',
  '{"\\udc00":1}',
  '{"a":1,"a":2}',
  '{"":""}',
];
const noBytes = [
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf5, 0, 0, 0],
  [0x80],
  [0, 0, 0],
  [0xfe, 0xff, 0, 0x7b],
];
const noJson: Body[] = [
  '| |{|}|[|"|nul|tru|{"|{"a|{"a"|{"a":|{"a":1|{,}|[,]|1 2|{} {}|\0|<a/>|a=b&c=d|--x\r\n\r\n--x--'.split('|'),
  '{"a":undefined}|{\'a\':1}|{"a":01}|{"a":+1}|{"a":.5}|{"a":"\t"}|{"a":"\\x"}|{"a":"\\u12"}'.split('|'),
  '[]|[{}]|null|true|5|"text"|{}'.split('|'),
  noBytes.map((bytes) => new Uint8Array(bytes)),
].flat();

describe.each(doors)('$path', (door) => {
  const bodyWith = (field: string, value: string): string => `${door.open},"${field}":${value}${door.close}`;

  test('takes or refuses, but never breaks on, every awkward value in every field', async () => {
    const bodies = [...door.fields, 'extra'].flatMap((field) =>
      awkward.map((value) => bodyWith(field, value)),
    );
    const refused = await refusedOf(door, bodies);
    expect(refused.length).toBeGreaterThan(100);
    expect(refused.length).toBeLessThan(bodies.length);
  });

  test('refuses, and does not break on, bodies that are no JSON objects', async () => {
    expect(await refusedOf(door, noJson)).toHaveLength(noJson.length);
  });

  test('takes or refuses, but never breaks on, whatever is generated', async () => {
    const name = fc.oneof(fc.constantFrom(...door.fields), fc.string({ unit: 'binary' }));
    const value = fc.jsonValue({ stringUnit: 'binary', maxDepth: 5 });
    const typical = fc
      .dictionary(name, value, { maxKeys: 6 })
      .map(
        (more) =>
          `${door.open},"extra":${JSON.stringify(more)},${JSON.stringify(more).slice(1, -1)}${door.close}`,
      );
    const whole = door.open + door.close;
    const mutated = fc
      .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 })
      .map((changes) => {
        const bytes = new Uint8Array(Buffer.from(whole));
        for (const [place, byte] of changes) bytes[place] = byte;
        return bytes;
      });
    const bytes = fc.uint8Array({ maxLength: 200 }).map((it) => new Uint8Array(it));
    const seed = Date.now();
    const bodies = fc.sample<Body>(fc.oneof(fc.json(), typical, mutated, bytes), { numRuns: 200, seed });
    await refusedOf(door, bodies).catch((error: unknown) => {
      throw new Error(`The generated bodies of seed ${seed} break the promise.`, { cause: error });
    });
  });

  test('takes or refuses, but never breaks on, bodies that are deep, wide or long', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `"key ${index}":${index}`).join(',');
    const values = [
      `${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`,
      `[${'0,'.repeat(400_000)}0]`,
      `{${many}}`,
      `"${'x'.repeat(1_000_000)}"`,
      `{"${'k'.repeat(1_000_000)}":1}`,
      '9'.repeat(1_000_000),
      `0.${'3'.repeat(1_000_000)}`,
    ];
    const large = values
      .map((value) => bodyWith('metadata', value))
      .concat(
        '['.repeat(1_000_000),
        `${'['.repeat(500_000)}${']'.repeat(500_000)}`,
        `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
        bodyWith('id', `"${'x'.repeat(1_000_000)}"`),
        bodyWith('timestamp', `"2025-01-20T10:00:00.${'3'.repeat(900_000)}Z"`),
        bodyWith('timestamp', `"${'2025-01-20 '.repeat(80_000)}"`),
      );
    for (const body of large) {
      const stored = await head(server);
      if (!(await send(door, body))) expect(await head(server)).toBe(stored);
    }
  });
});

test('whatever was taken is given back as it came, however strange its names', async () => {
  const extras =
    '{"__proto__":{"polluted":true},"constructor":{"prototype":null},"hasOwnProperty":0,"toString":"x",' +
    '"":{"":""},"id ":1,"ID":2,"a.b":{"c[0]":1},"$set":{},"\u{1F370}":"\u202e","2":"two","1":"one"}';
  expect(await send(doors[1]!, `{"message":"hello","id":"strange",${extras.slice(1)}`)).toBe(true);
  const [message] = await messagesOf(server, 'strange');
  expect(sorted(JSON.stringify(message!.metadata))).toEqual(sorted(extras));
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

const sorted = (text: string): unknown =>
  Object.entries(JSON.parse(text) as object).toSorted(([left], [right]) => (left < right ? -1 : 1));

test.each([
  ['0.1', 0.1],
  ['1e308', 1e308],
  ['5e-324', 5e-324],
  ['9007199254740993', 9_007_199_254_740_992],
  ['-0', 0],
])('the number %s is given back as the double that it is', async (text, number) => {
  await server.post(CONVERSATION, `{"id":"number ${text}","user_message":"hello","latency_ms":${text}}`);
  expect((await recent(server, 1))[0]!.metadata.latency_ms).toBe(number);
});

test('after all of this the server answers, and everything in it can be read', async () => {
  expect((await server.get('/ready')).status).toBe(200);
  expect((await recent(server, 500)).length).toBeGreaterThan(100);
  const answer = await server.post(CONVERSATION, { id: 'alive', user_message: 'hello' });
  expect(await answer.json()).toEqual({ status: 'success', id: 'alive' });
  const query = `{ conversations(first: 100) { nodes { externalId lastText
    messages(first: 5) { nodes { sender text at metadata exchange { tokensUsed latencyMs } } } } } }`;
  const { conversations } = await server.graphql<{ conversations: { nodes: object[] } }>(query);
  expect(conversations.nodes.length).toBe(100);
});

test('a field that is called "then" does not keep GraphQL from reading its message', async () => {
  await server.post(POLLY_RESPONSE, '{"id":"then","response":"hi","tokens_used":{"then":1},"then":"x"}');
  const query =
    '{ conversation(externalId: "then") { messages { nodes { metadata exchange { tokensUsed } } } } }';
  const reading = server.graphql(query).finally(() => logged.splice(0));
  expect(JSON.stringify(await reading)).toBe(
    '{"conversation":{"messages":{"nodes":[{"metadata":{"then":"x"},"exchange":{"tokensUsed":{"then":1}}}]}}}',
  );
});
