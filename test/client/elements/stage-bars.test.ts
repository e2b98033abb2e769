import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { PALETTE } from '../../../client/elements/palette.ts';
import { STAGE_NAMES, timelineOf, type TimedTurn } from '../../../client/elements/stages.ts';
import { expectAccessible } from '../support/axe.ts';
import { mount, settled, textOf } from '../support/mount.ts';
import { aTurn } from '../support/spending.ts';

const stage = (name: TimedTurn['stages'][number]['name'], startMs: number, durationMs: number) => ({
  name,
  startMs,
  durationMs,
  provider: null,
  model: null,
});

/** Each stretch as "name start+duration/lane". */
function stretches(totalMs: number | null, ...stages: TimedTurn['stages'][number][]): string[] {
  return timelineOf({ totalMs, stages }).stretches.map(
    ({ stage: of, startMs, durationMs, lane }) => `${of?.name ?? '?'} ${startMs}+${durationMs}/${lane}`,
  );
}

async function show(...turns: TimedTurn[]) {
  const bars = await mount('stage-bars', html`<stage-bars></stage-bars>`);
  bars.turns = turns;
  await settled(bars);
  return bars;
}

const all = (bars: Element, selector: string) => [
  ...(bars.shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? []),
];

describe('the time of a turn', () => {
  it('has a stretch for each gap between stages and for the rest', () => {
    expect(stretches(1_200, stage('ASR', 100, 300), stage('LLM', 500, 400))).toEqual([
      '? 0+100/0',
      'ASR 100+300/0',
      '? 400+100/0',
      'LLM 500+400/0',
      '? 900+300/0',
    ]);
  });

  it('lays stages that run at the same time below each other', () => {
    expect(stretches(900, stage('TTS', 300, 600), stage('LLM', 0, 500), stage('TOOL', 500, 100))).toEqual([
      'LLM 0+500/0',
      'TTS 300+600/1',
      'TOOL 500+100/0',
    ]);
  });

  it('is as long as its stages where the total is shorter or not stated, and unmeasured without any', () => {
    expect(timelineOf({ totalMs: 200, stages: [stage('ASR', 0, 300)] })).toMatchObject({
      endMs: 300,
      unmeasuredMs: 0,
    });
    expect(timelineOf({ totalMs: null, stages: [stage('ASR', 0, 300)] })).toMatchObject({ endMs: 300 });
    expect(stretches(700)).toEqual(['? 0+700/0']);
    expect(stretches(null)).toEqual([]);
  });

  it('does not take the rounding of a clock for time that was lost', () => {
    expect(stretches(800.3, stage('ASR', 0, 300), stage('LLM', 300.2, 500))).toHaveLength(2);
  });
});

describe('<stage-bars>', () => {
  it('draws the newest turn first, as long as it took beside the longest', async () => {
    const bars = await show(aTurn(1, { totalMs: 2_400 }), aTurn(2));
    const [newest, older] = all(bars, '.bar').map(({ offsetWidth }) => offsetWidth);
    expect(Math.round(((newest ?? 0) / (older ?? 1)) * 100)).toBe(50);
    expect(all(bars, '.how').map(textOf)).toEqual(['1.2 s', '2.4 s']);
  });

  it('hatches what is unmeasured, and says so in the legend', async () => {
    const bars = await show(aTurn(1));
    const [gap] = all(bars, '.stretch.unmeasured');
    expect(gap?.title).toBe('Unmeasured 100 ms, from 300 ms');
    expect(getComputedStyle(gap!).backgroundImage).toContain('repeating-linear-gradient');
    expect(all(bars, 'li').map(textOf)).toEqual(['Speech to text', 'Model', 'Text to speech', 'Unmeasured']);
  });

  it('has a table with the same times', async () => {
    const bars = await show(aTurn(1, { outcome: 'FAILED', error: 'Model timed out' }));
    expect(all(bars, 'thead th').map(textOf).slice(1)).toEqual([
      'Outcome',
      'Total',
      'Speech to text',
      'Model',
      'Text to speech',
      'Unmeasured',
    ]);
    expect(all(bars, 'td').map(textOf)).toEqual([
      'Failed: Model timed out',
      '1.2 s',
      '300 ms',
      '500 ms',
      '200 ms',
      '200 ms',
    ]);
    expect(all(bars, '.rows')[0]?.getAttribute('aria-hidden')).toBe('true');
    await expectAccessible(bars);
  });

  it('says when a turn went wrong', async () => {
    const bars = await show(aTurn(1, { outcome: 'FAILED', error: 'Model timed out' }));
    expect(textOf(all(bars, '.outcome')[0])).toBe('failed');
    expect(all(bars, '.outcome')[0]?.title).toBe('Model timed out');
  });
});

describe('the palette', () => {
  const luminance = (hex: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one: string, other: string): number => {
    const [least = 0, most = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
    return (most + 0.05) / (least + 0.05);
  };

  it.each(Object.entries(PALETTE))('stands out from light and dark surfaces: %s', (_name, [light, dark]) => {
    expect(contrast(light, '#ffffff')).toBeGreaterThanOrEqual(3);
    expect(contrast(dark, '#151c23')).toBeGreaterThanOrEqual(3);
  });

  it('has a colour of its own for each stage, in both themes', () => {
    for (const theme of [0, 1] as const)
      expect(new Set(STAGE_NAMES.map((name) => PALETTE[name][theme])).size).toBe(STAGE_NAMES.length);
  });
});
