import { css, html, LitElement, nothing } from 'lit';
import { fire } from './fire.ts';

/**
 * Where a person can go in the monitor.
 *
 * @fires place-change - The person wants to go to another place; its name is the detail.
 */
export class PlaceBar extends LitElement {
  static override styles = css`
    nav {
      display: flex;
      flex-wrap: wrap;
      gap: 2px;
    }
    button {
      padding: 4px 10px;
      min-block-size: 28px;
      border: none;
      border-radius: var(--radius-small);
      background: none;
      color: var(--ink-2);
      font: inherit;
      font-size: var(--text-small);
      cursor: pointer;
    }
    button:hover {
      color: var(--ink);
    }
    b {
      padding-inline: 5px;
      border-radius: var(--radius-small);
      background: var(--bad-soft);
      color: var(--bad);
      font-size: var(--text-tiny);
    }
    button[aria-current] {
      background: var(--accent-soft);
      color: var(--accent);
      font-weight: 600;
    }
    button:focus-visible {
      outline: 2px solid var(--accent);
      outline-offset: 1px;
    }
    /* One line, whatever the width: the keyboard brings into view what lies outside. */
    @container (width < 44em) {
      nav {
        flex-wrap: nowrap;
        margin-inline: -10px;
        overflow-x: auto;
        scrollbar-width: none;
      }
      button {
        flex: none;
      }
      button:focus-visible {
        outline-offset: -2px;
      }
    }
    @container (width < 26em) {
      nav {
        gap: 0;
        margin-inline: -5px;
      }
      button {
        padding-inline: 5px;
      }
    }
  `;
  static override properties = { places: { attribute: false }, place: {}, counts: { attribute: false } };

  /** Names of places with what they are called. */
  declare places: Readonly<Record<string, { readonly label: string }>>;
  /** Where the person is. */
  declare place: string;
  /** How much at a place wants somebody to look at it. */
  declare counts: Readonly<Record<string, number>>;

  constructor() {
    super();
    this.places = {};
    this.place = '';
    this.counts = {};
  }

  override render() {
    return html`<nav aria-label="Places">
      ${Object.entries(this.places).map(
        ([place, { label }]) =>
          html`<button
            aria-current=${place === this.place ? 'page' : nothing}
            @click=${() => fire(this, 'place-change', place)}
          >
            ${label}${this.counts[place] ? html` <b>${this.counts[place]}</b>` : nothing}
          </button>`,
      )}
    </nav>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'place-bar': PlaceBar;
  }
  interface EarshotEvents {
    'place-change': string;
  }
}
