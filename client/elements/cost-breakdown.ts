import { css, html, LitElement, nothing } from 'lit';
import { visuallyHidden } from '../tokens.ts';
import { percent } from './figures.ts';
import { money } from './money.ts';
import { palette } from './palette.ts';

/** Money that went to one service, provider or model. */
export interface Share {
  readonly name: string;
  readonly usd: string;
}

/** What the money went to: a table whose middle column is a bar. */
export class CostBreakdown extends LitElement {
  static override styles = [
    visuallyHidden,
    palette,
    css`
      :host {
        display: block;
        position: relative;
        container-type: inline-size;
      }
      table {
        table-layout: fixed;
        inline-size: 100%;
        border-collapse: collapse;
        font-size: var(--text-small);
        font-variant-numeric: tabular-nums;
      }
      th,
      td {
        padding: 5px 0;
        text-align: start;
        font-weight: 400;
        vertical-align: middle;
        border-block-end: 1px solid var(--line);
      }
      tr:last-child > * {
        border: none;
      }
      .name {
        inline-size: 38%;
      }
      th[scope='row'] {
        padding-inline-end: 12px;
        overflow-wrap: anywhere;
      }
      .amount {
        inline-size: 7em;
        text-align: end;
        font-weight: 600;
        white-space: nowrap;
        padding-inline-start: 12px;
      }
      .share {
        inline-size: 3.4em;
        text-align: end;
        color: var(--ink-3);
        white-space: nowrap;
      }
      .bar {
        display: block;
        block-size: 8px;
        min-inline-size: 2px;
        border-radius: 4px;
      }
      /* With large text on a small screen the figures need the room of the bars. */
      @container (width < 18em) {
        table {
          table-layout: auto;
        }
        .name {
          inline-size: auto;
        }
        .track {
          display: none;
        }
        .amount,
        .share {
          inline-size: 1px;
        }
      }
    `,
  ];

  static override properties = { shares: { attribute: false }, by: {}, colours: { attribute: false } };

  declare shares: readonly Share[];
  /** What the shares are by, in a word. */
  declare by: string;
  /** By name. */
  declare colours: ReadonlyMap<string, string>;

  constructor() {
    super();
    this.shares = [];
    this.by = '';
    this.colours = new Map();
  }

  override render() {
    if (this.shares.length === 0) return nothing;
    const sorted = this.shares.toSorted((a, b) => Number(b.usd) - Number(a.usd));
    const most = Math.max(...sorted.map(({ usd }) => Math.abs(Number(usd))));
    const sum = sorted.reduce((total, { usd }) => total + Number(usd), 0);
    return html`<table>
      <caption class="visually-hidden">
        Cost by ${this.by.toLowerCase()}
      </caption>
      <colgroup>
        <col class="name" />
        <col class="track" />
        <col class="amount" />
        <col class="share" />
      </colgroup>
      <thead class="visually-hidden">
        <tr>
          <th scope="col">${this.by}</th>
          <td></td>
          <th scope="col">Cost</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        ${sorted.map(
          ({ name, usd }) =>
            html`<tr>
              <th scope="row"><bdi>${name}</bdi></th>
              <td class="track" aria-hidden="true">
                <span
                  class="bar"
                  .style=${`inline-size: ${most > 0 ? (Math.abs(Number(usd)) / most) * 100 : 0}%; background: ${this.colours.get(name) ?? 'var(--ink-3)'}`}
                ></span>
              </td>
              <td class="amount" title="$${usd}"><bdi>${money(usd)}</bdi></td>
              <td class="share"><bdi>${sum > 0 ? percent(Number(usd) / sum) : ''}</bdi></td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cost-breakdown': CostBreakdown;
  }
}
