import type { Exchange } from './table.ts';

/** The part of Earshot's feed that the runs subscribe to, for servers that have none. */
export const feedTypes = `
  enum Sender { USER BOT }
  type Message { text: String! sender: Sender! }
  interface Event { seq: Int! }
  type MessagesLogged implements Event { seq: Int! messages: [Message!]! }
  type FeedFrame { cursor: String! events: [Event!]! }
  type Query { ready: Boolean! }
  type Subscription { feed: FeedFrame! }`;

export type Frame = {
  cursor: string;
  events: { __typename: 'MessagesLogged'; seq: number; messages: { text: string; sender: string }[] }[];
};

let seq = 0;

/** A call as Earshot's feed would tell of it. */
export function frameOf({ user_message: question = '', polly_response: reply = '' }: Exchange): Frame {
  seq += 1;
  const messages = [
    { text: question, sender: 'USER' },
    { text: reply, sender: 'BOT' },
  ];
  return { cursor: `Pz3mD9oQx1aB:${seq}`, events: [{ __typename: 'MessagesLogged', seq, messages }] };
}
