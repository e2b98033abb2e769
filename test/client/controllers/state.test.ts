import type { ReactiveControllerHost } from 'lit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sink } from '../../../client/connection.ts';
import { ConnectionError, type ConnectionErrorKind } from '../../../client/connection-error.ts';
import { StateController } from '../../../client/controllers/state.ts';

function follow(user: string | null = 'user123') {
  const subscriptions: { user: string; sink: Sink<number>; stopped: boolean }[] = [];
  const given: number[] = [];
  const [started, denied] = [vi.fn(), vi.fn()];
  const host: ReactiveControllerHost = {
    addController: () => undefined,
    removeController: () => undefined,
    requestUpdate: () => undefined,
    updateComplete: Promise.resolve(true),
  };
  const asked = { user };
  const controller = new StateController<[string], number>(host, {
    args: () => (asked.user === null ? null : [asked.user]),
    onStart: started,
    subscribe: (sink, user) => {
      const subscription = { user, sink, stopped: false };
      subscriptions.push(subscription);
      return () => (subscription.stopped = true);
    },
    onData: (data) => given.push(data),
    denied,
  });
  controller.hostUpdate();
  const latest = () => subscriptions.at(-1)!;
  const cut = (kind: ConnectionErrorKind) => latest().sink.cut(new ConnectionError(kind, 'Cut.'));
  return { controller, asked, subscriptions, latest, cut, given, started, denied };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the state controller', () => {
  it('follows nothing until there is something to follow', () => {
    expect(follow(null).subscriptions).toEqual([]);
  });

  it('is live with the first state', () => {
    const { controller, latest, given } = follow();
    expect(controller.state.kind).toBe('connecting');
    latest().sink.next(1);
    expect([controller.state.kind, given]).toEqual(['live', [1]]);
  });

  it('subscribes again after a cut, later each time, and not twice', async () => {
    const { controller, subscriptions, cut } = follow();
    cut('lost');
    expect(controller.state.kind).toBe('offline');
    await vi.advanceTimersByTimeAsync(400);
    expect(subscriptions).toHaveLength(2);
    cut('lost');
    await vi.advanceTimersByTimeAsync(400);
    expect(subscriptions).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(400);
    expect(subscriptions.map(({ stopped }) => stopped)).toEqual([true, true, false]);
  });

  it('does not wait when it is told not to', () => {
    const { controller, subscriptions, cut } = follow();
    cut('lost');
    controller.retryNow();
    expect(subscriptions).toHaveLength(2);
    controller.retryNow();
    expect(subscriptions).toHaveLength(2);
  });

  it('starts over when it is asked for something else, and hears no more of the old', () => {
    const { controller, asked, subscriptions, given, started } = follow();
    asked.user = 'user456';
    controller.hostUpdate();
    controller.hostUpdate();
    subscriptions[0]?.sink.next(1);
    subscriptions[1]?.sink.next(2);
    expect(given).toEqual([2]);
    expect(started).toHaveBeenCalledTimes(2);
  });

  it('stops at a denial until it is started again', async () => {
    const { controller, cut, denied, subscriptions } = follow();
    cut('key-needed');
    await vi.advanceTimersByTimeAsync(10_000);
    expect([controller.state.kind, denied.mock.calls.length, subscriptions.length]).toEqual(['denied', 1, 1]);
    controller.restart();
    expect(subscriptions).toHaveLength(2);
  });

  it('stops with its host', async () => {
    const { controller, cut, subscriptions } = follow();
    cut('lost');
    controller.hostDisconnected();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(subscriptions).toHaveLength(1);
  });
});
