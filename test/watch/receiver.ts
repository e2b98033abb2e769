import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { Queue } from '../support/queue.ts';
import { startServer, type TestServer } from '../support/server.ts';

export type Payload = { type: string; timestamp: string; data: Record<string, unknown> };

/** What was delivered, and waits for an answer. */
export type Parcel = {
  id: string;
  headers: IncomingHttpHeaders;
  body: string;
  payload: Payload;
  /** Resolves when the other side gave up, or was answered. */
  closed: Promise<unknown>;
  answer(status: number, headers?: Record<string, string>): void;
  /** What it says, after a check of its signature by the reference library. */
  verify(secret: string): Payload;
  /** Whether its signature is right, whatever time it is. */
  isSigned(secret: string): boolean;
};

export type Receiver = AsyncDisposable & {
  url: string;
  next(): Promise<Parcel>;
  /** What nobody asked for yet. */
  readonly waiting: number;
  /** The `webhook-id` of everything that came. */
  readonly ids: string[];
};

/** An endpoint for webhooks; answers as told, or at once with the status that is given. */
export async function openReceiver(status: number | null = null): Promise<Receiver> {
  const parcels = new Queue<Parcel>();
  const ids: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { headers } = request;
      const id = headers['webhook-id'] as string;
      ids.push(id);
      const given = headers as Record<string, string>;
      parcels.push({
        id,
        headers,
        body,
        payload: JSON.parse(body) as Payload,
        closed: once(response, 'close'),
        answer: (code, more = {}) => response.writeHead(code, more).end('thanks'),
        verify: (secret) => new Webhook(secret).verify(body, given) as Payload,
        isSigned: (secret) => {
          const at = new Date(Number(headers['webhook-timestamp']) * 1000);
          return new Webhook(secret).sign(id, at, body) === headers['webhook-signature'];
        },
      });
      if (status !== null) response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?from=earshot`,
    ids,
    next: () => parcels.next(),
    get waiting() {
      return parcels.waiting;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** What servers logged, from the finest level on. */
export const everyLine: string[] = [];
const logger = pino(
  { level: 'trace' },
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      everyLine.push(chunk.toString());
      done();
    },
  }),
);

/** A time that passes when a test says so; whoever looks now and then looks then. */
export type Time = {
  now: () => number;
  every: (ms: number, look: () => void) => () => void;
  pass: (ms: number) => void;
};

export function stoppedTime(): Time {
  let time = Date.now();
  const looks = new Set<() => void>();
  return {
    now: () => time,
    every(_ms, look) {
      looks.add(look);
      return () => looks.delete(look);
    },
    pass(ms) {
      time += ms;
      for (const look of looks) look();
    },
  };
}

/** A server whose webhooks may lead to this machine. */
export const startTeller = ({
  env = {},
  ...options
}: Parameters<typeof startServer>[0] = {}): Promise<TestServer> =>
  startServer({ logger, ...options, env: { WEBHOOK_ALLOW_PRIVATE: 'on', ...env } });

export type Shown = {
  id: string;
  url: string;
  kinds: string[];
  isEnabled: boolean;
  disabledAt: string | null;
  disabledReason: string | null;
};
export const shown = 'id url kinds description isEnabled createdAt disabledAt disabledReason';

type Created = {
  __typename: string;
  message?: string;
  field?: string;
  webhook: Shown;
  secret: string | null;
};
/** What came of setting up a webhook. */
export async function tryWebhook(
  server: TestServer,
  input: object,
  headers: Record<string, string> = {},
): Promise<Created> {
  const mutation = `mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { __typename
    ... on Error { message } ... on InvalidInputError { field }
    ... on CreateWebhookPayload { secret webhook { ${shown} } } } }`;
  const data = await server.graphql<{ createWebhook: Created }>(mutation, { input }, headers);
  return data.createWebhook;
}

/** A new webhook. */
export async function aWebhook(
  server: TestServer,
  url: string,
  kinds: string[] = ['message.logged'],
  headers: Record<string, string> = {},
): Promise<Shown & { secret: string }> {
  const { webhook, secret, message } = await tryWebhook(server, { url, kinds }, headers);
  if (webhook === undefined) throw new Error(message);
  return { ...webhook, secret: secret! };
}

export type ShownDelivery = {
  id: string;
  webhookId: string;
  seq: number;
  kind: string;
  state: string;
  attempts: number;
  nextAt: string | null;
  lastStatus: number | null;
  lastError: string | null;
  deliveredAt: string | null;
};

/** A webhook with its deliveries, newest first; null when there is none. */
export async function deliveriesOf(
  server: TestServer,
  id: string,
  headers: Record<string, string> = {},
): Promise<(Shown & { deliveries: { nodes: ShownDelivery[] } }) | null> {
  const query = `query ($id: ID!) { webhook(id: $id) { ${shown} deliveries(first: 100) { nodes {
    id webhookId seq kind state attempts nextAt lastStatus lastError deliveredAt } } } }`;
  type Data = { webhook: (Shown & { deliveries: { nodes: ShownDelivery[] } }) | null };
  return (await server.graphql<Data>(query, { id }, headers)).webhook;
}

/** Sends a delivery again by hand. */
export async function replay(
  server: TestServer,
  id: string,
  headers: Record<string, string> = {},
): Promise<{ __typename: string; message?: string }> {
  const mutation = `mutation ($id: ID!) { replayDelivery(id: $id) { __typename ... on Error { message } } }`;
  type Data = { replayDelivery: { __typename: string; message?: string } };
  return (await server.graphql<Data>(mutation, { id }, headers)).replayDelivery;
}

/** Runs a mutation with one input. */
export async function perform(
  server: TestServer,
  name: string,
  input: object,
  headers: Record<string, string> = {},
): Promise<{ __typename: string; message?: string }> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`;
  const mutation = `mutation ($input: ${type}) { ${name}(input: $input) { __typename
    ... on Error { message } } }`;
  const data = await server.graphql<Record<string, { __typename: string }>>(mutation, { input }, headers);
  return data[name]!;
}

/** Logs what somebody says. */
export const say = (
  server: TestServer,
  text: string,
  more: object = {},
  headers: Record<string, string> = {},
): Promise<{ __typename: string }> =>
  perform(server, 'logMessage', { conversationId: 'c1', sender: 'USER', text, ...more }, headers);
