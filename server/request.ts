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

/** The whole body of a request. Rejects with a TooLargeError as soon as it is longer than `limit` bytes. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    return Promise.reject(
      new TooLargeError(
        415,
        `Content-Encoding ${encoding.slice(0, 20)} is not read. Send the body as it is.`,
      ),
    );
  }
  const tooLarge = (): TooLargeError =>
    new TooLargeError(413, `The body is larger than ${limit} bytes. Send less at a time.`);
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        request.removeAllListeners('data');
        request.pause();
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
