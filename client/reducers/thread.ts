import type {
  GivenRatingFragment,
  MessageBubbleFragment,
  MessagePageFragment,
} from '../../generated/client/graphql.ts';
import type { FeedFrame } from '../controllers/frames.ts';

export type Message = MessageBubbleFragment;
export type Rating = GivenRatingFragment;

interface Row {
  readonly message: Message;
  /** The number inside the relay id, which orders the messages of a conversation. */
  readonly order: number;
  /** Brought by an event after the latest page was asked for, so that the page must not overwrite it. */
  readonly live: boolean;
}

interface Rated {
  readonly rating: Rating;
  readonly live: boolean;
}

/** The messages of the open conversation, and what people thought of it. All functions here are pure and return a new thread. */
export interface Thread {
  readonly externalId: string | null;
  readonly rows: readonly Row[];
  /** In the order of arrival. */
  readonly ratings: readonly Rated[];
  readonly seq: number;
  readonly before: string | null;
  readonly hasOlder: boolean;
}

export const noThread: Thread = {
  externalId: null,
  rows: [],
  ratings: [],
  seq: 0,
  before: null,
  hasOlder: false,
};

/** The latest page of a conversation is about to be asked for: keeps the rows only if it is the same one. */
export function threadAsked(thread: Thread, externalId: string): Thread {
  if (thread.externalId !== externalId) return { ...noThread, externalId };
  const [rows, ratings] = [thread.rows.map(asKnown), thread.ratings.map(asKnown)];
  return { ...thread, seq: 0, rows, ratings };
}

export function latestLoaded(thread: Thread, page: MessagePageFragment, given: readonly Rating[]): Thread {
  const newest = page.nodes.map(fromPage);
  // An event about an older message would leave a hole behind it.
  const first = (page.pageInfo.hasPreviousPage && newest[0]?.order) || 0;
  const rows = merged(
    newest,
    thread.rows.filter(({ live, order }) => live && order >= first),
  );
  const ratings = latest(
    given.map((rating) => ({ rating, live: false })),
    thread.ratings.filter(({ live }) => live),
  );
  const { startCursor, hasPreviousPage } = page.pageInfo;
  return { ...thread, rows, ratings, before: startCursor, hasOlder: hasPreviousPage };
}

export function olderLoaded(thread: Thread, page: MessagePageFragment): Thread {
  const rows = merged(page.nodes.map(fromPage), thread.rows);
  return { ...thread, rows, before: page.pageInfo.startCursor, hasOlder: page.pageInfo.hasPreviousPage };
}

export function framesArrived(thread: Thread, frames: readonly FeedFrame[]): Thread {
  const arrived: Row[] = [];
  const given: Rated[] = [];
  let { seq, rows, ratings } = thread;
  for (const event of frames.flatMap((frame) => frame.events)) {
    if (event.seq <= seq) continue;
    seq = event.seq;
    if (event.conversation?.externalId !== thread.externalId) continue;
    if (event.__typename === 'MessagesLogged' || event.__typename === 'HandoffChanged') {
      const rows = event.messages.map((message) => ({ ...fromPage(message), live: true }));
      arrived.push(...(event.__typename === 'MessagesLogged' ? rows : rows.filter(within(thread))));
    }
    if (event.__typename === 'ConversationPurged') {
      rows = merged(rows, arrived.splice(0)).map(wordless);
      ratings = latest(ratings, given.splice(0)).map(unspoken);
    }
    if (event.__typename === 'FeedbackSubmitted') given.push({ rating: event.feedback, live: true });
  }
  if (seq === thread.seq) return thread;
  return {
    ...thread,
    seq,
    rows: arrived.length === 0 ? rows : merged(rows, arrived),
    ratings: given.length === 0 ? ratings : latest(ratings, given),
  };
}

/** A message as it is after its conversation was purged. */
const wordless = (row: Row): Row => ({
  ...row,
  message: { ...row.message, text: '', metadata: {}, isErased: true },
  live: true,
});

const unspoken = ({ rating }: Rated): Rated => ({ rating: { ...rating, text: null }, live: true });

/** The ratings of each message, by the id of the message. */
export function ratingsByMessage({ ratings }: Thread): ReadonlyMap<string, readonly Rating[]> {
  const byMessage = new Map<string, Rating[]>();
  for (const { rating } of ratings) {
    const id = rating.message?.id;
    if (id !== undefined) byMessage.set(id, [...(byMessage.get(id) ?? []), rating]);
  }
  return byMessage;
}

function asKnown<Brought extends { readonly live: boolean }>(it: Brought): Brought {
  return { ...it, live: false };
}

/** Marks may be of messages older than what is loaded; those come with their page. */
function within({ rows }: Thread): (row: Row) => boolean {
  const first = rows[0]?.order ?? 0;
  return ({ order }) => order >= first;
}

function fromPage(message: Message): Row {
  return { message, order: orderOf(message.id), live: false };
}

/** Every message once, in order; what comes later in the arguments wins. */
function merged(...lists: readonly (readonly Row[])[]): readonly Row[] {
  const byId = new Map(lists.flat().map((row) => [row.message.id, row]));
  return [...byId.values()].sort((a, b) => a.order - b.order);
}

/** Every rating as it was given last. One without an id is never replaced, so that all of it tells which one it is. */
function latest(...lists: readonly (readonly Rated[])[]): readonly Rated[] {
  const byKey = new Map(
    lists.flat().map((rated) => [rated.rating.feedbackId ?? JSON.stringify(rated.rating), rated]),
  );
  return [...byKey.values()];
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
