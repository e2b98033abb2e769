import { css, html, LitElement, nothing } from 'lit';
import type { LatencyRowFragment } from '../../generated/client/graphql.ts';
import { duration } from './figures.ts';
import { type PALETTE, paint, palette } from './palette.ts';

export interface LatencyPart {
  readonly name: string;
  readonly colour: keyof typeof PALETTE | null;
  readonly latency: LatencyRowFragment;
}

/** How long each part of a turn takes: what half of them, and all but a few, stay under. */
export class LatencyTable extends LitElement {
  static override styles = [
    palette,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      table {
        inline-size: 100%;
        border-collapse: collapse;
        font-size: var(--text-small);
        font-variant-numeric: tabular-nums;
      }
      th,
      td {
        padding: 5px 0;
        text-align: end;
        font-weight: 400;
        border-block-end: 1px solid var(--line);
      }
      td {
        padding-inline-start: 8px;
        white-space: nowrap;
      }
      tbody tr:last-child > * {
        border: none;
      }
      thead th {
        color: var(--ink-3);
        font-size: var(--text-tiny);
        padding-block: 0 4px;
      }
      th:first-child {
        text-align: start;
      }
      .total {
        font-weight: 600;
      }
      /* On a small screen the figures have a line of their own. */
      @container (width < 19.5em) {
        tr {
          display: grid;
          grid-template-columns: repeat(4, minmax(0, 1fr));
          border-block-end: 1px solid var(--line);
        }
        th,
        td {
          border: none;
          white-space: normal;
          padding: 2px 0;
        }
        th:first-child {
          grid-column: 1 / -1;
        }
        th,
        td {
          text-align: start;
        }
      }
      .swatch {
        display: inline-block;
        inline-size: 10px;
        block-size: 10px;
        border-radius: 2px;
        margin-inline-end: 8px;
      }
      caption {
        text-align: start;
      }
    `,
  ];

  static override properties = { parts: { attribute: false } };

  declare parts: readonly LatencyPart[];

  constructor() {
    super();
    this.parts = [];
  }

  override render() {
    const shown = this.parts.filter(({ latency }) => latency.turns > 0);
    if (shown.length === 0) return nothing;
    return html`<table aria-label="Latency of turns">
      <thead>
        <tr>
          <th scope="col">Part</th>
          <th scope="col">Mean</th>
          <th scope="col">p50</th>
          <th scope="col">p95</th>
          <th scope="col">p99</th>
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          ({ name, colour, latency: { meanMs, p50Ms, p95Ms, p99Ms } }) =>
            html`<tr class=${colour ? '' : 'total'}>
              <th scope="row" class=${colour ? '' : 'total'}>
                ${colour ? html`<span class="swatch" .style=${`background: ${paint(colour)}`}></span>` : nothing}${name}
              </th>
              ${[meanMs, p50Ms, p95Ms, p99Ms].map((ms) => html`<td><bdi>${ms === null ? '–' : duration(ms)}</bdi></td>`)}
            </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'latency-table': LatencyTable;
  }
}
