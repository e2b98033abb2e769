import { ContextConsumer } from '@lit/context';
import { html, LitElement, nothing } from 'lit';
import type { CallCardFragment, CallDetailsFragment } from '../../generated/client/graphql.ts';
import { clockContext } from '../contexts.ts';
import { styles } from './call-details.styles.ts';
import { categoryMark, liveMark } from './call-marks.styles.ts';
import { counted, duration, percent } from './figures.ts';
import { fullMoment, since } from './moments.ts';
import { lengthOf, offset } from './offsets.ts';
import { SPOKEN_BY } from './segment-bubble.ts';

/** So many silences or places are named; more are counted. */
const MOST = 5;

/** What is known of a call besides its words. */
export class CallDetails extends LitElement {
  static override styles = [liveMark, categoryMark, styles];
  static override properties = { call: { attribute: false }, details: { attribute: false } };

  declare call: CallCardFragment | null;
  /** What its words add up to; null until that is here. */
  declare details: CallDetailsFragment | null;

  #clock = new ContextConsumer(this, { context: clockContext, subscribe: true });

  constructor() {
    super();
    this.call = null;
    this.details = null;
  }

  override render() {
    if (!this.call) return nothing;
    return html`${this.#facts(this.call)} ${this.details ? this.#figures(this.details) : nothing}`;
  }

  #facts(call: CallCardFragment) {
    const now = this.#clock.value ?? Date.now();
    const { customerPhoneNumber, systemPhoneNumber, agentId, startedAt, endedAt, endReason, status } = call;
    return html`<section>
      <h4>This call</h4>
      <dl>
        <dt>Status</dt>
        <dd>
          ${
            status === 'ACTIVE'
              ? html`<span class="live">live</span>`
              : html`ended${endedAt ? html`, <time datetime=${endedAt}>${since(endedAt, now)}</time>` : nothing}`
          }
        </dd>
        ${fact('Reason', endReason || null)}
        <dt>Duration</dt>
        <dd>${offset(lengthOf(call, now))}</dd>
        <dt>Started</dt>
        <dd><time datetime=${startedAt} title=${fullMoment(startedAt)}>${since(startedAt, now)}</time></dd>
        ${fact('Customer', customerPhoneNumber)} ${fact('Our number', systemPhoneNumber)}
        ${fact('Agent', agentId)} ${fact('Call', call.callId)}
      </dl>
    </section>`;
  }

  #figures({ figures, categories }: CallDetailsFragment) {
    const { speakers, sentimentTrend, silences } = figures;
    const isSpoken = speakers.some(({ segmentCount }) => segmentCount > 0);
    const isRated = speakers.some(({ averageSentiment }) => averageSentiment !== null);
    return html`
      ${isSpoken ? this.#talk(speakers) : nothing}
      ${
        isRated
          ? html`<section>
              <h4>Sentiment</h4>
              <sentiment-trend .points=${sentimentTrend}></sentiment-trend>
            </section>`
          : nothing
      }
      ${categories.length > 0 ? this.#categories(categories) : nothing}
      ${
        silences.length > 0
          ? html`<section>
              <h4>Silences</h4>
              <ul>
                ${silences
                  .slice(0, MOST)
                  .map(
                    ({ startMs, endMs }) =>
                      html`<li><bdi>at ${offset(startMs)}</bdi><bdi>${duration(endMs - startMs)}</bdi></li>`,
                  )}
                ${silences.length > MOST ? html`<li class="quiet">and ${silences.length - MOST} more</li>` : nothing}
              </ul>
            </section>`
          : nothing
      }
    `;
  }

  #talk(speakers: CallDetailsFragment['figures']['speakers']) {
    return html`<section>
      <h4>Who speaks</h4>
      <div class="share" aria-hidden="true">
        ${speakers.map(
          ({ speaker, talkShare }) =>
            html`<span
              class=${speaker === 'CUSTOMER' ? 'theirs' : 'ours'}
              .style=${`flex: ${talkShare ?? 0}`}
            ></span>`,
        )}
      </div>
      ${speakers.map(
        ({ speaker, talkShare, talkMs, interruptions }) =>
          html`<p class="words">
            <span
              >${SPOKEN_BY[speaker]}${interruptions > 0 ? `, ${counted(interruptions, 'interruption')}` : ''}</span
            >
            <bdi>${offset(talkMs)}${talkShare === null ? '' : ` · ${percent(talkShare)}`}</bdi>
          </p>`,
      )}
    </section>`;
  }

  #categories(categories: CallDetailsFragment['categories']) {
    return html`<section>
      <h4>Categories</h4>
      <ul>
        ${categories.map(
          ({ name, points, isReported }) =>
            html`<li>
              <bdi class="category">${name}</bdi>
              <bdi>${placesOf(points)}${isReported ? ' (reported)' : ''}</bdi>
            </li>`,
        )}
      </ul>
    </section>`;
  }
}

function placesOf(points: CallDetailsFragment['categories'][number]['points']): string {
  const named = points.slice(0, MOST).map(({ startMs }) => offset(startMs));
  return named.join(', ') + (points.length > MOST ? ` and ${points.length - MOST} more` : '');
}

function fact(name: string, value: string | null) {
  return value === null
    ? nothing
    : html`<dt>${name}</dt>
        <dd><bdi>${value}</bdi></dd>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'call-details': CallDetails;
  }
}
