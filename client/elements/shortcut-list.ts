import { css, html, LitElement } from 'lit';
import { button } from '../tokens.ts';
import { fire } from './fire.ts';

const KEYS: readonly (readonly [keys: string, words: string])[] = [
  ['W', 'Open who waits for a person, the most urgent first'],
  ['T', 'Take the open conversation over'],
  ['R', 'Write a reply'],
  ['B', 'Give it back to the bot, or the agent of a call'],
  ['A', 'Ask for a person'],
  ['N', 'Show or hide notes'],
  ['C', 'Conversations'],
  ['P', 'Phone calls'],
  ['/', 'Search'],
  ['F', 'Figures of the project'],
  ['L', 'Alerts'],
  ['↑ ↓', 'Walk through the list; Enter opens'],
  ['Esc', 'Back to the list'],
  ['?', 'This help'],
];

/**
 * The keys of the monitor, in a dialog that is open as soon as this is on the page.
 *
 * @fires shortcuts-turn - The person wants single keys to work, or not; which is the detail.
 * @fires shortcuts-close - The dialog was closed.
 */
export class ShortcutList extends LitElement {
  static override styles = [
    button,
    css`
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

  static override properties = { isOn: { type: Boolean } };

  /** Single keys work. */
  declare isOn: boolean;

  constructor() {
    super();
    this.isOn = true;
  }

  get #dialog(): HTMLDialogElement | null | undefined {
    return this.shadowRoot?.querySelector('dialog');
  }

  protected override firstUpdated(): void {
    this.#dialog?.showModal();
  }

  /** What closes the dialog is not meant for what lies behind it. */
  #pressed(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.key === '?') this.#dialog?.close();
  }

  override render() {
    return html`<dialog
      aria-labelledby="title"
      @close=${() => fire(this, 'shortcuts-close')}
      @keydown=${(event: KeyboardEvent) => this.#pressed(event)}
    >
      <div class="bar">
        <h2 id="title">Keyboard shortcuts</h2>
        <button autofocus @click=${() => this.#dialog?.close()}>Close</button>
      </div>
      <dl>
        ${KEYS.map(
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
    'shortcut-list': ShortcutList;
  }
  interface EarshotEvents {
    'shortcuts-turn': boolean;
    'shortcuts-close': null;
  }
}
