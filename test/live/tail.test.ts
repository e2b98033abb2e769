import { expect, test } from 'vitest';
import type { Event } from '../../server/domain/event.ts';
import type { LogReader } from '../../server/journal/read.ts';
import { createLocalBus } from '../../server/live/bus.ts';
import {
  createFeed,
  SlowViewerError,
  InvalidCursorError,
  type Frame,
  type Frames,
} from '../../server/live/feed.ts';
import { createTails } from '../../server/live/tail.ts';

const anEvent = (seq: number): Event => ({
  seq,
  at: '2026-01-01T00:00:00.000Z',
  kind: 'EndUserAdded',
  endUser: { id: seq, externalId: `user${seq}`, createdAt: '2026-01-01T00:00:00.000Z' },
});

/** A log that tests write to by hand, with a bus that tells of it or not. */
function aLog({ head = 0, floor = 0, capacity = 2048 } = {}) {
  const events = Array.from({ length: head }, (_, index) => anEvent(index + 1));
  let [reads, isAway] = [0, false];
  let onRead = (): void => undefined;
  const log: LogReader = {
    position: () => Promise.resolve({ epoch: 'now', head: events.length, floor }),
    events(_projectId, after, limit) {
      reads += 1;
      if (isAway) return Promise.reject(new Error('away'));
      const page = events.slice(after, after + limit);
      onRead();
      return Promise.resolve(page);
    },
  };
  const bus = createLocalBus();
  const polls = new Set<() => void>();
  const every = (_ms: number, callback: () => void): (() => void) => {
    polls.add(callback);
    return () => polls.delete(callback);
  };
  const reports: unknown[] = [];
  const tails = createTails({ log, bus, every, report: (error) => reports.push(error) });
  return {
    feed: createFeed({ log, tails, capacity }),
    reports,
    polls,
    get reads() {
      return reads;
    },
    poll: () => polls.forEach((callback) => callback()),
    setAway: (value: boolean) => (isAway = value),
    setOnRead: (callback: () => void) => (onRead = callback),
    /** Commits the next `count` events; `tell` is what becomes of the news. */
    commit(count: number, tell: 'told' | 'lost' | 'repeated' = 'told') {
      const fresh = Array.from({ length: count }, () => {
        const event = anEvent(events.length + 1);
        events.push(event);
        return event;
      });
      if (tell !== 'lost') bus.publish({ projectId: 1, events: fresh });
      if (tell === 'repeated') bus.publish({ projectId: 1, events: fresh });
    },
  };
}

async function nextFrame(frames: Frames): Promise<Frame> {
  const { value, done } = await frames.next();
  if (done === true) throw new Error('the feed is over');
  return value;
}

/** Reads frames until one tells that all is seen up to `seq`. */
async function seqsUpTo(frames: Frames, seq: number): Promise<number[]> {
  const seen: number[] = [];
  while ((seen.at(-1) ?? 0) < seq) seen.push(...(await nextFrame(frames)).events.map((event) => event.seq));
  return seen;
}
const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('without a cursor a viewer starts from now', async () => {
  const log = aLog({ head: 5 });
  const frames = log.feed({ projectId: 1 });
  expect(await nextFrame(frames)).toEqual({ events: [], cursor: 'now:5', caughtUp: true, reset: null });
  log.commit(1);
  expect(await nextFrame(frames)).toMatchObject({ events: [{ seq: 6 }], cursor: 'now:6' });
});

test('with a cursor a viewer is told what was missed, page by page, then what happens', async () => {
  const log = aLog({ head: 1234 });
  const frames = log.feed({ projectId: 1, after: 'now:0' });
  const first = await nextFrame(frames);
  expect(first).toMatchObject({ caughtUp: false, cursor: 'now:500' });
  const rest = await seqsUpTo(frames, 1234);
  expect([...first.events.map(({ seq }) => seq), ...rest]).toEqual(upTo(1234));
  log.commit(3);
  expect(await seqsUpTo(frames, 1237)).toEqual([1235, 1236, 1237]);
});

test('what is committed while the backlog is read comes once, after it', async () => {
  const log = aLog({ head: 800 });
  let commits = 0;
  log.setOnRead(() => {
    if ((commits += 1) <= 3) log.commit(2);
  });
  const frames = log.feed({ projectId: 1, after: 'now:0' });
  const seen = await seqsUpTo(frames, 804);
  expect(commits).toBeGreaterThanOrEqual(3);
  expect(seen).toEqual(upTo(806));
});

test('lost news is found by the poll, and by the next news', async () => {
  const log = aLog();
  const frames = log.feed({ projectId: 1 });
  await nextFrame(frames);
  log.commit(2, 'lost');
  log.poll();
  expect(await seqsUpTo(frames, 2)).toEqual([1, 2]);
  log.commit(2, 'lost');
  log.commit(1, 'told');
  expect(await seqsUpTo(frames, 5)).toEqual([3, 4, 5]);
});

test('repeated news is told once', async () => {
  const log = aLog();
  const frames = log.feed({ projectId: 1 });
  await nextFrame(frames);
  log.commit(2, 'repeated');
  log.commit(1, 'repeated');
  expect(await seqsUpTo(frames, 3)).toEqual([1, 2, 3]);
});

test('a log that cannot be read is reported, and read when it is back', async () => {
  const log = aLog();
  const frames = log.feed({ projectId: 1 });
  await nextFrame(frames);
  log.setAway(true);
  log.commit(1, 'lost');
  log.poll();
  await expect.poll(() => log.reports.length).toBe(1);
  log.setAway(false);
  log.poll();
  expect(await seqsUpTo(frames, 1)).toEqual([1]);
});

test('a slow viewer is cut with the cursor of what it has seen; the others go on', async () => {
  const log = aLog({ capacity: 10 });
  const slow = log.feed({ projectId: 1 });
  const quick = log.feed({ projectId: 1 });
  await nextFrame(slow);
  await nextFrame(quick);
  for (let commit = 0; commit < 6; commit += 1) {
    log.commit(2);
    await seqsUpTo(quick, (commit + 1) * 2);
  }
  const seen = (await nextFrame(slow)).events.map(({ seq }) => seq);
  const error: unknown = await slow.next().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SlowViewerError);
  expect((error as SlowViewerError).cursor).toBe(`now:${seen.at(-1)}`);
  const resumed = log.feed({ projectId: 1, after: (error as SlowViewerError).cursor });
  expect([...seen, ...(await seqsUpTo(resumed, 12))]).toEqual(upTo(12));
});

test('one commit, however large, does not cut a viewer that keeps up', async () => {
  const log = aLog({ capacity: 10 });
  const frames = log.feed({ projectId: 1 });
  await nextFrame(frames);
  log.commit(1000);
  expect(await seqsUpTo(frames, 1000)).toEqual(upTo(1000));
});

test.each([
  ['UNKNOWN_EPOCH', 'then:3', {}],
  ['FUTURE_CURSOR', 'now:9', {}],
  ['PRUNED', 'now:1', { floor: 3 }],
])('history that cannot be given is answered with the reset %s', async (reason, after, options) => {
  const log = aLog({ head: 5, ...options });
  const frames = log.feed({ projectId: 1, after });
  expect(await nextFrame(frames)).toEqual({ events: [], cursor: 'now:5', caughtUp: true, reset: reason });
  log.commit(1);
  expect(await seqsUpTo(frames, 6)).toEqual([6]);
});

test('a text that is no cursor is refused', async () => {
  const frames = aLog().feed({ projectId: 1, after: 'nonsense' });
  await expect(frames.next()).rejects.toBeInstanceOf(InvalidCursorError);
});

test('a viewer that leaves while it waits is gone at once, and the last one ends the tail', async () => {
  const log = aLog();
  const frames = log.feed({ projectId: 1 });
  await nextFrame(frames);
  const waiting = frames.next();
  expect(log.polls.size).toBe(1);
  await frames.return!();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(log.polls.size).toBe(0);
});

test('events that are not wanted are passed over, and the cursor moves on', async () => {
  const log = aLog({ head: 4 });
  const frames = log.feed({ projectId: 1, after: 'now:0', wants: ({ seq }) => seq % 2 === 0 });
  expect(await nextFrame(frames)).toMatchObject({ events: [{ seq: 2 }, { seq: 4 }], cursor: 'now:4' });
  log.commit(1);
  log.commit(1);
  expect(await nextFrame(frames)).toMatchObject({ events: [{ seq: 6 }], cursor: 'now:6' });
});
