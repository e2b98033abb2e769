/** What a conversation is held over. */
export const channels = ['CHAT', 'CALL'] as const;
export type Channel = (typeof channels)[number];

export const conversationStatuses = ['ACTIVE', 'CLOSED'] as const;
export type ConversationStatus = (typeof conversationStatuses)[number];

export const senders = ['USER', 'BOT', 'HUMAN', 'SYSTEM'] as const;
/** Whose words: the end user's, the bot's, a person's from our side, or the system's. */
export type Sender = (typeof senders)[number];

export const owners = ['BOT', 'PENDING', 'HUMAN'] as const;
/** Who answers: the bot, nobody until a person comes, or a person. */
export type Owner = (typeof owners)[number];

/** The person that a bot talks to. */
export type EndUser = { id: number; externalId: string; createdAt: string };

/** Everything said under one external id. Moments are ISO strings. */
export type Conversation = {
  id: number;
  externalId: string;
  endUser: EndUser | null;
  channel: Channel;
  platform: string;
  status: ConversationStatus;
  /** Number of messages ever logged. */
  messages: number;
  /** Number of exchanges, also the ordinal of the newest one. */
  exchanges: number;
  /** Id, beginning and sender of the newest message; on a call, the words that were said last, without an id. */
  lastMessage: number | null;
  lastText: string | null;
  lastSender: Sender | null;
  startedAt: string;
  closedAt: string | null;
  /** Why it was closed, where stated; null while it goes on. */
  closeReason: string | null;
  owner: Owner;
  /** Since when; the waiting time of who waits for a person. */
  ownerSince: string;
  /** Name of the person who holds it; null while nobody does, and when somebody answers from elsewhere. */
  operator: string | null;
  /** Why a person is wanted, or came. */
  handoffReason: string | null;
  /** Higher is more urgent; 0 unless stated. */
  priority: number;
  /** How often a person was wanted, or came, while the bot answered. */
  handoffs: number;
  /** Since when somebody waits for the words of a person; null while nobody does. */
  wantedSince: string | null;
  /** Arrival of the last write and the sequence number of its event: the order of lists. */
  activeAt: string;
  activeSeq: number;
};

const PREVIEW = 160;

/** The beginning of a text, cut between code points. */
export function preview(text: string): string {
  if (text.length <= PREVIEW) return text;
  const end = text.codePointAt(PREVIEW - 2)! > 0xffff ? PREVIEW : PREVIEW - 1;
  return `${text.slice(0, end)}…`;
}

/** Whether the user's last message stands without an answer; on calls people hear each other. */
export function isAwaitingReply(conversation: Conversation): boolean {
  const { status, lastMessage, lastSender } = conversation;
  return status === 'ACTIVE' && lastMessage !== null && lastSender === 'USER';
}
