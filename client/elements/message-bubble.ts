import { html, LitElement, nothing } from 'lit';
import type { Message, Rating } from '../reducers/thread.ts';
import { button, visuallyHidden } from '../tokens.ts';
import { dotted } from './dotted.ts';
import { counted, duration, totalTokens } from './figures.ts';
import { beginningOf, showAll } from './long-text.ts';
import { styles } from './message-bubble.styles.ts';
import { fullMoment, timeOfDay } from './moments.ts';
import { speakerOf } from './speaker.ts';

const ERASED = html`<i>erased</i>`;
const WANTED = html`<b class="wanted">needs a person</b>`;
const ANSWERED = html`<b class="answered">answered by a person</b>`;

/**
 * One message, with the facts of a reply and the ratings of people under it.
 *
 * @attr {USER|BOT|HUMAN|SYSTEM} sender - Decides side and colour; follows the message.
 * @attr first - The first of a run by one sender.
 * @attr last - The last of a run; shows the time.
 * @attr arriving - Came just now, and slides in.
 */
export class MessageBubble extends LitElement {
  static override styles = [button, visuallyHidden, styles];
  static override properties = {
    message: { attribute: false },
    ratings: { attribute: false },
    sender: { reflect: true },
    first: { type: Boolean, reflect: true },
    last: { type: Boolean, reflect: true },
    arriving: { type: Boolean, reflect: true },
    whole: { state: true },
  };

  declare message: Message | null;
  declare ratings: readonly Rating[];
  declare sender: Message['sender'] | null;
  declare first: boolean;
  declare last: boolean;
  declare arriving: boolean;
  declare private whole: boolean;

  constructor() {
    super();
    this.message = null;
    this.ratings = [];
    this.sender = null;
    this.first = true;
    this.last = true;
    this.arriving = false;
    this.whole = false;
  }

  protected override willUpdate(): void {
    this.sender = this.message?.sender ?? null;
  }

  override render() {
    if (!this.message) return nothing;
    const { text, at, isErased } = this.message;
    const short = this.whole ? null : beginningOf(text);
    return html`
      <div class="bubble" title=${fullMoment(at)}>
        <span class="visually-hidden">${speakerOf(this.message)}:</span>
        <span class="text" dir="auto">${isErased ? ERASED : (short ?? text)}</span>
        ${short === null ? nothing : showAll(text, () => (this.whole = true))}
      </div>
      ${this.#meta(this.message)}
      ${this.ratings.map((rating) => html`<rating-mark .feedback=${rating}></rating-mark>`)}
    `;
  }

  #meta(message: Message) {
    const { at, sender, exchange, requiresHuman, humanReplied } = message;
    const facts: unknown[] = sender === 'BOT' && exchange ? this.#facts(exchange) : [];
    if (sender === 'HUMAN' && this.last) facts.push(byWhom(speakerOf(message)));
    if (requiresHuman) facts.push(humanReplied ? ANSWERED : WANTED);
    if (!this.last && facts.length === 0) return nothing;
    return html`<div class="meta">
      ${dotted([html`<time datetime=${at}>${timeOfDay(at)}</time>`, ...facts])}
    </div>`;
  }

  #facts({ latencyMs, model, tokensUsed, promptName, status }: NonNullable<Message['exchange']>) {
    const tokens = totalTokens(tokensUsed);
    return [
      status && status !== 'success' && html`<b class="trouble">${status}</b>`,
      latencyMs > 0 && html`<b>${duration(latencyMs)}</b>`,
      known(model) && model,
      tokens !== null && tokens > 0 && counted(tokens, 'token'),
      known(promptName) && promptName,
    ].filter((fact) => fact !== false && fact !== '');
  }
}

function byWhom(name: string) {
  return name === 'Person' ? 'replied by a person' : html`replied by <b class="operator">${name}</b>`;
}

/** Senders that leave a field out are given "unknown" for it. */
function known(name: string): boolean {
  return name !== '' && name !== 'unknown';
}

declare global {
  interface HTMLElementTagNameMap {
    'message-bubble': MessageBubble;
  }
}
