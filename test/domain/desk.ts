import fc from 'fast-check';
import type {
  CloseConversation,
  Handoff,
  LogMessage,
  ReopenConversation,
} from '../../server/domain/command.ts';
import type { Owner } from '../../server/domain/conversation.ts';
import { logMessage } from './memory.ts';

/** What somebody does at a conversation. */
export type Deed = Handoff | LogMessage | CloseConversation | ReopenConversation;

export const OPERATORS = ['operator-1', 'operator-2'] as const;
const conversationId = fc.constantFrom('a', 'b');
const operator = fc.constantFrom(...OPERATORS);
const reason = fc.option(fc.constantFrom('angry', 'refund'), { nil: null });
const priority = fc.option(fc.constantFrom(0, 5), { nil: null });
const messageId = fc.constantFrom(1, 2, 3, 4, 5, 6, 99);
const words = fc.constantFrom('one', 'two');

const marks = (kind: 'markHuman' | 'markReplied'): fc.Arbitrary<Deed> =>
  messageId.map((id) => ({ kind, messageId: id, by: 'admin' }));
const said = fc
  .tuple(conversationId, fc.constantFrom('USER' as const, 'BOT' as const, 'HUMAN' as const), words)
  .map(([id, sender, text]): Deed => logMessage(sender, text, { conversationId: id }));
const closed = (id: string): Deed => ({ kind: 'closeConversation', conversationId: id, reason: null });
const reopened = (id: string): Deed => ({ kind: 'reopenConversation', conversationId: id });
const asked = fc
  .record({ conversationId, reason, priority })
  .map((it): Deed => ({ kind: 'requestHuman', by: 'bot', ...it }));
const taken = fc
  .record({ conversationId, operator, isForced: fc.boolean() })
  .map((it): Deed => ({ kind: 'takeOver', ...it }));
const released = fc
  .record({ conversationId, operator, reason })
  .map((it): Deed => ({ kind: 'release', ...it }));
const replied = fc
  .record({ conversationId, operator, text: words })
  .map((it): Deed => ({ kind: 'replyAsHuman', metadata: {}, ...it }));
const noted = fc
  .record({ conversationId, author: operator, text: words })
  .map((it): Deed => ({ kind: 'addNote', ...it }));

/** What a bot, two operators and an administrator do at the same two conversations, in any order. */
export const deeds: fc.Arbitrary<Deed[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: said },
    { weight: 3, arbitrary: asked },
    { weight: 3, arbitrary: taken },
    { weight: 2, arbitrary: released },
    { weight: 3, arbitrary: replied },
    { weight: 2, arbitrary: marks('markHuman') },
    { weight: 2, arbitrary: marks('markReplied') },
    { weight: 1, arbitrary: noted },
    { weight: 2, arbitrary: conversationId.map(closed) },
    { weight: 1, arbitrary: conversationId.map(reopened) },
  ),
  { minLength: 1, maxLength: 20 },
);

type Marks = { requiresHuman: boolean; humanReplied: boolean };
type Held = {
  isClosed: boolean;
  owner: Owner;
  since: string;
  operator: string | null;
  reason: string | null;
  priority: number;
  messages: Map<number, Marks>;
  /** First id of the newest exchange while that has no reply. */
  open: number | null;
  notes: string[];
};

/** Who holds what, told a second time: a table of conversations with one line of rules for each deed. */
export class Desk {
  readonly #held = new Map<string, Held>();
  #lastMessage = 0;

  /** Takes a deed; gives the name of its refusal, or null. */
  take(command: Deed, now: string): string | null {
    if (command.kind === 'logMessage') return this.#say(command.conversationId, command.sender, now);
    if (command.kind === 'markHuman' || command.kind === 'markReplied') {
      return this.#mark(command.kind, command.messageId, now);
    }
    const it = this.#held.get(command.conversationId);
    if (it === undefined) return 'NotFoundError';
    const isOthers = (name: string): boolean => it.operator !== null && it.operator !== name;
    switch (command.kind) {
      case 'requestHuman':
        goOn(it);
        it.priority = command.priority ?? it.priority;
        if (it.owner === 'HUMAN') return null;
        return give(it, 'PENDING', null, command.reason ?? whyOf(it), now);
      case 'takeOver':
        if (isOthers(command.operator) && command.isForced !== true) return 'HeldByOtherError';
        if (it.isClosed) return 'ConflictError';
        return give(it, 'HUMAN', command.operator, whyOf(it), now);
      case 'release':
        if (isOthers(command.operator)) return 'HeldByOtherError';
        return it.owner === 'BOT' ? null : give(it, 'BOT', null, command.reason, now);
      case 'replyAsHuman':
        if (isOthers(command.operator)) return 'HeldByOtherError';
        if (it.isClosed) return 'ConflictError';
        give(it, 'HUMAN', command.operator, whyOf(it), now);
        return this.#say(command.conversationId, 'HUMAN', now);
      case 'addNote':
        it.notes.push(`${command.author}: ${command.text}`);
        return null;
      case 'closeConversation':
        if (!it.isClosed) give(it, 'BOT', null, it.reason, now);
        it.isClosed = true;
        return null;
      case 'reopenConversation':
        goOn(it);
        return null;
    }
  }

  /** Everything that a reader can tell, by external id. */
  tell(): Record<string, object> {
    return Object.fromEntries(
      [...this.#held].map(([id, { open: _, messages, ...it }]) => [
        id,
        { ...it, messages: Object.fromEntries([...messages].toSorted(([a], [b]) => a - b)) },
      ]),
    );
  }

  /** One conversation as it is now. */
  of(id: string): Readonly<Held> | undefined {
    const it = this.#held.get(id);
    return it && { ...it };
  }

  #say(id: string, sender: string, now: string): null {
    const fresh: Held = {
      isClosed: false,
      owner: 'BOT',
      since: now,
      operator: null,
      reason: null,
      priority: 0,
      messages: new Map(),
      open: null,
      notes: [],
    };
    const it = this.#held.get(id) ?? fresh;
    this.#held.set(id, it);
    const isAnswer = sender !== 'USER' && it.open !== null;
    const first = isAnswer ? it.open! : this.#lastMessage + 1;
    if (!isAnswer) this.#lastMessage += 2;
    const said = sender === 'USER' ? first : first + 1;
    it.messages.set(said, { requiresHuman: false, humanReplied: false });
    it.open = sender === 'USER' ? first : null;
    if (sender === 'USER') goOn(it);
    if (sender !== 'HUMAN') return null;
    for (const message of it.messages.values()) message.humanReplied ||= message.requiresHuman;
    return it.isClosed ? null : give(it, 'HUMAN', it.operator, whyOf(it), now);
  }

  #mark(kind: 'markHuman' | 'markReplied', messageId: number, now: string): string | null {
    const it = [...this.#held.values()].find(({ messages }) => messages.has(messageId));
    const message = it?.messages.get(messageId);
    if (it === undefined || message === undefined) return 'NotFoundError';
    const mark = kind === 'markHuman' ? 'requiresHuman' : 'humanReplied';
    if (message[mark]) return null;
    message[mark] = true;
    if (kind === 'markReplied') return it.isClosed ? null : give(it, 'HUMAN', it.operator, whyOf(it), now);
    goOn(it);
    return it.operator === null ? give(it, 'PENDING', null, whyOf(it), now) : null;
  }
}

/** Why a person is wanted or there; why the last one left is no reason for the next. */
const whyOf = ({ owner, reason }: Held): string | null => (owner === 'BOT' ? null : reason);

function give(it: Held, owner: Owner, operator: string | null, reason: string | null, now: string): null {
  if (it.owner !== owner) it.since = now;
  Object.assign(it, { owner, operator, reason });
  return null;
}

/** What is closed is opened again, and what was reported of it before is past. */
function goOn(it: Held): void {
  if (it.isClosed) Object.assign(it, { isClosed: false, reason: null });
}
