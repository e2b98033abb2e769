import { html, LitElement, nothing, type PropertyValues } from 'lit';
import type uPlot from 'uplot';
import { loadPart } from '../parts.ts';
import { button, visuallyHidden } from '../tokens.ts';
import { palette } from './palette.ts';
import { DASHES, drawing, type Drawn, type Look } from './time-drawing.ts';
import { styles } from './time-chart.styles.ts';

interface Library {
  readonly UPlot: typeof uPlot;
}

const NOTHING: Drawn = { kind: 'lines', moments: [], groups: [], figure: String, moment: String };

/**
 * Figures over time, as lines or as bars upon each other. The library that draws them is loaded with the first chart;
 * the same figures are in a table, which a screen reader has always and everybody on demand.
 */
export class TimeChart extends LitElement {
  static override styles = [visuallyHidden, button, palette, styles];
  static override properties = {
    caption: {},
    data: { attribute: false },
    library: { state: true },
    failed: { state: true },
    asTable: { state: true },
    pointed: { state: true },
  };

  /** What is drawn, in a sentence. */
  declare caption: string;
  declare data: Drawn;
  declare private library: Library | null;
  declare private failed: boolean;
  declare private asTable: boolean;
  /** The place in time that the pointer is at. */
  declare private pointed: number | null;

  #chart: uPlot | null = null;
  #observer = new ResizeObserver(() => this.#resize());

  constructor() {
    super();
    this.caption = '';
    this.data = NOTHING;
    this.library = null;
    this.failed = false;
    this.asTable = false;
    this.pointed = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
    if (!this.library) void this.#load();
    else this.requestUpdate('data');
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
    this.#clear();
  }

  async #load(): Promise<void> {
    this.failed = false;
    try {
      this.library = await loadPart<Library>('chart');
    } catch {
      this.failed = true;
    }
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('data') || changed.has('library') || changed.has('asTable')) this.#draw();
  }

  #draw(): void {
    const place = this.renderRoot.querySelector<HTMLElement>('.chart');
    if (!this.library || !place || this.asTable || !this.isConnected) return this.#clear();
    const width = place.clientWidth;
    if (width === 0) return;
    const { options, values } = drawing(this.data, this.#look(), this.library.UPlot, (at) => {
      this.pointed = at;
    });
    // A chart keeps its place under the pointer while new figures come in.
    const at = this.#chart?.cursor;
    this.#clear();
    this.#chart = new this.library.UPlot({ ...options, width, height: place.clientHeight }, values, place);
    if (at && (at.left ?? -1) >= 0) this.#chart.setCursor({ left: at.left ?? -1, top: at.top ?? -1 });
  }

  #clear(): void {
    this.#chart?.destroy();
    this.#chart = null;
  }

  #resize(): void {
    const place = this.renderRoot.querySelector<HTMLElement>('.chart');
    if (!place || place.clientWidth === 0) return;
    if (this.#chart?.width === place.clientWidth) return;
    if (this.#chart) this.#chart.setSize({ width: place.clientWidth, height: place.clientHeight });
    else this.#draw();
  }

  /** A canvas knows no custom properties: their present values, as the theme has them. */
  #look(): Look {
    const probe = this.renderRoot.querySelector<HTMLElement>('.probe');
    const resolved = (colour: string): string => {
      const spot = document.createElement('span');
      spot.style.color = colour;
      probe?.append(spot);
      const { color } = getComputedStyle(spot);
      spot.remove();
      return color;
    };
    const { fontFamily, fontSize } = getComputedStyle(this);
    return { colour: resolved, font: fontFamily, size: parseFloat(fontSize) * 0.822 };
  }

  override render() {
    const { groups, kind } = this.data;
    return html`
      <div class="head">
        <ul class=${kind} aria-hidden="true">
          ${this.#moment()}${groups.map(
            ({ label, colour, values }, index) =>
              html`<li>
                <span
                  class="swatch"
                  .style=${kind === 'lines' ? `border-block-start: 2px ${DASHES[index % DASHES.length]?.name} ${colour}` : `background: ${colour}`}
                ></span>
                <span><bdi>${label}</bdi>${this.#pointedAt(values)}</span>
              </li>`,
          )}
        </ul>
        <button class="plain" aria-expanded=${this.asTable} @click=${() => (this.asTable = !this.asTable)}>
          ${this.asTable ? 'Show as chart' : 'Show as table'}
        </button>
      </div>
      <span class="probe" aria-hidden="true" @transitionend=${() => this.#draw()}></span>
      <div class="chart" ?hidden=${this.asTable}>
        ${this.failed ? this.#failure() : this.library ? nothing : html`<p class="waiting">Loading the chart</p>`}
      </div>
      <div
        class=${this.asTable ? 'table' : 'visually-hidden'}
        role=${this.asTable ? 'region' : nothing}
        aria-label=${this.asTable ? this.caption : nothing}
        tabindex=${this.asTable ? 0 : nothing}
      >
        ${this.#table()}
      </div>
    `;
  }

  #moment() {
    const at = this.pointed === null ? undefined : this.data.moments[this.pointed];
    return at === undefined ? nothing : html`<li class="moment">${this.data.moment(at)}</li>`;
  }

  #pointedAt(values: readonly (number | null)[]) {
    if (this.pointed === null || this.pointed >= values.length) return nothing;
    const value = values[this.pointed] ?? null;
    return html` <b><bdi>${value === null ? '–' : this.data.figure(value)}</bdi></b>`;
  }

  #failure() {
    return html`<p class="trouble" role="alert">
      The chart could not be loaded.
      <button class="plain" @click=${() => this.#load()}>Try again</button>
    </p>`;
  }

  #table() {
    const { moments, groups, figure, moment } = this.data;
    return html`<table>
      <caption>
        ${this.caption}
      </caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          ${groups.map(({ label }) => html`<th scope="col"><bdi>${label}</bdi></th>`)}
        </tr>
      </thead>
      <tbody>
        ${moments.map(
          (at, index) =>
            html`<tr>
              <th scope="row">${moment(at)}</th>
              ${groups.map(({ values }) => html`<td><bdi>${values[index] == null ? '–' : figure(values[index])}</bdi></td>`)}
            </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'time-chart': TimeChart;
  }
}
