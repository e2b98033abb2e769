import type { IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { SlowViewerError } from '../live/feed.ts';
import type { Call, SocketRoute } from '../route.ts';

/** A viewer that answers no ping for so long is gone, in ms. */
const HEARTBEAT = 30_000;

/** Frames of what a viewer follows; `return()` ends them at once, whatever they wait for. */
type Frames<Frame> = AsyncIterableIterator<Frame>;
type Following<Frame> = { first: IteratorResult<Frame>; frames: Frames<Frame> };

/**
 * A plain WebSocket door: whoever connects is sent, as JSON, what `show` makes of each frame that `open` gives. What
 * viewers send is read and ignored.
 */
export function createStreamSocket<Frame>(
  open: (projectId: number, params: Call['params']) => Frames<Frame>,
  show: (frame: Frame) => object[],
): Required<Pick<SocketRoute, 'server' | 'prepare'>> {
  const server = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024, perMessageDeflate: false });
  const views = new WeakMap<IncomingMessage, Following<Frame>>();
  server.on('connection', (viewer: WebSocket, request: IncomingMessage) => {
    keepAlive(viewer);
    void relay(viewer, views.get(request)!, show);
  });
  return {
    server,
    // What happens right after a viewer has been told that it is connected must not escape it.
    async prepare(request, socket, { projectId }, params) {
      const frames = open(projectId, params);
      socket.once('close', () => void frames.return?.());
      views.set(request, { first: await frames.next(), frames });
    },
  };
}

async function relay<Frame>(
  viewer: WebSocket,
  { first, frames }: Following<Frame>,
  show: (frame: Frame) => object[],
): Promise<void> {
  try {
    for (let next = first; next.done !== true; next = await frames.next()) {
      for (const shown of show(next.value)) await send(viewer, JSON.stringify(shown));
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
