import type { ReactiveController, ReactiveControllerHost } from 'lit';

/**
 * How many of some widths fit into its host. They are counted in the host's em, so that larger text means less room,
 * as it does in a container query.
 */
export class RoomController implements ReactiveController {
  room = 0;

  #host: ReactiveControllerHost & Element;
  #widths: readonly number[];
  #observer = new ResizeObserver(() => this.#measure());

  constructor(host: ReactiveControllerHost & Element, ...widths: number[]) {
    this.#host = host;
    this.#widths = widths;
    host.addController(this);
  }

  hostConnected(): void {
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
  }

  #measure(): void {
    const width = this.#host.clientWidth / parseFloat(getComputedStyle(this.#host).fontSize);
    const room = this.#widths.filter((least) => width >= least).length;
    if (room === this.room) return;
    this.room = room;
    this.#host.requestUpdate();
  }
}
