import { TicketError } from './auth/ticket.ts';
import {
  ConflictError,
  DomainError,
  HeldByOtherError,
  InvalidInputError,
  NotFoundError,
  UnavailableError,
} from './domain/errors.ts';
import { faultOf } from './journal/fault.ts';
import { TooLargeError } from './request.ts';
import type { Refusal } from './route.ts';

/** One table from what went wrong to a status. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof InvalidInputError) {
    return { status: 400, message: error.message, faults: error.faults };
  }
  if (error instanceof NotFoundError) return { status: 404, message: error.message };
  if (error instanceof ConflictError || error instanceof HeldByOtherError) {
    return { status: 409, message: error.message };
  }
  if (error instanceof TicketError) return { status: 401, message: error.message };
  if (error instanceof TooLargeError) return { status: error.status, message: error.message };
  if (error instanceof UnavailableError) {
    return {
      status: 503,
      message: error.message,
      headers: { 'retry-after': String(error.retryAfterSeconds) },
    };
  }
  if (error instanceof DomainError) return { status: 400, message: error.message };
  if (faultOf(error) === 'away') {
    const message = 'The database cannot be reached now. Try again shortly.';
    return { status: 503, message, headers: { 'retry-after': '2' } };
  }
  return { status: 500, message: 'Internal error' };
}

/** What is told of a fault of ours. */
export function withRequestId(refusal: Refusal, requestId: string): Refusal {
  if (refusal.status !== 500) return refusal;
  return {
    ...refusal,
    message: `Something went wrong here; the log tells more under request id ${requestId}.`,
  };
}

/** What may be logged of an error: never its text, which can hold what people said. */
export function safeError(error: unknown): { type: string; code?: unknown; stack?: string } {
  if (!(error instanceof Error)) return { type: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /u.test(line));
  return { type: error.name, ...('code' in error && { code: error.code }), stack: frames.join('\n') };
}
