import { css, html, LitElement, nothing } from 'lit';
import { button } from '../tokens.ts';
import { fire } from './fire.ts';

type Key = readonly [keys: string, words: string];

const AT_THE_DESK: readonly Key[] = [
  ['W', 'Open who waits for a person, the most urgent first'],
  ['T', 'Take the open conversation over'],
  ['R', 'Write a reply'],
  ['B', 'Give it back to the bot'],
  ['A', 'Ask for a person'],
  ['N', 'Show or hide notes'],
];
const ANYWHERE: readonly Key[] = [
  ['↑ ↓', 'Walk through the list; Enter opens'],
  ['Esc', 'Back to the list'],
  ['?', 'This help'],
];

/**
 * A button, and the keys of the monitor in a dialog that it opens.
 *
 * @fires shortcuts-turn - The person wants single keys to work, or not; which is the detail.
 */
export class ShortcutHelp extends LitElement {
  static override styles = [
    button,
    css`
      button.help {
        min-inline-size: 28px;
        min-block-size: 28px;
        padding: 0;
        border-color: var(--line);
        border-radius: 50%;
        color: var(--ink-2);
      }
      dialog {
        box-sizing: border-box;
        inline-size: min(100% - 32px, 30em);
        padding: 20px 24px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface);
        color: var(--ink);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 0.4);
      }
      .bar {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 12px;
      }
      h2 {
        margin: 0;
        font-size: var(--text-large);
        font-weight: 650;
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 8px 16px;
        margin: 16px 0;
      }
      dd {
        margin: 0;
        color: var(--ink-2);
      }
      kbd {
        display: inline-block;
        min-inline-size: 1.2em;
        padding: 0 6px;
        border: 1px solid var(--line-strong);
        border-block-end-width: 2px;
        border-radius: 4px;
        background: var(--surface-2);
        font: inherit;
        font-size: var(--text-small);
        text-align: center;
      }
      label {
        display: flex;
        align-items: baseline;
        gap: 8px;
      }
      input {
        accent-color: var(--accent);
      }
      p {
        margin: 4px 0 0;
        color: var(--ink-3);
        font-size: var(--text-small);
      }
    `,
  ];

  static override properties = {
    isOn: { type: Boolean },
    places: { attribute: false },
    shown: { state: true },
  };

  /** Single keys work. */
  declare isOn: boolean;
  /** Where one can go, and by which key. */
  declare places: Readonly<Record<string, { readonly label: string; readonly key: string }>>;
  declare private shown: boolean;

  constructor() {
    super();
    this.isOn = true;
    this.places = {};
    this.shown = false;
  }

  get #dialog(): HTMLDialogElement | null | undefined {
    return this.shadowRoot?.querySelector('dialog');
  }

  async open(): Promise<void> {
    this.shown = true;
    await this.updateComplete;
    this.#dialog?.showModal();
  }

  /** What closes the dialog is not meant for what lies behind it. */
  #pressed(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.key === '?') this.#dialog?.close();
  }

  override render() {
    return html`
      <button
        class="help"
        aria-label="Keyboard shortcuts"
        aria-haspopup="dialog"
        title="Keyboard shortcuts"
        @click=${() => this.open()}
      >
        ?
      </button>
      ${this.shown ? this.#help() : nothing}
    `;
  }

  #help() {
    const places = Object.values(this.places).map(({ label, key }): Key => [key.toUpperCase(), label]);
    return html`<dialog
      aria-labelledby="title"
      @close=${() => (this.shown = false)}
      @keydown=${(event: KeyboardEvent) => this.#pressed(event)}
    >
      <div class="bar">
        <h2 id="title">Keyboard shortcuts</h2>
        <button autofocus @click=${() => this.#dialog?.close()}>Close</button>
      </div>
      <dl>
        ${[...AT_THE_DESK, ...places, ...ANYWHERE].map(
          ([keys, words]) =>
            html`<dt>${keys.split(' ').map((key) => html`<kbd>${key}</kbd> `)}</dt>
              <dd>${words}</dd>`,
        )}
      </dl>
      <label>
        <input
          type="checkbox"
          .checked=${this.isOn}
          @change=${(event: Event) => fire(this, 'shortcuts-turn', (event.target as HTMLInputElement).checked)}
        />
        Single keys do something
      </label>
      <p>They work while the keyboard is inside the monitor, and never while you write.</p>
    </dialog>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'shortcut-help': ShortcutHelp;
  }
  interface EarshotEvents {
    'shortcuts-turn': boolean;
  }
}
