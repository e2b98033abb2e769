import { connect, type Socket } from 'node:net';

/** What came back for one request. */
export type Response = { status: number; body: string };

/**
 * A keep-alive HTTP connection with one request at a time, written and read by hand so that the generator of
 * the load takes as little as possible of the cores that it shares with the server.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #opened: Promise<void>;
  #pending: { resolve: (response: Response) => void; reject: (error: Error) => void } | null = null;
  #received = '';

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#opened = new Promise((resolve, reject) => {
      this.#socket.once('connect', resolve);
      this.#socket.once('error', reject);
    });
    this.#socket.on('data', (text: string) => this.#receive(text));
    this.#socket.on('close', () => this.#pending?.reject(new Error('the server closed a connection')));
    this.#socket.on('error', (error) => this.#pending?.reject(error));
  }

  /** Resolves when requests can be sent. */
  opened(): Promise<void> {
    return this.#opened;
  }

  /** Sends a whole request; the one before it must have been answered. */
  send(request: string): Promise<Response> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(new Error('the server closed a connection'));
      this.#pending = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(text: string): void {
    this.#received = this.#received === '' ? text : this.#received + text;
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const head = this.#received.slice(0, headEnd);
    const body = this.#received.slice(headEnd + 4);
    const length = /\r\ncontent-length: *(\d+)/iu.exec(head)?.[1];
    // Without a length the body comes in chunks, of which the last is empty.
    const isWhole = length === undefined ? body.endsWith('0\r\n\r\n') : body.length >= Number(length);
    if (!isWhole) return;
    this.#received = '';
    const pending = this.#pending;
    this.#pending = null;
    pending?.resolve({ status: Number(head.slice(9, 12)), body });
  }
}

/** A POST request of JSON as it goes over the wire. */
export function requestText(path: string, headers: Record<string, string>, body: string): string {
  const lines = Object.entries({
    host: '127.0.0.1',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
