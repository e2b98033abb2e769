import type { IncomingMessage } from 'node:http';

/** A body that is not taken: too large (413), or encoded in a way that is not read (415). */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
  readonly status: 413 | 415;

  constructor(status: 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

/** So much of a refused body, in bytes and ms, is still read and dropped before the connection is cut. */
const LINGER_BYTES = 16 * 1024 * 1024;
const LINGER_TIME = 5000;

/** The whole body of a request. Rejects with a TooLargeError as soon as it is longer than `limit` bytes. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    dropRest(request);
    return Promise.reject(
      new TooLargeError(
        415,
        `Content-Encoding ${encoding.slice(0, 20)} is not read. Send the body as it is.`,
      ),
    );
  }
  const tooLarge = (): TooLargeError =>
    new TooLargeError(413, `The body is larger than ${limit} bytes. Send less at a time.`);
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    dropRest(request);
    return Promise.reject(tooLarge());
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        request.removeAllListeners('data');
        dropRest(request);
        reject(tooLarge());
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('The connection was closed before the body was complete.')));
  });
}

/** Whoever hangs up on a sender takes the reply away from it, so what is on its way is let in for a while. */
function dropRest(request: IncomingMessage): void {
  const { socket } = request;
  let isAnswered = false;
  // Called after the last reply of a connection. This side has said all, but the other one may still be talking.
  socket.destroySoon = () => {
    isAnswered = true;
    socket.end();
  };
  const timer = setTimeout(() => socket.destroy(), LINGER_TIME);
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > LINGER_BYTES) socket.destroy();
  });
  request.on('close', () => {
    clearTimeout(timer);
    Reflect.deleteProperty(socket, 'destroySoon');
    if (isAnswered) socket.destroySoon();
  });
}
