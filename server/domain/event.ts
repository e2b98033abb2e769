import type { Conversation, EndUser } from './conversation.ts';
import type { Exchange } from './exchange.ts';
import type { Key } from './key.ts';
import type { PayloadMapping } from './mapping.ts';
import type { Message } from './message.ts';

export const announcements = ['new_message', 'user_message', 'polly_response'] as const;
export type Announcement = (typeof announcements)[number];

/**
 * What happened. Every event carries what it made or changed as it stands afterwards, so that a viewer needs
 * no look-up and the tables are nothing but the newest of each.
 */
export type EventBody =
  | { kind: 'EndUserAdded'; endUser: EndUser }
  | {
      kind: 'ConversationStarted';
      conversation: Conversation;
      /** The milliseconds in an external id that was generated here; null when the caller gave one. */
      generated: number | null;
    }
  | { kind: 'ConversationChanged'; conversation: Conversation }
  | { kind: 'ConversationClosed'; conversation: Conversation; reason: string | null }
  | { kind: 'ConversationReopened'; conversation: Conversation }
  | {
      /** One call logged or changed these messages; none when it only confirmed what was known. */
      kind: 'MessagesLogged';
      conversation: Conversation;
      messages: Message[];
      exchange: Exchange | null;
      /** How listeners of exchanges are told; null when it reads as before. */
      announce: Announcement | null;
    }
  | { kind: 'KeyCreated'; key: Key }
  | { kind: 'KeyRevoked'; key: Key }
  | { kind: 'PayloadMappingChanged'; mapping: PayloadMapping | null };

export type EventKind = EventBody['kind'];

/** One entry of a project's log. */
export type Event = EventBody & {
  /** Dense per project: 1, 2, 3 … in commit order. */
  seq: number;
  /** When it was stored, ISO. */
  at: string;
};
