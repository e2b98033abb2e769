import { ContextConsumer } from '@lit/context';
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import {
  ReleaseConversationDocument,
  ReplyAsHumanDocument,
  RequestHumanDocument,
  TakeOverDocument,
} from '../../generated/client/graphql.ts';
import type { Connection } from '../connection.ts';
import { ConnectionError } from '../connection-error.ts';
import { connectionContext, type Operator, operatorContext } from '../contexts.ts';
import { type Letter, Outbox } from '../controllers/outbox.ts';
import type { Request } from '../elements/ask-form.ts';
import type { Conversation } from '../reducers/board.ts';
import { button } from '../tokens.ts';
import type { DeskAction } from './desk-keys.ts';
import { styles } from './reply-desk.styles.ts';

const NOBODY: Operator = {
  name: null,
  isGiven: false,
  mayOperate: false,
  mayAsk: false,
  mayErase: false,
  desk: {},
};

type Answer = { readonly __typename: string } | { readonly __typename: string; readonly message: string };

/** Where a person steps in: who answers in the open conversation, taking it over, and writing to the one who waits. */
export class ReplyDesk extends LitElement {
  static override styles = [button, styles];
  static override properties = {
    conversation: { attribute: false },
    live: { type: Boolean },
    busy: { state: true },
    problem: { state: true },
    asking: { state: true },
    wantsName: { state: true },
  };

  declare conversation: Conversation | null;
  declare live: boolean;
  declare private busy: boolean;
  declare private problem: string;
  declare private asking: boolean;
  declare private wantsName: boolean;

  #connection = new ContextConsumer(this, { context: connectionContext, subscribe: true });
  #who = new ContextConsumer(this, { context: operatorContext, subscribe: true });
  #shown: string | null = null;
  /** What a name is asked for. */
  #afterName: (() => void) | null = null;

  constructor() {
    super();
    this.conversation = null;
    this.live = false;
    this.busy = false;
    this.problem = '';
    this.asking = false;
    this.wantsName = false;
  }

  get #operator(): Operator {
    return this.#who.value ?? NOBODY;
  }

  get #outbox(): Outbox {
    return (this.#operator.desk.outbox ??= new Outbox());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('beforeunload', this.#leaving);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('beforeunload', this.#leaving);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const id = this.conversation?.externalId ?? null;
    if (id !== this.#shown) {
      this.#shown = id;
      this.problem = '';
      this.asking = false;
      this.#forgetName();
    }
    this.#outbox.carry = (letter) => this.#carry(letter);
    this.#outbox.onChange = () => this.requestUpdate();
    if (changed.has('live') && this.live) this.#outbox.retryAll();
    if (this.#operator.name === null || !this.#afterName) return;
    const goOn = this.#afterName;
    this.#forgetName();
    goOn();
  }

  /** What a key or a button means, where it means something. */
  act(action: DeskAction): void {
    const { mayOperate, mayAsk } = this.#operator;
    const { owner, status } = this.conversation ?? {};
    if (action === 'reply') return this.shadowRoot?.querySelector('writing-field')?.focus();
    if (!this.live || status !== 'ACTIVE') return;
    if (action === 'ask' && mayAsk && owner === 'BOT') this.asking = true;
    if (!mayOperate || this.busy) return;
    if (action === 'take' && !this.#holder) this.#named((name) => void this.#take(name));
    if (action === 'release' && owner !== 'BOT' && !this.#otherHolder)
      this.#named((name) => void this.#release(name));
  }

  /** Name of who holds the conversation. */
  get #holder(): string | null {
    const { owner, operator } = this.conversation ?? {};
    return owner === 'HUMAN' ? (operator ?? null) : null;
  }

  get #otherHolder(): string | null {
    return this.#holder === this.#operator.name ? null : this.#holder;
  }

  /** Why nothing can be written here; nothing while it can. */
  get #lock(): string {
    if (this.conversation?.status === 'CLOSED') return 'This conversation is closed. Reopen it to reply.';
    const other = this.#otherHolder;
    return other === null ? '' : `${other} answers. You can reply after ${other} has released it.`;
  }

  /** Does something in the person's name, after asking for it where nobody said it yet. */
  #named(act: (name: string) => void): void {
    const { name } = this.#operator;
    if (name !== null) return act(name);
    this.#afterName = () => this.#named(act);
    this.wantsName = true;
  }

  #forgetName(): void {
    this.#afterName = null;
    this.wantsName = false;
  }

  async #take(operator: string, force = false): Promise<void> {
    const done = await this.#request((connection, externalId) =>
      connection
        .request(TakeOverDocument, { externalId, operator, ...(force && { force }) })
        .then(({ takeOver }) => takeOver),
    );
    if (done) this.shadowRoot?.querySelector('writing-field')?.focus();
  }

  #release(operator: string): Promise<boolean> {
    return this.#request((connection, externalId) =>
      connection
        .request(ReleaseConversationDocument, { externalId, operator })
        .then(({ releaseConversation }) => releaseConversation),
    );
  }

  async #ask(request: Request): Promise<void> {
    const by = this.#operator.name ?? 'supervisor';
    const done = await this.#request((connection, externalId) =>
      connection
        .request(RequestHumanDocument, { externalId, by, ...request })
        .then(({ requestHuman }) => requestHuman),
    );
    if (done) this.#stopAsking();
  }

  /** The field that had the keyboard goes away. */
  #stopAsking(): void {
    this.asking = false;
    this.shadowRoot?.querySelector('answer-bar')?.focus();
  }

  /** Sends what changes the open conversation; what it is then, the feed tells. */
  async #request(send: (connection: Connection, externalId: string) => Promise<Answer>): Promise<boolean> {
    const connection = this.#connection.value;
    const externalId = this.conversation?.externalId;
    if (!connection || externalId === undefined || this.busy) return false;
    this.busy = true;
    this.problem = '';
    const problem = await send(connection, externalId).then(
      (answer) => ('message' in answer ? answer.message : ''),
      (error: unknown) => ConnectionError.from(error).message,
    );
    this.busy = false;
    if (this.conversation?.externalId !== externalId) return false;
    this.problem = problem;
    return problem === '';
  }

  async #carry({ key, conversationId: externalId, operator, text }: Letter): Promise<void> {
    const connection = this.#connection.value;
    if (!connection) throw new ConnectionError('lost', 'There is no connection.');
    const { replyAsHuman } = await connection.request(
      ReplyAsHumanDocument,
      { externalId, operator, text },
      key,
    );
    if ('message' in replyAsHuman) throw new ConnectionError('failed', replyAsHuman.message);
  }

  #write(text: string): void {
    if (this.#shown !== null) this.#outbox.drafts.set(this.#shown, text);
    this.requestUpdate();
  }

  #send(text: string): void {
    const conversationId = this.#shown;
    if (conversationId === null) return;
    this.#named((operator) => {
      this.#outbox.drafts.delete(conversationId);
      this.#outbox.put({ conversationId, operator, text });
      this.shadowRoot?.querySelector('writing-field')?.focus();
    });
  }

  #edit(letter: Letter): void {
    this.#outbox.takeBack(letter);
    this.shadowRoot?.querySelector('writing-field')?.focus();
  }

  #leaving = (event: BeforeUnloadEvent): void => {
    if (this.#outbox.letters.length) event.preventDefault();
  };

  override render() {
    if (!this.conversation) return nothing;
    const { name, mayOperate, mayAsk, mayErase } = this.#operator;
    return html`
      <section
        aria-label="Stepping in"
        @desk-action=${(event: CustomEvent<DeskAction>) => this.act(event.detail)}
      >
        <answer-bar
          .conversation=${this.conversation}
          .operator=${name}
          .mayOperate=${mayOperate}
          .mayAsk=${mayAsk}
          .busy=${this.busy}
          .blocked=${!this.live}
        ></answer-bar>
        ${
          this.asking
            ? html`<ask-form
                @human-request=${(event: CustomEvent<Request>) => this.#ask(event.detail)}
                @ask-cancel=${() => this.#stopAsking()}
              ></ask-form>`
            : nothing
        }
        <p class="problem" role="alert">${this.problem || nothing}</p>
        ${mayOperate ? this.#force() : nothing} ${mayOperate ? this.#composer(this.conversation) : nothing}
        ${
          mayOperate || mayErase
            ? html`<div class="foot">
                ${mayOperate ? this.#identity(this.conversation) : nothing}
                ${mayErase ? html`<erase-words .conversation=${this.conversation} .live=${this.live}></erase-words>` : nothing}
              </div>`
            : nothing
        }
      </section>
    `;
  }

  /** Somebody who is gone must not hold a conversation for ever. */
  #force() {
    const other = this.#otherHolder;
    if (other === null || this.conversation?.status === 'CLOSED') return nothing;
    return html`<confirm-bar
      .label=${`Take over from ${other}`}
      .question=${`${other} holds this conversation and may be writing. Take it all the same?`}
      .choices=${[`Take it from ${other}`]}
      .blocked=${!this.live || this.busy}
      @choice-confirm=${() => this.#named((name) => void this.#take(name, true))}
    ></confirm-bar>`;
  }

  #composer(conversation: Conversation) {
    if (isOnlySpoken(conversation)) return nothing;
    const { externalId, endUser, owner } = conversation;
    const { drafts } = this.#outbox;
    const here = this.#lettersTo(conversation);
    const lock = this.#lock;
    const isMine = owner === 'HUMAN' && this.#holder === this.#operator.name;
    const takes = isMine ? 'Write a reply' : 'Reply and take over';
    return html`
      <letter-list
        class=${here.length ? '' : 'empty'}
        .letters=${here}
        @letter-retry=${(event: CustomEvent<Letter>) => this.#outbox.retry(event.detail)}
        @letter-edit=${(event: CustomEvent<Letter>) => this.#edit(event.detail)}
      ></letter-list>
      <writing-field
        .label=${`Reply to ${endUser?.externalId ?? externalId}`}
        .hint=${lock || takes}
        .text=${drafts.get(externalId) ?? ''}
        .locked=${lock !== ''}
        .blocked=${!this.live}
        @writing-change=${(event: CustomEvent<string>) => this.#write(event.detail)}
        @writing-send=${(event: CustomEvent<string>) => this.#send(event.detail)}
      ></writing-field>
    `;
  }

  /** Who writes, and what became of it. */
  #identity(conversation: Conversation) {
    const { name, isGiven } = this.#operator;
    const elsewhere = this.#outbox.letters.length - this.#lettersTo(conversation).length;
    return html`
      <operator-name
        .name=${name}
        .isGiven=${isGiven}
        .wanted=${this.wantsName}
        @name-refuse=${() => this.#forgetName()}
      ></operator-name>
      <span role="status">${this.#status(elsewhere, isOnlySpoken(conversation) ? '' : this.#lock)}</span>
    `;
  }

  #lettersTo({ externalId }: Conversation): readonly Letter[] {
    return this.#outbox.letters.filter(({ conversationId }) => conversationId === externalId);
  }

  #status(elsewhere: number, lock: string): string {
    if (!this.live)
      return 'There is no connection. What you write is kept, and can be sent when there is one.';
    if (lock && this.#outbox.drafts.get(this.#shown ?? '')) return `${lock} What you wrote is kept.`;
    if (elsewhere > 0) return 'A reply in another conversation is not sent yet.';
    return '';
  }
}

/** A telephone call on which nobody writes: what is typed would reach nobody. */
const isOnlySpoken = ({ channel, messageCount }: Conversation): boolean =>
  channel === 'CALL' && messageCount === 0;

declare global {
  interface HTMLElementTagNameMap {
    'reply-desk': ReplyDesk;
  }
}
