import type { MessageBubbleFragment, MessagePageFragment } from '../../generated/client/graphql.ts';
import type { FeedFrame } from '../controllers/frames.ts';

export type Message = MessageBubbleFragment;

interface Row {
  readonly message: Message;
  /** The number inside the relay id, which orders the messages of a conversation. */
  readonly order: number;
  /** Brought by an event after the latest page was asked for, so that the page must not overwrite it. */
  readonly live: boolean;
}

/** The messages of the open conversation. All functions here are pure and return a new thread. */
export interface Thread {
  readonly externalId: string | null;
  readonly rows: readonly Row[];
  readonly seq: number;
  readonly before: string | null;
  readonly hasOlder: boolean;
}

export const noThread: Thread = { externalId: null, rows: [], seq: 0, before: null, hasOlder: false };

/** The latest page of a conversation is about to be asked for: keeps the rows only if it is the same one. */
export function threadAsked(thread: Thread, externalId: string): Thread {
  if (thread.externalId !== externalId) return { ...noThread, externalId };
  return { ...thread, seq: 0, rows: thread.rows.map((row) => ({ ...row, live: false })) };
}

export function latestLoaded(thread: Thread, page: MessagePageFragment): Thread {
  const rows = merged(
    page.nodes.map(fromPage),
    thread.rows.filter((row) => row.live),
  );
  return { ...thread, rows, before: page.pageInfo.startCursor, hasOlder: page.pageInfo.hasPreviousPage };
}

export function olderLoaded(thread: Thread, page: MessagePageFragment): Thread {
  const rows = merged(page.nodes.map(fromPage), thread.rows);
  return { ...thread, rows, before: page.pageInfo.startCursor, hasOlder: page.pageInfo.hasPreviousPage };
}

export function framesArrived(thread: Thread, frames: readonly FeedFrame[]): Thread {
  const arrived: Row[] = [];
  let { seq } = thread;
  for (const event of frames.flatMap((frame) => frame.events)) {
    if (event.seq <= seq) continue;
    seq = event.seq;
    if (event.__typename !== 'MessagesLogged') continue;
    if (event.conversation?.externalId !== thread.externalId) continue;
    arrived.push(...event.messages.map((message) => ({ ...fromPage(message), live: true })));
  }
  if (arrived.length === 0) return seq === thread.seq ? thread : { ...thread, seq };
  return { ...thread, seq, rows: merged(thread.rows, arrived) };
}

function fromPage(message: Message): Row {
  return { message, order: orderOf(message.id), live: false };
}

/** Every message once, in order; what comes later in the arguments wins. */
function merged(...lists: readonly (readonly Row[])[]): readonly Row[] {
  const byId = new Map(lists.flat().map((row) => [row.message.id, row]));
  return [...byId.values()].sort((a, b) => a.order - b.order);
}

/** A relay id is base64 of "Message:12". One that is not sorts last, where it arrived. */
function orderOf(id: string): number {
  try {
    const order = Number(atob(id).split(':').at(-1));
    return Number.isFinite(order) ? order : Infinity;
  } catch {
    return Infinity;
  }
}
