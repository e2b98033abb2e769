/** A refusal that callers can act on. Everything else that is thrown is a fault of ours. */
export abstract class DomainError extends Error {
  abstract override readonly name: string;
}

/** What is wrong with one field. */
export type Fault = { field: string; message: string };

/** A field of the input breaks a rule; nothing was stored. */
export class InvalidInputError extends DomainError {
  override readonly name = 'InvalidInputError';
  readonly field: string;
  /** Every fault, where a door looks for all of them; the first is the one that the message tells. */
  readonly faults: Fault[];

  constructor(field: string, message: string, faults: Fault[] = [{ field, message }]) {
    super(message);
    this.field = field;
    this.faults = faults;
  }
}

/** No such thing in this project; a thing of another project answers the same. */
export class NotFoundError extends DomainError {
  override readonly name = 'NotFoundError';
}

/** The idempotency key was used before, with other content. */
export class ConflictError extends DomainError {
  override readonly name = 'ConflictError';
}

/** Another server reads this source, or has read on. */
export class SourceMovedError extends DomainError {
  override readonly name = 'SourceMovedError';

  constructor(source: string) {
    super(`The source "${source}" is read by another server.`);
  }
}

/** Somebody else holds the conversation. */
export class HeldByOtherError extends DomainError {
  override readonly name = 'HeldByOtherError';
  readonly operator: string;

  constructor(operator: string) {
    super(`${operator} holds this conversation. Ask for its release, wait for it, or take it by force.`);
    this.operator = operator;
  }
}

/** The server cannot store anything now (draining, or the database is away); trying again later may work. */
export class UnavailableError extends DomainError {
  override readonly name = 'UnavailableError';
  readonly retryAfterSeconds: number;

  constructor(message: string, options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds ?? 2;
  }
}
