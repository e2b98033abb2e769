import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ANSWER_TIME } from '../../server/watch/model.ts';
import type { Pause } from '../../server/watch/retry.ts';
import { Queue } from '../support/queue.ts';

/** A lesson as a model gives it. */
export const aLesson = (quote: string, more: object = {}): object => ({
  about: 'speaker',
  category: 'personal',
  type: 'family',
  key: 'children',
  object: 'two kids',
  value: 'Has two kids',
  polarity: 'POSITIVE',
  tense: 'PRESENT',
  stated: true,
  quote,
  ...more,
});

/** A request that waits for its answer; without one the endpoint hangs. */
export type Asked = {
  /** The message that it is about. */
  text: string;
  path: string;
  headers: Record<string, unknown>;
  body: { model: string; response_format?: { type: string }; messages: { role: string; content: string }[] };
  /** Resolves when the other side gave up. */
  gaveUp: Promise<unknown>;
  teach(...lessons: object[]): void;
  /** Says this, as a model would. */
  say(content: string | null, finish?: string): void;
  send(status: number, body: string, headers?: Record<string, string>): void;
  /** Begins to answer and never ends. */
  begin(): void;
};

export type StandIn = AsyncDisposable & {
  url: string;
  port: number;
  /** The next request, in the order of their coming. */
  next(): Promise<Asked>;
  /** What was asked about so far. */
  readonly asked: string[];
  readonly waiting: number;
};

/** An OpenAI-compatible endpoint whose answers the test gives. */
export async function openStandIn(port = 0): Promise<StandIn> {
  const requests = new Queue<Asked>();
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Asked['body'];
      const shown = body.messages.at(-1)!.content.split('\n');
      const text = shown.slice(1, -1).join('\n');
      asked.push(text);
      requests.push({
        text,
        body,
        path: request.url!,
        headers: request.headers,
        gaveUp: once(response, 'close'),
        ...answersOf(response),
      });
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}/v1`,
    asked,
    next: () => requests.next(),
    get waiting() {
      return requests.waiting;
    },
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answersOf(response: ServerResponse): Pick<Asked, 'teach' | 'say' | 'send' | 'begin'> {
  const json = { 'content-type': 'application/json' };
  const send: Asked['send'] = (status, body, headers = json) => response.writeHead(status, headers).end(body);
  const say: Asked['say'] = (content, finish = 'stop') =>
    send(200, JSON.stringify({ choices: [{ message: { content }, finish_reason: finish }] }));
  return {
    send,
    say,
    teach: (...lessons) => say(JSON.stringify({ lessons })),
    begin: () => response.writeHead(200, json).write('{"choices": ['),
  };
}

/** Time that passes when a test says so. */
export type Clock = {
  pause: Pause;
  /** The next wait between two tries: how long it is, and what ends it. */
  next(): Promise<{ ms: number; elapse: () => void }>;
  /** The time for an answer is over. */
  expire(): void;
};

/** A clock for waits between tries and for answers. */
export function stoppedClock(): Clock {
  const waits = new Queue<{ ms: number; elapse: () => void }>();
  const answers = new Set<() => void>();
  return {
    pause: (ms, signal) =>
      new Promise((resolve) => {
        const elapse = (): void => {
          answers.delete(elapse);
          signal.removeEventListener('abort', elapse);
          resolve();
        };
        signal.addEventListener('abort', elapse, { once: true });
        if (ms === ANSWER_TIME) answers.add(elapse);
        else waits.push({ ms, elapse });
      }),
    next: () => waits.next(),
    expire() {
      for (const elapse of answers) elapse();
    },
  };
}
