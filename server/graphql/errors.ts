import type { AuthFailure, ForbiddenResult } from '@pothos/plugin-scope-auth';
import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { lacking } from '../auth/caller.ts';
import { ConflictError, DomainError, UnavailableError } from '../domain/errors.ts';
import { faultOf } from '../journal/fault.ts';
import { InvalidCursorError, NoSuchProjectError, SlowViewerError } from '../live/feed.ts';

/** An error with a stable code that callers can branch on. */
export function codedError(code: string, message: string, extra: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...extra } });
}

/** The key lacks the scope that a field asks for. */
export function forbidden(
  { parentType, fieldName }: GraphQLResolveInfo,
  { failure }: ForbiddenResult,
): GraphQLError {
  const [scope] = scopesOf(failure);
  const asker = `${parentType.name}.${fieldName}`;
  return codedError('FORBIDDEN', lacking(scope ?? '', `, which ${asker} asks for`));
}

function scopesOf(failure: AuthFailure): string[] {
  if ('failures' in failure) return failure.failures.flatMap(scopesOf);
  return 'scope' in failure ? [failure.scope] : [];
}

export const badInput = (message: string): GraphQLError => codedError('BAD_USER_INPUT', message);

/**
 * What callers are told of an error: GraphQL errors and refusals as they are, what no database can hold as
 * BAD_USER_INPUT, faults of the database as UNAVAILABLE, and everything else masked, with the request id under which the log tells more.
 */
export function publicError(error: unknown, requestId: string): GraphQLError {
  const original = error instanceof GraphQLError ? (error.originalError ?? null) : error;
  if (error instanceof GraphQLError && (original === null || original instanceof GraphQLError)) return error;
  const known =
    translate(original) ??
    codedError('INTERNAL', `Something went wrong here; the log tells more under request id ${requestId}.`);
  if (!(error instanceof GraphQLError)) return known;
  const { nodes = null, source = null, positions = null, path = null } = error;
  return new GraphQLError(known.message, { nodes, source, positions, path, extensions: known.extensions });
}

function translate(error: unknown): GraphQLError | null {
  if (error instanceof SlowViewerError)
    return codedError('SLOW_VIEWER', error.message, { cursor: error.cursor });
  if (error instanceof InvalidCursorError) return badInput(error.message);
  if (error instanceof NoSuchProjectError) return codedError('NOT_FOUND', error.message);
  if (error instanceof UnavailableError) {
    return codedError('UNAVAILABLE', error.message, { retryAfterSeconds: error.retryAfterSeconds });
  }
  if (error instanceof ConflictError) return codedError('CONFLICT', error.message);
  if (error instanceof DomainError) return badInput(error.message);
  const fault = faultOf(error);
  if (fault === 'content') {
    return badInput(
      'An argument holds what nothing here can hold, such as NUL or a number out of range. Correct it.',
    );
  }
  if (fault === 'away') {
    return codedError('UNAVAILABLE', 'The database cannot be reached now. Try again shortly.', {
      retryAfterSeconds: 2,
    });
  }
  return null;
}
