import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alertKinds, conditionSchemas, thresholdOf, type AlertKind } from '../../server/domain/alert-rule.ts';
import { faultOfPattern, matcherOf } from '../../server/domain/pattern.ts';

/** What is wrong with a condition: the first field, and why; null when nothing is. */
function faultOf(condition: { kind: AlertKind; [field: string]: unknown }): [string, string] | null {
  const issue = conditionSchemas[condition.kind].safeParse(condition).error?.issues[0];
  return issue === undefined ? null : [issue.path.join('.'), issue.message];
}

const sound: Record<AlertKind, object> = {
  SESSION_COST: { windowMinutes: 60, thresholdUsd: '0.50' },
  USER_COST: { windowMinutes: 43_200, thresholdUsd: '10' },
  PROJECT_COST: { windowMinutes: 1440, thresholdUsd: '100' },
  STAGE_LATENCY: { stage: 'LLM', thresholdMs: 900, percentile: 95, windowMinutes: 15 },
  NEGATIVE_RUN: { messages: 3, below: -0.2 },
  WAITING: { seconds: 60 },
  FAILURE_RATE: { windowMinutes: 15, share: 0.1, minTurns: 20 },
  BLOCK_RATE: { windowMinutes: 15, share: 0.1, minTurns: 20 },
  THUMBS_DOWN: { count: 3, windowMinutes: 60 },
  WORDS: { words: ['refund'] },
};

describe('a condition', () => {
  test.each(alertKinds)('%s that can be evaluated is taken', (kind) => {
    const condition = conditionSchemas[kind].parse({ kind, ...sound[kind] });
    expect(thresholdOf(condition)).toBeGreaterThan(0);
  });

  test.each([
    ['windowMinutes', { kind: 'SESSION_COST', windowMinutes: 43_201, thresholdUsd: '1' }],
    ['windowMinutes', { kind: 'SESSION_COST', windowMinutes: 0, thresholdUsd: '1' }],
    ['windowMinutes', { kind: 'USER_COST', windowMinutes: 1.5, thresholdUsd: '1' }],
    ['thresholdUsd', { kind: 'PROJECT_COST', windowMinutes: 60, thresholdUsd: '-1' }],
    ['thresholdUsd', { kind: 'PROJECT_COST', windowMinutes: 60, thresholdUsd: '0.0' }],
    ['thresholdUsd', { kind: 'PROJECT_COST', windowMinutes: 60, thresholdUsd: 'NaN' }],
    ['thresholdUsd', { kind: 'PROJECT_COST', windowMinutes: 60, thresholdUsd: '1e9' }],
    ['stage', { kind: 'STAGE_LATENCY', stage: 'THINKING', thresholdMs: 1 }],
    ['thresholdMs', { kind: 'STAGE_LATENCY', thresholdMs: Number.NaN }],
    ['thresholdMs', { kind: 'STAGE_LATENCY', thresholdMs: Number.POSITIVE_INFINITY }],
    ['percentile', { kind: 'STAGE_LATENCY', thresholdMs: 1, percentile: 101, windowMinutes: 5 }],
    ['percentile', { kind: 'STAGE_LATENCY', thresholdMs: 1, windowMinutes: 5 }],
    ['windowMinutes', { kind: 'STAGE_LATENCY', thresholdMs: 1, percentile: 95 }],
    ['windowMinutes', { kind: 'STAGE_LATENCY', thresholdMs: 1, percentile: 95, windowMinutes: 61 }],
    ['minTurns', { kind: 'STAGE_LATENCY', thresholdMs: 1, minTurns: 3 }],
    ['messages', { kind: 'NEGATIVE_RUN', messages: 101, below: 0 }],
    ['below', { kind: 'NEGATIVE_RUN', messages: 3, below: -1 }],
    ['below', { kind: 'NEGATIVE_RUN', messages: 3, below: Number.NaN }],
    ['seconds', { kind: 'WAITING', seconds: 604_801 }],
    ['share', { kind: 'FAILURE_RATE', windowMinutes: 5, share: 0, minTurns: 1 }],
    ['share', { kind: 'BLOCK_RATE', windowMinutes: 5, share: 1.1, minTurns: 1 }],
    ['minTurns', { kind: 'BLOCK_RATE', windowMinutes: 5, share: 1 }],
    ['count', { kind: 'THUMBS_DOWN', count: -1, windowMinutes: 5 }],
    ['words', { kind: 'WORDS', words: [] }],
    ['words.0', { kind: 'WORDS', words: [' '] }],
    ['words.1', { kind: 'WORDS', words: ['a', 'x'.repeat(101)] }],
    ['sender', { kind: 'WORDS', words: ['a'], sender: 'NOBODY' }],
    ['pattern', { kind: 'WORDS', pattern: '(' }],
    ['', { kind: 'WAITING', seconds: 5, share: 1 }],
  ] satisfies [string, { kind: AlertKind; [field: string]: unknown }][])(
    'is refused for its %s: %j',
    (field, condition) => {
      expect(faultOf(condition)?.[0]).toBe(field);
    },
  );
});

describe('a pattern', () => {
  test.each([
    ['(?=a)', 'Perl syntax'],
    [String.raw`(\w+)\1`, 'escape'],
    ['[', 'missing closing'],
    ['a{2,1}', 'repeat'],
    ['(a{1000}){1000}', 'repeat'],
    [String.raw`(\pL{1,30}){1,30}z`, 'too large'],
    ['a*', 'empty'],
  ])('%s is refused, with the reason', (given, reason) => {
    expect(faultOfPattern(given)).toContain(reason);
  });

  test('whatever it is, it is refused with a reason or it can be looked for', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.string({ unit: 'grapheme' }), (pattern, text) => {
        const fault = faultOfPattern(pattern);
        if (fault !== null) return fault.length > 0;
        return typeof matcherOf({ words: [], pattern })(text) === 'boolean';
      }),
    );
  });

  test('that would take other engines for ever comes to its end', () => {
    // Backtracking would try two to the power of 9,000 ways.
    expect(matcherOf({ words: [], pattern: '(a+)+$' })(`${'a'.repeat(9900)}!`)).toBe(false);
  });
});

describe('words', () => {
  const says = (word: string, text: string): boolean => matcherOf({ words: [word], pattern: null })(text);

  test.each([
    ['refund', 'I want a REFUND!'],
    ['money back', 'my Money\n back, now'],
    ['österreich', 'ÖSTERREICH'],
    ['caf\u00e9', 'the cafe\u0301 is closed'],
    ['退款', '我要退款。'],
    ['c++', 'I write C++, mostly'],
    ['$5', 'it is $5'],
    ['ru', 'да ru да'],
  ])('%s is found in %j', (word, text) => {
    expect(says(word, text)).toBe(true);
  });

  test.each([
    ['refund', 'refundable'],
    ['ass', 'class'],
    ['пес', 'песня'],
    ['cafe', 'cafe\u0301'],
    ['c++', 'c+'],
    ['.', 'a'],
  ])('%s is not found in %j', (word, text) => {
    expect(says(word, text)).toBe(false);
  });

  test('any word is found where it stands alone, whatever its letters', () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((it) => it.trim() !== '');
    fc.assert(fc.property(word, (it) => says(it, `so: ${it.trim()} .`)));
  });
});
