import { css, html, nothing, type PropertyDeclarations } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import {
  type CallCardFragment,
  OneCallDocument,
  RecentCallsDocument,
} from '../../generated/client/graphql.ts';
import type { Connection } from '../connection.ts';
import { StateController } from '../controllers/state.ts';
import { counted } from '../elements/figures.ts';
import { type Seat, seated } from '../reducers/wall.ts';
import { button } from '../tokens.ts';
import { LivePage, note } from './live-page.ts';

const USUAL = 4;
const MOST = 16;

/** So many calls that go on are listed. One on the wall that is not among them is asked for by itself. */
const LISTED = 100;

/**
 * Several calls beside each other for a screen on the wall: the newest that go on. A call keeps its place while it
 * goes on.
 *
 * @attr [calls=4] - How many, 1 to 16.
 */
export class LiveTranscriptWall extends LivePage {
  static override styles = [
    ...LivePage.styles,
    button,
    css`
      header {
        align-items: center;
        padding-block-end: 10px;
        border-block-end: 1px solid var(--line);
      }
      header button {
        margin-inline-start: auto;
      }
      .bar {
        display: flex;
        flex: 1;
        align-items: center;
        gap: 14px;
        color: var(--ink-3);
        font-size: var(--text-small);
        font-variant-numeric: tabular-nums;
      }
      .wall {
        box-sizing: border-box;
        display: grid;
        grid-template-columns: repeat(
          auto-fit,
          minmax(max(min(100%, 22em), (100% - 10px * var(--columns)) / var(--columns)), 1fr)
        );
        grid-auto-rows: minmax(min(24em, 40dvh), 1fr);
        gap: 10px;
        min-block-size: 100%;
        block-size: 100%;
        padding: 10px;
        transition: filter 200ms;
      }
      /* A cut of half a second is not worth a change of colour. */
      .wall.stale {
        filter: grayscale(1) opacity(0.72);
        transition-delay: 600ms;
      }
      @media (prefers-reduced-motion: reduce) {
        .wall {
          transition: none;
        }
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    calls: { type: Number },
    seats: { state: true },
    active: { state: true },
  };

  declare calls: number;
  declare private seats: readonly Seat[];
  /** Calls that go on, the newest first; undefined before they are here. */
  declare private active: readonly CallCardFragment[] | undefined;

  /** The calls that are listed or on the wall, as they were last seen. */
  #cards = new Map<string, CallCardFragment>();
  /** Those on the wall that the list does not have: they ended, or more than it holds began since. */
  #unlisted = new Map<string, StateController<[Connection], CallCardFragment | null>>();

  protected override readonly followed = new StateController<[Connection], readonly CallCardFragment[]>(
    this,
    {
      args: () => (this.connection ? [this.connection] : null),
      onStart: () => undefined,
      subscribe: (sink, connection) =>
        connection.subscribe(
          RecentCallsDocument,
          { first: LISTED, filter: { status: 'ACTIVE' } },
          { next: ({ recentCalls }) => sink.next(recentCalls), cut: (error) => sink.cut(error) },
        ),
      onData: (calls) => {
        this.admitted();
        this.active = calls;
        for (const call of calls) this.#cards.set(call.callId, call);
        this.#seat(Date.now());
      },
      denied: (error) => this.denied(error),
    },
  );

  constructor() {
    super();
    this.calls = USUAL;
    this.forget();
  }

  get #places(): number {
    return Number.isInteger(this.calls) ? Math.min(MOST, Math.max(1, this.calls)) : USUAL;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    if (changed.has('calls')) this.#seat(Date.now());
  }

  protected override ticked(now: number): void {
    this.#seat(now);
  }

  #seat(now: number): void {
    if (!this.active) return;
    const listed = this.active.map(({ callId }) => callId);
    const goesOn = ({ call }: Seat) => this.#cards.get(call)?.status === 'ACTIVE';
    const active = [...new Set([...listed, ...this.seats.filter(goesOn).map(({ call }) => call)])];
    this.seats = seated(this.seats, active, this.#places, now);
    const seatedCalls = this.seats.map(({ call }) => call);
    const known = new Set([...listed, ...seatedCalls]);
    for (const call of this.#cards.keys()) if (!known.has(call)) this.#cards.delete(call);
    this.#ask(new Set(seatedCalls.filter((call) => !listed.includes(call))));
  }

  /** Asks for these calls, each by itself, and for no others any more. */
  #ask(calls: ReadonlySet<string>): void {
    for (const [call, asked] of this.#unlisted) {
      if (calls.has(call)) continue;
      this.removeController(asked);
      asked.hostDisconnected();
      this.#unlisted.delete(call);
    }
    for (const call of calls) if (!this.#unlisted.has(call)) this.#unlisted.set(call, this.#asked(call));
  }

  #asked(call: string) {
    return new StateController<[Connection], CallCardFragment | null>(this, {
      args: () => (this.connection ? [this.connection] : null),
      onStart: () => undefined,
      subscribe: (sink, connection) =>
        connection.subscribe(
          OneCallDocument,
          { call },
          { next: (data) => sink.next(data.call), cut: (error) => sink.cut(error) },
        ),
      onData: (card) => {
        const last = card ?? this.#cards.get(call);
        if (last) this.#cards.set(call, card ? last : { ...last, status: 'CLOSED' });
        this.#seat(Date.now());
      },
      denied: (error) => this.denied(error),
    });
  }

  protected override forget(): void {
    this.seats = [];
    this.active = undefined;
    this.#cards.clear();
    this.#ask(new Set());
  }

  protected override label(): string {
    return 'Live calls beside each other';
  }

  protected override heading() {
    return 'Live calls';
  }

  protected override extent() {
    return html`<div class="bar">
      ${this.active ? html`<span>${howMany(this.active.length)} now</span>` : nothing}
      ${document.fullscreenEnabled ? html`<button @click=${() => this.#fill()}>Full screen</button>` : nothing}
    </div>`;
  }

  async #fill(): Promise<void> {
    if (document.fullscreenElement) return document.exitFullscreen();
    try {
      await this.requestFullscreen();
    } catch {
      this.announced = 'The browser does not allow full screen here.';
    }
  }

  protected override content(isLive: boolean) {
    if (!this.active) return undefined;
    if (this.seats.length === 0)
      return note('Nobody is on the telephone.', 'The next calls come up here by themselves.');
    return html`<div
      class="wall ${isLive ? '' : 'stale'}"
      .style=${`--columns: ${Math.ceil(Math.sqrt(this.seats.length))}`}
    >
      ${repeat(
        this.seats,
        (_seat, place) => place,
        ({ call }) => html`<call-tile .call=${this.#cards.get(call) ?? null}></call-tile>`,
      )}
    </div>`;
  }
}

/** A full list tells of no more than it holds. */
const howMany = (listed: number): string =>
  listed < LISTED ? counted(listed, 'call') : `${LISTED} calls or more`;

declare global {
  interface HTMLElementTagNameMap {
    'live-transcript-wall': LiveTranscriptWall;
  }
}
