import { html, type TemplateResult } from 'lit';

interface Entry {
  readonly label: string;
  /** The single key that leads there. */
  readonly key: string;
  /** A page in a script of its own, which comes when somebody goes there; null is what the monitor itself shows. */
  readonly page: TemplateResult | null;
}

const figures = html`<div class="figures">
  <live-stats></live-stats>
  <live-costs></live-costs>
  <live-metrics></live-metrics>
</div>`;

const calls = html`<live-transcript></live-transcript>`;

/** Where a person can go in the monitor, in the order of its header. */
export const PLACES = {
  conversations: { label: 'Conversations', key: 'c', page: null },
  calls: { label: 'Calls', key: 'p', page: calls },
  search: { label: 'Search', key: '/', page: html`<live-search></live-search>` },
  figures: { label: 'Figures', key: 'f', page: figures },
  alerts: { label: 'Alerts', key: 'l', page: html`<live-alerts></live-alerts>` },
} as const satisfies Record<string, Entry>;

export type Place = keyof typeof PLACES;
