import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { define, type Elements } from '../define.ts';
import { loadPart } from '../parts.ts';

/** Brings elements that its host draws, once they are wanted; until then they are empty. */
export class PartController implements ReactiveController {
  failed = false;

  #host: ReactiveControllerHost;
  #name: string;
  #isWanted: () => boolean;
  #asked = false;

  constructor(host: ReactiveControllerHost, name: string, isWanted = () => true) {
    this.#host = host;
    this.#name = name;
    this.#isWanted = isWanted;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#asked = false;
  }

  hostUpdate(): void {
    if (!this.#asked && this.#isWanted()) void this.load();
  }

  async load(): Promise<void> {
    this.#asked = true;
    this.failed = false;
    try {
      define((await loadPart<{ elements: Elements }>(this.#name)).elements);
    } catch {
      this.failed = true;
    }
    this.#host.requestUpdate();
  }
}
