import { html } from 'lit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import {
  CostsOfSessionDocument,
  MetricsOfSessionDocument,
  PersonDocument,
  RightsDocument,
} from '../../../generated/client/graphql.ts';
import type { Connection, ConnectionOptions } from '../../../client/connection.ts';
import { expectAccessible } from '../support/axe.ts';
import { aConversation, aFrame, aRating, messages, moment, rated } from '../support/factories.ts';
import { FakeServer } from '../support/fake-connection.ts';
import { mount, textOf } from '../support/mount.ts';
import { FakeKnowledge } from '../support/person.ts';
import { find, findAll, idle } from '../support/shadows.ts';
import { FakeSpending } from '../support/spending.ts';

const session = aConversation({ externalId: 'session-123', activeAt: moment(60) });
const other = aConversation({ externalId: 'conv_1736' });

async function openMonitor(width: number, direction: 'ltr' | 'rtl' = 'ltr') {
  await page.viewport(Math.max(width, 320), 800);
  onTestFinished(() => page.viewport(1_200, 800));
  const [server, spending] = [new FakeServer(), new FakeSpending()];
  server.conversations = [session, other];
  server.withFigures.add('session-123');
  server.messages.set('session-123', messages(1, 6));
  server.messages.set('conv_1736', messages(11, 12));
  const knowledge = new FakeKnowledge();
  const connect = vi.fn((options: ConnectionOptions): Connection => {
    const [monitoring, counting, knowing] = [server, spending, knowledge].map((it) =>
      it.connect(options),
    ) as [Connection, Connection, Connection];
    const whose = (document: unknown): Connection => {
      if (document === CostsOfSessionDocument || document === MetricsOfSessionDocument) return counting;
      return document === PersonDocument || document === RightsDocument ? knowing : monitoring;
    };
    return {
      ...monitoring,
      request: (document, variables) => whose(document).request(document, variables),
      subscribe: (document, variables, sink) => whose(document).subscribe(document, variables, sink),
    };
  });
  const monitor = await mount(
    'live-monitor',
    html`<live-monitor .connect=${connect} theme="light"></live-monitor>`,
  );
  monitor.dir = direction;
  monitor.style.width = `${width}px`;
  await idle(monitor);
  const click = async (selector: string) => {
    find(monitor, selector)?.click();
    await idle(monitor);
  };
  const choose = (id: string) => click(`conversation-card[data-id="${id}"]`);
  return { monitor, server, spending, connect, click, choose };
}

describe('figures of the open conversation', () => {
  it('stand beside its messages, over the connection of the monitor', async () => {
    const { monitor, connect, spending } = await openMonitor(1_360);
    expect(textOf(find(monitor, 'live-costs'))).toContain('cost so far $0.0456');
    expect(textOf(find(monitor, 'live-metrics'))).toContain('p50 of the total 1.2 s');
    expect(find(find(monitor, 'live-costs'), 'connection-state')).toBeNull();
    expect(spending.followers.map(({ variables }) => variables)).toEqual([
      { id: 'session-123' },
      { id: 'session-123' },
    ]);
    expect(connect).toHaveBeenCalledTimes(1);
    await expectAccessible(monitor);
  });

  it('are offered where there are turns or costs, and as soon as there are', async () => {
    const { monitor, server, choose } = await openMonitor(1_360);
    await choose('conv_1736');
    expect([find(monitor, 'live-costs'), find(monitor, '.figures')]).toEqual([null, null]);
    server.say(aFrame([{ __typename: 'TurnRecorded', seq: 1, conversation: session }]));
    await idle(monitor);
    expect(find(monitor, '.panel.figures')).toBeNull();
    server.say(aFrame([{ __typename: 'CostRecorded', seq: 2, conversation: other }]));
    await idle(monitor);
    expect(find(monitor, '.panel.figures')?.getAttribute('aria-expanded')).toBe('true');
  });

  it('have ratings at the messages that they name, from the start and as they come', async () => {
    const { monitor, server, spending, choose } = await openMonitor(1_360);
    const [, reply] = server.messages.get('session-123') ?? [];
    const mine = aRating({ feedbackId: 'rating_1', message: { id: reply!.id }, rating: -1 });
    const whole = aRating({ ratingType: 'STARS', rating: 5 });
    server.ratings.set('session-123', [mine]);
    await choose('conv_1736');
    await choose('session-123');
    const marks = () =>
      findAll(monitor, 'message-bubble').flatMap((bubble, index) =>
        findAll(bubble, '.rating').map((mark) => [index, mark.ariaLabel]),
      );
    expect(marks()).toEqual([[1, 'Rated: thumbs down']]);
    server.say(aFrame([rated(1, session, { ...mine, rating: 1 }), rated(2, session, whole)]));
    spending.become({
      feedback: { ratings: 2, score: 1, thumbsUp: 1, thumbsDown: 0, meanStars: 5 },
      ratings: [{ ...mine, rating: 1 }, whole],
    });
    await idle(monitor);
    expect(marks()).toEqual([[1, 'Rated: thumbs up']]);
    const metrics = find(monitor, 'live-metrics');
    expect(textOf(metrics)).toContain('ratings 2 1 up, 5.0 of 5 stars');
    expect(findAll(metrics, '.rating').map((mark) => mark.ariaLabel)).toEqual(['Rated 5 of 5 stars']);
    await expectAccessible(monitor);
  });

  it('take the place of the insights when they are asked for', async () => {
    const { monitor, server, click, choose } = await openMonitor(1_360);
    server.say(
      aFrame([
        {
          __typename: 'ConversationReopened',
          seq: 1,
          conversation: { ...session, endUser: { externalId: 'user123' } },
        },
      ]),
    );
    await choose('session-123');
    expect(find(monitor, 'live-insights')).not.toBeNull();
    await click('.panel.figures');
    expect([find(monitor, 'live-insights'), find(monitor, '.panel.insights')?.ariaExpanded]).toEqual([
      null,
      'false',
    ]);
    expect(find(monitor, 'live-costs')).not.toBeNull();
    await click('.panel.figures');
    expect(find(monitor, 'live-costs')).toBeNull();
    await choose('conv_1736');
    await choose('session-123');
    expect([find(monitor, 'live-costs'), find(monitor, 'live-insights')]).toEqual([null, null]);
  });

  it.each(['ltr', 'rtl'] as const)(
    'lie over the messages of a phone when they are asked for, %s',
    async (direction) => {
      const { monitor, click, choose } = await openMonitor(320, direction);
      await choose('session-123');
      expect(find(monitor, 'live-costs')).toBeNull();
      await click('.panel.figures');
      expect(find(monitor, 'div.panel')?.offsetWidth).toBe(320);
      expect(find(monitor, 'div.panel')?.scrollWidth).toBeLessThanOrEqual(320);
      expect(find(monitor, 'message-log')?.inert).toBe(true);
      await expectAccessible(monitor);
      await click('.panel.figures');
      expect(find(monitor, 'message-log')?.inert).toBe(false);
    },
  );

  it('are opened and left by the keyboard, which goes back to their button', async () => {
    const { monitor, choose } = await openMonitor(800);
    await choose('session-123');
    find(monitor, '.panel.figures')?.focus();
    await userEvent.keyboard('{Enter}{Tab}');
    await idle(monitor);
    find(find(monitor, 'live-costs'), 'input')?.focus();
    await userEvent.keyboard('{Escape}');
    await idle(monitor);
    expect(find(monitor, 'live-costs')).toBeNull();
    expect(find(monitor, 'conversation-head')?.shadowRoot?.activeElement?.className).toBe('panel figures');
  });

  it('keep the page at the conversation that somebody looks into', async () => {
    const { monitor } = await openMonitor(1_360);
    expect(textOf(monitor)).toContain('Following the newest conversation');
    find(find(monitor, 'live-costs'), 'input')?.focus();
    await idle(monitor);
    expect(textOf(monitor)).not.toContain('Following the newest conversation');
  });
});
