import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const CHECK = 6;
const shape = /^ear_([A-Za-z0-9_-]{43})([A-Za-z0-9_-]{6})$/u;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** SHA-256 of a key, hex: all that is ever stored of it. */
export const hashKey = (key: string): string => digest(key).toString('hex');

const checksum = (secret: string): string =>
  digest(`earshot ${secret}`).toString('base64url').slice(0, CHECK);

/** A new key: `ear_`, 32 random bytes, a checksum. Its id is public. */
export function createKey(random: (size: number) => Buffer = randomBytes): {
  key: string;
  id: string;
  hash: string;
} {
  const secret = random(32).toString('base64url');
  const key = `ear_${secret}${checksum(secret)}`;
  const hash = hashKey(key);
  return { key, id: hash.slice(0, 12), hash };
}

/** Whether a text can be one of our keys; tells typing errors without a look-up. */
export function isKey(text: string): boolean {
  const parts = shape.exec(text);
  return parts !== null && checksum(parts[1]!) === parts[2];
}

/** Compares two secrets in constant time. */
export const isSameSecret = (left: string, right: string): boolean =>
  timingSafeEqual(digest(left), digest(right));
