import { Server } from 'socket.io';
import { frameOf } from './feed.ts';
import { listen, serveJson } from './listen.ts';
import type { Exchange } from './table.ts';

// Socket.IO as documented: one emit to everybody.
const server = serveJson((body: Exchange) => {
  sockets.emit('feed', frameOf(body));
  return Promise.resolve({ status: 'success', id: body.id });
});
const sockets = new Server(server);
listen(server);
