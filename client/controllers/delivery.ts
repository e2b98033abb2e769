import { ConnectionError } from '../connection-error.ts';
import { retryDelay } from './retry-delay.ts';

/** `waiting` is tried again by itself, `failed` and `denied` when somebody says so. */
export type DeliveryState =
  | { readonly kind: 'idle' | 'sending' | 'stored' }
  | { readonly kind: 'waiting' | 'failed' | 'denied'; readonly error: ConnectionError };

export interface DeliveryOptions<Letter> {
  /** Resolves once the letter is stored. */
  carry(letter: Letter): Promise<void>;
  onChange(state: DeliveryState): void;
  onStored(letter: Letter): void;
}

/**
 * Brings the latest of several letters to the server. One is under way at a time, so that none is overtaken by an
 * older one, and what the network lost is sent again until it arrives. It outlives the element that it was made
 * for: what somebody said is not unsaid because a chat was closed.
 */
export class Delivery<Letter> {
  state: DeliveryState = { kind: 'idle' };

  #options: DeliveryOptions<Letter>;
  #latest: Letter | null = null;
  #isUnderWay = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: DeliveryOptions<Letter>) {
    this.#options = options;
  }

  /** Takes the place of what is not stored yet. */
  put(letter: Letter): void {
    this.#latest = letter;
    this.#failures = 0;
    void this.#send();
  }

  retryNow(): void {
    if ('error' in this.state) void this.#send();
  }

  async #send(): Promise<void> {
    clearTimeout(this.#timer);
    this.#become({ kind: 'sending' });
    const letter = this.#latest;
    if (this.#isUnderWay || letter === null) return;
    this.#isUnderWay = true;
    const error = await this.#options.carry(letter).then(
      () => null,
      (reason: unknown) => ConnectionError.from(reason),
    );
    this.#isUnderWay = false;
    if (letter !== this.#latest) return this.#send();
    if (error) return this.#failed(error);
    this.#become({ kind: 'stored' });
    this.#options.onStored(letter);
  }

  #failed(error: ConnectionError): void {
    if (error.kind === 'key-needed' || error.kind === 'not-allowed') {
      return this.#become({ kind: 'denied', error });
    }
    if (error.kind === 'failed') return this.#become({ kind: 'failed', error });
    this.#timer = setTimeout(() => void this.#send(), retryDelay(error, this.#failures++));
    this.#become({ kind: 'waiting', error });
  }

  #become(state: DeliveryState): void {
    this.state = state;
    this.#options.onChange(state);
  }
}
