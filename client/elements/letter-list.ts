import { css, html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Letter } from '../controllers/outbox.ts';
import { button, visuallyHidden } from '../tokens.ts';
import { fire } from './fire.ts';

/**
 * What a person said that is not stored yet, and what keeps it.
 *
 * @fires letter-retry - Send this one again.
 * @fires letter-edit - Give its words back to be changed.
 */
export class LetterList extends LitElement {
  static override styles = [
    button,
    visuallyHidden,
    css`
      :host {
        display: block;
      }
      ul {
        display: grid;
        gap: 8px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        justify-items: end;
      }
      .words {
        box-sizing: border-box;
        max-inline-size: min(78%, 40em);
        max-block-size: 6em;
        overflow-y: auto;
        padding: 6px 12px;
        border: 1px dashed var(--human-ink);
        border-radius: 14px;
        color: var(--human-ink);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        unicode-bidi: isolate;
      }
      .state {
        color: var(--ink-3);
        font-size: var(--text-small);
        text-align: end;
      }
      .failed .state {
        color: var(--bad);
      }
      .failed .words {
        border-color: var(--bad);
      }
      button.plain {
        min-block-size: 24px;
        padding-block: 0;
      }
    `,
  ];

  static override properties = { letters: { attribute: false } };

  declare letters: readonly Letter[];

  constructor() {
    super();
    this.letters = [];
  }

  /** The regions are always there: what is new together with its region is not announced. */
  override render() {
    const failed = this.letters.find(({ state }) => state === 'failed');
    return html`
      <ul aria-label="Replies on their way">
        ${repeat(
          this.letters,
          ({ key }) => key,
          (letter) => this.#letter(letter),
        )}
      </ul>
      <p class="visually-hidden" role="status">
        ${!failed && this.letters[0] ? wordsOf(this.letters[0]) : nothing}
      </p>
      <p class="visually-hidden" role="alert">${failed ? wordsOf(failed) : nothing}</p>
    `;
  }

  #letter(letter: Letter) {
    return html`<li class=${letter.state}>
      <span class="words" dir="auto" tabindex="0">${letter.text}</span>
      <span class="state">
        ${wordsOf(letter)}
        ${
          letter.state === 'failed'
            ? html`<button class="plain" @click=${() => fire(this, 'letter-retry', letter)}>Try again</button>
                <button class="plain" @click=${() => fire(this, 'letter-edit', letter)}>Edit</button>`
            : nothing
        }
      </span>
    </li>`;
  }
}

function wordsOf({ state, problem }: Letter): string {
  if (state === 'sending') return 'Sending';
  if (state === 'failed') return `Not sent. ${problem}`;
  return problem
    ? 'No connection. It is kept, and sent as soon as there is one.'
    : 'Sent after the one before.';
}

declare global {
  interface HTMLElementTagNameMap {
    'letter-list': LetterList;
  }
  interface EarshotEvents {
    'letter-retry': Letter;
    'letter-edit': Letter;
  }
}
