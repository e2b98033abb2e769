import type { ReactiveController, ReactiveControllerHost } from 'lit';
import {
  type BoardQuery,
  ConversationsDocument,
  FoundConversationDocument,
  type Scope,
} from '../../generated/client/graphql.ts';
import type { Connection } from '../connection.ts';
import * as reducer from '../reducers/board.ts';
import type { Board, Filter } from '../reducers/board.ts';
import type { FrameStream } from './frames.ts';

/** So many of those who wait for a person are asked for without being asked to. */
const QUEUE = 1_000;

interface BoardOptions {
  readonly frames: FrameStream;
  reach(): Connection;
  /** The feed brought something. */
  arrived(before: Board, after: Board): void;
}

/** The list of conversations and which of them is open: what queries and the feed bring, and what a person chooses. */
export class BoardController implements ReactiveController {
  loading = false;

  #host: ReactiveControllerHost;
  #options: BoardOptions;
  #board = reducer.emptyBoard;
  #stopListening: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, options: BoardOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected(): void {
    this.#stopListening = this.#options.frames.listen((brought) => {
      const before = this.#board;
      this.#set(reducer.newestFollowed(reducer.framesArrived(before, brought), Date.now()));
      this.#options.arrived(before, this.#board);
    });
  }

  hostDisconnected(): void {
    // The cursor is past these frames already: they would not come again.
    this.#options.frames.flush();
    this.#stopListening?.();
  }

  get state(): Board {
    return this.#board;
  }

  /** Nothing was said yet. */
  get isEmpty(): boolean {
    return this.#board.viewer !== null && this.#board.entries.size === 0;
  }

  get waiting(): readonly reducer.Conversation[] {
    return reducer.listed(this.#board, 'WAITING');
  }

  may(scope: Scope): boolean {
    const { viewer } = this.#board;
    return viewer !== null && (viewer.openMode || viewer.scopes.includes(scope));
  }

  clear(): void {
    this.#set(reducer.emptyBoard);
  }

  loaded(data: BoardQuery): void {
    this.#set(reducer.newestFollowed(reducer.boardLoaded(this.#board, data), Date.now()));
    void this.#loadQueue();
  }

  ticked(now: number): void {
    this.#set(reducer.newestFollowed(this.#board, now));
  }

  filter(filter: Filter): void {
    this.#set(reducer.filterChosen(this.#board, filter));
    if (!this.#board.paging[filter] && reducer.hasOlder(this.#board, filter)) void this.loadPage(filter);
  }

  async loadPage(filter: Filter): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    this.#options.frames.flush();
    const { seq, paging } = this.#board;
    const after = paging[filter]?.cursor ?? null;
    try {
      const { conversations } = await this.#options
        .reach()
        .request(ConversationsDocument, { after, ...reducer.askedBy(filter) });
      this.#set(reducer.pageLoaded(this.#board, filter, conversations, seq));
    } catch {
      // The connection's state tells what is wrong, and the button to load more is still there.
    } finally {
      this.loading = false;
      this.#host.requestUpdate();
    }
  }

  /** Who comes next can be told only when nobody between those that are known and the new ones is missing. */
  async #loadQueue(): Promise<void> {
    for (;;) {
      const { WAITING: known } = this.#board.paging;
      if (!known?.more || this.waiting.length >= QUEUE) return;
      await this.loadPage('WAITING');
      if (this.#board.paging.WAITING === known) return;
    }
  }

  choose(externalId: string): void {
    this.#set(reducer.conversationChosen(this.#board, externalId));
  }

  /** Opens one that the list may not have. False when there is none; throws what kept the question from the server. */
  async find(externalId: string): Promise<boolean> {
    if (!this.#board.entries.has(externalId)) {
      const { seq } = this.#board;
      const { conversation } = await this.#options.reach().request(FoundConversationDocument, { externalId });
      if (!conversation) return false;
      this.#set(reducer.conversationFound(this.#board, conversation, seq));
    }
    this.choose(externalId);
    return true;
  }

  /** Stays with what is open. */
  pin(): void {
    if (this.#board.following && this.#board.selected) this.choose(this.#board.selected);
  }

  follow(): void {
    this.#set(reducer.newestFollowed(reducer.followingResumed(this.#board), Date.now()));
  }

  #set(board: Board): void {
    if (board === this.#board) return;
    this.#board = board;
    this.#host.requestUpdate();
  }
}
