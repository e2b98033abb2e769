import { css, html, LitElement, nothing } from 'lit';
import type { CostFiguresFragment } from '../../generated/client/graphql.ts';
import { counted } from './figures.ts';
import { money, moneyDifference } from './money.ts';

/** What to know before one believes an amount: what has no price, and where two prices differ. */
export class PriceNotes extends LitElement {
  static override styles = css`
    :host {
      display: grid;
      gap: 8px;
    }
    :host([hidden]) {
      display: none;
    }
    p {
      margin: 0;
      padding: 8px 12px;
      border-radius: var(--radius-small);
      background: var(--warn-soft);
      color: var(--ink);
      font-size: var(--text-small);
      font-variant-numeric: tabular-nums;
    }
    b {
      color: var(--warn);
      font-weight: 600;
    }
    b::before {
      content: '▲ ';
      font-size: 0.8em;
    }
  `;

  static override properties = { costs: { attribute: false } };

  declare costs: CostFiguresFragment | null;

  constructor() {
    super();
    this.costs = null;
  }

  protected override updated(): void {
    this.hidden = !this.costs?.unpricedEntries && !this.costs?.differingEntries;
  }

  override render() {
    if (!this.costs) return nothing;
    const { unpricedEntries, differingEntries, statedUsd, tableUsd } = this.costs;
    const difference = Number(statedUsd) - Number(tableUsd);
    return html`
      ${
        unpricedEntries > 0
          ? html`<p>
              <b>${counted(unpricedEntries, 'operation')} without a known price.</b>
              ${unpricedEntries === 1 ? 'It is' : 'They are'} in no amount on this page: the real cost is
              higher.
            </p>`
          : nothing
      }
      ${
        differingEntries > 0
          ? html`<p>
              <b
                >${counted(differingEntries, 'stated price')} ${differingEntries === 1 ? 'differs' : 'differ'}
                from the price table.</b
              >
              For ${differingEntries === 1 ? 'it' : 'them'} senders say
              <bdi title="$${statedUsd}">${money(statedUsd)}</bdi>, the table
              <bdi title="$${tableUsd}">${money(tableUsd)}</bdi
              >${difference === 0 ? nothing : html` (<bdi>${moneyDifference(difference)}</bdi>)`}. Amounts
              here are those of the senders.
            </p>`
          : nothing
      }
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'price-notes': PriceNotes;
  }
}
