import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { live } from 'lit/directives/live.js';
import type { RatingType } from '../../generated/client/graphql.ts';
import { button, visuallyHidden } from '../tokens.ts';
import { fire } from './fire.ts';
import { counted } from './figures.ts';
import {
  CHOICES,
  type Explanation,
  isPoor,
  RATING_FLAGS,
  type RatingFlag,
  ratingShape,
  UNEXPLAINED,
} from './rating.ts';
import { styles } from './rating-form.styles.ts';

/** So many characters may be written. */
export const LONGEST_TEXT = 1_000;

const QUESTION = { THUMBS: 'Was this answer helpful?', STARS: 'How good was this answer?' } as const;
const FLAGS = Object.entries(RATING_FLAGS) as [RatingFlag, string][];

/**
 * Thumbs or stars, and after a poor rating the question what could be better. What is written stays until it is
 * known to be stored.
 *
 * @slot - What became of it, shown where it was sent.
 * @fires rating-choose - This is the rating; it is meant at once.
 * @fires rating-explain - This is what could be better.
 */
export class RatingForm extends LitElement {
  static override styles = [button, visuallyHidden, styles];
  static override properties = {
    type: {},
    rating: { attribute: false },
    categories: { attribute: false },
    stored: { type: Boolean },
    open: { state: true },
    draft: { state: true },
    isTooLong: { state: true },
    isAsked: { state: true },
  };

  declare type: RatingType;
  /** What was chosen; null before. Null again makes the form as good as new. */
  declare rating: number | null;
  /** What an answer may be found wanting in. Without any, nobody is asked. */
  declare categories: readonly string[];
  /** All that was said by now is stored. */
  declare stored: boolean;
  declare private open: boolean;
  declare private draft: Explanation;
  declare private isTooLong: boolean;
  /** What follows was sent since it was opened: the outcome is awaited where it was sent. */
  declare private isAsked: boolean;

  /** The draft was sent as it is, and nothing was written since. */
  #isSent = false;

  constructor() {
    super();
    this.type = 'THUMBS';
    this.rating = null;
    this.categories = [];
    this.stored = false;
    this.#clear();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('rating') && this.rating === null) this.#clear();
    if (changed.has('stored') && this.stored && this.#isSent) void this.#unfold(false);
  }

  override focus(options?: FocusOptions): void {
    const radios = [...(this.shadowRoot?.querySelectorAll<HTMLInputElement>('.options input') ?? [])];
    (radios.find(({ checked }) => checked) ?? radios[0])?.focus(options);
  }

  #clear(): void {
    this.#isSent = false;
    this.open = false;
    this.draft = UNEXPLAINED;
    this.isTooLong = false;
    this.isAsked = false;
  }

  get #left(): number {
    return LONGEST_TEXT - Array.from(this.draft.text ?? '').length;
  }

  #choose(value: number): void {
    this.#isSent = false;
    this.isAsked = false;
    this.open = isPoor(this.type, value);
    fire(this, 'rating-choose', value);
  }

  /** Opens or closes what follows, and leads the keyboard out of what is no more. */
  async #unfold(open: boolean): Promise<void> {
    const isInside = this.shadowRoot?.activeElement?.closest('form') != null;
    this.#isSent = false;
    this.isAsked = false;
    this.open = open;
    await this.updateComplete;
    const goal = open ? 'form input' : isInside ? '.again' : null;
    if (goal) this.shadowRoot?.querySelector<HTMLElement>(goal)?.focus();
  }

  #write(change: Partial<Explanation>): void {
    this.#isSent = false;
    this.draft = { ...this.draft, ...change };
    if (this.#left >= 0) this.isTooLong = false;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    this.isTooLong = this.#left < 0;
    if (this.isTooLong) return this.shadowRoot?.querySelector('textarea')?.focus();
    this.#isSent = true;
    this.isAsked = true;
    fire(this, 'rating-explain', { ...this.draft, text: this.draft.text?.trim() || null });
  }

  /**
   * A choice is sent at once, so arrows only lead to it, as in a toolbar, and Space or Enter makes it: whoever walks
   * to five stars shall not give one on the way.
   */
  #walk(event: KeyboardEvent): void {
    const radios = [...(this.shadowRoot?.querySelectorAll<HTMLInputElement>('.options input') ?? [])];
    const place = radios.indexOf(event.target as HTMLInputElement);
    if (event.ctrlKey || event.altKey || event.metaKey || place === -1) return;
    const forward = this.matches(':dir(rtl)') ? 'ArrowLeft' : 'ArrowRight';
    const backward = forward === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
    const goals: Readonly<Record<string, number>> = {
      [forward]: place + 1,
      ArrowDown: place + 1,
      [backward]: place - 1,
      ArrowUp: place - 1,
      Home: 0,
      End: -1,
      Enter: place,
    };
    const goal = goals[event.key];
    if (goal === undefined) return;
    event.preventDefault();
    const radio = radios.at(goal % radios.length);
    if (event.key === 'Enter') radio?.click();
    else radio?.focus();
  }

  /** Escape gives up what follows, not the page around it. */
  #escape(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    void this.#unfold(false);
  }

  override render() {
    const { type, rating } = this;
    return html`
      <div
        class="choices"
        role="radiogroup"
        aria-labelledby="question"
        @keydown=${(event: KeyboardEvent) => this.#walk(event)}
      >
        <p id="question">${QUESTION[type]}</p>
        <div class="options ${type.toLowerCase()}">
          ${CHOICES[type].map(({ value, name }) => this.#option(value, name))}
        </div>
      </div>
      ${this.open && this.isAsked ? nothing : html`<slot></slot>`}
      ${rating !== null && isPoor(type, rating) ? this.#more() : nothing}
    `;
  }

  #option(value: number, name: string) {
    const { type, rating } = this;
    const isFull = rating !== null && (type === 'STARS' ? value <= rating : value === rating);
    return html`<label class="option ${isFull ? 'full' : ''}" title=${name}>
      <input
        type="radio"
        name="rating"
        .checked=${live(value === rating)}
        @change=${() => this.#choose(value)}
      />
      <svg viewBox="0 0 24 24" aria-hidden="true">${ratingShape(type, value)}</svg>
      <span class="visually-hidden">${name}</span>
    </label>`;
  }

  #more() {
    if (!this.open) {
      return html`<button class="plain again" @click=${() => this.#unfold(true)}>Tell more</button>`;
    }
    return html`<form
      @submit=${(event: SubmitEvent) => this.#submit(event)}
      @keydown=${(event: KeyboardEvent) => this.#escape(event)}
    >
      <fieldset>
        <legend>What could be better?</legend>
        ${FLAGS.map(
          ([flag, name]) =>
            html`<label class="flag">
              <input
                type="checkbox"
                .checked=${live(this.draft[flag])}
                @change=${(event: Event) => this.#write({ [flag]: (event.target as HTMLInputElement).checked })}
              />
              ${name}
            </label>`,
        )}
      </fieldset>
      ${this.categories.length > 0 ? this.#category() : nothing} ${this.#words()}
      <div class="steps">
        <button class="leading">Send</button>
        <button type="button" @click=${() => this.#unfold(false)}>Not now</button>
      </div>
      ${this.isAsked ? html`<slot></slot>` : nothing}
    </form>`;
  }

  #category() {
    return html`<div class="field">
      <label for="category">What is it about?</label>
      <select
        id="category"
        dir="auto"
        @change=${(event: Event) => this.#write({ category: (event.target as HTMLSelectElement).value || null })}
      >
        <option value="" ?selected=${this.draft.category === null}>Choose, if you like</option>
        ${this.categories.map(
          (category) =>
            html`<option value=${category} ?selected=${this.draft.category === category}>
              ${category}
            </option>`,
        )}
      </select>
    </div>`;
  }

  #words() {
    const written = LONGEST_TEXT - this.#left;
    return html`<div class="field">
      <label for="text">In your own words</label>
      <span class="count ${this.#left < 0 ? 'over' : ''}" aria-hidden="true"
        ><bdi>${written} / ${LONGEST_TEXT}</bdi></span
      >
      <textarea
        id="text"
        dir="auto"
        rows="3"
        aria-describedby="limit problem"
        aria-invalid=${this.isTooLong}
        .value=${live(this.draft.text ?? '')}
        @input=${(event: Event) => this.#write({ text: (event.target as HTMLTextAreaElement).value || null })}
      ></textarea>
      <span class="visually-hidden" id="limit">At most ${counted(LONGEST_TEXT, 'character')}.</span>
      <span class="visually-hidden" aria-live="polite">${roomWords(this.#left)}</span>
      <p class="problem" id="problem" role="alert">
        ${this.isTooLong ? `That is ${counted(-this.#left, 'character')} too long. Shorten it, then send it.` : nothing}
      </p>
    </div>`;
  }
}

/** The room that is left, said at a few steps only: a number with every letter would drown what is typed. */
function roomWords(left: number): string {
  if (left < 0) return 'Too long.';
  return left <= 20 ? '20 characters left, or fewer.' : left <= 100 ? '100 characters left, or fewer.' : '';
}

declare global {
  interface HTMLElementTagNameMap {
    'rating-form': RatingForm;
  }
  interface EarshotEvents {
    'rating-choose': number;
    'rating-explain': Explanation;
  }
}
