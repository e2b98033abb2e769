import type { Answer, Command, LogExchange, LogMessage } from './command.ts';
import { preview, type Conversation, type EndUser } from './conversation.ts';
import { ConflictError, InvalidInputError, NotFoundError } from './errors.ts';
import type { Announcement, Event, EventBody } from './event.ts';
import {
  isSame,
  mergeExchange,
  viewExchange,
  type Call,
  type Exchange,
  type Extras,
  type Stated,
} from './exchange.ts';
import type { Message } from './message.ts';
import { exchangeKey, type State } from './state.ts';

/**
 * What a command does to a project: its events, applied to `state` as they are decided. Throws a DomainError
 * when it is refused; the caller drops the state then.
 */
export function decide(state: State, command: Command, now: string): Answer {
  switch (command.kind) {
    case 'logExchange':
      return logExchange(state, command, now);
    case 'logMessage':
      return logMessage(state, command, now);
    case 'closeConversation':
      return setStatus(state, command.conversationId, now, 'CLOSED', command.reason);
    case 'reopenConversation':
      return setStatus(state, command.conversationId, now, 'ACTIVE', null);
    case 'createKey':
      if (state.keys.get(command.key.id) !== undefined) throw new ConflictError('This key exists already.');
      emit(state, now, { kind: 'KeyCreated', key: { ...command.key, createdAt: now, revokedAt: null } });
      return nothing;
    case 'revokeKey':
      return revokeKey(state, command.keyId, now);
    case 'setPayloadMapping':
      if (!isSame(state.project.payloadMapping, command.mapping)) {
        emit(state, now, { kind: 'PayloadMappingChanged', mapping: command.mapping });
      }
      return nothing;
  }
}

const nothing: Answer = { conversation: null, messages: [] };

function emit(state: State, now: string, body: EventBody): void {
  state.evolve({ ...body, seq: state.project.head + 1, at: now } as Event);
}

/** The conversation as the next event will leave it: active now. */
function touch(state: State, conversation: Conversation, now: string): Conversation {
  return { ...conversation, activeAt: now, activeSeq: state.project.head + 1 };
}

function logExchange(state: State, command: LogExchange, now: string): Answer {
  const conversation = openConversation(state, command.conversationId, {}, command.platform, now);
  const known = state.exchanges.get(exchangeKey(conversation.id, 1));
  return logInto(state, conversation, known, command.call, command.stated, command.extras, {
    announce: command.call === 'reply' ? 'polly_response' : null,
    replySender: 'BOT',
    now,
  });
}

function logMessage(state: State, command: LogMessage, now: string): Answer {
  const conversation = openConversation(state, command.conversationId, command, 'api', now);
  const { sender, text, facts, metadata } = command;
  if (sender === 'SYSTEM') return logSystemMessage(state, conversation, command, now);
  const newest = state.exchanges.get(exchangeKey(conversation.id, conversation.exchanges));
  const isReply = sender !== 'USER';
  const open = isReply && newest?.stated.values.response === undefined ? newest : undefined;
  const stated: Stated = isReply
    ? { ...facts, response: text, ...(command.at !== undefined && { repliedAt: command.at }) }
    : { ...facts, userMessage: text, ...(command.at !== undefined && { askedAt: command.at }) };
  if (open === undefined && command.at !== undefined) stated.timestamp = command.at;
  const extras: Extras = { side: isReply ? 'reply' : 'ask', values: metadata };
  return logInto(state, conversation, open, isReply ? 'reply' : 'ask', stated, extras, {
    announce: null,
    replySender: sender === 'HUMAN' ? 'HUMAN' : 'BOT',
    now,
  });
}

/** What a call may say about a conversation as a whole. */
type About = Pick<LogMessage, 'endUserId' | 'channel' | 'platform'>;

/** The conversation of an external id, started when it is new, changed when the call says more about it. */
function openConversation(
  state: State,
  externalId: string | null,
  about: About,
  defaultPlatform: string,
  now: string,
): Conversation {
  const known = externalId === null ? undefined : state.conversations.get(externalId);
  const endUser = about.endUserId === undefined ? null : seeEndUser(state, about.endUserId, now);
  if (known === undefined) {
    return startConversation(state, externalId, { platform: defaultPlatform, ...about }, endUser, now);
  }
  const changed: Conversation = {
    ...known,
    endUser: endUser ?? known.endUser,
    channel: about.channel ?? known.channel,
    platform: about.platform ?? known.platform,
  };
  if (isSame(changed, known)) return known;
  const conversation = touch(state, changed, now);
  emit(state, now, { kind: 'ConversationChanged', conversation });
  return conversation;
}

function startConversation(
  state: State,
  externalId: string | null,
  about: About & { platform: string },
  endUser: EndUser | null,
  now: string,
): Conversation {
  const generated = externalId === null ? generateId(state, now) : null;
  const conversation = touch(
    state,
    {
      id: state.project.lastConversation + 1,
      externalId: externalId ?? `live_${generated}`,
      endUser,
      channel: about.channel ?? 'CHAT',
      platform: about.platform,
      status: 'ACTIVE',
      messages: 0,
      exchanges: 0,
      lastMessage: null,
      lastText: null,
      lastSender: null,
      startedAt: now,
      closedAt: null,
      activeAt: now,
      activeSeq: 0,
    },
    now,
  );
  emit(state, now, { kind: 'ConversationStarted', conversation, generated });
  return conversation;
}

/** The next free millisecond, so that no two generated ids are the same. */
function generateId(state: State, now: string): number {
  const next = Math.max(Date.parse(now), state.project.lastGenerated + 1);
  const isFree = (id: number): boolean => id >= next && state.conversations.get(`live_${id}`) === undefined;
  let id = state.freeIds.find(isFree) ?? next;
  while (!isFree(id)) id += 1;
  return id;
}

function seeEndUser(state: State, externalId: string, now: string): EndUser {
  const known = state.endUsers.get(externalId);
  if (known !== undefined) return known;
  const endUser = { id: state.project.lastEndUser + 1, externalId, createdAt: now };
  emit(state, now, { kind: 'EndUserAdded', endUser });
  return endUser;
}

type Telling = { announce: Announcement | null; replySender: 'BOT' | 'HUMAN'; now: string };

/** Merges a call into an exchange (a new one when none is given) and logs the messages that it makes or changes. */
function logInto(
  state: State,
  conversation: Conversation,
  known: Exchange | undefined,
  call: Call,
  stated: Stated,
  extras: Extras,
  { announce, replySender, now }: Telling,
): Answer {
  const before = known ?? newExchange(state, conversation, now);
  const merged = mergeExchange(before, call, stated, extras);
  if (merged === before) return answerOf(state, conversation, before);

  const asked = messageOf(state, merged, 'ask', 'USER', now);
  const replied = messageOf(state, merged, 'reply', replySender, now);
  const isNew = (message: Message | null): boolean =>
    message !== null && state.messages.get(message.id) === undefined;
  const current =
    conversation.status === 'CLOSED' && isNew(asked) ? reopen(state, conversation, now) : conversation;
  const changed = [asked, replied]
    .filter((message) => message !== null)
    .filter((message) => !isSame(message, state.messages.get(message.id)));
  // The event's own sequence number is known only here: a conversation may have been started just before.
  const exchange = known === undefined ? { ...merged, arrivedSeq: state.project.head + 1 } : merged;
  const view = viewExchange(exchange);
  const isVisible = known === undefined || !isSame(view, viewExchange(known));
  const counted: Conversation = {
    ...(isVisible || changed.length > 0 ? touch(state, current, now) : current),
    messages: current.messages + changed.filter(isNew).length,
    exchanges: Math.max(current.exchanges, exchange.ordinal),
  };
  emit(state, now, {
    kind: 'MessagesLogged',
    conversation: withLastWords(counted, changed.at(-1)),
    messages: changed,
    exchange,
    announce: isVisible ? (announce ?? view.type) : null,
  });
  return answerOf(state, state.conversations.get(conversation.externalId)!, exchange);
}

function newExchange(state: State, conversation: Conversation, now: string): Exchange {
  const none = { values: {}, strength: {} };
  return {
    conversationId: conversation.id,
    ordinal: conversation.exchanges + 1,
    firstMessage: state.project.lastMessage + 1,
    arrivedSeq: 0,
    arrivedAt: now,
    stated: none,
    ask: none,
    reply: none,
  };
}

/** The message of one side of an exchange as its claims tell it; null while that side has no words. */
function messageOf(
  state: State,
  exchange: Exchange,
  side: 'ask' | 'reply',
  sender: Message['sender'],
  now: string,
): Message | null {
  const { userMessage, response, askedAt, repliedAt } = exchange.stated.values;
  const [text, saidAt] = side === 'ask' ? [userMessage, askedAt] : [response, repliedAt];
  if (text === undefined) return null;
  const id = side === 'ask' ? exchange.firstMessage : exchange.firstMessage + 1;
  const known = state.messages.get(id);
  return {
    id,
    conversationId: exchange.conversationId,
    exchange: exchange.ordinal,
    sender: known?.sender ?? sender,
    text,
    at: saidAt ?? known?.at ?? now,
    metadata: exchange[side].values,
  };
}

function logSystemMessage(
  state: State,
  conversation: Conversation,
  command: LogMessage,
  now: string,
): Answer {
  const message: Message = {
    id: state.project.lastMessage + 1,
    conversationId: conversation.id,
    exchange: null,
    sender: 'SYSTEM',
    text: command.text,
    at: command.at ?? now,
    metadata: command.metadata,
  };
  const counted = { ...touch(state, conversation, now), messages: conversation.messages + 1 };
  emit(state, now, {
    kind: 'MessagesLogged',
    conversation: withLastWords(counted, message),
    messages: [message],
    exchange: null,
    announce: null,
  });
  return { conversation: state.conversations.get(conversation.externalId)!, messages: [message] };
}

function withLastWords(conversation: Conversation, message: Message | undefined): Conversation {
  if (message === undefined || message.id < (conversation.lastMessage ?? 0)) return conversation;
  return {
    ...conversation,
    lastMessage: message.id,
    lastText: preview(message.text),
    lastSender: message.sender,
  };
}

function answerOf(state: State, conversation: Conversation, exchange: Exchange): Answer {
  const messages = [exchange.firstMessage, exchange.firstMessage + 1]
    .map((id) => state.messages.get(id))
    .filter((message) => message !== undefined);
  return { conversation, messages };
}

function setStatus(
  state: State,
  externalId: string,
  now: string,
  status: Conversation['status'],
  reason: string | null,
): Answer {
  const conversation = state.conversations.get(externalId);
  if (conversation === undefined) {
    throw new NotFoundError(`There is no conversation with the external id "${externalId}" in this project.`);
  }
  if (conversation.status === status) return { conversation, messages: [] };
  if (status === 'ACTIVE') return { conversation: reopen(state, conversation, now), messages: [] };
  const closed: Conversation = { ...touch(state, conversation, now), status, closedAt: now };
  emit(state, now, { kind: 'ConversationClosed', conversation: closed, reason });
  return { conversation: closed, messages: [] };
}

function reopen(state: State, conversation: Conversation, now: string): Conversation {
  const reopened: Conversation = { ...touch(state, conversation, now), status: 'ACTIVE', closedAt: null };
  emit(state, now, { kind: 'ConversationReopened', conversation: reopened });
  return reopened;
}

function revokeKey(state: State, keyId: string, now: string): Answer {
  const key = state.keys.get(keyId);
  if (key === undefined) throw new NotFoundError(`There is no key ${keyId} in this project.`);
  if (key.revokedAt === null) emit(state, now, { kind: 'KeyRevoked', key: { ...key, revokedAt: now } });
  return nothing;
}

/** The refusal of an idempotency key that was used before, with other content. */
export function keyReused(key: string): ConflictError {
  return new ConflictError(
    `The idempotency key "${key}" was used before with other content. Send the same content, or a new key.`,
  );
}

/** The refusal of a list that is empty or too long. */
export function checkCount(field: string, count: number, most: number): void {
  if (count >= 1 && count <= most) return;
  throw new InvalidInputError(field, `${field} must hold 1 to ${most} entries; it holds ${count}.`);
}
