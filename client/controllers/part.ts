import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { define, type Elements } from '../define.ts';
import { loadPart } from '../parts.ts';

/** Brings elements that its host draws, once somebody needs them; until then they are empty. */
export class PartController implements ReactiveController {
  failed = false;

  #host: ReactiveControllerHost;
  #name: string;

  constructor(host: ReactiveControllerHost, name: string) {
    this.#host = host;
    this.#name = name;
    host.addController(this);
  }

  hostConnected(): void {
    void this.load();
  }

  async load(): Promise<void> {
    this.failed = false;
    try {
      define((await loadPart<{ elements: Elements }>(this.#name)).elements);
    } catch {
      this.failed = true;
    }
    this.#host.requestUpdate();
  }
}
