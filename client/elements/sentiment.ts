const SLIGHT = 0.05;
const STRONG = 0.5;

/** A sentiment from −1 to 1 in a word or two. */
export function mood(sentiment: number): string {
  if (Math.abs(sentiment) < SLIGHT) return 'neutral';
  const side = sentiment > 0 ? 'positive' : 'negative';
  return Math.abs(sentiment) < STRONG ? `somewhat ${side}` : side;
}

/** "+0.62", "−0.40", "0.00" */
export function signed(value: number): string {
  const digits = Math.abs(value).toFixed(2);
  if (Number(digits) === 0) return digits;
  return `${value > 0 ? '+' : '−'}${digits}`;
}

/** The drawing of a line: 100 wide, and −1 to 1 high with zero in the middle. */
export interface SentimentDrawing {
  readonly line: string;
  /** What lies between the line and zero, on either side of it. */
  readonly above: string;
  readonly below: string;
  readonly newest: { readonly x: number; readonly y: number };
}

export const WIDTH = 100;
export const HEIGHT = 40;

type Point = readonly [x: number, sentiment: number];

/** Draws sentiments in the order of time, at equal distances. There must be one at least. */
export function drawSentiments(sentiments: readonly number[]): SentimentDrawing {
  const step = sentiments.length > 1 ? WIDTH / (sentiments.length - 1) : 0;
  const first = sentiments.length > 1 ? 0 : WIDTH;
  const points = sentiments.map((value, index): Point => [first + index * step, value]);
  const complete = points.flatMap((point, index) => [...crossing(points[index - 1], point), point]);
  const newest = points.at(-1) ?? [WIDTH, 0];
  return {
    line: path(points),
    above: area(complete.map(([x, value]) => [x, Math.max(0, value)])),
    below: area(complete.map(([x, value]) => [x, Math.min(0, value)])),
    newest: { x: newest[0], y: heightOf(newest[1]) },
  };
}

/** Where the line passes zero between two points. */
function crossing(from: Point | undefined, to: Point): Point[] {
  if (!from || from[1] * to[1] >= 0) return [];
  return [[from[0] + ((to[0] - from[0]) * from[1]) / (from[1] - to[1]), 0]];
}

function area(points: readonly Point[]): string {
  const [start, end] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
  return `${path([[start, 0], ...points, [end, 0]])}Z`;
}

const heightOf = (sentiment: number) => round((HEIGHT * (1 - sentiment)) / 2);
const round = (value: number) => Math.round(value * 100) / 100;

function path(points: readonly Point[]): string {
  return points
    .map(([x, sentiment], index) => `${index ? 'L' : 'M'}${round(x)} ${heightOf(sentiment)}`)
    .join('');
}
