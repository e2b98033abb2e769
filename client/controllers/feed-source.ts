import type { Sink } from '../connection.ts';
import type { ConnectionError } from '../connection-error.ts';
import type { FeedFrame } from './frames.ts';

export type FeedState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'catching-up'; readonly missed: number }
  | { readonly kind: 'live' }
  | { readonly kind: 'offline'; readonly error: ConnectionError; readonly retryAt: number }
  | { readonly kind: 'denied'; readonly error: ConnectionError };

/** Where the controller gets its frames and what it does with them; a test gives functions of its own. */
export interface FeedSource {
  /** Loads what the feed goes on from. Resolves with the log position that it was read at. */
  begin(signal: AbortSignal): Promise<string>;
  subscribe(after: string, sink: Sink<FeedFrame>): () => void;
  deliver(frame: FeedFrame): void;
  /** The server wants another key; nothing more happens until `restart`. */
  denied(error: ConnectionError): void;
}
