import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { expectAccessible } from '../support/axe.ts';
import { mount, textOf } from '../support/mount.ts';
import { find, findAll, idle } from '../support/shadows.ts';
import { FakeSpending, someStats } from '../support/spending.ts';

async function open(server: FakeSpending, { theme = 'light', width = 900 } = {}) {
  const stats = await mount(
    'live-stats',
    html`<live-stats .connect=${server.connect} theme=${theme}></live-stats>`,
  );
  stats.style.width = `${width}px`;
  await idle(stats);
  return stats;
}

const tiles = (stats: Element) => findAll(stats, 'dl > div').map(textOf);

describe('<live-stats>', () => {
  it('tells how conversations fare between bot and people', async () => {
    const stats = await open(new FakeSpending());
    expect(textOf(find(stats, 'connection-state'))).toBe('Live');
    expect(tiles(stats)).toEqual([
      'waiting now 0',
      'with a person now 1',
      'conversations began 8 40 messages',
      'wanted a person 2 25 % of those that began',
      'closed without a person 75 % of 4 closed',
      'median wait 1 min 95 % within 4 min',
      'median first reply 2 min 95 % within 10 min',
    ]);
    const rows = findAll(find(stats, 'time-chart'), 'tbody tr').map((row) => [...row.children].map(textOf));
    expect(rows.map((cells) => cells.slice(1))).toEqual([
      ['5', '2'],
      ['0', '0'],
      ['3', '0'],
    ]);
  });

  it('warns of who waits, and for how long', async () => {
    const server = new FakeSpending();
    const stats = await open(server);
    const longestWaitSince = new Date(Date.now() - 5 * 60_000).toISOString();
    server.become({ stats: someStats({ waitingNow: 2, longestWaitSince }) });
    await idle(stats);
    expect(tiles(stats)[0]).toBe('waiting now 2 the longest for 5 min');
    expect(find(stats, 'dl > div')?.className).toBe('warn');
  });

  it('says nothing of what nobody knows yet', async () => {
    const server = new FakeSpending();
    const none = { count: 0, p50Ms: null, p95Ms: null };
    server.stats = someStats({ resolutionShare: null, closed: 0, waiting: none, firstReply: none });
    const stats = await open(server);
    expect(tiles(stats).slice(4)).toEqual([
      'closed without a person – of 0 closed',
      'median wait –',
      'median first reply –',
    ]);
  });

  it.each(['light', 'dark'])('has no accessibility violation in a %s page, 320 px wide', async (theme) => {
    await page.viewport(320, 640);
    const stats = await open(new FakeSpending(), { theme, width: 320 });
    await expectAccessible(stats);
    expect(stats.scrollWidth).toBeLessThanOrEqual(320);
    await page.viewport(1_280, 800);
  });

  it('shows the days before, when nothing happened today', async () => {
    const server = new FakeSpending();
    server.stats = someStats({ conversations: 0, messages: 0, heldNow: 0 });
    const stats = await open(server);
    expect(find(stats, 'time-chart')).not.toBeNull();
  });
});
