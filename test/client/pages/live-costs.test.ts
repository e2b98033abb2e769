import { html } from 'lit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { CostsOfProjectDocument, CostsOfSessionDocument } from '../../../generated/client/graphql.ts';
import { ConnectionError } from '../../../client/connection-error.ts';
import { expectAccessible } from '../support/axe.ts';
import { mount, textOf } from '../support/mount.ts';
import { find, findAll, idle } from '../support/shadows.ts';
import { aSeries, FakeSpending, noCosts, someCosts } from '../support/spending.ts';

interface Facts {
  session?: string | null;
  token?: string;
  theme?: string;
  width?: number;
}

async function open(server: FakeSpending, facts: Facts = {}) {
  const { session = 'session-123', token = null, theme = 'light', width = 420 } = facts;
  const costs = await mount(
    'live-costs',
    html`<live-costs
      .session=${session}
      .connect=${server.connect}
      .token=${token}
      theme=${theme}
    ></live-costs>`,
  );
  costs.style.width = `${width}px`;
  await idle(costs);
  return costs;
}

const stateOf = (costs: Element) => textOf(find(costs, 'connection-state'));
const tiles = (costs: Element) => findAll(costs, 'dl > div').map(textOf);
const rows = (costs: Element) => findAll(costs, 'cost-breakdown tbody tr, tbody tr').map(textOf);
const asked = (server: FakeSpending) => server.asked.map(({ variables }) => variables);

async function choose(costs: Element, value: string): Promise<void> {
  findAll(costs, 'label')
    .find((label) => textOf(label) === value)
    ?.click();
  await idle(costs);
}

describe('<live-costs session>', () => {
  it('shows what a session costs and what for, and that it is live', async () => {
    const server = new FakeSpending();
    const costs = await open(server);
    expect(server.followers.map(({ document, variables }) => [document, variables])).toEqual([
      [CostsOfSessionDocument, { id: 'session-123' }],
    ]);
    expect(textOf(find(costs, 'h3'))).toBe('Costs of session-123');
    expect(stateOf(costs)).toBe('Live');
    expect(tiles(costs)).toEqual([
      'cost so far $0.0456',
      'operations 3',
      'mean of an operation $0.0152',
      'saved by caches $0.0000312 an estimate',
    ]);
    expect(rows(costs).slice(0, 2)).toEqual(['llm $0.0312 68 %', 'tts $0.0144 32 %']);
    expect(server.asked).toEqual([]);
  });

  it('follows what is spent', async () => {
    const server = new FakeSpending();
    const costs = await open(server);
    server.become({ costs: someCosts({ totalUsd: '1204.5', entries: 4 }) });
    await idle(costs);
    expect(tiles(costs)[0]).toBe('cost so far $1,204.50');
  });

  it('says how many operations have no known price, and never that they cost nothing', async () => {
    const server = new FakeSpending();
    server.costs = someCosts({ unpricedEntries: 1 });
    const costs = await open(server);
    expect(tiles(costs).slice(1, 3)).toEqual([
      'operations 4 1 without a price',
      'mean of an operation $0.0152 of those with a price',
    ]);
    expect(textOf(find(costs, 'price-notes'))).toContain('1 operation without a known price.');
    expect(tiles(costs)[0]).toBe('cost so far $0.0456 at least: prices are missing');
    server.become({ costs: { ...noCosts, unpricedEntries: 3 } });
    await idle(costs);
    expect(textOf(find(costs, 'price-notes'))).toContain('3 operations without a known price.');
    expect(tiles(costs)[0]).toBe('cost so far Unknown no operation has a known price');
    expect(tiles(costs)[2]).toContain('–');
  });

  it('shows where the prices of senders and of the table differ', async () => {
    const server = new FakeSpending();
    const costs = await open(server);
    expect(find(costs, 'price-notes')?.offsetHeight).toBe(0);
    server.become({ costs: someCosts({ differingEntries: 2, statedUsd: '0.0456', tableUsd: '0.042' }) });
    await idle(costs);
    expect(textOf(find(costs, 'price-notes'))).toContain(
      'For them senders say $0.0456, the table $0.042 (+$0.0036). Amounts here are those of the senders.',
    );
  });

  it('draws how the cost grew to what it is, in the order of time, without what has no price', async () => {
    const server = new FakeSpending();
    server.entries = server.entries.toReversed();
    const costs = await open(server);
    const cells = findAll(costs, 'time-chart td').concat(findAll(find(costs, 'time-chart'), 'td'));
    expect(cells.map(textOf)).toEqual(['$0.0156', '$0.0456']);
  });

  it('helps to send the first operation, with the key in use', async () => {
    const server = new FakeSpending();
    server.isUnknown = true;
    const costs = await open(server, { token: 'ear_0123456789' });
    expect(textOf(costs)).toContain('No costs of this session yet.');
    expect(textOf(find(costs, 'code'))).toContain('/api/v1/sessions/session-123/costs');
    expect(textOf(find(costs, 'code'))).toContain('Bearer ear_01…');
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue(undefined);
    onTestFinished(() => write.mockRestore());
    find(costs, 'sample-command button')?.click();
    find(find(costs, 'sample-command'), 'button')?.click();
    expect(write.mock.calls[0]?.[0]).toContain('Bearer ear_0123456789');
    await expectAccessible(costs);
  });

  it('leaves nothing of one session when it is asked about another', async () => {
    const server = new FakeSpending();
    const costs = await open(server);
    server.isUnknown = true;
    costs.session = 'session-9';
    await idle(costs);
    expect(server.followers.map(({ stopped }) => stopped)).toEqual([true, false]);
    expect(textOf(costs)).not.toContain('$0.0456');
  });

  it('greys what it has while it is offline, and begins with the present state again', async () => {
    const server = new FakeSpending();
    const costs = await open(server);
    server.cut();
    await idle(costs);
    expect(stateOf(costs)).toMatch(/^Offline, retrying/);
    expect(find(costs, '.figures')?.classList.contains('stale')).toBe(true);
    expect(tiles(costs)[0]).toBe('cost so far $0.0456');
    server.costs = someCosts({ totalUsd: '0.05' });
    find(find(costs, 'connection-state'), 'button')?.click();
    await idle(costs);
    expect(tiles(costs)[0]).toBe('cost so far $0.05');
    expect(find(costs, '.figures')?.classList.contains('stale')).toBe(false);
  });
});

describe('<live-costs> of a project', () => {
  it('shows what today costs, and the last 24 hours by service', async () => {
    const server = new FakeSpending();
    const costs = await open(server, { session: null });
    const from = new Date(new Date().setHours(0, 0, 0, 0)).toISOString();
    expect(server.followers.map(({ document, variables }) => [document, variables])).toEqual([
      [CostsOfProjectDocument, { from }],
    ]);
    expect(tiles(costs)[0]).toBe('cost today $0.0456');
    expect(asked(server)).toEqual([
      expect.objectContaining({ bucket: 'HOUR', by: 'SERVICE', timeZone: expect.any(String) }),
    ]);
    const { from: begin, to: end } = asked(server)[0] as { from: string; to: string };
    expect(Math.ceil((Date.parse(end) - Date.parse(begin)) / 3_600_000)).toBe(24);
  });

  it('charts another time and another way to divide when they are chosen', async () => {
    const server = new FakeSpending();
    const costs = await open(server, { session: null });
    await choose(costs, 'Model');
    expect(rows(costs)[0]).toBe('gpt-4o $0.0456 100 %');
    await choose(costs, '30 days');
    expect(asked(server).map(({ bucket, by }) => [bucket, by])).toEqual([
      ['HOUR', 'SERVICE'],
      ['HOUR', 'MODEL'],
      ['DAY', 'MODEL'],
    ]);
  });

  it('asks for the charts again after changes, but not at each', async () => {
    const server = new FakeSpending();
    const costs = await open(server, { session: null });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    for (let entries = 4; entries < 10; entries++) {
      server.become({ costs: someCosts({ entries }) });
      await idle(costs);
    }
    expect(server.asked).toHaveLength(1);
    vi.advanceTimersByTime(20_000);
    await idle(costs);
    expect(server.asked).toHaveLength(2);
  });

  it('says when the charts could not be had, keeps the figures, and tries again', async () => {
    const server = new FakeSpending();
    server.failure = new ConnectionError('failed', 'Too many buckets.');
    const costs = await open(server, { session: null });
    expect(textOf(find(costs, '[role=alert]'))).toContain('Too many buckets.');
    expect(tiles(costs)[0]).toBe('cost today $0.0456');
    server.failure = null;
    find(costs, '[role=alert] button')?.click();
    await idle(costs);
    expect(find(costs, 'time-chart')).not.toBeNull();
  });

  it('helps where nothing was ever spent, but not on a day that has just begun', async () => {
    const server = new FakeSpending();
    server.costs = noCosts;
    const yesterday = await open(server, { session: null });
    expect(textOf(yesterday)).toContain('Nothing was spent yet today.');
    server.series = aSeries([]);
    const never = await open(server, { session: null });
    expect(textOf(never)).toContain('No costs yet.');
    expect(textOf(find(never, 'code'))).toContain('/api/v1/sessions/session-123/costs');
  });
});

describe('<live-costs> for everybody', () => {
  const everything = () => {
    const server = new FakeSpending();
    server.costs = someCosts({
      unpricedEntries: 2,
      differingEntries: 1,
      statedUsd: '2',
      tableUsd: '1',
      byService: [
        { name: 'llm', usd: '0.03' },
        { name: `a-service-${'x'.repeat(40)}`, usd: '0.0156' },
      ],
    });
    return server;
  };

  it.each(['light', 'dark'])('has no barrier for anybody in %s', async (theme) => {
    for (const session of ['session-123', null]) {
      const costs = await open(everything(), { theme, session, width: session ? 420 : 1_100 });
      await expectAccessible(costs);
      findAll(costs, 'button')
        .find((button) => textOf(button) === 'Show as table')
        ?.click();
      await idle(costs);
      await expectAccessible(costs);
    }
  });

  it.each(['ltr', 'rtl'] as const)('fits 320 px with text twice as large, %s', async (direction) => {
    await page.viewport(320, 700);
    onTestFinished(() => page.viewport(1_200, 800));
    const costs = await open(everything(), { width: 320 });
    costs.dir = direction;
    costs.style.setProperty('--earshot-font-size', '28px');
    await idle(costs);
    for (const selector of ['.frame', '.scroll', 'header', 'dl', 'cost-breakdown', 'choice-bar', '.head']) {
      for (const element of findAll(costs, selector))
        expect(element.scrollWidth, selector).toBeLessThanOrEqual(element.clientWidth + 1);
    }
  });

  it('is worked by the keyboard alone', async () => {
    const costs = await open(new FakeSpending());
    find(costs, 'input')?.focus();
    await userEvent.keyboard('{ArrowRight}');
    await idle(costs);
    expect(rows(costs)[0]).toBe('openai $0.0456 100 %');
    await userEvent.keyboard('{Tab}{Enter}');
    await idle(costs);
    expect(find(costs, '.table')?.offsetHeight).toBeGreaterThan(0);
  });

  it('asks for a key, says when it is wrong, and opens with the right one', async () => {
    const server = new FakeSpending();
    server.key = 'ear_right';
    const costs = await open(server);
    const give = async (key: string) => {
      (find(costs, 'input') as HTMLInputElement).value = key;
      find(costs, 'form button')?.click();
      await idle(costs);
    };
    expect(stateOf(costs)).toBe('Key needed');
    await give('ear_wrong');
    expect(textOf(find(costs, 'key-form'))).toContain('That key was not accepted.');
    await give('ear_right');
    expect(tiles(costs)[0]).toBe('cost so far $0.0456');
    server.cut('key-needed');
    await idle(costs);
    expect(textOf(costs)).toContain('Your access has ended');
    expect(textOf(costs)).not.toContain('$');
  });
});
