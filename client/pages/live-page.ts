import { html, nothing, type PropertyDeclarations } from 'lit';
import type { ConnectionError } from '../connection-error.ts';
import { ClockController } from '../controllers/clock.ts';
import type { FeedState } from '../controllers/feed-source.ts';
import { WakeController } from '../controllers/wake.ts';
import { fire } from '../elements/fire.ts';
import { frame } from '../frame.ts';
import { tokens, visuallyHidden } from '../tokens.ts';
import { ConnectedPage } from './connected-page.ts';
import { keyProblem } from './key-problem.ts';
import { pageFrame } from './live-page.styles.ts';

/** What a page follows: a `StateController` of any kind. */
interface Followed {
  readonly state: FeedState;
  restart(): void;
  retryNow(): void;
}

/**
 * A page that shows one thing as it is now: asks for a key where one is needed, says how it is connected, and greys
 * what is old.
 *
 * @fires access-denied - The server wants a key, or another one. A host page may answer by setting `token`.
 */
export abstract class LivePage extends ConnectedPage {
  static override styles = [tokens, frame, visuallyHidden, pageFrame];
  static override properties: PropertyDeclarations = {
    announced: { state: true },
    keyWanted: { state: true },
  };

  declare protected announced: string;
  /** Why a key is asked for; an empty text asks without blame. Null while none is needed. */
  declare private keyWanted: string | null;

  /** What brings the data, and knows how it is going. */
  protected abstract readonly followed: Followed;

  constructor() {
    super();
    this.announced = '';
    this.keyWanted = null;
    new ClockController(this, (now) => this.ticked(now));
    new WakeController(this, () => this.followed.retryNow());
  }

  /** Called once a second. */
  protected ticked(_now: number): void {}
  /** What the page is about, for a screen reader. */
  protected abstract label(): string;
  protected abstract heading(): unknown;
  /** What to do before there is anything to follow; null where there is. */
  protected unnamed(): string | null {
    return null;
  }
  /** A line under the heading. */
  protected extent(): unknown {
    return nothing;
  }
  /** The page itself; undefined before the first data. */
  protected abstract content(isLive: boolean): unknown;
  /** Leaves nothing of what was known: it is of something else, or no longer for these eyes. */
  protected abstract forget(): void;

  override connectedCallback(): void {
    super.connectedCallback();
    // Somebody moved it in the page: it has to be followed again.
    if (this.hasUpdated) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.hangUp();
  }

  /** Data came, so no key is wanted any more. */
  protected admitted(): void {
    this.keyWanted = null;
  }

  /** Nothing stays on the screen of somebody who may no longer see it. */
  protected denied(error: ConnectionError): void {
    this.keyWanted = keyProblem(error, this.token !== null, this.content(false) !== undefined);
    this.forget();
    if (!this.isInside) fire(this, 'access-denied');
  }

  #useKey(key: string): void {
    // The same key again is worth another try: it may have been granted more since.
    if (this.token === key) this.followed.restart();
    this.token = key;
  }

  override render() {
    const { state } = this.followed;
    // The monitor around it says when all is well.
    const isTold = this.unnamed() === null && !(this.isInside && state.kind === 'live');
    return html`
      <section class="frame ${this.scheme}" aria-label=${this.label()}>
        <header>
          <h3>${this.heading()}</h3>
          ${
            isTold
              ? html`<connection-state
                  .state=${state}
                  @retry-request=${() => this.followed.retryNow()}
                ></connection-state>`
              : nothing
          }
          ${this.extent()}
        </header>
        <div class="scroll">${this.#body(state)}</div>
        <div class="visually-hidden" aria-live="polite">${this.announced}</div>
      </section>
    `;
  }

  #body(state: FeedState) {
    const unnamed = this.unnamed();
    if (unnamed !== null) return note(unnamed);
    if (this.keyWanted !== null)
      return this.isInside ? note(this.keyWanted || 'A key is needed.') : this.#keyForm(state);
    const content = this.content(state.kind === 'live');
    if (content !== undefined) return content;
    return state.kind === 'offline'
      ? note(`${state.error.message} This page keeps trying.`)
      : html`<p class="note waiting">Connecting</p>`;
  }

  #keyForm(state: FeedState) {
    const problem = state.kind === 'offline' ? state.error.message : this.keyWanted;
    return html`<key-form
      .problem=${problem}
      .busy=${state.kind === 'connecting'}
      @key-submit=${(event: CustomEvent<string>) => this.#useKey(event.detail)}
    ></key-form>`;
  }
}

/** Something that a page says in place of data. */
export function note(what: string, more = '') {
  return html`<div class="note">
    <p>${what}</p>
    ${more ? html`<p>${more}</p>` : nothing}
  </div>`;
}
