import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../server/domain/command.ts';
import type { Conversation } from '../../server/domain/conversation.ts';
import { ConflictError, DomainError, HeldByOtherError, NotFoundError } from '../../server/domain/errors.ts';
import type { Event } from '../../server/domain/event.ts';
import type { State } from '../../server/domain/state.ts';
import { decodeEvent, encodeEvent, type EventRow } from '../../server/journal/codec.ts';
import { deeds, Desk, OPERATORS, type Deed } from './desk.ts';
import { carryOut, close, emptyState, logMessage, noon, reopen } from './memory.ts';

const later = '2025-01-20T12:05:00.000Z';
const evening = '2025-01-20T18:00:00.000Z';

const ask = (more: object = {}): Command => ({
  kind: 'requestHuman',
  conversationId: 'conv_123',
  by: 'bot',
  reason: null,
  priority: null,
  ...more,
});
const takeOver = (operator: string): Command => ({ kind: 'takeOver', conversationId: 'conv_123', operator });
const release = (operator: string, reason: string | null = null): Command => ({
  kind: 'release',
  conversationId: 'conv_123',
  operator,
  reason,
});
const reply = (operator: string, text = 'I am here'): Command => ({
  kind: 'replyAsHuman',
  conversationId: 'conv_123',
  operator,
  text,
  metadata: {},
});
const markHuman = (messageId: number): Command => ({ kind: 'markHuman', messageId, by: 'admin' });
const markReplied = (messageId: number): Command => ({ kind: 'markReplied', messageId, by: 'admin' });

/** A project in which somebody said hello, and then all of this happened at noon. */
function after(...commands: Command[]): State {
  const state = emptyState();
  carryOut(state, logMessage('USER', 'hello'));
  for (const command of commands) carryOut(state, command);
  return state;
}
const it = (state: State): Conversation => state.conversations.get('conv_123')!;
/** What a command emits. */
function eventsOf(state: State, command: Command, now = later): Event[] {
  const before = state.events.length;
  carryOut(state, command, now);
  return state.events.slice(before);
}

describe('a conversation', () => {
  test("is the bot's from its beginning on", () => {
    expect(it(after())).toMatchObject({ owner: 'BOT', operator: null, ownerSince: noon, priority: 0 });
  });

  test('waits once a person is wanted, is held once one comes, and goes back when he releases it', () => {
    const state = after();
    expect(eventsOf(state, ask({ reason: 'refund', priority: 9 }))).toMatchObject([
      {
        kind: 'HandoffChanged',
        at: later,
        from: 'BOT',
        by: 'bot',
        messages: [],
        conversation: {
          owner: 'PENDING',
          operator: null,
          ownerSince: later,
          handoffReason: 'refund',
          priority: 9,
        },
      },
    ]);
    expect(eventsOf(state, takeOver('operator-1'), evening)).toMatchObject([
      {
        kind: 'HandoffChanged',
        at: evening,
        from: 'PENDING',
        by: 'operator-1',
        conversation: {
          owner: 'HUMAN',
          operator: 'operator-1',
          ownerSince: evening,
          handoffReason: 'refund',
          priority: 9,
        },
      },
    ]);
    expect(eventsOf(state, release('operator-1', 'refunded'), evening)).toMatchObject([
      {
        kind: 'HandoffChanged',
        from: 'HUMAN',
        by: 'operator-1',
        conversation: { owner: 'BOT', operator: null, handoffReason: 'refunded' },
      },
    ]);
  });

  test('that waits keeps waiting since the first request, for the newest reason and priority', () => {
    const state = after(ask({ reason: 'refund', priority: 1 }));
    carryOut(state, ask({ priority: 7 }), later);
    expect(it(state)).toMatchObject({ ownerSince: noon, handoffReason: 'refund', priority: 7 });
    carryOut(state, ask({ reason: 'angry' }), evening);
    expect(it(state)).toMatchObject({ ownerSince: noon, handoffReason: 'angry', priority: 7 });
  });

  test('that is held is not taken away by the bot that asks again; it only gets more urgent', () => {
    const state = after(takeOver('operator-1'));
    expect(eventsOf(state, ask())).toEqual([]);
    expect(eventsOf(state, ask({ priority: 5, reason: 'again' }))).toHaveLength(1);
    expect(it(state)).toMatchObject({
      owner: 'HUMAN',
      operator: 'operator-1',
      priority: 5,
      handoffReason: null,
    });
  });

  test.each([
    ['taken', takeOver('operator-2')],
    ['released', release('operator-2')],
    ['answered', reply('operator-2')],
  ])('that one operator holds cannot be %s by another, who is told who holds it', (_what, command) => {
    const state = after(takeOver('operator-1'));
    const events = state.events.length;
    const refused = (): unknown => carryOut(state, command);
    expect(refused).toThrow(HeldByOtherError);
    expect(refused).toThrow(expect.objectContaining({ operator: 'operator-1' }) as Error);
    expect(state.events).toHaveLength(events);
  });

  test('that one operator holds is taken from him by force alone, and the event names him', () => {
    const state = after(takeOver('operator-1'));
    const forced = { ...takeOver('operator-2'), isForced: true } as Command;
    expect(eventsOf(state, forced)).toMatchObject([
      {
        kind: 'HandoffChanged',
        from: 'HUMAN',
        by: 'operator-2',
        takenFrom: 'operator-1',
        conversation: { owner: 'HUMAN', operator: 'operator-2', ownerSince: noon },
      },
    ]);
    expect(eventsOf(state, forced)).toEqual([]);
    expect(() => carryOut(state, release('operator-1'))).toThrow(HeldByOtherError);
  });

  test('that nobody holds is taken from nobody, by force or not', () => {
    const [event] = eventsOf(after(), { ...takeOver('operator-2'), isForced: true } as Command);
    expect(event).not.toHaveProperty('takenFrom');
    expect(() => carryOut(after(close()), { ...takeOver('operator-2'), isForced: true } as Command)).toThrow(
      ConflictError,
    );
  });

  test('that was released can be taken by anybody', () => {
    const state = after(takeOver('operator-1'), release('operator-1'), takeOver('operator-2'));
    expect(it(state)).toMatchObject({ owner: 'HUMAN', operator: 'operator-2' });
  });

  test.each([
    ['taken over', takeOver('operator-1')],
    ['answered by a person', reply('operator-1')],
  ])('that is closed cannot be %s', (_what, command) => {
    const state = after(close());
    const events = state.events.length;
    expect(() => carryOut(state, command)).toThrow(ConflictError);
    expect(state.events).toHaveLength(events);
  });

  test('that is closed is in nobody’s hands, and stays with the bot when the user comes back', () => {
    const state = after(takeOver('operator-1'), close());
    expect(it(state)).toMatchObject({ status: 'CLOSED', owner: 'BOT', operator: null });
    carryOut(state, logMessage('USER', 'one more thing'));
    expect(it(state)).toMatchObject({ status: 'ACTIVE', owner: 'BOT', operator: null });
  });

  test.each([
    ['a request for a person', ask()],
    ['a mark on a message', markHuman(1)],
  ])('that is closed is opened by %s, and waits', (_what, command) => {
    const state = after(close());
    expect(eventsOf(state, command).map(({ kind }) => kind)).toEqual([
      'ConversationReopened',
      'HandoffChanged',
    ]);
    expect(it(state)).toMatchObject({ status: 'ACTIVE', closedAt: null, owner: 'PENDING' });
  });

  test('keeps who holds it whatever the user and the bot say meanwhile', () => {
    const state = after(takeOver('operator-1'));
    for (const command of [logMessage('BOT', 'oops'), logMessage('USER', 'hm'), logMessage('SYSTEM', 'x')])
      carryOut(state, command, later);
    expect(it(state)).toMatchObject({ owner: 'HUMAN', operator: 'operator-1', ownerSince: noon });
  });

  test.each([
    ['a request', ask()],
    ['a person who comes', takeOver('operator-2')],
    ['a mark', markHuman(1)],
    ['a reply from elsewhere', logMessage('HUMAN', 'hi')],
  ])('forgets why the last person left when %s begins the next handoff', (_what, command) => {
    const state = after(
      ask({ reason: 'refund' }),
      takeOver('operator-1'),
      release('operator-1', 'refunded'),
      command,
    );
    expect(it(state)).toMatchObject({ handoffReason: null });
  });

  test('forgets why a person was wanted before the end when it goes on', () => {
    const state = after(ask({ reason: 'refund' }), close());
    expect(it(state)).toMatchObject({ owner: 'BOT', handoffReason: 'refund' });
    carryOut(state, reopen(), later);
    expect(it(state)).toMatchObject({ owner: 'BOT', handoffReason: null });
  });

  // Otherwise whoever comes back would find the bot silent and nobody there.
  test.each([
    ['a late reply of a person', logMessage('HUMAN', 'bye')],
    ['a message marked as replied', markReplied(1)],
  ])('that is closed stays in nobody’s hands after %s', (_what, command) => {
    expect(it(after(close(), command))).toMatchObject({ status: 'CLOSED', owner: 'BOT' });
  });
});

describe('messages', () => {
  test('that a person has to answer make their conversation wait', () => {
    const state = after();
    expect(eventsOf(state, markHuman(1))).toMatchObject([
      {
        kind: 'HandoffChanged',
        from: 'BOT',
        by: 'admin',
        conversation: { owner: 'PENDING', ownerSince: later },
        messages: [{ id: 1, text: 'hello', requiresHuman: true, humanReplied: false }],
      },
    ]);
  });

  test('that are marked while somebody holds the conversation leave it with him', () => {
    const state = after(takeOver('operator-1'), markHuman(1));
    expect(it(state)).toMatchObject({ owner: 'HUMAN', operator: 'operator-1' });
  });

  test.each([
    ['by a reply here', reply('operator-1')],
    ['by a reply that was typed elsewhere', logMessage('HUMAN', 'hi')],
  ])('that were marked are answered %s, all of them at once', (_how, command) => {
    const state = after(logMessage('USER', 'again'), markHuman(1), markHuman(3), logMessage('USER', 'third'));
    const events = eventsOf(state, command);
    const changed = events.filter((event) => event.kind === 'HandoffChanged').at(-1)!;
    expect(changed.messages.map(({ id, humanReplied }) => [id, humanReplied])).toEqual([
      [1, true],
      [3, true],
    ]);
    expect([1, 3, 5, 6].map((id) => state.messages.get(id)!.humanReplied)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(it(state).owner).toBe('HUMAN');
  });

  test('marked as replied are so, marked before or not, and bring their conversation into human hands', () => {
    const state = after(logMessage('BOT', 'hi'), markReplied(2));
    expect(state.messages.get(2)).toMatchObject({ requiresHuman: false, humanReplied: true });
    expect(it(state)).toMatchObject({ owner: 'HUMAN', operator: null });
  });

  test('of other conversations stay as they are when a person answers', () => {
    const state = after();
    carryOut(state, logMessage('USER', 'elsewhere', { conversationId: 'other' }));
    carryOut(state, markHuman(3));
    carryOut(state, reply('operator-1'));
    expect(state.messages.get(3)).toMatchObject({ requiresHuman: true, humanReplied: false });
  });

  test('keep their marks when another call corrects their words', () => {
    const state = after(markHuman(1));
    const stated = { userMessage: 'hello, corrected' };
    const extras = { side: 'ask', values: {} } as const;
    carryOut(state, {
      kind: 'logExchange',
      conversationId: 'conv_123',
      call: 'ask',
      stated,
      extras,
      platform: 'polly',
    });
    expect(state.messages.get(1)).toMatchObject({ text: 'hello, corrected', requiresHuman: true });
  });

  test.each([markHuman(2), markReplied(99)])('that nobody said cannot be marked', (command) => {
    const state = after();
    expect(() => carryOut(state, command)).toThrow(NotFoundError);
    expect(state.events).toHaveLength(1);
  });
});

test('a reply of a person tells who holds it before it tells the words, and names him in its metadata', () => {
  const state = after(ask({ reason: 'refund' }));
  const events = eventsOf(state, reply('operator-1', 'Here is your money'));
  expect(events).toMatchObject([
    {
      kind: 'HandoffChanged',
      from: 'PENDING',
      by: 'operator-1',
      conversation: { owner: 'HUMAN', operator: 'operator-1' },
    },
    {
      kind: 'MessagesLogged',
      messages: [{ sender: 'HUMAN', text: 'Here is your money', metadata: { operator: 'operator-1' } }],
    },
  ]);
  expect(eventsOf(state, reply('operator-1', 'Here is your money'))).toHaveLength(1);
});

test('notes are numbered, dated and signed, also when the conversation is closed or held by another', () => {
  const note: Command = {
    kind: 'addNote',
    conversationId: 'conv_123',
    author: 'operator-2',
    text: 'a regular',
  };
  const state = after(takeOver('operator-1'), note, close());
  expect(eventsOf(state, note)).toMatchObject([
    {
      kind: 'NoteAdded',
      note: { id: 2, conversationId: 1, author: 'operator-2', text: 'a regular', at: later },
    },
  ]);
  expect(it(state)).toMatchObject({ status: 'CLOSED', owner: 'BOT' });
});

test.each([ask(), takeOver('operator-1'), release('operator-1'), reply('operator-1')])(
  'nothing is handed over that is not there: $kind',
  (command) => {
    const state = emptyState();
    expect(() => carryOut(state, command)).toThrow(NotFoundError);
    expect(state.events).toEqual([]);
  },
);

/** Deeds whose second time is as good as none. */
const repeatable = new Set([
  'requestHuman',
  'takeOver',
  'release',
  'markHuman',
  'markReplied',
  'closeConversation',
  'reopenConversation',
]);
const clock = fc.array(fc.constantFrom(0, 1, 1000, 60_000), { minLength: 20, maxLength: 20 });

/** Carries all of it out beside the second telling, and looks at both after every step. */
function race(list: Deed[], ticks: number[], look: (step: Step) => void = () => undefined): Run {
  const [state, desk] = [emptyState(), new Desk()];
  let ms = Date.parse(noon);
  for (const [index, command] of [logMessage('USER', 'hi', { conversationId: 'a' }), ...list].entries()) {
    ms += ticks[index] ?? 0;
    const now = new Date(ms).toISOString();
    const known = state.events.length;
    const before = 'conversationId' in command ? desk.of(command.conversationId) : undefined;
    const expected = desk.take(command, now);
    let refusal: string | null = null;
    try {
      carryOut(state, command, now);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      refusal = error.name;
    }
    expect(refusal, command.kind).toBe(expected);
    look({ state, desk, command, now, refusal, before, events: state.events.slice(known) });
  }
  return { state, desk };
}
type Run = { state: State; desk: Desk };
type Step = Run & {
  command: Deed;
  now: string;
  refusal: string | null;
  before: ReturnType<Desk['of']>;
  events: Event[];
};

/** A state in the words of the second telling. */
function tell(state: State): Record<string, object> {
  return Object.fromEntries(
    [...state.conversations.own.values()].map((conversation) => {
      const messages = [...state.messages.own.values()]
        .filter(({ conversationId }) => conversationId === conversation.id)
        .toSorted((left, right) => left.id - right.id)
        .map(({ id, requiresHuman, humanReplied }) => [id, { requiresHuman, humanReplied }]);
      const notes = [...state.notes.own.values()]
        .filter(({ conversationId }) => conversationId === conversation.id)
        .map(({ author, text }) => `${author}: ${text}`);
      const { status, owner, ownerSince: since, operator, handoffReason: reason, priority } = conversation;
      const told = { isClosed: status === 'CLOSED', owner, since, operator, reason, priority, notes };
      return [conversation.externalId, { ...told, messages: Object.fromEntries(messages) as object }];
    }),
  );
}

test('2,000 races of two operators, a bot and an administrator end as a second, simpler telling says', () => {
  fc.assert(
    fc.property(deeds, clock, (list, ticks) => {
      const { state, desk } = race(list, ticks);
      expect(tell(state)).toEqual(desk.tell());
    }),
    { numRuns: 2000 },
  );
});

test('no race ever hands a conversation from one operator to another without being let go of in between, or taken by force', () => {
  fc.assert(
    fc.property(deeds, clock, (list, ticks) => {
      const { state } = race(list, ticks);
      const holders = new Map<number, string | null>();
      for (const event of state.events) {
        if (!('conversation' in event)) continue;
        const { id, owner, operator } = event.conversation;
        const holder = holders.get(id) ?? null;
        const isTaken = holder !== null && operator !== null && operator !== holder;
        expect(event.kind === 'HandoffChanged' ? (event.takenFrom ?? null) : null).toBe(
          isTaken ? holder : null,
        );
        if (operator !== null) expect(owner).toBe('HUMAN');
        holders.set(id, operator);
      }
    }),
    { numRuns: 500 },
  );
});

test('whatever was done and is done again at once makes no event', () => {
  fc.assert(
    fc.property(deeds, clock, (list, ticks) => {
      race(list, ticks, ({ state, command, refusal }) => {
        if (refusal !== null || !repeatable.has(command.kind)) return;
        const fork = state.fork();
        carryOut(fork, command, evening);
        expect(fork.events, command.kind).toEqual([]);
      });
    }),
    { numRuns: 500 },
  );
});

test('every change of hands tells who did it, when, and from whose hands', () => {
  fc.assert(
    fc.property(deeds, clock, (list, ticks) => {
      race(list, ticks, ({ command, now, events, before }) => {
        const changes = events.filter((event) => event.kind === 'HandoffChanged');
        for (const [index, { at, from, by, conversation }] of changes.entries()) {
          expect(at).toBe(now);
          if (index === 0 && before !== undefined) expect(from).toBe(before.owner);
          if (from !== conversation.owner) expect(conversation.ownerSince).toBe(now);
          const doer =
            'by' in command
              ? command.by
              : 'operator' in command
                ? command.operator
                : (conversation.operator ?? 'human');
          expect(by).toBe(doer);
          if (conversation.operator !== null) expect(OPERATORS).toContain(conversation.operator);
        }
        if (
          command.kind === 'requestHuman' &&
          command.reason !== null &&
          changes[0] &&
          before?.owner !== 'HUMAN'
        )
          expect(changes[0].conversation.handoffReason).toBe(command.reason);
      });
    }),
    { numRuns: 500 },
  );
});

test('folding the events alone, written out and read again, ends in the same state', () => {
  fc.assert(
    fc.property(deeds, clock, (list, ticks) => {
      const { state, desk } = race(list, ticks);
      const folded = emptyState();
      for (const event of state.events) {
        folded.evolve(decodeEvent(JSON.parse(JSON.stringify(encodeEvent(event))) as EventRow));
      }
      expect(tell(folded)).toEqual(desk.tell());
      for (const part of ['project', 'conversations', 'exchanges', 'messages', 'notes'] as const) {
        const [left, right] = [folded[part], state[part]].map((row) => ('own' in row ? row.own : row));
        if (!isDeepStrictEqual(left, right)) expect(left, part).toEqual(right);
      }
    }),
    { numRuns: 500 },
  );
});

test('an end and a new beginning by hand leave a conversation with the bot', () => {
  expect(it(after(takeOver('operator-1'), close(), reopen()))).toMatchObject({
    status: 'ACTIVE',
    owner: 'BOT',
  });
});
