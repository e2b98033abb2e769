import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionError } from '../../../client/connection-error.ts';
import { type Letter, Outbox } from '../../../client/controllers/outbox.ts';

const written = (text: string, conversationId = 'user123') => ({
  conversationId,
  operator: 'operator-1',
  text,
});

/** An outbox, what it carried, and what becomes of each letter: stored unless an error is put in. */
function anOutbox(...errors: (ConnectionError | null)[]) {
  const outbox = new Outbox();
  const carried: Letter[] = [];
  outbox.carry = async (letter) => {
    carried.push(letter);
    const error = errors.shift();
    if (error) throw error;
    return Promise.resolve();
  };
  return { outbox, carried, texts: () => carried.map(({ text }) => text) };
}

const lost = () => new ConnectionError('lost', 'The server cannot be reached.');
const refused = () => new ConnectionError('failed', 'operator-2 holds this conversation.');
const settle = () => vi.advanceTimersByTimeAsync(0);

describe('the outbox', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('sends the words of a conversation one after the other, and keeps nothing that is stored', async () => {
    const { outbox, texts } = anOutbox();
    for (const text of ['one', 'two', 'three']) outbox.put(written(text));
    expect(outbox.letters.map(({ state }) => state)).toEqual(['sending', 'waiting', 'waiting']);
    await settle();
    expect(texts()).toEqual(['one', 'two', 'three']);
    expect(outbox.letters).toEqual([]);
  });

  it('sends what the network lost again by itself, under the same key', async () => {
    const { outbox, carried } = anOutbox(lost(), lost());
    outbox.put(written('Hello there'));
    await settle();
    expect(outbox.letters[0]).toMatchObject({ state: 'waiting', problem: 'The server cannot be reached.' });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(new Set(carried.map(({ key }) => key)).size).toBe(1);
    expect(carried).toHaveLength(3);
    expect(outbox.letters).toEqual([]);
  });

  it('does not wait when there is a connection again, and does not send twice at once', async () => {
    const { outbox, texts } = anOutbox(lost());
    outbox.put(written('Hello there'));
    await settle();
    outbox.retryAll();
    outbox.retryAll();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(texts()).toEqual(['Hello there', 'Hello there']);
  });

  it('keeps what was refused until the person decides, and what comes behind it in its place', async () => {
    const { outbox, texts, carried } = anOutbox(refused());
    outbox.put(written('one'));
    outbox.put(written('two'));
    await vi.advanceTimersByTimeAsync(60_000);
    outbox.retryAll();
    expect(outbox.letters.map(({ state }) => state)).toEqual(['failed', 'waiting']);
    expect(texts()).toEqual(['one']);
    outbox.retry(outbox.letters[0] as Letter);
    await settle();
    expect(texts()).toEqual(['one', 'one', 'two']);
    expect(carried[0]?.key).toBe(carried[1]?.key);
    expect(carried[1]?.key).not.toBe(carried[2]?.key);
  });

  it('does not keep one conversation waiting for another', async () => {
    const { outbox, texts } = anOutbox(refused());
    outbox.put(written('stays'));
    outbox.put(written('goes', 'conv_1736'));
    await settle();
    expect(texts()).toEqual(['stays', 'goes']);
    expect(outbox.letters.map(({ text }) => text)).toEqual(['stays']);
  });

  it('gives words back before what was written since', async () => {
    const { outbox } = anOutbox(refused());
    outbox.put(written('first'));
    await settle();
    outbox.drafts.set('user123', 'second');
    outbox.takeBack(outbox.letters[0] as Letter);
    expect(outbox.drafts.get('user123')).toBe('first\nsecond');
    expect(outbox.letters).toEqual([]);
  });
});
