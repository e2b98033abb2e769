import { describe, expect, it } from 'vitest';
import { lessonsOf } from '../../../server/domain/learning/lessons.ts';
import { short } from '../../learning/score.ts';

const taught = (text: string): string[] => lessonsOf(text).lessons.map(short);

describe('a long message', () => {
  /** The best of many runs, in milliseconds. */
  function timeOf(text: string): number {
    let best = Infinity;
    for (let run = 0; run < 12; run += 1) {
      const began = performance.now();
      lessonsOf(text);
      best = Math.min(best, performance.now() - began);
    }
    return best;
  }

  it.each([
    'my, ',
    'I, ',
    'I am, ',
    'my ',
    'I ',
    'we ',
    'I am ',
    'I love ',
    'love ',
    'and ',
    'not ',
    ', ',
    'I and ',
    'I said ',
    'I am a, ',
    "I'm into ",
    'my dog ',
    'call me ',
    'one of my ',
    'is my favourite ',
    'I love jazz and ',
    'I like tea but ',
    'my name is ',
    'not for me, ',
  ])('of "%s" takes a time that grows with its length', (part) => {
    const text = part.repeat(10_000);
    lessonsOf(text);
    const short = timeOf(text.slice(0, 2500));
    const long = timeOf(text.slice(0, 10_000));
    // Four times as long; the square of it would be sixteen. What takes next to no time is not compared.
    expect(long).toBeLessThanOrEqual(Math.max(short, 0.25) * 12);
  });

  it('is read up to where it is said to be pasted', () => {
    expect(taught(`${'I was there. '.repeat(30)}I love jazz.`)).toEqual(['+interest_jazz']);
    expect(taught(`${'I was there. '.repeat(60)}I love jazz.`)).toEqual([]);
  });

  it('may be without full stops, but is not meant where it begins as a thought', () => {
    const walk = 'then went on past the houses and the river and ';
    expect(taught(`well ${walk.repeat(20)} I love jazz`)).toEqual(['+interest_jazz']);
    expect(taught(`imagine ${walk.repeat(20)} I love jazz`)).toEqual([]);
  });
});
