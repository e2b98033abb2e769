import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { OpenCallDocument, TranscriptDocument } from '../../generated/client/graphql.ts';
import type { Connection } from '../connection.ts';
import { ConnectionError } from '../connection-error.ts';
import {
  framesArrived,
  latestLoaded,
  noTranscript,
  olderLoaded,
  type Transcript,
  type TranscriptFrame,
} from '../reducers/transcript.ts';
import { FeedController } from './feed.ts';
import type { FeedState } from './feed-source.ts';
import { FrameStream } from './frames.ts';

interface TranscriptOptions {
  /** Which call is followed, and over what. Null follows nothing. */
  args(): readonly [Connection, string] | null;
  /** Something of the call has come. */
  arrived(): void;
  /** The server wants another key; nothing more happens until `restart`. */
  denied(error: ConnectionError): void;
}

/** The transcript of one call: its newest page first, then what is said, through cuts and restarts. */
export class TranscriptController implements ReactiveController {
  transcript: Transcript = noTranscript;
  /** The newest page is here, or the call is known not to have begun. */
  isLoaded = false;
  /** It has been live, so that it is old when it is not. */
  wasLive = false;
  loadingOlder = false;
  problem = '';

  #host: ReactiveControllerHost;
  #options: TranscriptOptions;
  #args: readonly [Connection, string] | null = null;
  #frames = new FrameStream<TranscriptFrame>();
  #feed: FeedController<TranscriptFrame>;

  constructor(host: ReactiveControllerHost, options: TranscriptOptions) {
    this.#host = host;
    this.#options = options;
    this.#frames.listen((frames) => this.#become(framesArrived(this.transcript, frames)));
    // It is started when it is known what to follow, not when the element is on the page.
    this.#feed = new FeedController(
      { addController: () => undefined, requestUpdate: () => host.requestUpdate() },
      {
        begin: (signal) => this.#begin(signal),
        subscribe: (after, sink) => {
          const [connection, call] = this.#args!;
          return connection.subscribe(
            TranscriptDocument,
            { call, after },
            { next: ({ transcript }) => sink.next(transcript), cut: (error) => sink.cut(error) },
          );
        },
        deliver: (frame) => {
          this.isLoaded = true;
          this.wasLive ||= frame.caughtUp;
          if (frame.segments.length > 0) this.#frames.push(frame);
          options.arrived();
        },
        sizeOf: ({ segments }) => segments.length,
        denied: (error) => options.denied(error),
      },
    );
    host.addController(this);
  }

  get state(): FeedState {
    return this.#feed.state;
  }

  hostUpdate(): void {
    const args = this.#options.args();
    const [connection, call] = args ?? [];
    if (connection === this.#args?.[0] && call === this.#args?.[1]) return;
    const isOther = call !== this.#args?.[1];
    this.#feed.hostDisconnected();
    this.#args = args;
    if (isOther) this.clear();
    if (args) this.#feed.restart();
  }

  hostDisconnected(): void {
    this.#feed.hostDisconnected();
    this.#args = null;
  }

  restart(): void {
    if (this.#args) this.#feed.restart();
  }

  retryNow(): void {
    this.#feed.retryNow();
  }

  clear(): void {
    this.#frames.flush();
    this.isLoaded = false;
    this.wasLive = false;
    this.problem = '';
    this.#become(noTranscript);
  }

  async loadOlder(): Promise<void> {
    const [connection, call] = this.#args ?? [];
    const { before } = this.transcript;
    if (!connection || call === undefined || this.loadingOlder) return;
    this.#load(true);
    try {
      const { call: found } = await connection.request(OpenCallDocument, { call, before });
      if (this.#args?.[1] !== call || this.transcript.before !== before || !found) return;
      this.#frames.flush();
      this.#become(olderLoaded(this.transcript, found.segments));
    } catch (error) {
      this.problem = `What was said before could not be loaded. ${ConnectionError.from(error).message}`;
    } finally {
      this.#load(false);
    }
  }

  async #begin(signal: AbortSignal): Promise<string | null> {
    const [connection, call] = this.#args!;
    const { call: found } = await connection.request(OpenCallDocument, { call });
    if (signal.aborted || !found) return null;
    this.#frames.flush();
    this.isLoaded = true;
    this.#become(latestLoaded(found.segments));
    this.#options.arrived();
    return found.segments.cursor;
  }

  #load(isLoading: boolean): void {
    this.loadingOlder = isLoading;
    if (isLoading) this.problem = '';
    this.#host.requestUpdate();
  }

  #become(transcript: Transcript): void {
    this.transcript = transcript;
    this.#host.requestUpdate();
  }
}
