import { backoff, sleep as wait } from './backoff.ts';
import {
  ConnectionError,
  EarshotError,
  InvalidInputError,
  isWorthRetrying,
  RequestTimeoutError,
  ServerError,
} from './errors.ts';
import type { TypedDocumentString } from './generated/graphql.ts';
import { errorOf, toldBy } from './refusal.ts';
import type { EarshotOptions, Settings } from './settings.ts';

/** An operation on its way: the same bytes under the same key, however often they are sent. */
export interface Prepared<Data> {
  /** What the caller asked for, for messages. */
  what: string;
  body: string;
  /** Idempotency key; null for what changes nothing. */
  key: string | null;
  /** Never there: what the answer will be. */
  data?: Data;
}

/** A server that asks for more patience than this is not waited for: the error says how long it takes. */
const LONGEST_ASKED = 30_000;
const HEALTH_TIMEOUT = 5000;

/** GraphQL by HTTP to one server. */
export class Transport {
  readonly #settings: Settings;
  readonly #fetch: typeof globalThis.fetch;
  readonly #sleep: (ms: number) => Promise<void>;

  constructor(settings: Settings, { fetch, sleep }: Pick<EarshotOptions, 'fetch' | 'sleep'>) {
    this.#settings = settings;
    // Looked up at each call, and called without an owner, which browsers insist on.
    this.#fetch = fetch ?? ((...request) => globalThis.fetch(...request));
    this.#sleep = sleep ?? wait;
  }

  /** Writes an operation down; throws an InvalidInputError for values that are no JSON. */
  prepare<Data, Variables>(
    what: string,
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
  ): Prepared<Data> {
    const query = document.toString();
    const key = /^\s*mutation\b/u.test(query) ? randomKey() : null;
    try {
      return { what, body: JSON.stringify({ query, variables }), key };
    } catch (cause) {
      const message = `${what}: a value cannot be written as JSON. Use texts, numbers, lists and plain objects.`;
      throw new InvalidInputError(null, message, { cause });
    }
  }

  /** Sends, and sends again where that may help; `budgetMs` bounds all tries and waits together. */
  async send<Data>(prepared: Prepared<Data>, budgetMs = Infinity): Promise<Data> {
    const until = performance.now() + budgetMs;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.once(prepared, Math.max(50, until - performance.now()));
      } catch (error) {
        if (attempt >= this.#settings.retries || !isWorthRetrying(error)) throw error;
        const asked = error instanceof ServerError ? (error.retryAfterMs ?? 0) : 0;
        const pause = Math.max(asked, backoff(attempt));
        if (asked > LONGEST_ASKED || performance.now() + pause >= until) throw error;
        await this.#sleep(pause);
      }
    }
  }

  /** Sends one time; rejects with an EarshotError for all but data. */
  async once<Data>({ what, body, key }: Prepared<Data>, mostMs = Infinity): Promise<Data> {
    const { baseUrl, apiKey, timeoutMs } = this.#settings;
    const ms = Math.ceil(Math.min(timeoutMs, mostMs));
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      accept: 'application/json',
    };
    if (apiKey !== null) headers['authorization'] = `Bearer ${apiKey}`;
    if (key !== null) headers['idempotency-key'] = key;
    const { response, text } = await this.#ask('/graphql', { method: 'POST', body, headers }, what, ms);
    const answer = parse(text);
    const refusal = { what, baseUrl, status: response.status };
    const errors = answer?.['errors'];
    if (!response.ok || errors !== undefined) {
      const { code, said = wordsOf(answer), retryAfterMs } = toldBy(errors);
      throw errorOf({
        ...refusal,
        code,
        said: said === undefined || apiKey === null ? said : said.replaceAll(apiKey, '***'),
        retryAfterMs: retryAfterMs ?? retryAfter(response.headers, answer),
      });
    }
    if (answer?.['data'] == null) {
      const message = `${what} was answered with ${response.status}, but not by GraphQL. Is Earshot at ${baseUrl}?`;
      throw new EarshotError(message, { status: response.status });
    }
    return answer['data'] as Data;
  }

  /** Whether the server answers and calls itself healthy; never rejects. */
  async isHealthy(): Promise<boolean> {
    const ms = Math.ceil(Math.min(this.#settings.timeoutMs, HEALTH_TIMEOUT));
    const asked = this.#ask('/health', {}, 'healthCheck', ms);
    return asked.then(
      ({ response, text }) => response.ok && parse(text)?.['status'] === 'healthy',
      () => false,
    );
  }

  async #ask(
    path: string,
    init: RequestInit,
    what: string,
    ms: number,
  ): Promise<{ response: Response; text: string }> {
    const { baseUrl } = this.#settings;
    const signal = AbortSignal.timeout(ms);
    try {
      // A followed redirect would carry the key to wherever it points.
      const response = await this.#fetch(`${baseUrl}${path}`, { ...init, signal, redirect: 'manual' });
      return { response, text: await response.text() };
    } catch (cause) {
      if (signal.aborted) {
        const message = `${what} got no answer from ${baseUrl} within ${ms / 1000} s. Is the server busy? timeoutMs or LEARNING_TIMEOUT allows more.`;
        throw new RequestTimeoutError(message, { cause });
      }
      const message = `${what} could not reach ${baseUrl}. Does the server run there, and may this page or machine reach it? baseUrl or LEARNING_SYSTEM_URL names another.`;
      throw new ConnectionError(message, { cause });
    }
  }
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Answers that are not GraphQL say what is wrong in one of these. */
function wordsOf(answer: Record<string, unknown> | null): string | undefined {
  const said = answer?.['detail'] ?? answer?.['error'];
  return typeof said === 'string' ? said : undefined;
}

/** The header counts seconds or names a date; a body may count seconds too. */
function retryAfter(headers: Headers, answer: Record<string, unknown> | null): number | null {
  const header = headers.get('retry-after');
  const said = header ?? answer?.['retry_after'];
  const seconds = said == null || said === '' ? NaN : Number(said);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  const moment = Date.parse(header ?? '');
  return Number.isNaN(moment) ? null : Math.max(0, moment - Date.now());
}

/** Pages that did not come by https have no randomUUID. */
function randomKey(): string {
  const { crypto } = globalThis as {
    crypto: { randomUUID?: () => string } & Pick<Crypto, 'getRandomValues'>;
  };
  if (crypto.randomUUID !== undefined) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
