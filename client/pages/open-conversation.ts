import { ContextConsumer } from '@lit/context';
import { css, html, LitElement, nothing } from 'lit';
import {
  CloseConversationDocument,
  type MessagePageFragment,
  OpenConversationDocument,
  ReopenConversationDocument,
} from '../../generated/client/graphql.ts';
import type { Connection } from '../connection.ts';
import { ConnectionError } from '../connection-error.ts';
import { connectionContext, framesContext } from '../contexts.ts';
import { QueryController } from '../controllers/query.ts';
import { fire } from '../elements/fire.ts';
import type { Conversation } from '../reducers/board.ts';
import {
  framesArrived,
  latestLoaded,
  noThread,
  olderLoaded,
  type Thread,
  threadAsked,
} from '../reducers/thread.ts';
import { button } from '../tokens.ts';

const NO_MESSAGES: MessagePageFragment = {
  nodes: [],
  pageInfo: { startCursor: null, hasPreviousPage: false },
};

/**
 * The open conversation: asks for its messages, keeps them current from the feed, and closes or reopens it.
 *
 * @fires conversation-pin - The person acted on it, and should not be taken to another one.
 */
export class OpenConversation extends LitElement {
  static override styles = [
    button,
    css`
      :host {
        display: grid;
        grid-template-rows: auto auto minmax(0, 1fr);
        min-block-size: 0;
        min-inline-size: 0;
      }
      message-log {
        grid-row: 3;
      }
      .trouble {
        margin: 0;
        padding: 16px 24px;
        color: var(--ink-2);
        text-align: center;
      }
    `,
  ];

  static override properties = {
    conversation: { attribute: false },
    following: { type: Boolean },
    mayOperate: { type: Boolean },
    live: { type: Boolean },
    generation: { attribute: false },
    thread: { state: true },
    loadingOlder: { state: true },
    acting: { state: true },
    problem: { state: true },
  };

  declare conversation: Conversation | null;
  declare following: boolean;
  declare mayOperate: boolean;
  declare live: boolean;
  /** Grows with each fresh start of the page, after which everything is asked for again. */
  declare generation: number;
  declare private thread: Thread;
  declare private loadingOlder: boolean;
  declare private acting: boolean;
  declare private problem: string;

  #connection = new ContextConsumer(this, { context: connectionContext, subscribe: true });
  #stopListening: (() => void) | undefined;
  #frames = new ContextConsumer(this, {
    context: framesContext,
    // Without it the callback is not called again after a move in the page.
    subscribe: true,
    callback: (frames) => {
      this.#stopListening?.();
      this.#stopListening = frames.listen((arrived) => (this.thread = framesArrived(this.thread, arrived)));
    },
  });
  #latest = new QueryController(this, {
    args: (): [Connection, string, number] | null => {
      const externalId = this.conversation?.externalId;
      const connection = this.#connection.value;
      return connection && externalId !== undefined ? [connection, externalId, this.generation] : null;
    },
    onStart: (_connection, externalId) => {
      this.#frames.value?.flush();
      this.thread = threadAsked(this.thread, externalId);
      this.problem = '';
    },
    run: (connection, externalId) => connection.request(OpenConversationDocument, { externalId }),
    onData: (data) => (this.thread = latestLoaded(this.thread, data.conversation?.messages ?? NO_MESSAGES)),
  });

  constructor() {
    super();
    this.conversation = null;
    this.following = false;
    this.mayOperate = false;
    this.live = false;
    this.generation = 0;
    this.thread = noThread;
    this.loadingOlder = false;
    this.acting = false;
    this.problem = '';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopListening?.();
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('live') && this.live && this.#latest.status === 'error') void this.#latest.run();
  }

  /** Moves the keyboard here, where the list is not beside. */
  override focus(options?: FocusOptions): void {
    this.shadowRoot?.querySelector<HTMLElement>('conversation-head')?.focus(options);
  }

  async #loadOlder(): Promise<void> {
    const { externalId, before } = this.thread;
    const connection = this.#connection.value;
    if (!connection || externalId === null || this.loadingOlder) return;
    this.loadingOlder = true;
    try {
      const { conversation } = await connection.request(OpenConversationDocument, { externalId, before });
      if (this.thread.externalId !== externalId || this.thread.before !== before) return;
      this.thread = olderLoaded(this.thread, conversation?.messages ?? NO_MESSAGES);
    } catch (error) {
      this.problem = `Older messages could not be loaded. ${ConnectionError.from(error).message}`;
    } finally {
      this.loadingOlder = false;
    }
  }

  async #act(what: 'close' | 'reopen'): Promise<void> {
    const connection = this.#connection.value;
    const externalId = this.conversation?.externalId;
    if (!connection || externalId === undefined) return;
    this.acting = true;
    this.problem = '';
    fire(this, 'conversation-pin');
    try {
      const result =
        what === 'close'
          ? (await connection.request(CloseConversationDocument, { externalId })).closeConversation
          : (await connection.request(ReopenConversationDocument, { externalId })).reopenConversation;
      if ('message' in result) this.problem = result.message;
    } catch (error) {
      this.problem = ConnectionError.from(error).message;
    } finally {
      this.acting = false;
    }
  }

  override render() {
    if (!this.conversation) return html`<p class="trouble">Choose a conversation from the list.</p>`;
    const { externalId, awaitingReply, status, activeAt, closedAt } = this.conversation;
    const shown = this.thread.externalId === externalId ? this.thread : noThread;
    const failed = this.#latest.status === 'error';
    return html`
      <conversation-head
        .conversation=${this.conversation}
        .following=${this.following}
        .mayOperate=${this.mayOperate}
        .busy=${this.acting || !this.live}
        .problem=${this.problem}
        @conversation-close=${() => this.#act('close')}
        @conversation-reopen=${() => this.#act('reopen')}
      ></conversation-head>
      ${failed ? this.#failure() : nothing}
      <message-log
        .conversation=${externalId}
        .messages=${messagesOf(shown)}
        .hasOlder=${shown.hasOlder}
        .loading=${this.loadingOlder || this.#latest.status === 'pending'}
        .waitingSince=${awaitingReply && status === 'ACTIVE' ? activeAt : null}
        .closedAt=${status === 'CLOSED' ? closedAt : null}
        @older-messages=${() => this.#loadOlder()}
      ></message-log>
    `;
  }

  #failure() {
    return html`<p class="trouble" role="alert">
      The messages could not be loaded. ${this.#latest.error?.message}
      <button class="plain" @click=${() => this.#latest.run()}>Try again</button>
    </p>`;
  }
}

const messagesOnce = new WeakMap<Thread['rows'], readonly Thread['rows'][number]['message'][]>();

/** The same list for the same rows, so that the log can tell whether anything came. */
function messagesOf({ rows }: Thread) {
  let messages = messagesOnce.get(rows);
  if (!messages) {
    messages = rows.map((row) => row.message);
    messagesOnce.set(rows, messages);
  }
  return messages;
}

declare global {
  interface HTMLElementTagNameMap {
    'open-conversation': OpenConversation;
  }
}
