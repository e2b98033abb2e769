import { html, nothing, type PropertyDeclarations } from 'lit';
import {
  type CostFiguresFragment,
  CostsOfProjectDocument,
  CostsOfSessionDocument,
  type CostsOfSessionSubscription,
  CostsOverTimeDocument,
  type FiguresOverTimeFragment,
} from '../../generated/client/graphql.ts';
import type { Connection, Sink } from '../connection.ts';
import type { Figure } from '../elements/figure-tiles.ts';
import { fullMoment } from '../elements/moments.ts';
import { money } from '../elements/money.ts';
import { coloursOf, paint } from '../elements/palette.ts';
import type { Drawn } from '../elements/time-drawing.ts';
import { bucketTick, bucketWords, grouped, inTime, timeTick } from './drawn-series.ts';
import type { Sample } from './figures-page.ts';
import { SessionPage } from './session-page.ts';
import { RANGES, type Stretch } from './time-range.ts';

type Session = NonNullable<CostsOfSessionSubscription['session']>;
type Entry = Session['costEntries']['nodes'][number];
type Dimension = 'SERVICE' | 'PROVIDER' | 'MODEL';

interface Spent {
  /** Null while the session is not known to anybody. */
  readonly costs: CostFiguresFragment | null;
  /** The newest last; of a session only. */
  readonly entries: readonly Entry[];
}

const DIMENSIONS: Readonly<Record<Dimension, string>> = {
  SERVICE: 'Service',
  PROVIDER: 'Provider',
  MODEL: 'Model',
};
const SHARES = { SERVICE: 'byService', PROVIDER: 'byProvider', MODEL: 'byModel' } as const;

/**
 * What a session costs, or the whole project, as it is spent.
 *
 * @attr session - Your id of the session. Without it, the costs of the whole project.
 */
export class LiveCosts extends SessionPage<Spent, FiguresOverTimeFragment> {
  static override properties: PropertyDeclarations = {
    by: { state: true },
    drawn: { state: true },
  };

  declare private by: Dimension;
  declare private drawn: Drawn | null;

  constructor() {
    super();
    this.by = 'SERVICE';
    this.drawn = null;
  }

  protected override followSession(connection: Connection, id: string, sink: Sink<Spent>): () => void {
    return connection.subscribe(
      CostsOfSessionDocument,
      { id },
      {
        next: ({ session }) =>
          sink.next({ costs: session?.costs ?? null, entries: session?.costEntries.nodes ?? [] }),
        cut: (error) => sink.cut(error),
      },
    );
  }

  protected override followProject(connection: Connection, from: string, sink: Sink<Spent>): () => void {
    return connection.subscribe(
      CostsOfProjectDocument,
      { from },
      {
        next: ({ totals }) => sink.next({ costs: totals.costs, entries: [] }),
        cut: (error) => sink.cut(error),
      },
    );
  }

  protected override async askSeries(connection: Connection, stretch: Stretch) {
    const { series } = await connection.request(CostsOverTimeDocument, { ...stretch, by: this.by });
    return series;
  }

  protected override grouping(): string {
    return this.by;
  }

  protected override forget(): void {
    super.forget();
    this.drawn = null;
  }

  protected override willUpdate(changed?: Map<PropertyKey, unknown>): void {
    super.willUpdate();
    if (!changed?.has(this.session ? 'data' : 'series')) return;
    if (this.session) this.drawn = this.data?.costs ? cumulated(this.data.costs, this.data.entries) : null;
    else this.drawn = this.series && this.#overTime(this.series);
  }

  #overTime(series: FiguresOverTimeFragment): Drawn {
    const colours = this.#colours();
    return {
      ...grouped(series, (key) => colours.get(key) ?? paint('TRANSPORT')),
      kind: 'bars',
      figure: money,
      moment: (at) => bucketWords(at, this.range),
      tick: (at) => bucketTick(at, this.range),
    };
  }

  /** The same colour for a name in the chart and in the table beside it. */
  #colours(): ReadonlyMap<string, string> {
    const charted = this.series?.groups.map(({ key }) => key).filter((key) => key !== null) ?? [];
    const listed = this.data?.costs?.[SHARES[this.by]].map(({ name }) => name) ?? [];
    return coloursOf([...charted, ...listed]);
  }

  protected override label(): string {
    return this.session ? `What ${this.session} costs` : 'What this project costs';
  }

  protected override heading() {
    return this.session && !this.isInside ? html`Costs of <bdi>${this.session}</bdi>` : 'Costs';
  }

  protected override sample({ costs }: Spent): Sample | null {
    const isNew = !costs?.entries && !costs?.unpricedEntries;
    const hasBefore = this.series?.groups.some(({ values }) => values.some((value) => Number(value) > 0));
    // A project without costs today may well have some of the days before.
    if (!isNew || (!this.session && (hasBefore || this.series === null))) return null;
    return {
      missing: this.session ? 'No costs of this session yet' : 'No costs yet',
      path: this.path('costs'),
      body: {
        service: 'llm',
        provider: 'openai',
        model: 'gpt-4o-mini',
        units: 1250,
        unit_type: 'tokens',
        cost_usd: 0.0021,
      },
    };
  }

  protected override figures({ costs }: Spent) {
    if (!costs) return nothing;
    return html`
      <section class="wide">
        <figure-tiles .figures=${tiles(costs, this.session !== null)}></figure-tiles>
      </section>
      <price-notes class="wide" .costs=${costs}></price-notes>
      <section>
        <div class="title">
          <h4>Where the money went</h4>
          <choice-bar
            label="Costs by"
            .choices=${DIMENSIONS}
            .chosen=${this.by}
            @choice-change=${(event: CustomEvent<Dimension>) => (this.by = event.detail)}
          ></choice-bar>
        </div>
        ${
          costs[SHARES[this.by]].length
            ? html`<cost-breakdown
                .shares=${costs[SHARES[this.by]]}
                .by=${DIMENSIONS[this.by]}
                .colours=${this.#colours()}
              ></cost-breakdown>`
            : html`<p class="quiet">Nothing was spent yet${this.session ? '' : ' today'}.</p>`
        }
      </section>
      <section>
        <div class="title">
          <h4>${this.session ? 'How it grew' : 'Over time'}</h4>
          ${this.session ? nothing : this.rangeChoice()}
        </div>
        ${this.session ? nothing : this.chartTrouble()}
        ${
          this.drawn
            ? html`<time-chart
                .caption=${this.session ? 'Cost of the session as it grew' : `Cost of the last ${RANGES[this.range]} by ${DIMENSIONS[this.by].toLowerCase()}`}
                .data=${this.drawn}
              ></time-chart>`
            : nothing
        }
      </section>
    `;
  }
}

function tiles(costs: CostFiguresFragment, isSession: boolean): Figure[] {
  const { totalUsd, entries: priced, unpricedEntries, cacheSavingsUsd } = costs;
  const operations = priced + unpricedEntries;
  const isUnknown = priced === 0 && operations > 0;
  return [
    {
      label: isSession ? 'cost so far' : 'cost today',
      value: isUnknown ? 'Unknown' : money(totalUsd),
      ...(isUnknown ? {} : { exact: `$${totalUsd}` }),
      ...(unpricedEntries > 0 && {
        hint: isUnknown ? 'no operation has a known price' : 'at least: prices are missing',
        tone: 'warn' as const,
      }),
    },
    {
      label: operations === 1 ? 'operation' : 'operations',
      value: operations.toLocaleString('en'),
      ...(unpricedEntries > 0 && {
        hint: `${unpricedEntries.toLocaleString('en')} without a price`,
        tone: 'warn' as const,
      }),
    },
    {
      label: 'mean of an operation',
      value: priced > 0 ? money(Number(totalUsd) / priced) : '–',
      ...(unpricedEntries > 0 && { hint: 'of those with a price' }),
    },
    {
      label: 'saved by caches',
      value: money(cacheSavingsUsd),
      hint: 'an estimate',
      exact: `$${cacheSavingsUsd}`,
    },
  ];
}

/** How the cost grew to what it is: the entries that are known here, from what was spent before them. */
function cumulated({ totalUsd }: CostFiguresFragment, entries: readonly Entry[]): Drawn | null {
  const priced = inTime(entries.filter(({ usd }) => usd !== null));
  if (priced.length < 2) return null;
  let sum = Number(totalUsd) - priced.reduce((total, { usd }) => total + Number(usd), 0);
  const values = priced.map(({ usd }) => (sum += Number(usd)));
  return {
    kind: 'steps',
    moments: priced.map(({ at }) => Date.parse(at)),
    groups: [{ label: 'total so far', colour: paint('LLM'), values }],
    figure: money,
    moment: (at) => fullMoment(new Date(at).toISOString()),
    tick: timeTick,
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'live-costs': LiveCosts;
  }
}
