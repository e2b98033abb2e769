import { ContextProvider } from '@lit/context';
import type { ReactiveController, ReactiveElement } from 'lit';
import { clockContext } from '../contexts.ts';

/** Provides the present moment to a page, once a second while it is connected. */
export class ClockController implements ReactiveController {
  #provider: ContextProvider<typeof clockContext>;
  #onTick: (now: number) => void;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveElement, onTick: (now: number) => void) {
    this.#onTick = onTick;
    this.#provider = new ContextProvider(host, { context: clockContext, initialValue: Date.now() });
    host.addController(this);
  }

  hostConnected(): void {
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), 1_000);
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = Date.now();
    this.#provider.setValue(now);
    this.#onTick(now);
  }
}
