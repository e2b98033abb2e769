import type { Answer, LogExchange, LogMessage } from './command.ts';
import { preview, type Conversation, type EndUser } from './conversation.ts';
import { emit, nothing, reopen, touch } from './emit.ts';
import type { Announcement } from './event.ts';
import {
  isSame,
  mergeExchange,
  viewExchange,
  type Call,
  type Exchange,
  type Extras,
  type Stated,
} from './exchange.ts';
import { priceExchange, tellsPrice } from './exchange-cost.ts';
import type { Analysis, FactChange, Lesson } from './fact.ts';
import { noticeHumanReply } from './human-reply.ts';
import { learnFrom, learnWords } from './knowledge.ts';
import { lessonsOf } from './learning/lessons.ts';
import { study } from './learning/study.ts';
import type { Message } from './message.ts';
import { count, emptyProfile, type Profile } from './profile.ts';
import { exchangeKey } from './layers.ts';
import type { State } from './state.ts';

/** One call about the first exchange of a conversation. */
export function logExchange(state: State, command: LogExchange, now: string): Answer {
  const opened = openConversation(state, command.conversationId, {}, command.platform, now);
  const known = state.exchanges.get(exchangeKey(opened.conversation.id, 1));
  return logInto(state, opened, known, command.call, command.stated, command.extras, {
    announce: command.call === 'reply' ? 'polly_response' : null,
    replySender: 'BOT',
    analysis: command.analysis,
    isContinued: false,
    now,
  });
}

/** One utterance, or one with its answer. */
export function logMessage(state: State, command: LogMessage, now: string): Answer {
  const opened = openConversation(state, command.conversationId, command, command.origin, now);
  const { conversation } = opened;
  const { sender, text, facts, metadata } = command;
  if (sender === 'SYSTEM') return logSystemMessage(state, opened, command, now);
  const newest = state.exchanges.get(exchangeKey(conversation.id, conversation.exchanges));
  const isReply = sender !== 'USER';
  const open = isReply && newest?.stated.values.response === undefined ? newest : undefined;
  const moment = { ...(command.at !== undefined && { [isReply ? 'repliedAt' : 'askedAt']: command.at }) };
  const stated: Stated = isReply
    ? { ...facts, response: text, ...moment }
    : {
        ...facts,
        userMessage: text,
        ...moment,
        ...(command.reply !== undefined && { response: command.reply }),
      };
  if (command.reply !== undefined && command.at !== undefined) stated.repliedAt = command.at;
  if (open === undefined && command.at !== undefined) stated.timestamp = command.at;
  const extras: Extras = { side: isReply ? 'reply' : 'ask', values: metadata };
  const call = command.reply === undefined ? (isReply ? 'reply' : 'ask') : 'whole';
  return logInto(state, opened, open, call, stated, extras, {
    announce: null,
    replySender: sender === 'HUMAN' ? 'HUMAN' : 'BOT',
    analysis: command.analysis,
    isContinued: command.isContinued ?? false,
    now,
  });
}

/** What a call may say about a conversation as a whole. */
type About = Pick<LogMessage, 'endUserId' | 'channel' | 'platform'>;

/** A conversation, and what a MessagesLogged says of its beginning. */
type Opened = { conversation: Conversation; started: number | null };

/** The conversation of an external id, started when it is new, changed when the call says more about it. */
export function openConversation(
  state: State,
  externalId: string | null,
  about: About,
  defaultPlatform: string,
  now: string,
): Opened {
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
  if (isSame(changed, known)) return { conversation: known, started: null };
  const conversation = touch(state, changed, now);
  emit(state, now, { kind: 'ConversationChanged', conversation });
  return { conversation, started: null };
}

/** A new conversation; the event of its first message tells of it. */
function startConversation(
  state: State,
  externalId: string | null,
  about: About & { platform: string },
  endUser: EndUser | null,
  now: string,
): Opened {
  const generated = externalId === null ? generateId(state, now) : 0;
  return {
    started: generated,
    conversation: {
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
      closeReason: null,
      owner: 'BOT',
      ownerSince: now,
      operator: null,
      handoffReason: null,
      priority: 0,
      handoffs: 0,
      wantedSince: null,
      activeAt: now,
      activeSeq: 0,
    },
  };
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

type Telling = {
  announce: Announcement | null;
  replySender: 'BOT' | 'HUMAN';
  /** What the user's words of this call tell. */
  analysis: Analysis | undefined;
  isContinued: boolean;
  now: string;
};

/** Merges a call into an exchange (a new one when none is given) and logs the messages that it makes or changes. */
function logInto(
  state: State,
  { conversation, started }: Opened,
  known: Exchange | undefined,
  call: Call,
  stated: Stated,
  extras: Extras,
  { announce, replySender, analysis: studied, isContinued, now }: Telling,
): Answer {
  const before = known ?? newExchange(state, conversation, now);
  const merged = mergeExchange(before, call, stated, extras);
  if (merged === before) return answerOf(state, conversation, before);

  const analysis = studied ?? (stated.userMessage === undefined ? undefined : study(stated.userMessage));
  const asked = told(state, conversation, messageOf(state, merged, 'ask', 'USER', now), stated, analysis);
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
    wantedSince: replySender === 'HUMAN' && isNew(replied) ? null : current.wantedSince,
    messages: current.messages + changed.filter(isNew).length,
    exchanges: Math.max(current.exchanges, exchange.ordinal),
  };
  emit(state, now, {
    kind: 'MessagesLogged',
    conversation: withLastWords(counted, changed.at(-1)),
    messages: changed,
    exchange,
    announce: isVisible ? (announce ?? view.type) : null,
    ...learned(state, asked, isNew(asked), analysis, now),
    started,
    isContinued,
  });
  const logged = state.events.at(-1);
  if (replySender === 'HUMAN' && replied !== null && changed.includes(replied)) {
    noticeHumanReply(state, state.conversations.get(conversation.externalId)!, now);
  }
  if (tellsPrice(stated)) {
    priceExchange(state, state.conversations.get(conversation.externalId)!, exchange, now);
  }
  const answer = answerOf(state, state.conversations.get(conversation.externalId)!, exchange);
  return { ...answer, facts: logged?.kind === 'MessagesLogged' ? logged.facts : [] };
}

/** A user's message with its owner and what its words tell. */
function told(
  state: State,
  conversation: Conversation,
  message: Message | null,
  stated: Stated,
  analysis: Analysis | undefined,
): Message | null {
  if (message === null) return null;
  const known = state.messages.get(message.id);
  const endUserId = known === undefined ? (conversation.endUser?.id ?? null) : known.endUserId;
  const { sentiment, topics } =
    message.text === stated.userMessage && analysis !== undefined ? analysis : (known ?? message);
  return { ...message, endUserId, sentiment, topics };
}

/** What a message of a known person adds to the counts and facts; one whose words changed was counted before. */
function learned(
  state: State,
  message: Message | null,
  isNew: boolean,
  analysis: Analysis | undefined,
  now: string,
): { profile: Profile | null; facts: FactChange[] } {
  const endUserId = message?.endUserId ?? null;
  if (message === null || endUserId === null) return { profile: null, facts: [] };
  const lessons = (): Lesson[] => analysis?.lessons ?? lessonsOf(message.text).lessons;
  if (!isNew) {
    const isReworded = state.messages.get(message.id)?.text !== message.text;
    return {
      profile: null,
      facts: isReworded ? learnWords(state, lessons(), { ...message, endUserId }, now) : [],
    };
  }
  const profile = count(state.profiles.get(endUserId) ?? emptyProfile(endUserId), message);
  const facts = learnFrom(state, lessons(), { ...message, endUserId }, profile, now);
  return { profile, facts };
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

/** Words of others than users are not looked into. */
const untold = { endUserId: null, sentiment: null, topics: [] };
/** Messages that nobody marked. */
const unmarked = { requiresHuman: false, humanReplied: false };

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
    ...untold,
    requiresHuman: known?.requiresHuman ?? false,
    humanReplied: known?.humanReplied ?? false,
  };
}

function logSystemMessage(
  state: State,
  { conversation, started }: Opened,
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
    ...untold,
    ...unmarked,
  };
  const counted = { ...touch(state, conversation, now), messages: conversation.messages + 1 };
  emit(state, now, {
    kind: 'MessagesLogged',
    conversation: withLastWords(counted, message),
    messages: [message],
    exchange: null,
    announce: null,
    profile: null,
    facts: [],
    started,
    isContinued: false,
  });
  return { ...nothing, conversation: state.conversations.get(conversation.externalId)!, messages: [message] };
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
  return { conversation, messages, facts: [] };
}
