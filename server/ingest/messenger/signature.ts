import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether a body bears the signature of an app: `sha256=` and the HMAC-SHA-256 of its very bytes, in lower-case
 * hex. The bytes count, since Meta escapes characters in a way that no parsing and writing again would repeat.
 */
export function isSigned(raw: Buffer, signature: unknown, appSecret: string): boolean {
  const hex = typeof signature === 'string' ? /^sha256=([0-9a-f]{64})$/u.exec(signature)?.[1] : undefined;
  if (hex === undefined) return false;
  return timingSafeEqual(Buffer.from(hex, 'hex'), createHmac('sha256', appSecret).update(raw).digest());
}
