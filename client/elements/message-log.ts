import { ContextConsumer } from '@lit/context';
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { clockContext } from '../contexts.ts';
import type { Message, Rating } from '../reducers/thread.ts';
import { button, visuallyHidden } from '../tokens.ts';
import { announcement } from './announcement.ts';
import { dotted } from './dotted.ts';
import { fire } from './fire.ts';
import { styles } from './message-log.styles.ts';
import { age, dayName, sameDay, since } from './moments.ts';
import { ReadingPlace } from './reading-place.ts';
import { speakerOf } from './speaker.ts';

/** So many messages are drawn; older ones come on demand. */
const WINDOW = 400;
const STEP = 200;

/** A run is what one sender said without a pause. */
const RUN_PAUSE = 60_000;

const UNRATED: readonly Rating[] = [];

/**
 * The messages of one conversation. Sticks to the newest one until the reader scrolls up, then stays where the
 * reader is and counts what came in.
 *
 * @fires older-messages - The reader reached the beginning of what is loaded.
 * @fires conversation-pin - The reader scrolled up, and should not be taken to another conversation.
 */
export class MessageLog extends LitElement {
  static override styles = [button, visuallyHidden, styles];
  static override properties = {
    conversation: {},
    messages: { attribute: false },
    ratings: { attribute: false },
    hasOlder: { type: Boolean },
    loading: { type: Boolean },
    waitingSince: {},
    closedAt: {},
    drawn: { state: true },
    unseen: { state: true },
    announced: { state: true },
  };

  /** Which conversation the messages are of. Another one starts at its newest message. */
  declare conversation: string | null;
  declare messages: readonly Message[];
  /** What people thought of messages, by the id of the message. */
  declare ratings: ReadonlyMap<string, readonly Rating[]>;
  declare hasOlder: boolean;
  /** The latest or an older page is on its way. */
  declare loading: boolean;
  declare waitingSince: string | null;
  declare closedAt: string | null;
  declare private drawn: number;
  declare private unseen: number;
  declare private announced: string;

  #clock = new ContextConsumer(this, { context: clockContext, subscribe: true });
  #place = new ReadingPlace(() => this.#moved());
  #arriving = new Set<string>();

  constructor() {
    super();
    this.conversation = null;
    this.messages = [];
    this.ratings = new Map();
    this.hasOlder = false;
    this.loading = false;
    this.waitingSince = null;
    this.closedAt = null;
    this.drawn = WINDOW;
    this.unseen = 0;
    this.announced = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Somebody moved the log in the page: its place has to be watched again.
    if (this.hasUpdated) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#place.release();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('conversation')) {
      this.#place.toEnd();
      this.drawn = WINDOW;
      this.unseen = 0;
      this.announced = '';
      this.#arriving.clear();
    } else if (changed.has('messages')) {
      this.#welcome(changed.get('messages') ?? []);
    }
  }

  protected override updated(): void {
    const scroller = this.shadowRoot?.querySelector<HTMLElement>('.scroll');
    if (scroller) this.#place.watch(scroller);
  }

  /** What is new at the end slides in, is announced, and is counted for a reader who is elsewhere. */
  #welcome(before: readonly Message[]): void {
    const last = before.at(-1);
    if (!last) return;
    const at = this.messages.findLastIndex((message) => message.id === last.id);
    const arrived = at < 0 ? [] : this.messages.slice(at + 1);
    if (arrived.length === 0) return;
    this.#arriving = new Set(arrived.map((message) => message.id));
    this.announced = announcement(arrived);
    if (this.#place.atEnd) {
      this.drawn = WINDOW;
    } else {
      this.unseen += arrived.length;
      this.drawn += arrived.length;
    }
  }

  #moved(): void {
    if (this.#place.atEnd) this.unseen = 0;
    else fire(this, 'conversation-pin');
    if (!this.#place.atEnd && this.#place.atStart) this.#older();
  }

  #older(): void {
    if (this.loading) return;
    if (this.drawn < this.messages.length) this.drawn += STEP;
    else if (this.hasOlder) {
      this.drawn += STEP;
      fire(this, 'older-messages');
    }
  }

  #toEnd(): void {
    this.unseen = 0;
    this.#place.toEnd();
    this.shadowRoot?.querySelector<HTMLElement>('.scroll')?.focus({ preventScroll: true });
  }

  override render() {
    const shown = this.messages.slice(-this.drawn);
    return html`
      <div
        class="scroll"
        role="log"
        aria-label="Messages"
        aria-live="off"
        aria-busy=${this.loading}
        tabindex="0"
        @scroll=${() => this.#place.scrolled()}
      >
        <div class="column">
          ${this.#start(shown.length)}
          ${repeat(
            shown,
            ({ id }) => id,
            (message, index) => this.#row(message, shown[index - 1], shown[index + 1]),
          )}
          ${this.#end()}
        </div>
      </div>
      ${
        this.unseen > 0
          ? html`<button class="pill leading" @click=${() => this.#toEnd()}>${this.unseen} new</button>`
          : nothing
      }
      <div class="visually-hidden" aria-live="polite">${this.announced}</div>
    `;
  }

  #start(shown: number) {
    if (this.loading) return html`<p class="note">Loading</p>`;
    if (this.hasOlder || shown < this.messages.length) {
      return html`<p class="note">
        <button class="plain" @click=${() => this.#older()}>Load older messages</button>
      </p>`;
    }
    return shown === 0 ? html`<p class="note">No messages yet</p>` : nothing;
  }

  #row(message: Message, before: Message | undefined, after: Message | undefined) {
    const newDay = !before || !sameDay(Date.parse(before.at), Date.parse(message.at));
    const now = this.#clock.value ?? Date.now();
    return html`
      ${newDay ? html`<p class="day"><span>${dayName(message.at, now)}</span></p>` : nothing}
      <message-bubble
        .message=${message}
        .ratings=${this.ratings.get(message.id) ?? UNRATED}
        .first=${newDay || !sameRun(before, message)}
        .last=${!after || !sameRun(message, after)}
        .arriving=${this.#arriving.has(message.id)}
      ></message-bubble>
    `;
  }

  #end() {
    const now = this.#clock.value ?? Date.now();
    if (this.closedAt)
      return html`<p class="note"><span>${dotted(['Closed', since(this.closedAt, now)])}</span></p>`;
    if (!this.waitingSince) return nothing;
    return html`<p class="waiting">${dotted(['awaiting reply', age(this.waitingSince, now)])}</p>`;
  }
}

function sameRun(before: Message, after: Message): boolean {
  const isOne = before.sender === after.sender && speakerOf(before) === speakerOf(after);
  return isOne && Date.parse(after.at) - Date.parse(before.at) < RUN_PAUSE;
}

declare global {
  interface HTMLElementTagNameMap {
    'message-log': MessageLog;
  }
  interface EarshotEvents {
    'older-messages': null;
  }
}
