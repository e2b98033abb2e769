import { html } from 'lit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { partsComeFrom } from '../../../client/parts.ts';
import { UPlot } from '../../../client/parts/chart.ts';
import type { Drawn } from '../../../client/elements/time-drawing.ts';
import { expectAccessible } from '../support/axe.ts';
import { bringParts, drawn, mount, settled, textOf } from '../support/mount.ts';
import { find, findAll, idle } from '../support/shadows.ts';

const data: Drawn = {
  kind: 'bars',
  moments: [0, 3_600_000, 7_200_000],
  groups: [
    { label: 'llm', colour: 'light-dark(#112233, #ddeeff)', values: [1, null, 3] },
    { label: 'tts', colour: '#a05a00', values: [2, null, 4] },
  ],
  figure: (value) => `$${value}`,
  moment: (at) => `${at / 3_600_000} h`,
};

async function show(theme: 'light' | 'dark' = 'light', drawing: Drawn = data) {
  const chart = await mount('time-chart', html`<time-chart caption="Cost by service"></time-chart>`, theme);
  chart.data = drawing;
  await idle(chart);
  return chart;
}

const rowsOf = (chart: Element) =>
  findAll(chart, 'tbody tr').map((row) => [...row.children].map(textOf).join(' | '));

/** Counts the charts that are drawn, and keeps what they were drawn from. */
function watchDrawing() {
  const made: { options: uPlot.Options; values: uPlot.AlignedData }[] = [];
  class Watched extends UPlot {
    constructor(options: uPlot.Options, values: uPlot.AlignedData, place: HTMLElement) {
      super(options, values, place);
      made.push({ options, values });
    }
  }
  partsComeFrom(async () => ({ UPlot: Watched }));
  onTestFinished(bringParts);
  return made;
}

describe('<time-chart>', () => {
  it('fetches its library when it is drawn, and puts bars upon each other', async () => {
    const made = watchDrawing();
    const chart = await show();
    expect(find(chart, 'canvas')?.offsetWidth).toBe(chart.clientWidth);
    // The tallest is first, and nothing stays nothing.
    expect(made.at(-1)?.values).toEqual([
      [0, 3_600, 7_200],
      [3, null, 7],
      [1, null, 3],
    ]);
  });

  it('names its groups, and has all figures in a table that a screen reader finds', async () => {
    const chart = await show();
    expect(findAll(chart, 'li').map(textOf)).toEqual(['llm', 'tts']);
    expect(textOf(find(chart, 'caption'))).toBe('Cost by service');
    expect(rowsOf(chart)).toEqual(['0 h | $1 | $2', '1 h | – | –', '2 h | $3 | $4']);
    await expectAccessible(chart);
  });

  it('shows the table to everybody on demand', async () => {
    const chart = await show();
    const button = find(chart, 'button');
    expect([textOf(button), button?.getAttribute('aria-expanded')]).toEqual(['Show as table', 'false']);
    button?.click();
    await idle(chart);
    expect([textOf(button), button?.getAttribute('aria-expanded')]).toEqual(['Show as chart', 'true']);
    expect(find(chart, 'table')?.offsetHeight).toBeGreaterThan(40);
    expect(find(chart, '.chart')?.offsetHeight).toBe(0);
    button?.click();
    await idle(chart);
    expect(find(chart, 'canvas')?.offsetWidth).toBe(chart.clientWidth);
  });

  it('tells its figures where the pointer is', async () => {
    const chart = await show();
    const over = find(chart, '.u-over') as HTMLElement;
    const { left, top, width } = over.getBoundingClientRect();
    over.dispatchEvent(
      new MouseEvent('mousemove', { clientX: left + width * 0.7, clientY: top + 20, bubbles: true }),
    );
    await idle(chart);
    expect(findAll(chart, 'li').map(textOf)).toEqual(['2 h', 'llm $3', 'tts $4']);
  });

  it('is drawn anew when the theme changes, in the colours of the other', async () => {
    const made = watchDrawing();
    const chart = await show();
    expect(made.at(-1)?.options.series[2]?.fill).toBe('rgb(17, 34, 51)');
    chart.parentElement?.classList.add('dark');
    await vi.waitFor(() => expect(made.at(-1)?.options.series[2]?.fill).toBe('rgb(221, 238, 255)'));
  });

  it('takes the width that there is', async () => {
    const chart = await show();
    chart.style.width = '300px';
    await drawn();
    await vi.waitFor(() => expect(find(chart, 'canvas')?.offsetWidth).toBe(300));
  });

  it('says that the library could not be had, keeps the table, and tries again', async () => {
    partsComeFrom(() => Promise.reject(new TypeError('Failed to fetch')));
    onTestFinished(bringParts);
    const chart = await show();
    expect(textOf(find(chart, '[role=alert]'))).toContain('The chart could not be loaded.');
    expect(findAll(chart, 'tbody tr')).toHaveLength(3);
    bringParts();
    find(chart, '[role=alert] button')?.click();
    await vi.waitFor(() => expect(find(chart, 'canvas')).not.toBeNull());
    await settled(chart);
    expect(find(chart, '[role=alert]')).toBeNull();
  });
});
