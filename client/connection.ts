import { Client, createRequest, fetchExchange, stringifyDocument, type TypedDocumentNode } from '@urql/core';
import { createClient } from 'graphql-ws/client';
import { ConnectionError } from './connection-error.ts';

export interface Sink<Data> {
  next(data: Data): void;
  /** Called once, when the stream ended for any reason but our own stop. */
  cut(error: ConnectionError): void;
}

/** All that the rest of the client knows of the server. Failures are always a `ConnectionError`. */
export interface Connection {
  readonly endpoint: string;
  readonly token: string | null;
  request<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    /** The same key with the same variables again takes effect once, and gives the first answer again. */
    key?: string,
  ): Promise<Data>;
  subscribe<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    sink: Sink<Data>,
  ): () => void;
  dispose(): void;
}

export interface ConnectionOptions {
  endpoint: string;
  token: string | null;
}

const REQUEST_TIMEOUT = 20_000;
const PING_EVERY = 12_000;
const PONG_WITHIN = 6_000;

/** Queries and mutations go by HTTP, subscriptions by WebSocket on the same path. */
export function createConnection({ endpoint, token }: ConnectionOptions): Connection {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const http = new Client({
    url: endpoint,
    exchanges: [fetchExchange],
    requestPolicy: 'network-only',
    preferGetMethod: false,
    fetch: fetchInTime,
    fetchOptions: { headers },
  });
  const socket = openSocket(endpoint, token);
  let requests = 0;

  return {
    endpoint,
    token,
    async request<Data, Variables extends Record<string, unknown>>(
      document: TypedDocumentNode<Data, Variables>,
      variables: Variables,
      idempotencyKey?: string,
    ): Promise<Data> {
      // A key of its own: the client would otherwise answer from an equal request that left earlier.
      const request = { ...createRequest(document, variables), key: ++requests };
      const once = idempotencyKey
        ? { fetchOptions: { headers: { ...headers, 'idempotency-key': idempotencyKey } } }
        : {};
      const { data, error } = await (
        kindOf(document) === 'mutation'
          ? http.executeMutation<Data, Variables>(request, once)
          : http.executeQuery<Data, Variables>(request)
      ).toPromise();
      if (error) throw ConnectionError.fromResponse(error);
      if (data === undefined || data === null)
        throw new ConnectionError('failed', 'The server sent no answer.');
      return data;
    },
    subscribe(document, variables, sink) {
      let over = false;
      const end = (error: ConnectionError) => {
        if (over) return;
        over = true;
        sink.cut(error);
      };
      const stop = socket.subscribe<never>(
        { query: stringifyDocument(document), variables: { ...variables } },
        {
          next: ({ data, errors }) => {
            if (over) return;
            if (errors?.length) end(ConnectionError.fromErrors(errors));
            else if (data) sink.next(data);
          },
          error: (reason) => end(ConnectionError.fromSocket(reason)),
          complete: () => end(new ConnectionError('lost', 'The server ended the feed.')),
        },
      );
      return () => {
        over = true;
        stop();
      };
    },
    dispose: () => void socket.dispose(),
  };
}

/**
 * A socket that does not reconnect by itself: it would send the old payload again, with a cursor long past. A server
 * that stops answering pings is given up, since a dead network closes nothing.
 */
function openSocket(endpoint: string, token: string | null) {
  let overdue: ReturnType<typeof setTimeout> | undefined;
  const socket = createClient({
    url: endpoint.replace(/^http/, 'ws'),
    connectionParams: token ? { token } : {},
    lazy: true,
    retryAttempts: 0,
    shouldRetry: () => false,
    keepAlive: PING_EVERY,
    onNonLazyError: () => undefined,
    on: {
      ping: (received) => {
        if (!received) overdue = setTimeout(() => socket.terminate(), PONG_WITHIN);
      },
      pong: (received) => {
        if (received) clearTimeout(overdue);
      },
      closed: () => clearTimeout(overdue),
    },
  });
  return socket;
}

function fetchInTime(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const signals = [AbortSignal.timeout(REQUEST_TIMEOUT), ...(init.signal ? [init.signal] : [])];
  return fetch(input, { ...init, signal: AbortSignal.any(signals) });
}

function kindOf(document: TypedDocumentNode<unknown, never>): 'query' | 'mutation' {
  const operation = document.definitions.find((definition) => definition.kind === 'OperationDefinition');
  return operation?.operation === 'mutation' ? 'mutation' : 'query';
}
