import type { ReactiveControllerHost } from 'lit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sink } from '../../../client/connection.ts';
import { ConnectionError, type ConnectionErrorKind } from '../../../client/connection-error.ts';
import { FeedController } from '../../../client/controllers/feed.ts';
import type { FeedFrame } from '../../../client/controllers/frames.ts';
import { aConversation, aFrame, logged } from '../support/factories.ts';

interface Subscription {
  after: string | null;
  sink: Sink<FeedFrame>;
  stopped: boolean;
}

const conversation = aConversation();

function follow() {
  const subscriptions: Subscription[] = [];
  const delivered: FeedFrame[] = [];
  const begin = vi.fn(() => Promise.resolve('epoch:10'));
  const denied = vi.fn();
  const host: ReactiveControllerHost = {
    addController: () => undefined,
    removeController: () => undefined,
    requestUpdate: () => undefined,
    updateComplete: Promise.resolve(true),
  };
  const feed = new FeedController<FeedFrame>(host, {
    begin,
    denied,
    subscribe: (after, sink) => {
      const subscription = { after, sink, stopped: false };
      subscriptions.push(subscription);
      return () => void (subscription.stopped = true);
    },
    deliver: (frame) => delivered.push(frame),
    sizeOf: ({ events }) => events.length,
  });
  feed.hostConnected();
  const latest = () => subscriptions.at(-1) as Subscription;
  const cut = (kind: ConnectionErrorKind, cursor: string | null = null) =>
    latest().sink.cut(new ConnectionError(kind, 'Cut.', cursor));
  return { feed, subscriptions, latest, cut, delivered, begin, denied };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the feed controller', () => {
  it('subscribes from the position that the first question was answered at', async () => {
    const { feed, latest } = follow();
    expect(feed.state.kind).toBe('connecting');
    await settle();
    expect(latest().after).toBe('epoch:10');
  });

  it('is live with the first frame that has caught up', async () => {
    const { feed, latest } = follow();
    await settle();
    latest().sink.next(aFrame([], { cursor: 'epoch:10' }));
    expect(feed.state).toEqual({ kind: 'live' });
  });

  it('counts what it missed while it catches up', async () => {
    const { feed, latest } = follow();
    await settle();
    latest().sink.next(aFrame([logged(11, conversation), logged(12, conversation)], { caughtUp: false }));
    latest().sink.next(aFrame([logged(13, conversation)], { caughtUp: false }));
    expect(feed.state).toEqual({ kind: 'catching-up', missed: 3 });
    latest().sink.next(aFrame([logged(14, conversation)]));
    expect(feed.state).toEqual({ kind: 'live' });
  });

  it('resumes with its last cursor after a cut, without asking the first question again', async () => {
    const { feed, latest, cut, subscriptions, begin, delivered } = follow();
    await settle();
    latest().sink.next(aFrame([logged(11, conversation)]));
    latest().sink.next(aFrame([logged(12, conversation)]));
    cut('lost');
    expect(feed.state.kind).toBe('offline');
    await vi.advanceTimersToNextTimerAsync();
    expect(subscriptions.map(({ after }) => after)).toEqual(['epoch:10', 'epoch:12']);
    expect(begin).toHaveBeenCalledTimes(1);
    expect(delivered).toHaveLength(2);
  });

  it('waits longer after each failure, but never more than five seconds', async () => {
    const { feed, cut } = follow();
    await settle();
    const waits: number[] = [];
    for (let failure = 0; failure < 8; failure++) {
      cut('lost');
      if (feed.state.kind === 'offline') waits.push(feed.state.retryAt - Date.now());
      await vi.advanceTimersToNextTimerAsync();
    }
    expect(waits).toHaveLength(8);
    expect(waits[0]).toBeLessThanOrEqual(400);
    expect(Math.max(...waits)).toBeLessThanOrEqual(5_000);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(3_000);
  });

  it('tries at once when it is told to, and only once', async () => {
    const { feed, subscriptions, cut } = follow();
    await settle();
    cut('lost');
    feed.retryNow();
    feed.retryNow();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(subscriptions).toHaveLength(2);
  });

  it('begins again at once after a reset', async () => {
    const { begin, latest, subscriptions } = follow();
    await settle();
    begin.mockResolvedValueOnce('other:3');
    latest().sink.next(aFrame([], { cursor: 'other:2', reset: { message: 'The history was pruned.' } }));
    await settle();
    expect(subscriptions[0]?.stopped).toBe(true);
    expect(latest().after).toBe('other:3');
  });

  it('does not spin when a server resets every subscription', async () => {
    const { begin, latest } = follow();
    await settle();
    const reset = () => latest().sink.next(aFrame([], { reset: { message: 'Again.' } }));
    reset();
    await settle();
    reset();
    await settle();
    expect(begin).toHaveBeenCalledTimes(2);
    await vi.advanceTimersToNextTimerAsync();
    expect(begin).toHaveBeenCalledTimes(3);
  });

  it('resumes a viewer that was too slow from the cursor that the server gave', async () => {
    const { latest, cut } = follow();
    await settle();
    latest().sink.next(aFrame([logged(11, conversation)]));
    cut('slow-viewer', 'epoch:400');
    await settle();
    expect(latest().after).toBe('epoch:400');
  });

  it('stops and says so when the server wants another key, until it is restarted', async () => {
    const { feed, cut, denied, subscriptions } = follow();
    await settle();
    cut('key-needed');
    expect(denied).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(feed.state.kind).toBe('denied');
    expect(subscriptions).toHaveLength(1);
    feed.restart();
    await settle();
    expect(subscriptions).toHaveLength(2);
  });

  it('keeps trying when the first question fails', async () => {
    const { feed, begin, subscriptions } = follow();
    begin.mockRejectedValueOnce(new ConnectionError('lost', 'Unreachable.'));
    feed.restart();
    await settle();
    expect(feed.state.kind).toBe('offline');
    await vi.advanceTimersToNextTimerAsync();
    expect(subscriptions.at(-1)?.after).toBe('epoch:10');
  });

  it('stops with its page, and goes on from its cursor when the page comes back', async () => {
    const { feed, latest, subscriptions } = follow();
    await settle();
    latest().sink.next(aFrame([logged(11, conversation)]));
    feed.hostDisconnected();
    expect(latest().stopped).toBe(true);
    feed.hostConnected();
    await settle();
    expect(subscriptions.map(({ after }) => after)).toEqual(['epoch:10', 'epoch:11']);
  });
});
