import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogSegment } from '../../server/domain/command.ts';
import type { Segment } from '../../server/domain/segment.ts';
import type { State } from '../../server/domain/state.ts';
import { aSegment } from '../support/calls.ts';
import { carryOut, emptyState, noon } from './memory.ts';

/** The transcript as it is read: without what tells when its segments came. */
const transcript = (state: State): Partial<Segment>[] =>
  [...state.segments.values()]
    .toSorted((a, b) => a.startMs - b.startMs || a.id - b.id)
    .map(({ id: _, seq: __, at: ___, ...said }) => said);
const segmentOf = (state: State, externalId = 's1'): Segment =>
  [...state.segments.values()].find((it) => it.externalId === externalId)!;
const callOf = (state: State) => [...state.calls.values()][0]!;
const conversationOf = (state: State) => state.conversations.get('c1')!;
const start = (more: object = {}) =>
  ({
    kind: 'startCall',
    conversationId: 'c1',
    customerPhoneNumber: null,
    systemPhoneNumber: null,
    agentId: null,
    startedAt: null,
    metadata: {},
    ...more,
  }) as const;
const end = (more: object = {}) =>
  ({ kind: 'endCall', conversationId: 'c1', endedAt: null, reason: null, ...more }) as const;

describe('a segment', () => {
  const heard = aSegment({ text: 'hel', endMs: 300, isPartial: true });
  const more = aSegment({ text: 'hello th', endMs: 800, isPartial: true });
  const final = aSegment({ text: 'hello there', endMs: 1000 });

  test('grows through its partials and stays once it is final', () => {
    const state = emptyState();
    for (const [command, text] of [
      [heard, 'hel'],
      [more, 'hello th'],
      [heard, 'hello th'],
      [final, 'hello there'],
      [more, 'hello there'],
    ] as const) {
      carryOut(state, command);
      expect(segmentOf(state).text).toBe(text);
    }
  });

  test('a repeated final replaces its text and keeps its place', () => {
    const state = emptyState();
    carryOut(state, final);
    const { id } = segmentOf(state);
    carryOut(state, { ...final, text: 'hallo there' });
    expect(segmentOf(state)).toMatchObject({ id, text: 'hallo there' });
    expect(callOf(state).finals).toBe(1);
  });

  test('the same again makes no event', () => {
    const state = emptyState();
    for (const command of [heard, final]) {
      carryOut(state, command);
      const before = state.events.length;
      carryOut(state, command, '2025-01-20T13:00:00.000Z');
      expect(state.events.length).toBe(before);
    }
  });

  test('partials leave their conversation alone', () => {
    const state = emptyState();
    carryOut(state, start());
    const before = conversationOf(state);
    carryOut(state, heard);
    expect(conversationOf(state)).toBe(before);
    expect(state.events.at(-1)).not.toHaveProperty('conversation');
  });

  test('every order of partials, finals and repetitions ends in one transcript', () => {
    const reports = Array.from({ length: 5 }, (_, place): LogSegment[] => {
      const of = (text: string, length: number, isPartial: boolean): LogSegment =>
        aSegment({
          segmentId: `s${place}`,
          speaker: place % 2 === 0 ? 'CUSTOMER' : 'AGENT',
          text,
          startMs: place * 1000,
          endMs: place * 1000 + length,
          isPartial,
          sentiment: isPartial ? null : place / 10,
          metadata: { isPartial },
        });
      // The last one is never finished.
      const whole = place === 4 ? [] : [of('one two three', 900, false)];
      return [of('one', 300, true), of('one two', 600, true), ...whole];
    }).flat();
    const expected = emptyState();
    for (const report of reports) carryOut(expected, report);
    expect(transcript(expected).map((it) => it.isPartial)).toEqual([false, false, false, false, true]);

    const shuffled = fc
      .shuffledSubarray([...reports, ...reports], {
        minLength: reports.length,
        maxLength: reports.length * 2,
      })
      .map((some) => [...some, ...fcMissing(reports, some)]);
    fc.assert(
      fc.property(shuffled, fc.nat(), (commands, seed) => {
        const state = emptyState();
        const at = seed % (commands.length + 1);
        commands.forEach((command, index) => {
          if (index === at) carryOut(state, start());
          if (index > 0 && index === at) carryOut(state, end());
          carryOut(state, command);
        });
        expect(transcript(state)).toEqual(transcript(expected));
        expect(callOf(state).finals).toBe(4);
        expect(conversationOf(state)).toMatchObject({ lastText: 'one two three', lastSender: 'HUMAN' });
      }),
      { numRuns: 200 },
    );
  });
});

/** What must come at least once, whatever else does. */
const fcMissing = (all: LogSegment[], some: LogSegment[]): LogSegment[] =>
  all.filter((it) => !some.includes(it));

describe('a call', () => {
  test('begins with its first words when nobody started it', () => {
    const state = emptyState();
    carryOut(state, aSegment({ at: '2025-01-20T11:00:05.000Z' }));
    expect(state.events.map(({ kind }) => kind)).toEqual([
      'ConversationStarted',
      'CallStarted',
      'SegmentLogged',
    ]);
    expect(conversationOf(state)).toMatchObject({ channel: 'CALL', platform: 'call', status: 'ACTIVE' });
    expect(callOf(state)).toMatchObject({ startedAt: '2025-01-20T11:00:05.000Z', isStartStated: false });
  });

  test('that earlier words turn up of began earlier, unless somebody stated when', () => {
    const [state, stated] = [emptyState(), emptyState()];
    carryOut(stated, start({ startedAt: noon }));
    for (const each of [state, stated]) {
      carryOut(each, aSegment({ at: '2025-01-20T11:30:00.000Z' }));
      carryOut(each, aSegment({ segmentId: 's0', at: '2025-01-20T11:00:00.000Z' }));
    }
    expect(callOf(state).startedAt).toBe('2025-01-20T11:00:00.000Z');
    expect(callOf(stated).startedAt).toBe(noon);
  });

  test('learns what a later start states, and keeps what it does not', () => {
    const state = emptyState();
    carryOut(state, start({ customerPhoneNumber: '+15551234567', agentId: 'agent-1', metadata: { a: 1 } }));
    carryOut(state, start({ agentId: 'agent-2', startedAt: '2025-01-20T11:59:00.000Z', metadata: { b: 2 } }));
    expect(callOf(state)).toMatchObject({
      customerPhoneNumber: '+15551234567',
      agentId: 'agent-2',
      startedAt: '2025-01-20T11:59:00.000Z',
      metadata: { a: 1, b: 2 },
    });
    expect(conversationOf(state).endUser?.externalId).toBe('+15551234567');
    const before = state.events.length;
    carryOut(state, start({ agentId: 'agent-2' }));
    expect(state.events.length).toBe(before);
  });

  test.each(['anonymous', 'Restricted', '1001', 'sip:anonymous@anonymous.invalid'])(
    'from the number "%s" is nobody\'s',
    (customerPhoneNumber) => {
      const state = emptyState();
      carryOut(state, start({ customerPhoneNumber }));
      expect(conversationOf(state).endUser).toBeNull();
      expect(callOf(state).customerPhoneNumber).toBe(customerPhoneNumber);
    },
  );

  test('is ended as its conversation is closed, by either way', () => {
    const [ended, closed] = [emptyState(), emptyState()];
    for (const state of [ended, closed]) carryOut(state, start());
    carryOut(ended, end({ reason: 'hung up' }));
    carryOut(closed, { kind: 'closeConversation', conversationId: 'c1', reason: 'hung up' });
    expect(conversationOf(ended)).toEqual(conversationOf(closed));
    expect(conversationOf(ended)).toMatchObject({ status: 'CLOSED', closedAt: noon, closeReason: 'hung up' });
    carryOut(ended, { kind: 'reopenConversation', conversationId: 'c1' });
    expect(conversationOf(ended)).toMatchObject({ status: 'ACTIVE', closeReason: null });
  });

  test('that ended stays so, whatever comes late, and twice is the same as once', () => {
    const state = emptyState();
    carryOut(state, start());
    carryOut(state, end());
    const closed = state.events.length;
    carryOut(state, end(), '2025-01-20T13:00:00.000Z');
    expect(state.events.length).toBe(closed);
    carryOut(state, aSegment());
    carryOut(state, start({ agentId: 'agent-1' }));
    expect(conversationOf(state)).toMatchObject({
      status: 'CLOSED',
      closedAt: noon,
      lastText: 'hello there',
    });
    const stated = { endedAt: '2025-01-20T11:59:30.000Z', reason: 'hung up' };
    carryOut(state, end(stated));
    const { endedAt: closedAt, reason: closeReason } = stated;
    expect(conversationOf(state)).toMatchObject({ status: 'CLOSED', closedAt, closeReason });
  });

  test('that nobody knows cannot be ended', () => {
    const state = emptyState();
    expect(() => carryOut(state, end())).toThrow('There is no call with the id "c1" in this project.');
    carryOut(state, {
      kind: 'submitFeedback',
      conversationId: 'c1',
      origin: 'api',
      feedback: { rating: 1, ratingType: 'THUMBS', externalId: null } as never,
    });
    expect(() => carryOut(state, end())).toThrow('There is no call with the id "c1" in this project.');
  });

  test('shows the words that were said last, not those that came last', () => {
    const state = emptyState();
    carryOut(
      state,
      aSegment({ segmentId: 's2', startMs: 5000, endMs: 6000, text: 'later', speaker: 'AGENT' }),
    );
    carryOut(state, aSegment({ text: 'earlier' }));
    expect(conversationOf(state)).toMatchObject({ lastText: 'later', lastSender: 'HUMAN', messages: 0 });
  });

  test('is about what others report, one of a name once', () => {
    const state = emptyState();
    const categorize = (name: string, points: { startMs: number; endMs: number }[]): void =>
      void carryOut(state, { kind: 'categorizeCall', conversationId: 'c1', categories: [{ name, points }] });
    categorize('refund', []);
    categorize('angry', []);
    categorize('refund', [{ startMs: 0, endMs: 5 }]);
    expect(callOf(state).categories).toEqual([
      { name: 'refund', points: [{ startMs: 0, endMs: 5 }] },
      { name: 'angry', points: [] },
    ]);
  });
});

describe('categories of the project', () => {
  const refund = { name: 'refund', phrases: ['money back', 'refund*'], speaker: 'CUSTOMER' } as const;
  const withRefund = (): State => {
    const state = emptyState();
    carryOut(state, {
      kind: 'setCallCategory',
      name: 'refund',
      category: { ...refund, phrases: [...refund.phrases] },
    });
    return state;
  };

  test('are found in finals with the characters that fit, and again when one is corrected', () => {
    const state = withRefund();
    carryOut(state, aSegment({ text: 'my money back', isPartial: true, endMs: 1 }));
    expect(segmentOf(state).matches).toEqual([]);
    carryOut(state, aSegment({ text: 'I want my Money  back, refunds now' }));
    expect(segmentOf(state).matches).toEqual([
      { category: 'refund', start: 10, end: 21 },
      { category: 'refund', start: 23, end: 30 },
    ]);
    carryOut(state, aSegment({ text: 'I want my monkey back' }));
    expect(segmentOf(state).matches).toEqual([]);
  });

  test('look at the speaker, and are gone when they are taken away', () => {
    const state = withRefund();
    carryOut(state, aSegment({ segmentId: 'a', speaker: 'AGENT', text: 'a refund' }));
    expect(segmentOf(state, 'a').matches).toEqual([]);
    carryOut(state, { kind: 'setCallCategory', name: 'refund', category: null });
    carryOut(state, aSegment({ segmentId: 'b', text: 'a refund' }));
    expect(segmentOf(state, 'b').matches).toEqual([]);
    expect(() => carryOut(state, { kind: 'setCallCategory', name: 'refund', category: null })).toThrow(
      'no category',
    );
  });

  test('are at most a hundred', () => {
    const state = emptyState();
    const add = (name: string): unknown =>
      carryOut(state, { kind: 'setCallCategory', name, category: { name, phrases: ['x'], speaker: null } });
    for (let count = 0; count < 100; count += 1) add(`c${count}`);
    expect(() => add('one more')).toThrow('at most 100');
    add('c5');
  });
});
