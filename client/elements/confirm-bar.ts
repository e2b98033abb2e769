import { css, html, LitElement, type PropertyValues } from 'lit';
import { button } from '../tokens.ts';
import { fire } from './fire.ts';

/**
 * A button for what should not happen by accident: it asks first, and says what will be.
 *
 * @fires choice-confirm - The person is sure; the detail is the place of the choice.
 */
export class ConfirmBar extends LitElement {
  static override styles = [
    button,
    css`
      div {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px 12px;
        font-size: var(--text-small);
      }
      p {
        margin: 0;
        flex: 1 1 18em;
        overflow-wrap: anywhere;
      }
    `,
  ];
  static override properties = {
    label: {},
    about: {},
    question: {},
    choices: { attribute: false },
    blocked: { type: Boolean },
    asking: { state: true },
  };

  /** What the button says. */
  declare label: string;
  /** What it would be done to, where that is told only by the place of the button. */
  declare about: string;
  /** What is asked when it is pressed. */
  declare question: string;
  /** What can be answered, besides no. */
  declare choices: readonly string[];
  /** Nothing can be done now. */
  declare blocked: boolean;
  declare private asking: boolean;

  constructor() {
    super();
    this.label = '';
    this.about = '';
    this.question = '';
    this.choices = [];
    this.blocked = false;
    this.asking = false;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // Another question is not answered by the way.
    if (changed.has('question')) this.asking = false;
  }

  async #turn(asking: boolean): Promise<void> {
    if (asking && this.blocked) return;
    this.asking = asking;
    await this.updateComplete;
    this.shadowRoot?.querySelector<HTMLElement>(asking ? '.no' : 'button')?.focus();
  }

  #confirm(place: number): void {
    if (this.blocked) return;
    void this.#turn(false);
    fire(this, 'choice-confirm', place);
  }

  #pressed(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    void this.#turn(false);
  }

  override render() {
    const { blocked } = this;
    const name = `${this.label} ${this.about}`.trim();
    if (!this.asking) {
      return html`<button
        class="plain"
        aria-label=${name}
        aria-disabled=${blocked}
        @click=${() => this.#turn(true)}
      >
        ${this.label}
      </button>`;
    }
    return html`<div
      role="group"
      aria-label=${name}
      @keydown=${(event: KeyboardEvent) => this.#pressed(event)}
    >
      <p>${this.question}</p>
      ${this.choices.map(
        (words, place) =>
          html`<button aria-disabled=${blocked} @click=${() => this.#confirm(place)}>${words}</button>`,
      )}
      <button class="plain no" @click=${() => this.#turn(false)}>Cancel</button>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'confirm-bar': ConfirmBar;
  }
  interface EarshotEvents {
    'choice-confirm': number;
  }
}
