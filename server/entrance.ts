import type { IncomingMessage } from 'node:http';
import { lacking, type Caller } from './auth/caller.ts';
import { isLocalHostHeader, isLocalOrigin } from './auth/origin.ts';
import type { Scope } from './domain/key.ts';
import type { Refusal } from './route.ts';

/** An id of 255 characters, each of four bytes written as `%F0%9F%98%80`. */
export const MAX_PARAMETER = 255 * 12;

/** The path and the query of a request. */
export type Address = Pick<URL, 'pathname' | 'searchParams'>;

export const unauthenticated: Refusal = { status: 401, message: 'Authentication required' };
export const malformed: Refusal = { status: 400, message: 'The address is malformed.' };
export const draining: Refusal = {
  status: 503,
  message: 'The server is shutting down; nothing was stored. Try again.',
  headers: { 'retry-after': '2', connection: 'close' },
};

export function deny(caller: Caller | null, scope: Scope): Refusal | null {
  if (caller === null) return unauthenticated;
  return caller.scopes.has(scope) ? null : { status: 403, message: lacking(scope) };
}

/** In open mode no page but those of this machine may reach the server. */
export function refuseStranger({ headers }: IncomingMessage, method: string, path: string): Refusal | null {
  if (!isLocalHostHeader(headers.host)) {
    return {
      status: 403,
      message: 'Without a key this server answers only to localhost. Set WEBHOOK_API_KEY.',
    };
  }
  const isPublic = method === 'GET' && (path === '/' || path === '/health' || path.startsWith('/embed/'));
  if (headers.origin === undefined || isLocalOrigin(headers.origin) || isPublic) return null;
  return {
    status: 403,
    message: 'Without a key this server answers no page of another site. Set WEBHOOK_API_KEY.',
  };
}

const hasDots = /\/(?:\.|%2e){1,2}(?:\/|$)/iu;

export function parseUrl(request: IncomingMessage): Address | null {
  const target = request.url ?? '';
  if (!target.startsWith('/')) return null;
  try {
    const url = new URL(`http://localhost${target}`);
    decodeURIComponent(url.pathname);
    const path = target.split('?', 1)[0]!;
    // An id may be "." or "..", which a URL takes for a way through folders.
    return hasDots.test(path) ? { pathname: path, searchParams: url.searchParams } : url;
  } catch {
    return null;
  }
}
