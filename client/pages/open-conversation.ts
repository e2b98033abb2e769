import { ContextConsumer } from '@lit/context';
import { html, LitElement, nothing } from 'lit';
import {
  CloseConversationDocument,
  type MessagePageFragment,
  OpenConversationDocument,
  type OpenConversationQuery,
  ReopenConversationDocument,
} from '../../generated/client/graphql.ts';
import type { Connection } from '../connection.ts';
import { ConnectionError } from '../connection-error.ts';
import { connectionContext, framesContext } from '../contexts.ts';
import { PartController } from '../controllers/part.ts';
import { QueryController } from '../controllers/query.ts';
import { RoomController } from '../controllers/room.ts';
import type { FeedEvent, FeedFrame } from '../controllers/frames.ts';
import type { Panel } from '../elements/conversation-head.ts';
import { fire } from '../elements/fire.ts';
import type { Found } from '../elements/reading-log.ts';
import type { Conversation } from '../reducers/board.ts';
import {
  framesArrived,
  latestLoaded,
  noThread,
  olderLoaded,
  ratingsByMessage,
  type Thread,
  threadAsked,
} from '../reducers/thread.ts';
import { button } from '../tokens.ts';
import type { DeskAction } from './desk-keys.ts';
import { styles } from './open-conversation.styles.ts';

const NO_MESSAGES: MessagePageFragment = {
  nodes: [],
  pageInfo: { startCursor: null, hasPreviousPage: false },
};

/** Widths in em from which insights fit beside the messages, and from which they are shown unasked. */
const ROOM_BESIDE = 46;
const ROOM_FOR_BOTH = 64;

/**
 * The open conversation: asks for its messages, keeps them current from the feed, and closes or reopens it.
 *
 * @fires conversation-pin - The person acted on it, and should not be taken to another one.
 */
export class OpenConversation extends LitElement {
  static override styles = [button, styles];

  static override properties = {
    conversation: { attribute: false },
    following: { type: Boolean },
    mayOperate: { type: Boolean },
    live: { type: Boolean },
    generation: { attribute: false },
    sought: { attribute: false },
    thread: { state: true },
    loadingOlder: { state: true },
    acting: { state: true },
    problem: { state: true },
    hasFigures: { state: true },
    panel: { state: true },
  };

  declare conversation: Conversation | null;
  declare following: boolean;
  declare mayOperate: boolean;
  declare live: boolean;
  /** Grows with each fresh start of the page, after which everything is asked for again. */
  declare generation: number;
  /** What of it to show. */
  declare sought: Found | null;
  declare private thread: Thread;
  declare private loadingOlder: boolean;
  declare private acting: boolean;
  declare private problem: string;
  /** Whether there are turns, costs or ratings. */
  declare private hasFigures: boolean;
  /** What the person wants to see beside the messages; null leaves it to the room that there is. */
  declare private panel: Panel | 'none' | null;

  #room = new RoomController(this, ROOM_BESIDE, ROOM_FOR_BOTH);
  #part = new PartController(this, 'desk');
  #connection = new ContextConsumer(this, { context: connectionContext, subscribe: true });
  #stopListening: (() => void) | undefined;
  #frames = new ContextConsumer(this, {
    context: framesContext,
    // Without it the callback is not called again after a move in the page.
    subscribe: true,
    callback: (frames) => {
      this.#stopListening?.();
      this.#stopListening = frames.listen((arrived) => {
        this.thread = framesArrived(this.thread, arrived);
        this.hasFigures ||= figuresArrived(arrived, this.thread.externalId);
      });
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
      if (this.thread.externalId !== externalId) this.hasFigures = false;
      this.thread = threadAsked(this.thread, externalId);
      this.problem = '';
    },
    run: (connection, externalId) => connection.request(OpenConversationDocument, { externalId }),
    onData: ({ conversation, session }) => {
      const ratings = session?.feedback.nodes ?? [];
      this.thread = latestLoaded(this.thread, conversation?.messages ?? NO_MESSAGES, ratings);
      this.hasFigures ||= isKnown(session);
    },
  });

  constructor() {
    super();
    this.conversation = null;
    this.following = false;
    this.mayOperate = false;
    this.live = false;
    this.generation = 0;
    this.sought = null;
    this.thread = noThread;
    this.loadingOlder = false;
    this.acting = false;
    this.problem = '';
    this.hasFigures = false;
    this.panel = null;
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

  /** Does what a key or a button means, where the key of the server allows it. */
  act(action: DeskAction): void {
    if (action === 'notes') void this.#toggleNotes();
    else this.shadowRoot?.querySelector('reply-desk')?.act(action);
  }

  async #toggleNotes(): Promise<void> {
    if (!this.mayOperate) return;
    const isShown = this.#panels().shown === 'notes';
    this.panel = isShown ? 'none' : 'notes';
    await this.updateComplete;
    if (!isShown) this.shadowRoot?.querySelector('operator-notes')?.focus();
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

  #hide(event: KeyboardEvent, panel: Panel): void {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.panel = 'none';
    this.shadowRoot?.querySelector('conversation-head')?.focusPanel(panel);
  }

  /** What there is to show of this conversation, and which of it is shown. */
  #panels(): { readonly offered: readonly Panel[]; readonly shown: Panel | null } {
    const offered: Panel[] = [];
    if (this.conversation?.endUser) offered.push('insights');
    if (this.hasFigures) offered.push('figures');
    const [first] = offered;
    if (this.mayOperate) offered.push('notes');
    const unasked = this.panel !== 'none' && this.#room.room === 2 ? first : null;
    return { offered, shown: offered.find((panel) => panel === this.panel) ?? unasked ?? null };
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
    const { externalId, awaitingReply, status, activeAt, closedAt, closeReason } = this.conversation;
    const shown = this.thread.externalId === externalId ? this.thread : noThread;
    const messages = messagesOf(shown);
    const failed = this.#latest.status === 'error';
    const user = this.conversation.endUser?.externalId;
    const { offered, shown: panel } = this.#panels();
    const isOver = panel !== null && this.#room.room === 0;
    const isCall = this.conversation.channel === 'CALL';
    const sought = this.sought?.conversation === externalId ? this.sought : null;
    return html`
      <conversation-head
        .conversation=${this.conversation}
        .following=${this.following}
        .mayOperate=${this.mayOperate}
        .busy=${this.acting || !this.live}
        .problem=${this.problem}
        .offered=${offered}
        .shown=${panel}
        @panel-toggle=${(event: CustomEvent<Panel>) => (this.panel = event.detail === panel ? 'none' : event.detail)}
        @conversation-close=${() => this.#act('close')}
        @conversation-reopen=${() => this.#act('reopen')}
      ></conversation-head>
      ${failed ? this.#failure() : nothing}
      ${isCall ? html`<live-transcript ?inert=${isOver} .call=${externalId} .sought=${sought?.isSpoken ? sought : null}></live-transcript>` : nothing}
      <message-log
        ?hidden=${isCall && shown.rows.length === 0}
        ?inert=${isOver}
        .conversation=${externalId}
        .sought=${sought?.isSpoken ? null : sought}
        .messages=${messages}
        .ratings=${ratingsOf(shown)}
        .hasOlder=${shown.hasOlder}
        .loading=${this.loadingOlder || this.#latest.status === 'pending'}
        .waitingSince=${awaitingReply && status === 'ACTIVE' ? (messages.at(-1)?.at ?? activeAt) : null}
        .closedAt=${status === 'CLOSED' ? closedAt : null}
        .closeReason=${closeReason}
        @older-rows=${() => this.#loadOlder()}
      ></message-log>
      ${this.#replyDesk(isOver)} ${panel ? this.#panel(panel, isOver, externalId, user) : nothing}
    `;
  }

  #replyDesk(isCovered: boolean) {
    if (this.#part.failed) {
      return html`<p class="trouble missing" role="alert">
        What is needed to reply could not be loaded.
        <button class="plain" @click=${() => this.#part.load()}>Try again</button>
      </p>`;
    }
    return html`<reply-desk
      ?inert=${isCovered}
      .conversation=${this.conversation}
      .live=${this.live}
      @focusin=${() => fire(this, 'conversation-pin')}
    ></reply-desk>`;
  }

  #panel(panel: Panel, isOver: boolean, externalId: string, user: string | undefined) {
    const pin = () => fire(this, 'conversation-pin');
    const hide = (event: KeyboardEvent) => this.#hide(event, panel);
    if (panel === 'insights') {
      return html`<live-insights
        class="panel ${isOver ? 'over' : ''}"
        .user=${user}
        @focusin=${pin}
        @keydown=${hide}
      ></live-insights>`;
    }
    if (panel === 'notes') {
      return html`<operator-notes
        class="panel ${isOver ? 'over' : ''}"
        .conversation=${externalId}
        .live=${this.live}
        .generation=${this.generation}
        @focusin=${pin}
        @keydown=${hide}
      ></operator-notes>`;
    }
    return html`<div class="panel ${isOver ? 'over' : ''}" @focusin=${pin} @keydown=${hide}>
      <live-costs .session=${externalId}></live-costs>
      <live-metrics .session=${externalId}></live-metrics>
    </div>`;
  }

  #failure() {
    return html`<p class="trouble" role="alert">
      The messages could not be loaded. ${this.#latest.error?.message}
      <button class="plain" @click=${() => this.#latest.run()}>Try again</button>
    </p>`;
  }
}

/** Whether there is anything to show of it as a session. */
function isKnown(session: OpenConversationQuery['session']): boolean {
  if (!session) return false;
  const { costs, metrics, feedback } = session;
  return costs.entries + costs.unpricedEntries + metrics.turns + feedback.nodes.length > 0;
}

const FIGURES: ReadonlySet<FeedEvent['__typename']> = new Set([
  'TurnRecorded',
  'CostRecorded',
  'FeedbackSubmitted',
]);

function figuresArrived(frames: readonly FeedFrame[], externalId: string | null): boolean {
  return frames
    .flatMap(({ events }) => events)
    .some(
      ({ __typename, conversation }) => FIGURES.has(__typename) && conversation?.externalId === externalId,
    );
}

/** The same list for the same rows, so that the log can tell whether anything came. */
const messagesOf = once(
  ({ rows }: Thread) => rows,
  ({ rows }) => rows.map(({ message }) => message),
);
const ratingsOf = once(({ ratings }: Thread) => ratings, ratingsByMessage);

function once<Whole, Made>(keyOf: (whole: Whole) => object, make: (whole: Whole) => Made) {
  const made = new WeakMap<object, Made>();
  return (whole: Whole): Made => {
    const key = keyOf(whole);
    if (!made.has(key)) made.set(key, make(whole));
    return made.get(key) as Made;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'open-conversation': OpenConversation;
  }
}
