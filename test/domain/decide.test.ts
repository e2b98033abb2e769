import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Command } from '../../server/domain/command.ts';
import { DomainError } from '../../server/domain/errors.ts';
import type { Stated } from '../../server/domain/exchange.ts';
import { exchangeKey } from '../../server/domain/layers.ts';
import type { State } from '../../server/domain/state.ts';
import { decodeEvent, encodeEvent, type EventRow } from '../../server/journal/codec.ts';
import { carryOut, emptyState, noon } from './memory.ts';
import { Model } from './model.ts';

const text = fc.constantFrom('one', 'two', 'three');
const moment = fc.constantFrom('2025-01-20T10:00:00.000Z', '2025-01-20T10:00:01.000Z');
const conversationId = fc.constantFrom('a', 'b', `live_${Date.parse(noon)}`);
const tokens = fc.constantFrom({}, { total: 1 }, { total: 2 });
const fieldNames = fc.constantFrom('a', 'b', '__proto__', 'constructor');
const extraFields = fc.dictionary(fieldNames, fc.constantFrom(1, 2, 'x'), {
  maxKeys: 2,
  noNullPrototype: true,
});
const some = { requiredKeys: [] };

const facts = fc.record(
  { promptName: text, model: text, latencyMs: fc.constantFrom(0, 1, 2), tokensUsed: tokens, status: text },
  some,
);
const moments = fc.record({ timestamp: moment, askedAt: moment, repliedAt: moment }, some);
const words = {
  ask: fc.record({ userMessage: text }),
  reply: fc.record({ response: text, userMessage: text }, { requiredKeys: ['response'] }),
  whole: fc.oneof(
    fc.record({ userMessage: text, response: text }, { requiredKeys: ['userMessage'] }),
    fc.record({ response: text }),
  ),
};
const logsExchange = fc.constantFrom('ask' as const, 'reply' as const, 'whole' as const).chain((call) =>
  fc
    .tuple(fc.option(conversationId, { freq: 9 }), words[call], facts, moments, extraFields)
    .map(([id, said, known, when, values]): Command => {
      const stated = { ...said, ...known, ...when } as Stated;
      const side = stated.response === undefined ? 'ask' : 'reply';
      const extras = { side, values } as const;
      return { kind: 'logExchange', conversationId: id, call, stated, extras, platform: 'polly' };
    }),
);
const logsMessage = fc
  .tuple(
    conversationId,
    fc.constantFrom('USER' as const, 'BOT' as const, 'HUMAN' as const, 'SYSTEM' as const),
    text,
    facts,
    extraFields,
    fc.record(
      {
        at: moment,
        endUserId: fc.constantFrom('user123', 'user456'),
        channel: fc.constantFrom('CHAT' as const, 'CALL' as const),
        platform: text,
      },
      some,
    ),
  )
  .map(
    ([id, sender, said, known, metadata, about]) =>
      ({
        kind: 'logMessage',
        conversationId: id,
        sender,
        text: said,
        origin: 'api',
        facts: known,
        metadata,
        ...about,
      }) as Command,
  );
const changesStatus = conversationId.chain((id) =>
  fc.constantFrom<Command>(
    { kind: 'closeConversation', conversationId: id, reason: null },
    { kind: 'reopenConversation', conversationId: id },
  ),
);
const commands = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: logsExchange },
    { weight: 4, arbitrary: logsMessage },
    { weight: 1, arbitrary: changesStatus },
  ),
  { minLength: 1, maxLength: 14 },
);
/** A clock that sometimes stands still and sometimes goes back. */
const clock = fc.array(fc.constantFrom(0, 0, 1, 1000, -500), { minLength: 14, maxLength: 14 });

type Run = { state: State; model: Model; refusals: [expected: boolean, actual: boolean][] };

function run(list: Command[], ticks: number[]): Run {
  const [state, model] = [emptyState(), new Model()];
  let ms = Date.parse(noon);
  const refusals = list.map((command, index): [boolean, boolean] => {
    ms += ticks[index]!;
    const now = new Date(ms).toISOString();
    const expected = !model.take(command, now);
    try {
      carryOut(state, command, now);
      return [expected, false];
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return [expected, true];
    }
  });
  return { state, model, refusals };
}

const byId = (left: { id: number }, right: { id: number }): number => left.id - right.id;

/** A state in the words of the model. */
function tell(state: State): Record<string, object> {
  const messages = [...state.messages.own.values()].toSorted(byId);
  return Object.fromEntries(
    [...state.conversations.own.values()].map((it) => {
      const own = messages.filter(({ conversationId: id }) => id === it.id);
      const exchanges = Array.from({ length: it.exchanges }, (_, index) =>
        state.exchanges.get(exchangeKey(it.id, index + 1))!,
      );
      return [
        it.externalId,
        {
          platform: it.platform,
          channel: it.channel,
          endUser: it.endUser?.externalId ?? null,
          status: it.status,
          // What the words tell has tests of its own.
          messages: own.map(({ id, exchange, sender, text, at, metadata }) => ({
            id,
            exchange,
            sender,
            text,
            at,
            metadata,
          })),
          exchanges: exchanges.map(({ firstMessage, arrivedAt, stated }) => ({
            firstMessage,
            arrivedAt,
            stated: stated.values,
          })),
        },
      ];
    }),
  );
}

test('2,000 random lists of commands end as a second, simpler telling of the rules says', () => {
  fc.assert(
    fc.property(commands, clock, (list, ticks) => {
      const { state, model, refusals } = run(list, ticks);
      for (const [expected, actual] of refusals) expect(actual).toBe(expected);
      expect(tell(state)).toEqual(model.tell());
    }),
    { numRuns: 2000 },
  );
});

test('the log is dense, ids are unique, and what a conversation says of itself is what it holds', () => {
  fc.assert(
    fc.property(commands, clock, (list, ticks) => {
      const { state } = run(list, ticks);
      expect(state.events.map(({ seq }) => seq)).toEqual(state.events.map((_, index) => index + 1));
      expect(state.project.head).toBe(state.events.length);
      const logged = [...state.messages.own.values()].toSorted(byId);
      expect(new Set([...state.conversations.own.values()].map(({ id }) => id)).size).toBe(
        state.conversations.own.size,
      );
      for (const conversation of state.conversations.own.values()) {
        const own = logged.filter((message) => message.conversationId === conversation.id);
        const last = own.at(-1);
        expect(conversation).toMatchObject({
          messages: own.length,
          lastMessage: last?.id ?? null,
          lastText: last?.text ?? null,
          lastSender: last?.sender ?? null,
        });
        expect(conversation.closedAt === null).toBe(conversation.status === 'ACTIVE');
        const told = state.events.filter(
          (event) => 'conversation' in event && event.conversation.id === conversation.id,
        );
        expect(told.some(({ seq }) => seq === conversation.activeSeq)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test('no two messages of a log ever have the same id', () => {
  fc.assert(
    fc.property(commands, clock, (list, ticks) => {
      const { state } = run(list, ticks);
      const owners = new Map<number, string>();
      for (const event of state.events) {
        if (event.kind !== 'MessagesLogged') continue;
        for (const { id, conversationId: conversation, exchange, sender } of event.messages) {
          const owner = `${conversation} ${exchange} ${sender}`;
          expect(owners.get(id) ?? owner).toBe(owner);
          owners.set(id, owner);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('folding the log, written out and read again, gives the same state', () => {
  fc.assert(
    fc.property(commands, clock, (list, ticks) => {
      const { state } = run(list, ticks);
      const folded = emptyState();
      for (const event of state.events) {
        folded.evolve(decodeEvent(JSON.parse(JSON.stringify(encodeEvent(event))) as EventRow));
      }
      for (const part of ['project', 'endUsers', 'conversations', 'exchanges', 'messages'] as const) {
        const [left, right] = [folded[part], state[part]].map((it) => ('own' in it ? it.own : it));
        if (!isDeepStrictEqual(left, right)) expect(left, part).toEqual(right);
      }
      if (!isDeepStrictEqual(folded.events, state.events)) expect(folded.events).toEqual(state.events);
    }),
    { numRuns: 500 },
  );
});

test('a command that teaches nothing leaves no event', () => {
  fc.assert(
    fc.property(logsExchange, (command) => {
      if (command.kind !== 'logExchange' || command.conversationId === null) return;
      const state = emptyState();
      carryOut(state, command);
      const events = state.events.length;
      carryOut(state, command, '2025-01-21T00:00:00.000Z');
      expect(state.events).toHaveLength(events);
    }),
    { numRuns: 300 },
  );
});
