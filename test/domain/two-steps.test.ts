import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogExchange } from '../../server/domain/command.ts';
import type { Stated } from '../../server/domain/exchange.ts';
import type { State } from '../../server/domain/state.ts';
import { carryOut, emptyState, logExchange } from './memory.ts';

/** What a reader can tell: everything but when things arrived. */
function readable(state: State): object {
  return {
    conversations: [...state.conversations.own.values()].map(
      ({ activeAt: _, activeSeq: __, ...conversation }) => conversation,
    ),
    exchanges: [...state.exchanges.own.values()].map(
      ({ arrivedAt: _, arrivedSeq: __, ...exchange }) => exchange,
    ),
    messages: [...state.messages.own.values()].toSorted((left, right) => left.id - right.id),
  };
}

function after(calls: LogExchange[]): object {
  const state = emptyState();
  for (const call of calls) carryOut(state, call);
  return readable(state);
}

/** Every order in which `length` deliveries of these calls can come in, each call at least once. */
function deliveries<T>(calls: T[], length: number): T[][] {
  const all = Array.from({ length }).reduce<T[][]>(
    (shorter) => shorter.flatMap((one) => calls.map((call) => [...one, call])),
    [[]],
  );
  return all.filter((one) => calls.every((call) => one.includes(call)));
}

const bare: LogExchange[] = [
  logExchange('ask', { userMessage: 'question' }),
  logExchange('reply', { response: 'answer' }),
  logExchange('whole', { userMessage: 'question', response: 'answer' }),
];
const talkative: LogExchange[] = [
  logExchange(
    'ask',
    {
      userMessage: 'by step',
      promptName: 'p1',
      model: 'm1',
      latencyMs: 1,
      status: 'asked',
      timestamp: '2025-01-20T10:00:00',
      askedAt: '2025-01-20T10:00:00.000Z',
      repliedAt: '2025-01-20T10:00:00.000Z',
    },
    { extras: { side: 'ask', values: { tag: 'ask', from: 'ask' } } },
  ),
  logExchange(
    'reply',
    {
      userMessage: 'by reply',
      response: 'by step',
      promptName: 'p2',
      model: 'm2',
      latencyMs: 0,
      tokensUsed: {},
      timestamp: '2025-01-20T10:00:02',
      askedAt: '2025-01-20T10:00:02.000Z',
      repliedAt: '2025-01-20T10:00:02.000Z',
    },
    { extras: { side: 'reply', values: { tag: 'reply', from: 'reply' } } },
  ),
  logExchange(
    'whole',
    { response: 'as a whole', model: 'unknown', tokensUsed: { total: 3 } },
    { extras: { side: 'reply', values: { tag: 'whole' } } },
  ),
];
const unanswered: LogExchange[] = [
  logExchange('ask', { userMessage: 'by step', status: 'asked' }),
  logExchange('whole', { userMessage: 'as a whole' }, { extras: { side: 'ask', values: { tag: 1 } } }),
];

test.each([
  ['bare calls', bare],
  ['calls that state everything', talkative],
  ['a question without an answer', unanswered],
])('the two-step webhooks commute: every order and repetition of %s ends the same', (_name, calls) => {
  const expected = after(calls);
  for (const length of [calls.length, calls.length + 1, calls.length + 2]) {
    for (const order of deliveries(calls, length)) {
      expect(after(order), order.map(({ call }) => call).join(' ')).toEqual(expected);
    }
  }
});

const text = fc.constantFrom('one', 'two', 'three');
const moment = fc.constantFrom('2025-01-20T10:00:00.000Z', '2025-01-20T10:00:01.000Z');
const said: fc.Arbitrary<Stated> = fc.record(
  {
    promptName: text,
    model: fc.constantFrom('unknown', 'gpt-4'),
    latencyMs: fc.constantFrom(0, 1, 2),
    tokensUsed: fc.constantFrom({}, { total: 1 }),
    status: text,
    timestamp: moment,
    askedAt: moment,
    repliedAt: moment,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Stated>;
const extraFields = fc.dictionary(
  fc.constantFrom('a', 'b', '__proto__', 'constructor'),
  fc.constantFrom(1, 2),
);
const anyCalls = fc
  .tuple(said, said, said, extraFields, extraFields, extraFields, text, text, text, text)
  .map(([first, second, third, a, b, c, w, x, y, z]) => [
    logExchange('ask', { ...first, userMessage: w }, { extras: { side: 'ask', values: a } }),
    logExchange('reply', { ...second, response: x }, { extras: { side: 'reply', values: b } }),
    logExchange('whole', { ...third, userMessage: y, response: z }, { extras: { side: 'reply', values: c } }),
  ]);
const shuffled = fc
  .array(fc.constantFrom(0, 1, 2), { minLength: 0, maxLength: 4 })
  .chain((more) =>
    fc.shuffledSubarray([0, 1, 2, ...more], { minLength: 3 + more.length, maxLength: 3 + more.length }),
  );

test('they commute whatever the calls state', () => {
  fc.assert(
    fc.property(anyCalls, shuffled, (calls, order) => {
      expect(after(order.map((index) => calls[index]!))).toEqual(after(calls));
    }),
    { numRuns: 1000 },
  );
});

test('a step that comes after the whole exchange is not told as news when nothing reads differently', () => {
  const state = emptyState();
  for (const call of [bare[2]!, bare[0]!, bare[1]!]) carryOut(state, call);
  expect(state.events.map(({ kind }) => kind)).toEqual(['MessagesLogged']);
});

test("the user's message reads before the reply, in whatever order they came", () => {
  const state = emptyState();
  carryOut(state, logExchange('reply', { response: 'answer' }));
  const { messages } = carryOut(state, logExchange('ask', { userMessage: 'question' }));
  expect(messages.map(({ text: words }) => words)).toEqual(['question', 'answer']);
  expect(messages[0]!.id).toBeLessThan(messages[1]!.id);
  expect(state.conversations.get('conv_123')).toMatchObject({
    lastText: 'answer',
    lastSender: 'BOT',
    messages: 2,
  });
});
