import { css, html, LitElement } from 'lit';
import { button } from '../tokens.ts';
import { field } from './field.ts';
import { fire } from './fire.ts';

export interface Request {
  readonly reason: string | null;
  /** Null leaves it as it is. */
  readonly priority: number | null;
}

/** Of 100; whoever asks by GraphQL may say any other number. */
const URGENT = 50;

/**
 * Asks why a person is wanted.
 *
 * @fires human-request - Ask for one.
 * @fires ask-cancel - Do not.
 */
export class AskForm extends LitElement {
  static override styles = [
    button,
    field,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 12px;
        font-size: var(--text-small);
      }
      label {
        display: inline-flex;
        align-items: center;
        gap: 8px;
        font-weight: 600;
      }
      .why {
        min-inline-size: 0;
        flex: 1 1 14em;
      }
      .why input {
        flex: 1;
      }
      input[type='checkbox'] {
        min-block-size: 0;
        margin: 0;
        accent-color: var(--accent);
      }
    `,
  ];

  override firstUpdated(): void {
    this.shadowRoot?.querySelector('input')?.focus();
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const facts = new FormData(event.target as HTMLFormElement);
    const reason = facts.get('reason');
    fire(this, 'human-request', {
      reason: (typeof reason === 'string' && reason.trim()) || null,
      priority: facts.has('urgent') ? URGENT : null,
    });
  }

  #pressed(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    fire(this, 'ask-cancel');
  }

  override render() {
    return html`<form
      @submit=${(event: SubmitEvent) => this.#submit(event)}
      @keydown=${(event: KeyboardEvent) => this.#pressed(event)}
    >
      <label class="why">Why <input name="reason" maxlength="1000" placeholder="Optional" /></label>
      <label><input type="checkbox" name="urgent" /> Urgent</label>
      <button class="leading">Ask for a person</button>
      <button type="button" class="plain" @click=${() => fire(this, 'ask-cancel')}>Cancel</button>
    </form>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'ask-form': AskForm;
  }
  interface EarshotEvents {
    'human-request': Request;
    'ask-cancel': null;
  }
}
