import type { Channel, Conversation, Sender } from './conversation.ts';
import type { Call, Extras, Stated } from './exchange.ts';
import type { Key } from './key.ts';
import type { PayloadMapping } from './mapping.ts';
import type { Message } from './message.ts';
import type { JsonObject } from './value.ts';

/** What a door asks for; its values have passed the rules of value.ts. */
export type Command = LogExchange | LogMessage | CloseConversation | ReopenConversation | Administration;

/** A call that states an exchange under one id. */
export type LogExchange = {
  kind: 'logExchange';
  /** External id; null to have one generated. */
  conversationId: string | null;
  call: Call;
  stated: Stated;
  extras: Extras;
  platform: string;
};

/** One utterance. A user's message opens an exchange, a bot's or a person's answers the newest open one. */
export type LogMessage = {
  kind: 'logMessage';
  conversationId: string;
  sender: Sender;
  text: string;
  /** When it was said, ISO; its arrival when left out. */
  at?: string;
  endUserId?: string;
  channel?: Channel;
  platform?: string;
  facts: Pick<Stated, 'promptName' | 'model' | 'latencyMs' | 'tokensUsed' | 'status'>;
  metadata: JsonObject;
};

export type CloseConversation = { kind: 'closeConversation'; conversationId: string; reason: string | null };
export type ReopenConversation = { kind: 'reopenConversation'; conversationId: string };

/** Commands of the project itself. */
export type Administration =
  | { kind: 'createKey'; key: Pick<Key, 'id' | 'name' | 'hash' | 'scopes'> }
  | { kind: 'revokeKey'; keyId: string }
  | { kind: 'setPayloadMapping'; mapping: PayloadMapping | null };

/** What a command produced: the conversation and messages as they stand after it. */
export type Answer = { conversation: Conversation | null; messages: Message[] };
