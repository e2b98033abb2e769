import { InvalidInputError } from './errors.ts';
import type { InteractionInput, LogInteractionInput } from './generated/graphql.ts';

/** What a user wrote and, when there is one, what the bot replied. */
export interface ChatMessage extends Interaction {
  /** Your id of the person. */
  userId: string;
}

/** One message of a user, without saying whose. */
export interface Interaction {
  /** Not blank, at most 10,000 characters. */
  message: string;
  response?: string | null | undefined;
  /** Messages with the same one are one conversation; those of the person's day when left out. */
  sessionId?: string | null | undefined;
  /** When it was said; `metadata.timestamp`, else the server's clock, when left out. */
  at?: Date | string | null | undefined;
  /** The model that answered; `metadata.model` when left out. */
  model?: string | null | undefined;
  /** Where the conversation is held; `metadata.source` when left out. */
  platform?: string | null | undefined;
  /** Kept with the message. */
  metadata?: Readonly<Record<string, unknown>> | null | undefined;
}

/** A message as the server takes it; throws an InvalidInputError for what is none. */
export function toInput(chatMessage: ChatMessage): LogInteractionInput {
  if (typeof chatMessage !== 'object' || chatMessage === null) {
    throw new InvalidInputError(null, 'logMessage takes an object with userId and message.');
  }
  return { userId: checkUserId(chatMessage.userId), ...toInteraction(chatMessage, '') };
}

/** Several messages as the server takes them, texts or objects; throws an InvalidInputError for what is none. */
export function toInputs(messages: readonly (string | Interaction)[]): InteractionInput[] {
  if (!Array.isArray(messages)) {
    throw new InvalidInputError(
      'messages',
      'bulkUpload takes a list of messages: put a single one in brackets.',
    );
  }
  return (messages as (string | Interaction)[]).map((it, index) =>
    toInteraction(typeof it === 'string' ? { message: it } : it, `messages.${index}.`),
  );
}

/** An id that can be somebody's; throws an InvalidInputError for an empty one, or for none. */
export function checkUserId(userId: string): string {
  if (typeof userId === 'string' && userId !== '') return userId;
  throw new InvalidInputError('userId', 'userId must be a text, and not an empty one.');
}

function toInteraction(said: Interaction, path: string): InteractionInput {
  const { message, response, sessionId, at, model, platform, metadata } = said ?? {};
  if (typeof message !== 'string') {
    throw new InvalidInputError(`${path}message`, `${path}message must be a text.`);
  }
  return {
    message,
    response,
    sessionId,
    at: at == null ? undefined : toMoment(at, `${path}at`),
    model,
    platform,
    metadata,
  };
}

function toMoment(at: Date | string, field: string): string {
  const moment = new Date(at);
  if (!Number.isNaN(moment.getTime())) return moment.toISOString();
  throw new InvalidInputError(
    field,
    `${field} must be a Date or an ISO 8601 date, like 2026-01-20T10:00:00Z.`,
  );
}
