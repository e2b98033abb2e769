import { Writable } from 'node:stream';
import { pino, type Logger } from 'pino';
import { startServer, type TestServer } from '../support/server.ts';
import { follow } from '../support/viewer.ts';
import { openStandIn, stoppedClock, type Clock, type StandIn } from './stand-in.ts';

export const KEY = 'sk-very-secret-0123456789';
export const KIDS = 'My two kids keep me busy, mornings are chaos';

/** A line of the log. */
export type Line = { level: number; msg: string; [field: string]: unknown };

/** A logger that keeps every line, from the finest level on. */
function listener(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { logger: pino({ level: 'trace' }, stream), lines };
}

/** Everything that the servers of a test file logged. */
export const everyLine: string[] = [];

/** A model, a stopped clock and the servers that use them; all end together. */
export type School = AsyncDisposable & {
  model: StandIn;
  clock: Clock;
  /** A server with a learner. */
  start(options?: Parameters<typeof startServer>[0]): Promise<TestServer>;
  /** What the servers logged. */
  lines(): Line[];
  warnings(): Line[];
};

export async function openSchool(): Promise<School> {
  const model = await openStandIn();
  const clock = stoppedClock();
  const servers: TestServer[] = [];
  const { logger, lines } = listener();
  const read = (): Line[] => lines.map((line) => JSON.parse(line) as Line);
  return {
    model,
    clock,
    lines: read,
    warnings: () => read().filter(({ level }) => level === 40),
    async start(options = {}) {
      const env = {
        LEARNER_BASE_URL: model.url,
        LEARNER_MODEL: 'tiny-model',
        LEARNER_API_KEY: KEY,
      };
      const server = await startServer({ env, logger, pause: clock.pause, ...options });
      let isEnded = false;
      const once: TestServer = {
        ...server,
        async [Symbol.asyncDispose]() {
          if (!isEnded) await server[Symbol.asyncDispose]();
          isEnded = true;
        },
      };
      servers.push(once);
      return once;
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers.toReversed()) await server[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
      everyLine.push(...lines);
    },
  };
}

let count = 0;
/** Logs what somebody says, in a conversation of its own; the caller is answered with this status. */
export async function say(
  server: TestServer,
  text: string,
  endUserId: string | null = 'user123',
  headers: Record<string, string> = {},
): Promise<number> {
  const query = `mutation ($input: LogMessageInput!) { logMessage(input: $input) {
    __typename ... on Error { message } } }`;
  const input = { conversationId: `c${(count += 1)}`, sender: 'USER', text };
  const variables = { input: endUserId === null ? input : { ...input, endUserId } };
  const response = await server.post('/graphql', { query, variables }, headers);
  const { data } = (await response.json()) as { data: { logMessage: { __typename: string } } };
  if (data.logMessage.__typename !== 'LogMessagePayload') throw new Error(JSON.stringify(data));
  return response.status;
}

export type ShownFact = {
  key: string;
  value: string;
  category: string;
  confidence: string;
  isStated: boolean;
  evidenceCount: number;
  evidence: { quote: string }[];
};

/** What is known of a person. */
export async function factsOf(
  server: TestServer,
  externalId = 'user123',
  headers: Record<string, string> = {},
): Promise<ShownFact[]> {
  const query = `query ($externalId: String!) { endUser(externalId: $externalId) { facts {
    key value category confidence isStated evidenceCount evidence { quote } } } }`;
  type Data = { endUser: { facts: ShownFact[] } | null };
  const { endUser } = await server.graphql<Data>(query, { externalId }, headers);
  return endUser?.facts ?? [];
}

/** Does something and resolves when facts changed after it. */
export async function untilLearned(server: TestServer, work: () => unknown, token?: string): Promise<void> {
  await using viewer = follow(server.url, token === undefined ? {} : { token });
  await viewer.next();
  await work();
  while ((await viewer.event()).__typename !== 'FactsChanged');
}
