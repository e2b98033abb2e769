import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** A busy project changes five times a second; what is expensive to ask is asked again at most this often. */
const EVERY = 5_000;

/** Counts rounds: one begins some time after a change, however many changes there are until then. */
export class PaceController implements ReactiveController {
  round = 0;

  #host: ReactiveControllerHost;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.round++;
      this.#host.requestUpdate();
    }, EVERY);
  }
}
