import { describe, expect, it } from 'vitest';
import { money, moneyDifference } from '../../../client/elements/money.ts';
import { coloursOf } from '../../../client/elements/palette.ts';

describe('money', () => {
  it.each([
    ['0', '$0.00'],
    ['0.0456', '$0.0456'],
    ['0.5', '$0.50'],
    ['12.503149', '$12.5031'],
    ['1204.5', '$1,204.50'],
    ['0.0000312', '$0.0000312'],
    ['0.000000015', '$0.000000015'],
    ['-0.002', '−$0.002'],
  ])('of %s is %s', (usd, words) => {
    expect(money(usd)).toBe(words);
  });

  it('that differs has its sign', () => {
    expect([moneyDifference(0.002), moneyDifference(-0.002)]).toEqual(['+$0.002', '−$0.002']);
  });
});

describe('colours of names', () => {
  it('are different ones, and those of their stages for services', () => {
    const colours = coloursOf(['gpt-4o', 'tts', 'nova-2', 'llm', 'whisper', 'gpt-4o']);
    expect(colours.get('llm')).toBe('var(--paint-llm)');
    expect(colours.get('tts')).toBe('var(--paint-tts)');
    expect(colours.size).toBe(5);
    expect(new Set(colours.values()).size).toBe(5);
  });
});
