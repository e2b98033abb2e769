import { WebSocketServer, type WebSocket } from 'ws';
import type { Event } from '../domain/event.ts';
import type { Caller } from '../auth/caller.ts';
import { SlowViewerError, type Feed, type Frames } from '../live/feed.ts';

/** A viewer that answers no ping for so long is gone, in ms. */
const HEARTBEAT = 30_000;

/**
 * A plain WebSocket door: whoever connects is sent, as JSON, what `show` makes of each event from now on. What
 * viewers send is read and ignored.
 */
export function createEventSocket(feed: Feed, show: (event: Event) => object | null): WebSocketServer {
  const server = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024, perMessageDeflate: false });
  server.on('connection', (viewer: WebSocket, _request: unknown, { projectId }: Caller) => {
    const frames = feed({ projectId });
    viewer.on('close', () => void frames.return?.());
    keepAlive(viewer);
    void relay(viewer, frames, show);
  });
  return server;
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
