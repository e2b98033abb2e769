import type {
  BoardQuery,
  ConversationCardFragment,
  ConversationFilter,
  ConversationOrder,
  ConversationPageFragment,
} from '../../generated/client/graphql.ts';
import type { FeedFrame } from '../controllers/frames.ts';

export type Conversation = ConversationCardFragment;
/** `WAITING` is the queue of those who wait for a person, `HELD` is with one. */
export type Filter = 'ALL' | 'WAITING' | 'HELD' | 'ACTIVE' | 'CLOSED';

interface Asked {
  readonly filter?: ConversationFilter;
  readonly order?: ConversationOrder;
}

/** What each filter asks the server for. A page of the queue begins with whose turn it is, as the list does. */
const ASKED: Readonly<Record<Filter, Asked>> = {
  ALL: {},
  WAITING: { filter: { owner: 'PENDING' }, order: 'URGENCY' },
  HELD: { filter: { owner: 'HUMAN' } },
  ACTIVE: { filter: { status: 'ACTIVE' } },
  CLOSED: { filter: { status: 'CLOSED' } },
};

export const askedBy = (filter: Filter): Asked => ASKED[filter];

interface Entry {
  readonly conversation: Conversation;
  /** The event that it was last seen in; 0 when a query brought it. */
  readonly seq: number;
}

/** How far back the server has been asked, separately for each filter. */
interface Paging {
  readonly cursor: string | null;
  readonly more: boolean;
}

/** The list of conversations and which of them is open. All functions here are pure and return a new board. */
export interface Board {
  readonly viewer: BoardQuery['viewer'] | null;
  /** Calls are read from systems, which may be away. */
  readonly hasSources: boolean;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly seq: number;
  readonly filter: Filter;
  readonly paging: Readonly<Partial<Record<Filter, Paging>>>;
  /** The external id of the open conversation. */
  readonly selected: string | null;
  /** Nobody has chosen: the newest conversation is the open one. */
  readonly following: boolean;
  readonly followedSince: number;
}

/** A followed conversation stays at least this long, or a busy hour would flicker. */
export const FOLLOW_DWELL = 4_000;

export const emptyBoard: Board = {
  viewer: null,
  hasSources: false,
  entries: new Map(),
  seq: 0,
  filter: 'ALL',
  paging: {},
  selected: null,
  following: true,
  followedSince: 0,
};

/**
 * A fresh start from the server: what was known before is gone, but for the conversation that a person has open.
 * The log may count from the beginning again, so nothing is taken for already seen either.
 */
export function boardLoaded(
  board: Board,
  { viewer, sources, conversations, waiting, held, selected }: BoardQuery,
): Board {
  const entries = new Map(selected ? [[selected.externalId, { conversation: selected, seq: 0 }]] : []);
  const hasSources = sources.some(({ status }) => status !== 'OFF');
  const fresh = { ...board, viewer, hasSources, entries, seq: 0, paging: {} };
  const queue = mergePage(mergePage(fresh, 'WAITING', waiting, 0), 'HELD', held, 0);
  return mergePage(queue, 'ALL', conversations, 0);
}

/** One more page of older conversations. */
export function pageLoaded(
  board: Board,
  filter: Filter,
  page: ConversationPageFragment,
  askedAt: number,
): Board {
  return mergePage(board, filter, page, askedAt);
}

/** One that was asked for by its id. */
export function conversationFound(board: Board, conversation: Conversation, askedAt: number): Board {
  return { ...board, entries: withConversations(board.entries, [conversation], askedAt) };
}

export function framesArrived(board: Board, frames: readonly FeedFrame[]): Board {
  const entries = new Map(board.entries);
  let { seq, hasSources } = board;
  for (const event of frames.flatMap((frame) => frame.events)) {
    if (event.seq <= seq) continue;
    seq = event.seq;
    if (event.__typename === 'ProjectChanged') hasSources ||= event.what === 'SourceChanged';
    if (event.conversation) {
      entries.set(event.conversation.externalId, { conversation: event.conversation, seq });
    }
  }
  return seq === board.seq ? board : { ...board, hasSources, entries, seq };
}

export function filterChosen(board: Board, filter: Filter): Board {
  return { ...board, filter };
}

export function conversationChosen(board: Board, externalId: string): Board {
  return { ...board, selected: externalId, following: false };
}

export function followingResumed(board: Board): Board {
  return { ...board, following: true, followedSince: 0 };
}

/** Moves on to the newest conversation while following, though not before the present one had its time. */
export function newestFollowed(board: Board, now: number): Board {
  if (board.selected && !board.entries.has(board.selected)) {
    return newestFollowed({ ...board, selected: null, following: true, followedSince: 0 }, now);
  }
  if (!board.following || now - board.followedSince < FOLLOW_DWELL) return board;
  const newest = newestOf(board)?.externalId ?? null;
  return newest === board.selected ? board : { ...board, selected: newest, followedSince: now };
}

function newestOf(board: Board): Conversation | null {
  return listed(board, board.filter)[0] ?? null;
}

/** The conversations under a filter, newest activity first; the queue begins with whose turn it is. */
export function listed(board: Board, filter: Filter): readonly Conversation[] {
  const all = sorted(board.entries);
  switch (filter) {
    case 'ALL':
      return all;
    case 'WAITING':
      return all.filter(({ owner }) => owner === 'PENDING').sort(byUrgency);
    case 'HELD':
      return all.filter(({ owner }) => owner === 'HUMAN');
    case 'ACTIVE':
    case 'CLOSED':
      return all.filter(({ status }) => status === filter);
  }
}

/** Those who did not wait before and do now; after a fresh start everything is as it was. */
export function newlyWaiting(before: Board, after: Board): readonly Conversation[] {
  if (before.entries === after.entries) return [];
  return listed(after, 'WAITING').filter(
    ({ externalId }) => before.entries.get(externalId)?.conversation.owner !== 'PENDING',
  );
}

export function hasOlder(board: Board, filter: Filter): boolean {
  return board.paging[filter]?.more ?? board.paging.ALL?.more ?? false;
}

const sortedOnce = new WeakMap<Board['entries'], readonly Conversation[]>();

function sorted(entries: Board['entries']): readonly Conversation[] {
  let list = sortedOnce.get(entries);
  if (!list) {
    list = Array.from(entries.values(), (entry) => entry.conversation).sort(byActivity);
    sortedOnce.set(entries, list);
  }
  return list;
}

function byActivity(a: Conversation, b: Conversation): number {
  if (a.activeAt !== b.activeAt) return a.activeAt < b.activeAt ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

function byUrgency(a: Conversation, b: Conversation): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  if (a.ownerSince !== b.ownerSince) return a.ownerSince < b.ownerSince ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/**
 * The answer to a question is newer than every event that had arrived before it was asked, and may be older than
 * those that arrived since.
 */
function withConversations(
  known: Board['entries'],
  conversations: readonly Conversation[],
  askedAt: number,
): Board['entries'] {
  const entries = new Map(known);
  for (const conversation of conversations) {
    const { seq } = entries.get(conversation.externalId) ?? { seq: 0 };
    if (seq <= askedAt) entries.set(conversation.externalId, { conversation, seq });
  }
  return entries;
}

function mergePage(board: Board, filter: Filter, page: ConversationPageFragment, askedAt: number): Board {
  const paging = { cursor: page.pageInfo.endCursor, more: page.pageInfo.hasNextPage };
  return {
    ...board,
    entries: withConversations(board.entries, page.nodes, askedAt),
    paging: { ...board.paging, [filter]: paging },
  };
}
