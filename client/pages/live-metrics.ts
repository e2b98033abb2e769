import { html, nothing, type PropertyDeclarations } from 'lit';
import {
  type GivenRatingFragment,
  type LatencyOverTimeQuery,
  LatencyOverTimeDocument,
  MetricsOfProjectDocument,
  MetricsOfSessionDocument,
  type RatingFiguresFragment,
  type TurnFiguresFragment,
} from '../../generated/client/graphql.ts';
import type { Connection, Sink } from '../connection.ts';
import type { Figure } from '../elements/figure-tiles.ts';
import { counted, duration, percent } from '../elements/figures.ts';
import type { LatencyPart } from '../elements/latency-table.ts';
import { fullMoment, timeOfDay } from '../elements/moments.ts';
import { paint } from '../elements/palette.ts';
import type { TimedTurn } from '../elements/stages.ts';
import type { Drawn } from '../elements/time-drawing.ts';
import { bucketTick, bucketWords, grouped, inTime, numbers, timeTick } from './drawn-series.ts';
import type { Sample } from './figures-page.ts';
import { SessionPage } from './session-page.ts';
import { RANGES, type Stretch } from './time-range.ts';

interface Run {
  /** Null while the session is not known to anybody. */
  readonly metrics: TurnFiguresFragment | null;
  /** The newest last; of a session only. */
  readonly turns: readonly TimedTurn[];
  readonly feedback: RatingFiguresFragment | null;
  /** The newest last; of a session only. */
  readonly ratings: readonly GivenRatingFragment[];
}

/** By what the server calls them. */
const OUTCOMES: Readonly<Record<string, readonly [label: string, colour: string]>> = {
  SUCCEEDED: ['succeeded', paint('LLM')],
  FAILED: ['failed', paint('VERMILION')],
  INTERRUPTED: ['interrupted', paint('TTS_FIRST_BYTE')],
};

/**
 * How well the turns of a session go, or those of the whole project, as they happen.
 *
 * @attr session - Your id of the session. Without it, the figures of the whole project.
 */
export class LiveMetrics extends SessionPage<Run, LatencyOverTimeQuery> {
  static override properties: PropertyDeclarations = {
    latencies: { state: true },
    outcomes: { state: true },
  };

  declare private latencies: Drawn | null;
  declare private outcomes: Drawn | null;

  protected override followSession(connection: Connection, id: string, sink: Sink<Run>): () => void {
    return connection.subscribe(
      MetricsOfSessionDocument,
      { id },
      {
        next: ({ session }) =>
          sink.next({
            metrics: session?.metrics ?? null,
            turns: inTime(session?.turns.nodes ?? []),
            feedback: session?.feedbackSummary ?? null,
            ratings: session?.feedback.nodes ?? [],
          }),
        cut: (error) => sink.cut(error),
      },
    );
  }

  protected override followProject(connection: Connection, from: string, sink: Sink<Run>): () => void {
    return connection.subscribe(
      MetricsOfProjectDocument,
      { from },
      {
        next: ({ totals: { metrics, feedback } }) => sink.next({ metrics, turns: [], feedback, ratings: [] }),
        cut: (error) => sink.cut(error),
      },
    );
  }

  protected override askSeries(connection: Connection, stretch: Stretch): Promise<LatencyOverTimeQuery> {
    return connection.request(LatencyOverTimeDocument, { ...stretch });
  }

  protected override forget(): void {
    super.forget();
    this.latencies = null;
    this.outcomes = null;
  }

  protected override willUpdate(changed?: Map<PropertyKey, unknown>): void {
    super.willUpdate();
    if (changed?.has('data') && this.session) this.latencies = ofTurns(this.data?.turns ?? []);
    if (changed?.has('series') && !this.session) {
      this.latencies = this.series && this.#latencies(this.series);
      this.outcomes = this.series && this.#outcomes(this.series);
    }
  }

  #latencies({ p50, p95, p99 }: LatencyOverTimeQuery): Drawn {
    const lines = [
      ['p50', p50, paint('LLM')],
      ['p95', p95, paint('TTS_FIRST_BYTE')],
      ['p99', p99, paint('GUARDRAIL')],
    ] as const;
    return {
      kind: 'lines',
      moments: p50.buckets.map((at) => Date.parse(at)),
      groups: lines.map(([label, { groups }, colour]) => ({
        label,
        colour,
        values: numbers(groups[0]?.values ?? []),
      })),
      figure: duration,
      moment: (at) => bucketWords(at, this.range),
      tick: (at) => bucketTick(at, this.range),
    };
  }

  #outcomes({ turns }: LatencyOverTimeQuery): Drawn {
    const { moments, groups } = grouped(turns, (key) => OUTCOMES[key]?.[1] ?? 'var(--ink-3)');
    return {
      kind: 'bars',
      moments,
      groups: groups.map((group) => ({
        ...group,
        label: OUTCOMES[group.label]?.[0] ?? group.label,
      })),
      figure: (value) => (Number.isInteger(value) ? value.toLocaleString('en') : ''),
      moment: (at) => bucketWords(at, this.range),
      tick: (at) => bucketTick(at, this.range),
    };
  }

  protected override label(): string {
    return this.session ? `How ${this.session} runs` : 'How this project runs';
  }

  protected override heading() {
    return this.session && !this.isInside ? html`Turns of <bdi>${this.session}</bdi>` : 'Turns';
  }

  protected override sample({ metrics, feedback }: Run): Sample | null {
    const isNew = !metrics?.turns && !feedback?.ratings;
    const hasBefore = this.series?.turns.groups.some(({ values }) =>
      values.some((value) => Number(value) > 0),
    );
    // A project without turns today may well have some of the days before.
    if (!isNew || (!this.session && (hasBefore || this.series === null))) return null;
    return {
      missing: this.session ? 'No turns of this session yet' : 'No turns yet',
      path: this.path('turns'),
      body: { outcome: 'successful', asr_latency_ms: 523.4, llm_latency_ms: 1245.7, tts_latency_ms: 856.2 },
    };
  }

  protected override figures(run: Run) {
    const { metrics, feedback } = run;
    if (!metrics) return nothing;
    const hasTurns = !this.session || metrics.turns > 0;
    return html`
      <section class="wide">
        <figure-tiles
          .figures=${[...(hasTurns ? tiles(metrics) : []), ...ratingTiles(feedback)]}
        ></figure-tiles>
      </section>
      ${this.session ? this.#ofSession(run) : this.#ofProject(metrics)}
    `;
  }

  #ofSession(run: Run) {
    return html`
      ${
        run.turns.length
          ? html`<section>
              <div class="title"><h4>Where the time went</h4></div>
              <stage-bars .turns=${run.turns}></stage-bars>
            </section>`
          : nothing
      }
      <div class="stack">
        ${this.latencies ? this.#overTime() : nothing} ${run.metrics ? this.#byPart(run.metrics) : nothing}
        ${this.#ratings(run)}
      </div>
    `;
  }

  #ofProject(metrics: TurnFiguresFragment) {
    return html`
      ${this.#overTime()} ${this.#byPart(metrics)}
      ${
        this.outcomes
          ? html`<section>
              <div class="title"><h4>Turns over time</h4></div>
              <time-chart
                .caption=${`Turns of the last ${RANGES[this.range]} by outcome`}
                .data=${this.outcomes}
              ></time-chart>
            </section>`
          : nothing
      }
    `;
  }

  #byPart(metrics: TurnFiguresFragment) {
    if (metrics.total.turns === 0) return nothing;
    return html`<section>
      <div class="title"><h4>Latency by part</h4></div>
      <latency-table .parts=${partsOf(metrics)}></latency-table>
    </section>`;
  }

  /** What is not beside a message; alone on a page there are no messages. */
  #ratings({ ratings, turns }: Run) {
    const shown = ratings.filter(({ message }) => !this.isInside || !message).toReversed();
    if (shown.length === 0) return nothing;
    return html`<section>
      <div class="title"><h4>What people thought</h4></div>
      <ul>
        ${shown.map((rating) => {
          const turn = turns.find(({ turnId }) => turnId === rating.turnId);
          return html`<li>
            <rating-mark .feedback=${rating}></rating-mark>
            ${turn ? html`<span class="quiet">for the turn of ${timeOfDay(turn.at)}</span>` : nothing}
          </li>`;
        })}
      </ul>
    </section>`;
  }

  #overTime() {
    return html`<section class=${this.session ? '' : 'wide'}>
      <div class="title">
        <h4>${this.session ? 'Turn by turn' : 'Latency over time'}</h4>
        ${this.session ? nothing : this.rangeChoice()}
      </div>
      ${this.session ? nothing : this.chartTrouble()}
      ${
        this.latencies
          ? html`<time-chart
              .caption=${this.session ? 'How long the last turns took' : `Latency of turns in the last ${RANGES[this.range]}`}
              .data=${this.latencies}
            ></time-chart>`
          : nothing
      }
    </section>`;
  }
}

function ratingTiles(feedback: RatingFiguresFragment | null): Figure[] {
  if (!feedback?.ratings) return [];
  const { ratings, score, thumbsUp, thumbsDown, meanStars } = feedback;
  const said = [
    thumbsUp > 0 && `${thumbsUp} up`,
    thumbsDown > 0 && `${thumbsDown} down`,
    meanStars !== null && `${meanStars.toFixed(1)} of 5 stars`,
  ];
  return [
    {
      label: ratings === 1 ? 'rating' : 'ratings',
      value: ratings.toLocaleString('en'),
      hint: said.filter(Boolean).join(', '),
      ...(score !== null && score < 0.5 && { tone: 'bad' as const }),
    },
  ];
}

function tiles(metrics: TurnFiguresFragment): Figure[] {
  const { turns, succeeded, failed, interrupted, total, guardrailViolations, guardrailBlocks } = metrics;
  const { llmCacheHits, llmCacheMisses, ttsCacheHits, ttsCacheMisses } = metrics;
  const hits = llmCacheHits + ttsCacheHits;
  const asked = hits + llmCacheMisses + ttsCacheMisses;
  const latency = (label: string, ms: number | null): Figure => ({
    label,
    value: ms === null ? '–' : duration(ms),
    ...(ms === null && { hint: 'no times were sent' }),
  });
  const unwell = [failed > 0 && `${failed} failed`, interrupted > 0 && `${interrupted} interrupted`];
  return [
    { label: turns === 1 ? 'turn' : 'turns', value: turns.toLocaleString('en') },
    {
      label: 'succeeded',
      value: turns > 0 ? percent(succeeded / turns) : '–',
      ...(failed + interrupted > 0 && { hint: unwell.filter(Boolean).join(', ') }),
      ...(failed > 0 && { tone: 'bad' as const }),
    },
    latency('p50 of the total', total.p50Ms),
    latency('p95', total.p95Ms),
    latency('p99', total.p99Ms),
    {
      label: 'cache hits',
      value: asked > 0 ? percent(metrics.cacheHitRate) : '–',
      hint: asked > 0 ? `${hits} of ${counted(asked, 'look-up')}` : 'no cache was asked',
    },
    {
      label: guardrailViolations === 1 ? 'guardrail violation' : 'guardrail violations',
      value: guardrailViolations.toLocaleString('en'),
      hint: guardrailBlocks > 0 ? `${guardrailBlocks} blocked` : 'none blocked',
      ...(guardrailViolations > 0 && { tone: 'warn' as const }),
    },
  ];
}

function partsOf({ total, asr, llm, translation, tts }: TurnFiguresFragment): LatencyPart[] {
  return [
    { name: 'Speech to text', colour: 'ASR', latency: asr },
    { name: 'Model', colour: 'LLM', latency: llm },
    { name: 'Translation', colour: 'TRANSLATION', latency: translation },
    { name: 'Text to speech', colour: 'TTS', latency: tts },
    { name: 'Total', colour: null, latency: total },
  ];
}

function ofTurns(turns: readonly TimedTurn[]): Drawn | null {
  const timed = turns.filter(({ totalMs }) => totalMs !== null);
  if (timed.length < 2) return null;
  return {
    kind: 'lines',
    moments: timed.map(({ at }) => Date.parse(at)),
    groups: [{ label: 'total', colour: paint('LLM'), values: timed.map(({ totalMs }) => totalMs) }],
    figure: duration,
    moment: (at) => fullMoment(new Date(at).toISOString()),
    tick: timeTick,
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'live-metrics': LiveMetrics;
  }
}
