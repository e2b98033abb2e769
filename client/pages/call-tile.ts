import { ContextConsumer } from '@lit/context';
import { html, LitElement, nothing } from 'lit';
import type { CallCardFragment } from '../../generated/client/graphql.ts';
import { clockContext, connectionContext } from '../contexts.ts';
import { TranscriptController } from '../controllers/transcript.ts';
import { WakeController } from '../controllers/wake.ts';
import { nameOf } from '../elements/call-list.ts';
import { liveMark } from '../elements/call-marks.styles.ts';
import { lengthOf, offset } from '../elements/offsets.ts';
import { endingOf } from '../elements/segment-log.ts';
import { styles } from './call-tile.styles.ts';

/** One call of a wall, with its words as they are spoken. */
export class CallTile extends LitElement {
  static override styles = [liveMark, styles];
  static override properties = { call: { attribute: false } };

  declare call: CallCardFragment | null;

  #clock = new ContextConsumer(this, { context: clockContext, subscribe: true });
  #connection = new ContextConsumer(this, { context: connectionContext, subscribe: true });
  #words = new TranscriptController(this, {
    args: () => (this.#connection.value && this.call ? [this.#connection.value, this.call.callId] : null),
    arrived: () => undefined,
    // The wall around it asks for a key.
    denied: () => this.#words.clear(),
  });

  constructor() {
    super();
    this.call = null;
    new WakeController(this, () => this.#words.retryNow());
  }

  override render() {
    if (!this.call) return nothing;
    const { status, agentId, callId } = this.call;
    const { state, transcript, isLoaded, loadingOlder } = this.#words;
    return html`
      <div class="head">
        <h4><bdi>${nameOf(this.call)}</bdi></h4>
        ${agentId ? html`<bdi>${agentId}</bdi>` : nothing}
        <span>${offset(lengthOf(this.call, this.#clock.value ?? Date.now()))}</span>
        ${status === 'ACTIVE' ? html`<span class="live">live</span>` : html`<span>ended</span>`}
        ${
          isLoaded && state.kind !== 'live'
            ? html`<connection-state
                .state=${state}
                @retry-request=${() => this.#words.retryNow()}
              ></connection-state>`
            : nothing
        }
      </div>
      <segment-log
        quiet
        .call=${callId}
        .segments=${transcript.segments}
        .hasOlder=${transcript.hasOlder}
        .loading=${!isLoaded || loadingOlder}
        .ending=${endingOf(this.call)}
        @older-rows=${() => this.#words.loadOlder()}
      ></segment-log>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'call-tile': CallTile;
  }
}
