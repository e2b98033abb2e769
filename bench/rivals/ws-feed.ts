import { WebSocket, WebSocketServer } from 'ws';
import { frameOf } from './feed.ts';
import { listen, serveJson } from './listen.ts';
import type { Exchange } from './table.ts';

// A raw ws broadcast of the bytes that a GraphQL viewer gets, made into bytes once for all viewers.
const server = serveJson((body: Exchange) => {
  const feed = frameOf(body);
  const message = Buffer.from(JSON.stringify({ id: '1', type: 'next', payload: { data: { feed } } }));
  for (const viewer of sockets.clients) {
    if (viewer.readyState === WebSocket.OPEN) viewer.send(message, { binary: false });
  }
  return Promise.resolve({ status: 'success', id: body.id });
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
listen(server);
