import { cpus } from 'node:os';

/** Columns that line up: the first to the left, numbers to the right. */
export function formatTable(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const isNumeric = head.map((_, column) => rows.every((row) => /^[\d.,– %×-]*$/u.test(row[column] ?? '')));
  const line = (cells: string[]): string =>
    cells
      .map((cell, column) =>
        isNumeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('   ')
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join('───'), ...rows.map(line)].join('\n');
}

/** The value in the middle. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A number with as many digits as say something. */
export function format(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

/** Median, and the smallest and largest beside it. */
export const spread = (values: number[]): [string, string] => [
  format(median(values)),
  `${format(Math.min(...values))} – ${format(Math.max(...values))}`,
];

/** A promise of the project, what was measured, and whether it was kept. */
export type Verdict = { claim: string; target: string; measured: string; isMet: boolean | null };

/** One verdict a line; null says that the rival or we did not run. */
export function formatVerdicts(verdicts: Verdict[]): string {
  return formatTable(
    ['claim', 'target', 'measured', ''],
    verdicts.map(({ claim, target, measured, isMet }) => [
      claim,
      target,
      measured,
      isMet === null ? 'not measured' : isMet ? 'met' : 'NOT MET',
    ]),
  );
}

/** What the figures depend on. */
export function machineFacts(postgres: string, extra: Record<string, string>): string {
  const [cpu] = cpus();
  const facts = {
    cores: `${cpus().length} (${cpu?.model.trim() ?? 'unknown'}), shared by servers, database and clients`,
    node: process.version,
    postgresql: postgres,
    ...extra,
  };
  return Object.entries(facts)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}
