import { html, LitElement, nothing } from 'lit';
import type { Segment, SpokenRow } from '../reducers/transcript.ts';
import { button, visuallyHidden } from '../tokens.ts';
import { categoryMark } from './call-marks.styles.ts';
import { highlighted, type Piece } from './highlights.ts';
import { beginningOf, showAll } from './long-text.ts';
import { fullMoment } from './moments.ts';
import { offset } from './offsets.ts';
import { styles } from './segment-bubble.styles.ts';
import { mood, signed } from './sentiment.ts';

export const SPOKEN_BY = { CUSTOMER: 'Customer', AGENT: 'Agent' } as const;

/**
 * One piece of a transcript. What may still change is paler and italic, and settles in place once it is final.
 *
 * @attr {CUSTOMER|AGENT} speaker - Decides side and colour; follows the segment.
 * @attr partial - May still change.
 * @attr first - The first of a run by one speaker; tells who speaks.
 * @attr arriving - Came just now, and slides in.
 */
export class SegmentBubble extends LitElement {
  static override styles = [button, visuallyHidden, categoryMark, styles];
  static override properties = {
    row: { attribute: false },
    speaker: { reflect: true },
    partial: { type: Boolean, reflect: true },
    first: { type: Boolean, reflect: true },
    arriving: { type: Boolean, reflect: true },
    whole: { state: true },
  };

  declare row: SpokenRow | null;
  declare speaker: Segment['speaker'] | null;
  declare partial: boolean;
  declare first: boolean;
  declare arriving: boolean;
  declare private whole: boolean;

  constructor() {
    super();
    this.row = null;
    this.speaker = null;
    this.partial = false;
    this.first = true;
    this.arriving = false;
    this.whole = false;
  }

  protected override willUpdate(): void {
    this.speaker = this.row?.segment.speaker ?? null;
    this.partial = this.row?.segment.isPartial ?? false;
  }

  override render() {
    if (!this.row) return nothing;
    const { speaker, text, at, matches, isPartial } = this.row.segment;
    const short = this.whole ? null : beginningOf(text);
    const words = short ?? text;
    return html`
      <div class="bubble" title=${fullMoment(at)}>
        <span class="visually-hidden">${SPOKEN_BY[speaker]}${isPartial ? ', still speaking' : ''}:</span>
        <span class="text" dir="auto"
          >${words === '' ? html`<i>erased</i>` : highlighted(words, matches).map(drawnPiece)}</span
        >
        ${short === null ? nothing : showAll(text, () => (this.whole = true))}
      </div>
      ${this.#meta(this.row)}
    `;
  }

  #meta({ segment, interrupts }: SpokenRow) {
    const { speaker, startMs, sentiment, isPartial, matches } = segment;
    const categories = new Set(matches.map(({ category }) => category));
    return html`<div class="meta">
      ${this.first ? html`<span class="who" aria-hidden="true">${SPOKEN_BY[speaker]}</span>` : nothing}
      <bdi>${offset(startMs)}</bdi>
      ${isPartial ? html`<span class="speaking" aria-hidden="true">speaking</span>` : nothing}
      ${interrupts ? html`<span>talks over</span>` : nothing}
      ${sentiment === null ? nothing : sentimentMark(sentiment)}
      ${[...categories].map((name) => html`<bdi class="category">${name}</bdi>`)}
    </div>`;
  }
}

/** Most of what is said sounds like nothing in particular. */
function sentimentMark(sentiment: number) {
  const words = mood(sentiment);
  if (words === 'neutral') return nothing;
  return html`<span class=${sentiment > 0 ? 'good' : 'bad'} title=${signed(sentiment)}>${words}</span>`;
}

function drawnPiece({ words, categories }: Piece) {
  return categories.length === 0 ? words : html`<mark title=${categories.join(', ')}>${words}</mark>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'segment-bubble': SegmentBubble;
  }
}
