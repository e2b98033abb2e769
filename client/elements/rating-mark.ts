import { css, html, LitElement, nothing } from 'lit';
import type { RatingMarkFragment } from '../../generated/client/graphql.ts';
import { fullMoment, since } from './moments.ts';
import { CHOICES, isPoor, RATING_FLAGS, type RatingFlag, ratingShape } from './rating.ts';

const FLAGS = Object.entries(RATING_FLAGS) as [RatingFlag, string][];

/** What somebody thought of an answer, for whoever watches over the bot: the rating, what was wrong, in which words. */
export class RatingMark extends LitElement {
  static override styles = css`
    :host {
      display: inline-flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 2px 6px;
      min-inline-size: 0;
      color: var(--ink-3);
      font-size: var(--text-small);
      font-variant-numeric: tabular-nums;
      overflow-wrap: anywhere;
    }
    .rating {
      display: inline-flex;
      color: var(--good);
    }
    .rating.poor {
      color: var(--bad);
    }
    svg {
      inline-size: 1.2em;
      block-size: 1.2em;
      fill: none;
      stroke: currentcolor;
      stroke-width: 1.6;
      stroke-linejoin: round;
    }
    .full {
      fill: currentcolor;
    }
    .tag {
      padding-inline: 5px;
      border: 1px solid var(--line-strong);
      border-radius: 4px;
      color: var(--ink-2);
      font-size: var(--text-tiny);
      font-weight: 600;
      line-height: 1.45;
    }
    q {
      flex: 0 1 auto;
      min-inline-size: 0;
      color: var(--ink-2);
      quotes: '“' '”';
      white-space: pre-wrap;
    }
  `;

  static override properties = { feedback: { attribute: false } };

  declare feedback: RatingMarkFragment | null;

  constructor() {
    super();
    this.feedback = null;
  }

  override render() {
    if (!this.feedback) return nothing;
    const { rating, ratingType, category, text, at } = this.feedback;
    const tags: string[] = FLAGS.flatMap(([flag, name]) => (this.feedback?.[flag] ? [name] : []));
    if (category) tags.push(category);
    return html`<span
        class="rating ${isPoor(ratingType, rating) ? 'poor' : ''}"
        role="img"
        aria-label=${wordsOf(this.feedback)}
        title=${wordsOf(this.feedback)}
        >${this.#shapes(this.feedback)}</span
      >
      ${tags.map((tag) => html`<span class="tag" dir="auto">${tag}</span>`)}
      ${text ? html`<q dir="auto">${text}</q>` : nothing}
      <time datetime=${at} title=${fullMoment(at)}>${since(at, Date.now())}</time>`;
  }

  #shapes({ rating, ratingType }: RatingMarkFragment) {
    const values = ratingType === 'STARS' ? CHOICES.STARS.map(({ value }) => value) : [rating];
    return values.map(
      (value) =>
        html`<svg class=${value <= rating ? 'full' : ''} viewBox="0 0 24 24" aria-hidden="true">
          ${ratingShape(ratingType, value)}
        </svg>`,
    );
  }
}

function wordsOf({ rating, ratingType }: RatingMarkFragment): string {
  if (ratingType === 'STARS') return `Rated ${rating} of 5 stars`;
  return rating > 0 ? 'Rated: thumbs up' : 'Rated: thumbs down';
}

declare global {
  interface HTMLElementTagNameMap {
    'rating-mark': RatingMark;
  }
}
