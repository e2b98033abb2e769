import { ContextProvider } from '@lit/context';
import type { ReactiveController, ReactiveElement } from 'lit';
import type { Connection, createConnection } from '../connection.ts';
import { connectionContext } from '../contexts.ts';

interface ReachOptions {
  /** Where the server is, and with which key. */
  whom(): Parameters<typeof createConnection>[0];
  open: typeof createConnection;
  /** What is open leads elsewhere by now, or has another key. */
  changed(isOtherServer: boolean): void;
}

/** The way to the server for a page and all that is in it, opened when it is first needed. */
export class ReachController implements ReactiveController {
  #options: ReachOptions;
  #provider: ContextProvider<typeof connectionContext>;
  #connection: Connection | null = null;

  constructor(host: ReactiveElement, options: ReachOptions) {
    this.#options = options;
    this.#provider = new ContextProvider(host, { context: connectionContext });
    host.addController(this);
  }

  get connection(): Connection {
    if (!this.#connection) {
      this.#connection = this.#options.open(this.#options.whom());
      this.#provider.setValue(this.#connection);
    }
    return this.#connection;
  }

  hostUpdate(): void {
    if (!this.#connection) return;
    const { endpoint, token } = this.#options.whom();
    const isOtherServer = this.#connection.endpoint !== endpoint;
    if (!isOtherServer && this.#connection.token === token) return;
    this.hostDisconnected();
    this.#options.changed(isOtherServer);
  }

  hostDisconnected(): void {
    this.#connection?.dispose();
    this.#connection = null;
  }
}
