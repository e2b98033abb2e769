import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import Router from 'find-my-way';
import type { Logger } from 'pino';
import type { Caller } from './auth/caller.ts';
import { credentialInHeaders, credentialInQuery } from './auth/credential.ts';
import type { Gate } from './auth/gate.ts';
import { TICKET, type Tickets } from './auth/ticket.ts';
import { InvalidInputError } from './domain/errors.ts';
import { isIdempotencyKey } from './domain/value.ts';
import {
  deny,
  draining,
  malformed,
  MAX_PARAMETER,
  parseUrl,
  refuseStranger,
  unauthenticated,
  type Address,
} from './entrance.ts';
import type { ReceiptKey } from './journal/load.ts';
import { refusalOf, safeError, withRequestId } from './refusal.ts';
import { readBody } from './request.ts';
import { pollyManner } from './rest/polly.ts';
import type { PublicFile } from './rest/page.ts';
import { sendEvents } from './rest/events.ts';
import { sendText } from './rest/text.ts';
import type { Manner, Refusal, Reply, Route, SocketRoute } from './route.ts';
import { createUpgrade } from './upgrade.ts';

/** Answers requests of one path in its own way; `raw` is the body. */
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  raw: Buffer,
  requestId: string,
) => Promise<void>;

export type Doors = {
  routes: Route[];
  sockets: SocketRoute[];
  /** GraphQL, which admits callers by itself. */
  graphql: Handler;
  health: () => Reply;
  ready: () => Promise<Reply>;
  publicFile: (path: string) => Promise<PublicFile | null>;
};

type Options = {
  doors: Doors;
  gate: Gate;
  tickets: Tickets;
  logger: Logger;
  /** Aborted when the server begins to stop. */
  stopping: AbortSignal;
  every: (ms: number, callback: () => void) => () => void;
};

/** Headers of answers that pages of other sites may read. */
const EXPOSED =
  'x-request-id, idempotent-replayed, retry-after, ratelimit, ratelimit-policy, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset';
const MAX_BODY = 1024 * 1024;
/** A body must arrive within this time, and headers sooner, in ms. */
const REQUEST_TIME = 30_000;
const HEADER_TIME = 10_000;

/** Every path of the server: who may, in which manner it refuses, and what answers. */
export function createHttpServer({ doors, gate, tickets, logger, stopping, every }: Options): Server {
  const router = Router({ ignoreTrailingSlash: false, maxParamLength: MAX_PARAMETER });
  for (const route of doors.routes) router.on(route.method, route.path, () => undefined, route);
  const server = createServer({
    requestTimeout: REQUEST_TIME,
    headersTimeout: HEADER_TIME,
    keepAliveTimeout: 65_000,
  });

  closeSilentConnections(server, stopping);
  server.on('request', (request, response) => {
    const requestId = randomUUID();
    response.setHeader('x-request-id', requestId);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    // Errors of a connection that goes away while it is answered concern nobody.
    response.on('error', () => undefined);
    answer(request, response, requestId).catch((error: unknown) => {
      const refusal = refusalOf(error);
      if (refusal.status === 500) logger.error({ err: safeError(error), requestId }, 'a request failed');
      if (!response.headersSent) send(request, response, pollyManner(withRequestId(refusal, requestId)));
      else response.destroy();
    });
  });
  const upgrade = createUpgrade({ sockets: doors.sockets, gate, stopping });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined);
    upgrade(request, socket, head).catch((error: unknown) => {
      logger.error({ err: safeError(error) }, 'an upgrade failed');
      socket.destroy();
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  return server;

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ): Promise<void> {
    const url = parseUrl(request);
    if (url === null) return send(request, response, mannerAt(doors.routes, request.url ?? '')(malformed));
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
    const isOpen = await gate.isOpen();
    const stranger = isOpen ? refuseStranger(request, method, url.pathname) : null;
    if (stranger !== null) {
      return send(request, response, mannerAt(doors.routes, url.pathname)(stranger));
    }
    allowOrigin(request, response, isOpen);
    if (method === 'OPTIONS') return preflight(response);

    if (url.pathname === '/health' && method === 'GET') return send(request, response, doors.health());
    if (url.pathname === '/ready' && method === 'GET') return send(request, response, await doors.ready());
    if (stopping.aborted) return send(request, response, mannerAt(doors.routes, url.pathname)(draining));
    if (url.pathname === '/graphql') {
      const raw = method === 'POST' ? await readBody(request, MAX_BODY) : Buffer.alloc(0);
      return doors.graphql(request, response, raw, requestId);
    }
    const file = method === 'GET' ? await doors.publicFile(url.pathname) : null;
    if (file !== null) return sendFile(request, response, file);
    return dispatch(request, response, requestId, url, method);
  }

  async function dispatch(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    url: Address,
    method: string,
  ): Promise<void> {
    const found = router.find(method as 'GET', url.pathname);
    const route = (found?.store ?? null) as Route | null;
    if (route === null) {
      return send(request, response, mannerAt(doors.routes, url.pathname)(missing(url.pathname)));
    }
    const added: Record<string, string> = {};
    const reply = ({ headers, ...rest }: Reply): Reply => ({ ...rest, headers: { ...added, ...headers } });
    let isHandled = false;
    let caller: Caller | null = null;
    const address = request.socket.remoteAddress ?? '';
    const params = found?.params ?? {};
    try {
      const admit = await admission(request, url, route);
      caller = route.caller ?? (await admit());
      const denied = deny(caller, route.scope);
      if (caller === null || denied !== null)
        return send(request, response, route.manner(denied ?? unauthenticated));
      const raw = await readBody(request, route.maxBytes ?? MAX_BODY);
      const receipt = route.method === 'POST' ? receiptOf(request, url.pathname, raw) : null;
      isHandled = true;
      const answered = await route.handle({
        caller,
        params,
        query: url.searchParams,
        headers: request.headers,
        raw,
        receipt,
        address,
        addHeaders: (headers) => Object.assign(added, headers),
      });
      if (answered.text !== undefined) {
        const unguard = gate.guard(admit, () => response.destroy());
        return await sendText(request, response, reply(answered), stopping).finally(unguard);
      }
      if (answered.stream === undefined) return send(request, response, reply(answered));
      const { end } = answered.stream;
      const unguard = gate.guard(admit, end);
      await sendEvents(request, response, reply(answered), { stopping, every });
      unguard();
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.status === 500) logger.error({ err: safeError(error), requestId }, 'a request failed');
      // What is refused before its door sees it counts against the door's limits as well.
      if (!isHandled && caller !== null && route.count !== undefined) {
        Object.assign(added, await route.count({ caller, params, address }));
      }
      if (response.headersSent) response.destroy();
      else send(request, response, reply(route.manner(withRequestId(refusal, requestId))));
    }
  }

  /** Finds out who calls, now and again later. A ticket is used up by it. */
  async function admission(
    request: IncomingMessage,
    { pathname, searchParams }: Address,
    route: Route,
  ): Promise<() => Promise<Caller | null>> {
    if (route.takesTicket === true && searchParams.has(TICKET)) {
      const holder = await tickets.redeem(pathname, searchParams);
      return () => gate.readmit(holder);
    }
    const credential = credentialOf(request, searchParams, route);
    return () => gate.admit(credential);
  }

  /** A path that is there for other methods is 405, an unknown one 404. */
  function missing(path: string): Refusal {
    const allowed = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).filter(
      (method) => router.find(method, path) !== null,
    );
    if (['/', '/health', '/ready'].includes(path)) allowed.push('GET');
    if (allowed.length === 0) return { status: 404, message: 'Not Found' };
    const allow = allowed.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
    return { status: 405, message: `Method not allowed. Use ${allow}.`, headers: { allow } };
  }
}

/** Browsers open connections in advance; one that never asked for anything must not hold up the end. */
function closeSilentConnections(server: Server, stopping: AbortSignal): void {
  const silent = new Set<Duplex>();
  server.on('connection', (socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  server.on('request', ({ socket }) => silent.delete(socket));
  server.on('upgrade', ({ socket }) => silent.delete(socket));
  stopping.addEventListener('abort', () => silent.forEach((socket) => socket.destroy()));
}

/**
 * Paths without a door are refused in the manner of the doors that lie nearest: of the path itself for other
 * methods, else of those with the longest folder in common. Doors at the root are near to nothing else.
 */
function mannerAt(routes: Route[], path: string): Manner {
  const same = routes.find((route) => route.path === path);
  if (same !== undefined) return same.manner;
  const folderOf = (route: Route): string => /^[^:]*\//u.exec(route.path)![0];
  const near = routes.filter((route) => folderOf(route) !== '/' && path.startsWith(folderOf(route)));
  return near.toSorted((a, b) => folderOf(b).length - folderOf(a).length)[0]?.manner ?? pollyManner;
}

/** With keys any page may call, since it must bring one; cookies are never used. */
function allowOrigin({ headers }: IncomingMessage, response: ServerResponse, isOpen: boolean): void {
  if (headers.origin === undefined) return;
  response.setHeader('access-control-allow-origin', isOpen ? headers.origin : '*');
  response.setHeader('vary', 'Origin');
  response.setHeader('access-control-expose-headers', EXPOSED);
}

function preflight(response: ServerResponse): void {
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': 'authorization, content-type, x-api-key, idempotency-key, last-event-id',
    'access-control-max-age': '600',
  });
  response.end();
}

/** Only streams, which browsers open without headers, may carry the credential in the address. */
function credentialOf({ headers }: IncomingMessage, query: URLSearchParams, route: Route): string | null {
  const isStream = route.path.startsWith('/webhook/stream/');
  return credentialInHeaders(headers) ?? (isStream ? credentialInQuery(query) : null);
}

function receiptOf({ headers }: IncomingMessage, path: string, raw: Buffer): ReceiptKey | null {
  const key = headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !isIdempotencyKey(key)) {
    throw new InvalidInputError(
      'Idempotency-Key',
      'Idempotency-Key must be 1 to 255 printable ASCII characters.',
    );
  }
  return { door: path, key, digest: createHash('sha256').update(raw).digest('hex') };
}

function send(request: IncomingMessage, response: ServerResponse, { status, body, headers }: Reply): void {
  // A text goes out with its headers in one write, a buffer in a second one.
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { content, headers }: PublicFile,
): void {
  const isKnown = request.headers['if-none-match'] === headers['etag'];
  response.writeHead(
    isKnown ? 304 : 200,
    isKnown ? headers : { ...headers, 'content-length': content.length },
  );
  response.end(isKnown || request.method === 'HEAD' ? undefined : content);
}
