import { expect, test } from 'vitest';
import { isAwaitingReply, preview } from '../../server/domain/conversation.ts';
import { NotFoundError } from '../../server/domain/errors.ts';
import type { State } from '../../server/domain/state.ts';
import { carryOut, close, emptyState, logExchange, logMessage, noon, reopen } from './memory.ts';

const statusOf = (state: State): string | undefined => state.conversations.get('conv_123')?.status;

function closed(): State {
  const state = emptyState();
  carryOut(state, logExchange('whole', { userMessage: 'hello', response: 'hi' }));
  carryOut(state, close());
  return state;
}

test('closing twice is the same as closing once', () => {
  const state = closed();
  const events = state.events.length;
  const { conversation } = carryOut(state, close(), '2025-01-20T13:00:00.000Z');
  expect(conversation).toMatchObject({ status: 'CLOSED', closedAt: noon });
  expect(state.events).toHaveLength(events);
});

test('reopening twice is the same as reopening once', () => {
  const state = closed();
  carryOut(state, reopen());
  const events = state.events.length;
  expect(carryOut(state, reopen()).conversation).toMatchObject({ status: 'ACTIVE', closedAt: null });
  expect(state.events).toHaveLength(events);
});

test.each([
  ['logged on its own', logMessage('USER', 'still there?')],
  ['logged as the start of an exchange', logMessage('USER', 'one more thing', { platform: 'web' })],
])('a closed conversation is opened again by a new message of the user, %s', (_how, command) => {
  const state = closed();
  carryOut(state, command);
  expect(statusOf(state)).toBe('ACTIVE');
});

test('a user message that completes the first exchange opens a closed conversation again', () => {
  const state = emptyState();
  carryOut(state, logExchange('reply', { response: 'hi' }));
  carryOut(state, close());
  carryOut(state, logExchange('ask', { userMessage: 'hello' }));
  expect(statusOf(state)).toBe('ACTIVE');
});

test.each([
  ['a reply of the bot', logMessage('BOT', 'bye')],
  ['a reply of a person', logMessage('HUMAN', 'bye')],
  ['a note of the system', logMessage('SYSTEM', 'timed out')],
  ['a repeat of its exchange', logExchange('whole', { userMessage: 'hello', response: 'hi' })],
  ['a correction of its exchange', logExchange('whole', { userMessage: 'hello!', response: 'hi!' })],
])('a closed conversation is not opened by %s', (_what, command) => {
  const state = closed();
  carryOut(state, command);
  expect(statusOf(state)).toBe('CLOSED');
});

test.each([
  ['closed', close('nobody')],
  ['reopened', reopen('nobody')],
])('a conversation that is not there cannot be %s, and nothing happens', (_what, command) => {
  const state = emptyState();
  expect(() => carryOut(state, command)).toThrow(NotFoundError);
  expect(state.events).toEqual([]);
});

test('generated ids are the milliseconds of their arrival, and never the same', () => {
  const state = emptyState();
  const log = (): string =>
    carryOut(state, logExchange('whole', { userMessage: 'hello' }, { conversationId: null })).conversation!
      .externalId;
  const ms = Date.parse(noon);
  expect([log(), log(), log()]).toEqual([`live_${ms}`, `live_${ms + 1}`, `live_${ms + 2}`]);
});

test('a generated id keeps clear of ids that callers chose themselves', () => {
  const state = emptyState();
  const ms = Date.parse(noon);
  carryOut(state, logExchange('whole', { userMessage: 'mine' }, { conversationId: `live_${ms}` }));
  const { conversation } = carryOut(
    state,
    logExchange('whole', { userMessage: 'new' }, { conversationId: null }),
  );
  expect(conversation!.externalId).toBe(`live_${ms + 1}`);
});

test('generated ids stay unique when the clock goes back', () => {
  const state = emptyState();
  const log = (now: string): string =>
    carryOut(state, logExchange('whole', { userMessage: 'x' }, { conversationId: null }), now).conversation!
      .externalId;
  const [late, early] = [log('2025-01-20T12:00:01.000Z'), log('2025-01-20T12:00:00.000Z')];
  expect(early).not.toBe(late);
});

test('each new question opens the next exchange, and a reply answers the newest open one', () => {
  const state = emptyState();
  for (const command of [
    logMessage('USER', 'first?'),
    logMessage('USER', 'second?'),
    logMessage('BOT', 'second!'),
    logMessage('BOT', 'out of the blue'),
  ])
    carryOut(state, command);
  const messages = [...state.messages.own.values()].map(({ exchange, sender, text }) => [
    exchange,
    sender,
    text,
  ]);
  expect(messages).toEqual([
    [1, 'USER', 'first?'],
    [2, 'USER', 'second?'],
    [2, 'BOT', 'second!'],
    [3, 'BOT', 'out of the blue'],
  ]);
  expect(state.conversations.get('conv_123')).toMatchObject({ messages: 4, exchanges: 3 });
});

test('an exchange door always speaks of the first exchange of its conversation', () => {
  const state = emptyState();
  carryOut(state, logMessage('USER', 'first?'));
  carryOut(state, logMessage('USER', 'second?'));
  carryOut(state, logExchange('reply', { response: 'first!' }));
  expect(state.exchanges.get('1:1')?.stated.values.response).toBe('first!');
  expect(state.exchanges.get('1:2')?.stated.values.response).toBeUndefined();
  expect(state.conversations.get('conv_123')).toMatchObject({ lastText: 'second?', exchanges: 2 });
});

test('a note of the system is counted and belongs to no exchange', () => {
  const state = emptyState();
  const { messages } = carryOut(state, logMessage('SYSTEM', 'call started'));
  expect(messages).toEqual([expect.objectContaining({ sender: 'SYSTEM', exchange: null })]);
  carryOut(state, logExchange('whole', { userMessage: 'hello' }));
  expect(state.conversations.get('conv_123')).toMatchObject({ messages: 2, exchanges: 1 });
});

test('later calls may say more about a conversation, and what they leave out stays', () => {
  const state = emptyState();
  carryOut(state, logMessage('USER', 'a', { platform: 'web', channel: 'CALL', endUserId: 'user123' }));
  carryOut(state, logMessage('USER', 'b', { endUserId: 'user456' }));
  carryOut(state, logExchange('whole', { userMessage: 'c' }));
  expect(state.conversations.get('conv_123')).toMatchObject({
    platform: 'web',
    channel: 'CALL',
    endUser: { externalId: 'user456' },
  });
});

test('a message that was said at a stated moment keeps it, others have their arrival', () => {
  const state = emptyState();
  const earlier = '2025-01-19T08:00:00.000Z';
  expect(carryOut(state, logMessage('USER', 'a', { at: earlier })).messages[0]!.at).toBe(earlier);
  const [, reply] = carryOut(state, logMessage('BOT', 'b'), '2025-01-20T13:00:00.000Z').messages;
  expect(reply!.at).toBe('2025-01-20T13:00:00.000Z');
  carryOut(state, logExchange('reply', { response: 'b, corrected' }), '2025-01-20T14:00:00.000Z');
  expect(state.messages.get(reply!.id)).toMatchObject({
    text: 'b, corrected',
    at: '2025-01-20T13:00:00.000Z',
  });
});

test('a conversation awaits a reply while the words of its user are the last ones', () => {
  const state = emptyState();
  const awaits = (): boolean => isAwaitingReply(state.conversations.get('conv_123')!);
  carryOut(state, logMessage('USER', 'hello?'));
  expect(awaits()).toBe(true);
  carryOut(state, logMessage('BOT', 'hi'));
  expect(awaits()).toBe(false);
});

test('a preview is cut between characters, never through one', () => {
  expect(preview('x'.repeat(160))).toBe('x'.repeat(160));
  expect(preview('x'.repeat(161))).toBe(`${'x'.repeat(159)}…`);
  for (const shift of [0, 1]) {
    const cut = preview('x'.repeat(shift) + '🍰'.repeat(100));
    expect(cut.isWellFormed()).toBe(true);
    expect(cut.endsWith('🍰…')).toBe(true);
  }
});
