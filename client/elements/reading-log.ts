import { html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { button, visuallyHidden } from '../tokens.ts';
import { fire } from './fire.ts';
import { styles } from './reading-log.styles.ts';
import { ReadingPlace } from './reading-place.ts';

/** So many rows are drawn; older ones come on demand. */
const WINDOW = 400;
const STEP = 200;
/** A row that is sought is looked for among so many. */
const SOUGHT_AMONG = 10_000;
/** How long one that was found stands out, in ms. */
const STANDS_OUT = 3_000;

/** A conversation to open, by its external id, and a row to show in it, by key. */
export interface Found {
  readonly conversation: string;
  readonly row?: string;
  /** Whether it is a segment of the call. */
  readonly isSpoken?: boolean;
}

/**
 * A log that sticks to its newest row until the reader scrolls up, then stays where the reader is and counts what
 * came in.
 *
 * @fires older-rows - The reader reached the beginning of what is loaded.
 * @fires conversation-pin - The reader scrolled up, and should not be taken elsewhere.
 */
export abstract class ReadingLog<Row> extends LitElement {
  static override styles = [button, visuallyHidden, styles];
  static override properties: PropertyDeclarations = {
    hasOlder: { type: Boolean },
    loading: { type: Boolean },
    sought: { attribute: false },
    drawn: { state: true },
    unseen: { state: true },
    announced: { state: true },
  };

  declare hasOlder: boolean;
  /** The latest or an older page is on its way. */
  declare loading: boolean;
  /** What to show; another object asks again. */
  declare sought: Found | null;
  declare private drawn: number;
  declare private unseen: number;
  declare private announced: string;

  /** What slides in, by key. */
  protected arriving: ReadonlySet<string> = new Set();
  #place = new ReadingPlace(() => this.#moved());
  /** What is still to be shown, and among how many rows it was looked for. */
  #seeking: string | undefined;
  #among = 0;

  constructor() {
    super();
    this.hasOlder = false;
    this.loading = false;
    this.sought = null;
    this.drawn = WINDOW;
    this.unseen = 0;
    this.announced = '';
  }

  /** Everything that is loaded, the oldest first. */
  protected abstract readonly rows: readonly Row[];
  /** What the rows are called. */
  protected abstract readonly noun: string;
  protected abstract keyOf(row: Row): string;
  protected abstract row(row: Row, before: Row | undefined, after: Row | undefined): TemplateResult;
  /** What stands below the newest row. */
  protected abstract end(): unknown;

  override connectedCallback(): void {
    super.connectedCallback();
    // Somebody moved the log in the page: its place has to be watched again.
    if (this.hasUpdated) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#place.release();
  }

  /** The rows are of something else: starts at the newest one. */
  protected begin(): void {
    this.#place.toEnd();
    this.#seeking = undefined;
    this.drawn = WINDOW;
    this.unseen = 0;
    this.announced = '';
    this.arriving = new Set();
  }

  /** What is new slides in, is announced, and is counted for a reader who is elsewhere. */
  protected welcome(keys: readonly string[], announced: string): void {
    if (announced) this.announced = announced;
    if (keys.length === 0) return;
    this.arriving = new Set(keys);
    if (this.#place.atEnd) {
      this.drawn = WINDOW;
    } else {
      this.unseen += keys.length;
      this.drawn += keys.length;
    }
  }

  protected override updated(changed: ReadonlyMap<PropertyKey, unknown>): void {
    const scroller = this.shadowRoot?.querySelector<HTMLElement>('.scroll');
    if (scroller) this.#place.watch(scroller);
    if (changed.has('sought')) [this.#seeking, this.#among] = [this.sought?.row, 0];
    if (this.#seeking !== undefined && !this.loading && this.rows.length > 0) this.#seek(this.#seeking);
  }

  /** Shows a row, or asks for older ones, as long as that brings more. */
  #seek(key: string): void {
    const { length } = this.rows;
    const at = this.rows.findIndex((row) => this.keyOf(row) === key);
    if (at < 0 && this.hasOlder && length > this.#among && length < SOUGHT_AMONG) {
      this.#among = length;
      fire(this, 'older-rows');
      return;
    }
    this.#seeking = undefined;
    if (at < 0) return;
    this.drawn = Math.max(this.drawn, length - at + STEP);
    // By then all rows have their heights.
    requestAnimationFrame(() => {
      const row =
        this.shadowRoot?.querySelectorAll<HTMLElement>('.row')[at - Math.max(0, length - this.drawn)];
      if (!row) return;
      this.#place.show(row);
      row.animate({ background: ['var(--warn-soft)', 'transparent'] }, STANDS_OUT);
    });
  }

  #moved(): void {
    if (this.#place.atEnd) this.unseen = 0;
    else fire(this, 'conversation-pin');
    if (!this.#place.atEnd && this.#place.atStart) this.#older();
  }

  #older(): void {
    if (this.loading) return;
    if (this.drawn < this.rows.length) this.drawn += STEP;
    else if (this.hasOlder) {
      this.drawn += STEP;
      fire(this, 'older-rows');
    }
  }

  #toEnd(): void {
    this.unseen = 0;
    this.#place.toEnd();
    this.shadowRoot?.querySelector<HTMLElement>('.scroll')?.focus({ preventScroll: true });
  }

  override render() {
    const shown = this.rows.slice(-this.drawn);
    return html`
      <div
        class="scroll"
        role="log"
        aria-label=${`${this.noun[0]?.toUpperCase()}${this.noun.slice(1)}`}
        aria-live="off"
        aria-busy=${this.loading}
        tabindex="0"
        @scroll=${() => this.#place.scrolled()}
      >
        <div class="column">
          ${this.#start(shown.length)}
          ${repeat(
            shown,
            (row) => this.keyOf(row),
            (row, index) => this.row(row, shown[index - 1], shown[index + 1]),
          )}
          ${this.end()}
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
    if (this.hasOlder || shown < this.rows.length) {
      return html`<p class="note">
        <button class="plain" @click=${() => this.#older()}>Load older ${this.noun}</button>
      </p>`;
    }
    return shown === 0 ? html`<p class="note">No ${this.noun} yet</p>` : nothing;
  }
}

declare global {
  interface EarshotEvents {
    'older-rows': null;
  }
}
