import { html, nothing, type PropertyDeclarations } from 'lit';
import {
  type CallCardFragment,
  CallFiguresDocument,
  type CallFiguresQuery,
  OneCallDocument,
  RecentCallsDocument,
} from '../../generated/client/graphql.ts';
import type { Connection } from '../connection.ts';
import { PaceController } from '../controllers/pace.ts';
import { QueryController } from '../controllers/query.ts';
import { RoomController } from '../controllers/room.ts';
import { StateController } from '../controllers/state.ts';
import { TranscriptController } from '../controllers/transcript.ts';
import { nameOf } from '../elements/call-list.ts';
import { liveMark } from '../elements/call-marks.styles.ts';
import type { Found } from '../elements/reading-log.ts';
import { lengthOf, offset } from '../elements/offsets.ts';
import { endingOf } from '../elements/segment-log.ts';
import { callChosen, followingNewest, followingResumed, newestFollowed } from '../reducers/following.ts';
import { button } from '../tokens.ts';
import { LivePage, note } from './live-page.ts';
import { styles } from './live-transcript.styles.ts';

type Panel = 'calls' | 'details';

/** So many calls can be chosen from. */
const RECENT = 50;

/** Widths in em from which one panel fits beside the words, and from which two do. */
const ROOM_FOR_ONE = 44;
const ROOM_FOR_TWO = 66;

/**
 * A call as it is spoken. Without `call` the newest call comes up by itself until the viewer chooses one.
 *
 * @attr call - Your id of the call; one that has not begun is waited for.
 * @fires call-select - The viewer chose a call; the detail is its id.
 */
export class LiveTranscript extends LivePage {
  static override styles = [...LivePage.styles, button, liveMark, styles];
  static override properties: PropertyDeclarations = {
    call: {},
    sought: { attribute: false },
    following: { state: true },
    recent: { state: true },
    one: { state: true },
    known: { state: true },
    asked: { state: true },
  };

  declare call: string | null;
  /** What of the call to show. */
  declare sought: Found | null;
  declare private following: typeof followingNewest;
  /** Calls to follow and to choose from; undefined before they are here. */
  declare private recent: readonly CallCardFragment[] | undefined;
  /** A call that is not among them; null while it has not begun, undefined before that is known. */
  declare private one: CallCardFragment | null | undefined;
  /** What the words of a call add up to, and of which call. */
  declare private known: { readonly call: string; readonly figures: CallFiguresQuery } | null;
  /** What the viewer wants to see beside the words; what is not said the room decides. */
  declare private asked: Partial<Record<Panel, boolean>>;

  #now = Date.now();
  #room = new RoomController(this, ROOM_FOR_ONE, ROOM_FOR_TWO);
  #pace = new PaceController(this);
  #recent = new StateController<[Connection], readonly CallCardFragment[]>(this, {
    args: () => (this.connection && this.call === null ? [this.connection] : null),
    onStart: () => undefined,
    subscribe: (sink, connection) =>
      connection.subscribe(
        RecentCallsDocument,
        { first: RECENT },
        { next: ({ recentCalls }) => sink.next(recentCalls), cut: (error) => sink.cut(error) },
      ),
    onData: (calls) => {
      this.admitted();
      this.recent = calls;
      this.#follow(Date.now());
    },
    denied: (error) => this.denied(error),
  });
  #one = new StateController<[Connection, string], CallCardFragment | null>(this, {
    args: () => {
      const call = this.#shown;
      return this.connection && call !== null && !this.#listed ? [this.connection, call] : null;
    },
    onStart: () => (this.one = undefined),
    subscribe: (sink, connection, call) =>
      connection.subscribe(
        OneCallDocument,
        { call },
        { next: (data) => sink.next(data.call), cut: (error) => sink.cut(error) },
      ),
    onData: (call) => {
      this.admitted();
      this.one = call;
    },
    denied: (error) => this.denied(error),
  });
  #words = new TranscriptController(this, {
    args: () => (this.connection && this.#shown !== null ? [this.connection, this.#shown] : null),
    arrived: () => {
      this.admitted();
      this.#pace.changed();
    },
    denied: (error) => this.denied(error),
  });

  constructor() {
    super();
    this.call = null;
    this.sought = null;
    this.asked = {};
    this.forget();
    new QueryController(this, {
      args: (): [Connection, string, number] | null =>
        this.connection && this.#shown !== null && this.#words.isLoaded && this.#isOpen('details')
          ? [this.connection, this.#shown, this.#pace.round]
          : null,
      run: async (connection, call) => ({
        call,
        figures: await connection.request(CallFiguresDocument, { call }),
      }),
      onData: (known) => (this.known = known),
    });
  }

  protected override willUpdate(changed?: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    // An attribute without a value names no call.
    if (this.call === '') this.call = null;
  }

  /** The id of the call whose words are shown. */
  get #shown(): string | null {
    return this.call ?? this.following.chosen ?? this.following.followed;
  }

  get #listed(): CallCardFragment | undefined {
    return this.recent?.find(({ callId }) => callId === this.#shown);
  }

  get #card(): CallCardFragment | null {
    return this.#listed ?? this.one ?? null;
  }

  protected override get followed() {
    const list = this.call === null ? this.#recent : this.#one;
    const sources = this.#shown === null ? [list] : [list, this.#words];
    const states = sources.map(({ state }) => state);
    return {
      state: states.find(({ kind }) => kind !== 'live') ?? list.state,
      restart: () => sources.forEach((source) => source.restart()),
      retryNow: () => sources.forEach((source) => source.retryNow()),
    };
  }

  protected override ticked(now: number): void {
    this.#now = now;
    this.#follow(now);
    // The duration of a call that goes on stands in the heading.
    if (this.#card?.status === 'ACTIVE') this.requestUpdate();
  }

  #follow(now: number): void {
    if (this.call !== null) return;
    const before = this.following.followed;
    this.following = newestFollowed(this.following, this.recent?.[0]?.callId, now);
    const card = this.#card;
    if (this.following.followed !== before && before !== null && card)
      this.announced = `A new call came up: ${nameOf(card)}.`;
  }

  #choose(call: string): void {
    this.following = callChosen(this.following, call);
    // A list over the words has done its work.
    if (!this.#fits('calls')) this.asked = { ...this.asked, calls: false };
  }

  #pin(): void {
    if (this.call === null && this.following.chosen === null && this.following.followed !== null)
      this.#choose(this.following.followed);
  }

  #resume(): void {
    this.following = followingResumed(this.following);
    this.#follow(Date.now());
  }

  protected override forget(): void {
    this.following = followingNewest;
    this.recent = undefined;
    this.one = undefined;
    this.known = null;
    this.#words.clear();
  }

  protected override label(): string {
    return this.call === null ? 'Live calls' : `Call ${this.call}`;
  }

  protected override heading() {
    if (this.isInside && this.call !== null) return 'Transcript';
    const card = this.#card;
    return html`<bdi>${card ? nameOf(card) : (this.call ?? 'Live calls')}</bdi>`;
  }

  #fits(panel: Panel): boolean {
    return this.#room.room > (panel === 'details' && this.call === null ? 1 : 0);
  }

  #isOpen(panel: Panel): boolean {
    if (panel === 'calls' && this.call !== null) return false;
    return this.asked[panel] ?? this.#fits(panel);
  }

  #toggle(panel: Panel): void {
    const isOpen = !this.#isOpen(panel);
    // Two panels over the words would lie over one another.
    const others = this.#room.room === 0 ? {} : this.asked;
    this.asked = { ...others, [panel]: isOpen };
  }

  protected override extent() {
    const card = this.#card;
    if (!card) return nothing;
    const { status, agentId } = card;
    return html`<div class="bar">
      ${status === 'ACTIVE' ? html`<span class="live">live</span>` : html`<span>ended</span>`}
      <span>${offset(lengthOf(card, this.#now))}</span>
      ${agentId ? html`<bdi>Agent <bdi>${agentId}</bdi></bdi>` : nothing}
      <span class="space"></span>
      ${this.call === null ? this.#followingBar() : nothing}
      ${this.call === null ? this.#panelButton('calls', 'Calls') : nothing}
      ${this.#panelButton('details', 'Details')}
    </div>`;
  }

  #followingBar() {
    if (this.following.chosen !== null)
      return html`<button class="plain" @click=${() => this.#resume()}>Follow the newest call</button>`;
    return html`<span class="following">Following the newest call</span>
      <button class="plain" @click=${() => this.#pin()}>Stay with this one</button>`;
  }

  #panelButton(panel: Panel, label: string) {
    return html`<button aria-pressed=${this.#isOpen(panel)} @click=${() => this.#toggle(panel)}>
      ${label}
    </button>`;
  }

  protected override content(isLive: boolean) {
    if (this.call === null && this.recent === undefined) return undefined;
    if (this.call !== null && this.one === undefined) return undefined;
    if (this.#shown === null)
      return note('No calls yet.', 'The first one comes up here by itself, as it is spoken.');
    const { transcript } = this.#words;
    if (!this.#card && this.#words.isLoaded && transcript.segments.length === 0)
      return note('This call has not begun yet.', 'Its words appear here as they are spoken.');
    const over = (['calls', 'details'] as const).find((panel) => this.#isOpen(panel) && !this.#fits(panel));
    return html`<div class="talk ${isLive || !this.#words.wasLive ? '' : 'stale'}">
      ${this.#isOpen('calls') ? this.#calls(over === 'calls') : nothing}
      ${this.#words.problem ? html`<p class="trouble" role="alert">${this.#words.problem}</p>` : nothing}
      <segment-log
        ?inert=${over !== undefined}
        .call=${this.#shown}
        .sought=${this.sought}
        .segments=${transcript.segments}
        .hasOlder=${transcript.hasOlder}
        .loading=${!this.#words.isLoaded || this.#words.loadingOlder}
        .ending=${endingOf(this.#card)}
        @older-rows=${() => this.#words.loadOlder()}
        @conversation-pin=${() => this.#pin()}
      ></segment-log>
      ${this.#isOpen('details') ? this.#details(over === 'details') : nothing}
    </div>`;
  }

  #calls(isOver: boolean) {
    return html`<call-list
      class="panel calls ${isOver ? 'over' : ''}"
      .calls=${this.recent ?? []}
      .selected=${this.#shown}
      @call-select=${(event: CustomEvent<string>) => this.#choose(event.detail)}
      @keydown=${(event: KeyboardEvent) => this.#hide(event, 'calls', isOver)}
    ></call-list>`;
  }

  #details(isOver: boolean) {
    const known = this.known?.call === this.#shown ? this.known.figures : null;
    const { costs, metrics } = known?.session ?? {};
    return html`<div
      class="panel details ${isOver ? 'over' : ''}"
      tabindex="0"
      role="region"
      aria-label="Details of the call"
      @keydown=${(event: KeyboardEvent) => this.#hide(event, 'details', isOver)}
    >
      <call-details .call=${this.#card} .details=${known?.call ?? null}></call-details>
      ${costs && costs.entries + costs.unpricedEntries > 0 ? html`<live-costs .session=${this.#shown}></live-costs>` : nothing}
      ${metrics && metrics.turns > 0 ? html`<live-metrics .session=${this.#shown}></live-metrics>` : nothing}
    </div>`;
  }

  #hide(event: KeyboardEvent, panel: Panel, isOver: boolean): void {
    if (event.key !== 'Escape' || !isOver) return;
    event.stopPropagation();
    this.asked = { ...this.asked, [panel]: false };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'live-transcript': LiveTranscript;
  }
}
