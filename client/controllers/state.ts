import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Sink } from '../connection.ts';
import type { ConnectionError } from '../connection-error.ts';
import { areSame } from './arguments.ts';
import type { FeedState } from './feed-source.ts';
import { retryDelay } from './retry-delay.ts';

export interface StateOptions<Arguments extends readonly unknown[], Data> {
  /** What the state depends on, compared item by item before each update. `null` follows nothing. */
  args(): Arguments | null;
  /** Called before anything else is followed: what was known is of something else. */
  onStart(): void;
  subscribe(sink: Sink<Data>, ...args: Arguments): () => void;
  onData(data: Data): void;
  /** The server wants another key; nothing more happens until `restart`. */
  denied(error: ConnectionError): void;
}

/**
 * Follows a subscription that gives a state at once and after each change. Nothing is missed by a cut, since the
 * next subscription begins with the state again.
 */
export class StateController<Arguments extends readonly unknown[], Data> implements ReactiveController {
  state: FeedState = { kind: 'connecting' };

  #host: ReactiveControllerHost;
  #options: StateOptions<Arguments, Data>;
  #args: Arguments | null = null;
  #failures = 0;
  #stop: () => void = () => undefined;

  constructor(host: ReactiveControllerHost, options: StateOptions<Arguments, Data>) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostUpdate(): void {
    const args = this.#options.args();
    if (areSame(args, this.#args)) return;
    this.#args = args;
    this.#options.onStart();
    this.restart();
  }

  hostDisconnected(): void {
    this.#stop();
    this.#args = null;
  }

  restart(): void {
    this.#failures = 0;
    this.#open();
  }

  retryNow(): void {
    if (this.state.kind === 'offline') this.#open();
  }

  #open(): void {
    this.#stop();
    this.#become({ kind: 'connecting' });
    if (!this.#args) return;
    let over = false;
    const stop = this.#options.subscribe(
      {
        next: (data) => over || this.#receive(data),
        cut: (error) => over || this.#interrupted(error),
      },
      ...this.#args,
    );
    this.#stop = () => {
      over = true;
      stop();
    };
  }

  #receive(data: Data): void {
    this.#failures = 0;
    this.#options.onData(data);
    if (this.state.kind !== 'live') this.#become({ kind: 'live' });
  }

  #interrupted(error: ConnectionError): void {
    this.#stop();
    if (error.kind === 'key-needed' || error.kind === 'not-allowed') {
      this.#options.denied(error);
      return this.#become({ kind: 'denied', error });
    }
    const delay = retryDelay(error, this.#failures++);
    const timer = setTimeout(() => this.#open(), delay);
    this.#stop = () => clearTimeout(timer);
    this.#become({ kind: 'offline', error, retryAt: Date.now() + delay });
  }

  #become(state: FeedState): void {
    this.state = state;
    this.#host.requestUpdate();
  }
}
