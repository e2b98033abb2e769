const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** "850 ms", "1.2 s", "74 s" */
export function duration(ms: number): string {
  if (ms < 999.5) return `${whole.format(ms)} ms`;
  const seconds = ms / 1_000;
  return `${seconds < 9.95 ? seconds.toFixed(1) : whole.format(seconds)} s`;
}

/** "1 message", "1,204 messages" */
export function counted(count: number, noun: string): string {
  return `${whole.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** "31 %", "<1 %" */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  return rounded === 0 && share > 0 ? '<1 %' : `${rounded} %`;
}

/** Senders name their counts differently, and some send the sum as well. Null when nothing was counted. */
export function totalTokens(used: Readonly<Record<string, unknown>>): number | null {
  const stated = used['total_tokens'] ?? used['total'];
  if (typeof stated === 'number') return stated;
  const parts = Object.values(used).filter((value) => typeof value === 'number');
  return parts.length ? parts.reduce((sum, part) => sum + part, 0) : null;
}
