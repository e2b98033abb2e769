import { expect, test } from 'vitest';
import {
  mergeExchange,
  viewExchange,
  type Call,
  type Exchange,
  type Stated,
} from '../../server/domain/exchange.ts';

const none = { values: {}, strength: {} };
const unknown: Exchange = {
  conversationId: 1,
  ordinal: 1,
  firstMessage: 1,
  arrivedSeq: 1,
  arrivedAt: '2025-01-20T12:00:00.000Z',
  stated: none,
  ask: none,
  reply: none,
};

/** What is known after these calls, in this order. */
function after(...calls: [Call, Stated][]): Exchange {
  return calls.reduce(
    (exchange, [call, stated]) => mergeExchange(exchange, call, stated, { side: 'ask', values: {} }),
    unknown,
  );
}
const statedAfter = (...calls: [Call, Stated][]): Stated => after(...calls).stated.values;

test.each<[keyof Stated, Call]>([
  ['userMessage', 'ask'],
  ['promptName', 'ask'],
  ['model', 'ask'],
  ['response', 'reply'],
  ['latencyMs', 'reply'],
  ['tokensUsed', 'reply'],
  ['status', 'reply'],
  ['timestamp', 'reply'],
])('between the two steps %s is settled by the %s', (field, winner) => {
  const loser = winner === 'ask' ? 'reply' : 'ask';
  const [strong, weak] = [{ [field]: 'strong' }, { [field]: 'weak' }] as Stated[];
  expect(statedAfter([winner, strong!], [loser, weak!])).toEqual(strong);
  expect(statedAfter([loser, weak!], [winner, strong!])).toEqual(strong);
});

test('a step may state what is more the business of the other one, as long as that one is silent', () => {
  expect(
    statedAfter(['reply', { response: 'hi', userMessage: 'hello', model: 'gpt-4' }], ['ask', {}]),
  ).toEqual({
    response: 'hi',
    userMessage: 'hello',
    model: 'gpt-4',
  });
});

test('a whole exchange wins over both steps, before and after them', () => {
  const whole: [Call, Stated] = ['whole', { userMessage: 'whole', response: 'whole', latencyMs: 3 }];
  const ask: [Call, Stated] = ['ask', { userMessage: 'step', latencyMs: 1 }];
  const reply: [Call, Stated] = ['reply', { response: 'step', latencyMs: 2 }];
  expect(statedAfter(whole, ask, reply)).toEqual(whole[1]);
  expect(statedAfter(ask, reply, whole)).toEqual(whole[1]);
});

test.each<[Call]>([['whole'], ['ask'], ['reply']])(
  'between two calls of the kind %s the later wins',
  (call) => {
    expect(statedAfter([call, { model: 'old' }], [call, { model: 'new' }])).toEqual({ model: 'new' });
  },
);

test('what a later call leaves out stays as it was', () => {
  expect(statedAfter(['whole', { model: 'gpt-4', latencyMs: 5 }], ['whole', { latencyMs: 6 }])).toEqual({
    model: 'gpt-4',
    latencyMs: 6,
  });
});

test('a stated 0, {} or "unknown" is a value like any other', () => {
  const zeros: Stated = { latencyMs: 0, tokensUsed: {}, model: 'unknown' };
  expect(statedAfter(['whole', zeros], ['ask', { model: 'gpt-4' }], ['reply', { latencyMs: 9 }])).toEqual(
    zeros,
  );
  expect(
    statedAfter(['reply', { latencyMs: 9, tokensUsed: { total: 1 }, model: 'gpt-4' }], ['whole', zeros]),
  ).toEqual(zeros);
});

test('a call that teaches nothing leaves the very same exchange', () => {
  const known = after(['whole', { userMessage: 'hello', tokensUsed: { in: 1, out: 2 } }]);
  const repeat: Stated = { tokensUsed: { out: 2, in: 1 }, userMessage: 'hello' };
  expect(mergeExchange(known, 'whole', repeat, { side: 'ask', values: {} })).toBe(known);
  expect(mergeExchange(known, 'reply', { userMessage: 'other' }, { side: 'reply', values: {} })).toBe(known);
});

test('extra fields go to the side that they came with, the strongest call winning for each field', () => {
  const steps = mergeExchange(
    mergeExchange(unknown, 'ask', {}, { side: 'ask', values: { tag: 'step', step: 1 } }),
    'whole',
    {},
    { side: 'ask', values: { tag: 'whole', whole: 1 } },
  );
  const again = mergeExchange(steps, 'ask', {}, { side: 'ask', values: { tag: 'step again', step: 2 } });
  expect(again.ask.values).toEqual({ tag: 'whole', step: 2, whole: 1 });
  expect(again.reply.values).toEqual({});
});

test('an exchange that nobody answered reads as pending, an answered one as a success, unless stated', () => {
  expect(viewExchange(after(['ask', { userMessage: 'hello' }]))).toEqual({
    type: 'user_message',
    timestamp: unknown.arrivedAt,
    userMessage: 'hello',
    response: '',
    promptName: 'unknown',
    model: 'unknown',
    latencyMs: 0,
    tokensUsed: {},
    status: 'pending',
  });
  const replied = after(['ask', { userMessage: 'hello' }], ['reply', { response: 'hi' }]);
  expect(viewExchange(replied)).toMatchObject({ type: 'new_message', response: 'hi', status: 'success' });
  const failing = after(['ask', { userMessage: 'hello', status: 'error' }]);
  expect(viewExchange(failing)).toMatchObject({ type: 'user_message', status: 'error' });
});
