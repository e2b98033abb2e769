import { ContextConsumer } from '@lit/context';
import { html, nothing, type PropertyDeclarations } from 'lit';
import { clockContext } from '../contexts.ts';
import type { Message, Rating } from '../reducers/thread.ts';
import { announcement } from './announcement.ts';
import { dotted } from './dotted.ts';
import { age, dayName, sameDay, since } from './moments.ts';
import { ReadingLog } from './reading-log.ts';
import { speakerOf } from './speaker.ts';

/** A run is what one sender said without a pause. */
const RUN_PAUSE = 60_000;

const UNRATED: readonly Rating[] = [];

/** The messages of one conversation. */
export class MessageLog extends ReadingLog<Message> {
  static override properties: PropertyDeclarations = {
    conversation: {},
    messages: { attribute: false },
    ratings: { attribute: false },
    waitingSince: {},
    closedAt: {},
    closeReason: {},
  };

  /** Which conversation the messages are of. Another one starts at its newest message. */
  declare conversation: string | null;
  declare messages: readonly Message[];
  /** What people thought of messages, by the id of the message. */
  declare ratings: ReadonlyMap<string, readonly Rating[]>;
  declare waitingSince: string | null;
  declare closedAt: string | null;
  declare closeReason: string | null;

  protected override readonly noun = 'messages';
  #clock = new ContextConsumer(this, { context: clockContext, subscribe: true });

  constructor() {
    super();
    this.conversation = null;
    this.messages = [];
    this.ratings = new Map();
    this.waitingSince = null;
    this.closedAt = null;
    this.closeReason = null;
  }

  protected override get rows(): readonly Message[] {
    return this.messages;
  }

  protected override keyOf({ id }: Message): string {
    return id;
  }

  protected override willUpdate(changed: ReadonlyMap<PropertyKey, unknown>): void {
    if (changed.has('conversation')) this.begin();
    else if (changed.has('messages')) this.#arrived((changed.get('messages') as readonly Message[]) ?? []);
  }

  #arrived(before: readonly Message[]): void {
    const last = before.at(-1);
    if (!last) return;
    const at = this.messages.findLastIndex((message) => message.id === last.id);
    const arrived = at < 0 ? [] : this.messages.slice(at + 1);
    this.welcome(
      arrived.map(({ id }) => id),
      announcement(arrived),
    );
  }

  protected override row(message: Message, before: Message | undefined, after: Message | undefined) {
    const newDay = !before || !sameDay(Date.parse(before.at), Date.parse(message.at));
    const now = this.#clock.value ?? Date.now();
    return html`
      ${newDay ? html`<p class="day"><span>${dayName(message.at, now)}</span></p>` : nothing}
      <message-bubble
        class="row"
        .message=${message}
        .ratings=${this.ratings.get(message.id) ?? UNRATED}
        .first=${newDay || !sameRun(before, message)}
        .last=${!after || !sameRun(message, after)}
        .arriving=${this.arriving.has(message.id)}
      ></message-bubble>
    `;
  }

  protected override end() {
    const now = this.#clock.value ?? Date.now();
    if (this.closedAt)
      return html`<p class="note">
        <span
          >${dotted(['Closed', since(this.closedAt, now), ...(this.closeReason ? [this.closeReason] : [])])}</span
        >
      </p>`;
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
}
