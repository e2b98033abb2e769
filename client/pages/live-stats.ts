import { html, nothing } from 'lit';
import {
  ConversationsOverTimeDocument,
  type ConversationsOverTimeQuery,
  type HandoffFiguresFragment,
  StatsOfProjectDocument,
} from '../../generated/client/graphql.ts';
import type { Connection, Sink } from '../connection.ts';
import type { Figure } from '../elements/figure-tiles.ts';
import { percent } from '../elements/figures.ts';
import { age, wait } from '../elements/moments.ts';
import { paint } from '../elements/palette.ts';
import type { Drawn } from '../elements/time-drawing.ts';
import { bucketTick, bucketWords, numbers } from './drawn-series.ts';
import { FiguresPage, type Sample } from './figures-page.ts';
import { RANGES, type Stretch } from './time-range.ts';

/** How conversations of the whole project fare between bot and people, as it happens. */
export class LiveStats extends FiguresPage<HandoffFiguresFragment, ConversationsOverTimeQuery> {
  protected override follow(
    connection: Connection,
    _subject: null,
    from: string,
    sink: Sink<HandoffFiguresFragment>,
  ): () => void {
    return connection.subscribe(
      StatsOfProjectDocument,
      { from },
      { next: ({ stats }) => sink.next(stats), cut: (error) => sink.cut(error) },
    );
  }

  protected override askSeries(
    connection: Connection,
    stretch: Stretch,
  ): Promise<ConversationsOverTimeQuery> {
    return connection.request(ConversationsOverTimeDocument, { ...stretch });
  }

  protected override ticked(now: number): void {
    super.ticked(now);
    // Who waits, waits longer.
    if (this.data?.longestWaitSince) this.requestUpdate();
  }

  protected override label(): string {
    return 'Bot and people';
  }

  protected override heading() {
    return 'Bot and people';
  }

  protected override sample({
    conversations,
    messages,
    waitingNow,
    heldNow,
  }: HandoffFiguresFragment): Sample | null {
    const hasBefore = this.series?.conversations.groups.some(({ values }) =>
      values.some((value) => Number(value) > 0),
    );
    if (conversations + messages + waitingNow + heldNow > 0 || hasBefore || this.series === null) return null;
    return {
      missing: 'No conversations yet',
      path: '/webhook/user-message',
      body: { id: 'conv_123', message: 'Is anybody there?' },
    };
  }

  protected override figures(stats: HandoffFiguresFragment) {
    return html`
      <section class="wide"><figure-tiles .figures=${tiles(stats, Date.now())}></figure-tiles></section>
      <section class="wide">
        <div class="title">
          <h4>Conversations over time</h4>
          ${this.rangeChoice()}
        </div>
        ${this.chartTrouble()}
        ${
          this.series
            ? html`<time-chart
                .caption=${`Conversations of the last ${RANGES[this.range]}, and how often a person was wanted`}
                .data=${this.#overTime(this.series)}
              ></time-chart>`
            : nothing
        }
      </section>
    `;
  }

  #overTime({ conversations, requests }: ConversationsOverTimeQuery): Drawn {
    return {
      kind: 'lines',
      moments: conversations.buckets.map((at) => Date.parse(at)),
      groups: [
        { label: 'began', colour: paint('LLM'), values: numbers(conversations.groups[0]?.values ?? []) },
        {
          label: 'wanted a person',
          colour: paint('VERMILION'),
          values: numbers(requests.groups[0]?.values ?? []),
        },
      ],
      figure: (value) => (Number.isInteger(value) ? value.toLocaleString('en') : ''),
      moment: (at) => bucketWords(at, this.range),
      tick: (at) => bucketTick(at, this.range),
    };
  }
}

function tiles(stats: HandoffFiguresFragment, now: number): Figure[] {
  const { conversations, messages, requests, handoffShare, closed, resolutionShare } = stats;
  const { waiting, firstReply, waitingNow, heldNow, longestWaitSince } = stats;
  const slowest = (of: typeof waiting): Pick<Figure, 'hint'> =>
    of.p95Ms === null ? {} : { hint: `95 % within ${wait(of.p95Ms)}` };
  return [
    {
      label: 'waiting now',
      value: waitingNow.toLocaleString('en'),
      ...(longestWaitSince && { hint: `the longest for ${age(longestWaitSince, now)}` }),
      ...(waitingNow > 0 && { tone: 'warn' as const }),
    },
    { label: 'with a person now', value: heldNow.toLocaleString('en') },
    {
      label: 'conversations began',
      value: conversations.toLocaleString('en'),
      hint: `${messages.toLocaleString('en')} ${messages === 1 ? 'message' : 'messages'}`,
    },
    {
      label: 'wanted a person',
      value: requests.toLocaleString('en'),
      ...(handoffShare !== null && { hint: `${percent(handoffShare)} of those that began` }),
    },
    {
      label: 'closed without a person',
      value: resolutionShare === null ? '–' : percent(resolutionShare),
      hint: `of ${closed.toLocaleString('en')} closed`,
    },
    { label: 'median wait', value: waiting.p50Ms === null ? '–' : wait(waiting.p50Ms), ...slowest(waiting) },
    {
      label: 'median first reply',
      value: firstReply.p50Ms === null ? '–' : wait(firstReply.p50Ms),
      ...slowest(firstReply),
    },
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'live-stats': LiveStats;
  }
}
