import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINGER, seated, type Seat } from '../../../client/reducers/wall.ts';

const callsOn = (seats: readonly Seat[]) => seats.map(({ call }) => call);

describe('a wall', () => {
  it('begins with the newest calls', () => {
    expect(callsOn(seated([], ['d', 'c', 'b', 'a'], 3, 0))).toEqual(['d', 'c', 'b']);
  });

  it('leaves a call that ended where it is for a while, then gives its place to the newest', () => {
    const seats = seated([], ['b', 'a'], 2, 0);
    const ended = seated(seats, ['c', 'a'], 2, 1_000);
    expect(callsOn(ended)).toEqual(['b', 'a']);
    expect(callsOn(seated(ended, ['d', 'c', 'a'], 2, 1_000 + LINGER))).toEqual(['d', 'a']);
  });

  it('keeps a call that ended as long as nobody wants its place', () => {
    const ended = seated(seated([], ['a'], 2, 0), [], 2, 1_000);
    expect(callsOn(seated(ended, [], 2, 1_000 + LINGER))).toEqual(['a']);
  });

  it('never moves a call that goes on, shows none twice, and has no more than its places', () => {
    const moment = fc.record({
      active: fc.uniqueArray(fc.integer({ min: 1, max: 8 }).map(String), { maxLength: 8 }),
      passed: fc.integer({ min: 0, max: 2 * LINGER }),
    });
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), (moments, places) => {
        let seats: readonly Seat[] = [];
        let now = 0;
        for (const { active, passed } of moments) {
          now += passed;
          const before = seats;
          seats = seated(seats, active, places, now);
          expect(new Set(callsOn(seats)).size).toBe(seats.length);
          expect(seats.length).toBeLessThanOrEqual(places);
          before.forEach(({ call }, place) => {
            if (active.includes(call)) expect(seats[place]?.call).toBe(call);
          });
        }
      }),
    );
  });
});
