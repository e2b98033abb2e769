import { css, html, LitElement, nothing, svg } from 'lit';
import type { CallDetailsFragment } from '../../generated/client/graphql.ts';
import { visuallyHidden } from '../tokens.ts';
import { offset } from './offsets.ts';
import { SPOKEN_BY } from './segment-bubble.ts';
import { HEIGHT, mood, signed, WIDTH } from './sentiment.ts';

export type Trend = CallDetailsFragment['figures']['sentimentTrend'];

const SIDES = [
  { name: SPOKEN_BY.CUSTOMER, of: 'customer', kind: 'theirs' },
  { name: SPOKEN_BY.AGENT, of: 'agent', kind: 'ours' },
] as const;

/** How both sides of a call sound over its length: two lines for the eye, a table for a screen reader. */
export class SentimentTrend extends LitElement {
  static override styles = [
    visuallyHidden,
    css`
      figure {
        position: relative;
        margin: 0;
        color: var(--ink-3);
        font-size: var(--text-tiny);
        font-variant-numeric: tabular-nums;
      }
      svg {
        display: block;
        inline-size: 100%;
        block-size: 4.6em;
        overflow: visible;
        fill: none;
      }
      :host(:dir(rtl)) svg {
        transform: scaleX(-1);
      }
      path {
        vector-effect: non-scaling-stroke;
        stroke-linejoin: round;
        stroke-linecap: round;
        stroke-width: 2px;
      }
      path.edge {
        stroke: var(--line);
        stroke-width: 1px;
      }
      path.theirs {
        stroke: var(--good);
      }
      path.lone {
        stroke-width: 6px;
      }
      path.ours {
        stroke: var(--ink-3);
        stroke-dasharray: 5 4;
      }
      figcaption {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 14px;
        margin-block-start: 6px;
        font-size: var(--text-small);
        color: var(--ink-2);
      }
      .key {
        display: inline-block;
        inline-size: 1.6em;
        margin-inline-end: 6px;
        vertical-align: middle;
        border-block-start: 2px solid var(--good);
      }
      .key.ours {
        border-block-start: 2px dashed var(--ink-3);
      }
    `,
  ];
  static override properties = { points: { attribute: false } };

  declare points: Trend;

  constructor() {
    super();
    this.points = [];
  }

  override render() {
    if (this.points.every(({ customer, agent }) => customer === null && agent === null)) return nothing;
    return html`<figure>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
        ${svg`<path class="edge" d="M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}" />`}
        ${SIDES.map(({ of, kind }) => this.#line(of, kind))}
      </svg>
      <figcaption aria-hidden="true">
        ${SIDES.map(({ name, kind }) => html`<span><span class="key ${kind}"></span>${name}</span>`)}
      </figcaption>
      <div class="visually-hidden">
        <table>
          <caption>
            Sentiment over the call, from −1 to 1
          </caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              ${SIDES.map(({ name }) => html`<th scope="col">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${this.points
              .filter(({ customer, agent }) => customer !== null || agent !== null)
              .map(
                (point) =>
                  html`<tr>
                    <th scope="row">${offset(point.startMs)}</th>
                    ${SIDES.map(({ of }) => html`<td>${told(point[of])}</td>`)}
                  </tr>`,
              )}
          </tbody>
        </table>
      </div>
    </figure>`;
  }

  /** Where a side said nothing the line goes on to the next point; a lone point is a dot. */
  #line(side: 'customer' | 'agent', kind: string) {
    const length = this.points.at(-1)?.endMs || 1;
    const places = this.points.flatMap(({ startMs, endMs, [side]: value }) =>
      value === null
        ? []
        : [`${round(((startMs + endMs) / 2 / length) * WIDTH)} ${round((HEIGHT * (1 - value)) / 2)}`],
    );
    const line = places.map((place, index) => `${index ? 'L' : 'M'}${place}`).join('');
    return places.length === 1
      ? svg`<path class="${kind} lone" d=${`${line}h0`} />`
      : svg`<path class=${kind} d=${line} />`;
  }
}

const round = (value: number): number => Math.round(value * 100) / 100;
const told = (value: number | null): string =>
  value === null ? 'nothing said' : `${signed(value)}, ${mood(value)}`;

declare global {
  interface HTMLElementTagNameMap {
    'sentiment-trend': SentimentTrend;
  }
}
