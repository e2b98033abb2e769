import { randomBytes } from 'node:crypto';
import type { Lesson } from '../domain/fact.ts';
import { MalformedAnswerError, readAnswer } from './lessons.ts';
import { RefusedError, UnansweredError, type Model } from './model.ts';
import { showMessage } from './prompt.ts';
import { backOff, Lanes } from './retry.ts';
import type { Standing } from './standing.ts';

/** Words of a person, and the keys of the facts that were found in them already. */
export type Heard = { projectId: number; id: number; text: string; found: ReadonlySet<string> };

type Options = Omit<Standing, 'journal' | 'now'> & { model: Model };

/** Requests at a time, over all projects. */
const LANES = 2;
/** An answer that makes no sense is asked for so often. */
const TRIES = 3;
/** Somebody has to change something before the next try can go better, in ms. */
const REFUSED_REST = 60_000;
/** Anything can be said to this; an endpoint that refuses it refuses everything. */
const HARMLESS = 'Hello.';

/** Asks the language model until it has answered. */
export class Tutor {
  readonly #lanes = new Lanes(LANES);
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /**
   * What words teach, and the words; `hear` reads them before each request, and gives null when there is nothing
   * to ask (any more). An endpoint that is away or refuses is asked again for ever; a model that answers nonsense
   * three times has nothing to say about this message.
   */
  async learn(hear: () => Promise<Heard | null>): Promise<{ heard: Heard; lessons: Lesson[] } | null> {
    const { stopping, pause, chance, warn } = this.#options;
    let flaws = 0;
    for (let failures = 1; ; failures += 1) {
      const asked = await this.#lanes.run(() => this.#ask(hear));
      if (asked === null) return null;
      const { heard, outcome } = asked;
      if (Array.isArray(outcome)) return { heard, lessons: outcome };
      if (stopping.aborted) return null;
      if (await this.#isFlawOf(outcome)) flaws += 1;
      const about = { projectId: heard.projectId, messageId: heard.id, reason: outcome.message };
      if (flaws === TRIES) {
        warn(about, 'the language model has no usable answer to a message; the learner skips it');
        return { heard, lessons: [] };
      }
      const wait = Math.max(backOff(failures, chance()), restAfter(outcome));
      const seconds = Math.round(wait / 1000);
      warn({ ...about, seconds }, `the learner got no answer from its language model${adviceOn(outcome)}`);
      await pause(wait, stopping);
      if (stopping.aborted) return null;
    }
  }

  async #ask(
    hear: () => Promise<Heard | null>,
  ): Promise<{ heard: Heard; outcome: Lesson[] | Trouble } | null> {
    const { model, stopping } = this.#options;
    if (stopping.aborted) return null;
    const heard = await hear();
    if (heard === null) return null;
    try {
      const content = await model.ask(show(heard.text), stopping);
      return { heard, outcome: readAnswer(content, heard.text, heard.found) };
    } catch (error) {
      if (!isTrouble(error)) throw error;
      return { heard, outcome: error };
    }
  }

  /** Whether trouble comes from this message alone: nonsense, or a refusal of what was said rather than of us. */
  async #isFlawOf(trouble: Trouble): Promise<boolean> {
    if (trouble instanceof MalformedAnswerError) return true;
    if (!(trouble instanceof RefusedError) || ![400, 413, 422].includes(trouble.status)) return false;
    const { model, stopping } = this.#options;
    try {
      await this.#lanes.run(() => model.ask(show(HARMLESS), stopping));
      return true;
    } catch (error) {
      if (!isTrouble(error)) throw error;
      return error instanceof MalformedAnswerError;
    }
  }
}

type Trouble = UnansweredError | RefusedError | MalformedAnswerError;

const isTrouble = (error: unknown): error is Trouble =>
  error instanceof UnansweredError || error instanceof RefusedError || error instanceof MalformedAnswerError;

const show = (text: string): string => showMessage(text, randomBytes(6).toString('hex'));

function restAfter(trouble: Trouble): number {
  if (trouble instanceof UnansweredError) return trouble.retryAfter;
  return trouble instanceof RefusedError ? REFUSED_REST : 0;
}

/** What a person can do about it. */
function adviceOn(trouble: Trouble): string {
  if (!(trouble instanceof RefusedError)) return '; it tries again';
  if (trouble.status === 401 || trouble.status === 403) {
    return ': check LEARNER_API_KEY, which is missing, wrong or may not use this model';
  }
  if (trouble.status === 404) {
    return ': check LEARNER_BASE_URL, which usually ends in /v1, and that LEARNER_MODEL is there';
  }
  return ': check that LEARNER_BASE_URL and LEARNER_MODEL name a chat model';
}
