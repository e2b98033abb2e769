import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Command } from '../../server/domain/command.ts';
import type { Call, Stated } from '../../server/domain/exchange.ts';
import { noon } from '../domain/memory.ts';
import { Model } from '../domain/model.ts';
import {
  CONVERSATION,
  logMessage,
  messagesOf,
  POLLY_RESPONSE,
  recent,
  USER_MESSAGE,
  type LoggedMessage,
  type PollyEvent,
} from '../support/polly.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ now: () => Date.parse(noon) });
});
afterAll(() => server[Symbol.asyncDispose]());

type Body = { user_message?: string; polly_response?: string; message?: string; response?: string } & {
  prompt_name?: string;
  model?: string;
  latency_ms?: number;
  tokens_used?: Record<string, number>;
  status?: string;
  timestamp?: string;
  tag?: string;
};
type Step =
  | {
      kind: 'post';
      id: string;
      door: typeof CONVERSATION | typeof USER_MESSAGE | typeof POLLY_RESPONSE;
      body: Body;
    }
  | { kind: 'say'; id: string; sender: 'USER' | 'BOT' | 'HUMAN' | 'SYSTEM'; text: string; model?: string }
  | { kind: 'closeConversation' | 'reopenConversation'; id: string };

const text = fc.constantFrom('one', 'two', 'three');
const id = fc.constantFrom('a', 'b');
const facts = {
  prompt_name: text,
  model: text,
  latency_ms: fc.constantFrom(0, 1.5),
  tokens_used: fc.constantFrom({}, { total: 1 }),
  status: text,
  timestamp: fc.constantFrom('2025-01-20T10:00:00.000Z', '2025-01-20T10:00:01.000Z'),
  tag: text,
};
const post = fc.oneof(
  fc.record({
    door: fc.constant(CONVERSATION),
    body: fc.record(
      { ...facts, user_message: text, polly_response: text },
      { requiredKeys: ['user_message'] },
    ),
  }),
  fc.record({
    door: fc.constant(USER_MESSAGE),
    body: fc.record({ ...facts, message: text }, { requiredKeys: ['message'] }),
  }),
  fc.record({
    door: fc.constant(POLLY_RESPONSE),
    body: fc.record({ ...facts, response: text, user_message: text }, { requiredKeys: ['response'] }),
  }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(id, post).map(([to, it]): Step => ({ kind: 'post', id: to, ...it }) as Step),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        kind: fc.constant('say' as const),
        id,
        sender: fc.constantFrom('USER', 'BOT', 'HUMAN', 'SYSTEM'),
        text,
        model: text,
      },
      { requiredKeys: ['kind', 'id', 'sender', 'text'] },
    ) as fc.Arbitrary<Step>,
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('closeConversation', 'reopenConversation'), id }),
  },
);

/** What a step says, for the model. */
function commandOf(step: Step, prefix: string): Command {
  const conversationId = prefix + step.id;
  if (step.kind === 'say') {
    const facts = step.model === undefined || step.sender === 'SYSTEM' ? {} : { model: step.model };
    const { sender, text } = step;
    return { kind: 'logMessage', conversationId, sender, text, origin: 'api', facts, metadata: {} };
  }
  if (step.kind !== 'post') return { kind: step.kind, conversationId, reason: null } as Command;
  const { tag, timestamp, ...body } = step.body;
  const calls: Record<string, Call> = {
    [CONVERSATION]: 'whole',
    [USER_MESSAGE]: 'ask',
    [POLLY_RESPONSE]: 'reply',
  };
  const given = {
    userMessage: body.message ?? body.user_message,
    response: body.response ?? body.polly_response,
    promptName: body.prompt_name,
    model: body.model,
    latencyMs: body.latency_ms,
    tokensUsed: body.tokens_used,
    status: body.status,
    timestamp,
    askedAt: timestamp,
    repliedAt: timestamp,
  };
  const stated = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Stated;
  const side = stated.response === undefined ? 'ask' : 'reply';
  const extras = { side, values: tag === undefined ? {} : { tag } } as const;
  return { kind: 'logExchange', conversationId, call: calls[step.door]!, stated, extras, platform: 'polly' };
}

/** Carries out a step at its door; false when it is refused. */
async function carryOut(step: Step, prefix: string): Promise<boolean> {
  const conversationId = prefix + step.id;
  if (step.kind === 'post') {
    expect((await server.post(step.door, { id: conversationId, ...step.body })).status).toBe(200);
    return true;
  }
  if (step.kind === 'say') {
    const { sender, text: words, model } = step;
    await logMessage(server, { conversationId, sender, text: words, ...(model && { model }) });
    return true;
  }
  const mutation = `mutation ($conversationId: String!) { ${step.kind}(input: { conversationId: $conversationId }) { __typename } }`;
  const data = await server.graphql<Record<string, { __typename: string }>>(mutation, { conversationId });
  return data[step.kind]!.__typename !== 'NotFoundError';
}

type Told = {
  status: string;
  messages: LoggedMessage[];
  exchanges: { firstMessage: number; stated: Stated }[];
};

/** The exchanges that the model knows, as the document shows them, newest first. */
function eventsOf(told: Record<string, Told>): PollyEvent[] {
  const exchanges = Object.entries(told).flatMap(([conversation, { exchanges: own }]) =>
    own.map((exchange, index) => ({
      ...exchange,
      id: index === 0 ? conversation : `${conversation}#${index + 1}`,
    })),
  );
  return exchanges
    .toSorted((left, right) => right.firstMessage - left.firstMessage)
    .map(({ id: exchangeId, stated }) => ({
      id: exchangeId,
      type: stated.response === undefined ? 'user_message' : 'new_message',
      timestamp: stated.timestamp ?? noon,
      user_message: stated.userMessage ?? '',
      polly_response: stated.response ?? '',
      metadata: {
        prompt_name: stated.promptName ?? 'unknown',
        tokens_used: stated.tokensUsed ?? {},
        latency_ms: stated.latencyMs ?? 0,
        model: stated.model ?? 'unknown',
        status: stated.status ?? (stated.response === undefined ? 'pending' : 'success'),
      },
    }));
}

test('whatever is said at whatever door, what is read is what the model of the rules tells', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const prefix = `run ${(run += 1)} `;
      const model = new Model();
      for (const one of steps)
        expect(await carryOut(one, prefix)).toBe(model.take(commandOf(one, prefix), noon));
      const told = model.tell() as Record<string, Told>;
      const events = eventsOf(told);
      expect((await recent(server)).filter((event) => event.id.startsWith(prefix))).toEqual(events);
      for (const [externalId, { status, messages }] of Object.entries(told)) {
        const expected = messages.map(({ sender, text: words, at, metadata }) => ({
          sender,
          text: words,
          at,
          metadata,
        }));
        expect(await messagesOf(server, externalId)).toEqual(expected);
        const query =
          'query ($id: String!) { conversation(externalId: $id) { status messageCount lastText } }';
        expect(await server.graphql(query, { id: externalId })).toEqual({
          conversation: { status, messageCount: messages.length, lastText: messages.at(-1)?.text ?? null },
        });
      }
    }),
    { numRuns: 40 },
  );
});
