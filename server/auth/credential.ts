import type { IncomingHttpHeaders } from 'node:http';

/** The credential in the headers of a request: `Authorization: Bearer` or `X-API-Key`. */
export function credentialInHeaders(headers: IncomingHttpHeaders): string | null {
  const bearer = credentialInAuthorization(headers.authorization);
  if (bearer !== null) return bearer;
  const key = headers['x-api-key'];
  return typeof key === 'string' && key !== '' ? key : null;
}

/** The credential in the address, for EventSource and WebSocket, which cannot set headers. */
export function credentialInQuery(query: URLSearchParams): string | null {
  return query.get('token') || query.get('api_key') || null;
}

/** The credential in the payload of a GraphQL `connection_init`. */
export function credentialInPayload(payload: Record<string, unknown> | undefined): string | null {
  const { token, apiKey } = payload ?? {};
  const authorization = payload?.['Authorization'] ?? payload?.['authorization'];
  if (typeof token === 'string' && token !== '') return token;
  if (typeof apiKey === 'string' && apiKey !== '') return apiKey;
  return typeof authorization === 'string' ? credentialInAuthorization(authorization) : null;
}

function credentialInAuthorization(value: string | undefined): string | null {
  return /^Bearer +(\S+)$/iu.exec(value ?? '')?.[1] ?? null;
}
