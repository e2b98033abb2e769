import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ConnectionError } from '../connection-error.ts';
import { areSame } from './arguments.ts';

export type QueryStatus = 'initial' | 'pending' | 'error' | 'data';

export interface QueryOptions<Arguments extends readonly unknown[], Data> {
  /** What the query depends on, compared item by item before each update. `null` asks nothing. */
  args(): Arguments | null;
  /** Called before the request leaves. */
  onStart?(...args: Arguments): void;
  run(...args: Arguments): Promise<Data>;
  onData(data: Data): void;
}

/** Runs a query when its arguments change. Only the newest run may answer. */
export class QueryController<Arguments extends readonly unknown[], Data> implements ReactiveController {
  status: QueryStatus = 'initial';
  error: ConnectionError | null = null;

  #host: ReactiveControllerHost;
  #options: QueryOptions<Arguments, Data>;
  #args: Arguments | null = null;
  #latest = 0;

  constructor(host: ReactiveControllerHost, options: QueryOptions<Arguments, Data>) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostUpdate(): void {
    const args = this.#options.args();
    if (areSame(args, this.#args)) return;
    this.#args = args;
    void this.run();
  }

  hostDisconnected(): void {
    this.#latest++;
    this.#args = null;
  }

  async run(): Promise<void> {
    const turn = ++this.#latest;
    const args = this.#args;
    this.error = null;
    if (!args) return this.#become('initial');
    this.#become('pending');
    this.#options.onStart?.(...args);
    try {
      const data = await this.#options.run(...args);
      if (turn !== this.#latest) return;
      this.#options.onData(data);
      this.#become('data');
    } catch (error) {
      if (turn !== this.#latest) return;
      this.error = ConnectionError.from(error);
      this.#become('error');
    }
  }

  #become(status: QueryStatus): void {
    this.status = status;
    this.#host.requestUpdate();
  }
}
