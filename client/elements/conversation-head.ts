import { ContextConsumer } from '@lit/context';
import { html, LitElement, nothing } from 'lit';
import { clockContext } from '../contexts.ts';
import type { Conversation } from '../reducers/board.ts';
import { button } from '../tokens.ts';
import { styles } from './conversation-head.styles.ts';
import { dotted } from './dotted.ts';
import { counted } from './figures.ts';
import { fire } from './fire.ts';
import { since } from './moments.ts';

/** What there may be to see beside the messages. */
export type Panel = keyof typeof PANELS;

const PANELS = { insights: 'Insights', figures: 'Figures', notes: 'Notes' } as const;

/**
 * Who is talking where since when, and what a person may do about it.
 *
 * @fires back - To the list, on a narrow page.
 * @fires conversation-close - The person wants the conversation closed.
 * @fires conversation-reopen - The person wants it open again.
 * @fires conversation-pin - Stay with this conversation.
 * @fires panel-toggle - Show or hide something beside the messages; which is the detail.
 * @fires follow-newest - Show whichever conversation is newest again.
 */
export class ConversationHead extends LitElement {
  static override styles = [button, styles];
  static override properties = {
    conversation: { attribute: false },
    following: { type: Boolean },
    mayOperate: { type: Boolean },
    busy: { type: Boolean },
    problem: {},
    offered: { attribute: false },
    shown: { attribute: false },
  };

  declare conversation: Conversation | null;
  declare following: boolean;
  declare mayOperate: boolean;
  /** A request is on its way, or none can be sent now. */
  declare busy: boolean;
  declare problem: string;
  /** What can be shown beside the messages. */
  declare offered: readonly Panel[];
  /** Which of it is. */
  declare shown: Panel | null;

  #clock = new ContextConsumer(this, { context: clockContext, subscribe: true });

  constructor() {
    super();
    this.conversation = null;
    this.following = false;
    this.mayOperate = false;
    this.busy = false;
    this.problem = '';
    this.offered = [];
    this.shown = null;
  }

  override focus(options?: FocusOptions): void {
    this.shadowRoot?.querySelector<HTMLElement>('.back')?.focus(options);
  }

  /** Gives the keyboard back to the button that a panel was opened by. */
  focusPanel(panel: Panel): void {
    this.shadowRoot?.querySelector<HTMLElement>(`.${panel}`)?.focus();
  }

  override render() {
    if (!this.conversation) return nothing;
    const { endUser, externalId } = this.conversation;
    return html`
      <div class="head">
        <button class="plain back" aria-label="Back to the list" @click=${() => fire(this, 'back')}>
          <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M10 3 5 8l5 5" /></svg>
        </button>
        <div class="who">
          <h3><bdi>${endUser?.externalId ?? externalId}</bdi></h3>
          <p>${this.#facts(this.conversation)}</p>
        </div>
        <div class="actions">
          ${
            this.following
              ? nothing
              : html`<button class="follow" @click=${() => fire(this, 'follow-newest')}>
                  Follow the newest
                </button>`
          }
          ${this.offered.map(
            (panel) =>
              html`<button
                class="panel ${panel}"
                aria-expanded=${panel === this.shown}
                @click=${() => fire(this, 'panel-toggle', panel)}
              >
                ${PANELS[panel]}
              </button>`,
          )}
          ${this.mayOperate ? this.#lifecycle(this.conversation) : nothing}
        </div>
      </div>
      ${
        this.following
          ? html`<p class="strip following">
              <span>Following the newest conversation</span>
              <button class="plain" @click=${() => fire(this, 'conversation-pin')}>Stay with this one</button>
            </p>`
          : nothing
      }
      ${this.problem ? html`<p class="strip problem" role="alert">${this.problem}</p>` : nothing}
    `;
  }

  #facts({ endUser, externalId, platform, channel, startedAt, messageCount, status }: Conversation) {
    const now = this.#clock.value ?? Date.now();
    const place = platform || (channel === 'CALL' ? 'Call' : 'Chat');
    return dotted([
      ...(endUser && endUser.externalId !== externalId ? [externalId] : []),
      html`<span class="place">${place}</span>`,
      `since ${since(startedAt, now)}`,
      ...(channel === 'CALL' && messageCount === 0 ? [] : [counted(messageCount, 'message')]),
      html`<span class=${status}>${status === 'ACTIVE' ? 'active' : 'closed'}</span>`,
    ]);
  }

  #lifecycle({ status }: Conversation) {
    const [event, label] =
      status === 'ACTIVE'
        ? (['conversation-close', 'Close'] as const)
        : (['conversation-reopen', 'Reopen'] as const);
    return html`<button ?disabled=${this.busy} @click=${() => fire(this, event)}>${label}</button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'conversation-head': ConversationHead;
  }
  interface EarshotEvents {
    back: null;
    'conversation-close': null;
    'conversation-reopen': null;
    'conversation-pin': null;
    'follow-newest': null;
    'panel-toggle': Panel;
  }
}
