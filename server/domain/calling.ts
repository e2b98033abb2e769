import type { Call } from './call.ts';
import { callerOf } from './call.ts';
import { matchCategories, type CallCategory } from './call-category.ts';
import type { Answer, Calling, CategorizeCall, EndCall, LogSegment, StartCall } from './command.ts';
import { preview, type Conversation } from './conversation.ts';
import { close, emit, nothing, touch } from './emit.ts';
import { InvalidInputError, NotFoundError } from './errors.ts';
import { isSame } from './exchange.ts';
import { segmentKey } from './layers.ts';
import { openConversation } from './log.ts';
import { mergeSegment, type Segment } from './segment.ts';
import type { State } from './state.ts';

/** What happens on calls. What is so already makes no event. */
export function decideCalling(state: State, command: Calling, now: string): Answer {
  switch (command.kind) {
    case 'startCall':
      return startCall(state, command, now);
    case 'logSegment':
      return logSegment(state, command, now);
    case 'endCall':
      return endCall(state, command, now);
    case 'categorizeCall':
      return categorizeCall(state, command, now);
  }
}

type OpenCall = { conversation: Conversation; call: Call };

/** The call of an external id; it begins with `begin` when it is new. */
function openCall(state: State, externalId: string, begin: Partial<Call>, now: string): OpenCall {
  const endUserId = callerOf(begin.customerPhoneNumber ?? null);
  const about = { channel: 'CALL', ...(endUserId !== undefined && { endUserId }) } as const;
  const { conversation, started } = openConversation(state, externalId, about, 'call', now);
  const known = state.calls.get(conversation.id);
  if (known !== undefined) return { conversation, call: known };
  if (started !== null) {
    const begun = touch(state, conversation, now);
    emit(state, now, { kind: 'ConversationStarted', conversation: begun, generated: null });
  }
  const call: Call = {
    conversationId: conversation.id,
    customerPhoneNumber: null,
    systemPhoneNumber: null,
    agentId: null,
    startedAt: now,
    isStartStated: false,
    metadata: {},
    categories: [],
    finals: 0,
    lastStartMs: 0,
    ...begin,
  };
  const active = touch(state, conversation, now);
  emit(state, now, { kind: 'CallStarted', conversation: active, call });
  return { conversation: active, call };
}

function changeCall(state: State, { conversation, call }: OpenCall, after: Call, now: string): OpenCall {
  if (isSame(after, call)) return { conversation, call };
  const active = touch(state, conversation, now);
  emit(state, now, { kind: 'CallChanged', conversation: active, call: after });
  return { conversation: active, call: after };
}

const answer = ({ conversation, call }: OpenCall, segment?: Segment): Answer => ({
  ...nothing,
  conversation,
  recorded: segment === undefined ? { call } : { call, segment },
});

/** Null is what nobody stated. */
const stated = <T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as never;

/** A call that was begun already, by its first words or another start, learns what is new. An ended one stays so. */
function startCall(state: State, command: StartCall, now: string): Answer {
  const { customerPhoneNumber, systemPhoneNumber, agentId, startedAt, metadata } = command;
  const known = {
    ...stated({ customerPhoneNumber, systemPhoneNumber, agentId, startedAt }),
    ...(startedAt !== null && { isStartStated: true }),
  };
  const open = openCall(state, command.conversationId, { ...known, metadata }, now);
  const after = { ...open.call, ...known, metadata: { ...open.call.metadata, ...metadata } };
  return answer(changeCall(state, open, after, now));
}

const categoriesOf = (state: State): CallCategory[] =>
  [...state.callCategories.values()].flatMap(({ category }) => category ?? []);

/** One piece of the transcript. A call that was ended stays so; what comes late takes its place. */
function logSegment(state: State, command: LogSegment, now: string): Answer {
  const { conversationId: externalId, at } = command;
  const begun = openCall(state, externalId, { startedAt: at ?? now }, now);
  const isEarlier = !begun.call.isStartStated && at !== null && at < begun.call.startedAt;
  const open = isEarlier ? changeCall(state, begun, { ...begun.call, startedAt: at }, now) : begun;
  const key = segmentKey(open.conversation.id, command.segmentId);
  const before = state.segments.get(key);
  const merged = mergeSegment(before, command, now);
  const segment: Segment = {
    ...merged,
    id: before?.id ?? state.project.lastMessage + 1,
    conversationId: open.conversation.id,
    matches: merged.isPartial ? [] : matchCategories(categoriesOf(state), merged),
    seq: before?.seq ?? 0,
  };
  if (before !== undefined && isSame({ ...segment, matches: before.matches }, before))
    return answer(open, before);
  const logged = { ...segment, seq: state.project.head + 1 };
  if (logged.isPartial) {
    emit(state, now, { kind: 'PartialHeard', callId: externalId, segment: logged });
    return answer(open, logged);
  }
  const isNew = before === undefined || before.isPartial;
  const isLast = open.call.finals === 0 || logged.startMs >= open.call.lastStartMs;
  const conversation: Conversation = {
    ...touch(state, open.conversation, now),
    ...(isLast && {
      lastText: preview(logged.text),
      lastSender: logged.speaker === 'CUSTOMER' ? 'USER' : 'HUMAN',
    }),
  };
  const call: Call = {
    ...open.call,
    finals: open.call.finals + (isNew ? 1 : 0),
    lastStartMs: isLast ? logged.startMs : open.call.lastStartMs,
  };
  emit(state, now, { kind: 'SegmentLogged', conversation, call, segment: logged });
  return answer({ conversation, call }, logged);
}

function findCall(state: State, externalId: string): OpenCall {
  const conversation = state.conversations.get(externalId);
  const call = conversation && state.calls.get(conversation.id);
  if (call !== undefined) return { conversation: conversation!, call };
  throw new NotFoundError(`There is no call with the id "${externalId}" in this project.`);
}

/** Ends a call as its conversation is closed. Who states the moment later puts it right, with the reason. */
function endCall(state: State, { conversationId, endedAt, reason }: EndCall, now: string): Answer {
  const { conversation, call } = findCall(state, conversationId);
  if (conversation.status === 'ACTIVE') {
    return answer({ conversation: close(state, conversation, { at: endedAt ?? now, reason }, now), call });
  }
  if (endedAt === null || endedAt === conversation.closedAt) return answer({ conversation, call });
  const corrected = { ...touch(state, conversation, now), closedAt: endedAt, closeReason: reason };
  emit(state, now, { kind: 'ConversationChanged', conversation: corrected });
  return answer({ conversation: corrected, call });
}

/** Categories that another system found; one of the same name is replaced. */
function categorizeCall(state: State, { conversationId, categories }: CategorizeCall, now: string): Answer {
  const open = openCall(state, conversationId, {}, now);
  const byName = new Map([...open.call.categories, ...categories].map((it) => [it.name, it]));
  return answer(changeCall(state, open, { ...open.call, categories: [...byName.values()] }, now));
}

/** So many categories are looked for in every final segment, at most. */
const MOST_CATEGORIES = 100;

/** A category of the project is set, or taken away (null). It holds for finals from now on. */
export function setCallCategory(
  state: State,
  name: string,
  category: CallCategory | null,
  now: string,
): Answer {
  const known = state.callCategories.get(name)?.category ?? null;
  if (category === null && known === null) {
    throw new NotFoundError(`There is no category "${name}" in this project.`);
  }
  if (known === null && categoriesOf(state).length >= MOST_CATEGORIES) {
    const message = `A project has at most ${MOST_CATEGORIES} categories of calls. Remove one first.`;
    throw new InvalidInputError('input.name', message);
  }
  if (!isSame(category, known)) emit(state, now, { kind: 'CallCategoryChanged', name, category });
  return nothing;
}
