import { css, html, nothing, type PropertyDeclarations } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { type CallCardFragment, RecentCallsDocument } from '../../generated/client/graphql.ts';
import type { Connection } from '../connection.ts';
import { StateController } from '../controllers/state.ts';
import { counted } from '../elements/figures.ts';
import { type Seat, seated } from '../reducers/wall.ts';
import { button } from '../tokens.ts';
import { LivePage, note } from './live-page.ts';

const USUAL = 4;
const MOST = 16;

/** So many calls that go on are known; with more of them the oldest leave their places. */
const KNOWN = 100;

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

  /** Those on the wall as they were last seen, since one that ended is among the active ones no more. */
  #cards = new Map<string, CallCardFragment>();

  protected override readonly followed = new StateController<[Connection], readonly CallCardFragment[]>(
    this,
    {
      args: () => (this.connection ? [this.connection] : null),
      onStart: () => undefined,
      subscribe: (sink, connection) =>
        connection.subscribe(
          RecentCallsDocument,
          { first: KNOWN, filter: { status: 'ACTIVE' } },
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
    const active = this.active.map(({ callId }) => callId);
    this.seats = seated(this.seats, active, this.#places, now);
    const onWall = new Set([...active, ...this.seats.map(({ call }) => call)]);
    for (const call of this.#cards.keys()) if (!onWall.has(call)) this.#cards.delete(call);
    for (const { call, endedAt } of this.seats) {
      const card = this.#cards.get(call);
      if (card && endedAt !== null && card.status === 'ACTIVE') this.#cards.set(call, ended(card, endedAt));
    }
  }

  protected override forget(): void {
    this.seats = [];
    this.active = undefined;
    this.#cards.clear();
  }

  protected override label(): string {
    return 'Live calls beside each other';
  }

  protected override heading() {
    return 'Live calls';
  }

  protected override extent() {
    return html`<div class="bar">
      ${this.active ? html`<span>${counted(this.active.length, 'call')} now</span>` : nothing}
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

/** One that is not among the active ones any more. */
function ended(card: CallCardFragment, endedAt: number): CallCardFragment {
  const durationMs = Math.max(0, endedAt - Date.parse(card.startedAt));
  return { ...card, status: 'CLOSED', endedAt: new Date(endedAt).toISOString(), durationMs };
}

declare global {
  interface HTMLElementTagNameMap {
    'live-transcript-wall': LiveTranscriptWall;
  }
}
