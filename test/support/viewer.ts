import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { Queue } from './queue.ts';

/** A plain WebSocket whose messages wait until they are asked for. */
export type PlainViewer = AsyncDisposable & {
  next(): Promise<Record<string, unknown>>;
  /** Messages that nobody asked for yet. */
  readonly waiting: number;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly socket: WebSocket;
};

/** Opens a plain WebSocket and resolves when it is open; rejects with the status when the upgrade is refused. */
export function watch(url: string, path: string, headers: Record<string, string> = {}): Promise<PlainViewer> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers });
  const messages = new Queue<Record<string, unknown>>();
  socket.on('message', (data: Buffer) =>
    messages.push(JSON.parse(data.toString()) as Record<string, unknown>),
  );
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      messages.end(new Error(`closed with ${code}`));
      resolve({ code, reason: reason.toString() });
    });
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, response) =>
      reject(new Error(`refused with ${response.statusCode}`)),
    );
    socket.on('open', () =>
      resolve({
        socket,
        closed,
        next: () => messages.next(),
        get waiting() {
          return messages.waiting;
        },
        async [Symbol.asyncDispose]() {
          socket.close();
          await closed;
        },
      }),
    );
  });
}

/** One frame of the feed as tests read it. */
export type FeedFrame = {
  events: { __typename: string; seq: number; [field: string]: unknown }[];
  cursor: string;
  caughtUp: boolean;
  reset: { reason: string } | null;
};

const document = `subscription ($after: String, $filter: FeedFilter) { feed(after: $after, filter: $filter) {
  cursor caughtUp reset { reason }
  events { __typename seq conversation { externalId messageCount status lastText }
    ... on MessagesLogged { messages { id sender text } exchange { model status } } } } }`;

export type Follower = AsyncDisposable & {
  /** The next frame. */
  next(): Promise<FeedFrame>;
  /** The next event, whatever frame it comes in. */
  event(): Promise<FeedFrame['events'][number]>;
  /** Resolves with the errors that end the feed, or with the close event of the socket. */
  readonly ended: Promise<unknown>;
};

/** Follows the feed over graphql-ws. */
export function follow(
  url: string,
  { after, filter, token }: { after?: string; filter?: { conversations: string[] }; token?: string } = {},
): Follower {
  const frames = new Queue<FeedFrame>();
  const client: Client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(token !== undefined && { connectionParams: { token } }),
  });
  const events: FeedFrame['events'] = [];
  const ended = new Promise<unknown>((resolve) => {
    client.subscribe<{ feed: FeedFrame }>(
      { query: document, variables: { after, filter } },
      {
        next: ({ data, errors }) => {
          if (data?.feed) frames.push(data.feed);
          if (errors) finish(errors);
        },
        error: finish,
        complete: () => finish('complete'),
      },
    );
    function finish(reason: unknown): void {
      frames.end(new Error(`the feed ended: ${JSON.stringify(reason)}`));
      resolve(reason);
    }
  });
  return {
    ended,
    next: () => frames.next(),
    async event() {
      while (events.length === 0) events.push(...(await frames.next()).events);
      return events.shift()!;
    },
    async [Symbol.asyncDispose]() {
      await client.dispose();
    },
  };
}
