import type { FiguresOverTimeFragment } from '../../generated/client/graphql.ts';
import type { Drawn } from '../elements/time-drawing.ts';
import type { Range } from './time-range.ts';

const hour = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const hourOfDay = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** The moments and the groups of a series, the rest of many groups as the last one. */
export function grouped(
  { buckets, groups }: FiguresOverTimeFragment,
  colourOf: (key: string) => string,
): Pick<Drawn, 'moments' | 'groups'> {
  return {
    moments: buckets.map((at) => Date.parse(at)),
    groups: groups.map(({ key, isOther, values }) => ({
      label: isOther ? 'others' : (key ?? 'unknown'),
      colour: isOther || key === null ? 'var(--ink-3)' : colourOf(key),
      values: numbers(values),
    })),
  };
}

/** In the order in which things happened: senders may tell them in another one. */
export function inTime<Dated extends { readonly at: string }>(list: readonly Dated[]): Dated[] {
  return list.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

export function numbers(values: readonly (string | null)[]): (number | null)[] {
  return values.map((value) => (value === null ? null : Number(value)));
}

export function bucketWords(at: number, range: Range): string {
  return range === 'DAY' ? hourOfDay.format(at) : day.format(at);
}

export function bucketTick(at: number, range: Range): string {
  return range === 'DAY' ? hour.format(at) : day.format(at);
}

export function timeTick(at: number): string {
  return hour.format(at);
}
