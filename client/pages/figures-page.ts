import { html, nothing, type PropertyDeclarations } from 'lit';
import type { Connection, Sink } from '../connection.ts';
import { PaceController } from '../controllers/pace.ts';
import { QueryController } from '../controllers/query.ts';
import { StateController } from '../controllers/state.ts';
import { button } from '../tokens.ts';
import { styles } from './figures-page.styles.ts';
import { LivePage, note } from './live-page.ts';
import { midnight, type Range, RANGES, type Stretch, stretchOf } from './time-range.ts';

/** What to send when nothing is there yet. */
export interface Sample {
  readonly missing: string;
  readonly path: string;
  readonly body: object;
}

/**
 * Figures of the whole project, or of one thing in it: today's as they change, and those of a longer time in charts, which
 * are asked for again at a pace that a busy project can bear.
 */
export abstract class FiguresPage<Data, Series> extends LivePage {
  static override styles = [...LivePage.styles, button, styles];
  static override properties: PropertyDeclarations = {
    range: { state: true },
    data: { state: true },
    series: { state: true },
  };

  declare protected range: Range;
  /** Undefined before the first data. */
  declare protected data: Data | undefined;
  declare protected series: Series | null;

  protected override readonly followed: StateController<[Connection, string | null, string], Data>;
  #day = '';
  readonly #pace = new PaceController(this);
  readonly #charts: QueryController<readonly [Connection, Range, string, number], Series>;

  constructor() {
    super();
    this.range = 'DAY';
    this.forget();
    this.followed = new StateController<[Connection, string | null, string], Data>(this, {
      args: () => {
        if (!this.connection) return null;
        const subject = this.subject();
        // One thing has no day: midnight is nothing that it would have to begin again for.
        return [this.connection, subject, subject === null ? midnight(Date.now()) : ''];
      },
      onStart: () => this.forget(),
      subscribe: (sink, connection, subject, from) => this.follow(connection, subject, from, sink),
      onData: (data) => {
        this.admitted();
        // The charts are asked for with the first data anyway.
        if (this.data !== undefined) this.#pace.changed();
        this.data = data;
      },
      denied: (error) => this.denied(error),
    });
    this.#charts = new QueryController(this, {
      args: (): readonly [Connection, Range, string, number] | null =>
        this.connection &&
        this.subject() === null &&
        this.data !== undefined &&
        this.followed.state.kind === 'live'
          ? [this.connection, this.range, this.grouping(), this.#pace.round]
          : null,
      run: (connection, range) => this.askSeries(connection, stretchOf(range, Date.now())),
      onData: (series) => (this.series = series),
    });
  }

  /** Your id of the one thing that it is about; null for the whole project. */
  protected subject(): string | null {
    return null;
  }
  /** Follows the figures of one thing, or those of the project since `from`. */
  protected abstract follow(
    connection: Connection,
    subject: string | null,
    from: string,
    sink: Sink<Data>,
  ): () => void;
  protected abstract askSeries(connection: Connection, stretch: Stretch): Promise<Series>;
  /** What the charts are by; another one is asked for at once. */
  protected grouping(): string {
    return '';
  }
  /** What to send first, where nothing was sent yet. */
  protected abstract sample(data: Data): Sample | null;
  protected abstract figures(data: Data): unknown;

  protected override forget(): void {
    this.data = undefined;
    this.series = null;
  }

  protected override extent() {
    return this.subject() === null ? html`<p>Whole project, today since midnight</p>` : nothing;
  }

  protected override ticked(now: number): void {
    // A new day begins with nothing, also where nothing happens.
    if (this.#day !== midnight(now)) this.requestUpdate();
    this.#day = midnight(now);
  }

  protected override content(isLive: boolean) {
    const { data } = this;
    if (data === undefined) return undefined;
    const sample = this.sample(data);
    if (sample) return this.#empty(sample);
    return html`<div class="known figures ${isLive ? '' : 'stale'}">${this.figures(data)}</div>`;
  }

  #empty({ missing, path, body }: Sample) {
    if (this.isInside) return html`<div class="known"><p class="quiet">${missing}.</p></div>`;
    return html`<div class="empty">
      ${note(`${missing}.`, 'Earshot is listening. Run this in a terminal, and the figures appear here at once.')}
      <sample-command
        .origin=${this.address.replace(/\/graphql$/, '')}
        .key=${this.token}
        .path=${path}
        .body=${body}
      ></sample-command>
    </div>`;
  }

  protected rangeChoice() {
    return html`<choice-bar
      label="Time"
      .choices=${RANGES}
      .chosen=${this.range}
      @choice-change=${(event: CustomEvent<Range>) => (this.range = event.detail)}
    ></choice-bar>`;
  }

  /** What is wrong with the charts, if anything is; those that were there stay. */
  protected chartTrouble() {
    const { status, error } = this.#charts;
    if (status === 'error') {
      return html`<p class="trouble" role="alert">
        The charts could not be loaded. ${error?.message}
        <button class="plain" @click=${() => this.#charts.run()}>Try again</button>
      </p>`;
    }
    return this.series === null ? html`<p class="quiet waiting">Loading the charts</p>` : nothing;
  }
}
