import { css, html, LitElement } from 'lit';
import { CopyController } from '../controllers/copy.ts';
import { button } from '../tokens.ts';
import { commandBox } from './command-box.ts';
import { masked, post } from './first-words.ts';

/** A command that sends a first one of something, to be copied. */
export class SampleCommand extends LitElement {
  static override styles = [
    button,
    commandBox,
    css`
      :host {
        display: block;
        text-align: start;
      }
      p {
        margin: 8px 0 0;
        color: var(--ink-3);
        font-size: var(--text-small);
        text-align: center;
      }
    `,
  ];

  static override properties = {
    origin: {},
    key: { attribute: false },
    path: {},
    body: { attribute: false },
  };

  /** The server's address, before `/graphql`. */
  declare origin: string;
  /** The key in use, which the command needs too. */
  declare key: string | null;
  declare path: string;
  declare body: object;

  #copying = new CopyController(this);

  constructor() {
    super();
    this.origin = '';
    this.key = null;
    this.path = '';
    this.body = {};
  }

  #command(key: string | null): string {
    return post(this.path, this.body, { origin: this.origin, key });
  }

  override render() {
    return html`
      <div class="command">
        <div class="bar">
          <span>Terminal</span>
          <button @click=${() => this.#copying.copy(this.#command(this.key))}>
            ${this.#copying.copied === 'yes' ? 'Copied' : 'Copy'}
          </button>
        </div>
        <pre
          tabindex="0"
          role="region"
          aria-label="Command"
        ><code>${this.#command(this.key && masked(this.key))}</code></pre>
      </div>
      <p role="status">${this.#hint()}</p>
    `;
  }

  #hint(): string {
    if (this.#copying.copied === 'failed')
      return 'The browser does not allow copying here. The command is selected instead.';
    if (this.key)
      return 'Your key is shortened here. The copy holds all of it; it has to be one that may send.';
    return 'There is no need to reload: it appears here by itself.';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sample-command': SampleCommand;
  }
}
