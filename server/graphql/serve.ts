import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { execute, subscribe, type ExecutionArgs, type ExecutionResult, type GraphQLError } from 'graphql';
import { handleProtocols } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { createYoga, isAsyncIterable, type Plugin } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import type { Caller } from '../auth/caller.ts';
import { credentialInHeaders, credentialInPayload, credentialInQuery } from '../auth/credential.ts';
import type { Gate } from '../auth/gate.ts';
import { isIdempotencyKey } from '../domain/value.ts';
import type { Context, Idempotency, Services } from './context.ts';
import { publicError } from './errors.ts';
import { runPlain } from './lane.ts';
import { parseWithinLimits } from './limits.ts';
import { schema } from './schema.ts';

type Options = {
  services: Services;
  gate: Gate;
  isProduction: boolean;
  report: (error: unknown, what: string, requestId: string) => void;
};

/** What a request brings to its execution. */
type RequestContext = {
  caller: Caller | null;
  requestId: string;
  idempotency: Idempotency | null;
  onReplay: () => void;
};

type Extra = { request: IncomingMessage; caller?: Caller; unguard?: () => void };

/** GraphQL over HTTP, over SSE, and over WebSocket by the graphql-transport-ws protocol. */
export type GraphQLDoor = AsyncDisposable & {
  handle(request: IncomingMessage, response: ServerResponse, raw: Buffer, requestId: string): Promise<void>;
  /** Ends the answers that would go on for ever; clients come back with their cursor. */
  endStreams(): void;
  socket: WebSocketServer;
};

const MAX_MESSAGE = 1024 * 1024;
/** A socket that says nothing for so long after it opened is closed with 4408, in ms. */
const INIT_TIME = 5000;

export function createGraphQLDoor({ services, gate, isProduction, report }: Options): GraphQLDoor {
  const maskError = (error: unknown, requestId: string): GraphQLError => {
    const shown = publicError(error, requestId);
    if (shown.extensions['code'] === 'INTERNAL') report(error, 'a GraphQL operation failed', requestId);
    return shown;
  };
  const yoga = createYoga<RequestContext>({
    schema,
    context: ({ caller, requestId, idempotency, onReplay }): Context => ({
      ...services,
      caller: caller!,
      requestId,
      idempotency,
      onReplay,
    }),
    graphiql: isProduction ? false : { subscriptionsProtocol: 'WS', title: 'Earshot' },
    renderGraphiQL,
    landingPage: false,
    batching: false,
    multipart: false,
    // Origins are checked, and allowed, for every path alike.
    cors: false,
    logging: false,
    maskedErrors: false,
    // Yoga marks an error by the way it was asked for, so that one of another way must not be given again.
    parserAndValidationCache: { errorCache: { get: () => undefined, set: () => undefined } },
    plugins: [engine, masking(maskError)],
  });
  const socket = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    perMessageDeflate: false,
    handleProtocols,
  });
  const disposable = useServer<Record<string, unknown>, Extra>(
    {
      connectionInitWaitTimeout: INIT_TIME,
      async onConnect({ connectionParams, extra }) {
        const query = new URL(extra.request.url ?? '/', 'http://localhost').searchParams;
        const credential =
          credentialInPayload(connectionParams) ??
          credentialInHeaders(extra.request.headers) ??
          credentialInQuery(query);
        const { socket: viewer } = extra as Extra & { socket: { close(code: number, reason: string): void } };
        const caller = await gate.admit(credential).catch(() => {
          // Try again later, which a refusal would not say.
          viewer.close(1013, 'The database cannot be reached now. Try again shortly.');
          return null;
        });
        if (caller === null) return false;
        extra.caller = caller;
        extra.unguard = gate.guard(
          () => gate.admit(credential),
          () => viewer.close(4403, 'Forbidden'),
        );
        return true;
      },
      onDisconnect: ({ extra }) => extra.unguard?.(),
      async onSubscribe({ extra }, id, payload) {
        const requestContext = {
          caller: extra.caller!,
          requestId: id,
          idempotency: null,
          onReplay: () => undefined,
        };
        const {
          schema: served,
          execute: enveloped,
          subscribe: envelopedStream,
          parse,
          validate,
          contextFactory,
        } = yoga.getEnveloped(requestContext);
        try {
          const args = {
            schema: served,
            operationName: payload.operationName,
            document: parse(payload.query),
            variableValues: payload.variables,
            contextValue: await contextFactory(),
            execute: enveloped,
            subscribe: envelopedStream,
          };
          const errors = validate(args.schema, args.document);
          return errors.length > 0 ? errors : args;
        } catch (error) {
          return [maskError(error, id)];
        }
      },
      execute: (args) => (args as Enveloped).execute(args),
      subscribe: (args) => (args as Enveloped).subscribe(args),
    },
    socket,
  );

  const open = new Set<ServerResponse>();

  return {
    socket,
    endStreams() {
      for (const response of open) {
        if (/event-stream/u.test(String(response.getHeader('content-type')))) response.end();
      }
    },
    async handle(request, response, raw, requestId) {
      // GraphiQL itself is public outside production; what it asks is not.
      const isPage = request.method === 'GET' && /text\/html/u.test(request.headers.accept ?? '');
      const isStream = /text\/event-stream/u.test(request.headers.accept ?? '');
      const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
      const credential = credentialInHeaders(request.headers) ?? (isStream ? credentialInQuery(query) : null);
      const caller = await gate.admit(credential);
      if (caller === null && !(isPage && !isProduction)) return refuse(response);
      const idempotency = idempotencyOf(request, raw);
      if (idempotency === 'malformed') return refuseKey(response);
      const onReplay = (): void => {
        response.setHeader('idempotent-replayed', 'true');
      };
      const context = { caller, requestId, idempotency, onReplay };
      const result = await runPlain(yoga, request, raw, context);
      if (result !== null) return answer(response, 200, result);
      // Read already, so that its size is bounded and its bytes can be told apart.
      Object.assign(request, { body: raw.length > 0 ? raw : undefined });
      // Any answer may turn out to be a stream: none outlives its key, nor the server.
      const unguard = gate.guard(
        () => gate.admit(credential),
        () => response.destroy(),
      );
      open.add(response);
      response.on('close', () => {
        unguard();
        open.delete(response);
      });
      await yoga(request, response, context);
    },
    async [Symbol.asyncDispose]() {
      await disposable.dispose();
      await yoga.dispose();
    },
  };
}

type Enveloped = ExecutionArgs & {
  execute: (args: ExecutionArgs) => never;
  subscribe: (args: ExecutionArgs) => never;
};

/** Documents are parsed within our limits; values that have a field called `then` are values, not promises. */
const engine: Plugin = {
  onParse({ setParseFn }) {
    setParseFn((source: string | { body: string }) =>
      parseWithinLimits(typeof source === 'string' ? source : source.body),
    );
  },
  onExecute: ({ setExecuteFn }) => setExecuteFn(execute),
  onSubscribe: ({ setSubscribeFn }) => setSubscribeFn(subscribe),
};

type Mask = (error: unknown, requestId: string) => GraphQLError;

/** Tells callers what publicError makes of each error; a stream that fails ends with that error as its last result. */
function masking(maskError: Mask): Plugin<Context> {
  const mask = (result: ExecutionResult, { requestId }: Context): ExecutionResult =>
    result.errors === undefined
      ? result
      : { ...result, errors: result.errors.map((error) => maskError(error, requestId)) };
  return {
    onExecute: ({ args }) => ({
      onExecuteDone({ result, setResult }) {
        if (!isAsyncIterable(result)) setResult(mask(result, args.contextValue));
      },
    }),
    onSubscribe: ({ args }) => ({
      onSubscribeResult({ result, setResult }) {
        const context: Context = args.contextValue;
        if (isAsyncIterable(result))
          setResult(
            maskStream(
              result,
              (each) => mask(each, context),
              (error) => maskError(error, context.requestId),
            ),
          );
        else setResult(mask(result, context));
      },
    }),
  };
}

/** A stream whose results are masked, and which ends with an error as its last result when it fails. */
function maskStream(
  results: AsyncIterableIterator<ExecutionResult>,
  maskResult: (result: ExecutionResult) => ExecutionResult,
  maskError: (error: unknown) => GraphQLError,
): AsyncIterableIterator<ExecutionResult> {
  let isOver = false;
  return {
    async next() {
      if (isOver) return { done: true, value: undefined };
      try {
        const next = await results.next();
        return next.done === true ? next : { done: false, value: maskResult(next.value) };
      } catch (error) {
        isOver = true;
        return { done: false, value: { errors: [maskError(error)] } };
      }
    },
    return: async (value) => (await results.return?.(value)) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function idempotencyOf({ headers }: IncomingMessage, raw: Buffer): Idempotency | 'malformed' | null {
  const key = headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !isIdempotencyKey(key)) return 'malformed';
  return { key, digest: createHash('sha256').update(raw).digest('hex') };
}

function refuse(response: ServerResponse): void {
  const message = 'Authentication required. Send Authorization: Bearer or X-API-Key with a key of a project.';
  response.setHeader('www-authenticate', 'Bearer');
  answerError(response, 401, message, 'UNAUTHENTICATED');
}

function refuseKey(response: ServerResponse): void {
  answerError(
    response,
    400,
    'Idempotency-Key must be 1 to 255 printable ASCII characters.',
    'BAD_USER_INPUT',
  );
}

function answerError(response: ServerResponse, status: number, message: string, code: string): void {
  answer(response, status, { errors: [{ message, extensions: { code } }] });
}

function answer(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
