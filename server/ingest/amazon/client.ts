import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AmazonAccess } from './settings.ts';

/** A connection that is not made, or not answered, is given up after so long, in ms. */
const CONNECT_TIME = 3000;
const ANSWER_TIME = 8000;

/** What every client of Amazon is made with. */
type ClientOptions = {
  region: string;
  credentials?: NonNullable<AmazonAccess['credentials']>;
  endpoint?: string;
  maxAttempts: number;
  requestHandler: NodeHttpHandler;
};

/**
 * How a service of Amazon is asked: over HTTP/1.1, twice at most, since whoever asks comes back anyway. The SDK is
 * loaded only where it is configured: it would make every start slower.
 */
export async function clientOptions({ region, credentials, endpoint }: AmazonAccess): Promise<ClientOptions> {
  const { NodeHttpHandler: Handler } = await import('@smithy/node-http-handler');
  return {
    region,
    maxAttempts: 2,
    requestHandler: new Handler({
      connectionTimeout: CONNECT_TIME,
      requestTimeout: ANSWER_TIME,
      throwOnRequestTimeout: true,
    }),
    ...(credentials !== null && { credentials }),
    ...(endpoint !== null && { endpoint }),
  };
}
