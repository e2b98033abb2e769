import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export type RawReply = { status: number; headers: Map<string, string>; body: string };

/** A bare connection, for what no well-behaved client sends. */
export type Wire = AsyncDisposable & {
  socket: Socket;
  /** Resolves when the bytes are handed to the network, or the other side hung up. */
  send(bytes: string | Buffer): Promise<void>;
  /** Resolves with everything that came when the other side hung up. */
  readonly rest: Promise<Buffer>;
};

/** A connection on which nothing moves for so long is given up, in ms. */
const SILENCE = 10_000;

export async function openWire(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  // Whoever waits for a reply that never comes is told so by its absence.
  socket.setTimeout(SILENCE, () => socket.destroy());
  const rest = new Promise<Buffer>((resolve) => {
    socket.on('close', () => resolve(Buffer.concat(chunks)));
  });
  await once(socket, 'connect');
  return {
    socket,
    rest,
    send: (bytes) =>
      new Promise((resolve) => {
        if (socket.writable) socket.write(bytes, () => resolve());
        else resolve();
      }),
    async [Symbol.asyncDispose]() {
      socket.destroy();
      await rest;
    },
  };
}

/** Sends these bytes over a connection of its own and reads until the other side hangs up; null when nothing came. */
export async function exchangeBytes(url: string, bytes: string | Buffer): Promise<RawReply | null> {
  await using wire = await openWire(url);
  await wire.send(bytes);
  return parseReply(await wire.rest);
}

/** A request with these header lines, written out; the connection ends with its reply. */
export function requestText(
  method: string,
  path: string,
  headers: Record<string, string>,
  body = '',
): string {
  const all = { Host: 'localhost', Connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

export function parseReply(bytes: Buffer): RawReply | null {
  const [head = '', ...rest] = bytes.toString().split('\r\n\r\n');
  const [start = '', ...lines] = head.split('\r\n');
  const status = /^HTTP\/1\.1 (\d{3})/u.exec(start)?.[1];
  if (status === undefined) return null;
  const headers = lines.map((line): [string, string] => {
    const [name = '', ...value] = line.split(':');
    return [name.toLowerCase(), value.join(':').trim()];
  });
  return { status: Number(status), headers: new Map(headers), body: rest.join('\r\n\r\n') };
}
