import { connect, type Socket } from 'node:net';
import type { Protocol } from './viewers.ts';

/** The document that every GraphQL viewer subscribes to. */
export const FEED_DOCUMENT =
  'subscription { feed { cursor events { __typename seq ... on MessagesLogged { messages { text sender } } } } }';

/** Once in every event, and nowhere else in a frame. */
export const MARK = '~';
const MARK_BYTE = MARK.charCodeAt(0);

const paths: Record<Protocol, string> = {
  graphql: '/graphql',
  'socket.io': '/socket.io/?EIO=4&transport=websocket',
  plain: '/',
};

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
/** Payloads up to here may be answers of the protocol and are looked at. */
const SMALL = 200;

export type ViewerOptions = {
  port: number;
  protocol: Protocol;
  headers: Record<string, string>;
  /** Called for every event that arrives; `index` is 0 for the first one. */
  onEvent: (index: number) => void;
  onFrame: (bytes: number) => void;
  onLost: (reason: string) => void;
};

/**
 * A WebSocket client by hand: it steps from frame to frame and counts the marks of events, so that 200 of them
 * cost little beside the server under measurement.
 */
export class Viewer {
  readonly #options: ViewerOptions;
  readonly #socket: Socket;
  #onReady: () => void = () => undefined;
  #isUpgraded = false;
  #rest: Buffer | null = null;
  #left = 0;
  #opcode = 0;
  #events = 0;

  private constructor(options: ViewerOptions) {
    this.#options = options;
    this.#socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('error', (error) => options.onLost(error.message));
    this.#socket.on('close', () => options.onLost('the server closed a viewer'));
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    const lines = Object.entries({
      host: `127.0.0.1:${options.port}`,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'ZWFyc2hvdC1iZW5jaC0wMA==',
      ...(options.protocol === 'graphql' && { 'sec-websocket-protocol': 'graphql-transport-ws' }),
      ...options.headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#socket.write(`GET ${paths[options.protocol]} HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  /** Resolves when the server has taken the subscription, as far as its protocol tells. */
  static open(options: ViewerOptions): Promise<Viewer> {
    return new Promise((resolve) => {
      const viewer = new Viewer(options);
      viewer.#onReady = () => resolve(viewer);
    });
  }

  /** Starts counting anew. */
  reset(): void {
    this.#events = 0;
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    let data = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = null;
    if (!this.#isUpgraded) {
      const end = data.indexOf('\r\n\r\n');
      if (end === -1) {
        this.#rest = data;
        return;
      }
      const status = data.toString('latin1', 9, 12);
      if (status !== '101') {
        this.#options.onLost(`the upgrade was refused with ${status}`);
        return;
      }
      this.#isUpgraded = true;
      data = data.subarray(end + 4);
      this.#greet();
    }
    this.#read(data);
  }

  #read(data: Buffer): void {
    let position = 0;
    while (position < data.length) {
      if (this.#left > 0) {
        const end = Math.min(data.length, position + this.#left);
        this.#count(data, position, end);
        this.#left -= end - position;
        position = end;
        continue;
      }
      const header = readHeader(data, position);
      // A small frame is taken as a whole, so that it can be read.
      if (header === null || (header.length <= SMALL && data.length < header.start + header.length)) {
        this.#rest = data.subarray(position);
        return;
      }
      this.#opcode = header.opcode;
      position = header.start;
      this.#left = header.length;
      if (header.opcode === TEXT && header.length > SMALL) this.#options.onFrame(header.length);
      else if (this.#hear(data.toString('utf8', position, position + header.length))) {
        this.#options.onFrame(header.length);
      }
    }
  }

  #count(data: Buffer, from: number, end: number): void {
    if (this.#opcode !== TEXT && this.#opcode !== 0) return;
    for (
      let at = data.indexOf(MARK_BYTE, from);
      at !== -1 && at < end;
      at = data.indexOf(MARK_BYTE, at + 1)
    ) {
      this.#events += 1;
      this.#options.onEvent(this.#events - 1);
    }
  }

  #greet(): void {
    if (this.#options.protocol === 'graphql') this.#send('{"type":"connection_init"}');
    if (this.#options.protocol === 'plain') this.#onReady();
  }

  /** Answers a small frame; true when it carries an event. */
  #hear(text: string): boolean {
    if (this.#opcode === PING) this.#send(text, PONG);
    else if (this.#opcode === CLOSE) this.#options.onLost(`the server closed a viewer: ${text.slice(2)}`);
    else if (this.#options.protocol === 'graphql') {
      if (text.includes('"connection_ack"')) {
        this.#send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: FEED_DOCUMENT } }));
        this.#onReady();
      } else if (text.includes('"type":"ping"')) this.#send('{"type":"pong"}');
      else if (text.includes('"errors"') || text.includes('"type":"error"')) this.#options.onLost(text);
    } else if (this.#options.protocol === 'socket.io') {
      if (text.startsWith('0')) this.#send('40');
      else if (text.startsWith('40')) this.#onReady();
      else if (text === '2') this.#send('3');
    }
    return text.includes(MARK);
  }

  /** Clients mask what they send; with zeros the bytes stay as they are. */
  #send(text: string, opcode = TEXT): void {
    const payload = Buffer.from(text);
    const length =
      payload.length < 126
        ? Buffer.from([0x80 | payload.length])
        : Buffer.from([0x80 | 126, payload.length >> 8, payload.length & 255]);
    this.#socket.write(Buffer.concat([Buffer.from([0x80 | opcode]), length, Buffer.alloc(4), payload]));
  }
}

type Header = { opcode: number; length: number; start: number };

/** The header of the frame at `position`; null when it has not arrived as a whole. */
function readHeader(data: Buffer, position: number): Header | null {
  const rest = data.length - position;
  if (rest < 2) return null;
  const opcode = data[position]! & 15;
  const short = data[position + 1]! & 127;
  if (short < 126) return { opcode, length: short, start: position + 2 };
  if (short === 126) {
    return rest < 4 ? null : { opcode, length: data.readUInt16BE(position + 2), start: position + 4 };
  }
  return rest < 10
    ? null
    : { opcode, length: Number(data.readBigUInt64BE(position + 2)), start: position + 10 };
}
