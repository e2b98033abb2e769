import { z } from 'zod';
import type { LogExchange } from '../domain/command.ts';
import type { Event } from '../domain/event.ts';
import { viewExchange, type Call as ExchangeCall, type Exchange, type Stated } from '../domain/exchange.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { applyMapping, type MappedDoor } from '../domain/mapping.ts';
import {
  amount,
  externalId,
  isBlank,
  jsonObject,
  label,
  moment,
  parseMoment,
  text,
} from '../domain/value.ts';
import type { JsonObject } from '../domain/value.ts';
import type { Journal } from '../journal/write.ts';
import type { Feed } from '../live/feed.ts';
import type { Call, Manner, Reply, Route, SocketRoute } from '../route.ts';
import type { PrismaClient } from '../store/database.ts';
import { recentExchanges } from '../store/exchange.ts';
import { answered } from './answered.ts';
import { parseBody } from './body.ts';
import type { Mappings } from './mapping.ts';
import { parseLimit } from './query.ts';
import { createStreamSocket } from './socket.ts';

/** An exchange as the Polly monitor showed it. */
type ConversationEvent = {
  id: string;
  type: 'new_message' | 'user_message' | 'polly_response';
  timestamp: string;
  user_message: string;
  polly_response: string;
  metadata: {
    prompt_name: string;
    tokens_used: JsonObject;
    latency_ms: number;
    model: string;
    status: string;
  };
};

/** Polly says what is wrong in `detail`; a body that cannot be used is 422. */
export const pollyManner: Manner = ({ status, message, headers }) => ({
  status: status === 400 ? 422 : status,
  body: { detail: message },
  ...(headers && { headers }),
});

const common = {
  id: externalId.optional(),
  prompt_name: label.optional(),
  model: label.optional(),
  latency_ms: amount.optional(),
  tokens_used: jsonObject.optional(),
  status: label.optional(),
  timestamp: moment.optional(),
};
const doors = {
  conversation: z.object({ ...common, user_message: text.optional(), polly_response: text.optional() }),
  'user-message': z.object({ ...common, message: text.optional() }),
  'polly-response': z.object({ ...common, user_message: text.optional(), response: text.optional() }),
} satisfies Record<MappedDoor, z.ZodObject>;
const calls: Record<MappedDoor, ExchangeCall> = {
  conversation: 'whole',
  'user-message': 'ask',
  'polly-response': 'reply',
};
/** Of these at least one must say something. */
const needed: Record<MappedDoor, string[]> = {
  conversation: ['user_message', 'polly_response'],
  'user-message': ['message'],
  'polly-response': ['response'],
};

type Dependencies = { journal: Journal; prisma: PrismaClient; mappings: Mappings };

/** The doors of the Polly monitor. */
export function pollyRoutes({ journal, prisma, mappings }: Dependencies): Route[] {
  const log = (door: MappedDoor): Route => ({
    method: 'POST',
    path: `/webhook/${door}`,
    scope: 'ingest',
    manner: pollyManner,
    async handle({ raw, caller, receipt }: Call): Promise<Reply> {
      const payload = applyMapping(await mappings(caller.projectId), door, parseBody(raw));
      const { answers, isReplay } = await journal.write(caller.projectId, [parseExchange(door, payload)], {
        bytes: raw.length,
        ...(receipt && { receipt }),
      });
      return answered(isReplay, 200, { status: 'success', id: answers[0]!.conversation!.externalId });
    },
  });
  const recent: Route = {
    method: 'GET',
    path: '/conversations/recent',
    scope: 'read',
    manner: pollyManner,
    async handle({ caller, query }) {
      const found = await recentExchanges(prisma, caller.projectId, parseLimit(query, 50, 500));
      const conversations = found.map(({ externalId: id, exchange }) => conversationEvent(id, exchange));
      return { status: 200, body: { conversations, count: conversations.length } };
    },
  };
  return [log('conversation'), log('user-message'), log('polly-response'), recent];
}

/** `WS /ws`: every exchange as it happens. */
export function pollySocket(feed: Feed): SocketRoute {
  return {
    path: '/ws',
    scope: 'read',
    manner: pollyManner,
    ...createStreamSocket(
      (projectId) => feed({ projectId }),
      ({ events }) => events.flatMap((event) => announcedExchange(event) ?? []),
    ),
  };
}

function announcedExchange(event: Event): ConversationEvent | null {
  if (event.kind !== 'MessagesLogged' || event.exchange === null || event.announce === null) return null;
  return { ...conversationEvent(event.conversation.externalId, event.exchange), type: event.announce };
}

function conversationEvent(conversationId: string, exchange: Exchange): ConversationEvent {
  const view = viewExchange(exchange);
  return {
    id: exchange.ordinal === 1 ? conversationId : `${conversationId}#${exchange.ordinal}`,
    type: view.type,
    timestamp: view.timestamp,
    user_message: view.userMessage,
    polly_response: view.response,
    metadata: {
      prompt_name: view.promptName,
      tokens_used: view.tokensUsed,
      latency_ms: view.latencyMs,
      model: view.model,
      status: view.status,
    },
  };
}

/** A payload as a command. Throws an InvalidInputError that names the field. */
function parseExchange(door: MappedDoor, payload: JsonObject): LogExchange {
  const parsed = doors[door].safeParse(payload);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const field = issue.path.join('.') || 'body';
    throw new InvalidInputError(field, `${field} ${issue.message}.`);
  }
  const body: Partial<Record<string, unknown>> = parsed.data;
  const spoken = (name: string): string | undefined => {
    const value = body[name];
    return typeof value === 'string' && !isBlank(value) ? value : undefined;
  };
  if (!needed[door].some((name) => spoken(name) !== undefined)) {
    const [first, second] = needed[door];
    const names = second === undefined ? `${first} must` : `${first} or ${second} must`;
    throw new InvalidInputError(first!, `${names} be there and not blank.`);
  }
  const { id, timestamp, tokens_used: tokensUsed, latency_ms: latencyMs } = parsed.data;
  const said = timestamp === undefined ? undefined : parseMoment(timestamp)!;
  const stated: Stated = withoutUndefined({
    userMessage: spoken(door === 'user-message' ? 'message' : 'user_message'),
    response: spoken(door === 'polly-response' ? 'response' : 'polly_response'),
    promptName: spoken('prompt_name'),
    model: spoken('model'),
    status: spoken('status'),
    latencyMs,
    tokensUsed,
    timestamp,
    askedAt: said,
    repliedAt: said,
  });
  const extras = Object.fromEntries(
    Object.entries(payload).filter(([name]) => !Object.hasOwn(doors[door].shape, name)),
  );
  const side = stated.response === undefined ? 'ask' : 'reply';
  const conversationId = id ?? null;
  return {
    kind: 'logExchange',
    conversationId,
    call: calls[door],
    stated,
    extras: { side, values: extras },
    platform: 'polly',
  };
}

function withoutUndefined<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
