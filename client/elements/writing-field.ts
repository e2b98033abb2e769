import { css, html, LitElement } from 'lit';
import { button, visuallyHidden } from '../tokens.ts';
import { field } from './field.ts';
import { fire } from './fire.ts';

/**
 * Several lines to write in and send: Enter sends, Shift and Enter breaks the line. What is written is the owner's.
 *
 * @fires writing-change - The text so far.
 * @fires writing-send - The person wants it sent; the text is not blank.
 */
export class WritingField extends LitElement {
  static override styles = [
    button,
    field,
    visuallyHidden,
    css`
      :host {
        display: flex;
        align-items: flex-end;
        gap: 8px;
      }
      textarea {
        flex: 1;
        min-block-size: 38px;
        padding-block: 8px;
      }
      button {
        min-block-size: 38px;
        padding-inline: 16px;
      }
    `,
  ];

  static override properties = {
    label: {},
    button: {},
    hint: {},
    text: {},
    locked: { type: Boolean },
    blocked: { type: Boolean },
  };

  declare label: string;
  declare button: string;
  /** What is shown while nothing is written, and told of the field. */
  declare hint: string;
  declare text: string;
  /** Nothing can be written here now. What is there can be read and copied. */
  declare locked: boolean;
  /** It can be written, but not sent. */
  declare blocked: boolean;

  constructor() {
    super();
    this.label = '';
    this.button = 'Send';
    this.hint = '';
    this.text = '';
    this.locked = false;
    this.blocked = false;
  }

  override focus(options?: FocusOptions): void {
    this.shadowRoot?.querySelector('textarea')?.focus(options);
  }

  #pressed(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  #send(): void {
    if (this.locked || this.blocked || this.text.trim() === '') return;
    fire(this, 'writing-send', this.text);
    this.focus();
  }

  override render() {
    return html`
      <textarea
        rows="1"
        dir="auto"
        aria-label=${this.label}
        aria-describedby="hint"
        placeholder=${this.hint}
        ?readonly=${this.locked}
        .value=${this.text}
        @input=${(event: Event) => fire(this, 'writing-change', (event.target as HTMLTextAreaElement).value)}
        @keydown=${(event: KeyboardEvent) => this.#pressed(event)}
      ></textarea>
      <button
        class=${this.text.trim() && !this.locked && !this.blocked ? 'leading' : ''}
        ?disabled=${this.locked || this.blocked}
        @click=${() => this.#send()}
      >
        ${this.button}
      </button>
      <span id="hint" class="visually-hidden">${this.hint}</span>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'writing-field': WritingField;
  }
  interface EarshotEvents {
    'writing-change': string;
    'writing-send': string;
  }
}
