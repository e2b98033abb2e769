import type { Sink } from '../connection.ts';
import type { ConnectionError } from '../connection-error.ts';

export type FeedState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'catching-up'; readonly missed: number }
  | { readonly kind: 'live' }
  | { readonly kind: 'offline'; readonly error: ConnectionError; readonly retryAt: number }
  | { readonly kind: 'denied'; readonly error: ConnectionError };

/** What a frame of any kind says of its place in the log. */
export interface Delivered {
  readonly cursor: string;
  readonly caughtUp: boolean;
  /** Why what was known is of no use any more. */
  readonly reset: { readonly message: string } | null;
}

/** Where the controller gets its frames and what it does with them; a test gives functions of its own. */
export interface FeedSource<Frame extends Delivered> {
  /** Loads what the feed goes on from. Resolves with the log position that it was read at; null is the beginning. */
  begin(signal: AbortSignal): Promise<string | null>;
  subscribe(after: string | null, sink: Sink<Frame>): () => void;
  deliver(frame: Frame): void;
  /** How much a frame brings. */
  sizeOf(frame: Frame): number;
  /** The server wants another key; nothing more happens until `restart`. */
  denied(error: ConnectionError): void;
}
