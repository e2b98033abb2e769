import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { button } from '../tokens.ts';
import { field } from './field.ts';
import { fire } from './fire.ts';

/**
 * The name that a person answers under, and a form to say it.
 *
 * @fires operator-change - The name that the person gave.
 * @fires name-refuse - The person does not want to say one now.
 */
export class OperatorName extends LitElement {
  static override styles = [
    button,
    field,
    css`
      :host {
        display: block;
        min-inline-size: 0;
        font-size: var(--text-small);
        color: var(--ink-2);
        overflow-wrap: anywhere;
      }
      button.plain {
        min-block-size: 24px;
        padding-block: 0;
      }
      button.plain:only-child {
        margin-inline-start: -6px;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      label {
        font-weight: 600;
      }
      input {
        flex: 1 1 9em;
        max-inline-size: 18em;
      }
    `,
  ];

  static override properties = {
    name: {},
    isGiven: { type: Boolean },
    wanted: { type: Boolean },
    editing: { state: true },
  };

  declare name: string | null;
  /** The host page said it. */
  declare isGiven: boolean;
  /** Something waits for a name. */
  declare wanted: boolean;
  declare private editing: boolean;

  constructor() {
    super();
    this.name = null;
    this.isGiven = false;
    this.wanted = false;
    this.editing = false;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('wanted') && this.wanted) this.editing = true;
    if (this.isGiven) this.editing = false;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('editing') && this.editing) this.shadowRoot?.querySelector('input')?.focus();
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const name = this.shadowRoot?.querySelector('input')?.value.trim();
    if (!name) return this.shadowRoot?.querySelector('input')?.focus();
    this.editing = false;
    fire(this, 'operator-change', name);
  }

  async #refuse(): Promise<void> {
    this.editing = false;
    fire(this, 'name-refuse');
    await this.updateComplete;
    this.shadowRoot?.querySelector('button')?.focus();
  }

  #pressed(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    void this.#refuse();
  }

  override render() {
    if (this.editing) return this.#form();
    if (this.name === null) {
      return html`<button class="plain" @click=${() => (this.editing = true)}>Say your name</button>`;
    }
    return html`You answer as <b><bdi>${this.name}</bdi></b> ${
        this.isGiven
          ? nothing
          : html`<button class="plain" @click=${() => (this.editing = true)}>Change the name</button>`
      }`;
  }

  #form() {
    return html`<form
      @submit=${(event: SubmitEvent) => this.#submit(event)}
      @keydown=${(event: KeyboardEvent) => this.#pressed(event)}
    >
      <label for="name">Your name, as others shall see it</label>
      <input id="name" maxlength="255" autocomplete="name" .value=${this.name ?? ''} />
      <button class="leading">Use this name</button>
      <button type="button" class="plain" @click=${() => this.#refuse()}>Cancel</button>
    </form>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'operator-name': OperatorName;
  }
  interface EarshotEvents {
    'operator-change': string;
    'name-refuse': null;
  }
}
