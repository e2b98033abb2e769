export interface ErrorDetails {
  status?: number | null;
  cause?: unknown;
}

/** Base of everything that this SDK throws. No message holds the key. */
export class EarshotError extends Error {
  override readonly name: string = 'EarshotError';
  /** The HTTP status of the refusal; null when no answer came, or nothing was sent. */
  readonly status: number | null;

  constructor(message: string, { status = null, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
  }
}

/** The server could not be reached, or hung up. */
export class ConnectionError extends EarshotError {
  override readonly name: string = 'ConnectionError';
}

/** The server did not answer in time. It may have done its work all the same. */
export class RequestTimeoutError extends ConnectionError {
  override readonly name: string = 'RequestTimeoutError';
}

/** The key is missing, wrong, or not good for this. */
export class AuthenticationError extends EarshotError {
  override readonly name: string = 'AuthenticationError';
}

/** Nothing is known under that id, or nothing is at that address. */
export class NotFoundError extends EarshotError {
  override readonly name: string = 'NotFoundError';
}

/** A value breaks a rule: seen here, before anything was sent, or by the server. */
export class InvalidInputError extends EarshotError {
  override readonly name: string = 'InvalidInputError';
  /** The field, for example `message` or `interactions.3.message`; null when the server named none. */
  readonly field: string | null;

  constructor(field: string | null, message: string, details: ErrorDetails = {}) {
    super(message, details);
    this.field = field;
  }
}

/** The idempotency key was used before, for other content. */
export class ConflictError extends EarshotError {
  override readonly name: string = 'ConflictError';
}

/** A refusal that may be over later. */
export class ServerError extends EarshotError {
  override readonly name: string = 'ServerError';
  /** How long to wait, in ms; null when the server named no time. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    { retryAfterMs = null, ...details }: ErrorDetails & { retryAfterMs?: number | null } = {},
  ) {
    super(message, details);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Too many requests. */
export class RateLimitError extends ServerError {
  override readonly name: string = 'RateLimitError';
}

/** Whether the same request may succeed later. */
export function isWorthRetrying(error: unknown): error is ConnectionError | ServerError {
  if (error instanceof ServerError) return [429, 502, 503, 504].includes(error.status ?? 0);
  return error instanceof ConnectionError;
}
