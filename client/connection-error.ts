import type { CombinedError } from '@urql/core';

/**
 * What became of the connection, in the terms that the page acts on: `lost` and `restarting` are tried again,
 * `slow-viewer` resumes from the cursor that it carries, the `key-` and `not-allowed` kinds wait for the person, and
 * `failed` is an answer that the server owes us a better version of.
 */
export type ConnectionErrorKind =
  'lost' | 'restarting' | 'slow-viewer' | 'reset' | 'failed' | 'key-needed' | 'not-allowed';

interface AnyGraphQLError {
  readonly message: string;
  readonly extensions?: { readonly [name: string]: unknown } | undefined;
}

const KIND_BY_CODE: Readonly<Record<string, ConnectionErrorKind>> = {
  UNAUTHENTICATED: 'key-needed',
  FORBIDDEN: 'not-allowed',
  SLOW_VIEWER: 'slow-viewer',
};

const KIND_BY_CLOSE_CODE: Readonly<Record<number, ConnectionErrorKind>> = {
  1001: 'restarting',
  1012: 'restarting',
  4401: 'key-needed',
  4403: 'key-needed',
};

export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly kind: ConnectionErrorKind;
  /** Where a slow viewer may go on. */
  readonly cursor: string | null;

  constructor(kind: ConnectionErrorKind, message: string, cursor: string | null = null) {
    super(message);
    this.kind = kind;
    this.cursor = cursor;
  }

  /** Anything else is a mistake of ours: it goes to the console, and the person is spared the details. */
  static from(reason: unknown): ConnectionError {
    if (reason instanceof ConnectionError) return reason;
    reportError(reason);
    return new ConnectionError('failed', 'Something in this page went wrong.');
  }

  static fromErrors(errors: readonly AnyGraphQLError[]): ConnectionError {
    const [first] = errors;
    const cursor = first?.extensions?.['cursor'];
    const kind = KIND_BY_CODE[String(first?.extensions?.['code'])] ?? 'failed';
    return new ConnectionError(
      kind,
      first?.message ?? 'The server refused.',
      typeof cursor === 'string' ? cursor : null,
    );
  }

  static fromResponse(error: CombinedError): ConnectionError {
    if (error.graphQLErrors.length) return ConnectionError.fromErrors(error.graphQLErrors);
    const status = (error.response as Response | undefined)?.status;
    if (status === 401) return new ConnectionError('key-needed', 'The server asks for a key.');
    if (status === 403) return new ConnectionError('not-allowed', 'The server does not allow this.');
    if (status) return new ConnectionError('failed', `The server answered with status ${status}.`);
    return new ConnectionError('lost', 'The server cannot be reached.');
  }

  /** A socket fails with a list of GraphQL errors, with the event of its closing, or with an error of its own. */
  static fromSocket(reason: unknown): ConnectionError {
    if (Array.isArray(reason)) return ConnectionError.fromErrors(reason as AnyGraphQLError[]);
    const code = reason instanceof CloseEvent ? reason.code : 0;
    return new ConnectionError(KIND_BY_CLOSE_CODE[code] ?? 'lost', 'The connection was cut.');
  }
}
