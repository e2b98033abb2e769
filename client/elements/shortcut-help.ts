import { css, html, LitElement, nothing } from 'lit';
import { PartController } from '../controllers/part.ts';
import { button } from '../tokens.ts';

/** A button, and the keys of the monitor in a dialog that it opens. */
export class ShortcutHelp extends LitElement {
  static override styles = [
    button,
    css`
      button {
        min-inline-size: 28px;
        min-block-size: 28px;
        padding: 0;
        border-color: var(--line);
        border-radius: 50%;
        color: var(--ink-2);
      }
    `,
  ];

  static override properties = { isOn: { type: Boolean }, shown: { state: true } };

  /** Single keys work. */
  declare isOn: boolean;
  declare private shown: boolean;

  #part = new PartController(this, 'help', () => this.shown);

  constructor() {
    super();
    this.isOn = true;
    this.shown = false;
  }

  open(): void {
    this.shown = true;
    if (this.#part.failed) void this.#part.load();
  }

  override render() {
    return html`
      <button
        aria-label="Keyboard shortcuts"
        aria-haspopup="dialog"
        title="Keyboard shortcuts"
        @click=${() => this.open()}
      >
        ?
      </button>
      ${this.#part.failed ? html`<span role="alert">The help could not be loaded.</span>` : nothing}
      ${
        this.shown
          ? html`<shortcut-list
              .isOn=${this.isOn}
              @shortcuts-close=${() => (this.shown = false)}
            ></shortcut-list>`
          : nothing
      }
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'shortcut-help': ShortcutHelp;
  }
}
