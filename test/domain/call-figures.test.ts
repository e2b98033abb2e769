import { describe, expect, test } from 'vitest';
import { faultOfPhrase, matchCategories } from '../../server/domain/call-category.ts';
import { figuresOf, trendOf, type Spoken } from '../../server/domain/call-figures.ts';

const c = (startMs: number, endMs: number, sentiment: number | null = null): Spoken => ({
  speaker: 'CUSTOMER',
  startMs,
  endMs,
  sentiment,
});
const a = (startMs: number, endMs: number, sentiment: number | null = null): Spoken => ({
  ...c(startMs, endMs, sentiment),
  speaker: 'AGENT',
});
const sides = (spoken: Spoken[]) => {
  const [customer, agent] = figuresOf(spoken).speakers;
  return { customer: customer!, agent: agent! };
};

describe('the figures of a call', () => {
  test('of which nothing was said are zeros and nothing', () => {
    const { customer, agent } = sides([]);
    const none = { segments: 0, talkMs: 0, talkShare: null, averageSentiment: null, interruptions: 0 };
    expect([customer, agent]).toEqual([
      { speaker: 'CUSTOMER', ...none },
      { speaker: 'AGENT', ...none },
    ]);
    expect(figuresOf([])).toMatchObject({ spokenMs: 0, silences: [] });
    expect(trendOf([], 10)).toEqual([]);
  });

  test('count what overlaps of one side once', () => {
    const { customer, agent } = sides([c(0, 1000), c(500, 1500), c(1500, 2000), a(3000, 5000)]);
    expect([customer.talkMs, customer.talkShare]).toEqual([2000, 0.5]);
    expect([agent.talkMs, agent.talkShare]).toEqual([2000, 0.5]);
  });

  test('tell silences of three seconds and longer, where neither side spoke', () => {
    const spoken = [c(1000, 2000), a(4999, 6000), c(9000, 10_000), a(9500, 9600), c(14_000, 15_000)];
    expect(figuresOf(spoken).silences).toEqual([
      { startMs: 6000, endMs: 9000 },
      { startMs: 10_000, endMs: 14_000 },
    ]);
  });

  test('count who begins while the other speaks, not who goes on or begins at once', () => {
    const { customer, agent } = sides([
      c(0, 1000),
      a(900, 2000),
      a(2000, 3000),
      c(3000, 4000),
      c(3500, 4500),
      c(4600, 5000),
      a(4800, 4900),
    ]);
    expect([customer.interruptions, agent.interruptions]).toEqual([0, 2]);
  });

  test('average each side and follow it over the call', () => {
    const spoken = [c(0, 1000, -0.5), a(1000, 2000, 0.2), c(2000, 3000, null), c(9000, 10_000, 0.9)];
    const { customer, agent } = sides(spoken);
    expect(customer.averageSentiment).toBeCloseTo(0.2);
    expect(agent.averageSentiment).toBe(0.2);
    expect(trendOf(spoken, 2)).toEqual([
      { startMs: 0, endMs: 5000, CUSTOMER: -0.5, AGENT: 0.2 },
      { startMs: 5000, endMs: 10_000, CUSTOMER: 0.9, AGENT: null },
    ]);
  });
});

describe('categories', () => {
  const places = (phrase: string, text: string): string[] =>
    matchCategories([{ name: 'x', phrases: [phrase], speaker: null }], { text, speaker: 'AGENT' }).map(
      ({ start, end }) => text.slice(start, end),
    );

  test.each([
    ['refund', 'A REFUND, no refunds', ['REFUND']],
    ['refund*', 'A REFUND, no refunds', ['REFUND', 'refunds']],
    ['cancel* my account', 'cancelling my account', ['cancelling my account']],
    ['cancel my account', 'cancel, my account', ['cancel, my account']],
    ['ärger', 'Ärger, 😀 Verärgert', ['Ärger']],
    ['c++', 'in C++ and c', ['C++']],
    ['a.b', 'a.b axb', ['a.b']],
    ['(help', '(help me', ['(help']],
  ])('find "%s" in "%s"', (phrase, text, found) => {
    expect(faultOfPhrase(phrase)).toBeNull();
    expect(places(phrase, text)).toEqual(found);
  });

  test.each(['*', 'a*b', '**', '', '  ', '-', 'a -', 'x'.repeat(201)])('refuse the phrase "%s"', (phrase) => {
    expect(faultOfPhrase(phrase)).not.toBeNull();
  });

  test('tell at most twenty places of one category', () => {
    expect(places('no', 'no '.repeat(100))).toHaveLength(20);
  });

  test('take time in proportion to the words, whatever these are', () => {
    const timed = (length: number): number => {
      const began = performance.now();
      for (const phrase of ['a* a* a* a* a* b', 'aa* aaa* x']) {
        places(phrase, 'a '.repeat(length));
        places(phrase, 'a'.repeat(length));
        places(phrase, 'a--'.repeat(length));
      }
      return performance.now() - began;
    };
    timed(1000);
    const [short, long] = [Math.max(timed(3000), 1), timed(30_000)];
    expect(long / short).toBeLessThan(40);
  });
});
