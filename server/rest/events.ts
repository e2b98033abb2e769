import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reply } from '../route.ts';

/** A comment goes out so often, in ms, so that nothing on the way takes the connection for dead. */
const HEARTBEAT = 15_000;

type Options = {
  /** Aborted when the server begins to stop; the stream ends then. */
  stopping: AbortSignal;
  every: (ms: number, callback: () => void) => () => void;
};

/** Sends a stream of server-sent events until it ends, its reader goes away, or the server stops. */
export async function sendEvents(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, stream }: Reply,
  { stopping, every }: Options,
): Promise<void> {
  const { events, end } = stream!;
  response.writeHead(status, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    ...headers,
  });
  response.flushHeaders();
  const stopHeartbeat = every(HEARTBEAT, () => response.write(':\n\n'));
  response.once('close', end);
  stopping.addEventListener('abort', end, { once: true });
  try {
    if (request.method === 'HEAD' || stopping.aborted) end();
    for await (const { id, data } of events) {
      const isFull = !response.write(`id: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
      // Waits for a slow reader, or for its end, so that it holds up nobody but itself.
      if (isFull && !response.destroyed)
        await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
  } catch {
    // A reader that was too slow, or a log that cannot be read now: it comes back with the last id that it saw.
  } finally {
    stopHeartbeat();
    stopping.removeEventListener('abort', end);
    end();
    response.end();
  }
}
