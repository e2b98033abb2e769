import { ContextConsumer } from '@lit/context';
import { html, LitElement, nothing, svg } from 'lit';
import { clockContext } from '../contexts.ts';
import type { Conversation } from '../reducers/board.ts';
import { visuallyHidden } from '../tokens.ts';
import { styles } from './conversation-card.styles.ts';
import { counted } from './figures.ts';
import { age, fullMoment } from './moments.ts';

/** A preview is one line; a message may be a megabyte. */
const PREVIEW = 240;
const JUST_NOW = 5_000;

const PHONE = svg`<path d="M3 2.500h2.800l1.200 3-1.600 1.200a8 8 0 0 0 3.900 3.900L10.500 9l3 1.200V13a1 1 0 0 1-1.100 1A11 11 0 0 1 2 3.600 1 1 0 0 1 3 2.500Z" />`;

const SPEECH = svg`<path d="M4 2.500h8A1.500 1.500 0 0 1 13.500 4v5.500A1.500 1.500 0 0 1 12 11H7.500L4.500 13.500V11H4A1.500 1.500 0 0 1 2.500 9.500V4A1.500 1.500 0 0 1 4 2.500Z" />`;

const SPEAKER = { USER: null, BOT: 'Bot', HUMAN: 'Person', SYSTEM: 'Note' } as const;

/** One conversation in the list: who, where, how long ago, the last words and what is open about it. */
export class ConversationCard extends LitElement {
  static override styles = [visuallyHidden, styles];
  static override properties = { conversation: { attribute: false } };

  declare conversation: Conversation | null;

  #clock = new ContextConsumer(this, { context: clockContext, subscribe: true });

  constructor() {
    super();
    this.conversation = null;
  }

  override render() {
    if (!this.conversation) return nothing;
    const { endUser, externalId, activeAt, messageCount, awaitingReply, status, owner, channel } =
      this.conversation;
    const now = this.#clock.value ?? Date.now();
    const fresh = now - Date.parse(activeAt) < JUST_NOW;
    return html`
      <span class="who"><bdi>${endUser?.externalId ?? externalId}</bdi></span>
      <time class="age ${fresh ? 'fresh' : ''}" datetime=${activeAt} title=${fullMoment(activeAt)}>
        <bdi>${age(activeAt, now)}</bdi>
      </time>
      ${this.#last()} ${this.#waiting(now)}
      <span class="foot">
        ${this.#tag()}
        ${owner === 'HUMAN' ? html`<span class="held"><bdi>${this.conversation.operator ?? 'A person'}</bdi> answers</span>` : nothing}
        ${
          awaitingReply && status === 'ACTIVE' && owner !== 'PENDING'
            ? html`<span class="waiting">awaiting reply</span>`
            : nothing
        }
        ${status === 'CLOSED' ? html`<span class="closed">closed</span>` : nothing}
        ${
          channel === 'CALL' && messageCount === 0
            ? nothing
            : html`<span class="count" title=${counted(messageCount, 'message')}>
                <svg viewBox="0 0 16 16" aria-hidden="true">${SPEECH}</svg>${messageCount}
                <span class="visually-hidden">${messageCount === 1 ? 'message' : 'messages'}</span>
              </span>`
        }
      </span>
    `;
  }

  #waiting(now: number) {
    const { owner, ownerSince, handoffReason, priority } = this.conversation as Conversation;
    if (owner !== 'PENDING') return nothing;
    return html`<span class="wanted">
      <b>waits <span class="visually-hidden">for a person,</span> ${age(ownerSince, now)}</b>
      ${priority > 0 ? html`<span class="priority">priority ${priority}</span>` : nothing}
      ${handoffReason ? html`<span class="reason" dir="auto">${handoffReason.slice(0, PREVIEW)}</span>` : nothing}
    </span>`;
  }

  #tag() {
    const { channel, platform } = this.conversation as Conversation;
    const call = channel === 'CALL';
    if (!call && !platform) return nothing;
    return html`<span class="tag">
      ${call ? html`<svg viewBox="0 0 16 16" role="img" aria-label="Call">${PHONE}</svg>` : nothing}
      <bdi>${platform || 'call'}</bdi>
    </span>`;
  }

  #last() {
    const { lastText, lastSender, channel } = this.conversation as Conversation;
    const isAgent = channel === 'CALL' && lastSender === 'HUMAN';
    const speaker = isAgent ? 'Agent' : lastSender && SPEAKER[lastSender];
    return html`<span class="last">
      ${speaker ? html`<bdi class="speaker">${speaker}:</bdi>` : nothing}
      <span class="words" dir="auto">${lastText?.slice(0, PREVIEW) ?? 'Nothing said yet'}</span>
    </span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'conversation-card': ConversationCard;
  }
}
