import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ConnectionError } from '../connection-error.ts';
import type { Delivered, FeedSource, FeedState } from './feed-source.ts';
import { retryDelay } from './retry-delay.ts';

/** What it needs of an element, or of another controller that starts and stops it. */
type FollowingHost = Pick<ReactiveControllerHost, 'addController' | 'requestUpdate'>;

/**
 * Follows the log without hole or duplicate through cuts, restarts and resets. It holds the last cursor and
 * subscribes anew from there; a reset throws the cursor away and begins again.
 */
export class FeedController<Frame extends Delivered> implements ReactiveController {
  state: FeedState = { kind: 'connecting' };

  #host: FollowingHost;
  #source: FeedSource<Frame>;
  #cursor: string | null = null;
  #failures = 0;
  #run = new AbortController();

  constructor(host: FollowingHost, source: FeedSource<Frame>) {
    this.#host = host;
    this.#source = source;
    host.addController(this);
  }

  hostConnected(): void {
    this.#open();
  }

  hostDisconnected(): void {
    this.#run.abort();
  }

  /** Forgets the position and starts over, as after a change of server or key. */
  restart(): void {
    this.#cursor = null;
    this.#failures = 0;
    this.#open();
  }

  retryNow(): void {
    if (this.state.kind === 'offline') this.#open();
  }

  #open(): void {
    this.#run.abort();
    this.#run = new AbortController();
    this.#become({ kind: 'connecting' });
    void this.#follow(this.#run.signal);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    try {
      const after = this.#cursor ?? (await this.#source.begin(signal));
      if (signal.aborted) return;
      this.#cursor = after;
      const stop = this.#source.subscribe(after, {
        next: (frame) => this.#receive(frame),
        cut: (error) => this.#interrupted(error),
      });
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    } catch (error) {
      if (!signal.aborted) this.#interrupted(ConnectionError.from(error));
    }
  }

  #receive(frame: Frame): void {
    if (frame.reset) return this.#interrupted(new ConnectionError('reset', frame.reset.message));
    this.#cursor = frame.cursor;
    this.#source.deliver(frame);
    if (frame.caughtUp) this.#failures = 0;
    const missed = (this.state.kind === 'catching-up' ? this.state.missed : 0) + this.#source.sizeOf(frame);
    if (frame.caughtUp || this.state.kind === 'live') this.#become({ kind: 'live' });
    else this.#become({ kind: 'catching-up', missed });
  }

  #interrupted(error: ConnectionError): void {
    this.#run.abort();
    if (error.kind === 'reset') this.#cursor = null;
    if (error.kind === 'slow-viewer') this.#cursor = error.cursor ?? this.#cursor;
    if (error.kind === 'key-needed' || error.kind === 'not-allowed') {
      this.#source.denied(error);
      return this.#become({ kind: 'denied', error });
    }
    const delay = retryDelay(error, this.#failures++);
    if (delay === 0) return this.#open();
    const timer = setTimeout(() => this.#open(), delay);
    this.#run = new AbortController();
    this.#run.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    this.#become({ kind: 'offline', error, retryAt: Date.now() + delay });
  }

  #become(state: FeedState): void {
    if (state.kind === 'live' && this.state.kind === 'live') return;
    this.state = state;
    this.#host.requestUpdate();
  }
}
