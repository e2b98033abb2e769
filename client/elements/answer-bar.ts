import { ContextConsumer } from '@lit/context';
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { clockContext } from '../contexts.ts';
import type { DeskAction } from '../pages/desk-keys.ts';
import type { Conversation } from '../reducers/board.ts';
import { button, visuallyHidden } from '../tokens.ts';
import { styles } from './answer-bar.styles.ts';
import { fire } from './fire.ts';
import { age, fullMoment, since } from './moments.ts';

/**
 * Says who answers in a conversation, and lets a person step in or out.
 *
 * @fires desk-action - What the person wants to happen.
 */
export class AnswerBar extends LitElement {
  static override styles = [button, visuallyHidden, styles];
  static override properties = {
    conversation: { attribute: false },
    operator: {},
    mayOperate: { type: Boolean },
    mayAsk: { type: Boolean },
    busy: { type: Boolean },
    blocked: { type: Boolean },
    announced: { state: true },
  };

  declare conversation: Conversation | null;
  /** Name of the person at the page. */
  declare operator: string | null;
  declare mayOperate: boolean;
  declare mayAsk: boolean;
  /** A request is on its way. */
  declare busy: boolean;
  /** None can be sent now. */
  declare blocked: boolean;
  declare private announced: string;

  #clock = new ContextConsumer(this, { context: clockContext, subscribe: true });

  constructor() {
    super();
    this.conversation = null;
    this.operator = null;
    this.mayOperate = false;
    this.mayAsk = false;
    this.busy = false;
    this.blocked = false;
    this.announced = '';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('conversation');
    const now = this.conversation;
    if (!changed.has('conversation') || !now) return;
    if (before?.externalId !== now.externalId) this.announced = '';
    else if (before.owner !== now.owner || before.operator !== now.operator)
      this.announced = this.#words(now);
  }

  override focus(options?: FocusOptions): void {
    this.shadowRoot?.querySelector<HTMLElement>('button')?.focus(options);
  }

  #ask(action: DeskAction): void {
    if (!this.busy && !this.blocked) fire(this, 'desk-action', action);
  }

  #words({ owner, operator, status, channel }: Conversation): string {
    if (status === 'CLOSED') return 'This conversation is closed';
    if (owner === 'BOT') return `The ${sideOf(channel)} answers`;
    if (owner === 'PENDING') return 'Waits for a person';
    if (operator === null) return 'A person answers';
    return operator === this.operator ? 'You answer' : `${operator} answers`;
  }

  override render() {
    if (!this.conversation) return nothing;
    const { owner, status, handoffReason, priority } = this.conversation;
    const isOpen = status === 'ACTIVE';
    // Of one that the bot answers again it is why the last person left, for example that nothing was written.
    const reason = isOpen ? handoffReason : null;
    return html`
      <div class="bar ${isOpen ? owner : 'CLOSED'}">
        <p>
          <b><bdi>${this.#words(this.conversation)}</bdi></b
          >${this.#time(this.conversation)}
          ${owner === 'PENDING' && priority > 0 ? html`<span class="priority">priority ${priority}</span>` : nothing}
          ${reason ? html`<q dir="auto">${reason}</q>` : nothing}
        </p>
        ${isOpen ? this.#actions(this.conversation) : nothing}
      </div>
      <div class="visually-hidden" aria-live="polite">${this.announced}</div>
    `;
  }

  #time({ owner, ownerSince, status }: Conversation) {
    if (owner === 'BOT' || status === 'CLOSED') return nothing;
    const now = this.#clock.value ?? Date.now();
    const time = owner === 'PENDING' ? age(ownerSince, now) : `since ${since(ownerSince, now)}`;
    return html`, <time datetime=${ownerSince} title=${fullMoment(ownerSince)}><bdi>${time}</bdi></time>`;
  }

  /** Buttons stay in their places, so that the keyboard stays on them when their words change. */
  #actions({ owner, operator, channel }: Conversation) {
    const isMine = owner === 'HUMAN' && operator !== null && operator === this.operator;
    const isTheirs = owner === 'HUMAN' && operator !== null && !isMine;
    const second =
      owner === 'BOT' ? this.mayAsk && 'ask' : owner === 'PENDING' && this.mayOperate && 'release';
    return html`<div class="actions">
      ${second ? this.#button(second, second === 'ask' ? 'Ask for a person' : `Leave it to the ${sideOf(channel)}`) : nothing}
      ${
        this.mayOperate && !isTheirs
          ? this.#button(
              isMine ? 'release' : 'take',
              isMine ? `Release to the ${sideOf(channel)}` : 'Take over',
              !isMine,
            )
          : nothing
      }
    </div>`;
  }

  #button(action: DeskAction, words: string, leads = false) {
    return html`<button
      class=${leads ? 'leading' : ''}
      aria-disabled=${this.busy || this.blocked}
      @click=${() => this.#ask(action)}
    >
      ${words}
    </button>`;
  }
}

/** Who answers of our side: the other voice of a telephone call is a bot or a person. */
const sideOf = (channel: Conversation['channel']): string => (channel === 'CALL' ? 'agent' : 'bot');

declare global {
  interface HTMLElementTagNameMap {
    'answer-bar': AnswerBar;
  }
  interface EarshotEvents {
    'desk-action': DeskAction;
  }
}
