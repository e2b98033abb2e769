/// <reference lib="esnext.disposable" preserve="true" />
import { ConflictError, InvalidInputError, NotFoundError } from './errors.ts';
import {
  LogInteractionDocument,
  LogInteractionsDocument,
  PersonalizationContextDocument,
  UserInsightsDocument,
  WatchUserDocument,
} from './generated/graphql.ts';
import {
  changeOf,
  insightsOf,
  wanted,
  type FactChange,
  type InsightOptions,
  type UserInsights,
} from './insights.ts';
import { checkUserId, toInput, toInputs, type ChatMessage, type Interaction } from './message.ts';
import { BackgroundQueue } from './queue.ts';
import { readSettings, type EarshotOptions, type Settings } from './settings.ts';
import { Transport, type Prepared } from './transport.ts';

/**
 * What became of a message: `stored`; `queued` in the background; `skipped`, because the SDK is switched off;
 * `dropped` by the background, because it can never be sent.
 */
export type Outcome = 'stored' | 'queued' | 'skipped' | 'dropped';

/** What logging a message led to; whatever only the server knows is empty unless it is `stored`. */
export interface LogResult {
  outcome: Outcome;
  /** Id of the logged message. */
  interactionId: string | null;
  /** Your id of its conversation. */
  conversationId: string | null;
  /** How the words sound, from −1 to 1. */
  sentiment: number | null;
  /** What they are about, the most telling first. */
  topics: readonly string[];
  /** What they taught about the person. */
  facts: FactChange[];
  /** Facts new or strengthened. */
  learnedFactsCount: number;
}

/** What a bulk upload led to; whatever only the server knows is empty unless it is `stored`. */
export interface BulkResult {
  outcome: Outcome;
  /** Ids of the logged messages, in their order. */
  interactionIds: string[];
  interactionsCreated: number;
  facts: FactChange[];
  /** Facts new or strengthened, each counted once. */
  factsLearned: number;
}

const notLogged = () => ({
  interactionId: null,
  conversationId: null,
  sentiment: null,
  topics: [],
  facts: [],
  learnedFactsCount: 0,
});
const notUploaded = () => ({ interactionIds: [], interactionsCreated: 0, facts: [], factsLearned: 0 });

/** A prompt waits for what is known about its user, and an answer hangs on it: in ms, tries and all. */
const CONTEXT_BUDGET = 5000;
const PATIENCE = 10_000;

/** Tells an Earshot server what a chatbot hears and says, and asks it what it has learned about its users. */
export class EarshotSDK {
  readonly baseUrl: string;
  /** Whether anything is sent at all. */
  readonly enabled: boolean;
  readonly #settings: Settings;
  readonly #options: EarshotOptions;
  readonly #transport: Transport;
  readonly #queue: BackgroundQueue | null;

  /** Takes options, or the address alone; throws an InvalidInputError for settings that cannot be. */
  constructor(options: EarshotOptions | string = {}) {
    this.#options = typeof options === 'string' ? { baseUrl: options } : options;
    this.#settings = readSettings(this.#options);
    this.baseUrl = this.#settings.baseUrl;
    this.enabled = this.#settings.enabled;
    this.#transport = new Transport(this.#settings, this.#options);
    const { background = false, sleep, onError } = this.#options;
    const { queueSize: size } = this.#settings;
    this.#queue =
      background && this.enabled
        ? new BackgroundQueue({ transport: this.#transport, size, sleep, onError })
        : null;
  }

  /** Logs what a user said and, where it is there, the reply. */
  async logMessage(chatMessage: ChatMessage): Promise<LogResult> {
    if (!this.enabled) return { outcome: 'skipped', ...notLogged() };
    const prepare = () => {
      const input = toInput(chatMessage);
      return this.#transport.prepare('logMessage', LogInteractionDocument, { input: this.#stamped(input) });
    };
    if (this.#queue !== null) return { outcome: this.#enqueue(this.#queue, prepare), ...notLogged() };
    const { outcome } = await this.#transport.send(prepare());
    const { conversation, logged, facts, factsLearned } = accepted(outcome);
    return {
      outcome: 'stored',
      interactionId: logged.id,
      conversationId: conversation.externalId,
      sentiment: logged.sentiment,
      topics: logged.topics,
      facts: facts.map(changeOf),
      learnedFactsCount: factsLearned,
    };
  }

  /** Logs up to 1,000 messages of a user, all or none: texts, or objects with a reply, a time and the like. */
  async bulkUpload(userId: string, messages: readonly (string | Interaction)[]): Promise<BulkResult> {
    if (!this.enabled) return { outcome: 'skipped', ...notUploaded() };
    const prepare = () => {
      const interactions = toInputs(messages).map((it) => this.#stamped(it));
      const input = { userId: checkUserId(userId), interactions };
      return this.#transport.prepare('bulkUpload', LogInteractionsDocument, { input });
    };
    if (this.#queue !== null) return { outcome: this.#enqueue(this.#queue, prepare), ...notUploaded() };
    const { outcome } = await this.#transport.send(prepare());
    const { interactions, factsLearned } = accepted(outcome);
    return {
      outcome: 'stored',
      interactionIds: interactions.map(({ logged }) => logged.id),
      interactionsCreated: interactions.length,
      facts: interactions.flatMap(({ facts }) => facts.map(changeOf)),
      factsLearned,
    };
  }

  /** What is known about a user; rejects with a NotFoundError for one that the server has not seen. */
  async getUserInsights(userId: string, options: InsightOptions = {}): Promise<UserInsights> {
    const variables = { userId: checkUserId(userId), ...wanted(options) };
    if (!this.enabled) return insightsOf(userId, null);
    const prepared = this.#transport.prepare('getUserInsights', UserInsightsDocument, variables);
    const { endUser } = await this.#transport.send(prepared);
    if (endUser !== null) return insightsOf(userId, endUser);
    const message = `User ${userId} not found. The first message that is logged for a user makes one; is the id spelt as there?`;
    throw new NotFoundError(message, { status: 404 });
  }

  /** What is known about a user as text for a prompt; empty for an unknown one. Takes at most about 5 s. */
  async getPersonalizationContext(userId: string): Promise<string> {
    const variables = { userId: checkUserId(userId) };
    if (!this.enabled) return '';
    const prepared = this.#transport.prepare(
      'getPersonalizationContext',
      PersonalizationContextDocument,
      variables,
    );
    const { endUser } = await this.#transport.send(prepared, CONTEXT_BUDGET);
    return endUser?.personalizationContext ?? '';
  }

  /**
   * What is known about a user: now, and again whenever it changed, the newest state only. Comes back by itself after
   * the connection was lost; ends with the signal, and throws when the key is refused or nobody answers at the start.
   */
  async *watchUser(
    userId: string,
    { signal, ...options }: InsightOptions & { signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<UserInsights, void> {
    const variables = { userId: checkUserId(userId), ...wanted(options) };
    if (!this.enabled) return;
    // Whoever never watches never loads what only watching needs.
    const { watch } = await import('./watch.ts');
    const { sleep } = this.#options;
    for await (const { endUser } of watch(this.#settings, WatchUserDocument, variables, { signal, sleep })) {
      yield insightsOf(userId, endUser);
    }
  }

  /** Whether the server answers and calls itself healthy. Never rejects, tries once, takes at most 5 s. */
  async healthCheck(): Promise<boolean> {
    return this.enabled && this.#transport.isHealthy();
  }

  /** Requests that the background gave up. */
  get dropped(): number {
    return this.#queue?.dropped ?? 0;
  }

  /** Waits until the background has sent everything, at most so long; whether nothing is left. */
  async flush(timeoutMs = PATIENCE): Promise<boolean> {
    return this.#queue?.flush(timeoutMs) ?? true;
  }

  /** Ends the background: it takes no more and tries what is left, for at most so long. Whether all was sent. */
  async close(timeoutMs = PATIENCE): Promise<boolean> {
    return this.#queue?.close(timeoutMs) ?? true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** What waits in the background must not look as if it was said when it was sent. */
  #stamped<T extends Interaction>(input: T): T {
    const isStamped = input.at != null || input.metadata?.['timestamp'] != null;
    return this.#queue === null || isStamped ? input : { ...input, at: new Date().toISOString() };
  }

  #enqueue(queue: BackgroundQueue, prepare: () => Prepared<unknown>): Outcome {
    try {
      return queue.put(prepare()) ? 'queued' : 'dropped';
    } catch (error) {
      queue.refuse(error as Error);
      return 'dropped';
    }
  }
}

type Refused =
  | { readonly __typename: 'ConflictError'; readonly message: string }
  | { readonly __typename: 'InvalidInputError'; readonly field: string; readonly message: string };

/** The payload of a mutation; throws what the server refused it with, in the words of this SDK's parameters. */
function accepted<T extends { readonly __typename: string }>(outcome: T | Refused): Exclude<T, Refused> {
  const ours = (text: string): string =>
    text.replace(/^input\./u, '').replace(/^interactions\b/u, 'messages');
  if (isRefused(outcome)) {
    if (outcome.__typename === 'ConflictError') throw new ConflictError(outcome.message, { status: 409 });
    throw new InvalidInputError(ours(outcome.field), ours(outcome.message), { status: 400 });
  }
  return outcome as Exclude<T, Refused>;
}

const isRefused = (outcome: { readonly __typename: string }): outcome is Refused =>
  outcome.__typename === 'ConflictError' || outcome.__typename === 'InvalidInputError';
