import type { Sender } from './conversation.ts';
import type { JsonObject } from './value.ts';

/** One utterance in a conversation. Ids grow in the order in which a conversation is read. */
export type Message = {
  id: number;
  conversationId: number;
  /** Ordinal of the exchange that it belongs to; null for system messages. */
  exchange: number | null;
  sender: Sender;
  text: string;
  /** When it was said: the caller's moment, else its arrival. */
  at: string;
  metadata: JsonObject;
};
