import { describe, expect, it } from 'vitest';
import {
  framesArrived,
  latestLoaded,
  noThread,
  olderLoaded,
  ratingsByMessage,
  type Thread,
  threadAsked,
} from '../../../client/reducers/thread.ts';
import {
  aConversation,
  aFrame,
  aMessage,
  aRating,
  handedOver,
  logged,
  messages,
  rated,
} from '../support/factories.ts';

const conversation = aConversation();

function page(nodes: ReturnType<typeof messages>, startCursor: string | null = null) {
  return { nodes, pageInfo: { startCursor, hasPreviousPage: startCursor !== null } };
}

function opened(nodes = messages(1, 3), startCursor: string | null = null): Thread {
  return latestLoaded(threadAsked(noThread, conversation.externalId), page(nodes, startCursor), []);
}

function texts({ rows }: Thread) {
  return rows.map(({ message }) => message.text.trim());
}

describe('the open conversation', () => {
  it('adds a message that the feed brings', () => {
    const thread = framesArrived(opened(), [aFrame([logged(1, conversation, aMessage(4))])]);
    expect(texts(thread).at(-1)).toBe('Message 4');
  });

  it('replaces a message in place when the feed brings it again', () => {
    const changed = aMessage(2, { text: 'Corrected' });
    const thread = framesArrived(opened(), [aFrame([logged(1, conversation, changed)])]);
    expect(texts(thread)[1]).toBe('Corrected');
    expect(thread.rows).toHaveLength(3);
  });

  it('orders by the number in the id, not by arrival nor as text', () => {
    const thread = framesArrived(opened(messages(8, 9)), [
      aFrame([logged(1, conversation, aMessage(11)), logged(2, conversation, aMessage(10))]),
    ]);
    expect(thread.rows.map(({ order }) => order)).toEqual([8, 9, 10, 11]);
  });

  it('ignores messages of other conversations', () => {
    const other = aConversation({ externalId: 'session-123' });
    const before = opened();
    expect(framesArrived(before, [aFrame([logged(1, other, aMessage(4))])]).rows).toBe(before.rows);
  });

  it('keeps what the feed brought while the messages were on their way', () => {
    const asked = threadAsked(noThread, conversation.externalId);
    const live = framesArrived(asked, [aFrame([logged(1, conversation, aMessage(3, { text: 'Newest' }))])]);
    expect(texts(latestLoaded(live, page(messages(1, 3)), [])).at(-1)).toBe('Newest');
  });

  it('puts older messages before the ones that it has, which win', () => {
    const thread = olderLoaded(
      opened(messages(3, 4), 'older'),
      page([aMessage(2), aMessage(3, { text: 'Stale' })]),
    );
    expect(thread.rows.map(({ order }) => order)).toEqual([2, 3, 4]);
    expect(texts(thread)).not.toContain('Stale');
    expect(thread.hasOlder).toBe(false);
  });

  it('drops what is gone when it is asked for anew', () => {
    const again = threadAsked(
      framesArrived(opened(), [aFrame([logged(9, conversation, aMessage(4))])]),
      'conv_1736',
    );
    expect(again.rows).toHaveLength(4);
    expect(texts(latestLoaded(again, page(messages(1, 1)), []))).toHaveLength(1);
  });

  it('is empty at once when another conversation is opened', () => {
    expect(threadAsked(opened(), 'session-123')).toEqual({ ...noThread, externalId: 'session-123' });
  });

  it('marks a message that wants a person, where it is', () => {
    const marked = { ...aMessage(2), requiresHuman: true };
    const thread = framesArrived(opened(), [aFrame([handedOver(1, conversation, marked)])]);
    expect(thread.rows.map(({ message }) => message.requiresHuman)).toEqual([false, true, false]);
  });

  it('lets no mark on an older message tear a hole', () => {
    const marked = { ...aMessage(2), requiresHuman: true };
    const frame = aFrame([handedOver(1, conversation, marked)]);
    expect(framesArrived(opened(messages(8, 9), 'older'), [frame]).rows).toHaveLength(2);
    const early = framesArrived(threadAsked(noThread, conversation.externalId), [frame]);
    expect(latestLoaded(early, page(messages(8, 9), 'older'), []).rows).toHaveLength(2);
  });

  it('forgets every word when it is purged, and shows what is said afterwards', () => {
    const about = rated(2, conversation, aRating({ text: 'Secret', feedbackId: 'f' }));
    const thread = framesArrived(opened(), [
      aFrame([logged(1, conversation, aMessage(4)), about]),
      aFrame([{ __typename: 'ConversationPurged', seq: 3, conversation }]),
      aFrame([logged(4, conversation, aMessage(5))]),
    ]);
    expect(texts(thread)).toEqual(['', '', '', '', 'Message 5']);
    expect(thread.rows.map(({ message }) => message.isErased)).toEqual([true, true, true, true, false]);
    expect(thread.ratings.map(({ rating }) => rating.text)).toEqual([null]);
    // A page that was on its way brings nothing back.
    expect(texts(latestLoaded(thread, page(messages(1, 3)), []))).toEqual(['', '', '', '', 'Message 5']);
  });

  it('puts a message with an id of another kind last', () => {
    const odd = { ...aMessage(1), id: '§' };
    const thread = framesArrived(opened(), [aFrame([logged(1, conversation, odd)])]);
    expect(thread.rows.at(-1)?.message.id).toBe('§');
  });
});

describe('what people thought of the open conversation', () => {
  const [second, third] = [aMessage(2), aMessage(3)];
  const given = (thread: Thread) => thread.ratings.map(({ rating }) => rating.rating);
  const submitted = (seq: number, facts: Parameters<typeof aRating>[0] = {}, where = conversation) =>
    aFrame([rated(seq, where, aRating(facts))]);

  it('is known from the start, and grows as the feed brings more', () => {
    const known = latestLoaded(opened(), page(messages(1, 3)), [aRating({ rating: -1 })]);
    expect(given(framesArrived(known, [submitted(1)]))).toEqual([-1, 1]);
  });

  it('changes with a change of mind, and has two that nobody gave an id apart', () => {
    const thread = framesArrived(opened(), [
      submitted(1, { feedbackId: 'rating_1', rating: -1 }),
      submitted(2, { text: 'Good' }),
      submitted(3, { text: 'Very good' }),
      submitted(4, { feedbackId: 'rating_1', rating: 1 }),
    ]);
    expect(thread.ratings.map(({ rating: { rating, text } }) => [rating, text])).toEqual([
      [1, null],
      [1, 'Good'],
      [1, 'Very good'],
    ]);
  });

  it('keeps what the feed brought while it was asked for, and takes it once', () => {
    const asked = threadAsked(opened(), conversation.externalId);
    const live = framesArrived(asked, [submitted(1, { feedbackId: 'rating_1', rating: 1 }), submitted(2)]);
    const stale = [aRating({ feedbackId: 'rating_1', rating: -1 }), aRating()];
    expect(given(latestLoaded(live, page([]), stale))).toEqual([1, 1]);
  });

  it('drops what is gone when it is asked for anew', () => {
    const thread = framesArrived(opened(), [submitted(1)]);
    const again = threadAsked(thread, conversation.externalId);
    expect([given(again), given(latestLoaded(again, page([]), []))]).toEqual([[1], []]);
  });

  it('is not that of another conversation', () => {
    const other = aConversation({ externalId: 'session-123' });
    const before = opened();
    expect(framesArrived(before, [submitted(1, {}, other)]).ratings).toBe(before.ratings);
  });

  it('stands at the message that it names', () => {
    const thread = latestLoaded(opened(), page(messages(1, 3)), [
      aRating({ message: { id: second.id }, rating: -1 }),
      aRating({ message: { id: second.id }, text: 'Better now' }),
      aRating({ message: { id: third.id } }),
      aRating(),
    ]);
    const byMessage = ratingsByMessage(thread);
    expect([second, third].map(({ id }) => byMessage.get(id)?.map(({ rating }) => rating))).toEqual([
      [-1, 1],
      [1],
    ]);
    expect(byMessage.size).toBe(2);
  });
});
