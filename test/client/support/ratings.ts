import { SubmitFeedbackDocument, type SubmitFeedbackInput } from '../../../generated/client/graphql.ts';
import type { Connection, ConnectionOptions } from '../../../client/connection.ts';
import { ConnectionError } from '../../../client/connection-error.ts';

/** A server that takes ratings, or does not. */
export class FakeRatings {
  /** Everything that reached it, by the order of arrival. */
  readonly asked: SubmitFeedbackInput[] = [];
  /** What is stored, by its id. */
  readonly stored = new Map<string, SubmitFeedbackInput>();
  /** Fails every request while it is set. */
  failure: ConnectionError | null = null;
  /** The key that is asked for, if any. */
  key: string | null = null;
  /** What is answered instead of success. */
  refusal: string | null = null;
  #held: Promise<void> = Promise.resolve();

  connect = ({ endpoint, token }: ConnectionOptions): Connection => ({
    endpoint,
    token,
    request: (async (document: unknown, { input }: { input: SubmitFeedbackInput }) => {
      if (document !== SubmitFeedbackDocument)
        throw new Error('The fake server does not know this document.');
      this.asked.push(input);
      await this.#held;
      if (this.failure) throw this.failure;
      if (this.key !== null && token !== this.key)
        throw new ConnectionError('key-needed', 'A key is needed.');
      if (this.refusal !== null)
        return { submitFeedback: { __typename: 'InvalidInputError', message: this.refusal } };
      this.stored.set(input.feedbackId ?? '', input);
      return { submitFeedback: { __typename: 'SubmitFeedbackPayload' } };
    }) as Connection['request'],
    subscribe: () => {
      throw new Error('Nobody who rates follows anything.');
    },
    dispose: () => undefined,
  });

  /** Lets every answer wait until the function that it gives is called. */
  hold(): () => void {
    let release: () => void = () => undefined;
    this.#held = new Promise((resolve) => (release = resolve));
    return release;
  }
}
