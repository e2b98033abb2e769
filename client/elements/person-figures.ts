import { css, html, LitElement, nothing } from 'lit';
import type { PersonFiguresFragment } from '../../generated/client/graphql.ts';
import { signed } from './sentiment.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const twoDigits = (hour: number) => String(hour % 24).padStart(2, '0');

/** What counting tells of a person: how much they say, in what mood, and at what time of the day. */
export class PersonFigures extends LitElement {
  static override styles = css`
    dl {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 5.4em), 1fr));
      gap: 8px;
      margin: 0;
    }
    div {
      display: flex;
      flex-direction: column;
      padding: 8px;
      background: var(--surface-2);
      border-radius: var(--radius-small);
    }
    dt {
      order: 1;
      color: var(--ink-3);
      font-size: var(--text-tiny);
      line-height: 1.35;
    }
    dd {
      margin: 0;
      font-size: var(--text-large);
      font-weight: 650;
      letter-spacing: -0.01em;
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }
  `;

  static override properties = { figures: { attribute: false } };

  declare figures: PersonFiguresFragment | null;

  constructor() {
    super();
    this.figures = null;
  }

  override render() {
    if (!this.figures) return nothing;
    const { messageCount, averageSentiment, mostActiveHour } = this.figures;
    return html`<dl>
      <div>
        <dt>${messageCount === 1 ? 'message' : 'messages'}</dt>
        <dd>${whole.format(messageCount)}</dd>
      </div>
      ${
        messageCount > 0
          ? html`<div>
              <dt>average sentiment</dt>
              <dd><bdi>${signed(averageSentiment)}</bdi></dd>
            </div>`
          : nothing
      }
      ${
        mostActiveHour === null
          ? nothing
          : html`<div>
              <dt>most active hour, UTC</dt>
              <dd>
                <bdi>${twoDigits(mostActiveHour)}–${twoDigits(mostActiveHour + 1)}</bdi>
              </dd>
            </div>`
      }
    </dl>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'person-figures': PersonFigures;
  }
}
