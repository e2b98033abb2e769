import { css, html, LitElement, nothing } from 'lit';

export interface Figure {
  readonly label: string;
  readonly value: string;
  /** What stands behind the value, in small print. */
  readonly hint?: string;
  /** The whole figure, where the value is shortened. */
  readonly exact?: string;
  readonly tone?: 'warn' | 'bad';
}

/** Figures side by side, each with what it counts and what stands behind it. */
export class FigureTiles extends LitElement {
  static override styles = css`
    dl {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 8.2em), 1fr));
      gap: 8px;
      margin: 0;
    }
    div {
      display: flex;
      flex-direction: column;
      padding: 10px 12px;
      background: var(--surface-2);
      border-radius: var(--radius-small);
      min-inline-size: 0;
    }
    dt {
      order: 1;
      color: var(--ink-2);
      font-size: var(--text-small);
      line-height: 1.35;
    }
    dd {
      margin: 0;
      overflow-wrap: anywhere;
      font-variant-numeric: tabular-nums;
    }
    .value {
      font-size: calc(var(--text) * 1.36);
      font-weight: 650;
      letter-spacing: -0.015em;
      line-height: 1.3;
    }
    .hint {
      order: 2;
      color: var(--ink-3);
      font-size: var(--text-tiny);
      line-height: 1.4;
    }
    .warn .hint {
      color: var(--warn);
    }
    .bad .hint {
      color: var(--bad);
    }
    .bad .hint::before {
      content: '▲ ';
      font-size: 0.8em;
    }
  `;

  static override properties = { figures: { attribute: false } };

  declare figures: readonly Figure[];

  constructor() {
    super();
    this.figures = [];
  }

  override render() {
    return html`<dl>
      ${this.figures.map(
        ({ label, value, hint, exact, tone }) =>
          html`<div class=${tone ?? ''}>
            <dt>${label}</dt>
            <dd class="value" title=${exact ?? nothing}><bdi>${value}</bdi></dd>
            ${hint ? html`<dd class="hint"><bdi>${hint}</bdi></dd>` : nothing}
          </div>`,
      )}
    </dl>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'figure-tiles': FigureTiles;
  }
}
