import { ChoiceBar } from '../elements/choice-bar.ts';
import { CostBreakdown } from '../elements/cost-breakdown.ts';
import { FigureTiles } from '../elements/figure-tiles.ts';
import { LatencyTable } from '../elements/latency-table.ts';
import { PriceNotes } from '../elements/price-notes.ts';
import { SampleCommand } from '../elements/sample-command.ts';
import { StageBars } from '../elements/stage-bars.ts';
import { TimeChart } from '../elements/time-chart.ts';
import { LiveCosts } from '../pages/live-costs.ts';
import { LiveMetrics } from '../pages/live-metrics.ts';
import { LiveStats } from '../pages/live-stats.ts';

/** What `<live-costs>`, `<live-metrics>` and `<live-stats>` are made of; loaded when one is on a page. */
export const elements = {
  'choice-bar': ChoiceBar,
  'cost-breakdown': CostBreakdown,
  'figure-tiles': FigureTiles,
  'latency-table': LatencyTable,
  'price-notes': PriceNotes,
  'sample-command': SampleCommand,
  'stage-bars': StageBars,
  'time-chart': TimeChart,
  'live-costs': LiveCosts,
  'live-metrics': LiveMetrics,
  'live-stats': LiveStats,
};
