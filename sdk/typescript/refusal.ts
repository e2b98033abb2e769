import {
  AuthenticationError,
  ConflictError,
  ConnectionError,
  EarshotError,
  InvalidInputError,
  NotFoundError,
  RateLimitError,
  ServerError,
} from './errors.ts';

/** A refusal as the server, or whatever stands in front of it, worded it. */
export interface Refusal {
  /** What was asked for, for example logMessage. */
  what: string;
  baseUrl: string;
  /** 200 for errors inside of a GraphQL answer. */
  status: number;
  /** Code of the first GraphQL error. */
  code?: string | undefined;
  /** The server's own words. */
  said?: string | undefined;
  retryAfterMs?: number | null;
}

const statuses: Record<string, number> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_USER_INPUT: 400,
  CONFLICT: 409,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** The error that a refusal means, saying what happened and what to do. */
export function errorOf({
  what,
  baseUrl,
  status: answered,
  code,
  said,
  retryAfterMs,
}: Refusal): EarshotError {
  const status = statuses[code ?? ''] ?? answered;
  const words = said === undefined ? '.' : `: ${said.slice(0, 300).replace(/\.?$/u, '.')}`;
  const start = `${what} was refused with ${code ?? status}${words}`;
  const wait = { status, retryAfterMs: retryAfterMs ?? null };
  if (code === 'SLOW_VIEWER') return new ConnectionError(start);
  if (status === 401) {
    return new AuthenticationError(`${start} Set WEBHOOK_API_KEY or apiKey to a key of ${baseUrl}.`, {
      status,
    });
  }
  if (status === 403) return new AuthenticationError(`${start} Use a key that may do this.`, { status });
  if (status === 404) return new NotFoundError(`${start} Is Earshot at ${baseUrl}?`, { status });
  if (status === 409) return new ConflictError(`${start} Send other content under another key.`, { status });
  if (status === 413) {
    return new InvalidInputError(null, `${start} Send less at a time: at most 1 MiB.`, { status });
  }
  if (status === 429) {
    const hint =
      wait.retryAfterMs === null ? 'Send less often.' : `Try again in ${wait.retryAfterMs / 1000} s.`;
    return new RateLimitError(`${start} ${hint}`, wait);
  }
  if (status >= 500) return new ServerError(`${start} The log of the server says why.`, wait);
  if (status === 0 || (status >= 300 && status < 400)) {
    const message = `${what} was redirected, which would carry the key elsewhere. Use the final address as baseUrl.`;
    return new EarshotError(message, { status });
  }
  if (code === 'BAD_USER_INPUT' || status === 422 || (status === 400 && code === undefined)) {
    return new InvalidInputError(null, `${start} Send other values.`, { status });
  }
  return new EarshotError(`${start} Are SDK and server of the same version?`, { status });
}

interface GraphQLFailure {
  message?: unknown;
  extensions?: { code?: unknown; retryAfterSeconds?: unknown };
}

/** The part of a refusal that the errors of a GraphQL answer tell. */
export function toldBy(errors: unknown): Pick<Refusal, 'code' | 'said'> & { retryAfterMs?: number } {
  const first = (Array.isArray(errors) ? errors[0] : undefined) as GraphQLFailure | undefined;
  const { code, retryAfterSeconds } = first?.extensions ?? {};
  return {
    code: typeof code === 'string' ? code : undefined,
    said: typeof first?.message === 'string' ? first.message : undefined,
    ...(typeof retryAfterSeconds === 'number' && { retryAfterMs: retryAfterSeconds * 1000 }),
  };
}
