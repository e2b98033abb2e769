import { ContextConsumer, ContextProvider } from '@lit/context';
import { LitElement, type PropertyDeclarations } from 'lit';
import { type Connection, createConnection } from '../connection.ts';
import { connectionContext } from '../contexts.ts';

/**
 * A page with a way to the server: alone on a connection of its own, inside another page of ours on that of the
 * other one.
 *
 * @attr endpoint - The server's GraphQL address. Without it, the server that this script came from.
 * @attr token - An API key.
 * @attr {light|dark|auto} theme - `auto`, the default, follows the person's system.
 *
 * The custom properties are those of `<live-monitor>`.
 */
export abstract class ConnectedPage extends LitElement {
  static override properties: PropertyDeclarations = { endpoint: {}, token: {}, theme: {} };

  /** Where the server is when no endpoint is given. The script that registers the element knows. */
  static defaultEndpoint = '/graphql';

  /** Opens the way to the server. A test puts another one in its place. */
  connect: typeof createConnection = createConnection;

  declare endpoint: string | null;
  declare token: string | null;
  declare theme: string;

  #shared = new ContextConsumer(this, { context: connectionContext, subscribe: true });
  /** Pages inside this one go the same way. */
  #provided = new ContextProvider(this, { context: connectionContext });
  #own: Connection | null = null;

  constructor() {
    super();
    this.endpoint = null;
    this.token = null;
    this.theme = 'auto';
  }

  protected override willUpdate(_changed?: Map<PropertyKey, unknown>): void {
    if (!this.#shared.value && this.isConnected) this.#reach();
    if (this.connection) this.#provided.setValue(this.connection);
  }

  #reach(): void {
    const { endpoint, token } = this.#own ?? {};
    if (this.#own && endpoint === this.address && token === this.token) return;
    this.hangUp();
    this.#own = this.connect({ endpoint: this.address, token: this.token });
  }

  protected get address(): string {
    return new URL(this.endpoint ?? ConnectedPage.defaultEndpoint, document.baseURI).href;
  }

  protected get connection(): Connection | null {
    return this.#shared.value ?? this.#own;
  }

  protected get isInside(): boolean {
    return this.#shared.value !== undefined;
  }

  /** What the outermost frame is drawn in: the page around it has a theme already. */
  protected get scheme(): string {
    return this.isInside ? 'inside' : this.theme;
  }

  protected hangUp(): void {
    this.#own?.dispose();
    this.#own = null;
  }
}
