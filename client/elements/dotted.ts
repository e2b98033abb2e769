import { html } from 'lit';

/**
 * Facts in a row with dots between them. Each may read in its own direction, and a line breaks after a dot, never
 * before one.
 */
export function dotted(facts: readonly unknown[]) {
  return facts.map(
    (fact, index) => html`<bdi>${fact}</bdi>${index < facts.length - 1 ? '\u00a0\u00b7 ' : ''}`,
  );
}
