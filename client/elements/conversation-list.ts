import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Conversation, Filter } from '../reducers/board.ts';
import { button, visuallyHidden } from '../tokens.ts';
import { styles } from './conversation-list.styles.ts';
import { fire } from './fire.ts';
import { slideMoved } from './slide-moved.ts';

export interface FilterChip {
  readonly filter: Filter;
  readonly label: string;
  /** As far as the page knows: `more` says that the server has others. */
  readonly count: number;
  readonly more: boolean;
}

/** So many more cards are drawn each time. What is known but not drawn costs nothing. */
const STEP = 100;

/** Where cards move more often than this, sliding would not explain but distract. */
const CALM = 400;

const NOTHING: Readonly<Record<Filter, string>> = {
  ALL: 'There are no conversations.',
  WAITING: 'Nobody waits for a person. Who asks for one appears here at once, the most urgent first.',
  HELD: 'No person answers anywhere. Take a conversation over, and it stays here until you release it.',
  ACTIVE: 'There are no active conversations.',
  CLOSED: 'There are no closed conversations.',
};

/**
 * The conversations, newest activity first or the most urgent first, as a list to walk with the arrow keys.
 *
 * @fires conversation-select - A conversation was chosen; the detail is its external id.
 * @fires filter-change - A chip was chosen; the detail is the filter.
 * @fires older-conversations - The end of what is known was reached.
 */
export class ConversationList extends LitElement {
  static override styles = [button, visuallyHidden, styles];
  static override properties = {
    conversations: { attribute: false },
    chips: { attribute: false },
    filter: {},
    selected: {},
    hasOlder: { type: Boolean },
    loading: { type: Boolean },
    drawn: { state: true },
    walked: { state: true },
  };

  declare conversations: readonly Conversation[];
  declare chips: readonly FilterChip[];
  declare filter: Filter;
  declare selected: string | null;
  declare hasOlder: boolean;
  declare loading: boolean;
  declare private drawn: number;
  declare private walked: string | null;

  #focused: HTMLElement | null = null;
  /** Where the focused card was, for when it leaves the list. */
  #place = -1;
  #slide: (() => void) | null = null;
  #reorderedAt = 0;

  constructor() {
    super();
    this.conversations = [];
    this.chips = [];
    this.filter = 'ALL';
    this.selected = null;
    this.hasOlder = false;
    this.loading = false;
    this.drawn = STEP;
    this.walked = null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('filter')) this.drawn = STEP;
    if (!this.hasUpdated) return;
    const active = this.shadowRoot?.activeElement;
    this.#focused = active instanceof HTMLElement ? active : null;
    this.#place = this.#focused ? this.#cards.indexOf(this.#focused) : -1;
    this.#slide = null;
    if (!changed.has('conversations') || changed.has('filter')) return;
    const now = performance.now();
    if (now - this.#reorderedAt > CALM) this.#slide = slideMoved(this.#cards);
    this.#reorderedAt = now;
  }

  protected override updated(): void {
    this.#slide?.();
    // A browser drops the focus of a node that is moved.
    if (this.#focused?.isConnected && this.shadowRoot?.activeElement !== this.#focused) {
      this.#focused.focus({ preventScroll: true });
    } else if (this.#place >= 0 && this.#focused?.isConnected === false) {
      this.#cards[Math.min(this.#place, this.#cards.length - 1)]?.focus({ preventScroll: true });
    }
  }

  get #cards(): readonly HTMLElement[] {
    return [...(this.shadowRoot?.querySelectorAll<HTMLElement>('conversation-card') ?? [])];
  }

  #walk(event: KeyboardEvent): void {
    const card = event.target as HTMLElement;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      return this.#choose(card);
    }
    const cards = this.#cards;
    const at = cards.indexOf(card);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: cards.length - 1 }[event.key];
    const next = to === undefined ? undefined : cards[to];
    if (!next) return;
    event.preventDefault();
    this.walked = next.dataset['id'] ?? null;
    next.focus();
  }

  #choose(card: HTMLElement): void {
    const { id } = card.dataset;
    if (!id) return;
    this.walked = id;
    fire(this, 'conversation-select', id);
  }

  #older(): void {
    const known = this.drawn < this.conversations.length;
    this.drawn += STEP;
    if (!known) fire(this, 'older-conversations');
  }

  /** Puts the focus back on the open conversation, or on the first one. */
  override focus(options?: FocusOptions): void {
    this.shadowRoot?.querySelector<HTMLElement>('conversation-card[tabindex="0"]')?.focus(options);
  }

  override render() {
    const shown = this.conversations.slice(0, this.drawn);
    const inShown = (id: string | null) => shown.some((conversation) => conversation.externalId === id);
    const entry = [this.walked, this.selected].find(inShown) ?? shown[0]?.externalId;
    return html`
      <div class="chips" role="group" aria-label="Show">${this.chips.map((chip) => this.#chip(chip))}</div>
      <div class="scroll">
        <div
          role="listbox"
          aria-label="Conversations"
          @keydown=${(event: KeyboardEvent) => this.#walk(event)}
          @click=${(event: Event) => this.#choose(event.target as HTMLElement)}
        >
          ${repeat(
            shown,
            ({ externalId }) => externalId,
            (conversation) => html`
              <conversation-card
                role="option"
                data-id=${conversation.externalId}
                aria-selected=${conversation.externalId === this.selected}
                tabindex=${conversation.externalId === entry ? 0 : -1}
                .conversation=${conversation}
              ></conversation-card>
            `,
          )}
        </div>
        ${this.#end(shown.length)}
      </div>
    `;
  }

  #chip({ filter, label, count, more }: FilterChip) {
    return html`<button
      class="chip ${filter === 'WAITING' && count > 0 ? 'urgent' : ''}"
      aria-pressed=${filter === this.filter}
      @click=${() => fire(this, 'filter-change', filter)}
    >
      ${label} <bdi class="count">${count}${more ? '+' : ''}</bdi>
    </button>`;
  }

  #end(shown: number) {
    if (this.loading) return html`<p class="end" role="status">Loading</p>`;
    if (this.hasOlder || shown < this.conversations.length) {
      return html`<p class="end"><button class="plain" @click=${() => this.#older()}>Load older</button></p>`;
    }
    if (shown === 0) {
      return html`<p class="end">${NOTHING[this.filter]}</p>`;
    }
    return nothing;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'conversation-list': ConversationList;
  }
  interface EarshotEvents {
    'conversation-select': string;
    'filter-change': Filter;
    'older-conversations': null;
  }
}
