import { ContextProvider } from '@lit/context';
import { html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { BoardDocument, FeedDocument } from '../../generated/client/graphql.ts';
import { createConnection } from '../connection.ts';
import { ConnectionError } from '../connection-error.ts';
import { framesContext } from '../contexts.ts';
import { BoardController } from '../controllers/board.ts';
import { ClockController } from '../controllers/clock.ts';
import { FeedController } from '../controllers/feed.ts';
import type { FeedState } from '../controllers/feed-source.ts';
import { type FeedFrame, FrameStream } from '../controllers/frames.ts';
import { OperatorController } from '../controllers/operator.ts';
import { PartController } from '../controllers/part.ts';
import { RaisedAlertsController } from '../controllers/raised-alerts.ts';
import { ReachController } from '../controllers/reach.ts';
import { ShortcutController } from '../controllers/shortcuts.ts';
import { WaitingController } from '../controllers/waiting.ts';
import { WakeController } from '../controllers/wake.ts';
import { fire } from '../elements/fire.ts';
import type { Found } from '../elements/reading-log.ts';
import { frame } from '../frame.ts';
import { hasOlder, listed, type Filter } from '../reducers/board.ts';
import { tokens, visuallyHidden } from '../tokens.ts';
import { brand, connecting, keyForm } from './front.ts';
import { type DeskAction, DESK_KEYS } from './desk-keys.ts';
import { chipsOf } from './filters.ts';
import { keyProblem } from './key-problem.ts';
import { styles } from './live-monitor.styles.ts';
import { type Place, PLACES } from './places.ts';
import { remember, remembered } from './remembered-key.ts';

/**
 * The live monitor: every conversation of a project as it happens.
 *
 * @attr endpoint - The server's GraphQL address. Without it, the server that this script came from.
 * @attr token - An API key. Without it, the page asks for one if the server does.
 * @attr {light|dark|auto} theme - `auto`, the default, follows the person's system.
 * @attr remembers-key - A key typed in survives a reload of the tab, and so does the name of who answers.
 * @attr operator - Name of the person who sits here. Without it, the page asks before somebody answers.
 * @attr counts-in-title - The title of the page tells how many wait for a person.
 * @attr autofocus - Single keys are heard at once, without a click into the monitor.
 * @fires access-denied - The server wants a key, or another one. A host page may answer by setting `token`.
 *
 * @cssproperty --earshot-font - Typeface of all text.
 * @cssproperty --earshot-mono - Typeface of commands.
 * @cssproperty [--earshot-font-size=14px] - All sizes grow with it.
 * @cssproperty [--earshot-block-size] - Height of the element; a plain `height` works as well.
 * @cssproperty [--earshot-radius=10px] - Corners of panels.
 * @cssproperty [--earshot-radius-small=6px] - Corners of buttons and fields.
 * @cssproperty --earshot-bg - Behind the messages.
 * @cssproperty --earshot-surface - Header, list and cards.
 * @cssproperty --earshot-surface-2 - What lies on a surface.
 * @cssproperty --earshot-line - Hairlines.
 * @cssproperty --earshot-line-strong - Edges of buttons and fields.
 * @cssproperty --earshot-ink - Text.
 * @cssproperty --earshot-ink-2 - Text beside it.
 * @cssproperty --earshot-ink-3 - Times, counts and other small print.
 * @cssproperty --earshot-accent - The one accent: what is chosen, and the leading button.
 * @cssproperty --earshot-accent-soft - Behind what is chosen.
 * @cssproperty --earshot-on-accent - Text on the accent.
 * @cssproperty --earshot-user - Bubble of the caller, with `--earshot-user-ink` for its text.
 * @cssproperty --earshot-bot - Bubble of the bot, with `--earshot-bot-ink`.
 * @cssproperty --earshot-human - Bubble of a person from our side, with `--earshot-human-ink`.
 * @cssproperty --earshot-good - Went well.
 * @cssproperty --earshot-warn - Wants a person, with `--earshot-warn-soft` behind it.
 * @cssproperty --earshot-bad - Went wrong, with `--earshot-bad-soft` behind it.
 */
export class LiveMonitor extends LitElement {
  static override styles = [tokens, frame, visuallyHidden, styles];
  static override properties = {
    endpoint: {},
    token: {},
    theme: {},
    remembersKey: { type: Boolean, attribute: 'remembers-key' },
    operator: {},
    countsInTitle: { type: Boolean, attribute: 'counts-in-title' },
    view: { state: true },
    place: { state: true },
    generation: { state: true },
    keyWanted: { state: true },
    sought: { state: true },
  };

  /** Where the server is when no endpoint is given. The script that registers the element knows. */
  static defaultEndpoint = '/graphql';

  /** Opens the way to the server. A test puts another one in its place. */
  connect: typeof createConnection = createConnection;

  declare endpoint: string | null;
  declare token: string | null;
  declare theme: string;
  declare remembersKey: boolean;
  declare operator: string | null;
  declare countsInTitle: boolean;
  /** Which of the two panels is shown where there is room for one. */
  declare private view: 'list' | 'talk';
  declare private place: Place;
  declare private generation: number;
  /** What another place found, to be shown where it stands. */
  declare private sought: Found | null;
  /** Why a key is asked for; an empty text asks without blame. Null while none is needed. */
  declare private keyWanted: string | null;

  #reach = new ReachController(this, {
    whom: () => ({ endpoint: this.#address, token: this.token }),
    open: (whom) => this.connect(whom),
    changed: (isOtherServer) => this.#reconnect(isOtherServer),
  });
  #frames = new FrameStream();
  #board = new BoardController(this, {
    frames: this.#frames,
    reach: () => this.#reach.connection,
    arrived: (before, after) => this.#queue.changed(before, after),
  });
  #operator = new OperatorController(this, {
    given: () => this.operator,
    may: (scope) => this.#board.may(scope),
  });
  #queue = new WaitingController(this);
  #alerts = new RaisedAlertsController(this, {
    frames: this.#frames,
    reach: () => this.#reach.connection,
    raised: () => this.place === 'alerts' || this.#queue.say('A new alert was raised.'),
  });
  #shortcuts = new ShortcutController(this, (key) => this.#press(key));
  /** Where the person has been: what is there stays as it was left. */
  #visited = new Set<Place>();
  #feed: FeedController<FeedFrame>;

  constructor() {
    super();
    this.endpoint = null;
    this.token = null;
    this.theme = 'auto';
    this.remembersKey = false;
    this.operator = null;
    this.countsInTitle = false;
    this.view = 'list';
    this.place = 'conversations';
    this.generation = 0;
    this.sought = null;
    this.keyWanted = null;
    new ContextProvider(this, { context: framesContext, initialValue: this.#frames });
    new PartController(this, 'sources', () => this.#board.state.hasSources);
    new PartController(this, 'empty', () => this.#board.isEmpty);
    new ClockController(this, (now) => this.#board.ticked(now));
    this.#feed = new FeedController(this, {
      begin: (signal) => this.#begin(signal),
      subscribe: (after, sink) =>
        this.#reach.connection.subscribe(
          FeedDocument,
          { after },
          { next: ({ feed }) => sink.next(feed), cut: (error) => sink.cut(error) },
        ),
      deliver: (frame) => {
        if (frame.events.length > 0) this.#frames.push(frame);
      },
      sizeOf: ({ events }) => events.length,
      denied: (error) => this.#denied(error),
    });
    new WakeController(this, () => this.#feed.retryNow());
  }

  override connectedCallback(): void {
    if (this.remembersKey) {
      this.token ??= remembered('key');
      this.#operator.told ??= remembered('operator');
      this.#shortcuts.isOn = remembered('shortcuts') !== 'off';
    }
    super.connectedCallback();
  }

  protected override willUpdate(): void {
    this.#queue.count(this.#board.waiting.length, this.countsInTitle);
    this.#visited.add(this.place);
  }

  get #address(): string {
    return new URL(this.endpoint ?? LiveMonitor.defaultEndpoint, document.baseURI).href;
  }

  #reconnect(isOtherServer: boolean): void {
    if (isOtherServer) {
      this.#board.clear();
      this.#operator.clearDesk();
    }
    this.#feed.restart();
  }

  async #begin(signal: AbortSignal): Promise<string> {
    this.#frames.flush();
    const { connection } = this.#reach;
    const { selected, following } = this.#board.state;
    const data = await connection.request(BoardDocument, {
      selected: selected ?? '',
      hasSelected: selected !== null && !following,
    });
    if (signal.aborted) return data.conversations.cursor;
    if (this.remembersKey) remember('key', this.token);
    this.keyWanted = null;
    this.#board.loaded(data);
    this.#alerts.count = data.raisedAlerts;
    this.generation++;
    return data.conversations.cursor;
  }

  /** Nothing of the project stays on the screen of somebody who may no longer see it. */
  #denied(error: ConnectionError): void {
    this.#frames.flush();
    this.keyWanted = keyProblem(error, this.token !== null, this.#board.state.viewer !== null);
    this.#board.clear();
    this.#alerts.count = 0;
    if (this.remembersKey) remember('key', null);
    fire(this, 'access-denied');
  }

  async #open(externalId: string): Promise<void> {
    this.#board.choose(externalId);
    this.view = 'talk';
    await this.updateComplete;
    const list = this.renderRoot.querySelector('conversation-list');
    const isAlone = list && getComputedStyle(list).display === 'none';
    if (isAlone) this.renderRoot.querySelector('open-conversation')?.focus();
  }

  /** Another place found a conversation: it may be one that the list does not have yet. */
  async #show(found: Found): Promise<void> {
    try {
      const isThere = await this.#board.find(found.conversation);
      if (!isThere) return this.#queue.say('This conversation is not there any more.');
    } catch (error) {
      return this.#queue.say(`The conversation could not be opened. ${ConnectionError.from(error).message}`);
    }
    Object.assign(this, { place: 'conversations', view: 'talk', sought: found });
    await this.updateComplete;
    this.renderRoot.querySelector('open-conversation')?.focus();
  }

  /** What a key means; the help tells the same to people. */
  #press(key: string): boolean {
    const action = DESK_KEYS[key];
    const place = (Object.keys(PLACES) as Place[]).find((name) => PLACES[name].key === key);
    if (place) void this.#go(place);
    else if (action) void this.#act(action);
    else if (key === 'w') this.#next();
    else if (key === '?') this.renderRoot.querySelector('shortcut-help')?.open();
    else return false;
    return true;
  }

  /** The keyboard does not stay in a place that is hidden: no key would be heard there. */
  async #go(place: Place): Promise<void> {
    const isLeft = place !== this.place && this.renderRoot.querySelector('.place:focus-within') !== null;
    this.place = place;
    await this.updateComplete;
    if (isLeft) this.#shortcuts.takeKeyboard();
  }

  async #act(action: DeskAction): Promise<void> {
    if (this.#board.state.selected === null) return;
    void this.#go('conversations');
    this.view = 'talk';
    await this.updateComplete;
    this.renderRoot.querySelector('open-conversation')?.act(action);
  }

  /** Opens whose turn it is, or who comes after the one that is open. */
  #next(): void {
    const queue = this.#board.waiting;
    const at = queue.findIndex(({ externalId }) => externalId === this.#board.state.selected);
    const next = queue[at + 1] ?? queue[0];
    void this.#go('conversations');
    if (next) void this.#open(next.externalId);
    else this.#queue.say('Nobody waits for a person.');
  }

  #nameTold(name: string): void {
    this.#operator.tell(name);
    if (this.remembersKey) remember('operator', name);
  }

  #turnShortcuts(isOn: boolean): void {
    this.#shortcuts.isOn = isOn;
    if (this.remembersKey) remember('shortcuts', isOn ? null : 'off');
    this.requestUpdate();
  }

  async #back(): Promise<void> {
    this.view = 'list';
    await this.updateComplete;
    this.renderRoot.querySelector('conversation-list')?.focus();
  }

  #useKey(key: string): void {
    // The same key again is worth another try: it may have been granted more since.
    if (this.token === key) this.#feed.restart();
    this.token = key;
  }

  override render() {
    const { state } = this.#feed;
    const { viewer, hasSources } = this.#board.state;
    return html`
      <section
        class="frame ${this.theme}"
        aria-label="Live monitor"
        tabindex="-1"
        @conversation-open=${(event: CustomEvent<Found>) => this.#show(event.detail)}
      >
        <header>
          ${brand} ${viewer ? html`<span class="project"><bdi>${viewer.project.name}</bdi></span>` : nothing}
          ${viewer ? html`<place-bar .places=${PLACES} .place=${this.place} .counts=${{ alerts: this.#alerts.count }} @place-change=${(event: CustomEvent<Place>) => (this.place = event.detail)}></place-bar>` : nothing}
          ${hasSources ? html`<source-notice></source-notice>` : nothing}
          <connection-state .state=${state} @retry-request=${() => this.#feed.retryNow()}></connection-state>
          <shortcut-help
            .isOn=${this.#shortcuts.isOn}
            @shortcuts-turn=${(event: CustomEvent<boolean>) => this.#turnShortcuts(event.detail)}
          ></shortcut-help>
        </header>
        ${this.#body(state)}
        <div class="visually-hidden" aria-live="polite">${this.#queue.said}</div>
      </section>
    `;
  }

  #body(state: FeedState) {
    if (this.keyWanted !== null)
      return keyForm(this.keyWanted, state, this.remembersKey, (key) => this.#useKey(key));
    if (!this.#board.state.viewer) return connecting(new URL(this.#address).host, state);
    const isCurrent = state.kind === 'live' || state.kind === 'catching-up';
    return html`<div class="places ${isCurrent ? '' : 'stale'}">
      ${repeat(
        this.#visited,
        (place) => place,
        (place) =>
          html`<div class="place" ?hidden=${place !== this.place}>
            <h2 class="visually-hidden">${PLACES[place].label}</h2>
            ${PLACES[place].page ?? this.#conversations(isCurrent)}
          </div>`,
      )}
    </div>`;
  }

  #conversations(isCurrent: boolean) {
    const board = this.#board.state;
    if (this.#board.isEmpty) {
      const origin = this.#address.replace(/\/graphql$/, '');
      return html`<empty-board
        .origin=${origin}
        .key=${this.token}
        .maySend=${this.#board.may('ingest')}
      ></empty-board>`;
    }
    const open = board.selected === null ? undefined : board.entries.get(board.selected);
    return html`
      <div class="panels ${this.view}">
        <conversation-list
          .conversations=${listed(board, board.filter)}
          .chips=${chipsOf(board)}
          .filter=${board.filter}
          .selected=${board.selected}
          .hasOlder=${hasOlder(board, board.filter)}
          .loading=${this.#board.loading}
          @conversation-select=${(event: CustomEvent<string>) => this.#open(event.detail)}
          @filter-change=${(event: CustomEvent<Filter>) => this.#board.filter(event.detail)}
          @older-conversations=${() => this.#board.loadPage(board.filter)}
        ></conversation-list>
        <open-conversation
          .conversation=${open?.conversation ?? null}
          .following=${board.following}
          .sought=${this.sought}
          .mayOperate=${this.#board.may('operate')}
          .live=${isCurrent}
          .generation=${this.generation}
          @conversation-pin=${() => this.#board.pin()}
          @follow-newest=${() => this.#board.follow()}
          @back=${() => this.#back()}
          @operator-change=${(event: CustomEvent<string>) => this.#nameTold(event.detail)}
          @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && this.#back()}
        ></open-conversation>
      </div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'live-monitor': LiveMonitor;
  }
  interface EarshotEvents {
    'access-denied': null;
    'conversation-open': Found;
  }
}
