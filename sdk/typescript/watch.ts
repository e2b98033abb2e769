import { createClient, type Client } from 'graphql-ws/client';
import { backoff, sleep as wait } from './backoff.ts';
import { AuthenticationError, ConnectionError, isWorthRetrying } from './errors.ts';
import type { TypedDocumentString } from './generated/graphql.ts';
import { errorOf, toldBy } from './refusal.ts';
import type { Settings } from './settings.ts';

export interface WatchOptions {
  signal?: AbortSignal | undefined;
  sleep?: ((ms: number) => Promise<void>) | undefined;
}

const PING_EVERY = 12_000;
const PONG_WITHIN = 6000;
const WHAT = 'watchUser';

/**
 * The states that a subscription tells, each different from the one before. It comes back by itself after the
 * connection was lost: the server tells the whole state at the beginning, so that nothing is missed. Throws when the
 * key is refused, and when the server cannot be reached at the start. A slow reader gets the newest state only.
 */
export async function* watch<Data, Variables extends Record<string, unknown>>(
  settings: Settings,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  { signal, sleep = wait }: WatchOptions,
): AsyncGenerator<Data, void> {
  const payload = { query: document.toString(), variables };
  const stopped = new Promise<void>((resolve) => {
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
  let [last, failures] = ['', 0];
  while (!isAborted(signal)) {
    try {
      for await (const data of states<Data>(await openSocket(settings), payload, settings, signal)) {
        failures = 0;
        const text = JSON.stringify(data);
        if (text !== last) yield data;
        last = text;
      }
    } catch (error) {
      const isNew = last === '';
      if (!isWorthRetrying(error) || (isNew && failures >= settings.retries)) throw error;
    }
    if (isAborted(signal)) return;
    await Promise.race([sleep(backoff(failures)), stopped]);
    failures += 1;
  }
}

/** The states of one connection, until it or the signal ends; the newest only when the reader is slow. */
async function* states<Data>(
  client: Client,
  payload: { query: string; variables: Record<string, unknown> },
  settings: Settings,
  signal: AbortSignal | undefined,
): AsyncGenerator<Data, void> {
  let newest: { data: Data } | null = null;
  let end: { error: unknown } | null = null;
  let wake = (): void => undefined;
  const stop = client.subscribe<Data>(payload, {
    next({ data, errors }) {
      if (errors !== undefined) end = { error: refusalOf(errors, settings) };
      else if (data != null) newest = { data };
      wake();
    },
    error(reason) {
      end ??= { error: refusalOf(reason, settings) };
      wake();
    },
    complete() {
      end ??= { error: new ConnectionError(`${WHAT} was ended by the server.`) };
      wake();
    },
  });
  const onAbort = (): void => wake();
  signal?.addEventListener('abort', onAbort);
  // What the callbacks above assign, the compiler does not see.
  const take = (): { data: Data } | null => {
    const taken = newest;
    newest = null;
    return taken;
  };
  const ended = (): { error: unknown } | null => end;
  try {
    while (!isAborted(signal)) {
      const taken = take();
      if (taken !== null) yield taken.data;
      else if (ended() !== null) throw ended()!.error;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stop();
    await client.dispose();
  }
}

async function openSocket({ baseUrl, apiKey, timeoutMs }: Settings): Promise<Client> {
  let overdue: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: `${baseUrl.replace(/^http/u, 'ws')}/graphql`,
    connectionParams: apiKey === null ? {} : { token: apiKey },
    webSocketImpl: await findWebSocket(),
    connectionAckWaitTimeout: timeoutMs,
    retryAttempts: 0,
    shouldRetry: () => false,
    keepAlive: PING_EVERY,
    on: {
      // A dead network closes nothing: who does not answer is given up.
      ping(received) {
        if (!received) overdue = setTimeout(() => client.terminate(), PONG_WITHIN);
      },
      pong(received) {
        if (received) clearTimeout(overdue);
      },
      closed: () => clearTimeout(overdue),
    },
  });
  return client;
}

/** Browsers and Node from 22 on have a WebSocket; for older ones a library has it. */
async function findWebSocket(): Promise<unknown> {
  const { WebSocket } = globalThis as { WebSocket?: unknown };
  if (WebSocket !== undefined) return WebSocket;
  // Not a literal, so that no bundler packs for browsers what they have.
  const library = 'ws';
  const { WebSocket: ours } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ library)) as {
    WebSocket: unknown;
  };
  return ours;
}

/** The error of a socket: a close event, the errors of the operation, or whatever the platform has for "no". */
function refusalOf(reason: unknown, { baseUrl }: Settings): Error {
  if (Array.isArray(reason)) return errorOf({ what: WHAT, baseUrl, status: 200, ...toldBy(reason) });
  const { code, reason: said } = (reason ?? {}) as { code?: unknown; reason?: unknown };
  if (code === 4401 || code === 4403) {
    return new AuthenticationError(
      `${WHAT} was refused. Set WEBHOOK_API_KEY or apiKey to a key of ${baseUrl}.`,
      {
        status: code - 4000,
      },
    );
  }
  const words =
    typeof code === 'number' ? ` (${code}${typeof said === 'string' && said ? ` ${said}` : ''})` : '';
  const message = `${WHAT} lost or did not find ${baseUrl}${words}. Does the server run there, and may this page or machine reach it?`;
  return new ConnectionError(message);
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted ?? false;
