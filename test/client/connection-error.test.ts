import { CombinedError } from '@urql/core';
import { describe, expect, it } from 'vitest';
import { ConnectionError } from '../../client/connection-error.ts';

describe('a connection error', () => {
  it.each([
    [1001, 'restarting'],
    [1006, 'lost'],
    [4403, 'key-needed'],
    [4499, 'lost'],
  ])('takes a socket closed with %i for %s', (code, kind) => {
    expect(ConnectionError.fromSocket(new CloseEvent('close', { code })).kind).toBe(kind);
  });

  it('carries the cursor that a slow viewer may resume from', () => {
    const error = ConnectionError.fromSocket([
      { message: 'Too slow.', extensions: { code: 'SLOW_VIEWER', cursor: 'epoch:7' } },
    ]);
    expect(error).toMatchObject({ kind: 'slow-viewer', cursor: 'epoch:7' });
  });

  it.each([
    ['UNAUTHENTICATED', 'key-needed'],
    ['FORBIDDEN', 'not-allowed'],
    ['ANYTHING_ELSE', 'failed'],
  ])('takes the code %s for %s', (code, kind) => {
    const graphQLErrors = [{ message: 'No.', extensions: { code } }];
    expect(ConnectionError.fromResponse(new CombinedError({ graphQLErrors })).kind).toBe(kind);
  });

  it.each([
    [401, 'key-needed'],
    [403, 'not-allowed'],
    [502, 'failed'],
  ])('takes a plain answer with status %i for %s', (status, kind) => {
    const networkError = new Error('No.');
    const response = new Response('', { status });
    expect(ConnectionError.fromResponse(new CombinedError({ networkError, response })).kind).toBe(kind);
  });

  it('takes no answer at all for a lost connection', () => {
    expect(
      ConnectionError.fromResponse(new CombinedError({ networkError: new TypeError('fetch') })).kind,
    ).toBe('lost');
  });
});
