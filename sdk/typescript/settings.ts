import { InvalidInputError } from './errors.ts';

/** What an SDK may be told; in Node whatever is left out comes from the environment. */
export interface EarshotOptions {
  /** Where the server is: LEARNING_SYSTEM_URL, else http://localhost:8000. */
  baseUrl?: string | undefined;
  /** A key of the project: WEBHOOK_API_KEY, else none. */
  apiKey?: string | undefined;
  /** Time for one try, in ms: LEARNING_TIMEOUT (seconds), else 30 s. */
  timeoutMs?: number | undefined;
  /** Tries after the first: LEARNING_RETRY_COUNT, else 3. */
  retries?: number | undefined;
  /** Sends requests instead of the platform's own. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Whether logMessage and bulkUpload return at once and never fail, while a queue sends. */
  background?: boolean | undefined;
  /** Requests that may wait in the background, 1,000 unless said; of a full queue the oldest is dropped. */
  queueSize?: number | undefined;
  /** False sends nothing at all; EARSHOT_ENABLED and POLLY_MONITOR_ENABLED say so too (false, 0, no, off). */
  enabled?: boolean | undefined;
  /** Told why the background keeps or gives up messages, once for a row of equal failures; console.warn unless said. */
  onError?: ((error: Error) => void) | undefined;
  /** Waits so many ms between tries instead of a timer. */
  sleep?: ((ms: number) => Promise<void>) | undefined;
}

/** Options, checked. */
export interface Settings {
  baseUrl: string;
  apiKey: string | null;
  timeoutMs: number;
  retries: number;
  queueSize: number;
  enabled: boolean;
}

const DEFAULT_URL = 'http://localhost:8000';
const OFF = new Set(['false', '0', 'no', 'off']);
const DAY = 86_400_000;

/** Settings from options, else the environment, else defaults; throws an InvalidInputError that names a bad one. */
export function readSettings(options: EarshotOptions): Settings {
  const env = environment();
  const seconds = env['LEARNING_TIMEOUT']?.trim() || '30';
  const count = env['LEARNING_RETRY_COUNT']?.trim() || '3';
  const switches = [env['EARSHOT_ENABLED'], env['POLLY_MONITOR_ENABLED']];
  return {
    baseUrl: readUrl(options.baseUrl ?? (env['LEARNING_SYSTEM_URL']?.trim() || DEFAULT_URL)),
    apiKey: readKey(options.apiKey ?? env['WEBHOOK_API_KEY'] ?? ''),
    timeoutMs: readTimeout(options.timeoutMs ?? Number(seconds) * 1000),
    retries: readCount('retries', 'LEARNING_RETRY_COUNT', options.retries ?? Number(count), 0, 100),
    queueSize: readCount('queueSize', null, options.queueSize ?? 1000, 1, 1_000_000),
    enabled: options.enabled ?? !switches.some((value) => OFF.has(value?.trim().toLowerCase() ?? '')),
  };
}

/** Browsers have no environment. */
function environment(): Record<string, string | undefined> {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env ?? {};
}

function readUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^https?:$/u.test(url.protocol)) {
    throw new InvalidInputError('baseUrl', `baseUrl (or LEARNING_SYSTEM_URL) must be like ${DEFAULT_URL}.`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    const message =
      'baseUrl (or LEARNING_SYSTEM_URL) must hold no user name, "?" or "#"; a key goes into apiKey.';
    throw new InvalidInputError('baseUrl', message);
  }
  return url.href.replace(/\/+$/u, '');
}

/** Space around a key is dropped: files with keys end in a line break. */
function readKey(value: string): string | null {
  const key = value.trim();
  if (/^[!-~]*$/u.test(key)) return key || null;
  const message = 'apiKey (or WEBHOOK_API_KEY) must be printable ASCII without spaces.';
  throw new InvalidInputError('apiKey', message);
}

function readTimeout(ms: number): number {
  if (ms > 0 && ms <= DAY) return ms;
  const message =
    'timeoutMs (or LEARNING_TIMEOUT, in seconds) must be a time of more than 0 and at most a day.';
  throw new InvalidInputError('timeoutMs', message);
}

function readCount(
  field: string,
  variable: string | null,
  value: number,
  least: number,
  most: number,
): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  const name = variable === null ? field : `${field} (or ${variable})`;
  throw new InvalidInputError(field, `${name} must be a whole number from ${least} to ${most}.`);
}
