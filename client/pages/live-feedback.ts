import { html, nothing, type PropertyDeclarations } from 'lit';
import { SubmitFeedbackDocument, type SubmitFeedbackInput } from '../../generated/client/graphql.ts';
import type { Connection } from '../connection.ts';
import { ConnectionError } from '../connection-error.ts';
import { Delivery, type DeliveryState } from '../controllers/delivery.ts';
import { WakeController } from '../controllers/wake.ts';
import { fire } from '../elements/fire.ts';
import { type Explanation, isPoor, UNEXPLAINED } from '../elements/rating.ts';
import { frame } from '../frame.ts';
import { button, tokens } from '../tokens.ts';
import { ConnectedPage } from './connected-page.ts';
import { styles } from './live-feedback.styles.ts';

/** Another one of these, and something else is rated. */
const SUBJECT = ['conversation', 'message', 'turn', 'feedbackId', 'type'] as const;

/**
 * Lets an end user rate an answer, with thumbs or stars, and say what could be better. A change of mind takes the
 * place of the rating.
 *
 * @attr conversation - The caller's own id of the conversation or session.
 * @attr message - The caller's own id of the message that is rated.
 * @attr turn - The caller's own id of the turn that is rated.
 * @attr feedback-id - Id of the rating: the same one again replaces it, also after a reload. Made up when left out.
 * @attr {thumbs|stars} type - How is rated; `thumbs` is the default.
 * @attr categories - What a poor answer may be about, with commas between; a list as a property.
 * @attr token - An API key that may `ingest`.
 * @fires feedback-submitted - The rating is stored; the detail is what was sent.
 * @fires access-denied - The key may not send ratings. Once a host page sets another `token`, the rating is sent.
 */
export class LiveFeedback extends ConnectedPage {
  static override styles = [tokens, frame, button, styles];
  static override properties: PropertyDeclarations = {
    conversation: {},
    message: {},
    turn: {},
    feedbackId: { attribute: 'feedback-id' },
    type: {},
    categories: {},
    rating: { state: true },
    state: { state: true },
  };

  declare conversation: string | null;
  declare message: string | null;
  declare turn: string | null;
  declare feedbackId: string | null;
  declare type: string;
  declare categories: string | readonly string[] | null;
  declare private rating: number | null;
  declare private state: DeliveryState;

  #lastConnection: Connection | null = null;
  #explanation = UNEXPLAINED;
  #madeUpId = '';
  #delivery: Delivery<SubmitFeedbackInput>;

  constructor() {
    super();
    this.conversation = null;
    this.message = null;
    this.turn = null;
    this.feedbackId = null;
    this.type = 'thumbs';
    this.categories = null;
    this.#delivery = this.#begin();
    new WakeController(this, () => this.#delivery.retryNow());
  }

  /**
   * Out of the page it does not hang up: without a subscription a connection holds nothing open, and a rating may
   * still be on its way.
   */
  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate();
    if (this.rating !== null && SUBJECT.some((name) => changed.has(name))) this.#delivery = this.#begin();
    if (this.connection === this.#lastConnection) return;
    this.#lastConnection = this.connection;
    if (this.state.kind === 'denied') this.#delivery.retryNow();
  }

  get #ratingType(): SubmitFeedbackInput['ratingType'] {
    return this.type === 'stars' ? 'STARS' : 'THUMBS';
  }

  /** Begins a rating. An earlier one that is not stored yet finds its way without being shown. */
  #begin(): Delivery<SubmitFeedbackInput> {
    this.rating = null;
    this.state = { kind: 'idle' };
    this.#explanation = UNEXPLAINED;
    this.#madeUpId = randomId();
    const delivery: Delivery<SubmitFeedbackInput> = new Delivery({
      carry: (input) => this.#carry(input),
      onChange: (state) => {
        if (delivery === this.#delivery) this.#became(state);
      },
      onStored: (input) => fire(this, 'feedback-submitted', input),
    });
    return delivery;
  }

  #became(state: DeliveryState): void {
    this.state = state;
    if (state.kind === 'denied' && !this.isInside) fire(this, 'access-denied');
  }

  async #carry(input: SubmitFeedbackInput): Promise<void> {
    if (!this.connection) throw new ConnectionError('lost', 'There is no connection.');
    const { submitFeedback } = await this.connection.request(SubmitFeedbackDocument, { input });
    if ('message' in submitFeedback) throw new ConnectionError('failed', submitFeedback.message);
  }

  #choose(rating: number): void {
    this.rating = rating;
    this.#send(rating);
  }

  #explain(explanation: Explanation): void {
    this.#explanation = explanation;
    if (this.rating !== null) this.#send(this.rating);
  }

  /** The button that was pressed goes away: the keyboard returns to the rating. */
  #retry(): void {
    this.shadowRoot?.querySelector('rating-form')?.focus();
    this.#delivery.retryNow();
  }

  #send(rating: number): void {
    if (!this.conversation) return;
    const ratingType = this.#ratingType;
    this.#delivery.put({
      feedbackId: this.feedbackId || this.#madeUpId,
      sessionId: this.conversation,
      messageId: this.message || null,
      turnId: this.turn || null,
      ratingType,
      rating,
      // What was wrong says nothing of an answer that is praised by now.
      ...(isPoor(ratingType, rating) ? this.#explanation : UNEXPLAINED),
    });
  }

  override render() {
    return html`
      <section class="frame ${this.scheme}" aria-label="Rate this answer">
        ${
          this.conversation
            ? html`<rating-form
                .type=${this.#ratingType}
                .rating=${this.rating}
                .categories=${listed(this.categories ?? '')}
                .stored=${this.state.kind === 'stored'}
                @rating-choose=${(event: CustomEvent<number>) => this.#choose(event.detail)}
                @rating-explain=${(event: CustomEvent<Explanation>) => this.#explain(event.detail)}
                >${this.#outcome()}</rating-form
              >`
            : html`<p>What is rated? Name a conversation in the attribute “conversation”.</p>`
        }
      </section>
    `;
  }

  /** Both regions are always there: what is new together with its region is not announced. */
  #outcome() {
    const { kind } = this.state;
    const isProblem = kind === 'failed' || kind === 'denied';
    const words = wordsOf(this.state) || nothing;
    return html`<div class="outcome">
      <p role="status" class=${kind}>${isProblem ? nothing : words}</p>
      <p role="alert">${isProblem ? words : nothing}</p>
      ${
        kind === 'waiting' || kind === 'failed'
          ? html`<button class="plain" @click=${() => this.#retry()}>
              ${kind === 'waiting' ? 'Try now' : 'Try again'}
            </button>`
          : nothing
      }
    </div>`;
  }
}

function wordsOf(state: DeliveryState): string {
  switch (state.kind) {
    case 'idle':
      return '';
    case 'sending':
      return 'Sending';
    case 'stored':
      return 'Thank you';
    case 'waiting':
      return 'There is no connection. Your rating is kept, and sent as soon as there is one.';
    case 'failed':
      return `Your rating could not be stored. ${state.error.message}`;
    case 'denied':
      return state.error.kind === 'key-needed'
        ? 'No rating can be sent from this page: its key is missing, or is not accepted.'
        : 'No rating can be sent with the key of this page: it lacks the right to.';
  }
}

function listed(categories: string | readonly string[]): readonly string[] {
  if (typeof categories !== 'string') return categories;
  return categories
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** 128 random bits. Not a `randomUUID`, which a page without TLS does not have. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

declare global {
  interface HTMLElementTagNameMap {
    'live-feedback': LiveFeedback;
  }
  interface EarshotEvents {
    'feedback-submitted': SubmitFeedbackInput;
  }
}
