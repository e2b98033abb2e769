import { ContextConsumer } from '@lit/context';
import { css, html, LitElement, nothing } from 'lit';
import { clockContext } from '../contexts.ts';
import type { FeedState } from '../controllers/feed-source.ts';
import { button } from '../tokens.ts';
import { counted } from './figures.ts';
import { fire } from './fire.ts';

/**
 * Says in words and in shape how the page is connected. The countdown is not announced, only the change is.
 *
 * @fires retry-request - The person does not want to wait for the next try.
 */
export class ConnectionState extends LitElement {
  static override styles = [
    button,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: 8px;
        color: var(--ink-2);
        font-size: var(--text-small);
        font-variant-numeric: tabular-nums;
      }
      .mark {
        inline-size: 0.64em;
        block-size: 0.64em;
        flex: none;
        border-radius: 50%;
        border: 2px solid var(--ink-3);
        box-sizing: border-box;
      }
      .live {
        border: none;
        background: var(--good);
        box-shadow: 0 0 0 3px color-mix(in srgb, var(--good) 18%, transparent);
      }
      .catching-up {
        border-color: var(--accent);
      }
      .offline,
      .denied {
        inline-size: 0.8em;
        block-size: 0.72em;
        border: none;
        border-radius: 0;
        background: var(--warn);
        clip-path: polygon(50% 0, 100% 100%, 0 100%);
      }
      .denied {
        background: var(--bad);
        clip-path: none;
        inline-size: 0.64em;
        block-size: 0.64em;
      }
      .offline ~ .words {
        color: var(--warn);
        font-weight: 600;
      }
      button.plain {
        min-block-size: 24px;
        padding-block: 0;
      }
    `,
  ];

  static override properties = { state: { attribute: false } };

  declare state: FeedState;

  #clock = new ContextConsumer(this, { context: clockContext, subscribe: true });

  constructor() {
    super();
    this.state = { kind: 'connecting' };
  }

  override render() {
    return html`<span class="mark ${this.state.kind}"></span>
      <span class="words"><span role="status">${this.#words()}</span>${this.#countdown()}</span>
      ${
        this.state.kind === 'offline'
          ? html`<button class="plain" @click=${() => fire(this, 'retry-request')}>Try now</button>`
          : nothing
      }`;
  }

  #words(): string {
    switch (this.state.kind) {
      case 'connecting':
        return 'Connecting';
      case 'catching-up':
        return `Catching up, ${counted(this.state.missed, 'event')}`;
      case 'live':
        return 'Live';
      case 'denied':
        return this.state.error.kind === 'key-needed' ? 'Key needed' : 'No access';
      case 'offline':
        if (this.state.error.kind === 'restarting') return 'Server restarting';
        return this.state.error.kind === 'failed' ? 'Server trouble' : 'Offline';
    }
  }

  #countdown() {
    if (this.state.kind !== 'offline') return nothing;
    const left = Math.ceil((this.state.retryAt - (this.#clock.value ?? Date.now())) / 1_000);
    return html`<span aria-hidden="true">${left > 0 ? `, retrying in ${left} s` : ', retrying'}</span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'connection-state': ConnectionState;
  }
  interface EarshotEvents {
    'retry-request': null;
  }
}
