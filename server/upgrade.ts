import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import Router from 'find-my-way';
import type { WebSocket } from 'ws';
import { credentialInHeaders, credentialInQuery } from './auth/credential.ts';
import type { Gate } from './auth/gate.ts';
import { deny, draining, MAX_PARAMETER, parseUrl, refuseStranger } from './entrance.ts';
import { refusalOf } from './refusal.ts';
import { pollyManner } from './rest/polly.ts';
import type { Refusal, Reply, SocketRoute } from './route.ts';

type Options = { sockets: SocketRoute[]; gate: Gate; stopping: AbortSignal };
type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;

/** Every WebSocket of the server: who may, and which door opens. What is refused is answered on the upgrade. */
export function createUpgrade({ sockets, gate, stopping }: Options): Upgrade {
  const router = Router({ ignoreTrailingSlash: false, maxParamLength: MAX_PARAMETER });
  for (const route of sockets) router.on('GET', route.path, () => undefined, route);
  return upgrade;

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const url = parseUrl(request);
    const found = url === null ? null : router.find('GET', url.pathname);
    const route = found?.store as SocketRoute | undefined;
    const refuse = (refusal: Refusal): void => refuseUpgrade(socket, (route?.manner ?? pollyManner)(refusal));
    if (url === null || found === null || route === undefined)
      return refuse({ status: 404, message: 'Not Found' });
    if (stopping.aborted) return refuse(draining);
    try {
      const stranger = (await gate.isOpen()) ? refuseStranger(request, 'UPGRADE', url.pathname) : null;
      if (stranger !== null) return refuse(stranger);
      const credential = credentialInHeaders(request.headers) ?? credentialInQuery(url.searchParams);
      const caller = await gate.admit(credential);
      const denied = route.scope === null ? null : deny(caller, route.scope);
      if (denied !== null) return refuse(denied);
      if (caller !== null) await route.prepare?.(request, socket, caller, found.params);
      route.server.handleUpgrade(request, socket, head, (viewer: WebSocket) => {
        viewer.on('error', () => viewer.terminate());
        if (route.scope !== null) {
          viewer.on(
            'close',
            gate.guard(
              () => gate.admit(credential),
              () => viewer.close(4403, 'This key is not valid any more.'),
            ),
          );
        }
        route.server.emit('connection', viewer, request, caller);
        // A broken frame is the viewer's fault: the socket closes itself and nobody has to be told.
        viewer.removeAllListeners('error').on('error', () => undefined);
      });
    } catch (error) {
      refuse(refusalOf(error));
    }
  }
}

function refuseUpgrade(socket: Duplex, { status, body, headers }: Reply): void {
  const text = JSON.stringify(body);
  const lines = Object.entries({
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    connection: 'close',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.join('')}\r\n${text}`);
}
