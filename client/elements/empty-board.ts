import { html, LitElement } from 'lit';
import { button } from '../tokens.ts';
import { styles } from './empty-board.styles.ts';
import { curl, masked } from './first-words.ts';

const PLACEHOLDER = 'YOUR_KEY';

/** What the page shows before anything was said: how to make it say something. */
export class EmptyBoard extends LitElement {
  static override styles = [button, styles];
  static override properties = {
    origin: {},
    key: { attribute: false },
    maySend: { type: Boolean },
    copied: { state: true },
  };

  /** The server's address, before `/graphql`. */
  declare origin: string;
  /** The key in use, which the command needs too. */
  declare key: string | null;
  /** Whether that key may send as well. */
  declare maySend: boolean;
  declare private copied: 'no' | 'yes' | 'failed';

  constructor() {
    super();
    this.origin = '';
    this.key = null;
    this.maySend = true;
    this.copied = 'no';
  }

  get #sendingKey(): string | null {
    return this.key && !this.maySend ? PLACEHOLDER : this.key;
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(curl({ origin: this.origin, key: this.#sendingKey }));
      this.copied = 'yes';
    } catch {
      // No permission, or no secure context: the person can still copy by hand.
      const command = this.shadowRoot?.querySelector('code');
      if (command) getSelection()?.selectAllChildren(command);
      this.copied = 'failed';
    }
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
            <button @click=${() => this.#copy()}>${this.copied === 'yes' ? 'Copied' : 'Copy'}</button>
          </div>
          <pre tabindex="0" role="region" aria-label="Command"><code>${shown}</code></pre>
        </div>
        <p class="small" role="status">${this.#hint()}</p>
      </div>
    `;
  }

  #hint(): string {
    if (this.copied === 'failed')
      return 'The browser does not allow copying here. The command is selected instead.';
    if (this.key && !this.maySend)
      return `Your key may only look. Put one that may send in place of ${PLACEHOLDER}.`;
    if (this.key) return 'Your key is shortened here. The copy holds all of it.';
    return 'Later, let your bot send the same after each of its replies.';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'empty-board': EmptyBoard;
  }
}
