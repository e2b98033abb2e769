import { css, html, LitElement, nothing } from 'lit';
import { button } from '../tokens.ts';
import { fire } from './fire.ts';

/**
 * Asks for a key, and says what was wrong with the last one.
 *
 * @fires key-submit - A key was given; it is the detail.
 */
export class KeyForm extends LitElement {
  static override styles = [
    button,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        place-items: center;
        padding: 24px 16px;
        overflow-y: auto;
      }
      form {
        display: grid;
        gap: 12px;
        inline-size: min(100%, 26em);
      }
      h2 {
        margin: 0;
        font-size: var(--text-large);
        font-weight: 650;
      }
      p {
        margin: 0;
        color: var(--ink-2);
      }
      label {
        font-weight: 600;
        font-size: var(--text-small);
      }
      .field {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      input {
        flex: 1 1 12em;
        min-inline-size: 0;
        font: inherit;
        color: inherit;
        background: var(--surface);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        padding: 6px 12px;
        box-sizing: border-box;
        min-block-size: 36px;
      }
      input[aria-invalid='true'] {
        border-color: var(--bad);
      }
      .problem {
        color: var(--bad);
      }
      .small {
        color: var(--ink-3);
        font-size: var(--text-small);
      }
    `,
  ];

  static override properties = {
    problem: {},
    remembers: { type: Boolean },
    busy: { type: Boolean },
  };

  /** What was wrong with the last key, or nothing. */
  declare problem: string;
  /** The key outlives a reload of this tab. */
  declare remembers: boolean;
  declare busy: boolean;

  constructor() {
    super();
    this.problem = '';
    this.remembers = false;
    this.busy = false;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const input = this.shadowRoot?.querySelector('input');
    const key = input?.value.trim();
    if (key) fire(this, 'key-submit', key);
    else input?.focus();
  }

  override render() {
    return html`
      <form @submit=${(event: SubmitEvent) => this.#submit(event)}>
        <h2>This monitor needs a key</h2>
        <p>
          Only people with a key of this project may listen in. Whoever runs this server can give you one.
        </p>
        <label for="key">Key</label>
        <div class="field">
          <input
            id="key"
            type="password"
            autocomplete="off"
            spellcheck="false"
            aria-describedby="problem kept"
            aria-invalid=${this.problem !== ''}
          />
          <button class="leading" ?disabled=${this.busy}>${this.busy ? 'Checking' : 'Listen in'}</button>
        </div>
        <p class="problem" id="problem" role="alert">${this.problem || nothing}</p>
        <p class="small" id="kept">
          ${this.remembers ? 'Kept in this tab only, until you close it.' : 'Kept until you leave this page.'}
        </p>
      </form>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'key-form': KeyForm;
  }
  interface EarshotEvents {
    'key-submit': string;
  }
}
