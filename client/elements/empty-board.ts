import { html, LitElement } from 'lit';
import { CopyController } from '../controllers/copy.ts';
import { button } from '../tokens.ts';
import { commandBox } from './command-box.ts';
import { styles } from './empty-board.styles.ts';
import { curl, masked, YOUR_KEY } from './first-words.ts';

/** What the page shows before anything was said: how to make it say something. */
export class EmptyBoard extends LitElement {
  static override styles = [button, commandBox, styles];
  static override properties = {
    origin: {},
    key: { attribute: false },
    maySend: { type: Boolean },
  };

  /** The server's address, before `/graphql`. */
  declare origin: string;
  /** The key in use, which the command needs too. */
  declare key: string | null;
  /** Whether that key may send as well. */
  declare maySend: boolean;

  #copying = new CopyController(this);

  constructor() {
    super();
    this.origin = '';
    this.key = null;
    this.maySend = true;
  }

  get #sendingKey(): string | null {
    return this.key && !this.maySend ? YOUR_KEY : this.key;
  }

  override render() {
    const shown = curl({
      origin: this.origin,
      key: this.maySend && this.key ? masked(this.key) : this.#sendingKey,
    });
    return html`
      <div class="board">
        <svg viewBox="0 0 48 24" aria-hidden="true">
          <path d="M4 10v4M12 7v10M20 2v20M28 6v12M36 9v6M44 11v2" />
        </svg>
        <h2>Nothing has been said yet</h2>
        <p>Earshot is listening. Run this in a terminal, and the conversation appears here at once.</p>
        <div class="command">
          <div class="bar">
            <span>Terminal</span>
            <button @click=${() => this.#copying.copy(curl({ origin: this.origin, key: this.#sendingKey }))}>
              ${this.#copying.copied === 'yes' ? 'Copied' : 'Copy'}
            </button>
          </div>
          <pre tabindex="0" role="region" aria-label="Command"><code>${shown}</code></pre>
        </div>
        <p class="small" role="status">${this.#hint()}</p>
      </div>
    `;
  }

  #hint(): string {
    if (this.#copying.copied === 'failed')
      return 'The browser does not allow copying here. The command is selected instead.';
    if (this.key && !this.maySend)
      return `Your key may only look. Put one that may send in place of ${YOUR_KEY}.`;
    if (this.key) return 'Your key is shortened here. The copy holds all of it.';
    return 'Later, let your bot send the same after each of its replies.';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'empty-board': EmptyBoard;
  }
}
