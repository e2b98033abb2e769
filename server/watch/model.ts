import { z } from 'zod';
import { MalformedAnswerError } from './lessons.ts';
import { answerSchema, instructions } from './prompt.ts';
import type { Pause } from './retry.ts';
import type { LearnerSettings } from './settings.ts';

/** A language model behind an OpenAI-compatible endpoint. */
export type Model = {
  /**
   * What it answers to a message that is shown to it. Rejects with an UnansweredError, a RefusedError or a
   * MalformedAnswerError; none of them carries words of the message, of the endpoint or the key.
   */
  ask(shown: string, signal: AbortSignal): Promise<string>;
};

/** The endpoint cannot answer now; later it may. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
  /** How long the endpoint asks to be left alone, in ms. */
  readonly retryAfter: number;

  constructor(reason: string, retryAfter = 0) {
    super(reason);
    this.retryAfter = retryAfter;
  }
}

/** The endpoint does not take such requests; somebody has to change something. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;

  constructor(status: number) {
    super(`it answered ${status}`);
    this.status = status;
  }
}

/** An answer must be there within this time, in ms; models on small machines take their time. */
export const ANSWER_TIME = 120_000;
const MOST_BYTES = 1024 * 1024;
const MOST_TOKENS = 4000;
/** No endpoint is left alone for longer, whatever it says. */
const LONGEST_REST = 60 * 60 * 1000;

const format = {
  type: 'json_schema' as const,
  json_schema: { name: 'lessons', strict: true, schema: answerSchema },
};

/**
 * How a request may be worded, the most telling first. Endpoints that do not know a schema, a temperature or
 * one of the two names of the limit refuse the request; the next wording asks for less.
 */
const wordings = [
  { temperature: 0.2, max_tokens: MOST_TOKENS, response_format: format },
  { max_completion_tokens: MOST_TOKENS, response_format: format },
  { max_tokens: MOST_TOKENS },
  {},
];

const completion = z.object({
  choices: z
    .array(
      z.object({ message: z.object({ content: z.string().nullish() }), finish_reason: z.string().nullish() }),
    )
    .min(1),
});

/** Opens a model; nothing is sent until it is asked. The library is loaded only here, for those who want it. */
export async function createModel({ baseUrl, model, apiKey }: LearnerSettings, pause: Pause): Promise<Model> {
  const { default: OpenAI, APIConnectionError, APIError, APIUserAbortError } = await import('openai');
  const client = new OpenAI({
    baseURL: baseUrl,
    apiKey: apiKey ?? 'none',
    ...(apiKey === null && { defaultHeaders: { authorization: null } }),
    // Whatever else the environment says about OpenAI is not about this endpoint.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    // It would log requests, with the words of people in them.
    logLevel: 'off',
    // Retries are ours: bounded by nothing, told in the log, and paced by tests. So is the time.
    maxRetries: 0,
    timeout: ANSWER_TIME * 2,
    fetch: fetchBounded,
  });
  let wording = 0;

  /** One request. The time and the end of the server bound the body too, which the library's own limit does not. */
  async function send(shown: string, how: (typeof wordings)[number], stop: AbortSignal): Promise<unknown> {
    const messages = [
      { role: 'system' as const, content: instructions },
      { role: 'user' as const, content: shown },
    ];
    const late = new AbortController();
    const done = new AbortController();
    void pause(ANSWER_TIME, AbortSignal.any([stop, done.signal])).then(() => {
      if (!done.signal.aborted) late.abort();
    });
    try {
      const signal = AbortSignal.any([stop, late.signal]);
      return await client.chat.completions.create({ ...how, model, messages }, { signal });
    } catch (error) {
      if (late.signal.aborted) throw new UnansweredError(`it took longer than ${ANSWER_TIME / 1000} seconds`);
      throw translate(error);
    } finally {
      done.abort();
    }
  }

  function translate(error: unknown): Error {
    if (error instanceof APIUserAbortError) return new UnansweredError('the request was ended');
    if (error instanceof APIConnectionError) return new UnansweredError(connectionFault(error));
    if (error instanceof APIError && typeof error.status === 'number') {
      const { status } = error;
      const isPassing = [408, 409, 425, 429].includes(status) || (status >= 500 && status !== 501);
      return isPassing
        ? new UnansweredError(`it answered ${status}`, restOf(error.headers as Headers | undefined))
        : new RefusedError(status);
    }
    // The body broke off, was too long or no JSON: what answers is no such endpoint, or not yet.
    return new UnansweredError('what it sent is no answer of an OpenAI-compatible API');
  }

  return {
    async ask(shown, signal) {
      for (let tried = wording; ; tried += 1) {
        try {
          const given = await send(shown, wordings[tried]!, signal);
          wording = tried;
          return contentOf(given);
        } catch (error) {
          const isOfWording = error instanceof RefusedError && [400, 422, 501].includes(error.status);
          if (!isOfWording || tried + 1 === wordings.length) throw error;
        }
      }
    },
  };
}

/** The words of an answer. A reply that is no completion is the endpoint's fault; one that was cut is the model's. */
function contentOf(given: unknown): string {
  const { success, data } = completion.safeParse(given);
  if (!success) throw new UnansweredError('what it sent is no answer of an OpenAI-compatible API');
  const [choice] = data.choices;
  if (choice!.finish_reason === 'length') throw new MalformedAnswerError('the answer was cut off');
  return choice!.message.content ?? '';
}

/** Codes such as ECONNREFUSED say enough; messages may name more than a log should. */
function connectionFault(error: Error): string {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === 'string') return `it cannot be reached (${code})`;
  }
  return 'it cannot be reached';
}

/** What a Retry-After asks for, in ms: seconds or a date. */
function restOf(headers: Headers | undefined): number {
  const given = headers?.get('retry-after') ?? '';
  const rest = /^\d+$/u.test(given) ? Number(given) * 1000 : Date.parse(given) - Date.now();
  return Number.isFinite(rest) ? Math.min(Math.max(rest, 0), LONGEST_REST) : 0;
}

/** Whatever answers at that address must not fill the memory. */
const fetchBounded: typeof fetch = async (...request) => {
  const response = await fetch(...request);
  let bytes = 0;
  const bounded = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes > MOST_BYTES) controller.error(new RangeError('The answer is too long.'));
        else controller.enqueue(chunk);
      },
    }),
  );
  const { status, statusText, headers } = response;
  return new Response(bounded ?? null, { status, statusText, headers });
};
