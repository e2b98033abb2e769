import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Tells when waiting makes no sense any more: the network is back, or somebody looks at the tab again. */
export class WakeController implements ReactiveController {
  #onWake: () => void;

  constructor(host: ReactiveControllerHost, onWake: () => void) {
    this.#onWake = onWake;
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener('online', this.#onWake);
    document.addEventListener('visibilitychange', this.#whenVisible);
  }

  hostDisconnected(): void {
    removeEventListener('online', this.#onWake);
    document.removeEventListener('visibilitychange', this.#whenVisible);
  }

  #whenVisible = (): void => {
    if (document.visibilityState === 'visible') this.#onWake();
  };
}
