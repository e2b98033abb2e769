import { css, html, LitElement } from 'lit';
import { visuallyHidden } from '../tokens.ts';
import { fire } from './fire.ts';

/**
 * A choice of one among a few, side by side.
 *
 * @fires choice-change - Another one was chosen; its value is the detail.
 */
export class ChoiceBar extends LitElement {
  static override styles = [
    visuallyHidden,
    css`
      :host {
        display: inline-block;
      }
      fieldset {
        position: relative;
        display: flex;
        flex-wrap: wrap;
        gap: 2px;
        margin: 0;
        padding: 2px;
        min-inline-size: 0;
        border: none;
        border-radius: var(--radius-small);
        background: var(--surface-2);
      }
      label {
        position: relative;
        padding: 2px 10px;
        min-block-size: 24px;
        box-sizing: border-box;
        border-radius: 4px;
        color: var(--ink-2);
        font-size: var(--text-small);
        cursor: pointer;
      }
      label:hover {
        color: var(--ink);
      }
      label:has(:checked) {
        background: var(--surface);
        color: var(--ink);
        font-weight: 600;
        box-shadow: 0 0 0 1px var(--line-strong);
      }
      label:has(:focus-visible) {
        outline: 2px solid var(--accent);
        outline-offset: 1px;
      }
    `,
  ];

  static override properties = { label: {}, choices: { attribute: false }, chosen: {} };

  declare label: string;
  /** Values with their words. */
  declare choices: Readonly<Record<string, string>>;
  declare chosen: string;

  constructor() {
    super();
    this.label = '';
    this.choices = {};
    this.chosen = '';
  }

  #choose(event: Event, value: string): void {
    // What is chosen is said by the owner.
    (event.target as HTMLInputElement).checked = value === this.chosen;
    fire(this, 'choice-change', value);
  }

  override render() {
    return html`<fieldset>
      <legend class="visually-hidden">${this.label}</legend>
      ${Object.entries(this.choices).map(
        ([value, words]) =>
          html`<label>
            <input
              class="visually-hidden"
              type="radio"
              name="choice"
              .checked=${value === this.chosen}
              @change=${(event: Event) => this.#choose(event, value)}
            /><bdi>${words}</bdi></label
          >`,
      )}
    </fieldset>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'choice-bar': ChoiceBar;
  }
  interface EarshotEvents {
    'choice-change': string;
  }
}
