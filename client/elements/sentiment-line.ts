import { css, html, LitElement, nothing, svg } from 'lit';
import type { SentimentPointFragment } from '../../generated/client/graphql.ts';
import { visuallyHidden } from '../tokens.ts';
import { counted } from './figures.ts';
import { fullMoment } from './moments.ts';
import { drawSentiments, HEIGHT, mood, signed, WIDTH } from './sentiment.ts';

/** How somebody sounded over time: a line for the eye, a sentence for everybody, a table for a screen reader. */
export class SentimentLine extends LitElement {
  static override styles = [
    visuallyHidden,
    css`
      figure {
        position: relative;
        margin: 0;
      }
      .chart {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 2px 8px;
        color: var(--ink-3);
        font-size: var(--text-tiny);
        font-variant-numeric: tabular-nums;
        line-height: 1;
      }
      .scale {
        display: flex;
        flex-direction: column;
        justify-content: space-between;
        text-align: end;
      }
      svg {
        inline-size: 100%;
        block-size: 5.6em;
        overflow: visible;
        fill: none;
      }
      :host(:dir(rtl)) svg {
        transform: scaleX(-1);
      }
      path {
        vector-effect: non-scaling-stroke;
      }
      .edge {
        stroke: var(--line);
      }
      .zero {
        stroke: var(--line-strong);
        stroke-dasharray: 3 3;
      }
      .above {
        fill: color-mix(in srgb, var(--good) 24%, transparent);
      }
      .below {
        fill: color-mix(in srgb, var(--bad) 24%, transparent);
      }
      .line {
        stroke: var(--ink-2);
        stroke-width: 1.5px;
        stroke-linejoin: round;
      }
      .newest {
        stroke: var(--ink);
        stroke-width: 7px;
        stroke-linecap: round;
      }
      .time {
        grid-column: 2;
        display: flex;
        justify-content: space-between;
        padding-block-start: 4px;
      }
      figcaption {
        margin-block-start: 8px;
        color: var(--ink-2);
        font-size: var(--text-small);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  static override properties = { points: { attribute: false } };

  /** The newest first. */
  declare points: readonly SentimentPointFragment[];

  constructor() {
    super();
    this.points = [];
  }

  override render() {
    const points = this.points.flatMap(({ at, sentiment }) =>
      sentiment === null ? [] : [{ at, sentiment }],
    );
    points.reverse();
    if (points.length === 0) return nothing;
    const values = points.map(({ sentiment }) => sentiment);
    return html`<figure>
      ${this.#chart(values)}
      <figcaption>${summary(values)}</figcaption>
      <div class="visually-hidden">
        <table>
          <caption>
            Sentiment of each message, from −1 to 1
          </caption>
          <thead>
            <tr>
              <th scope="col">Said</th>
              <th scope="col">Sentiment</th>
            </tr>
          </thead>
          <tbody>
            ${points.map(
              ({ at, sentiment }) =>
                html`<tr>
                  <td>${fullMoment(at)}</td>
                  <td>${signed(sentiment)}, ${mood(sentiment)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </figure>`;
  }

  #chart(values: readonly number[]) {
    const { line, above, below, newest } = drawSentiments(values);
    return html`<div class="chart" aria-hidden="true">
      <div class="scale"><bdi>+1</bdi><bdi>0</bdi><bdi>−1</bdi></div>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">
        ${svg`<path class="edge" d="M0 0H${WIDTH}M0 ${HEIGHT}H${WIDTH}" />
          <path class="above" d=${above} /><path class="below" d=${below} />
          <path class="zero" d="M0 ${HEIGHT / 2}H${WIDTH}" /><path class="line" d=${line} />
          <path class="newest" d="M${newest.x} ${newest.y}h0" />`}
      </svg>
      <div class="time"><span>${values.length > 1 ? 'earlier' : nothing}</span><span>newest</span></div>
    </div>`;
  }
}

function summary(values: readonly number[]): string {
  const newest = values.at(-1) ?? 0;
  const last = `The newest message is ${mood(newest)} (${signed(newest)}).`;
  if (values.length === 1) return last;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `The last ${counted(values.length, 'message')} are ${mood(mean)} on average, from ${signed(least)} to ${signed(most)}. ${last}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'sentiment-line': SentimentLine;
  }
}
