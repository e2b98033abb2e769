import { createHmac } from 'node:crypto';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { packageVersion } from '../package.ts';
import { ForbiddenAddressError, type Address, type Guard } from './address.ts';
import type { Pause } from './retry.ts';

/** How an attempt ended: the status of the answer where one came, and why it failed; null when it did not. */
export type PostOutcome = { status: number | null; error: string | null };

type Parcel = {
  url: string;
  /** As it was shown: `whsec_` and base64. */
  secret: string;
  webhookId: string;
  body: string;
  /** The time of the attempt, in ms since 1970. */
  at: number;
};

/** An answer takes so long at most, in ms. */
export const POST_TIME = 15_000;

/** The signature of a Standard Webhook. */
function sign(secret: string, content: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/u, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

/** Sends a Standard Webhook once. Redirects are not followed: they are answers like others that are not 2xx. */
export async function post(
  { url, secret, webhookId, body, at }: Parcel,
  guard: Guard,
  pause: Pause,
  stopping: AbortSignal,
): Promise<PostOutcome> {
  const over = new AbortController();
  const isTooLate = pause(POST_TIME, AbortSignal.any([over.signal, stopping])).then(() => over.abort());
  try {
    const fault = guard.faultOf(url);
    if (fault !== null) return { status: null, error: `its address ${fault}` };
    const target = new URL(url);
    const addresses = await Promise.race([guard.addressesOf(target), isTooLate]);
    if (addresses === undefined) throw new DOMException('too late', 'AbortError');
    const timestamp = Math.floor(at / 1000);
    const status = await send(target, addresses, body, over.signal, {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': `Earshot/${packageVersion}`,
      'webhook-id': webhookId,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': sign(secret, `${webhookId}.${timestamp}.${body}`),
    });
    return { status, error: status >= 200 && status < 300 ? null : `it answered ${status}` };
  } catch (error) {
    return { status: null, error: reasonOf(error) };
  } finally {
    over.abort();
  }
}

/** Never more than a code: texts of errors can hold addresses of the network behind us. */
function reasonOf(error: unknown): string {
  if (error instanceof ForbiddenAddressError) return error.message;
  const { name, code } = error as { name?: unknown; code?: unknown };
  if (name === 'AbortError') return `it gave no answer within ${POST_TIME / 1000} seconds`;
  return `it cannot be reached (${typeof code === 'string' ? code : 'unknown'})`;
}

/** Resolves with the status, without waiting for the body, which nobody reads. */
function send(
  url: URL,
  addresses: Address[],
  body: string,
  signal: AbortSignal,
  headers: Record<string, string>,
): Promise<number> {
  // The name is not looked up again: what was checked is what is connected to.
  const lookup: LookupFunction = (_name, { all }, callback) => {
    if (all === true) callback(null, addresses);
    else callback(null, addresses[0]!.address, addresses[0]!.family);
  };
  const request = url.protocol === 'http:' ? plainRequest : secureRequest;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent: false, lookup, signal, headers }, (response) => {
      // Whatever still comes is of no interest, not even that it breaks off.
      response.on('error', () => undefined).resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
