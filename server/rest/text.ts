import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reply } from '../route.ts';

/**
 * Sends a text as fast as its reader takes it. When the server stops, the connection is destroyed: an ending would say
 * that this was all. For the same reason it rejects with what the text fails with, and ends nothing.
 */
export async function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, text }: Reply,
  stopping: AbortSignal,
): Promise<void> {
  response.writeHead(status, { 'cache-control': 'no-store', ...headers });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const destroy = (): unknown => response.destroy();
  stopping.addEventListener('abort', destroy);
  const closed = new Promise((resolve) => response.once('close', resolve));
  try {
    if (stopping.aborted) destroy();
    for await (const piece of text!) {
      if (response.destroyed) return;
      const isFull = !response.write(piece);
      if (isFull) await Promise.race([new Promise((resolve) => response.once('drain', resolve)), closed]);
    }
    response.end();
  } finally {
    stopping.removeEventListener('abort', destroy);
  }
}
