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
  /** The person whose words these are; null for others than users, and for users that nobody named. */
  endUserId: number | null;
  /** How a user's words sound, from −1 to 1; null for words of others. */
  sentiment: number | null;
  /** What a user's words are about, the most telling first. */
  topics: string[];
  /** Whether somebody marked it as one that a person has to answer, and whether a person did. */
  requiresHuman: boolean;
  humanReplied: boolean;
  /** Set when its words were erased. */
  isErased?: boolean | undefined;
};
