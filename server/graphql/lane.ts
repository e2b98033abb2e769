import type { IncomingMessage } from 'node:http';
import { getOperationAST, type ExecutionArgs, type ExecutionResult } from 'graphql';

/** What of Yoga the lane goes through: its plugins with their caches, limits and masks. */
type Engine<T> = { getEnveloped(context: T): Enveloped };
type Enveloped = Pick<ExecutionArgs, 'schema'> & {
  parse: (source: string) => ExecutionArgs['document'];
  validate: (schema: ExecutionArgs['schema'], document: ExecutionArgs['document']) => readonly unknown[];
  contextFactory: () => unknown;
  execute: (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;
};

type Asked = Pick<ExecutionArgs, 'operationName' | 'variableValues'> & { query: string };

/**
 * Runs what most programs send, one query or mutation in a JSON body, without the Request, Response and streams that
 * Yoga makes of each call and that cost more than the execution. Null where anything about a call is unusual, or
 * wrong: nothing was executed then, and Yoga has the answer.
 */
export async function runPlain<T>(
  engine: Engine<T>,
  request: IncomingMessage,
  raw: Buffer,
  context: T,
): Promise<ExecutionResult | null> {
  const asked = isPlain(request) ? readAsked(raw) : null;
  if (asked === null) return null;
  const { schema, parse, validate, contextFactory, execute } = engine.getEnveloped(context);
  const { query, operationName, variableValues } = asked;
  const document = parsed(parse, query);
  if (document === null || validate(schema, document).length > 0) return null;
  const operation = getOperationAST(document, operationName)?.operation;
  if (operation !== 'query' && operation !== 'mutation') return null;
  const contextValue = await contextFactory();
  const result = await execute({ schema, document, operationName, variableValues, contextValue });
  // Variables that do not fit end it before anything is executed.
  return result.data === undefined ? null : result;
}

const accepted: ReadonlySet<string | undefined> = new Set([undefined, '*/*', 'application/json']);

const isPlain = ({ method, url, headers }: IncomingMessage): boolean =>
  method === 'POST' &&
  url === '/graphql' &&
  accepted.has(headers.accept) &&
  /^application\/json(?:; ?charset=utf-8)?$/iu.test(headers['content-type'] ?? '');

const known = new Set(['query', 'variables', 'operationName', 'extensions']);

/** What a body asks for; null when it is not exactly that. */
function readAsked(raw: Buffer): Asked | null {
  const body = parseObject(raw);
  if (body === null || !Object.keys(body).every((name) => known.has(name))) return null;
  const { query, variables = null, operationName = null, extensions = null } = body;
  const isAsked =
    typeof query === 'string' &&
    (operationName === null || typeof operationName === 'string') &&
    (variables === null || isObject(variables)) &&
    (extensions === null || isObject(extensions));
  return isAsked ? { query, operationName, variableValues: variables } : null;
}

function parseObject(raw: Buffer): Record<string, unknown> | null {
  try {
    const body: unknown = JSON.parse(raw.toString());
    return isObject(body) ? body : null;
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(parse: Enveloped['parse'], query: string): ExecutionArgs['document'] | null {
  try {
    return parse(query);
  } catch {
    return null;
  }
}
