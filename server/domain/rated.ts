import type { NewFeedback } from './command.ts';
import type { Feedback } from './feedback.ts';
import type { Message } from './message.ts';
import { exchangeKey, turnKey } from './layers.ts';
import type { State } from './state.ts';
import { stagesOf, type Turn } from './turn.ts';

/** Names of metadata fields under which bots send their own id of a message. */
export const messageIdFields = ['message_id', 'messageId'] as const;

/** What a rating is about, as far as the session tells. */
type Rated = Pick<Feedback, 'turnId' | 'message' | 'promptName' | 'model'>;

/**
 * Finds what is rated: the message and turn of the given ids; the newest with the same words where neither id is
 * given. A message id is ours, or the one that the bot sent along in the metadata.
 */
export function findRated(state: State, conversationId: number, stated: NewFeedback): Rated {
  const { turnId, messageId, assistantResponse, userInput } = stated;
  const hasId = turnId !== null || messageId !== null;
  const words = hasId ? { assistantResponse: null, userInput: null } : { assistantResponse, userInput };
  const message = newest(
    state.messages.values(),
    (it) =>
      it.conversationId === conversationId &&
      (messageId === null ? isSaid(it, words) : isNamed(it, messageId)),
  );
  const turn =
    turnId === null
      ? newest(state.turns.values(), (it) => it.conversationId === conversationId && isAnswer(it, words))
      : state.turns.get(turnKey(conversationId, turnId));
  const exchange =
    message?.exchange == null
      ? undefined
      : state.exchanges.get(exchangeKey(conversationId, message.exchange));
  const { promptName = null, model = null } = exchange?.stated.values ?? {};
  return {
    turnId: turnId ?? turn?.externalId ?? null,
    message: message?.id ?? null,
    promptName,
    model: model ?? (turn && (stagesOf(turn, 'llm').find((stage) => stage.model)?.model ?? null)) ?? null,
  };
}

type Words = Pick<NewFeedback, 'assistantResponse' | 'userInput'>;

const isNamed = ({ id, metadata }: Message, messageId: string): boolean =>
  String(id) === messageId || messageIdFields.some((field) => isSameId(metadata[field], messageId));

/** Ids may come as numbers in metadata. */
const isSameId = (value: unknown, id: string): boolean =>
  value === id || (typeof value === 'number' && String(value) === id);

/** The answer is what is rated; the question only tells which one where the answer is not given. */
const isSaid = ({ sender, text }: Message, { assistantResponse, userInput }: Words): boolean =>
  assistantResponse === null
    ? sender === 'USER' && text === userInput
    : (sender === 'BOT' || sender === 'HUMAN') && text === assistantResponse;

const isAnswer = (turn: Turn, { assistantResponse, userInput }: Words): boolean =>
  assistantResponse === null
    ? userInput !== null && turn.userInput === userInput
    : turn.assistantResponse === assistantResponse;

function newest<T extends { id: number }>(all: Iterable<T>, isMeant: (it: T) => boolean): T | undefined {
  let found: T | undefined;
  for (const it of all) if (isMeant(it) && it.id > (found?.id ?? -1)) found = it;
  return found;
}
