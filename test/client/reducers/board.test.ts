import { describe, expect, it } from 'vitest';
import {
  boardLoaded,
  conversationChosen,
  emptyBoard,
  filterChosen,
  FOLLOW_DWELL,
  framesArrived,
  hasOlder,
  listed,
  newlyWaiting,
  newestFollowed,
  pageLoaded,
} from '../../../client/reducers/board.ts';
import { aConversation, aFrame, aPage, closed, handedOver, logged, moment } from '../support/factories.ts';

const early = aConversation({ externalId: 'conv_123', activeAt: moment(0) });
const late = aConversation({ externalId: 'user123', activeAt: moment(60) });
const noQueue = { sources: [], raisedAlerts: 0, waiting: aPage([]), held: aPage([]) };
const viewer = { project: { name: 'cafe-pentagon' }, scopes: [], openMode: true };

function loaded(...conversations: ReturnType<typeof aConversation>[]) {
  return boardLoaded(emptyBoard, {
    viewer,
    ...noQueue,
    conversations: { cursor: 'epoch:0', ...aPage(conversations) },
  });
}

function order(board: ReturnType<typeof loaded>) {
  return listed(board, board.filter).map(({ externalId }) => externalId);
}

describe('the board', () => {
  it('lists conversations with the newest activity first', () => {
    expect(order(loaded(early, late))).toEqual(['user123', 'conv_123']);
  });

  it('moves a conversation to the top when something is said in it', () => {
    const spoken = { ...early, activeAt: moment(90), lastText: 'Hello there' };
    const board = framesArrived(loaded(early, late), [aFrame([logged(1, spoken)])]);
    expect(order(board)).toEqual(['conv_123', 'user123']);
    expect(listed(board, 'ALL')[0]?.lastText).toBe('Hello there');
  });

  it('drops an event that it has already seen', () => {
    const first = framesArrived(loaded(early), [aFrame([logged(5, { ...early, messageCount: 5 })])]);
    const again = framesArrived(first, [aFrame([logged(4, { ...early, messageCount: 4 })])]);
    expect(again).toBe(first);
  });

  it('takes every event of a burst in order', () => {
    const board = framesArrived(loaded(), [
      aFrame([logged(1, { ...early, messageCount: 1 }), logged(2, { ...early, messageCount: 2 })]),
      aFrame([logged(2, { ...early, messageCount: 2 }), logged(3, { ...early, messageCount: 3 })]),
    ]);
    expect(listed(board, 'ALL')[0]?.messageCount).toBe(3);
    expect(board.seq).toBe(3);
  });

  it('does not let the answer to an older question overwrite what the feed has brought since', () => {
    const asked = loaded(early);
    const live = framesArrived(asked, [aFrame([logged(7, { ...early, messageCount: 9 })])]);
    const board = pageLoaded(live, 'ALL', aPage([{ ...early, messageCount: 8 }]), asked.seq);
    expect(listed(board, 'ALL')[0]?.messageCount).toBe(9);
  });

  it('lets the answer to a newer question replace what the feed had brought before', () => {
    const live = framesArrived(loaded(early), [aFrame([logged(7, { ...early, messageCount: 9 })])]);
    const board = pageLoaded(live, 'ALL', aPage([{ ...early, messageCount: 10 }]), live.seq);
    expect(listed(board, 'ALL')[0]?.messageCount).toBe(10);
  });

  it('starts over after a reset, even when the log counts from the beginning again', () => {
    const before = framesArrived(loaded(early), [aFrame([logged(900, late)])]);
    const fresh = boardLoaded(before, {
      viewer,
      ...noQueue,
      conversations: { cursor: 'other:0', ...aPage([early]) },
    });
    expect(order(fresh)).toEqual(['conv_123']);
    expect(order(framesArrived(fresh, [aFrame([logged(1, late)])]))).toEqual(['user123', 'conv_123']);
  });

  it('shows only conversations of the chosen status', () => {
    const board = framesArrived(loaded(early, late), [aFrame([closed(1, early)])]);
    expect(order(filterChosen(board, 'CLOSED'))).toEqual(['conv_123']);
    expect(order(filterChosen(board, 'ACTIVE'))).toEqual(['user123']);
  });

  it('knows for each filter whether the server has older ones', () => {
    const board = boardLoaded(emptyBoard, {
      viewer,
      ...noQueue,
      conversations: { cursor: 'epoch:0', ...aPage([late], 'next') },
    });
    expect(hasOlder(board, 'CLOSED')).toBe(true);
    expect(hasOlder(pageLoaded(board, 'CLOSED', aPage([]), 0), 'CLOSED')).toBe(false);
    expect(hasOlder(pageLoaded(board, 'CLOSED', aPage([]), 0), 'ALL')).toBe(true);
  });

  it('survives an event without a conversation', () => {
    const event = { __typename: 'ProjectChanged' as const, seq: 1, conversation: null, what: 'KeyCreated' };
    expect(framesArrived(loaded(early), [aFrame([event])]).seq).toBe(1);
  });

  it('knows of systems that calls are read from, from the start or from the first event about one', () => {
    const withSources = (...sources: { status: 'WAITING' | 'OFF' }[]) =>
      boardLoaded(emptyBoard, { viewer, ...noQueue, sources, conversations: { cursor: '', ...aPage([]) } });
    expect(withSources({ status: 'OFF' }, { status: 'WAITING' }).hasSources).toBe(true);
    const none = withSources({ status: 'OFF' });
    expect(none.hasSources).toBe(false);
    const tell = (seq: number, what: string) =>
      framesArrived(none, [aFrame([{ __typename: 'ProjectChanged', seq, conversation: null, what }])]);
    expect(tell(1, 'KeyCreated').hasSources).toBe(false);
    expect(tell(1, 'SourceChanged').hasSources).toBe(true);
  });
});

describe('the chosen conversation', () => {
  it('stays open after a fresh start, also when it is too old for the first page', () => {
    const chosen = conversationChosen(loaded(early, late), 'conv_123');
    const conversations = { cursor: 'epoch:9', ...aPage([late]) };
    const fresh = boardLoaded(chosen, { viewer, ...noQueue, conversations, selected: early });
    expect(newestFollowed(fresh, FOLLOW_DWELL).selected).toBe('conv_123');
  });
});

describe('following the newest conversation', () => {
  it('opens it while nobody has chosen', () => {
    expect(newestFollowed(loaded(early, late), 0 + FOLLOW_DWELL).selected).toBe('user123');
  });

  it('stays a while before it moves on', () => {
    const now = 100_000;
    const there = newestFollowed(loaded(late), now);
    const newer = framesArrived(there, [aFrame([logged(1, { ...early, activeAt: moment(90) })])]);
    expect(newestFollowed(newer, now + FOLLOW_DWELL - 1).selected).toBe('user123');
    expect(newestFollowed(newer, now + FOLLOW_DWELL).selected).toBe('conv_123');
  });

  it('ends when a person chooses', () => {
    const board = conversationChosen(loaded(early, late), 'conv_123');
    expect(newestFollowed(board, FOLLOW_DWELL).selected).toBe('conv_123');
  });

  it('begins again when the chosen conversation is gone', () => {
    const chosen = conversationChosen(loaded(early, late), 'conv_123');
    const fresh = boardLoaded(chosen, {
      viewer,
      ...noQueue,
      conversations: { cursor: 'other:0', ...aPage([late]) },
    });
    expect(newestFollowed(fresh, FOLLOW_DWELL)).toMatchObject({ selected: 'user123', following: true });
  });
});

describe('the queue', () => {
  const waits = (externalId: string, since: number, priority = 0) =>
    aConversation({ externalId, owner: 'PENDING', ownerSince: moment(since), priority });
  const waiting = (board: ReturnType<typeof loaded>) =>
    listed(board, 'WAITING').map(({ externalId }) => externalId);

  it('begins with the most urgent, then with who waits longest', () => {
    const board = loaded(waits('new', 60), early, waits('old', 10), waits('urgent', 90, 50));
    expect(waiting(board)).toEqual(['urgent', 'old', 'new']);
  });

  it('knows who waits also when that is too long ago for the first page', () => {
    const queues = { ...noQueue, waiting: aPage([waits('forgotten', -9_000)]) };
    const conversations = { cursor: 'epoch:0', ...aPage([late]) };
    const board = boardLoaded(emptyBoard, { viewer, conversations, ...queues });
    expect(waiting(board)).toEqual(['forgotten']);
    expect(hasOlder(board, 'WAITING')).toBe(false);
  });

  it('takes in who asks for a person, and lets go who has one', () => {
    const asked = framesArrived(loaded(early), [aFrame([handedOver(1, waits('conv_123', 5))])]);
    expect(waiting(asked)).toEqual(['conv_123']);
    const held = { ...early, owner: 'HUMAN' as const, operator: 'operator-1' };
    const taken = framesArrived(asked, [aFrame([handedOver(2, held)])]);
    expect(waiting(taken)).toEqual([]);
    expect(listed(taken, 'HELD')).toEqual([held]);
  });

  it('learns from a message as well who answers', () => {
    const board = framesArrived(loaded(early), [aFrame([logged(1, waits('conv_123', 5))])]);
    expect(waiting(board)).toEqual(['conv_123']);
  });

  it('tells who has begun to wait, once', () => {
    const before = loaded(early, waits('user123', 1));
    const after = framesArrived(before, [aFrame([handedOver(1, waits('conv_123', 5))])]);
    expect(newlyWaiting(before, after).map(({ externalId }) => externalId)).toEqual(['conv_123']);
    const later = framesArrived(after, [aFrame([logged(2, waits('conv_123', 5))])]);
    expect(newlyWaiting(after, later)).toEqual([]);
  });
});
