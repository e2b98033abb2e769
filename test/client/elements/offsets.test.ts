import { describe, expect, it } from 'vitest';
import { lengthOf, offset } from '../../../client/elements/offsets.ts';
import { aCall } from '../support/calls.ts';
import { moment } from '../support/factories.ts';

describe('a moment of a call', () => {
  it.each([
    [-5, '0:00'],
    [7_900, '0:07'],
    [754_000, '12:34'],
    [3_723_000, '1:02:03'],
  ])('%i ms is %s', (ms, words) => expect(offset(ms)).toBe(words));
});

describe('the length of a call', () => {
  const now = Date.parse(moment(90));

  it('grows while the call goes on, and never is less than nothing', () => {
    expect(lengthOf(aCall(), now)).toBe(90_000);
    expect(lengthOf(aCall({ startedAt: moment(100) }), now)).toBe(0);
  });

  it('is as stated once it ended, or nothing where that makes no sense', () => {
    const ended = { status: 'CLOSED', endedAt: moment(60) } as const;
    expect(lengthOf(aCall({ ...ended, durationMs: 60_000 }), now)).toBe(60_000);
    expect(lengthOf(aCall({ ...ended, durationMs: null }), now)).toBe(0);
  });
});
