import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocketServer } from 'ws';
import type { Caller } from './auth/caller.ts';
import type { ReceiptKey } from './journal/load.ts';
import type { Fault } from './domain/errors.ts';
import type { Scope } from './domain/key.ts';

/** One request, read and admitted. */
export type Call = {
  caller: Caller;
  params: Record<string, string | undefined>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** The body as it came, for signatures and idempotency. */
  raw: Buffer;
  /** From the `Idempotency-Key` header: the same key with the same bytes gives the first answer again. */
  receipt: ReceiptKey | null;
  /** Address of the machine that calls. */
  address: string;
  /** Adds headers to the answer, or to the refusal, whichever it will be. */
  addHeaders: (headers: Record<string, string>) => void;
};

/** One event of a stream; `data` is sent as JSON. */
export type StreamedEvent = { id: string; data: object };

/** What is answered; `body` is sent as JSON (a text is JSON already), unless a stream takes its place. */
export type Reply = {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  stream?: {
    events: AsyncIterable<StreamedEvent>;
    /** Ends the events, whatever they wait for. */
    end: () => void;
  };
  /** Plain text, as fast as the reader takes it; `headers` say what it is. */
  text?: AsyncIterable<string>;
};

/** How a door words its refusals: the status (a door may prefer another one) and its body. */
export type Manner = (refusal: Refusal) => Reply;

/** A manner that keeps the status and words the body. */
export const mannerOf =
  (bodyOf: (message: string) => object): Manner =>
  ({ status, message, headers }) => ({ status, body: bodyOf(message), ...(headers && { headers }) });

/** Why a request is refused before or instead of being carried out. */
export type Refusal = { status: number; message: string; faults?: Fault[]; headers?: Record<string, string> };

/** A door: one method and path. */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** In the form of find-my-way: `/details/:id`. */
  path: string;
  scope: Scope;
  /** Who calls where the door itself finds out whether that is so: no key is asked for, and none is looked at. */
  caller?: Caller;
  manner: Manner;
  /** Whether a ticket in the address lets a caller in as well. */
  takesTicket?: boolean;
  /** Largest body in bytes; 1 MiB when left out. */
  maxBytes?: number;
  handle: (call: Call) => Promise<Reply>;
  /** Counts a request that is refused before `handle` is called; gives the headers that tell what is left. */
  count?: (by: Pick<Call, 'caller' | 'params' | 'address'>) => Promise<Record<string, string>>;
};

/** A WebSocket door; its path is in the form of find-my-way. Its server is told of each viewer by `connection` with the request and the Caller. */
export type SocketRoute = {
  path: string;
  /** What the upgrade asks for; null where the door itself asks for a credential later. */
  scope: Scope | null;
  manner: Manner;
  server: WebSocketServer;
  /** Called before the handshake is answered; when it rejects, the upgrade is refused. */
  prepare?: (
    request: IncomingMessage,
    socket: Duplex,
    caller: Caller,
    params: Call['params'],
  ) => Promise<void>;
};
