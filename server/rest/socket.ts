import type { IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Event } from '../domain/event.ts';
import { SlowViewerError, type Feed, type Frames } from '../live/feed.ts';
import type { SocketRoute } from '../route.ts';

/** A viewer that answers no ping for so long is gone, in ms. */
const HEARTBEAT = 30_000;

/**
 * A plain WebSocket door: whoever connects is sent, as JSON, what `show` makes of each event from now on. What
 * viewers send is read and ignored.
 */
export function createEventSocket(
  feed: Feed,
  show: (event: Event) => object | null,
): Required<Pick<SocketRoute, 'server' | 'prepare'>> {
  const server = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024, perMessageDeflate: false });
  const views = new WeakMap<IncomingMessage, Frames>();
  server.on('connection', (viewer: WebSocket, request: IncomingMessage) => {
    keepAlive(viewer);
    void relay(viewer, views.get(request)!, show);
  });
  return {
    server,
    // What happens right after a viewer has been told that it is connected must not escape it.
    async prepare(request, socket, { projectId }) {
      const frames = feed({ projectId });
      socket.once('close', () => void frames.return?.());
      await frames.next();
      views.set(request, frames);
    },
  };
}

async function relay(
  viewer: WebSocket,
  frames: Frames,
  show: (event: Event) => object | null,
): Promise<void> {
  try {
    for await (const { events } of frames) {
      for (const event of events) {
        const shown = show(event);
        if (shown !== null) await send(viewer, JSON.stringify(shown));
      }
    }
  } catch (error) {
    if (error instanceof SlowViewerError) viewer.close(1013, 'You are reading too slowly.');
    else viewer.close(1011, 'The log cannot be followed now. Try again shortly.');
  }
}

/** Resolves when the text is handed to the network, so that a slow viewer holds up nobody but itself. */
function send(viewer: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (viewer.readyState !== viewer.OPEN) resolve();
    else viewer.send(text, () => resolve());
  });
}

function keepAlive(viewer: WebSocket): void {
  let isAlive = true;
  viewer.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) return viewer.terminate();
    isAlive = false;
    viewer.ping();
  }, HEARTBEAT);
  timer.unref();
  viewer.on('close', () => clearInterval(timer));
}
