import type uPlot from 'uplot';

export interface Group {
  readonly label: string;
  /** A colour as CSS has it. */
  readonly colour: string;
  /** One for each moment; null where there is nothing to say. */
  readonly values: readonly (number | null)[];
}

/** What a chart shows, and in which words. */
export interface Drawn {
  readonly kind: 'lines' | 'bars' | 'steps';
  /** In ms. Those of bars are where each begins. */
  readonly moments: readonly number[];
  readonly groups: readonly Group[];
  readonly figure: (value: number) => string;
  readonly moment: (at: number) => string;
  /** The same for the axis, where there is little room. */
  readonly tick?: (at: number) => string;
}

export interface Look {
  colour(css: string): string;
  readonly font: string;
  readonly size: number;
}

/** Lines are told apart by more than their colour. */
export const DASHES = [
  { name: 'solid', dash: [] },
  { name: 'dashed', dash: [7, 4] },
  { name: 'dotted', dash: [2, 3] },
] as const;

/** More points than this on a line are a line. */
const FEW = 60;

/** Turns figures into what the library draws. */
export function drawing(
  drawn: Drawn,
  look: Look,
  UPlot: typeof uPlot,
  pointed: (at: number | null) => void,
): { options: Omit<uPlot.Options, 'width' | 'height'>; values: uPlot.AlignedData } {
  const { kind, moments, groups } = drawn;
  const times = moments.map((at) => at / 1_000);
  const font = `${look.size}px ${look.font}`;
  const quiet = look.colour('var(--ink-3)');
  const grid = { stroke: look.colour('var(--line)'), width: 1 };
  const ticks = { show: false };
  const stacked = kind === 'bars' ? upon(groups) : groups;
  const begins = times[0] ?? 0;
  const last = times.at(-1) ?? 0;
  const step = times.length > 1 ? last - (times.at(-2) ?? last) : 3_600;
  const ends = kind === 'bars' ? last + step : last;
  const series: uPlot.Series[] = stacked.map(({ colour }, index) => {
    const stroke = look.colour(colour);
    if (kind === 'bars') {
      return {
        stroke: look.colour('var(--surface)'),
        fill: stroke,
        width: 1,
        points: { show: false },
        paths: UPlot.paths.bars!({ size: [0.72, 36], align: 1, radius: 0.12 }),
      };
    }
    return {
      stroke,
      width: 2,
      dash: [...(DASHES[index % DASHES.length]?.dash ?? [])],
      points: { show: moments.length <= FEW, size: 5, fill: stroke, stroke },
      ...(kind === 'steps' && { paths: UPlot.paths.stepped!({ align: 1 }), points: { show: false } }),
      ...(groups.length === 1 && { fill: look.colour(`color-mix(in srgb, ${colour} 14%, transparent)`) }),
    };
  });
  const options: Omit<uPlot.Options, 'width' | 'height'> = {
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { show: kind !== 'bars' } },
    padding: [8, look.size * 1.6, 0, 0],
    scales: {
      x: { time: true, range: () => (ends > begins ? [begins, ends] : [begins - 1_800, begins + 1_800]) },
      y: { range: (_chart, _least, most) => [0, (most || 1) * 1.08] },
    },
    axes: [
      {
        font,
        stroke: quiet,
        grid: { show: false },
        ticks,
        size: look.size * 2,
        space: look.size * 6,
        values: (_chart, splits) => splits.map((at) => (drawn.tick ?? drawn.moment)(at * 1_000)),
      },
      {
        font,
        stroke: quiet,
        grid,
        ticks,
        space: 34,
        gap: 6,
        size: (_chart, labels) =>
          10 + Math.max(...(labels ?? ['']).map((label) => label.length), 3) * look.size * 0.6,
        values: (_chart, splits) => splits.map((value) => drawn.figure(value)),
      },
    ],
    series: [{}, ...series],
    hooks: {
      setCursor: [({ cursor }) => pointed((cursor.left ?? -1) < 0 ? null : (cursor.idx ?? null))],
    },
  };
  return { options, values: [times, ...stacked.map(({ values }) => [...values])] };
}

/** Each group on top of those before it. The tallest is drawn first, and the others over its foot. */
function upon(groups: readonly Group[]): readonly Group[] {
  const sums: (number | null)[] = [];
  const stacked = groups.map((group) => ({
    ...group,
    values: group.values.map((value, index) => {
      if (value !== null) sums[index] = (sums[index] ?? 0) + value;
      // A bar of no height would still have an outline.
      return sums[index] || null;
    }),
  }));
  return stacked.toReversed();
}
