import { html } from 'lit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { page } from 'vitest/browser';
import {
  LatencyOverTimeDocument,
  MetricsOfProjectDocument,
  MetricsOfSessionDocument,
} from '../../../generated/client/graphql.ts';
import { timeOfDay } from '../../../client/elements/moments.ts';
import { expectAccessible } from '../support/axe.ts';
import { aRating } from '../support/factories.ts';
import { mount, textOf } from '../support/mount.ts';
import { find, findAll, idle } from '../support/shadows.ts';
import { aLatency, aSeries, aTurn, FakeSpending, noMetrics, someMetrics } from '../support/spending.ts';

interface Facts {
  session?: string | null;
  theme?: string;
  width?: number;
}

async function open(server: FakeSpending, facts: Facts = {}) {
  const { session = 'session-123', theme = 'light', width = 420 } = facts;
  const metrics = await mount(
    'live-metrics',
    html`<live-metrics .session=${session} .connect=${server.connect} theme=${theme}></live-metrics>`,
  );
  metrics.style.width = `${width}px`;
  await idle(metrics);
  return metrics;
}

const tiles = (metrics: Element) => findAll(metrics, 'dl > div').map(textOf);
const cellsOf = (element: Element | null) =>
  findAll(element, 'tbody tr').map((row) => [...row.children].map(textOf).join(' | '));

describe('<live-metrics session>', () => {
  it('shows how the turns of a session go, and that it is live', async () => {
    const server = new FakeSpending();
    const metrics = await open(server);
    expect(server.followers.map(({ document, variables }) => [document, variables])).toEqual([
      [MetricsOfSessionDocument, { id: 'session-123' }],
    ]);
    expect(textOf(find(metrics, 'h3'))).toBe('Turns of session-123');
    expect(textOf(find(metrics, 'connection-state'))).toBe('Live');
    expect(tiles(metrics)).toEqual([
      'turns 4',
      'succeeded 75 % 1 failed',
      'p50 of the total 1.2 s',
      'p95 2.4 s',
      'p99 3.6 s',
      'cache hits 25 % 1 of 4 look-ups',
      'guardrail violations 2 1 blocked',
    ]);
    expect(cellsOf(find(metrics, 'latency-table'))).toEqual([
      'Speech to text | 300 ms | 300 ms | 600 ms | 900 ms',
      'Model | 700 ms | 700 ms | 1.4 s | 2.1 s',
      'Text to speech | 200 ms | 200 ms | 400 ms | 600 ms',
      'Total | 1.2 s | 1.2 s | 2.4 s | 3.6 s',
    ]);
    expect(server.asked).toEqual([]);
  });

  it('draws the last turns, the newest first, and each against its time', async () => {
    const metrics = await open(new FakeSpending());
    expect(findAll(find(metrics, 'stage-bars'), '.row')).toHaveLength(2);
    expect(cellsOf(find(metrics, 'time-chart')).map((row) => row.slice(-5))).toEqual(['1.2 s', '1.2 s']);
  });

  it('has turns in the order of their time, in whichever they were sent', async () => {
    const server = new FakeSpending();
    server.turns = [aTurn(3, { totalMs: 3_000 }), aTurn(1, { totalMs: 1_000 }), aTurn(2, { totalMs: 2_000 })];
    const metrics = await open(server);
    expect(findAll(find(metrics, 'stage-bars'), '.how').map(textOf)).toEqual(['3.0 s', '2.0 s', '1.0 s']);
    expect(cellsOf(find(metrics, 'time-chart')).map((row) => row.slice(-5))).toEqual([
      '1.0 s',
      '2.0 s',
      '3.0 s',
    ]);
  });

  it('follows a turn that has just ended', async () => {
    const server = new FakeSpending();
    const metrics = await open(server);
    server.become({
      metrics: someMetrics({ turns: 5, succeeded: 4 }),
      turns: [...server.turns, aTurn(3, { outcome: 'INTERRUPTED', totalMs: 700 })],
    });
    await idle(metrics);
    expect(tiles(metrics).slice(0, 2)).toEqual(['turns 5', 'succeeded 80 % 1 failed']);
    expect(textOf(findAll(find(metrics, 'stage-bars'), '.row')[0])).toContain('interrupted');
  });

  it('says that no times were sent, and that no cache was asked, instead of nought', async () => {
    const server = new FakeSpending();
    server.metrics = someMetrics({
      total: aLatency(null),
      llmCacheHits: 0,
      llmCacheMisses: 0,
      ttsCacheMisses: 0,
    });
    server.turns = [aTurn(1, { totalMs: null, stages: [] })];
    const metrics = await open(server);
    expect(tiles(metrics)[2]).toBe('p50 of the total – no times were sent');
    expect(tiles(metrics)[5]).toBe('cache hits – no cache was asked');
    expect(textOf(find(find(metrics, 'stage-bars'), '.how'))).toBe('–');
  });

  it('helps to send the first turn', async () => {
    const server = new FakeSpending();
    server.metrics = noMetrics;
    const metrics = await open(server);
    expect(textOf(metrics)).toContain('No turns of this session yet.');
    expect(textOf(find(metrics, 'code'))).toContain('/api/v1/sessions/session-123/turns');
    server.become({ metrics: someMetrics() });
    await idle(metrics);
    expect(tiles(metrics)[0]).toBe('turns 4');
  });
});

describe('<live-metrics> of a project', () => {
  it('shows how today goes, and latencies and outcomes of the last 24 hours', async () => {
    const server = new FakeSpending();
    server.series = aSeries(['SUCCEEDED', 'FAILED'], ['3', '0', '1']);
    const metrics = await open(server, { session: null });
    expect(server.followers[0]?.document).toBe(MetricsOfProjectDocument);
    expect(server.asked.map(({ document, variables }) => [document, variables['bucket']])).toEqual([
      [LatencyOverTimeDocument, 'HOUR'],
    ]);
    const [latencies, outcomes] = findAll(metrics, 'time-chart');
    expect(cellsOf(latencies ?? null)[0]).toContain('| 900 ms | 900 ms | 900 ms');
    expect(findAll(outcomes, 'th').map(textOf)).toEqual(expect.arrayContaining(['succeeded', 'failed']));
  });
});

describe('<live-metrics> with ratings', () => {
  const feedback = { ratings: 3, score: 1 / 3, thumbsUp: 1, thumbsDown: 2, meanStars: null };
  const ratings = [
    aRating({ turnId: 'turn-2', rating: -1, isTooSlow: true, text: 'Half a minute' }),
    aRating({ message: { id: 'TWVzc2FnZTox' } }),
  ];

  it('adds them up, and lists the last ones of a session with the turn that they are for', async () => {
    const server = new FakeSpending();
    const metrics = await open(server);
    expect(findAll(metrics, 'rating-mark')).toEqual([]);
    server.become({ feedback, ratings });
    await idle(metrics);
    expect(tiles(metrics).at(-1)).toBe('ratings 3 1 up, 2 down');
    expect(find(metrics, 'dl > .bad:last-child')).not.toBeNull();
    expect(findAll(metrics, 'rating-mark').map((mark) => find(mark, '.rating')?.ariaLabel)).toEqual([
      'Rated: thumbs up',
      'Rated: thumbs down',
    ]);
    expect(textOf(metrics)).toContain('Too slow Half a minute');
    expect(findAll(metrics, 'li .quiet').map(textOf)).toEqual([
      `for the turn of ${timeOfDay(server.turns[1]!.at)}`,
    ]);
    await expectAccessible(metrics);
  });

  it('shows nothing of turns where there are ratings alone', async () => {
    const server = new FakeSpending();
    Object.assign(server, { metrics: noMetrics, turns: [], feedback, ratings });
    expect(tiles(await open(server))).toEqual(['ratings 3 1 up, 2 down']);
  });

  it('adds up those of the whole project', async () => {
    const server = new FakeSpending();
    server.feedback = { ratings: 1, score: 0.75, thumbsUp: 0, thumbsDown: 0, meanStars: 4 };
    expect(tiles(await open(server, { session: null })).at(-1)).toBe('rating 1 4.0 of 5 stars');
  });
});

describe('<live-metrics> for everybody', () => {
  const everything = () => {
    const server = new FakeSpending();
    server.turns = [
      aTurn(1, { outcome: 'FAILED', error: 'Model timed out', stages: aTurn(1).stages.slice(0, 1) }),
      aTurn(2, { outcome: 'INTERRUPTED' }),
      aTurn(3, { totalMs: 72_000 }),
    ];
    const part = aLatency(166);
    server.metrics = someMetrics({ asr: part, llm: part, translation: part, tts: part, total: part });
    server.ratings = [aRating({ turnId: 'turn-1', category: 'x'.repeat(60), text: 'word '.repeat(60) })];
    return server;
  };

  it.each(['light', 'dark'])('has no barrier for anybody in %s', async (theme) => {
    for (const session of ['session-123', null]) {
      await expectAccessible(await open(everything(), { theme, session, width: session ? 420 : 1_100 }));
    }
  });

  it.each(['ltr', 'rtl'] as const)(
    'fits a page of 320 px, with text twice as large too, %s',
    async (direction) => {
      await page.viewport(320, 700);
      onTestFinished(() => page.viewport(1_200, 800));
      const metrics = await open(everything(), {});
      metrics.dir = direction;
      for (const [width, size] of [
        [290, '14px'],
        [320, '28px'],
      ] as const) {
        metrics.style.width = `${width}px`;
        metrics.style.setProperty('--earshot-font-size', size);
        await idle(metrics);
        for (const selector of [
          '.frame',
          '.scroll',
          'header',
          'dl',
          'ul',
          'stage-bars',
          'latency-table',
          '.head',
        ]) {
          for (const element of findAll(metrics, selector))
            expect(element.scrollWidth, selector).toBeLessThanOrEqual(element.clientWidth + 1);
        }
      }
    },
  );
});
