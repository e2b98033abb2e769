import type { SeriesBucket } from '../../generated/client/graphql.ts';

export type Range = 'DAY' | 'MONTH';

export const RANGES: Readonly<Record<Range, string>> = { DAY: '24 hours', MONTH: '30 days' };

export interface Stretch {
  readonly from: string;
  readonly to: string;
  readonly bucket: SeriesBucket;
  readonly timeZone: string;
}

/** When the present day began here. */
export function midnight(now: number): string {
  return new Date(new Date(now).setHours(0, 0, 0, 0)).toISOString();
}

/** The last 24 hours by hour, or the last 30 days by day, as the clock on the wall has them. */
export function stretchOf(range: Range, now: number): Stretch {
  const from = new Date(now);
  if (range === 'DAY') from.setHours(from.getHours() - 23, 0, 0, 0);
  else from.setHours(-24 * 29, 0, 0, 0);
  return {
    from: from.toISOString(),
    to: new Date(now).toISOString(),
    bucket: range === 'DAY' ? 'HOUR' : 'DAY',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC',
  };
}
